"""Z03, I09: every address of the admin, called by somebody of another agency with the keys of ours."""

import itertools

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import get_resolver
from django.urls.resolvers import RoutePattern, URLPattern
from django.utils import timezone
from django.utils.regex_helper import normalize
from wagtail.admin.models import EditingSession
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Page, UploadedFile

from cms.core import probing
from cms.pages.middleware import DOORS
from lms.catalogue.models import UnitPage
from tests.cms.pages.makers import make_desk_worker, make_document, make_image, sign_in
from tests.makers import make_agency, make_course

SECRET = "Rahasiapanrb"
ADMIN = "tata-kelola/"


def admin_patterns():
    """(pattern text, URLPattern) of everything the resolver knows below the admin."""

    def walk(resolver, before):
        for one in resolver.url_patterns:
            text = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield text, before, one
            else:
                yield from walk(one, text)

    for text, before, one in walk(get_resolver(), ""):
        if text.startswith(ADMIN):
            yield text, before, one


def addresses(desk: dict):
    """Every pattern filled with the keys of ``desk``: {address: pattern text}."""
    choices, out = arguments_of(desk), {}
    for text, before, one in admin_patterns():
        if text == f"{ADMIN}logout/":
            continue
        part = text.removeprefix(ADMIN).split("/")[0].removeprefix("api")
        choices["pk"] = choices["pk of"].get(part, choices["pk of"]["pages"])
        for address in _filled(text, before, one, choices):
            out[address] = text
    return out | bulk_addresses(desk)


def bulk_addresses(desk: dict) -> dict:
    """What may be done to many at once, to one of theirs and to "all"."""
    keys = {"page": desk["unit"].pk, "siteimage": desk["image"].pk, "sitedocument": desk["document"].pk}
    bulk_action_registry._scan_for_bulk_actions()
    out = {}
    for app, models in bulk_action_registry.actions.items():
        for model, action in [(model, action) for model, actions in models.items() for action in actions]:
            start = f"/{ADMIN}bulk/{app}/{model}/{action}/?id="
            out[f"{start}{keys.get(model, desk['author'].pk)}"] = "bulk/<one>"
            out[f"{start}all&childOf={desk['desk'].pk}"] = "bulk/<page>" if model == "page" else "bulk/"
            out[f"{start}all"] = "bulk/<all>" if model == "page" else "bulk/"
    assert out
    return out


def _filled(text, before, one, choices):
    if isinstance(one.pattern, RoutePattern) and "(?P" not in text:
        names = list(one.pattern.converters)
        for values in itertools.product(*[choices[name] for name in names]):
            address = text.replace("^", "")
            for name, value in zip(names, values, strict=True):
                start = address.index(f":{name}>" if f":{name}>" in address else f"<{name}>")
                opened = address.rindex("<", 0, start + 1)
                address = address[:opened] + str(value) + address[address.index(">", opened) + 1 :]
            yield "/" + address
        return
    for shape, names in normalize(str(one.pattern)):
        for values in itertools.product(*[choices[name] for name in names]):
            yield "/" + before.replace("^", "") + shape % dict(zip(names, values, strict=True))


def desk_with(agency, word: str) -> dict:
    """A course with pages and files whose every name holds ``word``."""
    course = make_course(agency=agency, title=f"{word} kursus", code=f"{word}-1")
    author = agency.people.get(name="Bambang Penulis").user
    unit = UnitPage.objects.child_of(course.page).first()
    unit.title = f"{word} unit"
    unit.save_revision(user=author)
    unit.save()
    session = EditingSession.objects.create(
        user=author,
        content_type=ContentType.objects.get_for_model(UnitPage),
        object_id=str(unit.pk),
        last_seen_at=timezone.now(),
    )
    return {
        "agency": agency, "author": author, "course": course, "unit": unit, "desk": course.page.get_parent(),
        "image": make_image(agency, title=f"{word} gambar", by=author), "session": session,
        "document": make_document(agency, title=f"{word} berkas", name=f"{word}.pdf", by=author),
        "upload": UploadedFile.objects.create(uploaded_by_user=author),
    }  # fmt: skip


def arguments_of(desk: dict) -> dict:
    """Every argument an admin address takes, naming things of ``desk``."""
    pages = [desk["course"].page.pk, desk["unit"].pk]
    image, document, author = desk["image"], desk["document"], desk["author"]
    keys = {
        "pages": [desk["course"].page.pk, desk["unit"].pk], "images": [image.pk], "documents": [document.pk],
        "users": [author.pk], "groups": [author.groups.get().pk], "collections": [image.collection_id],
    }  # fmt: skip
    revision = desk["unit"].latest_revision_id
    return {
        **dict.fromkeys(["page_id", "page_to_move_id", "page_pk"], pages),
        **dict.fromkeys(["parent_page_id", "destination_id"], [desk["desk"].pk, pages[0]]),
        **dict.fromkeys(["workflow_pk", "workflow_state_id", "task_state_id", "task_id"], [1]),
        **dict.fromkeys(["redirect_id", "restriction_id"], [1]),
        **dict.fromkeys(["slug", "rest", "uidb64", "token"], ["x"]),
        "pk of": keys, "revision_id": [revision], "revision_id_a": ["earliest", str(revision)],
        "revision_id_b": ["latest"], "image_id": [image.pk], "document_id": [document.pk], "doc_id": [document.pk],
        "uploaded_file_id": [desk["upload"].pk], "collection_id": [image.collection_id],
        "filter_spec": ["max-165x165"], "session_id": [desk["session"].pk],
        "content_type_app_name": ["catalogue"], "content_type_model_name": ["coursepage", "unitpage"],
        "app_label": ["catalogue"], "model_name": ["unitpage"], "action": ["x"], "app_name": ["taggit"],
        "action_name": ["copy", "delete", "publish", "move", "convert_alias", "create_alias", "approve"],
        "object_id": [str(desk["unit"].pk)],
    }  # fmt: skip


@pytest.fixture
def theirs(db):
    return desk_with(make_agency(f"Kementerian {SECRET}"), SECRET)


@pytest.fixture
def citra(client, db, monkeypatch):
    """Writes and publishes at another agency, where she has a course and files of her own."""
    agency = make_agency("Kabupaten Badung")
    client.mine = desk_with(agency, "Badung")
    client.raise_request_exception = False
    # The walk itself is what Z13 stops after sixty misses; here every answer counts.
    monkeypatch.setattr(probing, "MISSES", 10**9)
    sign_in(client, make_desk_worker(agency, roles=("author", "publisher")))
    return client


def typed(theirs: dict) -> list[dict]:
    """What a form or query could name, all of it the other agency's: nothing, keys of pages, and the rest."""
    page, desk, collection = theirs["unit"].pk, theirs["desk"].pk, theirs["image"].collection_id
    forms = {"title": "x", "new_title": "x", "new_slug": "x", "slug": "x"}
    return [
        {},
        forms | {"new_parent_page": desk, "chooser": desk, "parent_page_id": page, "target_pages[]": page},
        forms | {
            "q": SECRET[:9], "term": SECRET[:4], "collection_id": collection, "collection": collection,
            "child_of": desk,
            "descendant_of": desk, "ancestor_of": page, "translation_of": page, "id": theirs["image"].pk,
            "page_type": "catalogue.UnitPage", "for_explorer": "1", "html_path": "/x/", "next": "/tata-kelola/",
            "destination_page_id": desk, "parent": desk, "owner": theirs["author"].pk, "user": theirs["author"].pk,
        },
    ]  # fmt: skip


def state_of(theirs: dict):
    """What must not change, whatever is posted."""
    pages = Page.objects.filter(path__startswith=theirs["desk"].path).order_by("path")
    return (
        list(pages.values_list("pk", "path", "title", "live", "latest_revision")),
        list(type(theirs["image"]).objects.order_by("pk").values_list("pk", "title", "collection")),
        list(type(theirs["document"]).objects.order_by("pk").values_list("pk", "title", "collection")),
        UploadedFile.objects.filter(pk=theirs["upload"].pk).exists(),
        sorted(theirs["author"].groups.values_list("name", flat=True)),
    )


def text_of(response) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace") + str(response.headers)


def is_refusal(response) -> bool:
    if response.status_code in (403, 404, 405, 400):
        return True
    return response.status_code == 302 and response["Location"].split("?")[0] in {
        "/tata-kelola/", "/akun/", "/akun/masuk/", "/akun/kode/",
    }  # fmt: skip


def walk(client, method: str, places: dict, theirs: dict, *, refused: bool):
    """Faults, a line each, of calling every address without data and with everything of theirs."""
    faults = []
    for address, text in places.items():
        closed = refused and ("<" in text or "(?P" in text)
        # An address that names theirs is refused whatever comes with it; one that names nothing must not be led astray.
        for data in [{}] if closed else typed(theirs):
            response = getattr(client, method)(address, data)
            said = text_of(response).casefold()
            call = f"{method} {address} {sorted(data)[:2]} {response.status_code}"
            if SECRET.casefold() in said:
                faults.append(f"leak: {call}")
            if response.status_code >= 500:
                faults.append(f"broken: {call}")
            if closed and not is_refusal(response):
                faults.append(f"open: {call} {response.headers.get('Location', '')}")
    return "\n".join(faults)


@pytest.mark.parametrize("method", ["get", "post"])
def test_Z03_I09_no_admin_address_shows_or_changes_anything_of_another_agency(citra, theirs, method):
    before = state_of(theirs)
    assert walk(citra, method, addresses(theirs), theirs, refused=True) == ""
    assert state_of(theirs) == before


def test_Z03_a_header_that_shifts_every_address_does_not_lead_past_the_gate(citra, theirs):
    """gunicorn takes SCRIPT_NAME from whoever speaks to it on its own machine: from a proxy that passes headers on."""
    citra.defaults["SCRIPT_NAME"] = "/x"
    reports = {
        f"/{ADMIN}{place}": f"{ADMIN}<closed>" for place in ("reports/site-history/", "reports/locked/", "users/")
    }
    assert walk(citra, "get", reports | addresses(theirs), theirs, refused=True) == ""


@pytest.mark.parametrize("method", ["get", "post"])
def test_Z03_Z04_my_own_addresses_take_no_keys_of_another_agency(citra, theirs, method):
    before = state_of(theirs)
    assert walk(citra, method, addresses(citra.mine), theirs, refused=False) == ""
    assert state_of(theirs) == before


def test_Z04_a_draft_that_names_a_foreign_picture_is_a_bad_request(citra, theirs):
    """Else the editor would come back with the other agency's title and thumbnail in it."""
    unit, image, document = citra.mine["unit"], theirs["image"], theirs["document"]
    form = {
        "title": unit.title, "slug": unit.slug, "goal": "", "minutes": 15, "practice_minutes": 0,
        "body-count": 1, "body-0-deleted": "", "body-0-order": 0, "body-0-id": "",
        "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0,
    }  # fmt: skip
    figure = {"body-0-type": "figure", "body-0-value-alt": "a", "body-0-value-caption": ""}
    take = {"body-0-type": "download", "body-0-value-title": "a"}
    place = f"/tata-kelola/pages/{unit.pk}/edit/"
    before = unit.revisions.count()
    for chosen in (figure | {"body-0-value-image": image.pk}, take | {"body-0-value-file": document.pk}):
        answer = citra.post(place, form | chosen)
        assert (answer.status_code, SECRET in answer.content.decode()) == (400, False)
    assert unit.revisions.count() == before
    own = figure | {"body-0-value-image": citra.mine["image"].pk}
    assert (citra.post(place, form | own).status_code, unit.revisions.count()) == (302, before + 1)


def test_Z03_the_table_names_only_addresses_that_exist():
    known = {f"{space}{one.name}" for _text, space, one in named_patterns()}
    assert sorted(set(DOORS) - known) == []


def named_patterns():
    def walk(resolver, space):
        for one in resolver.url_patterns:
            if isinstance(one, URLPattern):
                yield "", space, one
            else:
                yield from walk(one, f"{space}{one.namespace}:" if one.namespace else space)

    return walk(get_resolver(), "")


def test_Z03_a_new_route_is_closed_until_somebody_lists_it(citra, settings):
    """Every route that is not in the table is 404 for an author, with or without keys."""
    own = {"login/", "logout/", "account/", "account/<path:rest>", "password_reset/", "password_reset/<path:rest>"}
    listed = {one.name for _text, space, one in named_patterns() if f"{space}{one.name}" in DOORS} | {"ping"}
    faults = []
    for address, text in addresses(citra.mine).items():
        name = next((one.name for known, _before, one in admin_patterns() if known == text), None)
        is_door = text.removeprefix(ADMIN) in own or "/password_reset/" in address
        if name in listed or is_door or "bulk/" in text:
            continue
        if (status := citra.get(address).status_code) != 404:
            faults.append(f"{address} {status}")
    assert faults == []
