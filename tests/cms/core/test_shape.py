"""A shape is drawn once for its keys; each page fills in its own values, escaped."""

import uuid

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import override

ROW = Template(
    '{% shape "row" done=done fill place=place title=title n=n %}{{ outside }}'
    '<a href="{% url "player:resume" place %}">{{ title }}</a>'
    "{% if done %}, {{ n }} of {{ n }}{% endif %}{% endshape %}"
)


def drawn(**context) -> str:
    return ROW.render(Context({"done": True, "n": 3, "title": "x", "place": uuid.uuid4(), **context}))


def test_each_page_fills_in_its_own_values():
    for n, title in enumerate(("Satu", "Dua")):
        place = uuid.uuid4()
        expected = f'<a href="{reverse("player:resume", args=[place])}">{title}</a>'
        assert drawn(place=place, title=title, n=n) == f"{expected}, {n} of {n}"
        assert drawn(place=place, title=title, done=False) == expected


def test_what_was_typed_is_escaped_and_no_mark_can_be_smuggled_in():
    assert "&lt;b&gt;" in drawn(title="<b>")
    assert "<b>" in drawn(title=mark_safe("<b>"))  # noqa: S308
    assert "\ue0002\ue001</a>" in drawn(title="\ue0002\ue001")
    assert "00000000-0000-face-0000-000000000002</a>" in drawn(title="00000000-0000-face-0000-000000000002")


def test_nothing_else_is_seen_inside():
    assert "secret" not in drawn(outside="secret")


def test_each_language_has_its_own():
    place = uuid.UUID(int=1)
    with override("en"):
        assert 'href="/en/' in drawn(place=place)
    with override("id"):
        assert 'href="/bel' in drawn(place=place)


@pytest.mark.parametrize("written", ['{% shape "x" fill a %}{% endshape %}', '{% shape "x" a %}{% endshape %}'])
def test_a_value_without_a_name_is_refused(written):
    with pytest.raises(TemplateSyntaxError):
        Template(written)
