"""Writes of records: completing a course, the JP ledger, certificates and their files."""

from lms.records.services.certificates import issue, may_guess, name_signatory, replace
from lms.records.services.claiming import (
    Activity,
    accept_claim,
    claim_jp,
    enter_jp,
    forget_proofs,
    refuse_claim,
    take_back_claim,
)
from lms.records.services.completing import claim_more, correct_jp, credit_jp, record_completion
from lms.records.services.papers import (
    draw,
    forget_papers,
    render,
    render_many,
    render_run,
    render_together,
    start_render_run,
)
from lms.records.services.withdrawing import approve_withdrawal, propose_withdrawal, refuse_withdrawal

__all__ = [
    "Activity", "accept_claim", "approve_withdrawal", "claim_jp", "claim_more", "correct_jp", "credit_jp", "draw",
    "enter_jp", "forget_papers", "forget_proofs", "issue", "may_guess", "name_signatory", "propose_withdrawal",
    "record_completion", "refuse_claim", "refuse_withdrawal", "render", "render_many", "render_run",
    "render_together", "replace", "start_render_run", "take_back_claim",
]  # fmt: skip
