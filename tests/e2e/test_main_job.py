"""The main job, by the people who do it, in one go: from a folder of text files to evidence in a talent profile.

Bambang drafts and submits, Pratiwi (who wrote none of it) releases, Hendra opens an angkatan, Sari learns and passes,
a stranger checks her certificate, Dwi of her agency sees what came of it, Citra of another agency sees nothing.
"""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest

from tests.e2e.questions import FOLDER, Answers

CODE, TITLE = "LAPOR-ALUR", "Operator SP4N-LAPOR! untuk alur utama"
EDITED = "Warga yang melapor menolong kita melihat lebih awal."
pytestmark = pytest.mark.browser


def zipped() -> bytes:
    """The project's own folder under a code and title of its own: the demo world has already released it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as folder:
        for path in sorted(FOLDER.rglob("*")):
            if path.suffix == ".png":
                folder.write(path, path.relative_to(FOLDER))
            elif path.suffix in (".md", ".yaml") and path.name != "README.md":
                text = path.read_text(encoding="utf-8")
                text = text.replace("code: LAPOR-OP", f"code: {CODE}")
                text = text.replace("title: Operator SP4N-LAPOR!\n", f"title: {TITLE}\n")
                folder.writestr(str(path.relative_to(FOLDER)), text)
    return data.getvalue()


def test_the_main_job(site, visit):
    with visit("facilitator") as page:
        desk = draft_and_submit(page)
    with visit("publisher") as page:
        release(page, desk)
    with visit("organiser") as page:
        open_a_run(page)
    with visit("learner") as page:
        enrol(page)
        read_every_unit(page)
        pass_the_exam(page)
        code, award = hold_the_certificate(page)
    with visit() as page:
        verify(page, code)
    with visit("hr_analyst") as page:
        profile = open_the_profile(page, site.accounts["learner"]["name"])
    with visit("hr_analyst_other_agency") as page:
        assert page.goto(profile).status == 404
        assert site.accounts["learner"]["name"] not in page.content()
        assert page.goto(award).status == 404
    with visit("learner") as page:
        see_who_looked(page, site.accounts["hr_analyst"]["name"])
    assert "FAILED" not in site.manage("check_invariants")
    assert '"level": "ERROR"' not in site.said()


def draft_and_submit(page) -> str:
    page.goto("/meja/impor/")
    upload = {"name": "kursus.zip", "mimeType": "application/zip", "buffer": zipped()}
    page.locator("input[type=file]").first.set_input_files(upload)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("button", name="Impor", exact=True).click()  # what it would change was shown first
    page.wait_for_url(re.compile(r"/meja/[0-9a-f-]{36}/$"))
    desk = page.url
    assert TITLE in page.locator("h1").inner_text()
    edit_in_wagtail(page)
    page.goto(desk)
    page.get_by_role("button", name="Kirim untuk ditinjau").click()
    page.wait_for_load_state()
    return desk


def edit_in_wagtail(page) -> None:
    """One field of the first unit, changed in Wagtail's own editor and saved as a draft."""
    page.locator("a[href*='/tata-kelola/pages/'][href*='/edit/']", has_text="Mengapa pengaduan berharga").first.click()
    page.locator("[name=goal]").fill(EDITED)
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/edit/" in answer.url):
        page.locator("button[type=submit].action-save").first.click()
    page.wait_for_load_state()


def release(page, desk: str) -> None:
    page.goto(desk)
    page.get_by_role("link", name="Buka tinjauan").click()
    assert EDITED in page.content()
    page.get_by_role("button", name=re.compile("[Tt]erbitkan|[Ss]etujui")).first.click()
    page.wait_for_url(desk)
    assert "terbitan 1" in page.content().casefold()


def open_a_run(page) -> None:
    page.goto("/angkatan/")
    page.locator("a[href*='/angkatan/baru/']", has_text=TITLE).first.click()
    today = date.today()
    page.locator("[name=name]").fill("Angkatan alur utama")
    for field, days in (("starts_on", 0), ("ends_on", 40), ("enrol_from", 0), ("enrol_until", 30)):
        page.locator(f"[name={field}]").fill((today + timedelta(days=days)).isoformat())
    page.locator("[name=seats]").fill("5")
    page.get_by_role("button", name="Buka angkatan ini").click()
    page.wait_for_load_state()
    assert "Angkatan alur utama" in page.locator("h1").inner_text()


def enrol(page) -> None:
    page.goto("/kursus/")
    page.get_by_role("searchbox").fill(TITLE)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=TITLE).first.click()
    page.locator("a[href*='/daftar/']").first.click()
    page.get_by_role("button", name="Daftar sekarang").click()
    page.wait_for_load_state()


def read_every_unit(page) -> None:
    """From home by 'Lanjutkan', every unit with its checks, to the door of the exam."""
    answers = Answers()
    page.goto("/beranda/")
    page.locator("a[href*='/belajar/']", has_text=re.compile("Mulai|Lanjutkan")).first.click()
    seen = set()
    while "/ujian/" not in page.url:
        assert page.url not in seen, f"stuck at {page.url}: {page.locator('main').inner_text()[-600:]}"
        seen.add(page.url.split("#")[0])
        checks = page.locator("form[action$='/cek/']").count()
        for n in range(checks):
            form = page.locator("form[action$='/cek/']").nth(n)
            answers.give(form.locator("fieldset"))
            form.locator("button[type=submit]").click()
            page.wait_for_load_state()
        with page.expect_navigation():
            page.locator("form[action$='/selesai/'] button[type=submit]").click()
    assert len(seen) == 25


def pass_the_exam(page) -> None:
    answers = Answers()
    page.get_by_role("button", name="Mulai ujian").click()
    page.wait_for_url("**/ujian/kerja/**")
    questions = page.locator("fieldset[data-question]")
    assert questions.count() == 20
    page.evaluate("document.querySelectorAll('fieldset[data-question]').forEach(f => f.hidden = false)")
    for n in range(20):
        answers.give(questions.nth(n))
    page.locator("button[name=review]:visible").last.click()
    page.wait_for_url("**/periksa/")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/hasil/")
    assert "100" in page.locator("main").inner_text()


def hold_the_certificate(page) -> tuple[str, str]:
    page.goto("/capaian/")
    assert TITLE in page.locator("main").inner_text()
    page.locator("a[href*='/sertifikat/']", has_text=TITLE).first.click()
    page.wait_for_load_state()
    text = page.locator("main").inner_text()
    assert "CONTOH" in text.upper()
    return re.search(r"/periksa/([A-Z0-9-]{16,})", page.content())[1], page.url


def verify(page, code: str) -> None:
    page.goto("/periksa/")
    page.get_by_label("Kode sertifikat").fill(f" {code.lower()} ")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    text = page.locator("main").inner_text()
    assert "Sari Wulandari" in text and TITLE in text and re.search(r"JP\s+9|9\s+JP", text)
    assert "1989" not in text  # no number of hers


def open_the_profile(page, name: str) -> str:
    page.goto("/talenta/?q=" + name.replace(" ", "+"))
    page.get_by_role("link", name=name).first.click()
    page.wait_for_load_state()
    text = page.locator("main").inner_text()
    assert TITLE in text and "Pelayanan Publik" in text
    return page.url


def see_who_looked(page, viewer: str) -> None:
    page.goto("/saya/akses/")
    assert viewer in page.locator("main").inner_text()
