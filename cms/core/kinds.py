"""What a file is by its content, never by its name or by what the sender says it is (U05)."""

import zipfile

UNKNOWN = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}wordprocessingml.document",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "pptx": f"{OFFICE}presentationml.presentation",
    "zip": "application/zip",
    "csv": "text/csv",
    "txt": "text/plain",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
# Other words that browsers and systems say for the same thing.
ALSO_SAID = {
    "csv": {"application/csv", "application/vnd.ms-excel", "text/plain"},
    "zip": {"application/x-zip-compressed"},
    "txt": {"text/markdown"},
}
INSIDE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
MOST_ENTRIES, MOST_UNPACKED = 10_000, 500 * 1024 * 1024
PAGE_STARTS = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe", b"mz\x90")
BOX_HEAD = 8  # bytes of size and name before a box of an MP4


def is_what_it_says(file, kind: str, said: str = "") -> bool:
    """Whether ``file`` (seekable, binary) is a whole file of ``kind``; ``said`` is the declared type, if any."""
    if said.split(";")[0].strip().lower() not in {"", UNKNOWN, TYPES.get(kind), *ALSO_SAID.get(kind, ())}:
        return False
    try:
        return CHECKS[kind](file, kind)
    finally:
        file.seek(0)


def _size(file) -> int:
    return file.seek(0, 2)


def _part(file, start: int, length: int) -> bytes:
    file.seek(max(0, start))
    return file.read(length)


def _pdf(file, kind) -> bool:
    # The end mark is what a cut upload lacks (U11).
    return _part(file, 0, 5) == b"%PDF-" and b"%%EOF" in _part(file, _size(file) - 2048, 2048)


def _packed(file, kind) -> bool:
    try:
        with zipfile.ZipFile(file) as folder:
            entries = folder.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return False
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        return False
    if kind == "zip":
        return True
    # No macros (U07): a document is read, not run.
    has_parts = "[Content_Types].xml" in names and any(name.startswith(INSIDE[kind]) for name in names)
    return has_parts and not any(name.lower().endswith("vbaproject.bin") for name in names)


def _text(file, kind) -> bool:
    file.seek(0)
    data = file.read()
    if b"\x00" in data or data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGE_STARTS):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mp4(file, kind) -> bool:
    """A row of boxes that ends exactly with the file."""
    end, at = _size(file), 0
    if _part(file, 4, 4) != b"ftyp":
        return False
    while at < end:
        head = _part(file, at, 16)
        if len(head) < BOX_HEAD:
            return False
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[8:16])
        elif length == 0:
            return True
        if length < BOX_HEAD:
            return False
        at += length
    return at == end


def _webm(file, kind) -> bool:
    head = _part(file, 0, 64)
    return head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head


CHECKS = {
    "pdf": _pdf, "docx": _packed, "xlsx": _packed, "pptx": _packed, "zip": _packed, "csv": _text, "txt": _text,
    "mp4": _mp4, "webm": _webm,
}  # fmt: skip
