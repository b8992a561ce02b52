"""Grown records: completion, JP, claims, certificate and notice of everybody who finished."""

import random
from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from cms.core.models import Counter
from cms.directory.models import Notice
from lms.competencies.models import Competency
from lms.player.management.growth.bulk import catch_up, load, next_pk, uuid4
from lms.player.management.growth.courses import GrownCourse
from lms.player.management.growth.places import STATE, Place
from lms.records import rules
from lms.records.models import (
    Certificate,
    CertificateEvent,
    CompetencyClaim,
    CompletionRecord,
    JPEntry,
)  # fmt: skip

READ_AFTER = timedelta(days=14)


class Numbers:
    """Certificate numbers of agency and year, taken from and given back to the counters (I05)."""

    def __init__(self):
        self.last = defaultdict(int, Counter.everything.values_list("scope", "value"))
        self.used = set()

    def next(self, agency, year: int) -> int:
        scope = f"certificate:{agency.pk}:{year}"
        self.used.add(scope)
        self.last[scope] += 1
        return self.last[scope]

    def keep(self) -> None:
        for scope in sorted(self.used):
            Counter.everything.update_or_create(scope=scope, defaults={"value": self.last[scope]})


class Archive:
    """Writes the records of one course after another."""

    def __init__(self, identities: dict[int, int], dice: random.Random, now):
        self.identities, self.dice, self.now = identities, dice, now
        self.numbers = Numbers()
        self.competencies = dict(Competency.everything.values_list("code", "pk"))
        self.zones = {}

    def load(self, course: GrownCourse, places: list[Place]) -> int:
        finished = [place for place in places if place.state == STATE.COMPLETED]
        first = next_pk(CompletionRecord)
        rows = [(first + n, uuid4(self.dice), place, self._day(place)) for n, place in enumerate(finished)]
        self._load_records(course, rows)
        self._load_certificates(course, rows)
        return len(rows)

    def _day(self, place: Place):
        name = place.someone.agency.timezone
        if name not in self.zones:
            self.zones[name] = ZoneInfo(name)
        return place.active_at.astimezone(self.zones[name]).date()

    def _load_records(self, course: GrownCourse, rows: list) -> None:
        load(
            CompletionRecord, "id uuid enrolment learner identity agency_then course release cycle jp score "
            "completed_at completed_on",
            ((pk, key, p.pk, p.someone.pk, self.identities[p.someone.pk], p.someone.agency.pk, course.pk,
              course.release, 1, course.jp, p.score, p.active_at, day)
             for pk, key, p, day in rows),
        )  # fmt: skip
        load(
            JPEntry, "uuid person agency_then year jp source source_uuid title earned_on",
            ((uuid4(self.dice), p.someone.pk, p.someone.agency.pk, day.year, course.jp, "course", key, course.title,
              day)
             for _pk, key, p, day in rows),
        )  # fmt: skip
        load(
            CompetencyClaim, "uuid record person agency_then competency level proven_by score claimed_on",
            ((uuid4(self.dice), pk, p.someone.pk, p.someone.agency.pk, self.competencies[c["code"]], c["level"],
              c["proven_by"], p.score, day)
             for pk, _key, p, day in rows for c in course.competencies),
        )  # fmt: skip
        catch_up(CompletionRecord)

    def _load_certificates(self, course: GrownCourse, rows: list) -> None:
        first = next_pk(Certificate)
        made = [(first + n, uuid4(self.dice), *row) for n, row in enumerate(rows)]
        load(
            Certificate, "id uuid record agency identity number code facts issued_at",
            ((pk, key, record, course.agency.pk, self.identities[p.someone.pk], self._number(course, day),
              "".join(self.dice.choices(rules.ALPHABET, k=rules.CODE_LENGTH)), self._facts(course, p, day), p.active_at)
             for pk, key, record, _uuid, p, day in made),
        )  # fmt: skip
        load(
            CertificateEvent, "certificate kind at",
            ((pk, CertificateEvent.Kind.ISSUED, p.active_at) for pk, _key, _record, _uuid, p, _day in made),
        )  # fmt: skip
        load(
            Notice, "uuid person kind key text url created_at read_at",
            ((uuid4(self.dice), p.someone.pk, "certificate", str(key), f"Sertifikat {course.title} sudah siap."[:300],
              f"/sertifikat/{key}/", p.active_at, p.active_at if self.now - p.active_at > READ_AFTER else None)
             for _pk, key, _record, _uuid, p, _day in made),
        )  # fmt: skip
        catch_up(Certificate)

    def _number(self, course: GrownCourse, day) -> str:
        agency = course.agency
        n = self.numbers.next(agency, day.year)
        return rules.certificate_number(n, course=course.code, agency=agency.quick_code or str(agency.pk), on=day)

    def _facts(self, course: GrownCourse, place: Place, day) -> dict:
        """What ``records.services.issue`` prints on it."""
        return {
            "course": course.title, "release": 1, "run": place.run.name, "jp": str(course.jp),
            "completed_on": day.isoformat(), "issuer": course.agency.name, "modules": course.modules, "is_demo": True,
        }  # fmt: skip
