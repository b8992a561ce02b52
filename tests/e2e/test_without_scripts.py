"""W08: with JavaScript off people read, search, enrol, answer and submit an exam, and download their certificate."""

import time

import pytest

from tests.e2e.questions import Answers

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(visit):
    return lambda role="": visit(role, java_script_enabled=False)


def test_W08_search_and_enrol(plain):
    with plain("learner") as page:
        page.goto("/kursus/")
        page.get_by_role("searchbox").fill("santun")
        page.get_by_role("searchbox").press("Enter")
        page.get_by_role("link", name="Menulis jawaban yang santun dan jelas").first.click()
        page.locator("a[href*='/daftar/']").first.click()
        page.locator("main form button[type=submit]").first.click()
        page.goto("/beranda/")
        assert "Menulis jawaban yang santun dan jelas" in page.locator("main").inner_text()


def test_W08_read_a_unit_and_answer_its_checks(plain):
    answers = Answers()
    with plain("learner_midway") as page:
        page.goto("/beranda/")
        page.locator("a[href*='/belajar/']").first.click()
        before = page.url.split("#")[0]
        for n in range(page.locator("form[action$='/cek/']").count()):
            form = page.locator("form[action$='/cek/']").nth(n)
            answers.give(form.locator("fieldset"))
            form.locator("button[type=submit]").click()
        page.locator("form[action$='/selesai/'] button[type=submit]").click()
        assert page.url.split("#")[0] != before


def test_W08_sit_the_exam_and_take_the_certificate_home(plain):
    answers = Answers()
    with plain("learner_ready") as page:
        page.goto("/beranda/")
        page.locator("a[href*='/ujian/'], a[href*='/belajar/']").first.click()
        if "/kerja/" not in page.url:
            page.locator("main form button[type=submit]").first.click()
        questions = page.locator("fieldset[data-question]")
        for n in range(questions.count()):
            answers.give(questions.nth(n))
        page.locator("button[name=review]:visible").last.click()
        page.locator("main form button[type=submit]").last.click()
        assert "/hasil/" in page.url
        page.goto("/capaian/")
        page.locator("a[href*='/sertifikat/']").first.click()
        page.wait_for_load_state()
        # The file is made by a job; until then the page says that it is on its way.
        file = until_there(page, page.url.rstrip("/") + "/pdf/")
        assert file.body()[:5] == b"%PDF-"


def until_there(page, url: str):
    for _second in range(90):
        if (file := page.request.get(url)).status == 200:
            return file
        time.sleep(1)
    raise AssertionError(f"{url} did not come: {file.status}")
