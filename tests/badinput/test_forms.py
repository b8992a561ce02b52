"""Every form class of ours, field by field: text, limits, numbers and days that cannot be (D01 to D04, D09, R06)."""

import importlib
import pkgutil
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from allauth.account.fields import PasswordField
from django import forms
from django.apps import apps
from django.test import TestCase
from django.utils import timezone

from cms.core.forms import TidyLines
from cms.directory.forms.door import TidyForm
from lms.catalogue.forms.questions import NumberField
from lms.records.rules.conversion import KINDS
from tests import makers
from tests.gate import odd

OURS = ("cms.", "lms.", "talent.")
# Forms of the door take the words apart themselves, and have tests of their own (A01 to A09).
DOOR = "cms.directory.forms.door"
# Words that are looked up or compared, never kept: they need no limit of a column.
LOOKED_UP = {"MoveForm.act", "MoveForm.unit", "MoveForm.to", "QuestionForm.seen"}
DAYS = ("0001-01-01", "9999-12-31", "2026-04-31", "2026-02-29", "31/04/2026", "-1", "9" * 400)
OPTIONS = [{"id": "a", "text": "Ya"}, {"id": "b", "text": "Tidak"}]
QUESTIONS = (
    SimpleNamespace(kind="numeric", body={"text": "?", "options": []}, key={"answer": "3"}, options={}),
    SimpleNamespace(
        kind="single", body={"text": "?", "options": OPTIONS}, key={"right": ["a"]}, options={"a": "Ya", "b": "Tidak"}
    ),
)


def form_classes():
    for app in apps.get_app_configs():
        if not app.name.startswith(OURS):
            continue
        for module in modules_of(app.name):
            for value in vars(module).values():
                here = isinstance(value, type) and value.__module__ == module.__name__
                # A base for Wagtail's own form classes has no model yet, so it is no form.
                is_base = issubclass(value, forms.BaseModelForm) and value._meta.model is None if here else True
                if here and issubclass(value, forms.BaseForm) and not is_base:
                    yield value


def modules_of(app: str):
    try:
        module = importlib.import_module(f"{app}.forms")
    except ModuleNotFoundError:
        return
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield importlib.import_module(f"{app}.forms.{found.name}")


class FormCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        makers.load_dictionary()
        cls.head = makers.make_person("Hana", roles=["hr_head", "author"])
        cls.other = makers.make_person("Joko", agency=cls.head.agency)

    def needs(self, name) -> list[dict]:
        """What the constructor of a form asks for."""
        officer = {"officer": self.head.user}
        agencies = type(self.head.agency).everything.filter(pk=self.head.agency_id)
        return {
            "GrantForm": [{"giver": self.head.user}],
            "RuleForm": [{"viewer": self.head.user, "national": national} for national in (True, False)],
            "RuleForAllForm": [{"viewer": self.head.user, "own": {self.head.agency_id}}],
            "PlaceFields": [officer],
            "AddPersonForm": [officer],
            "MoveForm": [officer | {"person": self.other}, {}],
            "UnitForm": [officer, {}],
            "AddUnitForm": [officer],
            "SeatForm": [officer],
            "AddSeatForm": [officer],
            "CourseForm": [{"agencies": agencies}],
            "KeyForm": [{"question": question} for question in QUESTIONS],
            "SignatoryForm": [{"agencies": agencies}],
            "ActivityForm": [{"kind": KINDS[key]} for key in ("training", "seminar", "coaching", "secondment")],
            "CorrectionForm": [{"most": Decimal(9)}],
            "ImportForm": [{"agencies": agencies}],
            "QuestionForm": [{"kind": "single"}, {"kind": "numeric"}, {"kind": "truefalse"}, {"kind": "multiple"}],
            "ExamForm": [{"exam": {}, "pass_score": 70, "pool": {("M.5", "sedang"): 4}}],
            "PeopleFilter": [{"units": []}],
            "FacilitatorsForm": [{"offered": [self.head.user]}],
        }.get(name, [{}])

    def every(self, data_of):
        """``(class, fields, form)`` of each class, with ``data_of(fields)`` as what was typed."""
        for cls in form_classes():
            if cls.__module__ == DOOR or cls in BASES:
                continue
            fitted = 0
            for needs in self.needs(cls.__name__):
                try:
                    plain = cls(**{"data": {}, **needs})
                except TypeError:  # of another class with the same name
                    continue
                fitted += 1
                yield cls, plain.fields, cls(**{**needs, "data": data_of(plain.fields)})
            self.assertTrue(fitted, f"{cls} needs something: name it in needs()")


BASES = {TidyForm}


def texts_of(fields) -> dict:
    fields = {name: f for name, f in fields.items() if isinstance(f, forms.CharField)}
    return {name: f for name, f in fields.items() if not isinstance(f, PasswordField)}


class TextFieldTests(FormCase):
    def test_R06_every_field_for_text_brings_it_into_one_form(self):
        for cls, fields, _form in self.every(lambda fields: {}):
            for name, field in texts_of(fields).items():
                with self.subTest(form=cls.__name__, field=name):
                    tidy = isinstance(field, TidyLines | forms.EmailField | NumberField) or issubclass(cls, TidyForm)
                    self.assertTrue(tidy or f"{cls.__name__}.{name}" in LOOKED_UP)

    def test_D01_one_character_too_many_names_the_limit(self):
        for cls, fields, form in self.every(
            lambda fields: {name: "a" * ((f.max_length or 0) + 1) for name, f in texts_of(fields).items()}
        ):
            for name, field in texts_of(fields).items():
                if f"{cls.__name__}.{name}" in LOOKED_UP and field.max_length is None:
                    continue
                with self.subTest(form=cls.__name__, field=name):
                    self.assertIsNotNone(field.max_length)
                    said = " ".join(form.errors.get(name, []))
                    if not isinstance(field, NumberField | forms.EmailField):
                        self.assertIn(str(field.max_length), said)
                    self.assertTrue(said)

    def test_D01_five_thousand_characters_are_an_answer_not_a_fault(self):
        for cls, fields, form in self.every(lambda fields: dict.fromkeys(fields, "x" * 5000)):
            with self.subTest(form=cls.__name__):
                form.is_valid()
                short = {n for n, f in texts_of(fields).items() if f.max_length and f.max_length < 5000}
                self.assertLessEqual(short, set(form.errors))

    def test_D09_the_longest_name_and_the_shortest(self):
        for cls, fields, _form in self.every(lambda fields: {}):
            if "name" not in fields:
                continue
            for name in ("O", "Nu'man", "Dr. H. A., M.Si.", "x" * fields["name"].max_length):
                with self.subTest(form=cls.__name__, name=name[:20]):
                    self.assertEqual(fields["name"].clean(name), name)


class NumberFieldTests(FormCase):
    def test_D02_D03_numbers_that_cannot_be(self):
        for value in odd.NUMBERS:
            for cls, fields, form in self.every(lambda fields, value=value: dict.fromkeys(fields, value)):
                for name, field in fields.items():
                    if not isinstance(field, forms.IntegerField | NumberField):
                        continue
                    with self.subTest(form=cls.__name__, field=name, value=value[:20]):
                        form.is_valid()
                        kept = form.cleaned_data.get(name)
                        if name in form.errors or kept in (None, ""):
                            continue
                        number = Decimal(str(kept))
                        self.assertTrue(number.is_finite())
                        if isinstance(field, forms.IntegerField):
                            self.assertIsNotNone(field.max_value, "a column has an end, so the field names one")
                            self.assertIsNotNone(field.min_value)
                            self.assertTrue(field.min_value <= number <= field.max_value)

    def test_D02_a_comma_and_a_point_are_read_alike(self):
        self.assertEqual(NumberField().clean("1,5"), NumberField().clean("1.5"))
        for typed in ("١٢", "１２", "NaN", "Infinity", "1e400", "0x10", "1" * 5000):
            with self.subTest(typed=typed[:10]), self.assertRaises(forms.ValidationError):
                NumberField().clean(typed)


class DayFieldTests(FormCase):
    def test_D04_days_that_cannot_be_are_refused_at_their_field(self):
        for value in DAYS:
            for cls, fields, form in self.every(lambda fields, value=value: dict.fromkeys(fields, value)):
                for name, field in fields.items():
                    if isinstance(field, forms.DateField):
                        with self.subTest(form=cls.__name__, field=name, value=value[:20]):
                            form.is_valid()
                            self.assertIn(name, form.errors)

    def test_D04_days_in_the_wrong_order(self):
        from lms.enrolment.forms import RunForm

        day = timezone.localdate()
        good = {
            "name": "Angkatan", "starts_on": day, "ends_on": day + timedelta(days=9), "enrol_from": day,
            "enrol_until": day + timedelta(days=5), "time_zone": "Asia/Jakarta",
        }  # fmt: skip
        self.assertTrue(RunForm(good).is_valid())
        for name, value, field in (
            ("ends_on", day - timedelta(days=1), "ends_on"),
            ("enrol_until", day - timedelta(days=1), "enrol_until"),
            ("enrol_until", day + timedelta(days=10), "enrol_until"),
        ):
            with self.subTest(field=name):
                self.assertIn(field, RunForm(good | {name: value}).errors)
