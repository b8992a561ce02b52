"""Pure rules of records: the number and the code of a certificate, the year a JP belongs to."""

import secrets
from datetime import date, datetime
from zoneinfo import ZoneInfo

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"  # 32 signs without I, L, O, U: read aloud without doubt
CODE_LENGTH = 16  # 16 signs of 5 bits: 80 random bits


def certificate_number(n: int, *, course: str, agency: str, on: date) -> str:
    """``NNNNN/COURSE/AGENCY/ROMAN-MONTH/YEAR`` (domain 8.5; the official form is not verified)."""
    return f"{n:05d}/{course}/{agency}/{ROMAN[on.month - 1]}/{on.year}"


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _sign in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """A code as people type it: lower case, with spaces, dashes or other signs, O for 0, I or L for 1."""
    clean = typed.upper().translate(str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"}))
    return "".join(sign for sign in clean if sign in ALPHABET)[:64]


def show_code(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def local_day(at: datetime, zone: str) -> date:
    """The local date in the learner's agency: the JP year follows it (design 3.11)."""
    return at.astimezone(ZoneInfo(zone)).date()
