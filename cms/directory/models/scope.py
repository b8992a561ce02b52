"""Whose people a user may reach, as conditions in the database: always as of now, never a second statement."""

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from cms.directory.models.accounts import Grant, Reach

# A unit and everything below it. UNION, not UNION ALL: a loop in the tree ends the walk instead of never ending.
BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT g.unit_id FROM directory_grant g
    WHERE g.user_id = %s AND g.role IN ({roles}) AND g.unit_id IS NOT NULL AND g.revoked_at IS NULL
      AND g.valid_from <= %s AND (g.valid_to IS NULL OR g.valid_to > %s)
    UNION
    SELECT u.id FROM directory_orgunit u JOIN below ON u.parent_id = below.id
) SELECT id FROM below
"""


def units_below(user, *roles: str) -> RawSQL:
    """Keys of the units where the user holds one of ``roles`` today, and of all units below them."""
    today = timezone.localdate()
    marks = ", ".join(["%s"] * len(roles))
    return RawSQL(BELOW.format(roles=marks), (user.pk, *map(str, roles), today, today))  # noqa: S611  marks only


def served(user, *roles: str, through: str = "") -> Q:
    """People covered by a grant of today: of a whole agency, or of a unit and all below it (robustness 5: i, u).

    ``through`` is the path from the filtered rows to the person ("learner").
    """
    person = f"{through}__" if through else ""
    live = Grant.everything.live().filter(user=user, role__in=roles)
    # The first condition is implied by the rest; it lets the database start from the agency's index.
    return Q(**{f"{person}agency__in": live.values("agency")}) & (
        Q(**{f"{person}agency__in": live.filter(unit=None).values("agency")})
        | Q(**{f"{person}unit__in": units_below(user, *roles)})
    )


def reached(user, *bases: str, through: str = "") -> Q:
    """People in reach by a dated row of one of ``bases`` (any, when none is named)."""
    rows = Reach.everything.on().filter(user=user, what=Reach.PERSON)
    if bases:
        rows = rows.filter(basis__in=bases)
    return Q(**{f"{through}__uuid__in" if through else "uuid__in": rows.values("object_uuid")})


def units_under(pk: int) -> RawSQL:
    """Keys of a unit and of all units below it."""
    return RawSQL(
        "WITH RECURSIVE below(id) AS (SELECT id FROM directory_orgunit WHERE id = %s UNION "
        "SELECT u.id FROM directory_orgunit u JOIN below ON u.parent_id = below.id) SELECT id FROM below",
        (pk,),
    )
