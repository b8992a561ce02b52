"""Values of a template's expressions come out as Django gives them, whatever kind they are."""

from types import SimpleNamespace

import pytest
from django.template import Context, Engine
from django.template.base import Parser

from cms.core.keeping import Asked

THING = SimpleNamespace(
    name="Ani", none=None, inner=SimpleNamespace(number=3), facts={"jp": 9}, method=lambda: "called", listed=["a", "b"]
)
DICT = {"jp": 9, "none": None, "items": "a key", "inner": {"jp": 4}}
WRITTEN = (
    '"words"', "7", "thing.name", "thing.none", "thing.inner.number", "thing.facts.jp", "thing.method", "thing.missing",
    "thing.inner.missing", "missing", "missing.name", "none", "none.name", "thing.listed.1", "thing.name|upper",
    "plain", "call", "dict.jp", "dict.items", "dict.none", "dict.gone", "dict.inner.jp",
)  # fmt: skip


def values(*written: str) -> tuple[list, list]:
    parser = Parser([], builtins=Engine().template_builtins)
    expressions = [parser.compile_filter(one) for one in written]
    context = Context({"thing": THING, "none": None, "plain": 5, "call": lambda: "also called", "dict": DICT})
    context.template = SimpleNamespace(engine=Engine())
    return Asked(expressions)(context), [one.resolve(context) for one in expressions]


def test_all_at_once_and_in_order():
    found, expected = values(*WRITTEN)
    assert found == expected


@pytest.mark.parametrize("written", WRITTEN)
def test_each_alone(written):
    found, expected = values(written)
    assert found == expected
