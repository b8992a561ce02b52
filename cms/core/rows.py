"""Rows of a statement: as the database gave them, and as objects once somebody looks at one.

The bare rows say everything the statement knows, so what is drawn from them may be kept under them (`core.public`).
Every object made from a row carries it too, as ``bare``.
"""

from collections.abc import Callable, Sequence

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.query import RelatedPopulator
from django.db.models.signals import post_init, pre_init


class Rows(Sequence):
    """A list that is filled at the first look. ``bare`` can be compared and hashed."""

    def __init__(self, bare: tuple, read: Callable[[tuple], list]):
        self.bare, self._read, self._objects = bare, read, None

    @property
    def objects(self) -> list:
        if self._objects is None:
            self._objects = self._read(self.bare)
        return self._objects

    def __len__(self):
        return len(self.bare)

    def __iter__(self):
        return iter(self.objects)

    def __getitem__(self, at):
        return self.objects[at]

    def __eq__(self, other):
        return self.objects == (other.objects if isinstance(other, Rows) else other)

    def __repr__(self):
        return repr(self.objects)

    def told(self, name: str):
        """An annotation of the first row, without making an object."""
        return self.bare[0][dict(self._read.told)[name]]


class Listed(list):
    """Objects that were worked on, still known by what they came from."""

    def __init__(self, objects, bare):
        super().__init__(objects)
        self.bare = bare


class Unknown(TypeError):
    """An object that does not say what it prints."""


def bare(value):
    """What ``value`` says, to be compared and hashed. Models compare by their key alone, whatever else changed: one
    must carry its row, or be sealed."""
    if (row := getattr(value, "bare", None)) is not None:
        return row
    if isinstance(value, dict):
        return tuple((name, bare(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(bare, value))
    if isinstance(value, Model):
        if not getattr(value, "append_only", False):
            raise Unknown(f"{value._meta.label} does not carry its row: read it by a Prepared")
        return value._meta.label, value.pk
    return value


class Reader:
    """Makes the objects of a model from bare rows, as Django does, with everything that is the same for all rows
    found out once: on lists Django's own reader costs more than the database."""

    def __init__(self, compiler, connection):
        info, columns = compiler.klass_info, compiler.select
        fields = [column[0] for column in columns[: compiler.col_count]]
        self.convert = _converter(compiler, connection, fields)
        self.make = _maker(info["model"], [columns[at][0].target.attname for at in info["select_fields"]])
        self.span = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        self.related = [_Related(one, columns, connection.alias) for one in info.get("related_klass_infos", [])]
        self.told = list((compiler.annotation_col_map or {}).items())

    def __call__(self, bare: tuple) -> list:
        return [self._object(row, known) for row, known in zip(self.convert(bare), bare, strict=True)]

    def _object(self, row, known: tuple):
        made = self.make(row[self.span])
        made.bare = known
        for one in self.related:
            one.populate(row, made)
        for name, at in self.told:
            setattr(made, name, row[at])
        return made


class _Related(RelatedPopulator):
    def __init__(self, info, columns, alias):
        super().__init__(info, columns, alias)
        self.model_cls = _Made(self.model_cls, self.init_list)
        self.related_populators = [_Related(one, columns, alias) for one in info.get("related_klass_infos", [])]


class _Made:
    """Stands where Django expects the model and asks ``from_db`` of it."""

    def __init__(self, model, names):
        self._meta, self.make = model._meta, _maker(model, names)

    def from_db(self, db, names, values):
        return self.make(values)


def _maker(model: type[Model], names: list[str]) -> Callable:
    plain = model.__init__ is Model.__init__ and model.from_db.__func__ is Model.from_db.__func__
    if not plain or pre_init.has_listeners(model) or post_init.has_listeners(model):
        return lambda values: model.from_db("default", names, values)

    def make(values):
        made = model.__new__(model)
        made.__dict__.update(zip(names, values, strict=True))
        state = made._state = ModelState()
        state.adding, state.db = False, "default"
        return made

    return make


def _converter(compiler, connection, fields) -> Callable:
    """Values as Python knows them; nothing to do for most statements on PostgreSQL."""
    known = [(at, converters, field) for at, (converters, field) in compiler.get_converters(fields).items()]
    if not known:
        return lambda rows: rows

    def convert(row):
        row = list(row)
        for at, converters, field in known:
            for converter in converters:
                row[at] = converter(row[at], field, connection)
        return row

    return lambda rows: map(convert, rows)
