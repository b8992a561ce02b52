"""Z11, I16: pictures, videos and files of a release, for whoever has a place on it and for its desk."""

import struct

import pytest

from cms.directory import services as directory
from cms.pages.forms import FileToKeepField
from lms.catalogue import queries
from lms.catalogue import services as catalogue
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models import ReleaseFile, UnitPage
from lms.catalogue.services import releases
from lms.competencies.services import load_dictionary
from lms.enrolment.models import Enrolment
from tests.cms.pages.makers import PDF, make_document, make_image, sign_in
from tests.makers import make_agency, make_course, make_enrolment, make_person, make_run
from tests.sql import assert_sql

MP4 = struct.pack(">I", 16) + b"ftypisom" + b"\0" * 4 + struct.pack(">I", 1008) + b"mdat" + b"\0" * 1000
POLICY = "default-src 'none'; sandbox"


def release_with_files(agency):
    """A released course whose first unit has a figure, a video with a transcript and a download."""
    load_dictionary()
    course = make_course(agency=agency)
    author = agency.people.get(name="Bambang Penulis").user
    image = make_image(agency)
    video = make_document(agency, title="Loket", data=MP4, name="loket.mp4")
    pdf = make_document(agency, title="Pedoman", data=PDF, name="pedoman loket.pdf")
    unit = UnitPage.objects.child_of(course.page).order_by("path").first().get_latest_revision_as_object()
    body = unit.body
    body.append(("figure", {"image": image, "alt": "Loket", "caption": ""}))
    body.append(("video", {"file": video, "title": "Loket pagi", "transcript": "<p>Selamat pagi.</p>"}))
    body.append(("download", {"file": pdf, "title": "Pedoman loket"}))
    unit.save_revision(user=author)
    publisher = make_person("Pratiwi Penerbit", agency=agency, roles=["publisher"]).user
    return catalogue.approve(review=catalogue.submit(course=course, by=author), by=publisher)


@pytest.fixture
def release(db):
    return release_with_files(make_agency("Kementerian PANRB"))


@pytest.fixture
def ani(client, release):
    client.place = make_enrolment(run=make_run(release=release))
    client.force_login(client.place.learner.user)
    return client


def address(release, kind: str) -> str:
    return f"/berkas-kursus/{ReleaseFile.everything.get(release=release, type=kind).digest}/"


ADDRESSES = ["image/webp", "video/mp4", "application/pdf"]


def test_L19_the_unit_shows_figure_video_with_transcript_and_download(ani, release):
    unit = release.units[0]["key"]
    page = ani.get(f"/belajar/{ani.place.uuid}/{unit}/").content.decode()
    assert [address(release, kind) in page for kind in ADDRESSES] == [True] * 3
    assert ("<video controls" in page, "Selamat pagi." in page, "pedoman loket.pdf" in page) == (True, True, True)
    assert "http://" not in page.split("<video")[1].split("</video>")[0]


@pytest.mark.parametrize("kind", ADDRESSES)
def test_I16_files_of_a_release_are_shown_or_attached_never_a_page(ani, release, kind):
    response = ani.get(address(release, kind))
    shown = {
        "Content-Type": kind,
        "Content-Disposition": {
            "image/webp": "inline",
            "video/mp4": 'inline; filename="loket.mp4"',
            "application/pdf": 'attachment; filename="pedoman loket.pdf"',
        }[kind],
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": POLICY,
        "Cache-Control": "private, no-cache",
    }
    assert (response.status_code, {name: response[name] for name in shown}) == (200, shown)


def test_videos_are_sent_by_ranges(ani, release):
    place = address(release, "video/mp4")
    whole = b"".join(ani.get(place).streaming_content)
    assert whole == MP4

    def part(asked):
        response = ani.get(place, headers={"Range": asked})
        body = b"".join(response.streaming_content) if response.streaming else response.content
        return response.status_code, response.headers.get("Content-Range"), body

    size = len(MP4)
    assert part("bytes=0-3") == (206, f"bytes 0-3/{size}", MP4[:4])
    assert part("bytes=4-7") == (206, f"bytes 4-7/{size}", b"ftyp")
    assert part("bytes=1000-") == (206, f"bytes 1000-{size - 1}/{size}", MP4[1000:])
    assert part("bytes=-5") == (206, f"bytes {size - 5}-{size - 1}/{size}", MP4[-5:])
    assert part("bytes=10-999999999") == (206, f"bytes 10-{size - 1}/{size}", MP4[10:])
    assert part(f"bytes={size}-") == (416, f"bytes */{size}", b"")
    for odd in ("bytes=9-3", "bytes=-0"):
        assert part(odd)[0] == 416
    for unread in ("bytes=0-1,3-4", "items=0-3", "bytes=a-b", "bytes=-"):
        assert part(unread) == (200, None, MP4)


def test_a_kept_picture_is_asked_for_again_and_costs_one_statement(ani, release):
    place = address(release, "image/webp")
    first = ani.get(place)
    with assert_sql(1):
        again = ani.get(place, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("kind", ADDRESSES)
def test_z11_after_leaving_the_course_the_file_is_not_there(ani, release, kind):
    place = address(release, kind)
    tag = ani.get(place)["ETag"]
    Enrolment.everything.filter(pk=ani.place.pk).update(state=Enrolment.State.CANCELLED)
    assert ani.get(place).status_code == 404
    assert ani.get(place, headers={"If-None-Match": tag}).status_code == 404
    Enrolment.everything.filter(pk=ani.place.pk).update(state=Enrolment.State.COMPLETED)
    assert ani.get(place).status_code == 200


def test_z11_I09_nobody_else_meets_a_file_of_a_release(client, release):
    places = [address(release, kind) for kind in ADDRESSES]
    assert {client.get(place).status_code for place in places} == {302}  # to the door
    citra = make_person("Citra Maharani", agency=make_agency("Kabupaten Badung"), roles=["author", "publisher"]).user
    sign_in(client, citra)
    assert {client.get(place).status_code for place in places} == {404}
    author = release.course.agency.people.get(name="Bambang Penulis").user
    sign_in(client, author)
    assert {client.get(place).status_code for place in places} == {200}
    for grant in author.grants.all():
        directory.revoke(grant=grant, by=None, reason="test")
    assert {client.get(place).status_code for place in places} == {404}


def test_Z04_a_picture_of_another_agency_is_not_frozen(db):
    agency, other = make_agency("Kabupaten Badung"), make_agency("Kementerian PANRB")
    load_dictionary()
    course = make_course(agency=agency)
    author = agency.people.get(name="Bambang Penulis").user
    unit = UnitPage.objects.child_of(course.page).order_by("path").first().get_latest_revision_as_object()
    unit.body.append(("figure", {"image": make_image(other), "alt": "Loket", "caption": ""}))
    unit.save_revision(user=author)
    publisher = make_person("Pratiwi Penerbit", agency=agency, roles=["publisher"]).user
    made = catalogue.approve(review=catalogue.submit(course=course, by=author), by=publisher)
    assert ReleaseFile.everything.filter(release=made).count() == 0


def test_the_limit_of_a_video_is_named():
    assert "50" in str(FileToKeepField().help_text)


def test_L119_a_picture_or_file_replaced_after_submission_is_not_released(release):
    """Wagtail replaces files in place, without a revision: what the publisher read would not be what she releases."""
    course, agency = release.course, release.course.agency
    author, publisher = (agency.people.get(name=name).user for name in ("Bambang Penulis", "Pratiwi Penerbit"))
    unit = UnitPage.objects.child_of(course.page).order_by("path").first().get_latest_revision_as_object()
    unit.goal = "Menyambut warga."
    unit.save_revision(user=author)
    review = catalogue.submit(course=course, by=author)
    figure, video = (next(b.value for b in unit.body if b.block_type == kind) for kind in ("figure", "video"))
    for row, fresh in ((figure["image"], make_image(agency)), (video["file"], make_document(agency, data=PDF))):
        kept, row.file = row.file.name, fresh.file.name
        row.save()
        with pytest.raises(ReleaseRefused, match="changed after it was submitted"):
            catalogue.approve(review=review, by=publisher)
        row.file = kept
        row.save()
    assert catalogue.approve(review=review, by=publisher).number == 2


def test_L119_what_was_saved_while_an_approval_was_reading_is_not_released(release):
    """The approval compares what it froze, not what it looked at before."""
    course = release.course
    author, publisher = (course.agency.people.get(name=n).user for n in ("Bambang Penulis", "Pratiwi Penerbit"))
    covered = queries.covered_revisions(course.page)
    assert covered == release.covered
    unit = UnitPage.objects.child_of(course.page).first().get_latest_revision_as_object()
    unit.goal = "Disimpan pada detik yang sama."
    unit.save_revision(user=author)
    with pytest.raises(ReleaseRefused, match="changed after it was submitted"):
        releases.release(course=course, by=publisher, covered=covered)
    assert course.releases.count() == 1
