"""JP for learning outside Bestari: a person asks, HR of her agency verifies; only what is accepted counts (L71)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core import files
from cms.core.audit import audit
from cms.core.uploads import Upload
from cms.directory.models import Grant, Person, User
from cms.directory.services import notify
from lms.records import permissions, rules
from lms.records.exceptions import RecordRefused
from lms.records.models import JPClaim
from lms.records.rules import conversion
from lms.records.services.completing import LEDGER, credit_jp

State = JPClaim.State
# Paths, not routes: a notice is kept, and its reader's language is not ours.
QUEUE = "/talenta/pengajuan-jp/"
OWN = "/capaian/pengajuan-jp/"


@dataclass(frozen=True)
class Activity:
    """What was learned outside: when, with whom, and how much of it. ``proof``: the file that shows it."""

    kind: str
    title: str
    provider: str
    starts_on: date
    ends_on: date
    amount: int | None = None
    jp: Decimal | None = None
    document: str = ""
    note: str = ""
    proof: Upload | None = None


@transaction.atomic
def claim_jp(*, person: Person, activity: Activity, by: User) -> JPClaim:
    """The person asks; HR of her agency is told, at most once a day. Refuses by ``conversion.ClaimUnfit``."""
    row = _enter(person, activity, by)
    audit(by, "claim_jp", row, agency_id=person.agency_id, detail={"kind": row.kind, "jp": str(row.jp)})
    _tell_hr(person)
    return row


@transaction.atomic
def enter_jp(*, person: Person, activity: Activity, by: User | None) -> JPClaim:
    """HR enters what its office knows already: claimed and accepted in one step.

    ``by`` None is the system, which brings in what was counted long ago: nobody is told of it as news.
    """
    if by is not None:
        _refuse_stranger(person, by)
    row = _enter(person, activity, by)
    _accept(row, by, row.jp, "")
    return row


@transaction.atomic
def take_back_claim(*, claim: JPClaim, by: User) -> None:
    """The person changes her mind while nobody has decided."""
    row = _waiting(claim)
    row.state, row.decided_at = State.TAKEN_BACK, timezone.now()
    row.save(update_fields=["state", "decided_at"])
    audit(by, "take_back_jp", row, agency_id=row.person.agency_id, detail={"kind": row.kind})


@transaction.atomic
def accept_claim(*, claim: JPClaim, by: User, jp: Decimal, comment: str = "") -> None:
    """``jp`` count, at most what was claimed; less needs a comment. The ledger gets its line now."""
    row = _waiting(claim, by)
    if not Decimal(0) < jp <= row.jp:
        words = _("Accept more than 0 and at most %(jp)s JP; that much was claimed.")
        raise conversion.ClaimUnfit("jp", words % {"jp": rules.jp_words(row.jp)})
    if jp < row.jp and not comment:
        raise conversion.ClaimUnfit("comment", _("Write why fewer JP count than were claimed."))
    _accept(row, by, jp, comment)


@transaction.atomic
def refuse_claim(*, claim: JPClaim, by: User, comment: str) -> None:
    """Not counted, with the reason that the person reads."""
    row = _waiting(claim, by)
    if len(comment) < rules.SHORTEST_REASON:
        words = _("Write the reason in at least %(least)s characters; the person reads it.")
        raise conversion.ClaimUnfit("comment", words % {"least": rules.SHORTEST_REASON})
    _decide(row, State.REFUSED, by, comment)
    audit(by, "refuse_jp", row, agency_id=row.person.agency_id, detail={"kind": row.kind, "reason": comment})
    notify(
        person_id=row.person_id, kind="jp_claim", key=f"{row.uuid}:{row.state}", url=f"{OWN}{row.uuid}/",
        text=gettext_noop('Your claim of JP for "%(title)s" was refused: %(reason)s'),
        params={"title": row.title, "reason": comment},
    )  # fmt: skip


def forget_proofs(payload: dict) -> None:
    """Of an erased person the ledger lines stay (S02); proofs and what she wrote about them go, open claims end."""
    rows = JPClaim.everything.filter(person=payload["person"])
    for digest in rows.exclude(file_digest="").values_list("file_digest", flat=True):
        files.forget(digest)
    rows.filter(state=State.WAITING).update(state=State.TAKEN_BACK, decided_at=timezone.now())
    rows.update(provider="", document="", file_digest="", file_name="", file_type="", note="", comment="")


def _enter(person: Person, activity: Activity, by: User | None) -> JPClaim:
    """The claim as a waiting row, converted by the rules of its day."""
    # The person is the lock: two claims of one month must see each other.
    person = Person.everything.select_for_update().get(pk=person.pk)
    jp, per = _worth(person, activity)
    proof = activity.proof
    row = JPClaim(
        person=person, kind=activity.kind, title=activity.title, provider=activity.provider,
        starts_on=activity.starts_on, ends_on=activity.ends_on, amount=activity.amount if per else None, per=per,
        jp=jp, document=activity.document, note=activity.note, asked_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as fault:
        raise conversion.ClaimUnfit("title", _("This activity is entered already, with the same days.")) from fault
    if proof:
        row.file_digest = files.keep(proof.data, kind=proof.type, owner=str(person.uuid))
        row.file_name, row.file_type = proof.name, proof.type
        row.save(update_fields=["file_digest", "file_name", "file_type"])
    return row


def _worth(person: Person, activity: Activity) -> tuple[Decimal, Decimal | None]:
    kind, first, last = conversion.KINDS[activity.kind], activity.starts_on, activity.ends_on
    conversion.refuse_days(first, last, today=timezone.localdate(), agency_id=person.agency_id)
    jp, per = conversion.worth(kind, starts_on=first, ends_on=last, amount=activity.amount, jp=activity.jp)
    if kind.per == conversion.SESSION:
        same = JPClaim.everything.filter(
            person=person, kind=kind.key, state__in=JPClaim.LIVE, ends_on__year=last.year, ends_on__month=last.month
        )
        others = same.values_list("amount", flat=True)
        conversion.refuse_sessions(kind, amount=activity.amount or 0, others=others, on=last)
    return jp, per


def _tell_hr(person: Person) -> None:
    """One notice a day to each who may verify, however many ask."""
    whole = Grant.everything.live().filter(role__in=Grant.HR_ROLES, unit=None, agency=person.agency_id)
    for officer in Person.everything.filter(user__in=whole.values("user")).exclude(pk=person.pk):
        notify(
            person_id=officer.pk, kind="jp_claims", key=timezone.localdate().isoformat(), url=QUEUE,
            text=gettext_noop("JP claims for learning outside Bestari wait for verification."),
        )  # fmt: skip


def _waiting(claim: JPClaim, by: User | None = None) -> JPClaim:
    row = JPClaim.everything.select_for_update(of=("self",)).select_related("person").get(pk=claim.pk)
    if row.state != State.WAITING:
        raise RecordRefused(_("This claim was decided already."))
    if by is not None:
        _refuse_stranger(row.person, by)
    return row


def _refuse_stranger(person: Person, by: User) -> None:
    if not permissions.correctable_by(by).filter(pk=person.pk).exists():
        raise RecordRefused(_("Only HR of the person's agency verifies, and never about themselves."))


def _accept(row: JPClaim, by: User | None, jp: Decimal, comment: str) -> None:
    row.granted = jp
    _decide(row, State.ACCEPTED, by, comment)
    credit_jp(
        person=row.person, jp=jp, source=row.kind, source_uuid=row.uuid, title=row.title, earned_on=row.ends_on
    )  # fmt: skip
    audit(by, "accept_jp", row, agency_id=row.person.agency_id, detail={"kind": row.kind, "jp": str(jp)})
    if by is None:
        return
    notify(
        person_id=row.person_id, kind="jp_claim", key=f"{row.uuid}:{row.state}", url=f"{LEDGER}{row.ends_on.year}/",
        text=gettext_noop('%(jp)s JP for "%(title)s" stand in your ledger.'),
        params={"jp": rules.jp_words(jp), "title": row.title},
    )  # fmt: skip


def _decide(row: JPClaim, state: str, by: User | None, comment: str) -> None:
    row.state, row.decided_by, row.decided_at, row.comment = state, by, timezone.now(), comment
    row.save(update_fields=["state", "decided_by", "decided_at", "comment", "granted"])
