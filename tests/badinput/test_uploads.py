"""U03 to U06, U11, U12, I16: what people upload. Fixtures are made when the tests run; nothing dangerous is kept."""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from PIL import Image

from cms.core.text import file_name
from cms.pages.models import SiteDocument, SiteImage
from tests.cms.pages.makers import PDF, make_desk_worker, picture_bytes, sign_in
from tests.makers import make_agency

ROOT = Path(__file__).parents[2]
IMAGES, DOCUMENTS = "/tata-kelola/images/multiple/add/", "/tata-kelola/documents/multiple/add/"
HTML = b"<!doctype html><script>document.title='x'</script>"
SVGS = [
    b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>',
    b'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body/></foreignObject></svg>',
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="https://evil.example/x"/></svg>',
]


@pytest.fixture
def author(client, db):
    client.user = make_desk_worker(make_agency("Kabupaten Badung"), roles=("author",))
    sign_in(client, client.user)
    return client


def send(client, address: str, data: bytes, name: str, kind: str = "application/octet-stream"):
    return client.post(address, {"files[]": SimpleUploadedFile(name, data, kind), "title": name})


def kept() -> int:
    return SiteImage.objects.count() + SiteDocument.objects.count()


def refusal_of(response) -> str:
    answer = response.json()
    assert answer["success"] is False
    return answer["error_message"]


def wide_png(side: int) -> bytes:
    """A valid PNG of side x side pixels in one bit, far smaller than what it unpacks to."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    squeeze = zlib.compressobj(9)
    row = b"\x00" + b"\x00" * (side // 8)
    pixels = b"".join(squeeze.compress(row) for _i in range(side)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def many_frames(kind: str, frames: int = 10_000) -> bytes:
    first, *rest = [Image.new("L", (8, 8), n % 250) for n in range(frames)]
    out = io.BytesIO()
    if kind == "WEBP":
        first, rest = first.convert("RGB"), [frame.convert("RGB") for frame in rest]
    first.save(out, kind, save_all=True, append_images=rest)
    return out.getvalue()


MEASURE = """
import resource, sys
sys.path.insert(0, {root!r})
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"
import django; django.setup()
from cms.core import pictures
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    pictures.again(open({path!r}, "rb"), ending={ending!r}); said = "kept"
except pictures.PictureRefused as refusal:
    said = refusal.reason
print(said, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    ("ending", "make", "said"),
    [
        ("png", lambda: wide_png(30_000), "pixels"),
        ("gif", lambda: many_frames("GIF"), "moving"),
        ("webp", lambda: many_frames("WEBP"), "moving"),
        ("tiff", lambda: many_frames("TIFF", 2_000), "kind"),
        ("jpg", lambda: picture_bytes("JPEG", (7_900, 5_000)), "kept"),
    ],
)
def test_u03_bombs_are_refused_and_memory_rises_less_than_200_mb(tmp_path, ending, make, said):
    path = tmp_path / f"gambar.{ending}"
    path.write_bytes(make())
    script = MEASURE.format(root=str(ROOT), path=str(path), ending=ending)
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    reason, kilobytes = out.stdout.split()[-2:]
    assert (reason, int(kilobytes) < 200_000) == (said, True), kilobytes


def test_u03_the_upload_screen_says_why(author):
    data = wide_png(30_000)
    assert len(data) < 200_000
    assert "too many pixels" in refusal_of(send(author, IMAGES, data, "besar.png", "image/png"))
    assert "Moving pictures" in refusal_of(send(author, IMAGES, many_frames("GIF", 30), "gerak.gif", "image/gif"))
    assert kept() == 0


@pytest.mark.parametrize("svg", SVGS)
@pytest.mark.parametrize(("address", "name"), [(IMAGES, "a.svg"), (IMAGES, "a.png"), (DOCUMENTS, "a.svg")])
def test_u04_svg_is_refused_under_any_name(author, svg, address, name):
    refusal_of(send(author, address, svg, name, "image/svg+xml"))
    assert kept() == 0


def packed(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        for name, data in entries.items():
            folder.writestr(name, data)
    return out.getvalue()


DOCX = packed(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
DOCM = packed(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", "word/vbaProject.bin": b"x"})
MP4 = struct.pack(">I", 16) + b"ftypisom" + b"\0" * 4 + struct.pack(">I", 12) + b"mdat" + b"\0" * 4
WRONG = {
    "HTML named jpg": (IMAGES, HTML, "a.jpg", "image/jpeg"),
    "PNG named jpg": (IMAGES, picture_bytes("PNG"), "a.jpg", "image/jpeg"),
    "cut JPEG": (IMAGES, picture_bytes("JPEG", (400, 400))[:-600], "a.jpg", "image/jpeg"),
    "TIFF": (IMAGES, picture_bytes("TIFF"), "a.tiff", "image/tiff"),
    "empty picture": (IMAGES, b"", "a.png", "image/png"),
    "exe named pdf": (DOCUMENTS, b"MZ\x90\x00" + b"\0" * 64, "a.pdf", "application/pdf"),
    "HTML named pdf": (DOCUMENTS, HTML, "a.pdf", "application/pdf"),
    "cut PDF": (DOCUMENTS, PDF[:20], "a.pdf", "application/pdf"),
    "HTML named txt": (DOCUMENTS, HTML, "a.txt", "text/plain"),
    "HTML": (DOCUMENTS, HTML, "a.html", "text/html"),
    "PDF said to be HTML": (DOCUMENTS, PDF, "a.pdf", "text/html"),
    "zip named docx": (DOCUMENTS, packed(**{"a.txt": b"a"}), "a.docx", ""),
    "macros": (DOCUMENTS, DOCM, "a.docx", ""),
    "cut docx": (DOCUMENTS, DOCX[:-30], "a.docx", ""),
    "cut video": (DOCUMENTS, MP4[:-2], "a.mp4", "video/mp4"),
    "NUL in text": (DOCUMENTS, b"a,b\n\x00", "a.csv", "text/csv"),
    "empty file": (DOCUMENTS, b"", "a.pdf", "application/pdf"),
}


@pytest.mark.parametrize("case", WRONG)
def test_u05_content_decides_not_name_or_declared_type(author, case):
    address, data, name, kind = WRONG[case]
    refusal_of(send(author, address, data, name, kind))
    assert kept() == 0


RIGHT = {
    "pdf": (PDF, "application/pdf"),
    "docx": (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "csv": (b"nama,nilai\nAni,1\n", "text/csv"),
    "txt": ("Catatan é\n".encode(), "text/plain"),
    "zip": (packed(**{"a.txt": b"a"}), "application/zip"),
    "mp4": (MP4, "video/mp4"),
    "webm": (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + b"\0" * 40, "video/webm"),
}


@pytest.mark.parametrize("ending", RIGHT)
def test_u05_I16_what_is_kept_comes_back_as_attachment_and_never_as_a_page(author, ending):
    data, kind = RIGHT[ending]
    assert send(author, DOCUMENTS, data, f"a.{ending}", kind).json()["success"] is True
    row = SiteDocument.objects.get()
    response = author.get(row.url)
    shown = kind.startswith("video/")
    assert b"".join(response.streaming_content) == data
    assert {name: response[name] for name in HEADERS} == {
        "Content-Type": kind,
        "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="a.{ending}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }


HEADERS = [
    "Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control",
]  # fmt: skip


def with_place(kind: str) -> bytes:
    """A picture with camera, place and comment in it."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "KameraRahasia", 6
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (7.0, 46.0, 12.0)
    how = {"JPEG": {"comment": b"KameraRahasia"}, "PNG": {}, "WEBP": {"xmp": b"KameraRahasia"}}[kind]
    return picture_bytes(kind, (60, 20), exif=exif, **how)


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_I16_pictures_are_written_anew_without_place_and_camera(author, kind, ending):
    data = with_place(kind) + b"<script>KameraRahasia</script>"
    assert b"KameraRahasia" in data
    assert send(author, IMAGES, data, f"foto.{ending}", f"image/{kind.lower()}").json()["success"] is True
    row = SiteImage.objects.get()
    stored = row.file.read()
    assert b"KameraRahasia" not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        # The camera was held sideways: the picture stands upright now, and says nothing of it.
        assert (picture.format, picture.size, dict(picture.getexif())) == (kind, (20, 60), {})


def test_I16_a_still_gif_becomes_png_and_every_size_of_a_picture_is_served_alike(author):
    assert send(author, IMAGES, picture_bytes("GIF"), "foto.gif", "image/gif").json()["success"] is True
    row = SiteImage.objects.get()
    for file, kind in [(row.file, "image/png"), (row.get_rendition("max-165x165|format-webp").file, "image/webp")]:
        response = author.get(file.url)
        assert (response.status_code, {name: response[name] for name in HEADERS if name != "Content-Disposition"}) == (
            200,
            {
                "Content-Type": kind,
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cache-Control": "private, no-store",
            },
        )


NAMES = {
    "../../etc/passwd": "passwd",
    "CON": "berkas-CON",
    "con.pdf": "berkas-con.pdf",
    "a\u202egpj.exe": "agpj.exe",
    "satu\ndua.pdf": "satu dua.pdf",
    "C:\\Users\\x\\a.pdf": "a.pdf",
    "...": "berkas",
    'a"b;c.pdf': "a-b;c.pdf",
    "naskah 📄.pdf": "naskah 📄.pdf",
    "x" * 300 + ".pdf": "x" * 116 + ".pdf",
}


@pytest.mark.parametrize("name", NAMES)
def test_u06_names_are_cleaned(name):
    assert file_name(name) == NAMES[name]


ODD_NAMES = ["../../etc/passwd.pdf", "CON.pdf", "x" * 300 + ".pdf", "a\u202efdp.pdf", "naskah 📄.pdf", "a\nb.pdf"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_u06_stored_under_our_own_name_and_sent_with_an_encoded_header(author, name):
    upload = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    upload._name = name  # past Django's own cleaning
    assert author.post(DOCUMENTS, {"files[]": upload, "title": name}).json()["success"] is True
    row = SiteDocument.objects.get()
    folder, stored = row.file.name.split("/")
    assert (folder, len(stored), stored[32:], int(stored[:32], 16) > 0) == ("documents", 36, ".pdf", True)
    header = author.get(row.url)["Content-Disposition"]
    assert header.startswith("attachment; filename") and header.isascii() and header.isprintable()
    assert len(row.shown_name) <= 120 and row.shown_name.isprintable() and "\u202e" not in row.title
    page = author.get(f"/tata-kelola/documents/edit/{row.pk}/").content.decode()
    assert "\u202e" not in page and row.shown_name in page


def upload_body(data: bytes, name: str = "a.pdf") -> tuple[bytes, str]:
    edge = "garis-batas-unggahan"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files[]"; filename="{name}"\r\n'
    kind = "Content-Type: application/pdf\r\n\r\n"
    return (head + kind).encode() + data + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Line(io.BytesIO):
    """What a server hands over, with a count of what was read from it."""

    taken = 0

    def read(self, *size):
        data = super().read(*size)
        self.taken += len(data)
        return data


@contextmanager
def connections_kept():
    """As the test client does: the test's own transaction must outlive the request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def call(client, address: str, body: bytes, kind: str, *, announced: int):
    """Straight through WSGI, because the test client mends what a cut line breaks."""
    said = {}
    line = Line(body)
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": address, "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(announced),
        "wsgi.input": line, "SERVER_NAME": "testserver", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(), "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_COOKIE": "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items()),
        "HTTP_X_CSRFTOKEN": client.cookies["csrftoken"].value,
    }  # fmt: skip
    with connections_kept():
        parts = get_wsgi_application()(environ, lambda status, headers, exc=None: said.update(status=status))
        body = b"".join(parts)
        parts.close()
    return int(said["status"].split()[0]), body.decode(), line.taken


@pytest.mark.django_db
def test_u11_an_upload_cut_in_the_middle_leaves_nothing(client, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = str(tmp_path), 1000
    user = make_desk_worker(make_agency("Kabupaten Badung"), roles=("author",))
    sign_in(client, user)
    client.get(DOCUMENTS)
    # The cut part ends like a whole PDF: only the count of bytes can tell.
    body, kind = upload_body(PDF + b"0" * 4000 + b"%%EOF" + b"1" * 4000)
    before = sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*"))
    status, text, _taken = call(client, DOCUMENTS, body[: len(body) * 6 // 10], kind, announced=len(body))
    assert (status, "did not arrive whole" in text) == (400, True)
    after = sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*"))
    assert (kept(), list(tmp_path.iterdir()), after) == (0, [], before)
    # Tried again, whole, it works.
    body, kind = upload_body(PDF)
    status, text, _taken = call(client, DOCUMENTS, body, kind, announced=len(body))
    assert (status, json.loads(text)["success"], kept()) == (200, True, 1)


@pytest.mark.parametrize(("address", "megabytes"), [(IMAGES, 10), (DOCUMENTS, 50), ("/meja/impor/", 10)])
def test_u12_too_large_a_body_is_refused_unread_with_the_limit_named(author, address, megabytes):
    author.get(DOCUMENTS)
    _body, kind = upload_body(b"")
    announced = megabytes * 1024 * 1024 + 2 * 1024 * 1024
    status, text, taken = call(author, address, b"x" * 100_000, kind, announced=announced)
    assert (status, f"The limit is {megabytes} MB." in text, taken) == (413, True, 0)


def test_u12_a_file_over_its_own_limit_is_named_in_the_form(author, settings):
    settings.BESTARI_DOCUMENT_MOST = 1000
    assert "At most 1000" in refusal_of(send(author, DOCUMENTS, PDF + b"0" * 2000 + b"%%EOF", "a.pdf"))
    assert kept() == 0
