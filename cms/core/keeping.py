"""What a process keeps of what it drew, the oldest leaving first."""

from collections.abc import Callable, Iterable
from operator import attrgetter, itemgetter
from threading import Lock

from django.template.base import FilterExpression, Variable
from django.utils.translation import get_language

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


def language_of(context) -> str:
    """The language a page is drawn in, asked once a page: it never changes on the way, and a page asks a hundred times.
    (The tag ``language`` would change it; a test keeps it out of our templates.)"""
    page = context.render_context
    try:
        return page.language
    except AttributeError:
        page.language = get_language()
        return page.language


class Asked:
    """The values of some expressions of a template, in order, on a short way for what most are: attributes of objects.

    Those of one object or dict are fetched together. Whatever is not simply there (a filter, a method, a missing name,
    a dict below) goes Django's way.
    """

    def __init__(self, expressions: Iterable[FilterExpression]):
        roots, self._others, self._blank = {}, [], []
        for at, expression in enumerate(expressions):
            self._blank.append(None)
            if _is_plain(expression):
                first, *bits = expression.var.lookups
                roots.setdefault((first, not bits), []).append((at, ".".join(bits), expression.resolve))
            else:
                self._others.append((at, expression.resolve))
        self._bare = [(first, places) for (first, is_bare), places in roots.items() if is_bare]
        self._roots = [
            (first, *_fetchers([path for _at, path, _ask in places]), places)
            for (first, is_bare), places in roots.items()
            if not is_bare
        ]

    def __call__(self, context) -> list:
        values = self._blank.copy()
        for first, places in self._bare:
            value = context.get(first)
            for at, _path, ask in places:
                values[at] = ask(context) if value is None or callable(value) else value
        for first, fetch, pick, places in self._roots:
            thing = context.get(first)
            try:
                found = pick(thing) if type(thing) is dict else fetch(thing)
            except (AttributeError, KeyError):
                for at, _path, ask in places:
                    values[at] = ask(context)
            else:
                for (at, _path, ask), value in zip(places, found if len(places) > 1 else (found,), strict=True):
                    values[at] = ask(context) if callable(value) else value
        for at, ask in self._others:
            values[at] = ask(context)
        return values


def _fetchers(paths: list[str]) -> tuple[Callable, Callable]:
    """How to fetch ``paths`` of an object, and of a dict; what is deeper in a dict has a dot, is no key, and is left to
    Django."""
    return attrgetter(*paths), itemgetter(*paths)


def _is_plain(expression: FilterExpression) -> bool:
    var = expression.var
    return not expression.filters and type(var) is Variable and var.literal is None and not var.translate


def forget() -> None:
    """For tests and after a change of templates or catalogues."""
    for kept in _all:
        kept.clear()
