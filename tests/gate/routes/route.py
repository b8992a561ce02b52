"""A row of the table, the roles, and the values that addresses are made of."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

ROLES = (
    "anonymous", "colleague", "owner", "facilitator", "author", "publisher", "organiser", "superior",
    "hr_analyst", "hr_head", "ministry", "auditor", "technical",
)  # fmt: skip
SIGNED_IN = tuple(role for role in ROLES if role != "anonymous")
ALL = dict.fromkeys(ROLES, "all")
SELF = dict.fromkeys(SIGNED_IN, "o")  # everybody's own page, without an object in its address
OWNER = {"owner": "o"}
RUNS = {"organiser": "i", "facilitator": "c"}
HR = {"hr_analyst": "i", "hr_head": "i"}


@dataclass(frozen=True)
class Route:
    name: str
    opens: dict
    keys: tuple = ()
    methods: str = "GET"
    post: object = field(default_factory=dict)  # a body that is taken, or a function of the side that makes one
    json: bool = False  # ``post`` goes as JSON
    actor: str = ""  # who sends it; else the first one who may
    fields: dict = field(default_factory=dict)  # what people type: field -> a list of ``odd``
    needs: bool = True  # whether an empty form is refused
    query: tuple = ()  # names that a list understands
    # What an outsider meets: "404", or "same" where the page is the same for everybody.
    outsider: str = "404"

    def body(self, side) -> dict:
        return self.post(side) if callable(self.post) else dict(self.post)

    @property
    def sender(self) -> str:
        return self.actor or next(role for role in self.opens if role != "anonymous")

    @property
    def is_public(self) -> bool:
        return "anonymous" in self.opens

    @property
    def changes(self) -> bool:
        return "POST" in self.methods

    @property
    def reads(self) -> bool:
        return "GET" in self.methods

    def url(self, side, **instead) -> str:
        # A page in English leaves its language behind in the thread of the test.
        with override("id"):
            return reverse(self.name, args=[instead.get(key) or value_of(side, key) for key in self.keys])


VALUES = {
    "person": lambda side: side.person.uuid,
    "colleague": lambda side: side.who["colleague"].uuid,
    "code": lambda side: side.code.uuid,
    "unit": lambda side: side.unit.uuid,
    "position": lambda side: side.person.position.uuid,
    "notice": lambda side: side.person.notices.latest("pk").uuid,
    "competency": lambda side: "M.5",
    "grant": lambda side: side.grant.uuid,
    "asked": lambda side: side.asked.uuid,
    "erasing": lambda side: side.erasing.uuid,
    "slug": lambda side: side.course.slug,
    "course": lambda side: side.course.uuid,
    "draft": lambda side: side.draft.uuid,
    "draft_unit": lambda side: side.draft_unit.unit_key,
    "review": lambda side: side.review.uuid,
    "fault": lambda side: side.fault.uuid,
    "run": lambda side: side.run.uuid,
    "place": lambda side: side.place.uuid,
    "open_place": lambda side: side.open_place.uuid,
    "unit_key": lambda side: side.unit_key,
    "attempt": lambda side: side.attempt.uuid,
    "open_attempt": lambda side: side.open_attempt.uuid,
    "certificate": lambda side: side.certificate.uuid,
    "verify_code": lambda side: side.certificate.code,
    "job": lambda side: side.job.uuid,
    "import_draft": lambda side: side.import_draft.uuid,
    "question_kind": lambda side: "numeric",
    "question_key": lambda side: "cek-1",
    "proposed": lambda side: side.proposed.uuid,
    "question": lambda side: "uji-0",
    "jp_entry": lambda side: side.person.jp_entries.earliest("pk").uuid,
    "jp_claim": lambda side: side.jp_claim.uuid,
    "claim_kind": lambda side: "seminar",
    "rule": lambda side: "jp_target",
    "year": lambda side: timezone.localdate().year,
    "site_page": lambda side: "tentang",
}
# Keys that stand for a row of one side; the others are words anybody may type.
PRIVATE_KEYS = set(VALUES) - {
    "slug", "unit_key", "verify_code", "question_kind", "question_key", "competency", "question", "year", "rule",
    "site_page", "claim_kind",
}  # fmt: skip


def value_of(side, key):
    return VALUES[key](side)


def texts(*names) -> dict:
    return dict.fromkeys(names, "TEXTS")


GET, POST, BOTH = "GET", "POST", "GET POST"
