"""What keepers of the site write is read by everybody: made in Wagtail, shown in our frame, in few statements."""

import pytest
from django.core.cache import cache
from django.utils import translation
from wagtail.models import Locale, PageViewRestriction

from cms.pages.models import HomePage, StandardPage
from cms.pages.services import first_home, publish_page
from tests.cms.pages.makers import sign_in
from tests.makers import make_agency, make_person
from tests.sql import assert_sql_at_most

ADMIN = "/tata-kelola/"
BODY = "<h2>Untuk siapa</h2><p>Untuk <b>semua</b>.</p>"


def written(slug: str = "tentang", **other) -> StandardPage:
    return publish_page(
        **{"title": "Tentang Bestari", "slug": slug, "summary": "Satu tempat untuk belajar.", "body": BODY} | other
    )


def said(client, address: str = "/halaman/tentang/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_page_is_made_in_wagtail_previewed_published_and_read_by_everybody(client, db):
    keeper = make_person("Teguh Teknis", roles=["technical"]).user
    sign_in(client, keeper)
    home = HomePage.objects.get()
    form = {
        "title": "Jam layanan", "slug": "jam-layanan", "search_description": "Kapan kami menjawab.",
        "body": '{"blocks":[{"key":"a","text":"Senin sampai Jumat.","type":"unstyled"}],"entityMap":{}}',
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    add = f"{ADMIN}pages/add/pages/standardpage/{home.pk}/"
    preview = f"{add}preview/"
    assert client.post(preview, form).json()["is_valid"]
    assert "Senin sampai Jumat." in said(client, preview)
    answer = client.post(add, form | {"action-publish": "1"})
    assert answer.status_code == 302
    page = StandardPage.objects.get()
    assert (page.live, page.url, page.full_url) == (
        True,
        "/halaman/jam-layanan/",
        "http://localhost:8000/halaman/jam-layanan/",
    )
    client.logout()
    assert "Senin sampai Jumat." in said(client, "/halaman/jam-layanan/")
    assert "Kapan kami menjawab." in said(client, "/halaman/")
    assert 'href="/halaman/"' in said(client, "/bantuan/")


def test_the_home_leads_to_ours_and_offers_nothing_without_effect(client, db):
    home = first_home()
    assert (home.url, home.preview_modes) == ("/", [])
    sign_in(client, make_person("Teguh Teknis", roles=["technical"]).user)
    assert 'name="intro"' not in said(client, f"{ADMIN}pages/{home.pk}/edit/")


def test_Q01_a_page_and_the_list_are_three_statements_at_most_warm(client, db):
    other = written("lain")
    written(body=f'<p><a linktype="page" id="{other.pk}">lain</a></p>')
    for address in ("/halaman/tentang/", "/halaman/", "/en/halaman/tentang/"):
        cache.clear()
        with assert_sql_at_most(12):
            said(client, address)
        with assert_sql_at_most(3):
            said(client, address)
    assert 'href="/halaman/lain/"' in said(client)


def test_what_changed_shows_at_once_and_what_was_taken_back_is_gone(client, db):
    page = written()
    said(client)
    page.body = "<p>Kalimat baru.</p>"
    page.save_revision().publish()
    assert "Kalimat baru." in said(client)
    page.body = "<p>Rancangan.</p>"
    page.save_revision()
    assert "Rancangan." not in said(client)
    page.unpublish()
    assert client.get("/halaman/tentang/").status_code == 404
    assert "Tentang Bestari" not in said(client, "/halaman/")


def test_I09_a_page_that_was_closed_is_nobodys(client, db):
    page = written()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert client.get("/halaman/tentang/").status_code == 404
    assert "Tentang Bestari" not in said(client, "/halaman/")


def test_a_page_below_another_has_its_own_address_and_only_that(client, db):
    parent = written()
    child = parent.add_child(instance=StandardPage(title="Sejarah", slug="sejarah", body="<p>Lama.</p>"))
    child.save_revision().publish()
    assert child.url == "/halaman/tentang/sejarah/"
    assert "Lama." in said(client, child.url)
    for wrong in ("sejarah", "x/sejarah", "tentang/x", "tentang/tentang", "a" * 300, "%00", "..", "tentang//"):
        assert client.get(f"/halaman/{wrong}/").status_code in (400, 404), wrong


def test_the_reader_s_language_comes_first_and_the_other_one_is_marked(client, db):
    page = written()
    assert 'class="prose plain" lang="id"' in said(client, "/en/halaman/tentang/")
    english = Locale.objects.get_or_create(language_code="en")[0]
    first_home().copy_for_translation(english).save_revision().publish()
    copy = page.copy_for_translation(english)
    copy.title, copy.body = "About Bestari", "<p>For all.</p>"
    copy.save_revision().publish()
    assert ("For all." in said(client, "/en/halaman/tentang/"), "semua" in said(client)) == (True, True)
    assert ("About Bestari" in said(client, "/halaman/"), "About Bestari" in said(client, "/en/halaman/")) == (
        False,
        True,
    )
    with translation.override("id"):
        assert copy.url == "/en/halaman/tentang/"


@pytest.mark.parametrize(
    "dirty",
    ["<script>alert(1)</script>", '<p onclick="x()">a</p>', '<a href="javascript:alert(1)">a</a>', "<iframe></iframe>"],
)
def test_R01_R02_what_is_written_is_cleaned(client, db, dirty):
    written(body=f"<p>Awal</p>{dirty}")
    text = said(client)
    assert "Awal" in text
    assert dirty not in text
    assert "javascript:" not in text


def test_Z03_an_author_of_an_agency_makes_no_page_of_the_site(client, db):
    sign_in(client, make_person("Citra Penulis", agency=make_agency("Badung"), roles=["author"]).user)
    home = first_home()
    assert client.get(f"{ADMIN}pages/add/pages/standardpage/{home.pk}/").status_code == 404
