"""Reads of the player: one place, one unit, few statements."""

from dataclasses import dataclass

from lms.catalogue.models import ContentBlob, Release
from lms.catalogue.queries import checks_of, release_by_id, unit_blob
from lms.enrolment.models import Enrolment
from lms.progress import queries as progress
from lms.progress import rules


@dataclass(frozen=True)
class Place:
    """A learner's place with everything a focus page prints around the text."""

    enrolment: Enrolment
    release: Release
    done: set
    missing: list

    @property
    def outline(self) -> list[dict]:
        """Modules with units marked done, open or locked, and the counts of each."""
        return [self._module(n, module) for n, module in enumerate(self.release.outline, 1)]

    def _module(self, n: int, module: dict) -> dict:
        units = [
            {**unit, "done": unit["key"] in self.done, "locked": self.lock_of(unit["key"]) is not None}
            for unit in module["units"]
        ]
        return {**module, "number": n, "units": units, "done": sum(u["done"] for u in units), "total": len(units)}

    def lock_of(self, key: str) -> rules.Unmet | None:
        # A unit once done stays open, whatever stands before it.
        if key in self.done:
            return None
        return rules.lock_reason(units=self.release.units, rules=self.release.rules, done=self.done, key=key)

    def exam_lock(self) -> rules.Unmet | None:
        return next((m for m in self.missing if m.target != "exam"), None)

    @property
    def next_unit(self) -> dict | None:
        """Where 'continue' leads: the first unit not done, in reading order."""
        return next((unit for unit in self.release.units if unit["key"] not in self.done), None)


def place_of(enrolment: Enrolment) -> Place:
    release = release_by_id(enrolment.release_id)
    done = progress.done_keys(enrolment)
    return Place(enrolment, release, done, progress.whats_missing(enrolment, release, done))


@dataclass(frozen=True)
class UnitPage:
    unit: dict
    blob: ContentBlob
    module: dict
    checks: tuple
    answers: dict
    before: dict | None
    after: dict | None

    @property
    def unanswered(self) -> list[int]:
        return rules.unmet_in_unit(checks=self.checks, answered=set(self.answers))


def unit_page(place: Place, key: str) -> UnitPage | None:
    """The unit ``key`` of the place's release; None when the release has no such unit."""
    units = place.release.units
    index = next((n for n, unit in enumerate(units) if unit["key"] == key), None)
    if index is None:
        return None
    checks = checks_of(place.release.pk, key) if units[index]["checks"] else ()
    return UnitPage(
        unit=units[index],
        blob=unit_blob(units[index]["blob"]),
        module=next(m for m in place.outline if any(u["key"] == key for u in m["units"])),
        checks=checks,
        answers=progress.answered_checks(place.enrolment, [v.pk for v in checks]) if checks else {},
        before=units[index - 1] if index else None,
        after=units[index + 1] if index + 1 < len(units) else None,
    )


def learning_of(person) -> list[Place]:
    """Open places of a person with what is done on each: two statements for any number of places."""
    places = list(
        Enrolment.everything.filter(learner=person, state__in=["active", "waiting"])
        .select_related("run")
        .order_by("-last_activity", "-created_at")
    )
    done = progress.done_keys_of_many(places)
    out = []
    for enrolment in places:
        release = release_by_id(enrolment.release_id)
        here = done.get(enrolment.pk, set())
        out.append(Place(enrolment, release, here, progress.whats_missing(enrolment, release, here)))
    return out
