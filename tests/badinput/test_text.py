"""One normal form of text on both engines (R06, R07, D09)."""

import unicodedata

from django import forms
from django.test import SimpleTestCase, TestCase
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.core.forms import TidyLines, TidyText
from cms.core.text import BIDI_AND_ZERO_WIDTH, UnfitText, like, refuse_unfit, search_words, tidy
from cms.directory.models import Person
from tests import makers
from tests.gate.people import client_of

NAMES = ("Sukarno", "Nu'man", "Dr. H. A., M.Si.", "Ç", "O", "x" * 200, "I Gusti Ngurah Rai, S.H.", "Siti-Nur", "Ré'ëm")


class TidyTests(SimpleTestCase):
    def test_R06_one_form_without_what_hides(self):
        cases = {
            "e\u0301": "é", "a\u200bb": "ab", "\u202egpj.exe": "gpj.exe", "a\u2066b\u2069": "ab", "a\x07b": "ab",
            "a\r\nb": "a\nb", "\ufeffa": "a", "ｱ": "ｱ", "a" + "\u0323" * 1000: "ạ" + "\u0323" * 3,
        }  # fmt: skip
        for typed, kept in cases.items():
            with self.subTest(typed=typed[:10]):
                self.assertEqual(tidy(typed)[:4], kept[:4])
        self.assertLessEqual(len(tidy("a" + "\u0323" * 1000)), 4)

    @settings(max_examples=200, deadline=None)
    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60))
    def test_R06_tidying_twice_is_tidying_once(self, text):
        once = tidy(text)
        self.assertEqual(tidy(once), once)
        self.assertTrue(unicodedata.is_normalized("NFC", once))
        self.assertFalse(set(once) & BIDI_AND_ZERO_WIDTH)

    def test_R07_nul_and_half_a_pair_are_refused(self):
        for text in ("\x00", "a\x00b", "\ud800", "x\udfff"):
            with self.subTest(text=repr(text)), self.assertRaises(UnfitText):
                refuse_unfit(text)

    def test_R05_search_words_are_one_line_of_at_most_200(self):
        self.assertEqual(search_words("  a \n b\t c "), "a b c")
        self.assertEqual(len(search_words("x" * 10_000)), 200)
        self.assertEqual(like("50%_\\"), "50\\%\\_\\\\")


class FieldTests(SimpleTestCase):
    def test_R08_a_line_break_in_one_line_is_refused(self):
        for text in ("Ani\r\nBcc: x@example.com", "Ani\nBudi", "Ani\tBudi", "Ani\rBudi"):
            with self.subTest(text=text), self.assertRaises(forms.ValidationError):
                TidyText().clean(text)
        self.assertEqual(TidyLines().clean("a\r\nb"), "a\nb")

    def test_R06_lengths_count_characters_after_tidying(self):
        self.assertEqual(TidyText(max_length=3).clean("e\u0301" * 3), "ééé")
        with self.assertRaisesMessage(forms.ValidationError, "3"):
            TidyText(max_length=3).clean("abcd")

    def test_R06_what_only_hides_is_nothing(self):
        with self.assertRaises(forms.ValidationError):
            TidyText().clean("\u200b\u202e")
        self.assertEqual(TidyText(required=False).clean("\u200b"), "")


class SearchTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.agency = makers.make_agency()
        cls.hana = makers.make_person("Hana", agency=cls.agency, roles=["hr_head"])
        cls.made = [makers.make_person(name, agency=cls.agency) for name in NAMES]
        cls.decomposed = makers.make_person(unicodedata.normalize("NFD", "Réné Gußmann"), agency=cls.agency)

    def found(self, screen, words):
        answer = client_of(self.hana).post(reverse(screen), {"q": words}, follow=True)  # never in the address (S03)
        people = [row["person"] if isinstance(row, dict) else row for row in answer.context["rows"]]
        return [person.name for person in people]

    def test_R06_both_forms_find_each_other(self):
        self.assertEqual(self.decomposed.name, unicodedata.normalize("NFC", "Réné Gußmann"))
        for screen in ("directory:people", "profiles:people"):
            for form in ("NFC", "NFD"):
                with self.subTest(screen=screen, form=form):
                    self.assertEqual(self.found(screen, unicodedata.normalize(form, "Réné")), [self.decomposed.name])

    def test_D09_names_are_kept_as_they_are_and_found(self):
        for person, name in zip(self.made, NAMES, strict=True):
            with self.subTest(name=name[:20]):
                self.assertEqual(Person.everything.get(pk=person.pk).name, name)
                self.assertIn(name, self.found("profiles:people", name[:150]))
                answer = client_of(self.hana).get(reverse("profiles:person", args=[person.uuid]))
                self.assertContains(answer, name.replace("'", "&#x27;"))

    def test_R05_signs_of_patterns_are_letters(self):
        for words in ("%%%", "_", "((a+)+)$", "\\", "[A-Z]", "*", "."):
            with self.subTest(words=words):
                hits = self.found("profiles:people", words)
                self.assertEqual(hits, [name for name in sorted(hits) if words in name])
