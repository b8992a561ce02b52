"""The files of certificates: drawn from frozen facts, signed, kept by digest; one at a time or a whole run."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core import files, jobs
from cms.core.models import LongJob
from cms.directory.models import User
from cms.directory.rules import mask_number
from cms.directory.services import notify
from lms.enrolment.models import CourseRun
from lms.records import queries, rules
from lms.records.exceptions import RecordRefused
from lms.records.models import Certificate, CertificateFile
from lms.records.rendering import CertificateFacts, Signer, render_pdf, typst_version, verify_address

STEP = 20
DRAWERS = 2


def render(payload: dict) -> None:
    """Make and sign one PDF; a second delivery finds the file and stops (C03)."""
    render_many([payload["certificate"]])


def render_together(payloads: list[dict]) -> None:
    render_many([payload["certificate"] for payload in payloads])


def render_many(keys: list[int]) -> int:
    """Draw and sign the certificates ``keys`` that have no file yet; returns how many were made.

    Two workers may draw the same one; the database keeps one row, and it names the file that counts.
    """
    # Of an erased holder nothing is drawn any more.
    rows = Certificate.everything.filter(pk__in=keys, file=None, identity__erased_at=None)
    rows = rows.select_related("identity", "signatory")
    rows, signer = list(rows), Signer(files.key_folder())
    # Drawing lets other threads run, so the next ones are drawn while this one is signed.
    drawn = map(draw, rows) if len(rows) < DRAWERS else _drawers().map(draw, rows)
    papers = [(signer.sign(unsigned), files.digest_of(unsigned)) for unsigned in drawn]
    digests = files.keep_all([signed for signed, _unsigned in papers], kind="application/pdf")
    CertificateFile.everything.bulk_create(
        (
            CertificateFile(certificate=row, digest=digest, unsigned_digest=unsigned, renderer=typst_version())
            for row, digest, (_signed, unsigned) in zip(rows, digests, papers, strict=True)
        ),
        ignore_conflicts=True,
    )
    return len(rows)


@cache
def _drawers() -> ThreadPoolExecutor:
    """Threads that keep their drawing board; made after a worker has forked."""
    return ThreadPoolExecutor(DRAWERS, thread_name_prefix="certificates")


def draw(certificate: Certificate) -> bytes:
    """The unsigned bytes: the same for the same certificate, today and in ten years (L68)."""
    return render_pdf(facts_of(certificate), template=certificate.facts.get("template", 1))


def facts_of(certificate: Certificate) -> CertificateFacts:
    """What the certificate prints, from its own frozen facts only: renaming a person changes nothing (L68)."""
    facts, who, signs = certificate.facts, certificate.identity, certificate.signatory
    return CertificateFacts(
        number=certificate.number, code=rules.show_code(certificate.code), holder_name=who.name,
        holder_number=mask_number(who.number) if who.number else "", holder_post=who.post, agency_name=who.agency_name,
        course_title=facts["course"], release_label=str(facts["release"]), jp=Decimal(facts["jp"]),
        completed_on=date.fromisoformat(facts["completed_on"]), run_name=facts["run"], issuer_name=facts["issuer"],
        place=signs.place if signs else "", signatory_name=signs.name if signs else facts["issuer"],
        signatory_title=signs.title if signs else "",
        verify_url=verify_address(certificate.code),
        modules=tuple((title, Decimal(jp)) for title, jp in facts["modules"]), is_demo=facts["is_demo"],
        certified_signature=False,
    )  # fmt: skip


def forget_papers(payload: dict) -> None:
    """Files that print the name of an erased person go; digests stay, so that her own copy is recognised."""
    rows = CertificateFile.everything.filter(certificate__record__learner=payload["person"])
    for digest in rows.values_list("digest", flat=True):
        files.forget(digest)


def start_render_run(*, run: CourseRun, by: User) -> LongJob:
    """Make the missing files of a whole run, as a job with a page of its own."""
    total = queries.without_file(run.pk).count()
    title = _("Certificates of %(run)s") % {"run": run.name}
    payload = {"run": run.pk, "title": title, "back": f"/angkatan/{run.uuid}/"}
    return jobs.start(kind="certificates", by=by, agency_id=run.agency_id, payload=payload, total=total)


def render_run(job: LongJob) -> Iterator[int]:
    """Step by step; stopped in the middle and started again it goes on with those that lack a file (C08)."""
    _refuse_other_agencies(job)
    lacking = queries.without_file(job.payload["run"])
    job.total = max(job.total, job.done + lacking.count())
    done = job.total - lacking.count()
    while keys := list(lacking.values_list("pk", flat=True)[:STEP]):
        render_many(keys)
        done = min(job.total, done + len(keys))
        yield done
    _tell(job)


def _refuse_other_agencies(job: LongJob) -> None:
    """The job's own numbers are no proof: who asked must serve the run's agency now, not only then (Z12, I15)."""
    owner = User.everything.filter(pk=job.owner_id, is_active=True).first()
    served = queries.runs_served(owner).filter(pk=job.payload["run"], agency=job.agency_id) if owner else None
    if served is None or not served.exists():
        raise RecordRefused(_("Whoever asked for these certificates does not serve the agency of the run."))


def _tell(job: LongJob) -> None:
    owner = User.everything.filter(pk=job.owner_id).exclude(person=None).first()
    if owner:
        notify(
            person_id=owner.person_id, kind="job", key=str(job.uuid),
            text=gettext_noop("%(title)s: all files are ready."), params={"title": job.payload["title"]},
            url=job.payload["back"],
        )  # fmt: skip
