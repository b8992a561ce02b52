"""Dated rights to one person: of the superior, kept in step with the seats; of an auditor who gave a purpose."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core.audit import audit
from cms.directory.exceptions import ReachRefused
from cms.directory.models import Assignment, Grant, Person, Reach, User
from cms.directory.permissions import holds

AUDIT_LASTS = timedelta(days=7)
SHORTEST_PURPOSE = 10


@transaction.atomic
def reach(*, user: User, what: str, object_uuid, basis: str, valid_to=None) -> Reach:
    return Reach.everything.get_or_create(
        user=user, what=what, object_uuid=object_uuid, basis=basis, valid_to=None, defaults={"valid_to": valid_to}
    )[0]


@transaction.atomic
def settle_superiors(*, people=(), positions=()) -> int:
    """Write who may see whom as direct superior, for ``people`` and for all who report to ``positions``.

    A row runs from the later of today and the superior's own assignment to the end of that assignment, if it is
    known. What no longer holds ends today, so a former superior sees nothing on the next request (Z06, I15).
    """
    rows = Person.everything.filter(Q(pk__in=people) | Q(position__reports_to__in=positions))
    seats = {uuid: (seat, pk) for uuid, seat, pk in rows.values_list("uuid", "position__reports_to", "pk")}
    wanted = _wanted(seats)
    today = timezone.localdate()
    present = Reach.everything.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), what=Reach.PERSON, basis=Reach.SUPERIOR, object_uuid__in=list(seats)
    )
    kept = {}
    for row in present:
        key = (row.user_id, row.object_uuid)
        if key in wanted and key not in kept:
            kept[key] = row
        else:
            Reach.everything.filter(pk=row.pk).update(valid_to=max(row.valid_from, today))
    changed = 0
    for key, (since, until) in wanted.items():
        changed += _write(key, since, until, kept.get(key))
    return changed


def _wanted(seats: dict) -> dict[tuple, tuple]:
    """(user key, person uuid) of each pair that holds today or will: with the days it holds."""
    today = timezone.localdate()
    holders = {}
    wanted_seats = {seat for seat, _pk in seats.values() if seat}
    held = Assignment.everything.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), position__in=wanted_seats, person__user__isnull=False
    )
    for row in held.values_list("position", "person", "person__user", "valid_from", "valid_to"):
        holders.setdefault(row[0], []).append(row[1:])
    wanted = {}
    for uuid, (seat, pk) in seats.items():
        for holder, user, since, until in holders.get(seat, ()):
            if holder != pk:
                wanted[(user, uuid)] = (max(since, today), until)
    return wanted


def _write(key: tuple, since, until, kept: Reach | None) -> int:
    user, uuid = key
    if kept is not None:
        return Reach.everything.filter(pk=kept.pk).exclude(valid_to=until).update(valid_to=until)
    same_day = {"user_id": user, "what": Reach.PERSON, "object_uuid": uuid, "basis": Reach.SUPERIOR}
    # A row that began and ended today is opened again: there is one a day.
    Reach.everything.update_or_create(**same_day, valid_from=since, defaults={"valid_to": until})
    return 1


@transaction.atomic
def ask_to_see(*, person: Person, by: User, purpose: str) -> Reach:
    """Open one person's record to an auditor for seven days; the person reads purpose and looks (robustness 5: p)."""
    if not holds(by, Grant.Role.AUDITOR) or person.pk == by.person_id:
        raise ReachRefused(_("Only an auditor may ask, and not about herself."))
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise ReachRefused(_("Write the purpose and the number of the assignment letter, in at least 10 characters."))
    today = timezone.localdate()
    row, _made = Reach.everything.update_or_create(
        user=by, what=Reach.PERSON, object_uuid=person.uuid, basis=Reach.AUDIT, valid_from=today,
        defaults={"valid_to": today + AUDIT_LASTS, "purpose": purpose.strip()[:200]},
    )  # fmt: skip
    audit(by, "ask_to_see", person, detail={"purpose": row.purpose, "until": row.valid_to.isoformat()})
    return row
