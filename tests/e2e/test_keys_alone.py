"""W02: what people do here from beginning to end, typed: no pointer, no address but the first one.

| flow | who | where |
|---|---|---|
| sign in | a learner | ``sign in, search, enrol, learn`` |
| search the catalogue and enrol | a learner | same |
| read a unit, answer its check, continue | a learner | same |
| report something wrong in a unit | a learner | same |
| sign out | a learner | same |
| sit an exam from the home to its result | a learner | ``tests/lms/assessment/test_browser.py`` |
| check a certificate | anybody | ``a certificate`` |
| search people and open one | an HR analyst | ``a person`` |
| paste numbers, look at what would happen, confirm | an organiser | ``numbers`` |
| move a unit in the outline | an author | ``the outline`` |
| read what changed, write a comment, reach the decision | a publisher | ``a review`` |
| write a block, move it, save the draft | an author | ``test_editor.py`` |
| require a course, found by searching | an author | ``test_editor.py`` |

Every place where a key is pressed must show its focus, free of any bar (``keys.py``).
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.keys import Keys
from tests.e2e.questions import Answers

pytestmark = pytest.mark.browser
CALM = {"reduced_motion": "reduce"}  # where a stop comes to rest, not where it glides by


def test_W02_sign_in_search_enrol_learn_report_and_sign_out(site, visit):
    account = site.accounts["superior"]
    with visit(**CALM) as page:
        keys = Keys(page)
        page.goto("/kursus/")
        keys.to(page.get_by_role("searchbox")).type("warga dari meja verifikasi")
        with page.expect_navigation():
            keys.press("Enter")
        keys.go(page.get_by_role("link", name="Operator SP4N-LAPOR!"))
        keys.go(page.locator("a[href*='/daftar/'], a[href*='/akun/masuk/?next']"))
        keys.to(page.get_by_label("NIP atau e-mail")).type(account["sign_in"])
        keys.to(page.get_by_label("Kata sandi")).type(account["password"])
        with page.expect_navigation():
            keys.press("Enter")
        if "/daftar/" not in page.url:
            keys.go(page.locator("a[href*='/daftar/']"))
        keys.go(page.get_by_role("button", name="Daftar sekarang"))
        keys.go(page.locator("a[href='/beranda/']"))
        keys.go(page.locator("main a[href*='/belajar/']"))
        learn_one_unit(page, keys)
        report_a_fault(page, keys)
        keys.go(page.get_by_role("link", name="Keluar"))  # of the unit, back to the home
        keys.go(page.get_by_role("button", name="Keluar"))
        page.goto("/beranda/")
        assert "/akun/masuk/" in page.url


def learn_one_unit(page, keys) -> None:
    first = page.url.split("#")[0]
    checks = page.locator("form[action$='/cek/']")
    assert checks.count() >= 1
    answers = Answers()
    for n in range(checks.count()):
        form = checks.nth(n)
        for option in answers.right(form.locator("fieldset")):
            keys.choose(option)
        keys.go(form.locator("button[type=submit]"))
    keys.go(page.locator("form[action$='/selesai/'] button[type=submit]"))
    assert page.url.split("#")[0] != first


def report_a_fault(page, keys) -> None:
    keys.to(page.locator("summary", has_text="keliru")).press("Enter")
    box = page.locator("details[open] textarea")
    expect(box).to_be_visible()
    keys.to(box).type("Tautan pada alinea kedua tidak terbuka.")
    keys.go(page.locator("details[open] form button[type=submit]"))
    expect(page.locator("main")).to_contain_text(re.compile("[Tt]erima kasih|terkirim|sampai"))


def test_W02_a_certificate_is_checked_by_its_code(visit):
    with visit("learner") as page:
        page.goto("/capaian/")
        page.goto(page.locator("a[href*='/sertifikat/']").first.get_attribute("href"))
        code = re.search(r"/periksa/([A-Z0-9-]{16,})", page.content())[1]
    with visit(**CALM) as page:
        page.goto("/periksa/")
        keys = Keys(page)
        keys.to(page.get_by_label("Kode sertifikat")).type(code.lower())
        with page.expect_navigation():
            keys.press("Enter")
        expect(page.locator("main")).to_contain_text("Sari Wulandari")


def test_W02_a_person_is_found_and_opened(site, visit):
    name = site.accounts["learner"]["name"]
    with visit("hr_analyst", **CALM) as page:
        page.goto("/talenta/")
        keys = Keys(page)
        keys.to(page.locator("main [name=q]")).type(name)
        with page.expect_navigation():
            keys.press("Enter")
        keys.go(page.get_by_role("link", name=name))
        expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_W02_numbers_are_pasted_looked_at_and_confirmed(site, visit):
    number, name = site.accounts["technical"]["sign_in"], site.accounts["technical"]["name"]
    with visit("organiser", **CALM) as page:
        page.goto("/angkatan/")
        keys = Keys(page)
        keys.go(page.locator("tr", has_text="Operator SP4N-LAPOR!").get_by_role("link", name="Angkatan 2"))
        keys.go(page.locator("a[href$='/tambah/']"))
        keys.to(page.locator("textarea[name=numbers]:visible")).type(f"{number}\n123\n")
        keys.go(page.get_by_role("button", name="Periksa daftar"))
        expect(page.locator("main table")).to_contain_text(name)
        keys.go(page.locator("button[name=commit]"))
        expect(page.locator("main")).to_contain_text(name)


def test_W02_a_unit_is_moved_and_the_focus_moves_with_it(visit):
    with visit("facilitator", **CALM) as page:
        page.goto("/meja/")
        keys = Keys(page)
        keys.go(page.get_by_role("link", name="Operator SP4N-LAPOR!"))
        rows = page.locator("li[data-unit]")
        before = rows.evaluate_all("rows => rows.map(row => row.dataset.unit)")
        keys.to(page.locator(f"#down-{before[0]}"))
        for key, first in (("Enter", before[1]), ("Alt+ArrowUp", before[0])):
            keys.press(key)
            page.wait_for_function("first => document.querySelector('li[data-unit]').dataset.unit === first", arg=first)
            page.wait_for_function("unit => document.activeElement.closest('li')?.dataset.unit === unit", arg=before[0])
        assert rows.evaluate_all("rows => rows.map(row => row.dataset.unit)") == before


def test_W02_a_review_is_read(visit):
    with visit("publisher", **CALM) as page:
        page.goto("/meja/")
        keys = Keys(page)
        keys.go(page.get_by_role("link", name="Menulis jawaban yang santun dan jelas"))
        keys.go(page.get_by_role("link", name="Buka tinjauan"))
        keys.to(page.locator("textarea[name=comment]")).type("Sebutkan tanggalnya.")
        keys.to(page.locator("main button", has_text=re.compile("[Kk]embalikan")))
