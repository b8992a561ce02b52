"""Two agencies with a desk each, and files in their libraries."""

import itertools
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image

from cms.pages.models import SiteDocument, SiteImage
from cms.pages.services import library_of
from tests.makers import make_person

_count = itertools.count(1)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture_bytes(kind: str = "PNG", size=(40, 30), **how) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (11, 95, 89)).save(out, kind, **how)
    return out.getvalue()


def make_image(agency, *, title: str = "Loket layanan", by=None) -> SiteImage:
    return SiteImage.objects.create(
        title=title,
        file=ContentFile(picture_bytes(), name=f"{title}.png"),
        collection=library_of(agency).collection,
        uploaded_by_user=by,
    )


def make_document(agency, *, title: str = "Pedoman", data: bytes = PDF, name: str = "pedoman.pdf", by=None):
    return SiteDocument.objects.create(
        title=title,
        shown_name=name,
        file=ContentFile(data, name=name),
        collection=library_of(agency).collection,
        uploaded_by_user=by,
    )


def sign_in(client, user) -> None:
    """Signed in, with the second step shown in this session."""
    client.force_login(user)
    session = client.session
    session["second_factor"] = True
    session.save()


def make_desk_worker(agency, name: str = "Citra Maharani", roles=("author",)):
    return make_person(name, agency=agency, roles=list(roles)).user
