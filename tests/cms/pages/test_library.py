"""Design 3.8: a library per agency as a projection of grants; pictures and documents of others do not exist."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Collection

from cms.directory import services as directory
from cms.directory.models import Grant
from cms.pages.models import HomePage, Library, SiteDocument, SiteImage
from cms.pages.services import library_of
from tests.cms.pages.makers import PDF, make_desk_worker, make_document, make_image, picture_bytes, sign_in
from tests.makers import make_agency, make_person
from tests.sql import assert_sql

ADMIN = "/tata-kelola/"


@pytest.fixture
def panrb(db):
    return make_agency("Kementerian PANRB")


@pytest.fixture
def badung(db):
    return make_agency("Kabupaten Badung")


def test_a_grant_makes_the_library_and_its_rights_once(panrb):
    for name in ("Ani", "Budi"):
        make_person(name, agency=panrb, roles=["author"])
    library = Library.objects.get(agency=panrb)
    rights = library.collection.group_permissions.values_list("group__name", "permission__codename")
    group = f"author:{panrb.code}"
    assert sorted(rights) == [
        (group, name) for name in ("add_document", "add_image", "choose_document", "choose_image")
    ]
    assert Collection.objects.filter(name=panrb.name).count() == 1


def test_Z02_listings_choosers_and_counts_hold_my_agency_alone(client, panrb, badung):
    make_image(panrb, title="Gambarrahasia"), make_document(panrb, title="Berkasrahasia")
    citra = make_desk_worker(badung)
    make_image(badung, title="Gambar Badung", by=citra), make_document(badung, title="Berkas Badung", by=citra)
    sign_in(client, citra)
    for place, mine in [
        ("images/", "Gambar Badung"), ("images/results/", "Gambar Badung"), ("images/chooser/", "Gambar Badung"),
        ("documents/", "Berkas Badung"), ("documents/chooser/results/", "Berkas Badung"),
    ]:  # fmt: skip
        page = client.get(ADMIN + place).content.decode()
        assert (mine in page, "rahasia" in page, panrb.name in page) == (True, False, False), place


def test_an_author_uploads_into_her_own_library_and_no_other(client, panrb, badung):
    from django.core.files.uploadedfile import SimpleUploadedFile

    foreign = library_of(panrb).collection
    user = make_desk_worker(badung)
    sign_in(client, user)
    upload = SimpleUploadedFile("a.png", picture_bytes(), "image/png")
    answer = client.post(f"{ADMIN}images/multiple/add/", {"files[]": upload, "title": "a", "collection": foreign.pk})
    assert SiteImage.objects.filter(collection=foreign).count() == 0
    assert answer.status_code == 200
    row = SiteImage.objects.get()
    assert (row.collection, row.uploaded_by_user) == (library_of(badung).collection, user)


def test_Z11_files_of_a_draft_are_for_the_desk_of_the_agency(client, panrb, badung):
    image, document = make_image(panrb), make_document(panrb)
    rendition = image.get_rendition("max-165x165")
    places = [image.file.url, rendition.file.url, document.url]
    learner = make_person("Ani Lestari", agency=panrb, user=True).user
    for user, status in [
        (None, 404), (learner, 404), (make_desk_worker(badung), 404), (make_desk_worker(panrb, "Bambang"), 200)
    ]:  # fmt: skip
        if user:
            sign_in(client, user)
        assert {client.get(place).status_code for place in places} == {status}, user


@pytest.mark.parametrize(
    "path", ["../settings.py", "..%2f..%2fsecret_key", "documents/x.pdf", "blob/aa/" + "a" * 64, "%2e%2e/x.png", ""]
)
def test_N08_nothing_else_below_the_files_is_served(client, panrb, path):
    document = make_document(panrb)
    sign_in(client, make_desk_worker(panrb))
    assert client.get(f"/berkas/{path}").status_code == 404
    assert client.get(document.file.url).status_code == 404  # a document has one address, with its headers


def test_I15_a_grant_that_ended_yesterday_opens_nothing_today(client, panrb):
    image = make_image(panrb)
    user = make_desk_worker(panrb)
    sign_in(client, user)
    place = f"{ADMIN}images/{image.pk}/"
    assert client.get(f"{ADMIN}images/").status_code == 200
    today = timezone.localdate()
    Grant.everything.filter(user=user).update(valid_from=today - timedelta(days=9), valid_to=today)
    assert [client.get(address).status_code for address in (place, f"{ADMIN}images/", ADMIN, image.file.url)] == [
        403, 403, 403, 404,
    ]  # fmt: skip
    assert user.groups.count() == 0
    answer = client.post(f"{ADMIN}images/{image.pk}/delete/")
    assert (answer.status_code, SiteImage.objects.count()) == (403, 1)


def test_I15_files_close_with_the_grant_for_whoever_never_opens_the_admin(client, panrb):
    image, document = make_image(panrb), make_document(panrb)
    user = make_desk_worker(panrb)
    sign_in(client, user)
    today = timezone.localdate()
    Grant.everything.filter(user=user).update(valid_from=today - timedelta(days=9), valid_to=today)
    assert [client.get(place).status_code for place in (image.file.url, document.url)] == [404, 404]


def test_I15_revoking_takes_the_group_in_the_same_transaction(panrb):
    user = make_desk_worker(panrb, roles=("author", "publisher"))
    assert sorted(user.groups.values_list("name", flat=True)) == [f"author:{panrb.code}", f"publisher:{panrb.code}"]
    directory.revoke(grant=user.grants.get(role="author"), by=None, reason="test")
    assert list(user.groups.values_list("name", flat=True)) == [f"publisher:{panrb.code}"]


def test_the_projection_costs_two_statements_whatever_the_number_of_grants(db):
    for count in (1, 5):
        user = make_desk_worker(make_agency(), roles=("author", "publisher"))
        for _n in range(count):
            directory.grant(user=user, role="author", agency=make_agency(), by=None, reason="test")
        with assert_sql(2):
            directory.project_groups(user)


def test_site_pages_are_for_ministry_and_technical_grants_and_reach_no_desk(client, panrb):
    from lms.catalogue.services import desk_of
    from tests.makers import make_course

    course = make_course(agency=panrb)
    image = make_image(panrb)
    keeper = make_person("Teguh Teknis", roles=["technical"]).user
    sign_in(client, keeper)
    home = HomePage.objects.get()
    assert client.get(f"{ADMIN}pages/{home.pk}/edit/").status_code == 200
    for place in (
        f"pages/{course.page.pk}/edit/", f"pages/{desk_of(panrb).pk}/", f"images/{image.pk}/", "reports/site-history/",
        "users/", "sites/",
    ):  # fmt: skip
        assert client.get(ADMIN + place).status_code == 404, place
    author = make_desk_worker(panrb)
    sign_in(client, author)
    assert client.get(f"{ADMIN}pages/{home.pk}/edit/").status_code == 404


def test_who_has_no_work_in_the_admin_is_told_so_without_a_loop(client, panrb):
    client.force_login(make_person("Ani Lestari", agency=panrb, user=True).user)
    assert client.get(ADMIN).status_code == 403


@pytest.mark.parametrize("place", ["", "pages/", "api/main/pages/", "choose-page/", "images/chooser/", "sprite/"])
def test_a07_the_second_factor_stands_before_every_address_of_the_admin(client, panrb, place):
    client.force_login(make_desk_worker(panrb, roles=("publisher",)))
    answer = client.get(ADMIN + place)
    led = (answer.status_code, answer.headers.get("Location", "").split("?")[0])
    assert led == ((403, "") if place.startswith("api/") else (302, "/akun/dua-langkah/pasang/"))
    programs = client.get(ADMIN + place, headers={"Accept": "application/json"})
    assert programs.status_code == 403


@pytest.mark.parametrize(
    ("place", "door"),
    [
        ("login/?next=/tata-kelola/", "/akun/masuk/"), ("password_reset/", "/akun/kata-sandi/lupa/"),
        ("password_reset/confirm/a/b/", "/akun/kode/"), ("account/", "/akun/"), ("account/x/", "/akun/"),
        ("pages/", "/akun/masuk/"), ("api/main/pages/", "/akun/masuk/"),
    ],
)  # fmt: skip
def test_one_door_wagtails_own_lead_to_ours(client, db, place, door):
    answer = client.get(ADMIN + place, follow=True)
    assert door in [step.split("?")[0] for step, _status in answer.redirect_chain] or answer.status_code in (401, 403)


def test_documents_replaced_in_the_library_leave_no_old_file(client, panrb, settings):
    from django.core.files.storage import default_storage
    from django.core.files.uploadedfile import SimpleUploadedFile

    user = make_desk_worker(panrb)
    sign_in(client, user)
    row = make_document(panrb, by=user)
    old = row.file.name
    upload = SimpleUploadedFile("baru.pdf", PDF + b"\n%%EOF", "application/pdf")
    form = {"title": "Pedoman", "file": upload, "collection": row.collection_id, "licence": ""}
    answer = client.post(f"{ADMIN}documents/edit/{row.pk}/", form)
    assert answer.status_code == 302
    row = SiteDocument.objects.get()
    assert (row.shown_name, default_storage.exists(old), default_storage.exists(row.file.name)) == (
        "baru.pdf", False, True,
    )  # fmt: skip


def test_Z02_who_writes_for_two_agencies_meets_both_and_no_third(client, panrb, badung):
    from tests.makers import make_course

    for agency, title in [(panrb, "Kursuspanrb"), (badung, "Kursusbadung"), (make_agency(), "Kursusketiga")]:
        make_course(agency=agency, title=title)
    user = make_desk_worker(badung)
    directory.grant(user=user, role="author", agency=panrb, by=None, reason="test")
    sign_in(client, user)
    home = client.get(ADMIN).content.decode()
    assert ("Kursusketiga" in home, "w-summary" in home) == (False, False)  # no counts over the whole tree
    found = client.get(f"{ADMIN}pages/search/?q=kursus").content.decode()
    assert [title in found for title in ("Kursuspanrb", "Kursusbadung", "Kursusketiga")] == [True, True, False]
    for place in ("pages/", "choose-page/", "api/main/pages/?child_of=root&for_explorer=1"):
        page = client.get(ADMIN + place, follow=True).content.decode()
        assert ([agency.name in page for agency in (panrb, badung)], "Pemerintah Kabupaten Sleman" in page) == (
            [True, True], False,
        ), place  # fmt: skip


def test_U11_a_file_whose_form_was_never_filled_in_goes_after_a_day(panrb):
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage
    from wagtail.models import UploadedFile

    from cms.pages.services import forget_unfinished_uploads

    author = make_desk_worker(panrb)
    rows = [UploadedFile.objects.create(uploaded_by_user=author, file=ContentFile(PDF, name="a.pdf")) for _n in "12"]
    yesterday = (timezone.now() - timedelta(hours=25)).timestamp()
    os.utime(default_storage.path(rows[0].file.name), (yesterday, yesterday))
    assert forget_unfinished_uploads() == 1
    assert [default_storage.exists(row.file.name) for row in rows] == [False, True]
    assert list(UploadedFile.objects.all()) == rows[1:]
