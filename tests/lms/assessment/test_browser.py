"""The exam page in a real browser: the script saves, waits while the line is down, and loses nothing.

Every request of the page is answered by Django's test client in this thread, so no server and no second connection.
"""

from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import connections
from django.urls import reverse

from lms.assessment import services
from lms.assessment.models import Attempt
from tests import makers
from tests.lms.assessment.makers import make_ready, slot_of

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


class Line:
    """The line between browser and application; ``down`` cuts it."""

    def __init__(self, client):
        self.client, self.down, self.connection = client, False, connections["default"]

    def answer(self, route):
        # Playwright calls back inside its event loop, where Django would open a connection of its own.
        connections["default"] = self.connection
        request, path = route.request, urlsplit(route.request.url).path
        if self.down:
            return route.abort()
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            return route.fulfill(path=found) if found else route.fulfill(status=404)
        kind = request.headers.get("content-type", "")
        body = request.post_data_buffer or b""
        response = self.client.generic(request.method, path, body, content_type=kind)
        headers = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
        return route.fulfill(status=response.status_code, headers=headers, body=response.content)


@pytest.fixture
def exam(page, client):
    ani = makers.make_person("Ani Lestari", user=True)
    attempt = services.start(enrolment=make_ready(learner=ani), by=None)
    client.force_login(ani.user)
    line = Line(client)
    page.route("**/*", line.answer)
    page.goto(HOST + reverse("assessment:take", args=[attempt.uuid]))
    return attempt, line


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
