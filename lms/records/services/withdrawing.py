"""Certificates withdrawn by two people. What one proved does not stand any more: neither its JP nor its evidence."""

from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from cms.core.audit import audit
from cms.core.events import announce
from cms.directory.models import User
from cms.directory.services import notify
from lms import events
from lms.records import permissions, rules
from lms.records.exceptions import RecordRefused
from lms.records.models import Certificate, CertificateEvent, Withdrawal
from lms.records.services.certificates import refuse_unfit
from lms.records.services.completing import take_off_jp

LONGEST_LINE = 200  # of JPEntry.reason
WITHDRAWN = gettext_noop("Your certificate %(number)s was withdrawn. The reason stands on its page.")
WITHDRAWN_WITH_JP = gettext_noop(
    "Your certificate %(number)s was withdrawn; its %(jp)s JP no longer count. The reason stands on its page."
)


@transaction.atomic
def propose_withdrawal(*, certificate: Certificate, by: User, reason: str) -> Withdrawal:
    """The first of two people. The certificate stays valid until the second agrees."""
    certificate = Certificate.everything.select_for_update(of=("self",)).get(pk=certificate.pk)
    if not permissions.may_propose(by, certificate):
        raise RecordRefused(_("Only the issuing agency or the facilitator of the class may propose this."))
    refuse_unfit(certificate, reason)
    try:
        with transaction.atomic():
            row = Withdrawal.everything.create(certificate=certificate, reason=reason.strip()[:300], proposed_by=by)
    except IntegrityError as fault:
        raise RecordRefused(_("A withdrawal of this certificate is proposed already.")) from fault
    audit(by, "propose_withdrawal", certificate, detail={"reason": row.reason})
    return row


@transaction.atomic
def approve_withdrawal(*, withdrawal: Withdrawal, by: User) -> None:
    """The second person, another one, withdraws the certificate; it stays to be seen as withdrawn.

    Its JP are taken off in the same transaction; talent ends the evidence, told by the announcement or found by its
    sweep.
    """
    row = _undecided(withdrawal, by)
    refuse_unfit(row.certificate, row.reason)
    _decide(row, Withdrawal.State.APPROVED, by, "")
    certificate = row.certificate
    CertificateEvent.everything.create(
        certificate=certificate, kind=CertificateEvent.Kind.WITHDRAWN, reason=row.reason, by_id=row.proposed_by_id,
        second_id=by.pk,
    )  # fmt: skip
    audit(by, "withdraw_certificate", certificate, detail={"reason": row.reason, "proposed_by": row.proposed_by_id})
    taken = take_off_jp(record=certificate.record, by=by, reason=_line_of(certificate, row.reason))
    announce(
        events.withdrawn,
        events.CertificateWithdrawn(record_id=certificate.record_id, certificate_id=certificate.pk),
    )
    _tell(certificate, taken)


def _line_of(certificate: Certificate, reason: str) -> str:
    """What the ledger says beside the counter-entry: kept, so in the language of the house and not of who decides."""
    with override(settings.LANGUAGE_CODE):
        words = _("Certificate %(number)s was withdrawn: %(reason)s")
    words = words % {"number": certificate.number, "reason": " ".join(reason.split())}
    return Truncator(words).chars(LONGEST_LINE)


def _tell(certificate: Certificate, taken: Decimal) -> None:
    """One notice for all that a withdrawal changes."""
    params = {"number": certificate.number} | ({"jp": rules.jp_words(taken)} if taken else {})
    notify(
        person_id=certificate.record.learner_id, kind="certificate_withdrawn", key=str(certificate.uuid),
        text=WITHDRAWN_WITH_JP if taken else WITHDRAWN, params=params, url=f"/sertifikat/{certificate.uuid}/",
    )  # fmt: skip


@transaction.atomic
def refuse_withdrawal(*, withdrawal: Withdrawal, by: User, comment: str) -> None:
    """The second person keeps the certificate valid."""
    row = _undecided(withdrawal, by)
    _decide(row, Withdrawal.State.REFUSED, by, comment)
    audit(by, "refuse_withdrawal", row.certificate, detail={"comment": comment.strip()[:300]})


def _undecided(withdrawal: Withdrawal, by: User) -> Withdrawal:
    # The certificate as well: it may be replaced in the same moment, and cannot become both.
    rows = Withdrawal.everything.select_for_update(of=("self", "certificate"))
    row = rows.select_related("certificate__record").get(pk=withdrawal.pk)
    if row.state != Withdrawal.State.OPEN:
        raise RecordRefused(_("This proposal was decided already."))
    if row.proposed_by_id == by.pk:
        raise RecordRefused(_("Two different people must withdraw a certificate."))
    if not permissions.may_decide(by, row.certificate.agency_id):
        raise RecordRefused(_("Only a publisher or HR head of the issuing agency may do this."))
    return row


def _decide(row: Withdrawal, state: str, by: User, comment: str) -> None:
    row.state, row.decided_by, row.decided_at, row.comment = state, by, timezone.now(), comment.strip()[:300]
    row.save(update_fields=["state", "decided_by", "decided_at", "comment"])
