"""How bytes that people sent leave the house again (I16): never run, never shown as a page of ours.

A file goes out as an attachment, a picture (written anew by us) and a video may be shown; each without sniffing and
with a policy that lets nothing inside it load, run or be framed with our rights.
"""

import re

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

POLICY = "default-src 'none'; sandbox"
SHOWN = {"image/jpeg", "image/png", "image/webp", "video/mp4", "video/webm"}
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
PIECE = 64 * 1024


def file_response(request, file, *, kind: str, name: str, digest: str = ""):
    """``file`` (open, seekable) as ``kind``, called ``name``; one range of it when the browser asks for one.

    ``digest`` is that of a content-addressed file: the person's own browser may keep it, and asks each time whether
    she still may read it (Z11).
    """
    if digest and request.headers.get("If-None-Match") == f'"{digest}"':
        file.close()
        return _kept(HttpResponse(status=304), digest)
    size = file.seek(0, 2)
    asked = _asked(request.headers.get("Range", ""))
    span = _span(asked, size)
    if span is None:
        file.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    first, last = span
    response = StreamingHttpResponse(_pieces(file, first, last), status=206 if asked else 200)
    response._resource_closers.append(file.close)
    if response.status_code == 206:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Content-Type"] = kind
    response["Content-Disposition"] = content_disposition_header(kind not in SHOWN, name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return _kept(response, digest)


def _kept(response, digest: str):
    response["Cache-Control"] = "private, no-cache" if digest else "private, no-store"
    if digest:
        response["ETag"] = f'"{digest}"'
    return response


def _asked(header: str) -> tuple[str, str] | None:
    """The two ends of the one range that was asked for; what cannot be read asks for the whole file."""
    found = RANGE.fullmatch(header.strip())
    return found.groups() if found and found.groups() != ("", "") else None


def _span(asked: tuple[str, str] | None, size: int) -> tuple[int, int] | None:
    """First and last byte to send; None when no byte of the file was asked for."""
    if asked is None:
        return 0, size - 1
    first, last = asked
    if first == "":
        return (max(0, size - int(last)), size - 1) if int(last) and size else None
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end) if start <= end and start < size else None


def _pieces(file, first: int, last: int):
    file.seek(first)
    left = last - first + 1
    while left > 0 and (data := file.read(min(PIECE, left))):
        left -= len(data)
        yield data
