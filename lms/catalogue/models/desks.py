"""Course identity and the drafting desks of its authors. Nothing here is ever served to a learner."""

import uuid

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import CommentPanel, FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.models import Page, PagePermissionTester, Workflow

from cms.core.fields import DeskStreamField, LinesField, RowsField
from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory.models import Agency, Grant
from lms.catalogue.blocks import CLAIM_BLOCKS, OUTLINE_BLOCKS, REQUIRED_BLOCKS, UNIT_BLOCKS


class CourseQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """Authors, publishers and organisers see the courses of their agency."""
        roles = (*Grant.DESK, Grant.Role.ORGANISER, Grant.Role.FACILITATOR)
        return self.filter(agency__in=Grant.everything.live().filter(user=user, role__in=roles).values("agency"))

    def released(self):
        return self.exclude(current_release=None)


class Course(models.Model):
    """The identity of a course; outlives its pages (design 3.2)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="courses")
    code = models.CharField(max_length=40)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    current_release = models.ForeignKey("Release", models.PROTECT, null=True, blank=True, related_name="+")
    # The desk may be deleted; the course and its records stay.
    page = models.OneToOneField("CoursePage", models.SET_NULL, null=True, blank=True, related_name="course")
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(CourseQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="course_code_once_per_agency")]

    def __str__(self):
        return self.title


class DeskPermissions(PagePermissionTester):
    """Nobody publishes a desk, a superuser neither: learners are served Releases (design 3.2, 3.10)."""

    def can_publish(self):
        return False

    def can_publish_subpage(self):
        return False

    def can_unpublish(self):
        return False

    def can_unschedule(self):
        return False

    def can_submit_for_moderation(self):
        return self.page.has_workflow and super().can_submit_for_moderation()


class DraftingDesk(Page):
    """A page that is never live: learners are served Releases (design 3.2)."""

    # A desk has no address, no menu and no schedule; its one public face is the Release.
    promote_panels = []
    settings_panels = [CommentPanel()]
    show_in_menus_default = False
    # A draft is read on the author's desk, as its learners would; Wagtail's own preview has no template for it.
    preview_modes = []

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        # Whatever route tried to publish (bulk action, schedule, API), the desk stays a desk.
        self.live = False
        self.live_revision = None
        self.go_live_at = self.expire_at = None
        super().save(*args, **kwargs)

    def publish(self, revision, *args, **kwargs):
        """Wagtail's workflow and its schedule end here; a review alone makes a Release."""

    def permissions_for_user(self, user):
        return DeskPermissions(user, self)

    @property
    def has_workflow(self):
        return False

    def get_workflow(self):
        return None


class CoursePage(DraftingDesk):
    """The course's desk: promise, outline, rules, exam. Reviewed as a whole; approval makes a Release.

    Its outline, questions and exam have screens of their own on the author's desk (decision 7).
    """

    class Mode(models.TextChoices):
        ONLINE = "daring", _("online")
        CLASSROOM = "klasikal", _("in a classroom")
        BLENDED = "campuran", _("blended")

    code = models.CharField(_("code"), max_length=40)
    promise = models.CharField(
        _("promise"), max_length=300, help_text=_("One sentence: what people can do afterwards.")
    )
    jp = models.DecimalField(
        _("JP"), max_digits=5, decimal_places=1, default=1, help_text=_("One JP is 45 minutes of learning.")
    )
    mode = models.CharField(_("form of learning"), max_length=20, choices=Mode, default=Mode.ONLINE)
    level = models.PositiveSmallIntegerField(
        _("level"), default=1, choices=[(n, str(n)) for n in range(1, 6)], help_text=_("1 is for beginners.")
    )
    outcomes = LinesField(
        _("learning outcomes"),
        default=list,
        blank=True,
        help_text=_("One a line, each beginning with a verb: what people can do."),
    )
    audience = LinesField(_("audience"), default=list, blank=True, help_text=_("One group a line."))
    about = models.TextField(_("about"), blank=True, help_text=_("One or two paragraphs for the course page."))
    competencies = RowsField(
        CLAIM_BLOCKS,
        verbose_name=_("competencies"),
        blank=True,
        help_text=_("What a graduate's talent profile receives as evidence."),
    )
    requires = RowsField(
        REQUIRED_BLOCKS,
        verbose_name=_("required courses"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Nobody enrols before completing these."),
    )
    exam = models.JSONField(_("exam"), default=dict, blank=True)
    questions = models.JSONField(_("questions"), default=list, blank=True)
    pass_score = models.PositiveSmallIntegerField(
        _("pass score"), default=70, validators=[MaxValueValidator(100)], help_text=_("0 to 100.")
    )
    sequential = models.BooleanField(
        _("units open in order"), default=True, help_text=_("A unit opens when the one before it is done.")
    )
    outline = DeskStreamField(OUTLINE_BLOCKS, verbose_name=_("outline"), blank=True)

    parent_page_types = ["catalogue.DeskFolder"]
    subpage_types = ["catalogue.UnitPage"]
    content_panels = [
        FieldPanel("title"),
        MultiFieldPanel(
            [
                FieldPanel("promise"),
                FieldPanel("about"),
                FieldRowPanel([FieldPanel("jp"), FieldPanel("mode"), FieldPanel("level")]),
            ],
            heading=_("About the course"),
        ),
        MultiFieldPanel([FieldPanel("outcomes"), FieldPanel("audience")], heading=_("Results and audience")),
        FieldPanel("competencies"),
        FieldPanel("requires"),
        MultiFieldPanel([FieldPanel("sequential")], heading=_("Rules")),
        HelpPanel(template="catalogue/panel_desk.html", heading=_("Outline, questions and exam")),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @classmethod
    def can_create_at(cls, parent):
        # A course begins on the author's desk, which also gives it its lasting identity.
        return False

    @property
    def claims(self) -> list[dict]:
        """Claimed competencies as a Release keeps them: plain rows."""
        return RowsField.rows_of(self.competencies)

    @property
    def required_slugs(self) -> list[str]:
        """Addresses of the courses that must be completed first."""
        return [row.get("course") or "" for row in RowsField.rows_of(self.requires)]

    @property
    def has_workflow(self):
        return self.get_workflow() is not None

    def get_workflow(self):
        """The one review of a whole course; Wagtail's workflows by subtree do not reach a desk."""
        return Workflow.objects.active().filter(workflow_tasks__task__content_type__model="coursereviewtask").first()


class UnitPage(DraftingDesk):
    """One unit's desk. Never published on its own; the course's review covers it (design 3.10)."""

    unit_key = models.UUIDField(default=uuid.uuid4, editable=False)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=15,
        help_text=_("Honest minutes: words / 120, 1.5 a question, and the practice that the text describes."),
    )
    practice_minutes = models.PositiveSmallIntegerField(
        _("practice minutes"), default=0, help_text=_("Part of the minutes; the text must describe the practice.")
    )
    goal = models.CharField(
        _("goal"), max_length=300, blank=True, help_text=_("One sentence: what people can do after this unit.")
    )
    required = models.BooleanField(_("required"), default=True, help_text=_("Without it nobody completes the course."))
    body = DeskStreamField(UNIT_BLOCKS, verbose_name=_("body"), blank=True)

    parent_page_types = ["catalogue.CoursePage"]
    subpage_types = []
    content_panels = [
        FieldPanel("title"),
        FieldPanel("goal"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("minutes"), FieldPanel("practice_minutes")]), FieldPanel("required")],
            heading=_("Time"),
        ),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def save(self, *args, **kwargs):
        # A copy inside one course is another unit; a translation or a copied course keeps the keys (design 3.3).
        if self._state.adding and self.path and self._key_is_taken():
            self.unit_key = uuid.uuid4()
        super().save(*args, **kwargs)

    def _key_is_taken(self) -> bool:
        parent = self.path[: -self.steplen]
        siblings = UnitPage.objects.filter(path__startswith=parent, depth=self.depth).exclude(path=self.path)
        return siblings.filter(unit_key=self.unit_key).exists()

    def with_content_json(self, content):
        # A revision restored from another copy must not bring the other copy's identity with it.
        page = super().with_content_json(content)
        page.unit_key = self.unit_key
        return page


class DeskFolder(DraftingDesk):
    """The subtree of one authoring agency; its two groups have rights here and nowhere else."""

    agency = models.OneToOneField(Agency, models.PROTECT, related_name="desk")
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["catalogue.CoursePage"]
    is_creatable = False  # made with the first course of an agency

    class Meta:
        verbose_name = _("author's desk of an agency")
        verbose_name_plural = _("author's desks of agencies")
