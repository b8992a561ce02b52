"""The dictionary: frameworks, releases, competencies, levels. Courses claim them; people's standing lies in talent."""

import uuid

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Framework(models.Model):
    key = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=200, blank=True)
    everything = models.Manager()


class FrameworkRelease(models.Model):
    """A published wording of a framework; its items never change afterwards."""

    append_only = True

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField()
    published_on = models.DateField()
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="framework_release_numbered_once")]


class Competency(models.Model):
    """The lasting identity of a competency (M.5), whatever its wording."""

    class Kind(models.TextChoices):
        MANAGERIAL = "manajerial", _("managerial")
        SOCIOCULTURAL = "sosial_kultural", _("socio-cultural")
        TECHNICAL = "teknis", _("technical")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=15, choices=Kind)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    definition = models.TextField(blank=True)
    everything = models.Manager()

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name

    @property
    def label(self) -> str:
        """The name in the language of the screen, where it has one."""
        return self.name_en if get_language() == "en" and self.name_en else self.name


class LevelText(models.Model):
    """One level of one competency in one release: description and behaviour indicators."""

    append_only = True

    release = models.ForeignKey(FrameworkRelease, models.PROTECT, related_name="levels")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField()
    statement = models.TextField()
    indicators = models.JSONField(default=list)
    everything = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "competency", "level"], name="level_text_once_per_release"),
            models.CheckConstraint(name="level_text_between_1_and_5", condition=models.Q(level__range=(1, 5))),
        ]
