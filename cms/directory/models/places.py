"""Where people serve: regions, agencies, units, job titles, positions."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager
from cms.directory.models.dated import DatedQuerySet


class Region(models.Model):
    """A province, regency or city with its Kemendagri code (34, 34.04)."""

    class Level(models.TextChoices):
        PROVINCE = "provinsi", _("province")
        REGENCY = "kabupaten", _("regency")
        CITY = "kota", _("city")

    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=120)
    level = models.CharField(max_length=9, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    timezone = models.CharField(max_length=20)
    is_autonomous = models.BooleanField(default=True)
    population = models.PositiveIntegerField(null=True)
    everything = models.Manager()

    def __str__(self):
        return self.name


class AgencyQuerySet(DatedQuerySet):
    def visible_to(self, user):
        """Agency names are public; screens that act on an agency filter by grant as well."""
        return self


class Agency(models.Model):
    """An agency (instansi) that employs people or owns courses; partners and universities are of kind partner."""

    class Kind(models.TextChoices):
        CENTRAL = "central", _("central agency")
        PROVINCE = "province", _("provincial government")
        REGENCY = "regency", _("regency government")
        CITY = "city", _("city government")
        PARTNER = "partner", _("partner")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True)
    bkn_id = models.CharField(max_length=40, blank=True, null=True)
    quick_code = models.CharField(max_length=10, blank=True)
    klpd_code = models.CharField(max_length=10, blank=True)
    valid_from = models.DateField(default="1945-08-17")
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    timezone = models.CharField(max_length=20, default="Asia/Jakarta")
    everything = models.Manager.from_queryset(AgencyQuerySet)()
    objects = ScopedManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="agency_ends_after_it_starts",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
            # BKN's id names one agency; partners and agencies of 2024 have none.
            models.UniqueConstraint(fields=["bkn_id"], name="agency_one_per_bkn_id"),
        ]

    def __str__(self):
        return self.short_name or self.name

    @property
    def agency_id(self):
        """An agency's owner in the audit is the agency itself."""
        return self.pk


class OrgUnit(models.Model):
    """A unit inside an agency (unit kerja); a tree by parent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(default="1945-08-17")
    valid_to = models.DateField(null=True, blank=True)
    everything = models.Manager.from_queryset(DatedQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "code", "valid_from"], name="org_unit_one_per_code_and_start"),
            models.CheckConstraint(name="org_unit_not_its_own_parent", condition=~Q(parent=F("pk"))),
        ]

    def __str__(self):
        return self.name


class JobTitle(models.Model):
    """A kind of job (jabatan) with its tier: JF titles of BKN and the structural tiers."""

    class Family(models.TextChoices):
        JPT = "jpt", _("senior executive")
        ADMINISTRATOR = "administrator", _("administrator")
        SUPERVISOR = "pengawas", _("supervisor")
        FUNCTIONAL = "fungsional", _("functional")
        EXECUTOR = "pelaksana", _("executor")

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    family = models.CharField(max_length=13, choices=Family)
    tier = models.CharField(max_length=20)
    retirement_age = models.PositiveSmallIntegerField(null=True)
    everything = models.Manager()

    def __str__(self):
        return self.name


class Position(models.Model):
    """A seat for a job title in a unit of an agency."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="positions")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="positions")
    job_title = models.ForeignKey(JobTitle, models.PROTECT)
    name = models.CharField(max_length=200)
    reports_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reports")
    valid_from = models.DateField(default="1945-08-17")
    valid_to = models.DateField(null=True, blank=True)
    everything = models.Manager.from_queryset(DatedQuerySet)()

    def __str__(self):
        return self.name
