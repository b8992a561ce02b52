"""Certificates: issued with the completion, replaced after a mistake; never deleted."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core import counters, limits
from cms.core.audit import audit
from cms.core.text import tidy
from cms.directory.models import Agency, User
from cms.directory.services import identity_of, notify
from lms.records import permissions, rules
from lms.records.exceptions import RecordRefused
from lms.records.models import Certificate, CertificateEvent, CompletionRecord, Signatory
from lms.records.rendering import TEMPLATE_NUMBER

Kind = CertificateEvent.Kind


@transaction.atomic
def issue(
    *, record: CompletionRecord, replaces: Certificate | None = None, by: User | None = None, signatory_id=None
) -> Certificate:
    """Give the certificate its number and code. The number comes from a locked counter row of agency and year."""
    course, agency = record.course, record.course.agency
    day = timezone.localdate() if replaces else record.completed_on
    number = rules.certificate_number(
        counters.next_number(f"certificate:{agency.pk}:{day.year}"), course=course.code,
        agency=agency.quick_code or str(agency.pk), on=day,
    )  # fmt: skip
    certificate = Certificate.everything.create(
        record=record, agency=agency, identity=identity_of(record.learner) if replaces else record.identity,
        number=number, code=rules.new_code(), replaces=replaces, signatory_id=signatory_id, facts=_facts(record),
    )  # fmt: skip
    CertificateEvent.everything.create(certificate=certificate, kind=Kind.ISSUED, by_id=getattr(by, "pk", None))
    notify(
        person_id=record.learner_id, kind="certificate", key=str(certificate.uuid),
        text=gettext_noop("Your certificate for %(course)s is ready."), params={"course": record.release.title},
        url=f"/sertifikat/{certificate.uuid}/",
        also=[("render_certificate", str(certificate.uuid), {"certificate": certificate.pk})],
    )  # fmt: skip
    return certificate


def _facts(record: CompletionRecord) -> dict:
    """Everything printed that is not the name of a person, frozen; ``template`` names the drawing (L68)."""
    release, run = record.release, record.enrolment.run
    return {
        "course": release.title, "release": release.number, "run": run.name, "jp": str(record.jp),
        "completed_on": record.completed_on.isoformat(), "issuer": record.course.agency.name,
        "modules": [[m["title"], str(m["jp"])] for m in release.outline], "is_demo": settings.BESTARI_DEMO,
        "template": TEMPLATE_NUMBER,
    }  # fmt: skip


@transaction.atomic
def replace(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """A mistake in the name is mended by a new certificate that supersedes the old; both stay verifiable (L74)."""
    certificate = _standing(certificate, by, reason)
    old = certificate.signatory
    signs = Signatory.everything.on(timezone.localdate()).filter(agency=certificate.agency_id).first() or old
    fresh = issue(record=certificate.record, replaces=certificate, by=by, signatory_id=signs and signs.pk)
    CertificateEvent.everything.create(
        certificate=certificate, kind=Kind.REPLACED, reason=reason.strip()[:300], by_id=by.pk
    )
    audit(by, "replace_certificate", certificate, detail={"reason": reason.strip()[:300], "by": str(fresh.uuid)})
    return fresh


def _standing(certificate: Certificate, by: User, reason: str) -> Certificate:
    """The locked certificate if it is valid and ``by`` answers for it, else a refusal."""
    certificate = Certificate.everything.select_for_update(of=("self",)).select_related(
        "record__course__agency", "record__release", "record__enrolment__run", "record__learner", "signatory"
    ).get(pk=certificate.pk)  # fmt: skip
    if not permissions.may_decide(by, certificate.agency_id):
        raise RecordRefused(_("Only a publisher or HR head of the issuing agency may do this."))
    refuse_unfit(certificate, reason)
    return certificate


def refuse_unfit(certificate: Certificate, reason: str) -> None:
    """Only a certificate that stands is replaced or withdrawn, and with a reason; the caller holds its lock."""
    kinds = set(CertificateEvent.everything.filter(certificate=certificate).values_list("kind", flat=True))
    if Kind.WITHDRAWN in kinds:
        raise RecordRefused(_("This certificate was withdrawn already."))
    if Kind.REPLACED in kinds:
        raise RecordRefused(_("This certificate was replaced already; look at the newer one."))
    if len(reason.strip()) < rules.SHORTEST_REASON:
        raise RecordRefused(
            _("Write the reason in at least %(least)s characters; it is kept.") % {"least": rules.SHORTEST_REASON}
        )


@transaction.atomic
def name_signatory(
    *, agency: Agency, name: str, title: str, place: str, valid_from: date, by: User | None
) -> Signatory:
    """From ``valid_from`` on this person signs for ``agency``. Certificates issued before keep the one they have."""
    Agency.everything.select_for_update().get(pk=agency.pk)
    before = Signatory.everything.filter(agency=agency, valid_to=None).first()
    if before and valid_from < before.valid_from:
        words = _("The present signatory signs since %(day)s; the next one can only follow.")
        raise RecordRefused(words % {"day": before.valid_from.isoformat()})
    if before:
        Signatory.everything.filter(pk=before.pk).update(valid_to=valid_from)
    row = Signatory.everything.create(
        agency=agency, name=tidy(name).strip()[:200], title=tidy(title).strip()[:200], place=tidy(place).strip()[:80],
        valid_from=valid_from, by_id=getattr(by, "pk", None),
    )  # fmt: skip
    audit(by, "name_signatory", row, detail={"title": row.title, "from": str(valid_from)})
    return row


def may_guess(address: str) -> None:
    """Guessing codes is counted per address (C05)."""
    limits.hit(f"verify:{address}", most=30, within=timedelta(minutes=10))
