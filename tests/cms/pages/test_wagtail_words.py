"""L116, design 9: what authors read in Wagtail's own screens is Indonesian, by Wagtail or by our second catalogue."""

import json
import re
from pathlib import Path

import pytest
import wagtail.admin
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real
from wagtail.admin.models import EditingSession

from lms.catalogue.models import UnitPage
from tests.cms.pages.makers import make_desk_worker, make_document, make_image, picture_bytes, sign_in
from tests.makers import make_agency, make_course

ROOT = Path(__file__).parents[3]
CATALOGUES = {"ours": ROOT / "locale", "wagtail": ROOT / "locale" / "wagtail"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")


@pytest.fixture
def indonesian(settings, tmp_path):
    """Both catalogues, compiled here, as the running site has them."""
    for name, folder in CATALOGUES.items():
        for path in folder.glob("id/LC_MESSAGES/*.po"):
            out = tmp_path / name / "id" / "LC_MESSAGES" / f"{path.stem}.mo"
            out.parent.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as source, out.open("wb") as target:
                write_mo(target, read_po(source, locale="id"))
    settings.LOCALE_PATHS = [tmp_path / name for name in CATALOGUES]
    yield
    translation.deactivate()


@pytest.fixture
def untranslated(monkeypatch):
    """Every text that was asked for in Indonesian and is in no catalogue."""
    missing = set()

    def watch(name, text_of):
        real = getattr(trans_real.DjangoTranslation, name)

        def watched(self, *args):
            said = real(self, *args)
            if self.language() == "id" and text_of(args) and said in args:
                asked = [args[0]] if name in ("gettext", "ngettext") else [f"{args[0]}\x04{args[1]}"]
                known = self._catalog.get(asked[0])
                plural = known if known is not None else self._catalog.get((asked[0], 0))
                if plural is None:
                    missing.add(text_of(args))
            return said

        monkeypatch.setattr(trans_real.DjangoTranslation, name, watched)

    watch("gettext", lambda args: args[0])
    watch("ngettext", lambda args: args[0])
    watch("pgettext", lambda args: args[1])
    watch("npgettext", lambda args: args[1])
    return missing


@pytest.fixture
def author(client, db):
    agency = make_agency("Kabupaten Badung")
    course = make_course(agency=agency)
    user = make_desk_worker(agency, roles=("author", "publisher"))
    sign_in(client, user)
    client.course, client.unit = course, UnitPage.objects.child_of(course.page).first()
    client.unit.get_latest_revision_as_object().save_revision(user=user)
    client.image, client.document = make_image(agency, by=user), make_document(agency, by=user)
    return client


def screens(author) -> list[str]:
    """The screens authors and publishers meet."""
    unit, course, desk = author.unit.pk, author.course.page.pk, author.course.page.get_parent().pk
    image, document = author.image.pk, author.document.pk
    pages = [
        "", f"pages/{desk}/", f"pages/{course}/", f"pages/{course}/?q=unit", f"pages/{course}/edit/",
        f"pages/{unit}/edit/", f"pages/add/catalogue/unitpage/{course}/",
        f"pages/{unit}/history/", f"pages/{unit}/revisions/compare/earliest...latest/", f"pages/{unit}/delete/",
        f"pages/{unit}/copy/", f"pages/{unit}/move/", f"pages/{unit}/usage/",
        f"pages/{unit}/move/{course}/confirm/", "pages/search/?q=unit", "pages/search/?q=tidakada",
        f"pages/{unit}/revisions/{author.unit.latest_revision_id}/revert/",
        f"bulk/wagtailcore/page/delete/?id={unit}", f"bulk/wagtailcore/page/move/?id={unit}",
        "choose-page/", "choose-page/search/?q=unit", "choose-external-link/", "choose-email-link/",
        "choose-phone-link/", "choose-anchor-link/", f"pages/{course}/?ordering=ord", f"pages/{unit}/edit/preview/",
        f"pages/{unit}/workflow_history/", f"choose-page/{course}/?page_type=catalogue.unitpage",
        f"bulk/wagtailcore/page/publish/?id={unit}", f"bulk/wagtailcore/page/unpublish/?id={unit}",
    ]  # fmt: skip
    files = [
        "images/", "images/?q=tidakada", f"images/{image}/", f"images/{image}/delete/", f"images/usage/{image}/",
        "images/add/", "images/multiple/add/", "images/chooser/", f"bulk/pages/siteimage/delete/?id={image}",
        f"bulk/pages/siteimage/add_to_collection/?id={image}", "documents/", "documents/?q=tidakada",
        f"documents/edit/{document}/", f"documents/delete/{document}/", f"documents/usage/{document}/",
        "documents/add/", "documents/multiple/add/", "documents/chooser/",
        f"bulk/pages/sitedocument/delete/?id={document}",
        f"bulk/pages/sitedocument/add_to_collection/?id={document}", f"images/chooser/{image}/select_format/",
        "images/chooser/?multiple=1", "documents/chooser/?multiple=1", "images/chooser/results/?q=tidakada",
        "documents/chooser/results/?q=tidakada", "kursus-wajib/", "kursus-wajib/results/?q=tidakada",
    ]  # fmt: skip
    return pages + files


def acts(author) -> list[tuple[str, dict]]:
    """What authors do there, with and without a fault, for the sentences that answer."""
    unit, image, document = author.unit, author.image, author.document
    page = {
        "title": unit.title, "slug": unit.slug, "goal": "", "minutes": 15, "practice_minutes": 0, "body-count": 0,
        "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0,
    }  # fmt: skip
    picture = {"title": "Loket", "collection": image.collection_id, "alt": "", "licence": ""}
    paper = {"title": "Pedoman", "collection": document.collection_id, "licence": ""}
    return [
        (f"pages/{unit.pk}/edit/", page), (f"pages/{unit.pk}/edit/", page | {"title": "", "minutes": "x"}),
        (f"images/{image.pk}/", picture), (f"images/{image.pk}/", picture | {"title": ""}), ("images/add/", {}),
        (f"documents/edit/{document.pk}/", paper), (f"documents/edit/{document.pk}/", {}), ("documents/add/", {}),
        ("choose-external-link/", {"external-link-chooser-url": "x"}),
        (f"images/chooser/{image.pk}/select_format/", {"image-chooser-insertion-format": "fullwidth"}),
        (f"bulk/pages/siteimage/add_to_collection/?id={image.pk}&next=/tata-kelola/", picture),
        (f"bulk/pages/sitedocument/add_to_collection/?id={document.pk}&next=/tata-kelola/", paper),
        (f"pages/{unit.pk}/move/{unit.get_parent().pk}/confirm/", {}),
        (f"pages/{unit.pk}/set_position/?position=0", {}),
        (f"images/{image.pk}/delete/", {}), (f"documents/delete/{document.pk}/", {}), (f"pages/{unit.pk}/delete/", {}),
    ]  # fmt: skip


def test_L116_authors_screens_of_wagtail_are_indonesian(author, indonesian, untranslated):
    shown = {place: author.get(f"/tata-kelola/{place}").status_code for place in screens(author)}
    assert {place: status for place, status in shown.items() if status != 200} == {}
    for place, data in acts(author):
        answer = author.post(f"/tata-kelola/{place}", data, follow=True)
        assert answer.status_code == 200, place
    assert sorted(untranslated) == []


EMPTY = (
    "", "pages/", "images/", "images/?q=x", "images/chooser/", "images/chooser/results/?q=x", "documents/",
    "documents/chooser/", "documents/chooser/results/?q=x", "kursus-wajib/",
)  # fmt: skip


def test_L116_shelves_on_which_nothing_stands_yet_are_indonesian(client, db, indonesian, untranslated):
    sign_in(client, make_desk_worker(make_agency("Kabupaten Sepi"), roles=("author", "publisher")))
    shown = {place: client.get(f"/tata-kelola/{place}").content.decode() for place in EMPTY}
    assert sorted(untranslated) == []
    assert "Anda belum mengunggah gambar." in shown["images/chooser/"]


def test_L116_the_same_picture_twice_is_asked_about_in_indonesian(author, indonesian, untranslated):
    for _twice in range(2):
        picture = {
            "image-chooser-upload-title": "Loket", "image-chooser-upload-collection": author.image.collection_id,
            "image-chooser-upload-file": SimpleUploadedFile("loket.png", picture_bytes(), "image/png"),
        }  # fmt: skip
        answer = author.post("/tata-kelola/images/chooser/create/", picture)
    assert "Pakai gambar baru" in answer.content.decode()
    assert sorted(untranslated) == []


def test_L116_two_windows_on_one_unit_warn_in_indonesian(author, indonesian, untranslated):
    second, unit = Client(), author.unit
    dewi = make_desk_worker(author.course.agency, "Dewi Ayu")
    sign_in(second, dewi)
    ping = f"/tata-kelola/editing-sessions/ping/catalogue/unitpage/{unit.pk}"
    for one in (author, second):
        assert one.post(f"{ping}/0/").status_code == 200
    unit.get_latest_revision_as_object().save_revision(user=dewi)
    for session in EditingSession.objects.all():
        owner = second if session.user == dewi else author
        seen = {
            "revision_id": unit.latest_revision_id,
            "revision_created_at": "2020-01-01T00:00:00Z",
            "is_editing": "1",
        }
        assert owner.post(f"{ping}/{session.pk}/", seen).status_code == 200
    assert sorted(untranslated) == []


def test_a_unit_moved_in_wagtails_own_window_arrives(author):
    course = author.unit.get_parent()
    answer = author.post(f"/tata-kelola/pages/{author.unit.pk}/move/{course.pk}/confirm/", follow=True)
    assert answer.status_code == 200
    key = author.unit.unit_key
    author.unit.refresh_from_db()
    assert author.unit.unit_key == key


def read(path) -> list:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="id") if message.id]


def messages():
    return [m for path in (CATALOGUES["wagtail"] / "id" / "LC_MESSAGES").glob("*.po") for m in read(path)]


def test_L116_what_the_editors_scripts_say_is_indonesian(author, indonesian):
    folder = Path(wagtail.admin.__file__).parent / "locale" / "en" / "LC_MESSAGES"
    said = author.get("/tata-kelola/jsi18n/").content.decode()
    catalogue = json.loads(said.split("const newcatalog = ")[1].split(";\n")[0])
    assert [m.id for m in read(folder / "djangojs.po") if forms(m.id)[0] not in catalogue] == []
    assert catalogue["Collapse all"] == "Ciutkan semua"


def forms(text) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def test_every_word_of_the_second_catalogue_is_said_with_its_placeholders():
    rows = messages()
    assert rows and [m.id for m in rows if m.fuzzy or not all(forms(m.string))] == []
    different = [
        m.id
        for m in rows
        for text in forms(m.string)
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(forms(m.id)[-1]))
    ]
    assert different == []
