"""The trace of every write and of every look at another person. Same transaction as the act."""

from cms.core.models import AccessEntry, AuditEntry
from cms.core.trace import request_id


def audit(by, verb: str, obj=None, *, agency_id: int | None = None, detail: dict | None = None) -> None:
    """Write who did ``verb`` to ``obj``. ``by`` is a User or None for the system itself."""
    AuditEntry.everything.create(
        actor_id=getattr(by, "pk", None),
        agency_id=agency_id if agency_id is not None else getattr(obj, "agency_id", None),
        verb=verb,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_key=str(getattr(obj, "uuid", None) or getattr(obj, "pk", "")),
        detail=detail or {},
        request_id=request_id.get(),
    )


def looked_at(viewer, subject, what: str, *, purpose: str = "") -> None:
    """Write that ``viewer`` (User) read ``what`` of ``subject`` (Person); reading oneself leaves no row."""
    if viewer.person_id == subject.pk:
        return
    AccessEntry.everything.create(
        viewer_id=viewer.pk,
        viewer_agency_id=getattr(viewer.person, "agency_id", None),
        subject_id=subject.pk,
        subject_agency_id=subject.agency_id,
        what=what,
        purpose=purpose,
        request_id=request_id.get(),
    )
