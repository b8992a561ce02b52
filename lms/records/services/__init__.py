"""Writes of records: completing a course, the JP ledger, certificates and their files."""

from lms.records.services.certificates import (
    approve_withdrawal,
    issue,
    may_guess,
    name_signatory,
    propose_withdrawal,
    refuse_withdrawal,
    replace,
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

__all__ = [
    "approve_withdrawal", "claim_more", "correct_jp", "credit_jp", "draw", "forget_papers", "issue", "may_guess",
    "name_signatory", "propose_withdrawal", "record_completion", "refuse_withdrawal", "render", "render_many",
    "render_run", "render_together", "replace", "start_render_run",
]  # fmt: skip
