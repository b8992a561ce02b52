"""Rules of the directory over plain values: civil servant numbers, sign-in keys, passwords."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NIP = "nip"  # of a PNS
NI_PPPK = "nipppk"  # of a PPPK; both as in PersonNumber.Kind

DIGITS = 18
SEXES = {"1": "m", "2": "f"}
EARLIEST_BIRTH_YEAR = 1900
YOUNGEST_AT_APPOINTMENT = 17
FIRST_CONTRACT_CODE = 21
# Shorter words (BKN, Ani) turn up in good passwords by chance.
SHORTEST_TELLING_WORD = 4
# Synthetic people (demo, tests) are given sequences from here on, so that they are never taken for real ones.
FIRST_SYNTHETIC_SEQUENCE = 900

# What spreadsheets and print leave before a number to keep it a text.
APOSTROPHES = "'’‘`´ʼ"
SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")


class NumberFault(ValueError):
    """Why a text is not a civil servant number; ``message`` is for the screen, ``code`` for programs."""

    def __init__(self, code: str, template: str | Promise, **params: object):
        super().__init__(code)
        self.code = code
        self.template = template
        self.params = params

    @property
    def message(self) -> str:
        """In the language active now, not in that of the raising thread."""
        return str(self.template) % self.params if self.params else str(self.template)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class ParsedNumber:
    """One valid NIP or NI PPPK, taken apart; ``notes`` say what was cleaned or looks odd."""

    value: str
    kind: str
    birth_date: date
    appointed_year: int
    appointed_month: int | None  # PPPK numbers hold a contract code there
    contract_code: str
    sex: str
    sequence: int
    notes: tuple[str | Promise, ...] = ()

    @property
    def printed(self) -> str:
        """The spaced form of letters and cards: 19860926 201505 1 001."""
        number = self.value
        return f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}"

    @property
    def is_synthetic(self) -> bool:
        return self.sequence >= FIRST_SYNTHETIC_SEQUENCE


def parse_number(text: str, kind: str) -> ParsedNumber:
    """Read a NIP (``kind="nip"``) or NI PPPK (``"nipppk"``), or raise ``NumberFault`` with its own reason."""
    if kind not in (NIP, NI_PPPK):
        raise ValueError(f"no rules for numbers of kind {kind!r}")
    number, notes = clean_number(text)
    _require_18_digits(number)
    born = _birth_date(number[:8])
    year, middle = int(number[8:12]), number[12:14]
    month = _appointed_month(middle) if kind == NIP else None
    sex = _sex(number[14])
    sequence = _sequence(number[15:])
    _require_age(born, year, month)
    if kind == NI_PPPK and int(middle) < FIRST_CONTRACT_CODE:
        # A warning only: the contract codes are known from use, not from a decree.
        notes += (_("Digits 13 and 14 of a PPPK number are usually 21 or more; is this a PNS number?"),)
    return ParsedNumber(
        value=number,
        kind=kind,
        birth_date=born,
        appointed_year=year,
        appointed_month=month,
        contract_code=middle if kind == NI_PPPK else "",
        sex=sex,
        sequence=sequence,
        notes=notes,
    )


def clean_number(text: str) -> tuple[str, tuple[str | Promise, ...]]:
    """The text without spaces, invisible characters and leading apostrophes, and a note for each that was there."""
    if _is_digits(str(text)):  # as nearly all are
        return str(text), ()
    plain = "".join(_visible(text).split())
    number = plain.lstrip(APOSTROPHES)
    notes = []
    if number != plain:
        notes.append(_("A leading apostrophe was removed."))
    if any(char.isspace() for char in str(text)):
        notes.append(_("Spaces were removed."))
    return number, tuple(notes)


def mask_number(value: str) -> str:
    """For lists: the birth year stays, the rest is stars; a short number shows nothing."""
    shown = 4 if len(value) > 8 else 0
    return value[:shown] + "*" * (len(value) - shown)


def loop_path(start: int, above: int, parents: dict[int, int | None]) -> list[int]:
    """The way from ``start`` up through its new parent ``above`` back to itself; [] when there is no loop."""
    path, seen, here = [start], set(), above
    while here is not None and here not in seen:
        path.append(here)
        if here == start:
            return path
        seen.add(here)
        here = parents.get(here)
    return []


def sign_in_key(text: str) -> str:
    """What a person typed as name at sign-in, in the one form it is compared in: e-mail, NIP or other number."""
    typed = _visible(text).strip()
    if "@" in typed:
        # Folding may undo the normal form of a few letters, hence twice.
        return unicodedata.normalize("NFKC", typed.casefold()).strip()
    number, _notes = clean_number(typed)
    return number if _is_digits(number) else typed


def is_personal(password: str, words: tuple[str, ...]) -> bool:
    """Whether ``password`` contains one of ``words``, whatever the case, spaces and signs between."""
    plain = _letters_and_digits(password)
    return any(len(word) >= SHORTEST_TELLING_WORD and word in plain for word in map(_letters_and_digits, words))


class PersonalPasswordValidator:
    """Django's door to `is_personal`: no number, birth date, name, address or agency of the account's owner."""

    def validate(self, password, user=None):
        if user is not None and is_personal(password, _words_about(user)):
            raise ValidationError(
                _("The password contains your number, date of birth, name, e-mail or agency."), code="password_personal"
            )

    def get_help_text(self):
        return _("Your password must not contain your number, date of birth, name, e-mail or agency.")


def _words_about(user) -> tuple[str, ...]:
    words = (user.username, (user.email or "").partition("@")[0])
    person = user.person
    if person is None:
        return words
    numbers = [number.value for number in person.numbers.all()]
    born = f"{person.birth_date:%Y%m%d}" if person.birth_date else ""
    births = [number[:8] for number in numbers if len(number) == DIGITS]
    return (*words, *numbers, *births, born, person.name, person.agency.name, person.agency.short_name)


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _visible(text: str) -> str:
    """NFKC (full-width digits become plain ones), without control, format and surrogate characters."""
    plain = unicodedata.normalize("NFKC", str(text))
    # Tabs and line ends are control characters too, yet they are spaces to a reader.
    return "".join(
        " " if char.isspace() else char
        for char in plain
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
    )


def _is_digits(text: str) -> bool:
    # str.isdigit also takes Arabic-Indic digits, which no number register knows.
    return text.isascii() and text.isdigit()


def _require_18_digits(number: str) -> None:
    if not number:
        raise NumberFault("empty", _("The number is missing."))
    if SCIENTIFIC.fullmatch(number):
        raise NumberFault(
            "scientific", _("The spreadsheet has rounded this number; format the column as text and fill it in again.")
        )
    if not _is_digits(number):
        raise NumberFault("letters", _("The number may hold digits only."))
    if len(number) < DIGITS:
        raise NumberFault("too_short", _("The number has %(count)s digits; 18 are needed."), count=len(number))
    if len(number) > DIGITS:
        raise NumberFault("too_long", _("The number has %(count)s digits; only 18 are allowed."), count=len(number))


def _birth_date(digits: str) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        born = date.min
    if born.year < EARLIEST_BIRTH_YEAR:
        raise NumberFault(
            "birth_date", _("Digits 1 to 8 (%(digits)s) are not a date of birth (year, month, day)."), digits=digits
        )
    return born


def _appointed_month(digits: str) -> int:
    if not 1 <= int(digits) <= 12:
        raise NumberFault(
            "month", _("Digits 13 and 14 (%(digits)s) are not a month of appointment, 01 to 12."), digits=digits
        )
    return int(digits)


def _sex(digit: str) -> str:
    if digit not in SEXES:
        raise NumberFault("sex", _("Digit 15 (%(digit)s) must be 1 for a man or 2 for a woman."), digit=digit)
    return SEXES[digit]


def _sequence(digits: str) -> int:
    if int(digits) == 0:
        raise NumberFault("sequence", _("The last three digits are a sequence from 001; 000 does not exist."))
    return int(digits)


def _require_age(born: date, year: int, month: int | None) -> None:
    # Months are compared, not days, and without a month (PPPK) years only: doubt speaks for the person.
    earliest = (born.year + YOUNGEST_AT_APPOINTMENT, born.month if month else 0)
    if (year, month or 0) < earliest:
        raise NumberFault(
            "age",
            _("Born in %(born)s, appointed in %(year)s: nobody is appointed before the age of 17."),
            born=born.year,
            year=year,
        )
