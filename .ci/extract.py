"""Finds every text that screens and code mark for translation, and adds the new ones, empty, to the catalogues.

`make extract` runs it. Entries are sorted by their text, so that two people who add some rarely meet; a text that
nothing uses any more is removed. `tests/test_language.py` fails while one is missing, untranslated or left over.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
KEYWORDS = [
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
    "npgettext",
]  # fmt: skip
PLACES = ("cms", "lms", "talent")


def sources():
    """Each file with its text as Python that calls gettext."""
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield path, path.read_text(encoding="utf-8")
            elif path.suffix in (".html", ".txt") and "templates" in path.parts:
                yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path))


def used() -> dict:
    """Every marked text: (context, id) with its plural, if it has one."""
    found = {}
    for path, source in sources():
        for _line, function, words, _comments in extract_python(BytesIO(source.encode()), KEYWORDS, [], {}):
            # A call without a literal (the text of a notice) has no words to find.
            words = [words] if isinstance(words, str) else list(words or ())
            context = words.pop(0) if words and "pgettext" in function else None
            if not words or not words[0]:
                continue
            plural = words[1] if "ngettext" in function or "npgettext" in function else None
            if not isinstance(words[0], str):
                raise SystemExit(f"{path.relative_to(ROOT)}: gettext without a plain text")
            key = (context, words[0])
            found[key] = plural or found.get(key)
    return found


def _by_text(item) -> tuple:
    (context, text), _plural = item
    return text.casefold(), text, context or ""


def renew(path: Path) -> tuple[int, int]:
    """Write the catalogue anew; returns how many entries were added and how many removed."""
    with path.open("rb") as file:
        old = read_po(file, locale=path.parent.parent.name)
    known = {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m for m in old if m.id}
    wanted = used()
    new = Catalog(locale=old.locale, header_comment=old.header_comment)
    new.mime_headers = old.mime_headers
    for (context, text), plural in sorted(wanted.items(), key=_by_text):
        before = known.get((context, text))
        said = before.string if before else ""
        if plural:
            said = said if isinstance(said, tuple | list) else (said,)
        elif isinstance(said, tuple | list):
            said = said[0]
        new.add((text, plural) if plural else text, said, context=context)
    out = BytesIO()
    write_po(out, new, width=100, omit_header=True)
    header = path.read_text(encoding="utf-8").split("\n\n", 1)[0]
    path.write_text(header + "\n\n" + out.getvalue().decode().strip() + "\n", encoding="utf-8")
    return len(wanted.keys() - known.keys()), len(known.keys() - wanted.keys())


def main() -> None:
    for path in CATALOGUES:
        added, removed = renew(path)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {added} added, {removed} removed\n")


if __name__ == "__main__":
    main()
