"""The Indonesian catalogue is complete, and its placeholders are those of the source text."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

CATALOGUE = Path(__file__).parents[1] / "locale/id/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")


@pytest.fixture(scope="module")
def messages():
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="id") if message.id]


def forms(text):
    return [text] if isinstance(text, str) else list(text)


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
