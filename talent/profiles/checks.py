"""Invariants of the profile for ``check_invariants``."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cms.core.invariants import invariant
from lms.records import api as records
from talent.profiles.models import Evidence

# The announcement ends it at once and the sweep within a minute; what then still stands was forgotten.
BY_THEN = timedelta(minutes=5)


@invariant("L74 evidence", "evidence ends with the certificate of its completion")
def evidence_ends_with_its_certificate() -> list[str]:
    before = timezone.now() - BY_THEN
    stands = Evidence.everything.filter(source="claim", withdrawal=None, recorded_at__lte=before)
    claims = records.withdrawn_claims().filter(withdrawn_at__lte=before)
    lasting = claims.filter(Exists(stands.filter(source_uuid=OuterRef("uuid"))))
    return [
        f"certificate {certificate}: withdrawn, but the evidence of claim {uuid} stands"
        for certificate, uuid in lasting.values_list("certificate", "uuid")[:20]
    ]
