"""Units and seats of an agency: a tree without loops (D08), and who reports to whom."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core.audit import audit
from cms.core.privacy import changes
from cms.directory.exceptions import UnitRefused
from cms.directory.models import Agency, JobTitle, OrgUnit, Person, Position, User
from cms.directory.rules import loop_path
from cms.directory.services.reaches import settle_superiors


@transaction.atomic
def add_unit(*, agency: Agency, code: str, name: str, by: User, parent: OrgUnit | None = None) -> OrgUnit:
    _refuse_other_agency(agency, parent)
    try:
        with transaction.atomic():
            unit = OrgUnit.everything.create(
                agency=agency, code=code, name=name, parent=parent, valid_from=timezone.localdate()
            )
    except IntegrityError as fault:
        raise UnitRefused(_("This code is already used in your agency.")) from fault
    audit(by, "add_unit", unit)
    return unit


@transaction.atomic
def change_unit(*, unit: OrgUnit, name: str, by: User, parent: OrgUnit | None) -> OrgUnit:
    """Rename or move a unit. Rows of one agency are locked, so that two moves never make a loop between them."""
    rows = {row.pk: row for row in OrgUnit.everything.select_for_update().filter(agency=unit.agency_id)}
    _refuse_other_agency(unit.agency, parent)
    if parent is not None:
        parents = {pk: row.parent_id for pk, row in rows.items()}
        if path := loop_path(unit.pk, parent.pk, parents):
            words = _("A unit cannot stand below itself: %(path)s.")
            raise UnitRefused(words % {"path": " › ".join(rows[pk].name for pk in path)})
    before = {"name": unit.name, "parent": unit.parent_id}
    unit.name, unit.parent = name, parent
    unit.save(update_fields=["name", "parent"])
    after = {"name": name, "parent": parent.pk if parent else None}
    audit(by, "change_unit", unit, detail={"changes": changes(OrgUnit, before, after)})
    return unit


@transaction.atomic
def close_unit(*, unit: OrgUnit, by: User) -> None:
    """Close a unit from today. People and units inside must move first; its history stays."""
    if Person.everything.filter(unit=unit, merged_into=None).exists() or unit.children.on().exists():
        raise UnitRefused(_("People or units are still inside; move them first."))
    OrgUnit.everything.filter(pk=unit.pk).update(valid_to=timezone.localdate())
    Position.everything.filter(unit=unit, valid_to=None).update(valid_to=timezone.localdate())
    audit(by, "close_unit", unit)


@transaction.atomic
def add_position(
    *, unit: OrgUnit, job_title: JobTitle, name: str, by: User, reports_to: Position | None = None
) -> Position:
    _refuse_other_agency(unit.agency, reports_to)
    position = Position.everything.create(
        agency=unit.agency, unit=unit, job_title=job_title, name=name, reports_to=reports_to,
        valid_from=timezone.localdate(),
    )  # fmt: skip
    audit(by, "add_position", position)
    return position


@transaction.atomic
def change_position(*, position: Position, name: str, by: User, reports_to: Position | None) -> Position:
    """Rename a seat, or say to which seat it reports; superiors see their people from the next request."""
    rows = {row.pk: row for row in Position.everything.select_for_update().filter(agency=position.agency_id)}
    _refuse_other_agency(position.agency, reports_to)
    if reports_to is not None:
        above = {pk: row.reports_to_id for pk, row in rows.items()}
        if path := loop_path(position.pk, reports_to.pk, above):
            words = _("A position cannot report to itself: %(path)s.")
            raise UnitRefused(words % {"path": " › ".join(rows[pk].name for pk in path)})
    before = {"name": position.name, "reports_to": position.reports_to_id}
    position.name, position.reports_to = name, reports_to
    position.save(update_fields=["name", "reports_to"])
    settle_superiors(people=list(Person.everything.filter(position=position).values_list("pk", flat=True)))
    after = {"name": name, "reports_to": reports_to.pk if reports_to else None}
    audit(by, "change_position", position, detail={"changes": changes(Position, before, after)})
    return position


def _refuse_other_agency(agency: Agency, row) -> None:
    if row is not None and row.agency_id != agency.pk:
        raise UnitRefused(_("The unit belongs to another agency."))
