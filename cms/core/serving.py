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


def file_response(request, file, *, kind: str, name: str, lasting: bool = False):
    """``file`` (open, seekable) as ``kind``, called ``name``; one range of it when the browser asks for one.

    ``lasting`` is for content-addressed files: the browser of this person may keep them.
    """
    size = file.seek(0, 2)
    span = _span(request.headers.get("Range", ""), size)
    if span is None:
        file.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    first, last = span
    response = StreamingHttpResponse(_pieces(file, first, last), status=206 if _is_part(request, span, size) else 200)
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
    # Whoever loses the right must not be shown the file from a shared cache; her own browser may keep what is frozen.
    response["Cache-Control"] = "private, max-age=3600" if lasting else "private, no-store"
    return response


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte to send; None when no byte of the file was asked for. What cannot be read is all of it."""
    found = RANGE.fullmatch(asked.strip())
    if not found or found.groups() == ("", ""):
        return 0, size - 1
    first, last = found.groups()
    if first == "":
        return (max(0, size - int(last)), size - 1) if int(last) and size else None
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end) if start <= end and start < size else None


def _is_part(request, span: tuple[int, int], size: int) -> bool:
    return bool(RANGE.fullmatch(request.headers.get("Range", "").strip())) and span is not None and size > 0


def _pieces(file, first: int, last: int):
    file.seek(first)
    left = last - first + 1
    while left > 0 and (data := file.read(min(PIECE, left))):
        left -= len(data)
        yield data
