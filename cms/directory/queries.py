"""Reads about people and rights."""

from django.db.models import Aggregate, Count, OuterRef, Q, Subquery, TextField
from django.utils import timezone

from cms.directory.models import DoorCode, Grant, Notice, OrgUnit, Person, PersonNumber, User


def account_of(key: str) -> User | None:
    """The account behind a number or e-mail, one statement; None when there is none."""
    today = timezone.localdate()
    numbers = PersonNumber.everything.on(today).filter(value=key).values("person")
    return (
        User.everything.select_related("person__agency")
        .filter(Q(person__in=numbers) | Q(email__iexact=key) | Q(username=key))
        .order_by("pk")
        .first()
    )


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


def with_door_facts(users):
    """Accounts with what every screen asks: roles held today, and how many notices are unread. No statement more."""
    unread = Notice.everything.filter(person=OuterRef("person"), read_at=None).order_by().values("person")
    return users.annotate(
        roles_today=joined(Grant.everything.live().filter(user=OuterRef("pk")), "role", by="user"),
        unread=Subquery(unread.annotate(n=Count("pk")).values("n")),
    )


def roles_of(user) -> set[str]:
    """Roles the user holds today, anywhere; read once a request."""
    if hasattr(user, "roles_today"):
        return set((user.roles_today or "").split(",")) - {""}
    if not hasattr(user, "_roles"):
        user._roles = (
            set(Grant.everything.live().filter(user=user).values_list("role", flat=True))
            if user.is_authenticated
            else set()
        )
    return user._roles


def agencies_where(user, *roles: str):
    """Agency keys where the user holds one of ``roles`` today, as a subquery."""
    return Grant.everything.live().filter(user=user, role__in=roles).values("agency")


def unread_notices(user) -> int:
    """Notices the person behind ``user`` has not read; loaded with the account where the door did it."""
    if hasattr(user, "unread"):
        return user.unread or 0
    return Notice.everything.filter(person=user.person_id, read_at=None).count() if user.person_id else 0


def people_served(user, words: str = ""):
    """People of the agencies where ``user`` works for HR, with numbers and account; by part of the name or a number."""
    people = Person.everything.filter(agency__in=agencies_where(user, *Grant.HR_ROLES), merged_into=None)
    if words:
        people = people.filter(Q(name__icontains=words) | Q(numbers__value=words)).distinct()
    return people.select_related("agency", "position", "user").prefetch_related("numbers").order_by("name", "pk")


def codes_waiting(user):
    """Second factor resets in the user's agencies that need a second HR officer."""
    return (
        DoorCode.everything.filter(
            kind=DoorCode.Kind.SECOND_FACTOR,
            approved_by=None,
            used_at=None,
            expires_at__gt=timezone.now(),
            person__agency__in=agencies_where(user, *Grant.HR_ROLES),
        )
        .select_related("person", "given_by__person")
        .order_by("recorded_at")
    )


def live_grants(user):
    """Grants of today in the agencies where ``user`` is HR head."""
    return (
        Grant.everything.live()
        .filter(agency__in=agencies_where(user, Grant.Role.HR_HEAD))
        .select_related("user__person", "agency", "given_by__person")
        .order_by("user__person__name", "role")
    )


def units_of(agencies):
    """Units of the given agencies that exist today, by name."""
    return OrgUnit.everything.on().filter(agency__in=agencies).order_by("name")
