"""The frozen Release that learners get, and what it is made of."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager, ScopedQuerySet
from lms.catalogue.models.desks import Course


class ContentBlob(models.Model):
    """Frozen content, known by its digest: an unchanged unit costs nothing in the next release."""

    append_only = True

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    everything = models.Manager()


class ReleaseQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        return self.filter(course__in=Course.everything.visible_to(user))


class Release(models.Model):
    """An immutable version of a course: outline, rules, units, questions, JP, digest."""

    append_only = True

    class Kind(models.TextChoices):
        MINOR = "minor", _("minor")
        MAJOR = "major", _("major")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    course = models.ForeignKey(Course, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=5, choices=Kind)
    title = models.CharField(max_length=200)
    promise = models.CharField(max_length=300)
    jp = models.DecimalField(max_digits=5, decimal_places=1)
    minutes = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    outline = models.JSONField()
    rules = models.JSONField()
    exam = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    covered = models.JSONField(default=dict)
    released_by = models.ForeignKey("directory.User", models.PROTECT, related_name="+")
    released_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(ReleaseQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="release_numbered_once"),
            models.CheckConstraint(name="release_jp_positive", condition=Q(jp__gt=0)),
        ]

    def __str__(self):
        return f"{self.title} {self.number}"

    @cached_property
    def units(self) -> list[dict]:
        """Units in reading order: {key, title, minutes, required, blob, module}."""
        return [unit for module in self.outline for unit in module["units"]]

    @property
    def requires(self) -> list[dict]:
        """Courses to complete before enrolling: {course (uuid), slug, title}. Older releases name none."""
        return self.facts.get("requires", [])


class ReleaseUnit(models.Model):
    append_only = True

    release = models.ForeignKey(Release, models.PROTECT, related_name="frozen_units")
    unit_key = models.UUIDField()
    ordinal = models.PositiveSmallIntegerField()
    required = models.BooleanField()
    blob = models.ForeignKey(ContentBlob, models.PROTECT)
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "unit_key"], name="release_unit_once")]


class ReleaseFile(models.Model):
    """A picture, video or file that a release holds, by content. The right to the release is the right to it (Z11)."""

    append_only = True

    release = models.ForeignKey(Release, models.PROTECT, related_name="files")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=150, blank=True)
    type = models.CharField(max_length=100)
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "release"], name="release_file_once")]


class QuestionVersion(models.Model):
    """One wording of a question. Editing a used question makes the next number."""

    append_only = True

    class Kind(models.TextChoices):
        SINGLE = "single", _("single choice")
        MULTIPLE = "multiple", _("multiple choice")
        TRUE_FALSE = "truefalse", _("true or false")
        NUMERIC = "numeric", _("number")

    course = models.ForeignKey(Course, models.PROTECT, related_name="question_versions")
    question_key = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    competency = models.CharField(max_length=20)
    difficulty = models.CharField(max_length=10)
    body = models.JSONField()
    key = models.JSONField()
    digest = models.CharField(max_length=64)
    everything = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "question_key", "number"], name="question_version_numbered_once")
        ]


class ReleaseQuestion(models.Model):
    """The frozen pool: which version stands in which unit or exam cell.

    ``unit_key``: where a check stands; for an exam question, what to read again.
    """

    append_only = True

    release = models.ForeignKey(Release, models.PROTECT, related_name="pool")
    version = models.ForeignKey(QuestionVersion, models.PROTECT)
    use = models.CharField(max_length=5)
    unit_key = models.UUIDField(null=True)
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "version", "use"], name="release_question_once")]
