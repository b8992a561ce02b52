"""W02: the screens people finish their work on, by keyboard alone: focus is seen, never under a bar, never trapped, and
goes on as one reads. What people do there from beginning to end is typed in ``test_keys_alone.py``.
"""

import pytest

pytestmark = pytest.mark.browser
# Twelve screens that carry the product: who, and how they get there.
WALKS = {
    "sign in": ("", "/akun/masuk/"),
    "search the catalogue": ("", "/kursus/"),
    "a course and its enrolment": ("", "/kursus/operator-sp4n-lapor/"),
    "learner home": ("learner_midway", "/beranda/"),
    "a unit": ("learner_midway", "resume"),
    "before the exam": ("learner_ready", "exam"),
    "achievements": ("learner", "/capaian/"),
    "check a certificate": ("", "/periksa/"),
    "author's desk": ("facilitator", "/meja/"),
    "import a course": ("facilitator", "/meja/impor/"),
    "runs": ("organiser", "/angkatan/"),
    "people of the agency": ("hr_analyst", "/talenta/"),
}
MOST_STOPS = 160
# What the focused element looks like, whether a bar that stays in place lies over its middle, and whether the focus
# went back up the column it came from (a bar stands beside the text, so coming from or to one is no step back).
FOCUSED = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const ring = one => { const look = getComputedStyle(one);
    return (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2) || look.boxShadow !== 'none'; };
  const label = it.labels && it.labels[0], box = it.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1), y = box.top + box.height / 2;
  let bar = y >= 0 && y < innerHeight ? document.elementFromPoint(x, y) : null;
  while (bar && !['fixed', 'sticky'].includes(getComputedStyle(bar).position)) bar = bar.parentElement;
  it.dataset.stop = it.dataset.stop || String(++window.stops || (window.stops = 1));
  const place = {left: box.left, right: box.right, top: box.top + scrollY, bottom: box.bottom + scrollY};
  for (let one = it; one && one !== document.documentElement; one = one.parentElement) {
    place.top += one === it ? 0 : one.scrollTop; place.bottom += one === it ? 0 : one.scrollTop;
    if (['fixed', 'sticky', 'absolute'].includes(getComputedStyle(one).position)) place.free = true;
  }
  const last = window.lastStop; window.lastStop = place;
  const up = last && !last.free && !place.free && place.bottom <= last.top
             && place.left < last.right && place.right > last.left;
  return {stop: it.dataset.stop, ringed: Boolean(ring(it) || (label && ring(label))),
          covered: Boolean(bar && !bar.contains(it)), back: Boolean(up),
          what: it.tagName + ' ' + (it.innerText || it.name || it.id || '').trim().slice(0, 40)};
}"""


def open_screen(page, target: str) -> None:
    if target.startswith("/"):
        page.goto(target)
        return
    page.goto("/beranda/")
    wanted = "a[href*='/ujian/']" if target == "exam" else "a[href*='/belajar/']"
    page.locator(f"{wanted}, a[href*='/belajar/']").first.click()
    page.wait_for_load_state()


def faults_by_tab(page, most: int = MOST_STOPS) -> list[str]:
    """What a walk by Tab through the open screen shows of W02: each stop once, then round; a good screen gives []."""
    page.locator("body").press("Home")
    page.evaluate("document.activeElement && document.activeElement.blur()")
    stops, faults = [], []
    for _press in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop["stop"] in stops:
            break
        stops.append(stop["stop"])
        if not stop["ringed"]:
            faults.append(f"no focus ring: {stop['what']}")
        if stop["covered"]:
            faults.append(f"covered: {stop['what']}")
        if stop["back"]:
            faults.append(f"back up: {stop['what']}")
    else:
        faults.append("no end after many stops")
    return faults if len(stops) >= 5 else [*faults, "few stops"]


@pytest.mark.parametrize("walk", WALKS)
def test_W02_every_stop_is_seen_and_none_is_a_trap(walk, visit):
    role, target = WALKS[walk]
    # Without the glide of a smooth scroll: what counts is where a stop comes to rest.
    with visit(role, reduced_motion="reduce") as page:
        open_screen(page, target)
        assert faults_by_tab(page) == []


def test_W02_the_first_stop_leads_past_the_menu(visit):
    with visit("learner") as page:
        page.goto("/beranda/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#isi"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('#isi').contains(document.activeElement)")


def test_W02_a_stranger_signs_in_by_keyboard_alone(site, visit):
    account = site.accounts["learner_midway"]
    with visit() as page:
        page.goto("/akun/masuk/")
        # The browser puts the caret into the first field when it first draws the page, which may be after "load".
        page.wait_for_function("document.activeElement.name === 'login'")
        page.keyboard.type(account["sign_in"])
        page.keyboard.press("Tab")
        page.keyboard.type(account["password"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/beranda/")
