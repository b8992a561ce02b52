"""Invariants of the directory for ``check_invariants`` (robustness I09)."""

from django.db.models import Exists, F, OuterRef

from cms.core.invariants import apart, invariant
from cms.core.models import AccessEntry, AuditEntry, LongJob
from cms.directory.models import Agency, Assignment, Grant, OrgUnit, Person, Position, User

# Two ways to the owner of a row that must lead to the same agency: a list may be scoped by either.
SAME_AGENCY = [
    (OrgUnit, "agency", "parent__agency"),
    (Position, "agency", "unit__agency"),
    (Grant, "agency", "unit__agency"),
    (Person, "agency", "unit__agency"),
    (Person, "agency", "position__agency"),
    (Assignment, "agency", "unit__agency"),
    (Assignment, "agency", "position__agency"),
]
# Core stands below the directory and knows owners by number only: no foreign key holds these.
OWNED = [
    (LongJob, "owner_id", User),
    (LongJob, "agency_id", Agency),
    (AuditEntry, "agency_id", Agency),
    (AccessEntry, "subject_id", Person),
]


@invariant("I09", "every row has an owner who exists; unit, seat, role and person belong to one agency")
def everything_is_owned() -> list[str]:
    serving = Assignment.everything.filter(kind=Assignment.Kind.DEFINITIVE, valid_to=None)
    return [
        *apart(SAME_AGENCY),
        *apart([(serving, "agency", "person__agency")]),
        *(f"{model._meta.label} {pk}: nobody has {name}" for model, name, pk in _without_owner()),
    ]


def _without_owner():
    for model, name, owner in OWNED:
        there = Exists(owner.everything.filter(pk=OuterRef("number")))
        rows = model.everything.exclude(**{name: None}).annotate(number=F(name)).filter(~there)
        for pk in rows.values_list("pk", flat=True)[:20]:
            yield model, name, pk
