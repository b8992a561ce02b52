"""A kept part is drawn once for its keys and language, and anew when one of them differs."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override

from cms.core import keeping
from cms.core.templatetags import kept

PART = Template('{% kept "part" digest %}{{ words }}{% endkept %}')


def drawn(digest: str, words: str) -> str:
    return PART.render(Context({"digest": digest, "words": words}))


def test_it_is_drawn_once_for_its_keys():
    assert [drawn("a", "one"), drawn("a", "two"), drawn("b", "three")] == ["one", "one", "three"]


def test_each_language_has_its_own():
    with override("id"):
        assert drawn("c", "satu") == "satu"
    with override("en"):
        assert drawn("c", "one") == "one"


def test_what_was_typed_stays_escaped():
    assert [drawn("d", "<b>"), drawn("d", "<i>")] == ["&lt;b&gt;"] * 2


def test_the_oldest_goes_when_there_are_too_many(monkeypatch):
    keeping.forget()
    monkeypatch.setattr(kept._parts, "most", 2)
    for digest in "xyz":
        drawn(digest, digest)
    assert [drawn("x", "again"), drawn("z", "again")] == ["again", "z"]


def test_a_part_without_name_is_refused():
    with pytest.raises(TemplateSyntaxError):
        Template("{% kept %}x{% endkept %}")
