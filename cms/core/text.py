"""Text as people type it: one normal form on both engines (R06, R07)."""

import re
import unicodedata

KEPT_CONTROLS = {"\n", "\t"}
ASCII_CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in KEPT_CONTROLS}
BIDI_AND_ZERO_WIDTH = set("\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# What some system reads as part of a path, a pattern or a device.
NOT_IN_A_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE | re.ASCII)


class UnfitText(ValueError):
    """The text holds NUL or half a surrogate pair: PostgreSQL refuses it, so we do on both engines."""


def refuse_unfit(text: str) -> None:
    if "\x00" in text or not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise UnfitText


def tidy(text: str) -> str:
    """NFC, without control, zero-width and bidi characters, CR LF as LF, at most 3 combining marks in a row."""
    refuse_unfit(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text.translate(ASCII_CONTROLS)
    out, marks = [], 0
    for char in unicodedata.normalize("NFC", text):
        if char in BIDI_AND_ZERO_WIDTH or (unicodedata.category(char) == "Cc" and char not in KEPT_CONTROLS):
            continue
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 3:
            out.append(char)
    return "".join(out)


def search_words(text: str) -> str:
    """What a person typed into a search box: tidied, one line, cut at 200 characters (R05)."""
    return " ".join(tidy(text).split())[:200]


def like(text: str) -> str:
    """``text`` with LIKE wildcards made literal (for raw SQL; the ORM's icontains does it itself)."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def file_name(text: str, *, most: int = 120) -> str:
    """A name of a file fit to be shown and sent in a header (U06): one line, no path, no device; the ending stays."""
    name = NOT_IN_A_NAME.sub("-", " ".join(tidy(text.replace("\x00", "")).replace("\\", "/").split("/")[-1].split()))
    stem, dot, ending = name.strip(" .-").rpartition(".")
    if not stem or len(ending) > 8:
        stem, dot, ending = name.strip(" .-"), "", ""
    stem = stem[: most - len(ending) - 1].strip(" .-") or "berkas"
    return ("berkas-" if DEVICES.fullmatch(stem) else "") + f"{stem}{dot}{ending}"
