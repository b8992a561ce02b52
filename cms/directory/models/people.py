"""People with dated numbers and assignments, and the words that describe them at one moment."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory.models.accounts import Grant
from cms.directory.models.dated import DatedQuerySet
from cms.directory.models.places import Agency, OrgUnit, Position
from cms.directory.models.scope import reached, served


class PersonQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """Oneself; the people an HR grant covers; people in reach by a dated row (superior, auditor, mentor)."""
        return self.filter(Q(pk=user.person_id) | served(user, *Grant.HR_ROLES) | reached(user))

    def served_by(self, user):
        """People whom the user looks after for HR: what lists, exports and codes are about."""
        return self.filter(served(user, *Grant.HR_ROLES), merged_into=None)


class Person(models.Model):
    """A civil servant or partner. Exists before she signs in; her records outlive her account (design 3.1)."""

    class Employment(models.TextChoices):
        PNS = "pns", _("PNS")
        PPPK = "pppk", _("PPPK")
        EXTERNAL = "external", _("external")

    # SIASN's codes of the legal status; others are on unpaid leave, suspended, retired.
    ACTIVE, ON_STUDY_LEAVE = "01", "03"
    IN_SERVICE = (ACTIVE, ON_STUDY_LEAVE)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=200)
    employment = models.CharField(max_length=8, choices=Employment, default=Employment.PNS)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="people")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True, related_name="people")
    position = models.ForeignKey(Position, models.PROTECT, null=True, blank=True, related_name="holders")
    grade = models.CharField(max_length=8, blank=True)
    legal_status = models.CharField(max_length=2, default="01")
    birth_date = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(PersonQuerySet)()
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["agency", "name"], name="person_by_agency_and_name")]
        constraints = [models.CheckConstraint(name="person_not_merged_into_self", condition=~Q(merged_into=F("pk")))]

    def __str__(self):
        return self.name

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


class PersonNumber(models.Model):
    """A number a person is known by, with validity: a PPPK who becomes PNS keeps her record."""

    class Kind(models.TextChoices):
        NIP = "nip", _("NIP")
        NI_PPPK = "nipppk", _("NI PPPK")
        EXTERNAL = "external", _("external number")

    person = models.ForeignKey(Person, models.PROTECT, related_name="numbers")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=40)
    valid_from = models.DateField(default="1945-08-17")
    valid_to = models.DateField(null=True, blank=True)
    everything = models.Manager.from_queryset(DatedQuerySet)()

    class Meta:
        constraints = [
            # A number names one person, for ever.
            models.UniqueConstraint(fields=["kind", "value"], name="person_number_names_one_person"),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(valid_to=None),
                name="person_number_one_open_of_each_kind",
            ),
        ]
        indexes = [models.Index(fields=["value"], name="person_number_by_value")]


class Assignment(models.Model):
    """Where a person served, from when to when. `Person.agency` and `position` repeat the open definitive one."""

    class Kind(models.TextChoices):
        DEFINITIVE = "D", _("definitive")
        ACTING = "PLT", _("acting")
        DAILY = "PLH", _("daily acting")

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    agency = models.ForeignKey(Agency, models.PROTECT)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True)
    position = models.ForeignKey(Position, models.PROTECT, null=True)
    kind = models.CharField(max_length=3, choices=Kind, default=Kind.DEFINITIVE)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(DatedQuerySet)()

    class Meta:
        constraints = [
            # Nobody serves definitively in two places at once.
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind="D", valid_to=None),
                name="assignment_one_open_definitive",
            ),
            models.CheckConstraint(
                name="assignment_ends_after_it_starts",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
        ]


class Identity(models.Model):
    """Name, number, post and agency as at one moment: what sealed rows point to. Blanked only by ``erase()``."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="identities")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=40)
    post = models.CharField(max_length=200)
    agency_name = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)
    everything = models.Manager()

    class Meta:
        constraints = [
            # The same words about the same person are one row.
            models.UniqueConstraint(fields=["person", "digest"], name="identity_one_row_per_wording"),
        ]


class ErasureEntry(models.Model):
    """What was erased, when, on whose word. A restore replays it (S02)."""

    append_only = True

    person_uuid = models.UUIDField()
    what = models.CharField(max_length=60)
    kept = models.JSONField(default=list)
    by_id = models.BigIntegerField(null=True)
    approved_by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()
