"""Facts of learning that leave the storey. Past tense, ids and dates only (style 6.8)."""

from dataclasses import dataclass

from django.dispatch import Signal

released, enrolled, completed, claimed, withdrawn = Signal(), Signal(), Signal(), Signal(), Signal()


@dataclass(frozen=True)
class CourseReleased:
    release_id: int
    course_id: int


@dataclass(frozen=True)
class Enrolled:
    enrolment_id: int
    learner_id: int


@dataclass(frozen=True)
class CourseCompleted:
    record_id: int
    learner_id: int


@dataclass(frozen=True)
class CompetenciesClaimed:
    record_id: int
    claim_ids: tuple[int, ...]


@dataclass(frozen=True)
class CertificateWithdrawn:
    record_id: int
    certificate_id: int
