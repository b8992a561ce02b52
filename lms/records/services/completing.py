"""Records are written in the request that completes a course; the signed file follows by a job."""

from decimal import Decimal
from functools import lru_cache

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core.audit import audit
from cms.core.events import announce
from cms.core.rulebook import rule
from cms.directory.models import Person, User
from cms.directory.services import identity_of, notify
from lms import events
from lms.catalogue.models import Release
from lms.competencies.models import Competency
from lms.enrolment.models import Enrolment
from lms.records import queries, rules
from lms.records.exceptions import RecordRefused
from lms.records.models import CompetencyClaim, CompletionRecord, JPEntry
from lms.records.services.certificates import issue

COURSE = "course"  # as a source of JP
LEDGER = "/capaian/buku-jp/"  # a path, not a route: the notice is kept, and its reader's language is not ours
CORRECTED = gettext_noop('JP for "%(title)s" corrected from %(before)s to %(after)s: %(reason)s')


@transaction.atomic
def record_completion(*, enrolment: Enrolment, release: Release, at, cells: dict | None = None) -> CompletionRecord:
    """Completion, JP, claims and certificate in one transaction; the PDF later (I05, I12)."""
    place = queries.place_to_complete(enrolment.pk)
    person = place.learner
    day = rules.local_day(at, person.agency.timezone)
    # The cycle does not tell: a place that was given up was one too, and earned nothing.
    pays_again = bool(rule("jp_second_cycle", person.agency_id, on=day))
    jp = rules.jp_earned(release.jp, is_again=place.is_again, pays_again=pays_again)
    record = CompletionRecord.everything.create(
        enrolment=place, learner=person, identity=identity_of(person, number=place.number or ""),
        agency_then=person.agency, course=place.course, release=release, cycle=place.cycle, jp=jp,
        score=enrolment.score, completed_at=at, completed_on=day,
    )  # fmt: skip
    if jp:
        credit_jp(person=person, jp=jp, source=COURSE, source_uuid=record.uuid, title=release.title, earned_on=day)
    made = _claim(record, release, cells)
    announce(events.claimed, events.CompetenciesClaimed(record_id=record.pk, claim_ids=tuple(c.pk for c in made)))
    announce(events.completed, events.CourseCompleted(record_id=record.pk, learner_id=person.pk))
    issue(record=record, signatory_id=place.signatory)
    return record


def credit_jp(*, person: Person, jp: Decimal, source: str, source_uuid, title: str, earned_on) -> JPEntry:
    """One positive line of the ledger; the same source never pays twice."""
    return JPEntry.everything.create(
        person=person, agency_then_id=person.agency_id, year=earned_on.year, jp=jp, source=source,
        source_uuid=source_uuid, title=title, earned_on=earned_on,
    )  # fmt: skip


@transaction.atomic
def correct_jp(*, entry: JPEntry, by: User | None, reason: str, to: Decimal = Decimal(0)) -> JPEntry:
    """Bring what ``entry`` counts to ``to`` by a counter-entry; the line itself stays (I06)."""
    if not reason.strip():
        raise RecordRefused(_("A correction needs a reason."))
    first, last, counts = _locked_chain(entry)
    if not Decimal(0) <= to <= first.jp:
        raise RecordRefused(
            _("A line of %(jp)s JP can be corrected to between 0 and %(jp)s JP.") % {"jp": rules.jp_words(first.jp)}
        )
    if to == counts:
        raise RecordRefused(_("This line counts %(jp)s JP already.") % {"jp": rules.jp_words(to)})
    if to > counts and first.source == COURSE and not queries.stands(first.source_uuid):
        raise RecordRefused(_("The certificate of this course was withdrawn, so its line cannot count again."))
    row = _counter_entry(first, last, counts, to=to, by=by, reason=reason)
    notify(
        person_id=first.person_id, kind="jp_corrected", key=str(row.uuid), text=CORRECTED, url=f"{LEDGER}{first.year}/",
        params={
            "title": first.title, "before": rules.jp_words(counts), "after": rules.jp_words(to), "reason": row.reason,
        },
    )  # fmt: skip
    return row


@transaction.atomic
def take_off_jp(*, record: CompletionRecord, by: User, reason: str) -> Decimal:
    """Bring the line of a completion to 0 and say what it counted; 0: there is nothing to take off. Tells nobody."""
    entry = JPEntry.everything.filter(source=COURSE, source_uuid=record.uuid, corrects=None).first()
    if entry is None:
        return Decimal(0)
    first, last, counts = _locked_chain(entry)
    if counts:
        _counter_entry(first, last, counts, to=Decimal(0), by=by, reason=reason)
    return counts


def _counter_entry(first: JPEntry, last: JPEntry, counts: Decimal, *, to: Decimal, by: User | None, reason: str):
    row = JPEntry.everything.create(
        person_id=first.person_id, agency_then_id=first.agency_then_id, year=first.year, jp=to - counts,
        source=first.source, source_uuid=first.source_uuid, title=first.title, earned_on=first.earned_on,
        corrects=last, reason=reason.strip()[:200],
    )  # fmt: skip
    detail = {"entry": str(first.uuid), "to": str(to), "reason": row.reason}
    audit(by, "correct_jp", row, agency_id=first.agency_then_id, detail=detail)
    return row


def _locked_chain(entry: JPEntry) -> tuple[JPEntry, JPEntry, Decimal]:
    """As `_chain`. The person is the lock: two corrections of one line must follow each other."""
    Person.everything.select_for_update().get(pk=entry.person_id)
    return _chain(entry)


def _chain(entry: JPEntry) -> tuple[JPEntry, JPEntry, Decimal]:
    """The first and the last line of the source, and what they count together."""
    lines = list(JPEntry.everything.filter(source=entry.source, source_uuid=entry.source_uuid).order_by("pk"))
    # Added here: SQLite adds in floating point, where 3.3 - 3.1 - 0.2 is not 0 (I06).
    return lines[0], lines[-1], sum((line.jp for line in lines), Decimal(0))


def _claim(record: CompletionRecord, release: Release, cells: dict | None, had=frozenset()) -> list[CompetencyClaim]:
    known = _competencies(release.uuid, tuple(c["code"] for c in release.facts["competencies"]))
    earned = rules.claims_earned(release.facts["competencies"], release.rules, release.exam, cells, record.score)
    return CompetencyClaim.everything.bulk_create(
        CompetencyClaim(
            record=record, person_id=record.learner_id, agency_then_id=record.agency_then_id,
            competency_id=known[claim["code"]], level=claim["level"], proven_by=claim.get("proven_by", "")[:200],
            score=score, claimed_on=record.completed_on,
        )
        for claim, score in earned if claim["code"] in known and claim["code"] not in had
    )  # fmt: skip


@lru_cache(maxsize=256)
def _competencies(_release_uuid, codes: tuple) -> dict[str, int]:
    """Keys of the competencies a release claims. The dictionary is only added to, so a process keeps them."""
    return dict(Competency.everything.filter(code__in=codes).values_list("code", "pk"))


@transaction.atomic
def claim_more(*, enrolment: Enrolment, release: Release, cells: dict) -> list[CompetencyClaim]:
    """Claims that a regrade added to a completed course; those that stand already are left alone.

    A completion whose certificate was withdrawn proves nothing, and nothing more.
    """
    record = queries.standing().filter(enrolment=enrolment).first()
    if record is None:
        return []
    had = set(CompetencyClaim.everything.filter(record=record).values_list("competency__code", flat=True))
    made = _claim(record, release, cells, had)
    if made:
        announce(events.claimed, events.CompetenciesClaimed(record_id=record.pk, claim_ids=tuple(c.pk for c in made)))
    return made
