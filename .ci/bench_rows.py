"""The rows of the bench: what each asks of the site, prepared on the grown base."""

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import bench_world as world
from bench_http import TOKEN, Answer, Ask

Step = Ask | Callable[[list[Answer]], Ask]
JSON = "application/json"
OFTEN, ONCE = (int(os.environ.get(f"BENCH_{name}") or usual) for name, usual in (("OFTEN", 120), ("ONCE", 60)))
# Measured one by one; pools that are used up get this many more for the crowd.
CROWD = 200


@dataclass
class Row:
    """``chains`` are worked off in order. A chain is one item when ``whole``, else each of its steps is one."""

    name: str
    chains: list[list[Step]]
    once: bool = False  # an item cannot be asked twice
    whole: bool = False
    worth: int = 1  # how many things one item does
    sources: list[str] = field(default_factory=lambda: ["127.0.0.1"])
    most: int = 0  # requests an address may make


def post(path: str, session: str, data: dict, *, expect=(302,)) -> Ask:
    return Ask(path, "POST", session, urlencode({"csrfmiddlewaretoken": TOKEN, **data}).encode(), expect=expect)


def save(attempt: str, session: str, seq: int, answers: dict) -> Ask:
    body = json.dumps({"seq": seq, "answers": answers}).encode()
    return Ask(f"/ujian/kerja/{attempt}/simpan/", "POST", session, body, JSON)


def public() -> list[Row]:
    """Pages anybody reads."""
    courses = [[Ask(f"/kursus/{slug}/")] for slug in world.slugs(20)]
    words = ("data", "layanan", "risiko", "praktik+pengelolaan", "zzz")
    return [
        Row("public_home", [[Ask("/")]]),
        Row("catalogue", [[Ask("/kursus/")]]),
        Row("search", [[Ask(f"/kursus/?q={one}")] for one in words]),
        Row("course_page", courses),
    ]


def verify() -> Row:
    from lms.records.models import Certificate

    codes = Certificate.everything.order_by("pk").values_list("code", flat=True)[:400]
    addresses = [f"127.0.1.{n}" for n in range(1, 60)]
    return Row("verify", [[Ask(f"/periksa/{code}/")] for code in codes], sources=addresses, most=28)


def learning(dice: random.Random) -> list[Row]:
    """Home, reading a unit that was not open before, marking units done."""
    known = world.grown_learners(40, dice)
    reading = [_reading(one) for one in known]
    fresh = world.cohort((ONCE + CROWD) // 5 + 1, with_exam=False, ready=False)
    return [
        Row("learner_home", [[Ask("/beranda/", session=one.session)] for one in known]),
        Row("unit_view", reading),
        Row("unit_done", [_finishing(one) for one in fresh], once=True),
    ]


def _unit(place, n: int) -> str:
    return f"/belajar/{place.uuid}/{place.release.units[n]['key']}/"


def _reading(one: world.Learner) -> list[Step]:
    """Two units in turn: each view is a step to another unit, as in reading on."""
    done = one.place.units_done
    return [Ask(_unit(one.place, n), session=one.session) for n in (done - 1, done)]


def _finishing(one: world.Learner) -> list[Step]:
    """Five units in order; the sixth has a check question."""
    return [post(f"{_unit(one.place, n)}selesai/", one.session, {}) for n in range(5)]


def exam(people: list[world.Learner]) -> list[Row]:
    """Start, autosave, submit and a whole quiz, each on people who have read everything."""
    right = world.right_answers(world.exam_course())
    starts, saves, submits, passes, wholes = (people[n::5] for n in range(5))
    return [
        Row("quiz_start", [[start(one)] for one in starts], once=True),
        Row("autosave", [saving(one) for one in _begun(saves[:40])], once=True),
        Row("submit", [[_submit(one, a)] for one, a in _begun(submits, answers=None)], once=True),
        Row("submit_passed", [[_submit(one, a)] for one, a in _begun(passes, answers=right)], once=True),
        Row("quiz_whole", [whole_quiz(one, right) for one in wholes], once=True, whole=True),
    ]


def start(one: world.Learner) -> Ask:
    return post(f"/ujian/{one.place.uuid}/", one.session, {})


def _begun(people: list[world.Learner], answers: dict | None = None) -> list[tuple]:
    """Attempts begun through the service, with answers already saved."""
    from lms.assessment import services
    from lms.assessment.models import Attempt

    begun = []
    for one in people:
        attempt = services.start(enrolment=one.place, by=None)
        chosen = _paper(attempt.layout, answers) if answers else _paper(attempt.layout, {}, wrong=True)
        Attempt.everything.filter(pk=attempt.pk).update(answers=chosen, save_seq=1)
        begun.append((one, attempt))
    return begun


def _paper(layout: list, right: dict, *, wrong: bool = False) -> dict:
    """Answers by slot: the right ones, or the first option of each."""
    if wrong:
        return {str(n): slot["options"][0] for n, slot in enumerate(layout, 1)}
    return {str(n): right[slot["version"]] for n, slot in enumerate(layout, 1)}


def saving(pair: tuple) -> list[Step]:
    one, attempt = pair
    full = _paper(attempt.layout, {}, wrong=True)
    kept = [dict(list(full.items())[: 2 * n]) for n in range(1, 11)]
    return [save(attempt.uuid, one.session, n + 1, kept[n % 10]) for n in range(1, 31)]


def _submit(one: world.Learner, attempt) -> Ask:
    return post(f"/ujian/kerja/{attempt.uuid}/periksa/", one.session, {})


def whole_quiz(one: world.Learner, right: dict, saves: int = 10) -> list[Step]:
    """Start, the paper, ten saves, submit, the review of the answers: 14 requests of one person."""
    return [
        start(one),
        lambda past: Ask(past[0].headers["location"], session=one.session),
        *[_next_save(one, n, saves) for n in range(1, saves + 1)],
        lambda past: post(f"{past[0].headers['location']}periksa/", one.session, {}),
        lambda past: Ask(f"{past[0].headers['location']}hasil/", session=one.session),
    ]


def _next_save(one: world.Learner, n: int, saves: int) -> Step:
    def step(past: list[Answer]) -> Ask:
        attempt = attempt_of(past[0])
        answers = {str(slot): "a" for slot in range(1, 2 * n + 1)}
        return save(attempt, one.session, n, answers)

    return step


def attempt_of(started: Answer) -> str:
    """The attempt a start leads to."""
    return started.headers["location"].rstrip("/").rpartition("/")[2]


def sign_in(count: int) -> Row:
    data = [{"login": number, "password": world.PASSWORD} for number in world.sign_ins(count)]
    chains = [[post("/akun/masuk/", "", one)] for one in data]
    return Row("sign_in", chains, once=True, sources=[f"127.0.2.{n}" for n in range(1, 60)], most=20)


def participants() -> Row:
    run = world.run_of(1000)
    _user, session = world.organiser_of(run)
    return Row("participants", [[Ask(f"/angkatan/{run.uuid}/", session=session)]])


def report(count: int) -> Row:
    """The progress report of ``count`` people, fetched whole."""
    run = world.report_run(count)
    _user, session = world.organiser_of(run)
    return Row("report_csv", [[Ask(f"/angkatan/{run.uuid}/csv/", session=session)]])


def enrol_bulk(lists: int, lines: int) -> Row:
    run, numbers = world.fresh_numbers(lists * lines)
    _user, session = world.organiser_of(run)
    size = max(1, min(lines, len(numbers) // lists))
    parts = [numbers[n * size : (n + 1) * size] for n in range(lists)]
    asks = [post(f"/angkatan/{run.uuid}/tambah/", session, {"numbers": "\n".join(p), "commit": "1"}) for p in parts]
    return Row("enrol_bulk", [[ask] for ask in asks], once=True, worth=size)
