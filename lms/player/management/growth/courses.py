"""Grown courses: released at once, without drafting desks, because nobody who learns reads a desk."""

import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.utils.text import slugify

from cms.directory.models import Agency, User
from lms.assessment import rules as marking
from lms.catalogue.models import (
    ContentBlob,
    Course,
    QuestionVersion,
    Release,
    ReleaseQuestion,
    ReleaseUnit,
)  # fmt: skip
from lms.catalogue.rendering import text_of
from lms.player.management.growth import words
from lms.player.management.growth.bulk import catch_up, load, next_pk, uuid4

UNITS_A_MODULE = 6
CHECK_EVERY = 6
MINUTES = 15
CODES = ("M.1", "M.2", "M.3", "M.4", "M.5", "M.6", "M.7", "M.8")
POOL, DRAWN, PAPERS = 40, 20, 40
PASS = 70


@dataclass(frozen=True)
class Paper:
    """One drawing of the exam: the seed gives this layout again; per slot the right answer and a wrong one."""

    seed: str
    layout: str
    slots: list


@dataclass
class GrownCourse:
    pk: int
    release: int
    title: str
    code: str
    agency: Agency
    modules: list
    unit_keys: list
    jp: Decimal
    competencies: list
    papers: list[Paper] = field(default_factory=list)

    @property
    def has_exam(self) -> bool:
        return bool(self.papers)


@dataclass(frozen=True)
class Pooled:
    """A question as ``marking.draw`` wants it."""

    pk: int
    kind: str
    competency: str
    difficulty: str
    body: dict
    key: dict


def courses(
    count: int, units: int, owners: list[tuple[Agency, User]], dice: random.Random, today: date
) -> list[GrownCourse]:
    """``count`` released courses of ``units`` units; two of three end with an exam."""
    course, release, version = next_pk(Course), next_pk(Release), next_pk(QuestionVersion)
    out = []
    for n in range(count):
        agency, publisher = owners[n % len(owners)]
        made = _course(n, units, agency, dice)
        made.pk, made.release = course + n, release + n
        released = datetime.combine(today - timedelta(days=dice.randint(600, 900)), time(3), UTC)
        version = _load(made, n, publisher, version, released, dice)
        out.append(made)
    catch_up(Course, Release, QuestionVersion)
    return out


def _course(n: int, units: int, agency: Agency, dice: random.Random) -> GrownCourse:
    form, topic = words.FORMS[n % len(words.FORMS)], words.TOPICS[n // len(words.FORMS) % len(words.TOPICS)]
    again = n // (len(words.FORMS) * len(words.TOPICS))
    codes = sorted({dice.choice(CODES), dice.choice(CODES)})
    return GrownCourse(
        pk=0, release=0, title=f"{form} {topic}{f' {again + 1}' if again else ''}", code=f"BESAR-{n + 1:03d}",
        agency=agency, modules=[], unit_keys=[uuid4(dice) for _unit in range(units)],
        jp=Decimal(max(1, units * MINUTES // 45)),
        competencies=[{"code": c, "level": dice.randint(1, 4), "proven_by": "Ujian akhir"} for c in codes],
    )  # fmt: skip


def _load(made: GrownCourse, n: int, publisher: User, version: int, released: datetime, dice: random.Random) -> int:
    """Write one course with everything its release freezes; returns the next free key of a question."""
    with_exam = n % 3 != 2
    questions = _questions(made, with_exam, version, dice)
    blobs = [_blob(made.title, at, dice) for at in range(len(made.unit_keys))]
    outline = _outline(made, blobs)
    exam = _exam(made.competencies[0]["code"]) if with_exam else {}
    facts = {
        "about": " ".join(dice.sample(words.SENTENCES, 5)), "outcomes": dice.sample(words.SENTENCES, 3),
        "audience": ["Petugas layanan", "Pejabat pengawas"], "mode": "daring", "level": 1,
        "competencies": made.competencies,
    }  # fmt: skip
    rules = {"pass_score": PASS, "sequential": True, "exam": with_exam}
    promise = f"Anda dapat menerapkan {made.title.lower()} dalam pekerjaan sehari-hari."
    load(
        Course, "id uuid agency code slug title recorded_at",
        [(made.pk, uuid4(dice), made.agency.pk, made.code, f"{slugify(made.title)}-{made.code.lower()}", made.title,
          released)],
    )  # fmt: skip
    load(
        Release, "id uuid course number kind title promise jp minutes facts outline rules exam digest released_by "
        "released_at",
        [(made.release, uuid4(dice), made.pk, 1, Release.Kind.MAJOR, made.title, promise, made.jp,
          MINUTES * len(made.unit_keys), facts, outline, rules, exam, _digest(made.title, facts, outline, rules, exam),
          publisher.pk, released)],
    )  # fmt: skip
    load(ContentBlob, "digest kind data text", ((digest, "unit", data, text) for digest, data, text in blobs))
    load(
        ReleaseUnit, "release unit_key ordinal required blob",
        ((made.release, key, at, True, blobs[at - 1][0]) for at, key in enumerate(made.unit_keys, 1)),
    )  # fmt: skip
    load(
        QuestionVersion, "id course question_key number kind competency difficulty body key digest",
        ((q.pk, made.pk, name, 1, q.kind, q.competency, q.difficulty, q.body, q.key, _digest(q.body, q.key))
         for name, _use, _unit, q in questions),
    )  # fmt: skip
    load(
        ReleaseQuestion, "release version use unit_key",
        ((made.release, q.pk, use, unit) for _name, use, unit, q in questions),
    )  # fmt: skip
    Course.everything.filter(pk=made.pk).update(current_release=made.release)
    if with_exam:
        pool = [q for _name, use, _unit, q in questions if use == "exam"]
        made.papers = [_paper(pool, exam, dice) for _one in range(PAPERS)]
    return version + len(questions)


def _digest(*parts) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _outline(made: GrownCourse, blobs: list) -> list[dict]:
    units = [
        {"key": str(key), "title": blobs[at][1]["title"], "minutes": MINUTES, "required": True,
         "blob": blobs[at][0], "checks": int(_has_check(at))}
        for at, key in enumerate(made.unit_keys)
    ]  # fmt: skip
    parts = [units[at : at + UNITS_A_MODULE] for at in range(0, len(units), UNITS_A_MODULE)]
    share = (made.jp / len(parts)).quantize(Decimal("0.1"))
    made.modules = [[f"Bagian {n}", str(share)] for n in range(1, len(parts) + 1)]
    goals = words.SENTENCES
    return [
        {"key": f"modul-{n}", "title": f"Bagian {n}", "jp": str(share), "outcome": goals[n % len(goals)], "units": part}
        for n, part in enumerate(parts, 1)
    ]


def _has_check(at: int) -> bool:
    return at % CHECK_EVERY == CHECK_EVERY - 1


def _blob(title: str, at: int, dice: random.Random) -> tuple[str, dict, str]:
    """The frozen text of one unit: about 700 words in the shapes authors use."""
    parts = []
    for section in range(3):
        text = "".join(f"<p>{' '.join(dice.choices(words.SENTENCES, k=5))}</p>" for _paragraph in range(3))
        parts += [{"kind": "heading", "title": f"Pokok {section + 1}"}, {"kind": "text", "html": text}]
    note = f"<p>{dice.choice(words.SENTENCES)}</p>"
    parts.append({"kind": "callout", "tone": "good", "title": "Ingat", "text": "", "html": note})
    parts.append({"kind": "steps", "title": "Urutan kerja", "steps": dice.sample(words.SENTENCES, 4)})
    if _has_check(at):
        parts.append({"kind": "check", "question": f"cek-{at + 1}"})
    data = {
        "title": f"{title}, pokok {at + 1}",
        "goal": dice.choice(words.SENTENCES),
        "minutes": MINUTES,
        "parts": parts,
    }
    return _digest("unit", data), data, text_of(parts)


def _questions(made: GrownCourse, with_exam: bool, first: int, dice: random.Random) -> list[tuple]:
    """(key, use, unit key, question) of checks and of the exam's pool."""
    competency = made.competencies[0]["code"]
    wanted = [(f"cek-{at + 1}", "check", key) for at, key in enumerate(made.unit_keys) if _has_check(at)]
    wanted += [(f"uji-{n + 1}", "exam", None) for n in range(POOL if with_exam else 0)]
    return [
        (name, use, unit, _question(first + n, "sedang" if n % 2 else "mudah", competency, made.title, dice))
        for n, (name, use, unit) in enumerate(wanted)
    ]  # fmt: skip


def _question(pk: int, difficulty: str, competency: str, title: str, dice: random.Random) -> Pooled:
    texts = [words.RIGHT, *words.WRONG]
    dice.shuffle(texts)
    options = [{"id": sign, "text": text} for sign, text in zip("abcd", texts, strict=True)]
    right = "abcd"[texts.index(words.RIGHT)]
    kind, rights = ("multiple", [right]) if pk % 8 == 0 else ("single", [right])
    body = {"text": dice.choice(words.STEMS).format(title.lower()), "options": options, "unit": ""}
    whys = {o["id"]: dice.choice(words.SENTENCES) for o in options}
    return Pooled(pk, kind, competency, difficulty, body, {"right": rights, "whys": whys, "reason": words.RIGHT})


def _exam(competency: str) -> dict:
    cells = [{"code": competency, "difficulty": level, "draw": DRAWN // 2} for level in ("mudah", "sedang")]
    return {"title": "Ujian akhir", "minutes": 45, "questions": DRAWN, "attempts": 3, "cells": cells}


def _paper(pool: list[Pooled], exam: dict, dice: random.Random) -> Paper:
    seed = f"{dice.getrandbits(128):032x}"
    layout = marking.draw(pool, exam["cells"], seed, exam["questions"])
    known = {q.pk: q for q in pool}
    slots = []
    for place in layout:
        question = known[place["version"]]
        right = question.key["right"]
        wrong = [next(sign for sign in place["options"] if sign not in right)]
        answers = (right, wrong) if question.kind == "multiple" else (right[0], wrong[0])
        slots.append((question.pk, question.competency, *answers))
    return Paper(seed, json.dumps(layout), slots)
