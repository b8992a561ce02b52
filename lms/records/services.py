"""Records are written in the request that completes a course; the signed file follows by a job."""

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cms.core import counters, files, limits, outbox
from cms.core.audit import audit
from cms.core.events import announce
from cms.directory.models import Person, User
from cms.directory.rules import mask_number
from cms.directory.services import identity_of, notify
from lms import events
from lms.catalogue.models import Release
from lms.competencies.models import Competency
from lms.enrolment.models import Enrolment
from lms.records import rules
from lms.records.exceptions import RecordRefused
from lms.records.models import (
    Certificate,
    CertificateEvent,
    CertificateFile,
    CompetencyClaim,
    CompletionRecord,
    JPEntry,
)  # fmt: skip
from lms.records.rendering import CertificateFacts, render_pdf, sign_pdf, typst_version


@transaction.atomic
def record_completion(*, enrolment: Enrolment, release: Release, at) -> CompletionRecord:
    """Completion, JP, claims and certificate in one transaction; the PDF later (I05, I12)."""
    person = Person.everything.select_related("agency", "position").get(pk=enrolment.learner_id)
    day = rules.local_day(at, person.agency.timezone)
    record = CompletionRecord.everything.create(
        enrolment=enrolment, learner=person, identity=identity_of(person), agency_then=person.agency,
        course_id=enrolment.course_id, release=release, cycle=enrolment.cycle, jp=release.jp, score=enrolment.score,
        completed_at=at, completed_on=day,
    )  # fmt: skip
    credit_jp(
        person=person, jp=release.jp, source="course", source_uuid=record.uuid, title=release.title, earned_on=day
    )
    _claim(record, release, person)
    issue(record=record)
    return record


def credit_jp(*, person: Person, jp: Decimal, source: str, source_uuid, title: str, earned_on) -> JPEntry:
    """One positive line of the ledger; the same source never pays twice."""
    return JPEntry.everything.create(
        person=person, agency_then_id=person.agency_id, year=earned_on.year, jp=jp, source=source,
        source_uuid=source_uuid, title=title, earned_on=earned_on,
    )  # fmt: skip


@transaction.atomic
def correct_jp(*, entry: JPEntry, by: User, reason: str) -> JPEntry:
    """Undo a line by a counter-entry; the line itself stays (I06)."""
    if not reason.strip():
        raise RecordRefused(_("A correction needs a reason."))
    row = JPEntry.everything.create(
        person_id=entry.person_id, agency_then_id=entry.agency_then_id, year=entry.year, jp=-entry.jp,
        source=entry.source, source_uuid=entry.source_uuid, title=entry.title, earned_on=entry.earned_on,
        corrects=entry, reason=reason[:200],
    )  # fmt: skip
    audit(by, "correct_jp", row, agency_id=entry.agency_then_id, detail={"entry": str(entry.uuid)})
    return row


def _claim(record: CompletionRecord, release: Release, person: Person) -> None:
    known = {
        c.code: c for c in Competency.everything.filter(code__in=[c["code"] for c in release.facts["competencies"]])
    }
    claims = CompetencyClaim.everything.bulk_create(
        CompetencyClaim(
            record=record, person=person, agency_then_id=person.agency_id, competency=known[c["code"]],
            level=c["level"],
            proven_by=c.get("proven_by", "")[:200], score=record.score, claimed_on=record.completed_on,
        )
        for c in release.facts["competencies"] if c["code"] in known
    )  # fmt: skip
    announce(events.claimed, events.CompetenciesClaimed(record_id=record.pk, claim_ids=tuple(c.pk for c in claims)))
    announce(events.completed, events.CourseCompleted(record_id=record.pk, learner_id=person.pk))


@transaction.atomic
def issue(*, record: CompletionRecord, replaces: Certificate | None = None, by: User | None = None) -> Certificate:
    """Give the certificate its number and code. The number comes from a locked counter row of agency and year."""
    agency = record.course.agency
    scope = f"certificate:{agency.pk}:{record.completed_on.year}"
    number = rules.certificate_number(
        counters.next_number(scope), course=record.course.code, agency=agency.quick_code or str(agency.pk),
        on=record.completed_on,
    )  # fmt: skip
    identity = identity_of(record.learner) if replaces else record.identity
    certificate = Certificate.everything.create(
        record=record, agency=agency, identity=identity, number=number, code=rules.new_code(), replaces=replaces,
        facts={
            "course": record.release.title, "release": record.release.number, "run": record.enrolment.run.name,
            "jp": str(record.jp), "completed_on": record.completed_on.isoformat(), "issuer": agency.name,
            "modules": [[m["title"], str(m["jp"])] for m in record.release.outline], "is_demo": settings.BESTARI_DEMO,
        },
    )  # fmt: skip
    CertificateEvent.everything.create(
        certificate=certificate, kind=CertificateEvent.Kind.ISSUED, by_id=getattr(by, "pk", None)
    )
    outbox.put("render_certificate", str(certificate.uuid), {"certificate": certificate.pk})
    notify(
        person_id=record.learner_id, kind="certificate", key=str(certificate.uuid),
        text=_("Your certificate for %(course)s is ready.") % {"course": record.release.title},
        url=f"/sertifikat/{certificate.uuid}/",
    )  # fmt: skip
    return certificate


@transaction.atomic
def replace(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """A typo is mended by a new certificate that supersedes the old; both stay verifiable (L74)."""
    if not reason.strip():
        raise RecordRefused(_("Say why the certificate is replaced."))
    CertificateEvent.everything.create(
        certificate=certificate, kind=CertificateEvent.Kind.REPLACED, reason=reason[:300], by_id=by.pk
    )
    audit(by, "replace_certificate", certificate, detail={"reason": reason})
    return issue(record=certificate.record, replaces=certificate, by=by)


@transaction.atomic
def withdraw(*, certificate: Certificate, by: User, second: User, reason: str) -> None:
    """Two different people withdraw a certificate; it is never deleted (robustness 5)."""
    if by.pk == second.pk:
        raise RecordRefused(_("Two different people must withdraw a certificate."))
    CertificateEvent.everything.create(
        certificate=certificate,
        kind=CertificateEvent.Kind.WITHDRAWN,
        reason=reason[:300],
        by_id=by.pk,
        second_id=second.pk,
    )
    audit(by, "withdraw_certificate", certificate, detail={"reason": reason, "second": second.pk})


def render(payload: dict) -> None:
    """Make and sign the PDF once; a second delivery finds the file and stops (C03)."""
    certificate = Certificate.everything.select_related("identity", "agency").get(pk=payload["certificate"])
    if CertificateFile.everything.filter(certificate=certificate).exists():
        return
    signed = sign_pdf(render_pdf(facts_of(certificate)), files.key_folder())
    CertificateFile.everything.bulk_create(
        [
            CertificateFile(
                certificate=certificate, digest=files.keep(signed, kind="application/pdf"), renderer=typst_version()
            )
        ],
        ignore_conflicts=True,
    )


def facts_of(certificate: Certificate):
    """What the certificate prints, from its own frozen facts only: renaming a person changes nothing (L68)."""
    facts, who = certificate.facts, certificate.identity
    return CertificateFacts(
        number=certificate.number, code=rules.show_code(certificate.code), holder_name=who.name,
        holder_number=mask_number(who.number) if who.number else "", holder_post=who.post, agency_name=who.agency_name,
        course_title=facts["course"], release_label=str(facts["release"]), jp=Decimal(facts["jp"]),
        completed_on=date.fromisoformat(facts["completed_on"]), run_name=facts["run"], issuer_name=facts["issuer"],
        place=facts.get("place", "Jakarta"), signatory_name=facts.get("signatory", facts["issuer"]),
        signatory_title=facts.get("signatory_title", ""),
        verify_url=f"{settings.WAGTAILADMIN_BASE_URL}/periksa/{certificate.code}/",
        modules=tuple((title, Decimal(jp)) for title, jp in facts["modules"]), is_demo=facts["is_demo"],
        certified_signature=False,
    )  # fmt: skip


def may_guess(address: str) -> None:
    """Guessing codes is counted per address (C05)."""
    limits.hit(f"verify:{address}", most=30, within=timedelta(minutes=10))
