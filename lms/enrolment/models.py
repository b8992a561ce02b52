"""Runs (angkatan) and places. A run pins a release; a place never oversells."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory.models import Grant, Reach
from cms.directory.models.scope import served


class RunQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """Organisers of the run's agency, facilitators of the run. Learners reach runs through the public catalogue."""
        organised = Grant.everything.live().filter(user=user, role=Grant.Role.ORGANISER)
        return self.filter(Q(agency__in=organised.values("agency")) | Q(pk__in=_classes_of(user)))

    def facilitated_by(self, user):
        """Own classes: runs of an agency where the user facilitates, if they name nobody else (robustness 5)."""
        grants = Grant.everything.live().filter(user=user, role=Grant.Role.FACILITATOR)
        named = Reach.everything.on(timezone.localdate()).filter(what=Reach.RUN)
        return self.filter(
            ~Q(uuid__in=named.values("object_uuid")) | Q(uuid__in=named.filter(user=user).values("object_uuid")),
            agency__in=grants.values("agency"),
        )

    def examined_by(self, user):
        """Runs whose exam ``user`` looks after: organisers those of their agency, facilitators their own classes."""
        organises = Grant.everything.live().filter(user=user, role=Grant.Role.ORGANISER).values("agency")
        own = CourseRun.everything.facilitated_by(user).values("pk")
        return self.filter(Q(agency__in=organises) | Q(pk__in=own))

    def public(self):
        return self.exclude(state__in=[CourseRun.State.DRAFT, CourseRun.State.CLOSED])


def _classes_of(user):
    return CourseRun.everything.facilitated_by(user).order_by().values("pk")


class CourseRun(models.Model):
    """An angkatan: a release, a window, seats. Ten runs share one release; none copies content (L49)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open for enrolment")
        RUNNING = "running", _("running")
        CLOSED = "closed", _("closed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="runs")
    release = models.ForeignKey("catalogue.Release", models.PROTECT, related_name="runs")
    agency = models.ForeignKey("directory.Agency", models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    enrol_from = models.DateField()
    enrol_until = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    timezone = models.CharField(max_length=20, default="Asia/Jakarta")
    place = models.CharField(max_length=120, blank=True)
    seats = models.PositiveIntegerField(null=True, blank=True)
    open_to_all = models.BooleanField(default=True)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    everything = models.Manager.from_queryset(RunQuerySet)()
    objects = ScopedManager()

    class Meta:
        ordering = ["-starts_on", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="run_numbered_once_per_course"),
            models.CheckConstraint(name="run_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="run_enrolment_window", condition=Q(enrol_until__gte=F("enrol_from"))),
        ]

    def __str__(self):
        return self.name

    def is_open(self, on=None) -> bool:
        day = on or timezone.localdate()
        return self.state in (self.State.OPEN, self.State.RUNNING) and self.enrol_from <= day <= self.enrol_until


class EnrolmentQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """The learner, who runs the class, and HR of the learner's agency or unit: two owners (design 3.6)."""
        organised = Grant.everything.live().filter(user=user, role=Grant.Role.ORGANISER)
        return self.filter(
            Q(learner=user.person_id)
            | Q(run__agency__in=organised.values("agency"))
            | Q(run__in=_classes_of(user))
            | served(user, *Grant.HR_ROLES, through="learner")
        )

    def open(self):
        return self.filter(state=Enrolment.State.ACTIVE)

    def seated(self):
        return self.filter(state__in=[Enrolment.State.ACTIVE, Enrolment.State.COMPLETED])


class Enrolment(models.Model):
    """One person's place on one run of a course. A second cycle never touches the first (design 3.11)."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        WAITING = "waiting", _("on the waiting list")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="enrolments")
    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="enrolments")
    release = models.ForeignKey("catalogue.Release", models.PROTECT, related_name="+")
    learner = models.ForeignKey("directory.Person", models.PROTECT, related_name="enrolments")
    agency_then = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    cycle = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField(default=timezone.now)
    units_done = models.PositiveSmallIntegerField(default=0)
    units_total = models.PositiveSmallIntegerField(default=0)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    # Where the reader was: the unit, and the part of it counted from 1 (L18).
    last_unit = models.UUIDField(null=True)
    last_part = models.PositiveSmallIntegerField(null=True)
    last_activity = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    everything = models.Manager.from_queryset(EnrolmentQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # Two clicks, or two workers, must never give one learner two places.
            models.UniqueConstraint(
                fields=["course", "learner"],
                condition=Q(state__in=["active", "waiting"]),
                name="enrolment_one_open_place_per_course",
            ),
            # A second cycle never touches the first.
            models.UniqueConstraint(fields=["course", "learner", "cycle"], name="enrolment_one_row_per_cycle"),
        ]
        indexes = [
            models.Index(fields=["run", "state"], name="enrolment_by_run"),
            models.Index(fields=["learner", "state"], name="enrolment_by_learner"),
        ]

    @property
    def percent(self) -> int:
        return 100 * self.units_done // self.units_total if self.units_total else 0


class EnrolmentEvent(models.Model):
    """What happened to a place, by whom, why. Never changed."""

    append_only = True

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="events")
    verb = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()
