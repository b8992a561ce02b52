"""Who people are: regions, agencies, persons with dated numbers and assignments, accounts, grants, reach."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager, ScopedQuerySet


class DatedQuerySet(ScopedQuerySet):
    """Rows valid in the half-open interval [valid_from, valid_to)."""

    def on(self, day=None):
        day = day or timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


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


class PersonQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """Oneself; the people of agencies where the user holds an HR grant; people in reach by a dated row."""
        today = timezone.localdate()
        return self.filter(
            Q(pk=user.person_id)
            | Q(agency__in=Grant.everything.live(today).filter(user=user, role__in=Grant.HR_ROLES).values("agency"))
            | Q(uuid__in=Reach.everything.on(today).filter(user=user, what="person").values("object_uuid"))
        )


class Person(models.Model):
    """A civil servant or partner. Exists before she signs in; her records outlive her account (design 3.1)."""

    class Employment(models.TextChoices):
        PNS = "pns", _("PNS")
        PPPK = "pppk", _("PPPK")
        EXTERNAL = "external", _("external")

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


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username=username)

    def create_user(self, username, email=None, password=None, **fields):
        user = self.model(username=username, email=email or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, email=None, password=None, **fields):
        """Break-glass only: named, time-boxed, alarmed (robustness 5)."""
        return self.create_user(username, email, password, is_superuser=True, is_staff=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Rights come from grants, never from a flag; wagtail's groups are a projection of grants."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="user")
    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(null=True, blank=True)
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_set_password = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    objects = UserManager()
    everything = models.Manager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [
            # Addresses differ by more than case: two people must never share a door.
            models.UniqueConstraint(models.functions.Lower("email"), name="user_one_account_per_email"),
        ]

    def __str__(self):
        return self.get_full_name()

    def get_full_name(self):
        return self.person.name if self.person_id else (self.first_name or self.username)

    def get_short_name(self):
        return self.get_full_name().split()[0]


class GrantQuerySet(ScopedQuerySet):
    def live(self, day=None):
        day = day or timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day, revoked_at=None)

    def visible_to(self, user):
        """HR heads see the grants of their agency; everyone sees their own."""
        heads = Grant.everything.live().filter(user=user, role=Grant.Role.HR_HEAD).values("agency")
        return self.filter(Q(user=user) | Q(agency__in=heads))


class Grant(models.Model):
    """A role of a user in an agency (or below a unit), with dates, giver and reason."""

    class Role(models.TextChoices):
        FACILITATOR = "facilitator", _("facilitator")
        AUTHOR = "author", _("author")
        PUBLISHER = "publisher", _("publisher")
        ORGANISER = "organiser", _("run organiser")
        HR_ANALYST = "hr_analyst", _("HR analyst")
        HR_HEAD = "hr_head", _("HR head")
        MINISTRY = "ministry", _("ministry programme manager")
        AUDITOR = "auditor", _("auditor")
        TECHNICAL = "technical", _("technical admin")

    HR_ROLES = (Role.HR_ANALYST, Role.HR_HEAD)
    SECOND_FACTOR = (Role.PUBLISHER, Role.HR_ANALYST, Role.HR_HEAD, Role.TECHNICAL)
    DESK = (Role.AUTHOR, Role.PUBLISHER)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=12, choices=Role)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="grants")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True)
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(GrantQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # Giving the same role twice must not make two rows to revoke. In two, because SQLite cannot say
            # NULLS NOT DISTINCT: below a unit, and for the whole agency.
            models.UniqueConstraint(
                fields=["user", "role", "agency", "unit"],
                condition=Q(revoked_at=None, unit__isnull=False),
                name="grant_one_open_of_each_in_a_unit",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "agency"],
                condition=Q(revoked_at=None, unit__isnull=True),
                name="grant_one_open_of_each",
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
            ),
        ]


class Reach(models.Model):
    """A dated right to one person or object, written by the higher app that knows why (design 3.6)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="reach")
    what = models.CharField(max_length=20)
    object_uuid = models.UUIDField(db_index=True)
    basis = models.CharField(max_length=40)
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True)
    everything = models.Manager.from_queryset(DatedQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "what", "object_uuid", "basis", "valid_from"], name="reach_one_row_per_basis"
            )
        ]


class DoorCode(models.Model):
    """A one-time code that HR hands over: to activate an account, to recover it, or to reset a lost second factor."""

    class Kind(models.TextChoices):
        ACTIVATE = "activate", _("activation")
        RECOVER = "recover", _("recovery")
        SECOND_FACTOR = "factor", _("second factor reset")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="door_codes")
    kind = models.CharField(max_length=8, choices=Kind)
    digest = models.CharField(max_length=64)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # A lost second factor needs two people: the second one approves.
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(used_at=None), name="door_code_one_open_of_each_kind"
            ),
            models.CheckConstraint(
                name="door_code_two_different_people", condition=Q(approved_by=None) | ~Q(approved_by=F("given_by"))
            ),
        ]


class NoticeQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        return self.filter(person=user.person_id)


class Notice(models.Model):
    """Something a person should know: in the app at once, by mail through the outbox."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    everything = models.Manager.from_queryset(NoticeQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="notice_said_once")]
        indexes = [models.Index(fields=["person", "-created_at"], name="notice_by_person")]
