"""Screens of learning in a real browser: on a narrow phone, by keyboard, without script, in light and dark."""

import pytest
from django.urls import reverse
from django.utils import translation

from lms.enrolment.models import Enrolment
from lms.progress import services as progress
from lms.progress.models import CheckAnswer
from tests import makers
from tests.lms.player.line import HOST, Line
from tests.lms.player.makers import keys_of, make_place

pytestmark = pytest.mark.django_db
# A choice shows the focus on its whole line.
OUTLINE = "(at => parseFloat(getComputedStyle(at.closest('.opt') || at).outlineWidth))(document.activeElement)"
# Whether a bar that stays on top lies over what has the focus.
COVERED = """(() => { const at = document.activeElement;
    if (!at || at === document.body || at.matches(".skip")) return false;
    const box = at.getBoundingClientRect(); if (!box.width || !box.height) return false;
    return [...document.querySelectorAll(".focus-top, .dock")].some(bar => { if (bar.contains(at)) return false;
        const over = bar.getBoundingClientRect();
        return over.top <= box.top && over.bottom >= box.bottom; }); })()"""
PUBLIC = ("pages:home", "pages:help", "pages:accessibility", "pages:privacy", "catalogue:list")


@pytest.fixture(autouse=True)
def indonesian():
    translation.activate("id")


@pytest.fixture
def ani(client):
    ani = makers.make_person("Ani Lestari", user=True)
    client.force_login(ani.user)
    return ani


@pytest.fixture
def place(ani):
    return make_place(learner=ani, units=4, sequential=True)


def connect(context_or_page, client) -> Line:
    line = Line(client)
    context_or_page.route("**/*", line.answer)
    return line


def address(place, name, key=None) -> str:
    return HOST + reverse(f"player:{name}", args=[place.uuid, key] if key else [place.uuid])


def too_wide(page) -> list[str]:
    """What reaches beyond the window, the outermost first; [] on a good page."""
    return page.evaluate("""() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter(node => node.getBoundingClientRect().right > innerWidth + 1
        && !node.closest(".scroll, .vh, details:not([open])")).slice(0, 4).map(node => node.outerHTML.slice(0, 90))""")


def learner_screens(place) -> list[str]:
    first, second, _third, last = keys_of(place)
    progress.finish_unit(enrolment=place, unit_key=first)
    return [
        HOST + reverse("player:home"),
        address(place, "unit", first),
        address(place, "unit", second),  # with a way back
        address(place, "unit", last),  # locked
        address(place, "done"),
        HOST + reverse("enrolment:enrol", args=[place.run.uuid]),
        HOST + reverse("enrolment:leave", args=[place.uuid]),
        HOST + reverse("catalogue:course", args=[place.course.slug]),
        HOST + reverse("catalogue:list") + "?q=tidak-ada",
        *(HOST + reverse(name) for name in PUBLIC),
        HOST + "/tidak-ada/",
    ]


def organiser_screens(place) -> list[str]:
    run = place.run.uuid
    names = ("run", "add", "again", "change")
    return [HOST + reverse("enrolment:runs"), *(HOST + reverse(f"enrolment:{name}", args=[run]) for name in names),
            HOST + reverse("player:look", args=[run])]  # fmt: skip


def test_W05_no_screen_scrolls_sideways_at_320_pixels(page, client, place):
    connect(page, client)
    page.set_viewport_size({"width": 320, "height": 640})
    wide = []
    for screen in learner_screens(place):
        page.goto(screen)
        wide += [(screen, what) for what in too_wide(page)]
    budi = makers.make_person("Budi Santoso", agency=place.run.agency, roles=["organiser"])
    client.force_login(budi.user)
    for screen in organiser_screens(place):
        page.goto(screen)
        wide += [(screen, what) for what in too_wide(page)]
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_W01_L115_axe_finds_nothing(page, client, place, axe_faults, scheme, width):
    connect(page, client)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    found = {}
    for screen in learner_screens(place):
        page.goto(screen)
        if faults := axe_faults(page):
            found[screen] = faults
    page.goto(address(place, "unit", keys_of(place)[0]) + "#daftar-isi")
    found |= {"drawer open": faults} if (faults := axe_faults(page)) else {}
    budi = makers.make_person("Budi Santoso", agency=place.run.agency, roles=["organiser"])
    client.force_login(budi.user)
    for screen in organiser_screens(place):
        page.goto(screen)
        if faults := axe_faults(page):
            found[screen] = faults
    assert found == {}


def test_L115_the_outline_opens_closes_and_gives_the_focus_back(page, client, place):
    connect(page, client)
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(address(place, "unit", keys_of(place)[0]))
    opener = page.get_by_role("link", name="Table of contents")
    drawer = page.locator("#daftar-isi")
    for leave in ("Escape", "outside", "Close"):
        opener.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelector('#daftar-isi').contains(document.activeElement)")
        assert drawer.evaluate("node => getComputedStyle(node).position") == "fixed"
        if leave == "Escape":
            page.keyboard.press("Escape")
        elif leave == "outside":
            page.mouse.click(350, 400)
        else:
            page.locator("[data-close]").click()
        assert drawer.evaluate("node => getComputedStyle(node).position") == "static", leave
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#daftar-isi", leave


def test_the_bar_on_a_phone_has_five_and_the_rest_behind_the_last(page, client, ani):
    connect(page, client)
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(HOST + reverse("player:home"))
    assert page.locator(".rail > div > ul > li:visible").count() == 5
    more = page.locator(".sheet > summary")
    more.click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    assert page.locator(".sheet .lang").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".sheet").get_attribute("open") is None
    assert more.evaluate("node => node === document.activeElement")


def test_W02_the_keyboard_starts_with_the_way_to_the_content_and_sees_where_it_is(page, client, place):
    connect(page, client)
    for screen in (HOST + "/", HOST + reverse("player:home"), address(place, "unit", keys_of(place)[0])):
        page.goto(screen)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()["y"] >= 0
        for _step in range(12):
            page.keyboard.press("Tab")
            width = page.evaluate(OUTLINE)
            assert width >= 2, page.evaluate("document.activeElement.outerHTML")


def test_W02_the_focus_is_never_hidden_under_a_bar(page, client, place):
    connect(page, client)
    page.set_viewport_size({"width": 360, "height": 560})
    page.goto(address(place, "unit", keys_of(place)[0]))
    hidden = []
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(COVERED):
            hidden.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert hidden == []


def test_W07_a_refused_form_puts_the_focus_on_its_summary_with_links_to_the_fields(page, client, place):
    connect(page, client)
    budi = makers.make_person("Budi Santoso", agency=place.run.agency, roles=["organiser"])
    client.force_login(budi.user)
    page.goto(HOST + reverse("enrolment:change", args=[place.run.uuid]))
    page.fill("#id_name", "")
    page.fill("#id_ends_on", "2020-01-01")
    page.locator("form .btn-primary").click()
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.locator("[role=alert] a").first.click()
    assert page.url.endswith("#id_name")
    assert page.get_attribute("#id_name", "aria-invalid") == "true"
    assert page.locator(f"#{page.get_attribute('#id_name', 'aria-describedby').split()[-1]}").is_visible()


def test_L18_what_was_read_on_one_device_is_where_the_other_opens(page, client, place):
    connect(page, client)
    page.set_viewport_size({"width": 360, "height": 600})
    key = keys_of(place)[0]
    page.goto(address(place, "unit", key))
    last = page.locator(".prose > .at").count()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("scrollY > 100")
    page.evaluate("dispatchEvent(new Event('scroll')); dispatchEvent(new Event('pagehide'))")
    page.wait_for_function("document.querySelector('[data-saved-short]').textContent.startsWith('Saved')")
    kept = Enrolment.everything.get(pk=place.pk)
    assert (str(kept.last_unit), kept.last_part) == (key, last)
    page.goto(address(place, "resume"))
    page.wait_for_url(f"**#b-{last}")


def test_L18_who_jumps_to_another_unit_stays_there(page, client, ani):
    """A browser takes leave of a page after it asked for the next one; without order both units are open."""
    place = make_place(learner=ani, units=2, sequential=False)
    first, second = keys_of(place)
    connect(page, client)
    page.set_viewport_size({"width": 360, "height": 400})
    page.goto(address(place, "unit", first))
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("scrollY > 20")
    page.evaluate("dispatchEvent(new Event('scroll'))")
    # The next page is asked for first. What a page sends while it unloads is not always seen from outside, so the
    # leave is taken by hand.
    assert client.get(reverse("player:unit", args=[place.uuid, second])).status_code == 200
    with page.expect_response("**/sampai/"):
        page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.goto(address(place, "resume"))
    page.wait_for_url(f"**/{second}/**")


def test_L19_a_choice_not_yet_checked_is_there_after_a_reload_and_after_going_back(page, client, place):
    connect(page, client)
    first = address(place, "unit", keys_of(place)[0])
    page.goto(first)
    page.locator(".check .opt").nth(1).click()
    page.reload()
    assert page.locator(".check .opt input").nth(1).is_checked()
    page.goto(HOST + reverse("player:home"))
    page.go_back()
    page.wait_for_load_state()
    assert page.locator(".check .opt input").nth(1).is_checked()


def test_W08_the_whole_course_without_script(browser, client, place):
    with browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780}) as context:
        connect(context, client)
        page = context.new_page()
        page.goto(HOST + reverse("player:home"))
        page.get_by_role("link", name="Begin, 15 minutes").click()
        page.wait_for_url("**/belajar/**")
        page.locator(".dock button").click()
        page.wait_for_url("**#belum")
        assert page.get_by_text("Not complete yet: Check 1 is not answered yet.").is_visible()
        page.locator(".check .opt").first.click()
        page.get_by_role("button", name="Check the answer").click()
        page.wait_for_url("**#soal-*")
        assert CheckAnswer.everything.filter(enrolment=place).count() == 1
        for key in keys_of(place)[1:]:
            page.locator(".dock button").click()
            page.wait_for_url(f"**/{key}/")
        page.locator(".dock button").click()
        page.wait_for_url("**/tamat/")
        page.get_by_role("link", name="See the certificate").click()
        page.wait_for_url("**/sertifikat/**")
        assert Enrolment.everything.get(pk=place.pk).state == "completed"
