"""Pure rules of records: the number and the code of a certificate, the year a JP belongs to."""

import secrets
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"  # 32 signs without I, L, O, U: read aloud without doubt
SHORTEST_REASON = 10
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


def jp_earned(jp: Decimal, *, is_again: bool, pays_again: bool) -> Decimal:
    """What a completion pays: the course's JP; a repeated course only where the rule says so (design 3.11)."""
    return jp if pays_again or not is_again else Decimal(0)


def claims_earned(claims: list[dict], release_rules: dict, exam: dict, cells: dict | None, score) -> list[tuple]:
    """``[(claim, score)]`` of a completion (L77, decision 0012).

    A competency that the exam asks about is claimed only if its own cells reach ``claim_score`` of the release (its
    pass score unless it says otherwise), and the claim carries the cells' score. One that the exam does not ask about
    is claimed by the completion itself, as its publisher approved. Without cells (no exam) the whole score stands.
    """
    asked = {cell["code"] for cell in (exam or {}).get("cells", [])} if release_rules.get("exam") else set()
    need = Decimal(str(release_rules.get("claim_score", release_rules.get("pass_score", 0))))
    earned = []
    for claim in claims:
        code = claim["code"]
        if code not in asked or cells is None:
            earned.append((claim, score if cells is None else None))
        elif code in cells and Decimal(cells[code]["score"]) >= need:
            earned.append((claim, Decimal(cells[code]["score"])))
    return earned


def day_of(text: str) -> date:
    """A date as frozen facts hold it."""
    return date.fromisoformat(text)


def jp_words(jp: Decimal) -> str:
    """JP in a sentence, without what a sum of the database drags behind it: 9, 0,5."""
    return f"{float(jp):g}".replace(".", ",")


def whole_if_whole(jp: Decimal) -> Decimal | int:
    """JP for a box that people type into: 4, not 4.0."""
    return int(jp) if jp == jp.to_integral_value() else jp
