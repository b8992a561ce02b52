"""Grants: who may give and end which role, where (Z09); Wagtail's groups follow them (design 3.8)."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core import hooks
from cms.core.audit import audit
from cms.directory.exceptions import GrantRefused
from cms.directory.models import Agency, Grant, OrgUnit, User
from cms.directory.permissions import may_give

SITE_GROUP = "situs"  # who keeps the site's own pages


def grant(
    *, user: User, role: str, agency: Agency, by: User | None, reason: str, unit: OrgUnit | None = None,
    valid_from=None, valid_to=None,
):  # fmt: skip
    """Give ``role``; the giver's own rank, scope and person are checked (Z09). ``by=None`` is the system."""
    # Outside the transaction: a refusal raises, and its audit row must stay.
    if by is not None:
        _refuse_unfit_giver(by, user, role, agency, unit)
    if unit is not None and role not in Grant.FOR_A_UNIT:
        audit(by, "grant_refused", user, agency_id=agency.pk, detail={"role": role})
        raise GrantRefused(_("This role cannot be given for a unit only: it acts in the whole agency."))
    with transaction.atomic():
        _end_of_other_days(user, role, agency, unit, valid_to)
        row, made = Grant.everything.get_or_create(
            user=user,
            role=role,
            agency=agency,
            unit=unit,
            revoked_at=None,
            defaults={
                "given_by": by,
                "reason": reason,
                "valid_from": valid_from or timezone.localdate(),
                "valid_to": valid_to,
            },
        )
        if made:
            audit(by, "grant", row, detail={"role": role, "user": user.pk, "reason": reason})
            project_groups(user)
    return row


def _end_of_other_days(user: User, role: str, agency: Agency, unit: OrgUnit | None, valid_to) -> None:
    """The same role until another day, and one whose day has come, make room for the new one."""
    rows = Grant.everything.filter(user=user, role=role, agency=agency, unit=unit, revoked_at=None)
    other = ~Q(valid_to=valid_to) | Q(valid_to__lte=timezone.localdate())
    rows.filter(other).update(revoked_at=timezone.now())


def _refuse_unfit_giver(by: User, user: User, role: str, agency: Agency, unit: OrgUnit | None) -> None:
    if by.pk == user.pk or not may_give(by, role, agency, unit):
        audit(by, "grant_refused", user, agency_id=agency.pk, detail={"role": role})
        raise GrantRefused(_("You may give only roles below your own, in your own agency or unit, not to yourself."))


@transaction.atomic
def revoke(*, grant: Grant, by: User | None, reason: str) -> None:
    """End a grant now; it takes effect on the next request (I15)."""
    Grant.everything.filter(pk=grant.pk, revoked_at=None).update(revoked_at=timezone.now())
    audit(by, "revoke", grant, detail={"role": grant.role, "user": grant.user_id, "reason": reason})
    project_groups(grant.user)


def withdraw(*, grant: Grant, by: User, reason: str) -> None:
    """End a grant by hand, under the same rule as giving it."""
    _refuse_unfit_giver(by, grant.user, grant.role, grant.agency, grant.unit)
    revoke(grant=grant, by=by, reason=reason)


def desk_group(agency: Agency, role: str) -> Group:
    """The Wagtail group that mirrors ``role`` in ``agency`` (design 3.8)."""
    return _group(f"{role}:{agency.code}", agency)


def _group(name: str, agency: Agency | None) -> Group:
    """The group ``name``; higher apps say once, when it is made, what it may do."""
    group, made = Group.objects.get_or_create(name=name)
    if made:
        for give in hooks.GROUP_RIGHTS:
            give(group, agency)
    return group


@transaction.atomic
def project_groups(user: User) -> None:
    """Write Wagtail's group membership to be exactly what the live grants say; two statements when they agree."""
    live = Grant.everything.live().filter(user=user, role__in=(*Grant.DESK, *Grant.SITE)).select_related("agency")
    wanted = {SITE_GROUP: None} if any(row.role in Grant.SITE for row in live) else {}
    wanted |= {f"{row.role}:{row.agency.code}": row.agency for row in live if row.role in Grant.DESK}
    if set(wanted) != set(user.groups.values_list("name", flat=True)):
        user.groups.set([_group(name, agency) for name, agency in wanted.items()])
