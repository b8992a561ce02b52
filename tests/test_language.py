"""The Indonesian catalogue has every text of the screens, translated, with the placeholders of the source text."""

import importlib.util
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "locale/id/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")


@pytest.fixture(scope="module")
def messages():
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="id") if message.id]


def forms(text):
    return [text] if isinstance(text, str) else list(text)


def used() -> set:
    spec = importlib.util.spec_from_file_location("extract", ROOT / ".ci" / "extract.py")
    extract = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(extract)
    return set(extract.used())


def test_the_catalogue_has_what_the_screens_say_and_nothing_else(messages):
    """L116: `make extract` adds what is missing and drops what nothing says any more."""
    known = {(m.context, forms(m.id)[0]) for m in messages}
    said = used()
    assert (said - known, known - said) == (set(), set())


def test_every_message_is_translated(messages):
    assert messages
    missing = [m.id for m in messages if m.fuzzy or not m.string or not all(forms(m.string))]
    assert missing == []


def test_the_placeholders_are_those_of_the_source(messages):
    different = [
        m.id
        for m in messages
        for text in forms(m.string)
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(forms(m.id)[-1]))
    ]
    assert different == []


def test_no_template_changes_the_language_on_the_way():
    """Kept parts ask for the language once a page (`core.keeping`)."""
    own = [path for room in ("cms", "lms", "talent") for path in (ROOT / room).rglob("*.html")]
    assert own
    assert [path.name for path in own if re.search(r"{%\s*language\s", path.read_text(encoding="utf-8"))] == []
