"""Reads of the player: one place, one unit, a person's learning; few statements."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from cms.core.prepared import Prepared
from cms.core.templatetags.look import clock
from lms.assessment.models import Attempt
from lms.assessment.queries import given, spent
from lms.catalogue.models import ContentBlob, Release, ReleaseFile
from lms.catalogue.queries import checks_of, release_by_id, unit_blob
from lms.enrolment.models import CourseRun, Enrolment
from lms.progress import queries as progress
from lms.progress import rules
from lms.records.models import Certificate, CertificateEvent

ACTIVE, WAITING, COMPLETED = Enrolment.State.ACTIVE, Enrolment.State.WAITING, Enrolment.State.COMPLETED

SHOWN = 3  # certificates on the home
# What the home prints of a place; dates that are read for nothing cost more than the statement.
ON_HOME = ("uuid", "state", "release", "units_done", "units_total", "score", "last_unit", "last_part")


class Place:
    """A learner's place with everything a page prints around the text. All words come from the rule engine (L26)."""

    def __init__(self, enrolment: Enrolment | None, release: Release, done: set[str]):
        self.enrolment, self.release, self.done = enrolment, release, done

    @cached_property
    def missing(self) -> list[rules.Unmet]:
        """What is missing to finish the course; the same code path as ``settle``."""
        return progress.whats_missing(self.enrolment, self.release, self.done)

    @cached_property
    def locked(self) -> frozenset[str]:
        """Nothing is locked for who reads a run without a place on it (`views.look`)."""
        if self.enrolment is None:
            return frozenset()
        return rules.locked_keys(units=self.release.units, rules=self.release.rules, done=self.done)

    @cached_property
    def outline(self) -> list[dict]:
        """Modules with units marked done or locked, and the counts of each."""
        return [self._module(number, module) for number, module in enumerate(self.release.outline, 1)]

    def _module(self, number: int, module: dict) -> dict:
        units = [
            {**unit, "number": n, "done": unit["key"] in self.done, "locked": unit["key"] in self.locked}
            for n, unit in enumerate(module["units"], 1)
        ]
        done = sum(unit["done"] for unit in units)
        minutes = sum(unit["minutes"] for unit in units)
        return {**module, "number": number, "units": units, "done": done, "total": len(units), "minutes": minutes}

    def lock_of(self, key: str) -> rules.Unmet | None:
        return rules.lock_reason(units=self.release.units, rules=self.release.rules, done=self.done, key=key)

    @cached_property
    def exam_lock(self) -> bool:
        """Whether units stand between the learner and the exam."""
        return any(unit["required"] and unit["key"] not in self.done for unit in self.release.units)

    @property
    def exam_until(self) -> str:
        """Until when the exam in progress runs, on the reader's clock; "" when none is."""
        ends = getattr(self.enrolment, "exam_ends", None)
        return clock(ends) if ends else ""

    @cached_property
    def exam_facts(self) -> dict:
        """What the home says of the exam: ``questions``, ``minutes``, ``pass_score``, ``tries`` (0: without limit) and
        how many are ``left``."""
        exam, place = self.release.exam, self.enrolment
        tries = int(exam.get("attempts") or 0)
        tries = tries and tries + (place.extra_attempts or 0)
        return {
            "questions": exam.get("questions") or sum(int(cell["draw"]) for cell in exam.get("cells") or ()),
            "minutes": int(exam.get("minutes") or 0) + (place.extra_minutes or 0),
            "pass_score": self.release.rules.get("pass_score", 70),
            "tries": tries,
            "left": max(0, tries - (place.tries_used or 0)),
        }

    @property
    def is_out_of_tries(self) -> bool:
        return bool(self.exam_facts["tries"]) and not self.exam_facts["left"] and not self.enrolment.exam_ends

    @cached_property
    def next_unit(self) -> dict | None:
        """The first unit not done, in reading order."""
        return next((unit for unit in self.release.units if unit["key"] not in self.done), None)

    @cached_property
    def here(self) -> dict | None:
        """Where 'continue' leads: the unit opened last if it is open and not done, else the next one (L18)."""
        last = str(self.enrolment.last_unit or "")
        if last and last not in self.done and last not in self.locked:
            return next((unit for unit in self.release.units if unit["key"] == last), self.next_unit)
        return self.next_unit

    @cached_property
    def here_in_module(self) -> dict | None:
        """The module of ``here`` with ``at`` (its unit there) and ``then`` (what follows in it, three at most)."""
        if self.here is None:
            return None
        module = next(m for m in self.outline if any(u["key"] == self.here["key"] for u in m["units"]))
        at = next(unit for unit in module["units"] if unit["key"] == self.here["key"])
        then = [{**unit, "uuid": UUID(unit["key"])} for unit in module["units"][at["number"] : at["number"] + 3]]
        return {**module, "at": at, "then": then}

    @cached_property
    def counts(self) -> tuple[tuple[int, int], ...]:
        """(done, total) of each module."""
        return tuple([(module["done"], module["total"]) for module in self.outline])

    @property
    def has_begun(self) -> bool:
        return bool(self.enrolment.units_done or self.enrolment.last_unit)

    @cached_property
    def minutes_left(self) -> int:
        return sum(unit["minutes"] for unit in self.release.units if unit["key"] not in self.done)

    @cached_property
    def part_to_open(self) -> int | None:
        """The part of ``here`` that was reached, when it is the unit opened last."""
        same = self.here and str(self.enrolment.last_unit or "") == self.here["key"]
        return self.enrolment.last_part if same else None


def own_place(person_id: int, uuid) -> Place | None:
    """The learner's own place, open or completed, with what is done on it: one statement."""
    enrolment = _own_place.one(person=person_id, key=uuid)
    return place_of(enrolment) if enrolment else None


_own_place = Prepared(
    lambda person, key: progress.with_done(
        Enrolment.everything.filter(uuid=key, learner=person, state__in=[ACTIVE, COMPLETED]).select_related("run")
    )
)


def place_of(enrolment: Enrolment) -> Place:
    known = hasattr(enrolment, "done_text")
    done = progress.done_of(enrolment) if known else progress.done_keys(enrolment)
    return Place(enrolment, release_by_id(enrolment.release_id), done)


@dataclass(frozen=True)
class UnitPage:
    unit: dict
    blob: ContentBlob
    module: dict
    number: int  # in its module
    checks: tuple
    answers: dict
    before: dict | None
    after: dict | None

    @property
    def uuid(self) -> UUID:
        return UUID(self.unit["key"])

    @property
    def is_first(self) -> bool:
        return self.before is None

    @property
    def uuid_before(self) -> UUID | None:
        return UUID(self.before["key"]) if self.before else None

    @property
    def uuid_after(self) -> UUID | None:
        return UUID(self.after["key"]) if self.after else None

    @property
    def steps(self) -> tuple[str, ...]:
        """The units of the module: done, now (the one being read), or ahead."""
        here = self.unit["key"]
        return tuple(
            ["done" if one["done"] else "now" if one["key"] == here else "ahead" for one in self.module["units"]]
        )

    @property
    def unmet(self) -> list[rules.Unmet]:
        """What this unit lacks before it can be finished; ``finish_unit`` asks the same function."""
        return rules.unmet_in_unit(checks=self.checks, answered=set(self.answers))

    @property
    def saved_at(self):
        return max((answer.answered_at for answer in self.answers.values()), default=None)


def unit_page(place: Place, key: str) -> UnitPage | None:
    """The unit ``key`` of the place's release; None when the release has no such unit."""
    units = place.release.units
    index = next((n for n, unit in enumerate(units) if unit["key"] == key), None)
    if index is None:
        return None
    checks = checks_of(place.release.pk, key) if units[index]["checks"] else ()
    module = next(m for m in place.outline if any(u["key"] == key for u in m["units"]))
    module["is_here"] = True
    answered = checks and place.enrolment is not None
    return UnitPage(
        unit=units[index],
        blob=unit_blob(units[index]["blob"]),
        module=module,
        number=next(u["number"] for u in module["units"] if u["key"] == key),
        checks=checks,
        answers=progress.answered_checks(place.enrolment, [v.pk for v in checks]) if answered else {},
        before=units[index - 1] if index else None,
        after=units[index + 1] if index + 1 < len(units) else None,
    )


def _with_standing(places: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Places with what the home says of each: units done, the exam in progress, its tries and what was given beyond
    the rule, the rank in the queue."""
    attempts = Attempt.everything.filter(enrolment=OuterRef("pk")).order_by()
    before = Enrolment.everything.filter(run=OuterRef("run"), state=WAITING, pk__lte=OuterRef("pk")).order_by()
    return progress.with_done(places).annotate(
        exam_ends=Subquery(attempts.filter(state=Attempt.State.OPEN).values("deadline_at")[:1]),
        tries_used=Subquery(spent().values("number")[:1]),
        extra_attempts=given("extra_attempts"),
        extra_minutes=given("extra_minutes"),
        rank=Subquery(before.values("run").annotate(n=Count("pk")).values("n")),
    )


def learning_of(person) -> list[Place]:
    """Open and awaited places of a person, the last touched first, with what is done: one statement for any number."""
    return [place_of(enrolment) for enrolment in _learning_of(person=person.pk)]


@Prepared
def _learning_of(person: int):
    rows = Enrolment.everything.filter(learner=person, state__in=[ACTIVE, WAITING]).select_related("run")
    rows = rows.only(*ON_HOME, "run__uuid", "run__name", "run__starts_on", "run__ends_on")
    return _with_standing(rows).order_by(F("last_activity").desc(nulls_last=True), "-created_at")


@Prepared
def _recent_certificates(person: int):
    kinds = (CertificateEvent.Kind.REPLACED, CertificateEvent.Kind.WITHDRAWN)
    # Of the two, "withdrawn" is the stronger and sorts last.
    events = CertificateEvent.everything.filter(certificate=OuterRef("pk"), kind__in=kinds).order_by("-kind")
    rows = Certificate.everything.filter(record__learner=person)
    known = {"fate": Subquery(events.values("kind")[:1]), "place": F("record__enrolment__uuid")}
    return rows.only("uuid", "facts", "issued_at").annotate(**known).order_by("-issued_at", "-pk")[:SHOWN]


def recent_certificates(person_id: int) -> list[Certificate]:
    """The latest certificates with ``fate``: replaced, withdrawn, or None while valid. One statement."""
    return _recent_certificates(person=person_id)


def file_for(user, digest: str) -> ReleaseFile | None:
    """The file when a release holds it that ``user`` learns, runs or works on; one statement (Z11)."""
    places = Enrolment.everything.filter(learner=user.person_id, state__in=[ACTIVE, COMPLETED])
    runs, desks = CourseRun.everything.all().visible_to(user), Release.everything.all().visible_to(user)
    learnt = Q(release__in=places.values("release"))
    mine = learnt | Q(release__in=runs.values("release")) | Q(release__in=desks.values("pk"))
    return ReleaseFile.everything.filter(mine, digest=digest).first()
