"""Wishes about one's own data: asked by the person, answered by data officers of her agency within the clock."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core.audit import audit
from cms.core.rulebook import rule
from cms.directory.exceptions import RequestRefused
from cms.directory.models import DataRequest, Grant, Person, User
from cms.directory.services.erasing import erase
from cms.directory.services.notices import notify

Kind, State = DataRequest.Kind, DataRequest.State
OFFICERS = "/akun/permintaan/"  # paths, not routes: a notice is kept, and its reader's language is not ours
OWN = "/akun/data/"


@transaction.atomic
def ask_about_data(*, by: User, kind: str, words: str) -> DataRequest:
    """Start the clock on a wish of the person behind ``by``; the data officers of her agency are told."""
    person = by.person
    hours = int(rule("data_request_hours", person.agency_id))
    now = timezone.now()
    try:
        with transaction.atomic():
            row = DataRequest.everything.create(
                person=person, kind=kind, words=words, asked_at=now, due_at=now + timedelta(hours=hours)
            )
    except IntegrityError as fault:
        raise RequestRefused(_("You asked for this already; it waits for an answer.")) from fault
    audit(by, "ask_about_data", row, agency_id=person.agency_id, detail={"kind": kind})
    heads = Grant.everything.live().filter(role=Grant.Role.HR_HEAD, unit=None, agency=person.agency_id)
    for officer in Person.everything.filter(user__in=heads.values("user")).exclude(pk=person.pk):
        notify(
            person_id=officer.pk, kind="data_request", key=str(row.uuid), url=OFFICERS,
            text=gettext_noop("A request about personal data waits for an answer."),
        )  # fmt: skip
    return row


@transaction.atomic
def take_back(*, request: DataRequest, by: User) -> None:
    """The person changes her mind while nobody has answered."""
    row = _waiting(request)
    row.state, row.decided_at = State.TAKEN_BACK, timezone.now()
    row.save(update_fields=["state", "decided_at"])
    audit(by, "take_back_request", row, agency_id=row.person.agency_id, detail={"kind": row.kind})


@transaction.atomic
def answer_request(*, request: DataRequest, by: User, words: str) -> None:
    """What was done. Of a wish for erasure this is the first officer's word; a second one carries it out."""
    row = _waiting(request, by)
    if row.kind == Kind.ERASE:
        _propose(row, by, words)
    else:
        _decide(row, State.DONE, by, words)


def _propose(row: DataRequest, by: User, words: str) -> None:
    if row.state != State.OPEN:
        raise RequestRefused(_("Another officer must decide on this erasure."))
    row.state, row.proposed_by, row.answer = State.PROPOSED, by, words
    row.save(update_fields=["state", "proposed_by", "answer"])
    audit(by, "propose_erasure", row, agency_id=row.person.agency_id)


@transaction.atomic
def approve_erasure(*, request: DataRequest, by: User) -> None:
    """The second officer: the person is erased now, with all words of her requests."""
    row = _waiting(request, by)
    if row.state != State.PROPOSED:
        raise RequestRefused(_("One officer examines the request first, another one approves."))
    row.state, row.decided_by, row.decided_at = State.DONE, by, timezone.now()
    if row.proposed_by_id != by.pk:  # else `erase` says why not
        row.save(update_fields=["state", "decided_by", "decided_at"])
    erase(person=row.person, by=row.proposed_by, approved_by=by, what="request")


@transaction.atomic
def refuse_request(*, request: DataRequest, by: User, words: str) -> None:
    """Not done, with the reason that the person reads."""
    _decide(_waiting(request, by), State.REFUSED, by, words)


def _waiting(request: DataRequest, by: User | None = None) -> DataRequest:
    row = (
        DataRequest.everything.select_for_update(of=("self",))
        .select_related("person", "proposed_by")
        .get(pk=request.pk)
    )
    if not row.waits:
        raise RequestRefused(_("This request was decided already."))
    if by is not None and not DataRequest.everything.answered_by(by).filter(pk=row.pk).exists():
        raise RequestRefused(_("Only HR heads of the person's agency answer, and never about themselves."))
    return row


def _decide(row: DataRequest, state: str, by: User, words: str) -> None:
    row.state, row.decided_by, row.decided_at, row.answer = state, by, timezone.now(), words
    row.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    audit(by, "answer_request", row, agency_id=row.person.agency_id, detail={"kind": row.kind, "state": state})
    notify(
        person_id=row.person_id, kind="data_answer", key=str(row.uuid), url=OWN,
        text=gettext_noop("Your request about your data is answered."),
    )  # fmt: skip
