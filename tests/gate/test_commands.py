"""Z12: a command that is handed an unknown or odd name says so in a sentence, ends with a fault and changes nothing."""

import tempfile
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command, get_commands
from django.test import TestCase

from cms.core.models import AuditEntry
from tests import makers
from tests.gate import snapshots

HOUSE = ("cms.", "lms.", "talent.")
# Each takes no name of anything: only switches.
NO_NAMES = {
    "check_invariants", "demo", "demo_accounts", "load_reference", "load_standards", "replay_erasures",
}  # fmt: skip
LONG, HALF, NUL = "x" * 5000, "a\udcffb", "a\x00b"
ODD = ("tidak-ada", "", " ", "'; DROP TABLE x; --", "../../etc/passwd", str(2**63), "-1", LONG, HALF, NUL)
ROLE = ("hr_head", "--agency", "{agency}", "--reason", "SK 1")
ON = ("--published-on", "2026-01-01")
FIRST, FREE = ("--agency={agency}", "--reason=SK 1"), "198001012005011999"
WRONG = {
    "code": [(odd,) for odd in ODD],
    "first_account": [
        *[("--", odd, "Ani Lestari", *FIRST) for odd in ODD],
        *[(FREE, odd, *FIRST) for odd in ("", " ", LONG, HALF, NUL)],
        *[(FREE, "Ani Lestari", f"--agency={odd}", "--reason=SK 1") for odd in ODD],
        *[(FREE, "Ani Lestari", "--agency={agency}", f"--reason={odd}") for odd in ("", " ", LONG, HALF, NUL)],
        ("{number}", "Ani Lestari", *FIRST),
        (FREE, "Ani Lestari", "--agency", "{ended}", "--reason", "SK 1"),
        (FREE, "Ani Lestari", *FIRST, "--kind=external"),
        (FREE,),
        (),
    ],
    "grant_role": [
        *[("--", odd, *ROLE) for odd in ODD if odd != "-1"],
        *[("{number}", "hr_head", f"--agency={odd}", "--reason=SK 1") for odd in ODD],
        *[("{number}", "hr_head", "--agency={agency}", f"--reason={odd}") for odd in ("", " ", LONG, HALF, NUL)],
        *[("{number}", *ROLE, f"--until={odd}") for odd in ("2000-01-01", "31-12-2026", "2026-02-30", "x", "")],
        ("{number}", "superuser", *ROLE[1:]),
        ("{closed}", *ROLE),
        ("{number}", *ROLE[:2], "{ended}", *ROLE[3:]),
        ("{number}",),
        (),
    ],
    "import_framework": [
        *[(odd, *ON) for odd in ODD],
        *[("{table}", *ON, f"--framework={odd}") for odd in ("", " ", "a b", LONG, HALF, NUL, "../x")],
        *[("{table}", *ON, f"--name={odd}") for odd in ("", LONG, HALF, NUL)],
        *[("{table}", f"--published-on={odd}") for odd in ("", "31-12-2026", "2026-02-30", LONG)],
        *[(f"{{folder}}/{name}", *ON) for name in ("bytes", "nul", "empty", "short", "long", "words", ".")],
    ],
    "grow": [("--people", "0"), ("--people", "-1"), ("--people", "x"), ("--agencies", "99", "--people", "20")],
    "migrate": [(odd,) for odd in ODD if odd not in ("", "-1")] + [("core", "9999_tidak_ada"), ("--database", "lain")],
    "privacy_register": [("--class", odd) for odd in ODD],
}
KODE = "kode,nama,level,deskripsi,indikator_perilaku,jenis,definisi\n"
TABLES = {
    "bytes": b"\xff\xfe\x00\x01", "nul": b"kode,nama\nM.1,\x00\n", "empty": b"",
    "short": f"{KODE}M.1\nM.1,x\n".encode(),
    "long": f"{KODE}{'K' * 500},x,1,d,i,teknis,d\n".encode(), "words": b'"' + b"x" * 200_000,
}  # fmt: skip


class CommandTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = makers.make_person(user=True)
        closed = makers.make_person("Joko Susilo", user=True)
        type(closed.user).everything.filter(pk=closed.user.pk).update(is_active=False)
        ended = makers.make_agency("Kementerian Lama", valid_to="2000-01-01")
        cls.known = {
            "{number}": cls.ani.numbers.get().value, "{closed}": closed.numbers.get().value,
            "{agency}": cls.ani.agency.code, "{ended}": ended.code,
        }  # fmt: skip

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name, content in TABLES.items():
            (Path(folder.name) / name).write_bytes(content)
        (Path(folder.name) / "good").write_text(f"{KODE}M.1,x,1,d,i,teknis,d\n", encoding="utf-8")
        self.known = self.known | {"{folder}": folder.name, "{table}": str(Path(folder.name) / "good")}

    def test_Z12_every_command_of_the_house_is_in_the_table(self):
        ours = {name for name, app in get_commands().items() if str(app).startswith(HOUSE)}
        self.assertEqual(ours, set(WRONG) | NO_NAMES)

    def test_Z12_unknown_and_odd_names_are_refused_with_a_sentence_and_nothing_changes(self):
        before, audited = snapshots.facts(snapshots.known_keys()), AuditEntry.everything.count()
        for command, cases in WRONG.items():
            for words in cases:
                with self.subTest(command=command, words=[word[:40] for word in words]):
                    self.assertClear(self.refusal(command, words))
        self.assertEqual(snapshots.differences(before, snapshots.facts(snapshots.known_keys())), {})
        self.assertEqual(AuditEntry.everything.count(), audited)

    def test_what_is_right_is_taken(self):
        """The refusals above are not for some other reason."""
        words = [self.filled(word) for word in ("{number}", *ROLE)]
        call_command("grant_role", *words, stdout=StringIO())
        self.assertEqual(self.ani.user.grants.get().reason, "SK 1")

    def test_first_account_lets_its_owner_in_once_and_only_where_nobody_else_could(self):
        """She must set a password of her own before anything else, and then finds the desk of people."""
        said = StringIO()
        words = ("198001012005011999", "Rina Kepala", "--agency", self.ani.agency.code, "--reason", "SK 12/2026")
        call_command("first_account", *words, stdout=said)
        password = said.getvalue().split()[-1]
        self.assertNotIn("198001012005011999", said.getvalue())
        user = self.ani.agency.people.get(name="Rina Kepala").user
        self.assertTrue(user.check_password(password) and user.must_set_password)
        self.assertEqual(user.grants.get().role, "hr_head")
        with self.assertRaisesMessage(CommandError, "has an HR head"):
            call_command("first_account", "198001012005012999", "Lain Orang", *words[2:], stdout=said)
        self.assertEqual(AuditEntry.everything.filter(verb="open_first_account").count(), 1)

    def filled(self, word: str) -> str:
        for mark, value in self.known.items():
            word = word.replace(mark, value)
        return word

    def refusal(self, command: str, words) -> CommandError:
        with self.assertRaises(CommandError) as refused:
            call_command(command, *map(self.filled, words), stdout=StringIO(), stderr=StringIO())
        return refused.exception

    def assertClear(self, refusal: CommandError):
        """Not a success, and a sentence that names no class, no SQL and no number of anybody."""
        self.assertNotEqual(refusal.returncode, 0)
        said = str(refusal)
        self.assertGreater(len(said.split()), 2, said)
        for inside in ("Traceback", "Exception", "object at", "SELECT", self.known["{number}"]):
            self.assertNotIn(inside, said)
