"""Moves in an outline. Pure: modules go in as ``[{key, title, jp, outcome, units: [key]}]`` and come out changed."""

from django.utils.translation import gettext as _

from lms.catalogue.exceptions import OutlineRefused


def _at(modules: list[dict], unit: str) -> tuple[int, int]:
    for m, module in enumerate(modules):
        if unit in module["units"]:
            return m, module["units"].index(unit)
    raise OutlineRefused(_("This unit is no longer in the outline. Load the page again."))


def _module(modules: list[dict], key: str) -> int:
    for m, module in enumerate(modules):
        if module["key"] == key:
            return m
    raise OutlineRefused(_("This module is no longer in the outline. Load the page again."))


def _copied(modules: list[dict]) -> list[dict]:
    return [{**module, "units": list(module["units"])} for module in modules]


def step_unit(modules: list[dict], unit: str, step: int) -> list[dict]:
    """One place up (-1) or down (1); past the edge of a module it goes on into the next module."""
    out = _copied(modules)
    m, u = _at(out, unit)
    if 0 <= u + step < len(out[m]["units"]):
        units = out[m]["units"]
        units[u], units[u + step] = units[u + step], units[u]
    elif 0 <= m + step < len(out):
        out[m]["units"].remove(unit)
        there = out[m + step]["units"]
        there.insert(len(there) if step < 0 else 0, unit)
    return out


def place_unit(modules: list[dict], unit: str, module: str, after: str = "") -> list[dict]:
    """Into ``module``, behind the unit ``after``, or first of all; also takes up a unit that stood nowhere."""
    if unit == after:
        return _copied(modules)
    out = [{**m, "units": [key for key in m["units"] if key != unit]} for m in modules]
    units = out[_module(out, module)]["units"]
    if after and after not in units:
        raise OutlineRefused(_("The place you chose is no longer there. Load the page again."))
    units.insert(units.index(after) + 1 if after else 0, unit)
    return out


def drop_unit(modules: list[dict], unit: str) -> list[dict]:
    """Out of the outline; its page and what learners did in it stay."""
    _at(modules, unit)
    return [{**m, "units": [key for key in m["units"] if key != unit]} for m in modules]


def step_module(modules: list[dict], key: str, step: int) -> list[dict]:
    out = _copied(modules)
    m = _module(out, key)
    if 0 <= m + step < len(out):
        out[m], out[m + step] = out[m + step], out[m]
    return out


def add_module(modules: list[dict], *, title: str, jp: str = "0", outcome: str = "") -> list[dict]:
    taken = {module["key"] for module in modules}
    key = next(name for n in range(1, len(taken) + 2) if (name := f"modul-{n}") not in taken)
    return [*_copied(modules), {"key": key, "title": title, "jp": jp, "outcome": outcome, "units": []}]


def change_module(modules: list[dict], key: str, *, title: str, jp: str, outcome: str) -> list[dict]:
    out = _copied(modules)
    out[_module(out, key)].update(title=title, jp=jp, outcome=outcome)
    return out


def drop_module(modules: list[dict], key: str) -> list[dict]:
    out = _copied(modules)
    m = _module(out, key)
    if out[m]["units"]:
        raise OutlineRefused(_("Move the units of this module first; then it can be removed."))
    return out[:m] + out[m + 1 :]
