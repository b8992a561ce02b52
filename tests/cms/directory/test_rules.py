"""Numbers of civil servants: what is cleaned, what is refused with which words, and what a key looks like."""

from datetime import date
from types import SimpleNamespace
from unittest import TestCase

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils.functional import Promise
from hypothesis import given
from hypothesis import strategies as st

from cms.directory import rules

ANI = "198609262015052901"
PPPK = "199001022023212905"


@st.composite
def valid_numbers(draw, kind=rules.NIP):
    born = draw(st.dates(date(1940, 1, 1), date(2005, 12, 31)))
    year = born.year + draw(st.integers(18, 40))
    middle = draw(st.integers(1, 12) if kind == rules.NIP else st.integers(21, 99))
    sex, sequence = draw(st.sampled_from("12")), draw(st.integers(1, 999))
    return f"{born:%Y%m%d}{year}{middle:02}{sex}{sequence:03}"


def fault_of(text, kind=rules.NIP):
    try:
        rules.parse_number(text, kind)
    except rules.NumberFault as fault:
        return fault.code
    return ""


class ParseNumberTests(TestCase):
    def test_a_pns_number_is_taken_apart(self):
        parsed = rules.parse_number(ANI, rules.NIP)
        self.assertEqual(
            parsed,
            rules.ParsedNumber(ANI, rules.NIP, date(1986, 9, 26), 2015, 5, "", "f", 901),
        )
        self.assertEqual(parsed.printed, "19860926 201505 2 901")
        self.assertTrue(parsed.is_synthetic)

    def test_a_pppk_number_holds_a_contract_code_and_no_month(self):
        parsed = rules.parse_number(PPPK, rules.NI_PPPK)
        self.assertEqual((parsed.appointed_year, parsed.appointed_month, parsed.contract_code), (2023, None, "21"))
        self.assertEqual(parsed.notes, ())

    def test_a_pppk_number_that_looks_like_a_pns_number_is_kept_with_a_note(self):
        self.assertEqual(len(rules.parse_number(ANI, rules.NI_PPPK).notes), 1)

    def test_spaces_and_a_leading_apostrophe_are_cleaned_with_a_note(self):
        removed_space, removed_apostrophe = "Spaces were removed.", "A leading apostrophe was removed."
        for text, notes in {
            ANI: [],
            "19860926 201505 2 901": [removed_space],
            f"  {ANI}\n": [removed_space],
            "19860926\u00a0201505\u20092\u3000901": [removed_space],
            f"'{ANI}": [removed_apostrophe],
            f"’{ANI}": [removed_apostrophe],
            "' 19860926 201505 2 901 ": [removed_apostrophe, removed_space],
            f"\ufeff{ANI}\u200b": [],
            "".join(chr(ord(digit) + 0xFEE0) for digit in ANI): [],  # full-width digits
        }.items():
            with self.subTest(text=text):
                parsed = rules.parse_number(text, rules.NIP)
                self.assertEqual(parsed.value, ANI)
                self.assertEqual([str(note) for note in parsed.notes], notes)

    def test_each_fault_has_its_own_code(self):
        for text, code in {
            "": "empty",
            " ' ": "empty",
            "1.98609262015052E+17": "scientific",
            "1,98609E17": "scientific",
            "19860926201505290": "too_short",
            "1986092620150529011": "too_long",
            "19860926201505290A": "letters",
            "198609262015052901.0": "letters",
            "19860926-201505-2-901": "letters",
            "١٩٨٦٠٩٢٦٢٠١٥٠٥٢٩٠١": "letters",  # Arabic-Indic digits
            "198602302015052901": "birth_date",
            "000000002015052901": "birth_date",
            "189909262015052901": "birth_date",
            "198609262015002901": "month",
            "198609262015132901": "month",
            "198609262015053901": "sex",
            "198609262015050901": "sex",
            "198609262015052000": "sequence",
            "198609262003082901": "age",
            "198609261980052901": "age",
        }.items():
            with self.subTest(text=text):
                self.assertEqual(fault_of(text), code)

    def test_each_fault_has_its_own_message_which_waits_for_the_language(self):
        messages = set()
        for text in (
            "",
            "1E5",
            "1",
            "1" * 19,
            "x" * 18,
            "9" * 18,
            "198609262015002901",
            "198609262015053901",
            "198609262015052000",
            "198609261980052901",
        ):
            with self.assertRaises(rules.NumberFault) as caught:
                rules.parse_number(text, rules.NIP)
            self.assertIsInstance(caught.exception.template, Promise)
            messages.add(caught.exception.message)
        self.assertEqual(len(messages), 10)
        self.assertIn("The number has 1 digits; 18 are needed.", messages)

    def test_the_month_is_checked_for_pns_only(self):
        self.assertEqual(fault_of(PPPK, rules.NIP), "month")
        self.assertEqual(fault_of(PPPK, rules.NI_PPPK), "")

    def test_seventeen_is_old_enough_and_a_month_less_is_not(self):
        self.assertEqual(fault_of("198609262003092901"), "")
        self.assertEqual(fault_of("198609262003082901"), "age")
        self.assertEqual(fault_of("198609262003212901", rules.NI_PPPK), "")
        self.assertEqual(fault_of("198609262002212901", rules.NI_PPPK), "age")

    def test_there_are_no_rules_for_another_kind(self):
        with self.assertRaises(ValueError) as caught:
            rules.parse_number(ANI, "external")
        self.assertNotIsInstance(caught.exception, rules.NumberFault)

    @given(valid_numbers())
    def test_every_well_made_pns_number_is_read_back_from_print(self, number):
        parsed = rules.parse_number(number, rules.NIP)
        self.assertEqual(rules.parse_number(parsed.printed, rules.NIP).value, number)
        self.assertEqual(f"{parsed.birth_date:%Y%m%d}{parsed.appointed_year}{parsed.appointed_month:02}", number[:14])

    @given(valid_numbers(kind=rules.NI_PPPK))
    def test_every_well_made_pppk_number_is_read(self, number):
        self.assertEqual(rules.parse_number(number, rules.NI_PPPK).notes, ())

    @given(st.text() | st.text("0123456789 '", min_size=16, max_size=20), st.sampled_from([rules.NIP, rules.NI_PPPK]))
    def test_any_text_is_a_number_or_a_named_fault(self, text, kind):
        try:
            value = rules.parse_number(text, kind).value
        except rules.NumberFault as fault:
            self.assertTrue(fault.message)
        else:
            self.assertRegex(value, r"\A[0-9]{18}\Z")


class MaskNumberTests(TestCase):
    def test_the_birth_year_stays(self):
        self.assertEqual(rules.mask_number(ANI), "1986" + "*" * 14)

    def test_a_short_number_shows_nothing(self):
        self.assertEqual(rules.mask_number("12345678"), "********")
        self.assertEqual(rules.mask_number(""), "")

    @given(st.text(max_size=40))
    def test_the_length_stays_and_the_end_is_hidden(self, value):
        masked = rules.mask_number(value)
        self.assertEqual(len(masked), len(value))
        self.assertEqual(masked[4:], "*" * len(masked[4:]))


class SignInKeyTests(TestCase):
    def test_what_people_type_becomes_one_key(self):
        for typed, key in {
            "19860926 201505 2 901": ANI,
            f"'{ANI} ": ANI,
            " Ani@Contoh.GO.ID ": "ani@contoh.go.id",
            "ani＠contoh.go.id": "ani@contoh.go.id",
            "ani@\u200bcontoh.go.id\x00": "ani@contoh.go.id",
            " NIDN-0012 ": "NIDN-0012",
        }.items():
            with self.subTest(typed=typed):
                self.assertEqual(rules.sign_in_key(typed), key)

    @given(st.text() | st.emails())
    def test_a_key_is_its_own_key(self, typed):
        key = rules.sign_in_key(typed)
        self.assertEqual(rules.sign_in_key(key), key)
        key.encode()  # no surrogates: a database takes it

    @given(st.emails())
    def test_case_never_matters_in_an_address(self, address):
        self.assertEqual(rules.sign_in_key(address.upper()), rules.sign_in_key(address.lower()))


class PersonalPasswordTests(SimpleTestCase):
    def setUp(self):
        agency = SimpleNamespace(name="Badan Kepegawaian Negara", short_name="BKN")
        numbers = SimpleNamespace(all=lambda: [SimpleNamespace(value=ANI)])
        ani = SimpleNamespace(name="Ani Lestari", birth_date=date(1986, 9, 26), agency=agency, numbers=numbers)
        self.user = SimpleNamespace(username="ani", email="lestari@contoh.go.id", person=ani)
        self.validator = rules.PersonalPasswordValidator()

    def test_what_others_know_about_ani_is_refused(self):
        for password in (
            f"x{ANI}",
            "19860926 201505 2 901!",
            "Rahasia-1986-09-26",
            "ani lestari 77",
            "badan KEPEGAWAIAN negara 1",
            "LESTARI-lestari",
        ):
            with self.subTest(password=password), self.assertRaises(ValidationError) as caught:
                self.validator.validate(password, self.user)
            self.assertEqual(caught.exception.code, "password_personal")

    def test_other_words_are_accepted_and_three_letters_prove_nothing(self):
        for password in ("kuda jalan baterai klip", "xxBKNxx-ani-42", "🐘" * 64, " " * 64):
            with self.subTest(password=password):
                self.assertIsNone(self.validator.validate(password, self.user))

    def test_an_account_without_a_person_and_no_account_at_all(self):
        self.user.person = None
        self.assertIsNone(self.validator.validate("badan kepegawaian negara", self.user))
        self.assertIsNone(self.validator.validate(ANI))
