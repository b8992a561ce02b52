"""Reads about people and rights."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from allauth.mfa.models import Authenticator
from django.db.models import Aggregate, Count, Exists, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Lower
from django.utils import timezone

from cms.core.models import AccessEntry, AuditEntry
from cms.core.prepared import Prepared
from cms.core.rulebook import RULES, InForce, in_force, own_to_give_back, versions
from cms.core.verbs import seen
from cms.directory.models import (
    Agency,
    DoorCode,
    Grant,
    JobTitle,
    Notice,
    OpenSession,
    OrgUnit,
    Person,
    PersonNumber,
    Position,
    Reach,
    User,
)  # fmt: skip
from cms.directory.models.scope import served, units_below


class Joined(Aggregate):
    """Texts of many rows as one, comma between: GROUP_CONCAT or STRING_AGG."""

    function, template = "GROUP_CONCAT", "%(function)s(%(expressions)s)"
    output_field = TextField()

    def as_postgresql(self, compiler, connection, **context):
        template = "STRING_AGG(%(expressions)s::text, ',')"
        return self.as_sql(compiler, connection, template=template, **context)


def joined(rows, field: str, *, by: str) -> Subquery:
    """``field`` of every row of a queryset correlated on ``by``, as one text: an annotation instead of a statement."""
    return Subquery(rows.order_by().values(by).annotate(all=Joined(field)).values("all"))


def with_door_facts(users, today):
    """Accounts with what every screen asks: roles held today, and how many notices are unread. No statement more."""
    unread = Notice.everything.filter(person=OuterRef("person"), read_at=None).order_by().values("person")
    live = Grant.everything.live(today).filter(user=OuterRef("pk"))
    return users.annotate(
        roles_today=joined(live, "role", by="user"),
        whole_roles_today=joined(live.filter(unit=None), "role", by="user"),
        unread=Subquery(unread.annotate(n=Count("pk")).values("n")),
        leads=Exists(_team_rows(OuterRef("pk"), today)),
    )


# Asked on every page of somebody signed in, and at every sign-in.
account_at_the_door = Prepared(
    lambda pk, today: with_door_facts(User.everything.select_related("person__agency").filter(pk=pk), today)
)
_account_called = Prepared(
    lambda key, today: with_door_facts(
        User.everything.select_related("person__agency").filter(pk__in=_keys_called(key, today)).order_by("pk"), today
    )
)
factors_of = Prepared(lambda user: Authenticator.objects.filter(user=user).only("type"))
# The account comes with its session: one statement less on every page.
account_in_session = Prepared(
    lambda key, now, today: with_door_facts(
        User.everything.select_related("person__agency").filter(
            pk__in=OpenSession.objects.filter(session_key=key, expire_date__gt=now).values("account_id")
        ),
        today,
    ).annotate(session_data=Subquery(OpenSession.objects.filter(session_key=key).values("session_data")))
)
open_session = Prepared(lambda key, now: OpenSession.objects.filter(session_key=key, expire_date__gt=now))


def agency_called(text: str) -> Agency | None:
    """The agency of today with this code or, where only one has it, this name."""
    rows = list(Agency.everything.on().filter(Q(code=text) | Q(name__iexact=text) | Q(short_name__iexact=text))[:2])
    return rows[0] if len(rows) == 1 else None


def account_of(key: str) -> User | None:
    """The account behind a number or e-mail with its door facts, one statement; None when there is none."""
    return _account_called.one(key=key, today=timezone.localdate())


def _keys_called(key: str, today):
    """Accounts that may be meant. Three questions, for each has its own index: one with OR would read every account."""
    numbers = PersonNumber.everything.on(today).filter(value=key).values("person")
    by_email = User.everything.annotate(address=Lower("email")).filter(address=Lower(Value(key)))
    by_number, by_name = User.everything.filter(person__in=numbers), User.everything.filter(username=key)
    return by_number.values("pk").union(by_email.values("pk"), by_name.values("pk"))


def roles_of(user) -> frozenset[str]:
    """Roles the user holds today, anywhere; read once a request."""
    if hasattr(user, "roles_today"):
        return _named_in(user.roles_today or "")
    return frozenset(role for role, _unit in _grants_of(user))


@lru_cache(maxsize=500)
def _named_in(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) - {""}


def whole_roles_of(user) -> frozenset[str]:
    """Roles held for a whole agency, not just for a unit."""
    if hasattr(user, "whole_roles_today"):
        return _named_in(user.whole_roles_today or "")
    return frozenset(role for role, unit in _grants_of(user) if unit is None)


def _grants_of(user) -> list[tuple[str, int | None]]:
    """(role, unit key) of each grant of today, of an account that did not come through the door."""
    if not hasattr(user, "_grants"):
        live = Grant.everything.live().filter(user=user) if user.is_authenticated else Grant.everything.none()
        user._grants = list(live.values_list("role", "unit"))
    return user._grants


def agencies_where(user, *roles: str):
    """Agency keys where the user holds one of ``roles`` today, as a subquery. For people ask `served` instead."""
    return Grant.everything.live().filter(user=user, role__in=roles).values("agency")


def whole_agencies_where(user, *roles: str):
    """The same, where the role is held for the agency as a whole, not just for a unit."""
    return agencies_where(user, *roles).filter(unit=None)


def _team_rows(user, today=None):
    return Reach.everything.on(today).filter(user=user, what=Reach.PERSON, basis=Reach.SUPERIOR)


def leads_people(user) -> bool:
    """Whether somebody reports to ``user`` today."""
    if hasattr(user, "leads"):
        return user.leads
    return user.is_authenticated and _team_rows(user).exists()


def reach_to(user, person: Person) -> Reach:
    """The auditor's open request for this person."""
    rows = Reach.everything.on().filter(user=user, what=Reach.PERSON, basis=Reach.AUDIT, object_uuid=person.uuid)
    return rows.order_by("-valid_from").first()


def open_reaches(user) -> list[tuple[Person, Reach]]:
    """People an auditor may look at today, with purpose and end: two statements."""
    rows = list(Reach.everything.on().filter(user=user, basis=Reach.AUDIT).order_by("-valid_from"))
    people = {p.uuid: p for p in Person.everything.filter(uuid__in=[r.object_uuid for r in rows])}
    return [(people[row.object_uuid], row) for row in rows if row.object_uuid in people]


def unread_notices(user) -> int:
    """Notices the person behind ``user`` has not read; loaded with the account where the door did it."""
    if hasattr(user, "unread"):
        return user.unread or 0
    return Notice.everything.filter(person=user.person_id, read_at=None).count() if user.person_id else 0


# --- People and units an HR officer looks after ---


def open_number(person: str = "pk") -> Subquery:
    """The number a person is known by today."""
    rows = PersonNumber.everything.filter(person=OuterRef(person), valid_to=None)
    return Subquery(rows.order_by("kind").values("value")[:1])


def named(words: str) -> Q:
    """People by words of the name, in any order, or by the whole number. Literal: % and _ are letters (R05)."""
    by_name = Q()
    for word in words.split():
        by_name &= Q(name__icontains=word)
    number = "".join(words.split())
    return by_name | Exists(PersonNumber.everything.filter(person=OuterRef("pk"), value=number))


def people_served(user, words: str = ""):
    """People ``user`` works for in HR, with number and account; by part of the name or a number."""
    people = Person.everything.served_by(user).annotate(number=open_number())
    if words:
        people = people.filter(named(words))
    return people.select_related("agency", "unit", "position", "user").order_by("name", "pk")


def serves_whole_agency(user) -> bool:
    return not whole_roles_of(user).isdisjoint(Grant.HR_ROLES)


def units_served(user, *roles: str):
    """Open units of the agencies, or below the units, where the user holds one of ``roles``."""
    whole = Grant.everything.live().filter(user=user, role__in=roles, unit=None).values("agency")
    rows = OrgUnit.everything.on().filter(Q(agency__in=whole) | Q(pk__in=units_below(user, *roles)))
    return rows.select_related("agency").order_by("agency__name", "name")


def positions_served(user):
    """Open seats in the units the user looks after for HR."""
    units = units_served(user, *Grant.HR_ROLES).order_by().values("pk")
    return Position.everything.on().filter(unit__in=units).order_by("unit__name", "name")


@dataclass(frozen=True)
class TreeRow:
    unit: OrgUnit
    depth: int
    people: int


def unit_tree(user) -> list[TreeRow]:
    """Units as a tree, each after the one it stands below, with the people in it: one statement."""
    inside = Count("people", filter=Q(people__merged_into=None))
    units = list(units_served(user, *Grant.HR_ROLES).annotate(inside=inside))
    known, children = {u.pk for u in units}, {}
    for unit in units:
        children.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    rows: list[TreeRow] = []
    stack = [(unit, 0) for unit in reversed(children.get(None, []))]
    while stack:
        unit, depth = stack.pop()
        rows.append(TreeRow(unit, depth, unit.inside))
        stack += [(child, depth + 1) for child in reversed(children.get(unit.pk, []))]
    return rows


def seats_of(unit: OrgUnit):
    """Open seats of a unit with title, superior seat and today's holders."""
    rows = Position.everything.on().filter(unit=unit).select_related("job_title", "reports_to")
    return rows.prefetch_related("holders").order_by("name")


def number_is_known(value: str) -> bool:
    return PersonNumber.everything.filter(value=value).exists()


def person_by_number(value: str) -> Person | None:
    """Whoever is known by the whole number today, in any agency."""
    numbers = PersonNumber.everything.on().filter(value=value).values("person")
    return Person.everything.filter(pk__in=numbers, merged_into=None).select_related("agency").first()


def job_title_of(text: str) -> JobTitle | None:
    return JobTitle.everything.filter(Q(code=text) | Q(name__iexact=text)).order_by("pk").first()


def assignments_of(person: Person):
    """Where she served, newest first (T2)."""
    rows = person.assignments.select_related("agency", "unit", "position")
    return rows.order_by(F("valid_to").desc(nulls_first=True), "-valid_from", "-pk")


def codes_waiting(user):
    """Second factor resets for people the user looks after that need a second HR officer."""
    return (
        DoorCode.everything.filter(
            served(user, *Grant.HR_ROLES, through="person"),
            kind=DoorCode.Kind.SECOND_FACTOR,
            approved_by=None,
            used_at=None,
            expires_at__gt=timezone.now(),
        )
        .select_related("person__agency", "given_by__person")
        .order_by("recorded_at")
    )


def live_grants(user):
    """Grants of today that ``user`` may see as giver: of her agency or units as HR head, and those she gave."""
    heads = Grant.everything.live().filter(user=user, role=Grant.Role.HR_HEAD, unit=None).values("agency")
    below = units_below(user, Grant.Role.HR_HEAD)
    return (
        Grant.everything.live()
        .filter(Q(agency__in=heads) | Q(unit__in=below) | Q(given_by=user))
        .select_related("user__person", "agency", "unit", "given_by__person")
        .order_by("user__person__name", "role")
    )


def units_of(agencies):
    """Units of the given agencies that exist today, by name."""
    return OrgUnit.everything.on().filter(agency__in=agencies).order_by("name")


# --- Who did what, who looked at whom ---


@dataclass(frozen=True)
class Act:
    """One line of the audit, with the names of now."""

    at: datetime
    who: str
    verb: str
    on_what: str
    detail: dict
    pk: int


@dataclass(frozen=True)
class Look:
    """One look at a person's record, with the names of now."""

    at: datetime
    viewer: str
    agency: str
    subject: str
    what: str
    purpose: str
    pk: int


def _agencies_headed(user):
    return Grant.everything.live().filter(user=user, role=Grant.Role.HR_HEAD, unit=None).values("agency")


def acts_seen(user):
    """The audit an HR head reads: of her agency, but her own acts; an auditor reads all (robustness 5)."""
    if Grant.Role.AUDITOR in roles_of(user):
        return AuditEntry.everything.order_by("-pk")
    rows = AuditEntry.everything.filter(agency_id__in=_agencies_headed(user))
    return rows.exclude(actor_id=user.pk).order_by("-pk")


def looks_seen(user):
    """Looks at people of her agency, but her own; an auditor reads all."""
    if Grant.Role.AUDITOR in roles_of(user):
        return AccessEntry.everything.order_by("-pk")
    rows = AccessEntry.everything.filter(subject_agency_id__in=_agencies_headed(user))
    return rows.exclude(viewer_id=user.pk).order_by("-pk")


def acts_shown(entries) -> list[Act]:
    """Entries with the names behind their keys: three statements whatever their number."""
    entries = list(entries)
    actors = User.everything.select_related("person").in_bulk({e.actor_id for e in entries if e.actor_id})
    subjects = _subjects(entries)
    return [
        Act(
            at=entry.at,
            who=actors[entry.actor_id].get_full_name() if entry.actor_id in actors else "",
            verb=entry.verb,
            on_what=subjects.get(entry.object_key, ""),
            detail=entry.detail,
            pk=entry.pk,
        )
        for entry in entries
    ]


def _subjects(entries) -> dict[str, str]:
    """Names of the people that acts were about, by the key the audit keeps."""
    keys = {
        kind: [e.object_key for e in entries if e.object_type == f"directory.{kind}"] for kind in ("person", "user")
    }
    people = Person.everything.filter(uuid__in=keys["person"]).values_list("uuid", "name")
    users = User.everything.filter(uuid__in=keys["user"]).values_list("uuid", "person__name")
    return {str(uuid): name or "" for uuid, name in [*people, *users]}


def looks_at(person: Person):
    """Looks at this person's record, newest first."""
    return AccessEntry.everything.filter(subject_id=person.pk).order_by("-at", "-pk")


def looks_shown(entries) -> list[Look]:
    """Entries with the names behind their keys: three statements whatever their number."""
    entries = list(entries)
    viewers = User.everything.select_related("person").in_bulk({e.viewer_id for e in entries})
    # The agency of then, as written: the viewer may serve elsewhere today.
    agencies = Agency.everything.in_bulk({e.viewer_agency_id for e in entries if e.viewer_agency_id})
    subjects = Person.everything.in_bulk({e.subject_id for e in entries})
    return [
        Look(
            at=entry.at,
            viewer=viewers[entry.viewer_id].get_full_name() if entry.viewer_id in viewers else "",
            agency=agencies[entry.viewer_agency_id].name if entry.viewer_agency_id in agencies else "",
            subject=subjects[entry.subject_id].name if entry.subject_id in subjects else "",
            what=seen(entry.what),
            purpose=entry.purpose,
            pk=entry.pk,
        )
        for entry in entries
    ]


@dataclass(frozen=True)
class RuleShown:
    """A rule by date as the settings print it: what holds today, and every version with whom it is for."""

    key: str
    label: str
    about: str
    national: str  # why no agency has a value of its own; "" where it may
    now: InForce
    lowest: Decimal
    highest: Decimal
    versions: list[tuple]  # (version, name of the agency or "")
    group: str
    has_own: bool  # some agency has, or has planned, a value of its own that it may give back


def rule_shown(key: str) -> RuleShown:
    known, found = RULES[key], versions(key)
    own = {one.agency_id for one in found if one.agency_id is not None}
    names = dict(Agency.everything.filter(pk__in=own).values_list("pk", "name")) if own else {}
    rows = [(one, names.get(one.agency_id, "")) for one in found]
    return RuleShown(
        key, str(known.label), str(known.about), str(known.national), in_force(key), known.lowest, known.highest, rows,
        str(known.group), bool(own_to_give_back(key)),
    )  # fmt: skip
