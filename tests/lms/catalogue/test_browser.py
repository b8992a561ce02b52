"""Screens of an author that no walk of the demo world meets, before both accessibility engines (W01), in two widths."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from lms.catalogue import services
from lms.catalogue.models import QuestionVersion, UnitPage
from lms.catalogue.rules.uploads import Folder
from tests import makers
from tests.lms.player.line import HOST, Line

pytestmark = pytest.mark.django_db
SHOWN = HOST + "/meja/dilihat/"
LOOKS = ((1440, "light"), (320, "dark"))


@pytest.fixture
def course():
    return makers.make_release(units=1).course


@pytest.fixture
def author(client, course):
    """An author with the second step behind her, as the desk asks."""
    author = course.agency.people.get(name="Bambang Penulis").user
    client.force_login(author)
    return author


def both_engines(page, line, response, axe_faults, sniffer_faults) -> dict:
    """What they find on the screen of ``response``, which may be the answer to a form."""
    page.route("**/*", line.answer)
    page.route(SHOWN, lambda route: route.fulfill(content_type="text/html", body=response.content))
    found = {}
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.goto(SHOWN)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if faults := axe_faults(page) + sniffer_faults(page):
            found[width] = faults
    return found


def test_W01_a_question_whose_key_was_corrected(page, client, course, author, axe_faults, sniffer_faults):
    old = QuestionVersion.everything.get(course=course, question_key="cek-1")
    services.next_version(old, {**old.key, "right": ["b"]})
    response = client.get(reverse("catalogue:question", args=[course.uuid, "cek-1"]))
    assert b"h-corrected" in response.content
    assert both_engines(page, Line(client), response, axe_faults, sniffer_faults) == {}


def test_W01_what_an_import_would_overwrite(page, client, course, author, axe_faults, sniffer_faults):
    files = makers.course_files(code=course.code, units=1)
    unit = next(name for name in files if name.startswith("modul-1/"))
    key = UnitPage.objects.child_of(course.page).get().unit_key
    files[unit] = files[unit].replace(files[unit].split("key: ")[1].split("\n")[0], str(key)).replace("sabar", "tenang")
    staged = services.stage_import(folder=Folder(files, {}), agency=course.agency, by=author)
    response = client.get(reverse("catalogue:import_preview", args=[staged.uuid]))
    assert b"<details>" in response.content and b"<del>" in response.content
    assert both_engines(page, Line(client), response, axe_faults, sniffer_faults) == {}


def test_W01_C04_two_texts_of_two_editors(page, client, course, author, axe_faults, sniffer_faults):
    unit = UnitPage.objects.child_of(course.page).get()
    loaded = unit.latest_revision

    def save(goal):
        fields = {
            "title": unit.title, "goal": goal, "minutes": "15", "practice_minutes": "0", "required": "on",
            "body": streamfield([("text", rich_text("<p>Isi</p>"))]),
            **{f"comments-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")},
            "loaded_revision_id": str(loaded.pk), "loaded_revision_created_at": loaded.created_at.isoformat(),
        }  # fmt: skip
        return client.post(reverse("wagtailadmin_pages:edit", args=[unit.pk]), nested_form_data(fields))

    assert save("Tulisan rekan").status_code == 302
    response = save("Tulisan saya")
    assert response.status_code == 409
    assert both_engines(page, Line(client), response, axe_faults, sniffer_faults) == {}
