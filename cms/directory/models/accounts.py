"""Accounts, the rights they hold, their sessions and the codes that open them."""

import uuid
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory.models.dated import DatedQuerySet


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
    person = models.OneToOneField("directory.Person", models.PROTECT, null=True, blank=True, related_name="user")
    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(null=True, blank=True)
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_set_password = models.BooleanField(default=False)
    # Of mail; empty is the language of the site.
    language = models.CharField(
        max_length=2, blank=True, db_default="", choices=[("id", _("Indonesian")), ("en", _("English"))]
    )
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
        heads = Grant.everything.live().filter(user=user, role=Grant.Role.HR_HEAD, unit=None).values("agency")
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
    SECOND_FACTOR = (Role.PUBLISHER, Role.HR_ANALYST, Role.HR_HEAD, Role.AUDITOR, Role.MINISTRY, Role.TECHNICAL)
    DESK = (Role.AUTHOR, Role.PUBLISHER)
    SITE = (Role.MINISTRY, Role.TECHNICAL)
    # What the others do (courses, runs, certificates) belongs to an agency as a whole.
    FOR_A_UNIT = HR_ROLES

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=12, choices=Role)
    agency = models.ForeignKey("directory.Agency", models.PROTECT, related_name="grants")
    unit = models.ForeignKey("directory.OrgUnit", models.PROTECT, null=True, blank=True)
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
    """A dated right to one person or object, written by the service that knows why (design 3.6)."""

    PERSON, RUN = "person", "run"
    SUPERIOR, AUDIT, FACILITATOR = "superior", "audit", "facilitator"

    user = models.ForeignKey(User, models.PROTECT, related_name="reach")
    what = models.CharField(max_length=20)
    object_uuid = models.UUIDField(db_index=True)
    basis = models.CharField(max_length=40)
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True)
    # What an auditor wrote when she asked; shown to the person with each look.
    purpose = models.CharField(max_length=200, blank=True, db_default="")
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
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="door_codes")
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


class OpenSession(AbstractBaseSession):
    """A session with the account it belongs to: listed and ended by an index, not by decoding every open one."""

    account_id = models.BigIntegerField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls):
        return import_module(settings.SESSION_ENGINE).SessionStore
