"""Records that stand up to audit: completion, JP ledger, claims, certificates."""

import uuid

from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory.models import Grant
from cms.directory.models.scope import served
from lms.enrolment.models import CourseRun
from lms.records.rules.conversion import KINDS

# Who answers for certificates in the issuing agency (robustness 5).
ISSUERS = (Grant.Role.PUBLISHER, Grant.Role.HR_HEAD)


class SignatoryQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        return self.filter(
            agency__in=Grant.everything.live().filter(user=user, role__in=ISSUERS, unit=None).values("agency")
        )

    def on(self, day):
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class PersonalQuerySet(ScopedQuerySet):
    """Facts about a person: seen by herself and by HR of her present agency or unit (design 3.6)."""

    person_field = "learner"

    def visible_to(self, user):
        own = Q(**{self.person_field: user.person_id})
        return self.filter(own | served(user, *Grant.HR_ROLES, through=self.person_field))


class CompletionRecord(models.Model):
    """A course completed: written once, in the request that completed it (L65)."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.OneToOneField("enrolment.Enrolment", models.PROTECT, related_name="record")
    learner = models.ForeignKey("directory.Person", models.PROTECT, related_name="completion_records")
    identity = models.ForeignKey("directory.Identity", models.PROTECT)
    agency_then = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="+")
    release = models.ForeignKey("catalogue.Release", models.PROTECT, related_name="+")
    cycle = models.PositiveSmallIntegerField()
    jp = models.DecimalField(max_digits=5, decimal_places=1)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    completed_at = models.DateTimeField()
    completed_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(PersonalQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "learner", "cycle"], name="completion_once_per_cycle")]


class JPQuerySet(PersonalQuerySet):
    person_field = "person"


class JPEntry(models.Model):
    """One line of the JP ledger. A correction is a counter-entry; the total is the sum (I06)."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="jp_entries")
    agency_then = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    jp = models.DecimalField(max_digits=5, decimal_places=1)
    source = models.CharField(max_length=20)
    source_uuid = models.UUIDField()
    title = models.CharField(max_length=200)
    earned_on = models.DateField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(JPQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # One source pays once; its correction points to the entry it undoes.
            models.UniqueConstraint(
                fields=["source", "source_uuid"], condition=Q(corrects=None), name="jp_once_per_source"
            ),
            models.CheckConstraint(
                name="jp_positive_unless_it_corrects",
                condition=Q(corrects=None, jp__gt=0) | Q(corrects__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["person", "year"], name="jp_by_person_and_year")]


class CompetencyClaim(models.Model):
    """What a completion says about a competency. Talent makes evidence of it; a claim is never lost (design 3.12)."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    record = models.ForeignKey(CompletionRecord, models.PROTECT, related_name="claims")
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="+")
    agency_then = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    competency = models.ForeignKey("competencies.Competency", models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    proven_by = models.CharField(max_length=200)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    claimed_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "competency"], name="claim_once_per_record_and_competency")
        ]


class Signatory(models.Model):
    """Who signs for an agency, from when to when. Never edited: another name or title is another row."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    agency = models.ForeignKey("directory.Agency", models.PROTECT, related_name="signatories")
    name = models.CharField(_("name"), max_length=200)
    title = models.CharField(_("title"), max_length=200)
    place = models.CharField(_("place"), max_length=80)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(null=True)
    by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(SignatoryQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # Two signatories at once would leave open who answers for a certificate.
            models.UniqueConstraint(
                fields=["agency"], condition=Q(valid_to=None), name="signatory_one_open_per_agency"
            ),
            models.CheckConstraint(
                name="signatory_ends_after_it_starts",
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]


class CertificateQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """The desk of issued certificates: the issuing agency's publishers and HR heads; facilitators their classes."""
        issuers = Grant.everything.live().filter(user=user, role__in=ISSUERS, unit=None).values("agency")
        return self.filter(
            Q(agency__in=issuers) | Q(record__enrolment__run__in=CourseRun.everything.facilitated_by(user))
        )


class Certificate(models.Model):
    """The core of a certificate: number and code, at once with the completion (I05). Files and events beside it."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    record = models.ForeignKey(CompletionRecord, models.PROTECT, related_name="certificates")
    agency = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    identity = models.ForeignKey("directory.Identity", models.PROTECT)
    number = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=16, unique=True)
    facts = models.JSONField()
    # A row, not a name: no sealed row holds the name of a person (design 3.5).
    signatory = models.ForeignKey(Signatory, models.PROTECT, null=True, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    issued_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(CertificateQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # One first certificate per record; every later one replaces exactly one earlier one.
            models.UniqueConstraint(
                fields=["record"], condition=Q(replaces=None), name="certificate_issued_once_per_record"
            )
        ]


class CertificateEvent(models.Model):
    append_only = True

    class Kind(models.TextChoices):
        ISSUED = "issued", _("issued")
        REPLACED = "replaced", _("replaced")
        WITHDRAWN = "withdrawn", _("withdrawn")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=9, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    by_id = models.BigIntegerField(null=True)
    second_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "kind"], name="certificate_event_once")]


class CertificateFile(models.Model):
    """The signed PDF, kept by digest: a signed file is never byte-equal when made again."""

    append_only = True

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="file")
    digest = models.CharField(max_length=64, db_index=True)
    # What was signed: drawing the same facts again must give these very bytes (L68).
    unsigned_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    renderer = models.CharField(max_length=40)
    signed_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()


class Withdrawal(models.Model):
    """A proposal to withdraw a certificate: one person proposes with a reason, another decides (robustness 5)."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for a second person")
        APPROVED = "approved", _("withdrawn")
        REFUSED = "refused", _("refused")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="withdrawals")
    reason = models.CharField(max_length=300)
    proposed_by = models.ForeignKey("directory.User", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey("directory.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=300, blank=True)
    everything = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(state="open"), name="withdrawal_one_open_per_certificate"
            ),
            models.CheckConstraint(
                name="withdrawal_two_different_people",
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
            ),
        ]


class JPClaimQuerySet(PersonalQuerySet):
    person_field = "person"

    def visible_to(self, user):
        """One's own, and those of people whose agency ``user`` serves for HR as a whole: who corrects also verifies."""
        return self.filter(Q(person=user.person_id) | Q(pk__in=self.verified_by(user).values("pk")))

    def verified_by(self, user):
        """What ``user`` may decide: never her own."""
        whole = Grant.everything.live().filter(user=user, role__in=Grant.HR_ROLES, unit=None)
        return self.filter(person__agency__in=whole.values("agency")).exclude(person=user.person_id)

    def waiting_first(self):
        """What waits on top, the oldest first; then what was decided, the latest first."""
        decided = Case(When(state=JPClaim.State.WAITING, then=0), default=1)
        return self.order_by(decided, "-decided_at", "asked_at", "pk")


class JPClaim(models.Model):
    """Learning outside Bestari for which JP are asked. Only an accepted one has a line in the ledger (L71, T23)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "back", _("taken back")

    LIVE = (State.WAITING, State.ACCEPTED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="jp_claims")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # Days or sessions, and the JP of one by the rule of that day; none where the programme says its JP (design 3.14).
    amount = models.PositiveSmallIntegerField(null=True)
    per = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    jp = models.DecimalField(max_digits=5, decimal_places=1)
    document = models.CharField(max_length=150, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=150, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey("directory.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey("directory.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    comment = models.CharField(max_length=300, blank=True)
    everything = models.Manager.from_queryset(JPClaimQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # The same activity pays once; what was refused or taken back may be asked again.
            models.UniqueConstraint(
                fields=["person", "kind", "title", "starts_on", "ends_on"],
                condition=Q(state__in=["waiting", "accepted"]), name="jp_claim_once_per_activity",
            ),
            models.CheckConstraint(name="jp_claim_days_in_order", condition=Q(ends_on__gte=models.F("starts_on"))),
            models.CheckConstraint(name="jp_claim_positive", condition=Q(jp__gt=0)),
            models.CheckConstraint(
                name="jp_claim_granted_when_accepted",
                condition=Q(state="accepted", granted__gt=0, granted__lte=models.F("jp"))
                | ~Q(state="accepted") & Q(granted=None),
            ),
            models.CheckConstraint(
                name="jp_claim_decided_when_not_waiting",
                condition=Q(state="waiting", decided_at=None) | ~Q(state="waiting") & Q(decided_at__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="jp_claim_waiting")]

    @property
    def kind_words(self) -> str:
        return str(KINDS[self.kind].label)

    @property
    def waits(self) -> bool:
        return self.state == self.State.WAITING
