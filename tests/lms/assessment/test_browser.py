"""The exam page in a real browser: the script saves, waits while the line is down, and loses nothing.

Every request of the page is answered by Django's test client in this thread, so no server and no second connection.
"""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from lms.assessment import services
from lms.assessment.models import Attempt
from lms.assessment.services import examining
from tests import makers
from tests.e2e.keys import Keys
from tests.lms.assessment.makers import make_ready, slot_of
from tests.lms.player.line import Line as WholeLine

pytestmark = pytest.mark.django_db
HOST = "http://testserver"
RIGHT = ("Melayani", "Nama", "Lokasi", "Benar")


class Line:
    """The line between browser and application; ``down`` cuts it."""

    def __init__(self, client):
        self.client, self.down, self.connection = client, False, connections["default"]
        self.now = None  # the server's clock, where a test sets it

    def answer(self, route):
        # Playwright calls back inside its event loop, where Django would open a connection of its own.
        connections["default"] = self.connection
        path = urlsplit(route.request.url).path
        if self.down:
            return route.abort()
        if self.now and not path.startswith("/static/"):
            with time_machine.travel(self.now, tick=False):
                return self.reply(route, path)
        return self.reply(route, path)

    def reply(self, route, path):
        request = route.request
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            return route.fulfill(path=found) if found else route.fulfill(status=404)
        kind = request.headers.get("content-type", "")
        body = request.post_data_buffer or b""
        token = request.headers.get("x-csrftoken", "")
        response = self.client.generic(request.method, path, body, content_type=kind, HTTP_X_CSRFTOKEN=token)
        if response.status_code == 302 and request.resource_type == "fetch":  # a redirect would not come back here
            response = self.client.get(response["Location"])
        headers = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
        return route.fulfill(status=response.status_code, headers=headers, body=response.content)


@pytest.fixture
def begun(page, client):
    """An exam of ten minutes that has just started, its page not opened yet."""
    ani = makers.make_person("Ani Lestari", user=True)
    attempt = services.start(enrolment=make_ready(learner=ani), by=None)
    client.force_login(ani.user)
    line = Line(client)
    page.route("**/*", line.answer)
    return attempt, line


@pytest.fixture
def exam(begun, page):
    page.goto(HOST + reverse("assessment:take", args=[begun[0].uuid]))
    return begun


def answers(attempt) -> dict:
    return Attempt.everything.get(pk=attempt.pk).answers


def test_a_choice_is_saved_by_itself(exam, page):
    attempt, _line = exam
    slot = slot_of(attempt, "truefalse")
    with page.expect_response("**/simpan/"):
        page.check(f"input[name=s{slot}][value=a]")
    assert answers(attempt) == {slot: "a"}


def test_E06_what_is_answered_while_the_line_is_down_survives_a_reload(exam, page):
    attempt, line = exam
    slot = slot_of(attempt, "numeric")
    line.down = True
    with page.expect_event("requestfailed"):
        page.fill(f"input[name=s{slot}]", "1,5")
    page.wait_for_selector("#exam-notice:not([hidden])")
    assert answers(attempt) == {}
    line.down = False
    with page.expect_response("**/simpan/"):
        page.reload()
    assert page.input_value(f"input[name=s{slot}]") == "1,5"
    assert answers(attempt) == {slot: "1,5"}


def test_E04_what_the_line_held_back_over_the_deadline_is_sent_before_the_result_is_shown(exam, page):
    attempt, line = exam
    slot = slot_of(attempt, "numeric")
    line.down = True
    with page.expect_event("requestfailed"):
        page.fill(f"input[name=s{slot}]", "1,5")
    Attempt.everything.filter(pk=attempt.pk).update(deadline_at=timezone.now() - timedelta(minutes=1))
    page.clock.install()
    page.clock.run_for(timedelta(minutes=11).seconds * 1000)
    assert "/hasil/" not in page.url
    line.down = False
    with page.expect_response("**/simpan/"):
        page.clock.run_for(60_000)
    page.clock.run_for(5_000)
    page.wait_for_url("**/hasil/")
    closed = Attempt.everything.get(pk=attempt.pk)
    assert (closed.answers, closed.late_answers["answers"]) == ({}, {slot: "1,5"})


def test_E07_who_signs_in_again_after_the_deadline_has_her_last_answers_put_aside(exam, page):
    attempt, line = exam
    slot = slot_of(attempt, "numeric")
    line.client.logout()
    with page.expect_response(lambda response: response.status == 401):
        page.fill(f"input[name=s{slot}]", "1,5")
    Attempt.everything.filter(pk=attempt.pk).update(deadline_at=timezone.now() - timedelta(minutes=1))
    line.client.handler.enforce_csrf_checks = True
    line.client.force_login(attempt.enrolment.learner.user)
    line.client.cookies["csrftoken"] = "b" * 32  # each sign-in makes a new one
    page.clock.install()
    with page.expect_response(lambda response: response.status == 409):
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.clock.run_for(2_000)
        page.wait_for_timeout(500)
        page.clock.run_for(2_000)
    expect(page.locator("#exam-notice a")).to_have_attribute("href", reverse("assessment:result", args=[attempt.uuid]))
    closed = Attempt.everything.get(pk=attempt.pk)
    assert (closed.answers, closed.late_answers["answers"]) == ({}, {slot: "1,5"})


def test_E01_two_windows_join_their_answers(exam, page):
    attempt, _line = exam
    mine, theirs = slot_of(attempt, "truefalse"), slot_of(attempt, "numeric")
    services.save(attempt_uuid=attempt.uuid, learner_id=attempt.enrolment.learner_id, seq=1, answers={theirs: "7"})
    with page.expect_response(lambda response: "simpan" in response.url and response.status == 200):
        page.check(f"input[name=s{mine}][value=b]")
    assert answers(attempt) == {mine: "b", theirs: "7"}
    assert page.input_value(f"input[name=s{theirs}]") == "7"


def test_the_page_has_no_faults_for_axe(exam, page, axe_faults):
    assert axe_faults(page) == []


HEAR = """() => {
  const live = document.getElementById('exam-announcer');
  window.heard = [live.textContent];
  new MutationObserver(() => window.heard.push(live.textContent)).observe(live, {childList: true});
}"""
COUNT_QUESTIONS = """() => {
  const ask = window.fetch;
  window.asking = 0;
  window.fetch = (...what) => { window.asking += 1; return ask(...what).finally(() => { window.asking -= 1; }); };
}"""
SILENT_CLOCK = (
    "document.querySelector('[data-clock]').closest('[aria-live], [role=status], [role=alert], [role=timer]')"
)


def test_W02_from_the_home_to_the_result_by_keyboard_alone(page, client):
    """One of the flows of tests/e2e/test_keys_alone.py; here, because the demo world has one exam for all tests."""
    ani = makers.make_person("Ani Lestari", user=True)
    make_ready(learner=ani)
    client.force_login(ani.user)
    page.route("**/*", WholeLine(client).answer)
    page.emulate_media(reduced_motion="reduce")
    keys = Keys(page)
    page.goto(HOST + reverse("player:home"))
    keys.go(page.locator("main a[href*='/ujian/']"))
    keys.go(page.locator("main form button[type=submit]"))
    questions = page.locator("fieldset[data-question]")
    expect(questions).to_have_count(4)
    for question in questions.all():
        if question.locator("input[type=text]").count():
            keys.to(question.locator("input[type=text]")).type("1,5")
        for label in question.locator("label").all():
            if label.inner_text().strip() in RIGHT:
                keys.choose(label.locator("input"))
    keys.go(page.locator("button[name=review]").locator("visible=true"))
    keys.go(page.locator("main form button[type=submit]"))
    page.wait_for_url("**/hasil/")
    expect(page.locator("main")).to_contain_text("100")
    keys.to(page.locator("main a").first)


class Sitting:
    """The exam page with both clocks in the test's hand: the browser's, and the server's as the page asks it."""

    def __init__(self, attempt, line, page):
        self.attempt, self.line, self.page, self.gone = attempt, line, page, 0
        self.line.now = attempt.started_at
        page.clock.install(time=attempt.started_at)
        page.goto(HOST + reverse("assessment:take", args=[attempt.uuid]))
        self.hears("10 minutes are left.")
        page.evaluate(HEAR)
        page.evaluate(COUNT_QUESTIONS)
        # From here nothing moves but by `passes`; what the loading took leaves a few seconds of slack.
        page.clock.pause_at(attempt.started_at + timedelta(seconds=60))
        self.gone = 60

    def passes(self, seconds: int) -> None:
        for _second in range(seconds):
            self.gone += 1
            self.line.now = self.attempt.started_at + timedelta(seconds=self.gone)
            self.page.clock.run_for(1000)
            while self.page.evaluate("window.asking"):
                pass  # an answer that came seconds later by this clock would be a slow server's

    def hears(self, words: str) -> None:
        # Not wait_for_function: it counts frames, which stand still with the clock.
        expect(self.page.locator("#exam-announcer")).to_have_text(words, timeout=15_000)

    def heard(self) -> list[str]:
        return self.page.evaluate("window.heard")


def test_W04_time_is_announced_at_10_5_and_1_minute_and_at_no_other_second(begun, page):
    sitting = Sitting(*begun, page)
    sitting.passes(220)
    assert sitting.heard() == ["10 minutes are left."]
    sitting.passes(25)
    sitting.hears("5 minutes are left.")
    sitting.passes(220)
    assert len(sitting.heard()) == 2
    sitting.passes(25)
    sitting.hears("One minute is left.")
    sitting.passes(40)
    assert page.inner_text("[data-clock]").endswith(" seconds left")
    assert sitting.heard() == ["10 minutes are left.", "5 minutes are left.", "One minute is left."]
    # The seconds that run beside it are read by eyes only.
    assert page.evaluate(SILENT_CLOCK) is None


def test_W04_W06_time_that_was_given_meanwhile_is_announced_instead_of_the_warning(begun, page):
    sitting = Sitting(*begun, page)
    attempt, _line = begun
    examiner = makers.make_person("Hendra", roles=["facilitator"]).user
    examining.allow_more(enrolment=attempt.enrolment, minutes=10, by=examiner, reason="layar pembaca")
    sitting.passes(245)
    sitting.hears("You were given more time: 15 minutes are left.")
    assert sitting.heard() == ["10 minutes are left.", "You were given more time: 15 minutes are left."]
