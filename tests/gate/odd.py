"""Text and values that people, programs and attackers really send."""

SCRIPT = "<script>alert(1)</script>"
TEXTS = (
    " ", "a", "a" * 201, "a" * 5000, SCRIPT, "{{7*7}}{% include 'x' %}${x}", "%s %(x)s %%%", "'; DROP TABLE x; --",
    "\u202egpj.exe", "a" + "\u0301" * 1000, "\U0001f600", "satu\r\nBcc: x@example.com", "=1+1", "١٢٣",
)  # fmt: skip
WORDS = (
    "a" * 10000,
    SCRIPT,
    "%(x)s %%% _",
    "((a+)+)$",
    "../../x",
    "\u202ea",
    "-1",
    str(2**63),
    "1" * 5000,
    "NaN",
    "١٢",
)
NUMBERS = (
    "-1", "0", str(2**31), str(2**63), "1" + "0" * 5000, "NaN", "Infinity", "-Infinity", "1e400", "1.5", "1,5", "１２",
    "١٢", "0x10", "1_000", " 7 ", "+3", "",
)  # fmt: skip
DATES = (
    "2026-04-31", "0001-01-01", "9999-12-31", "31/04/2026", "2026-13-01", "-1", "2026-02-29", "now", "1e9", "20260101",
    "2026-01-01T00:00:00+14:00",
)  # fmt: skip
CHOICES = ("tidak-ada", "x" * 300, "00000000-0000-4000-8000-000000000000", str(2**63))
COUNTS = ("-1", str(2**31), str(2**63), "1" * 5000, "NaN", "1e400", "1.5", "١٢", "1_000", "+3", "")
FEW = ("a" * 5000, SCRIPT)
UNFIT = ("a\x00b", "\x00")
LOOKUPS = (
    {"order_by": "user__password"}, {"user__password__startswith": "a"}, {"_connector": "OR"}, {"_negated": "1"},
    {"learner__user__password__regex": ".*"}, {"ordering": "-learner__user__password"},
)  # fmt: skip
