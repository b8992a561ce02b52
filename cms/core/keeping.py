"""What a process keeps of what it drew, the oldest leaving first."""

from collections.abc import Callable
from threading import Lock

from django.template.base import FilterExpression, Variable

_all: list["Kept"] = []


class Kept:
    def __init__(self, most: int):
        self.most, self._things, self._lock = most, {}, Lock()
        _all.append(self)

    def get(self, key):
        return self._things.get(key)

    def put(self, key, thing):
        with self._lock:
            while len(self._things) >= self.most:
                self._things.pop(next(iter(self._things)))
            self._things[key] = thing
        return thing

    def clear(self) -> None:
        with self._lock:
            self._things.clear()


def asker(expression: FilterExpression) -> Callable:
    """``expression.resolve``, on a short way for what most keys are: attributes of objects, without a filter.

    Whatever is not simply there (a method, a gap, a missing name) goes Django's way.
    """
    var = expression.var
    if expression.filters or type(var) is not Variable or var.literal is not None or var.translate:
        return expression.resolve
    first, *bits = var.lookups

    def ask(context):
        value = context.get(first)
        for bit in bits:
            value = value.get(bit) if type(value) is dict else getattr(value, bit, None)
        return expression.resolve(context) if value is None or callable(value) else value

    return ask


def forget() -> None:
    """For tests and after a change of templates or catalogues."""
    for kept in _all:
        kept.clear()
