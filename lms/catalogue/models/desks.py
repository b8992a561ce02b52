"""Course identity and the drafting desks of its authors. Nothing here is ever served to a learner."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from cms.core.fields import DeskStreamField
from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory.models import Agency, Grant
from lms.catalogue.blocks import OUTLINE_BLOCKS, UNIT_BLOCKS


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


class DraftingDesk(Page):
    """A page that is never live: learners are served Releases (design 3.2)."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        # Whatever route tried to publish (bulk action, schedule, API), the desk stays a desk.
        self.live = False
        super().save(*args, **kwargs)


class CoursePage(DraftingDesk):
    """The course's desk: promise, outline, rules, exam. Reviewed as a whole; approval makes a Release."""

    code = models.CharField(_("code"), max_length=40)
    promise = models.CharField(
        _("promise"), max_length=300, help_text=_("One sentence: what people can do afterwards.")
    )
    jp = models.DecimalField(_("JP"), max_digits=5, decimal_places=1, default=1)
    mode = models.CharField(_("mode"), max_length=20, default="daring")
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    outcomes = models.JSONField(_("outcomes"), default=list, blank=True)
    audience = models.JSONField(_("audience"), default=list, blank=True)
    about = models.TextField(_("about"), blank=True)
    competencies = models.JSONField(_("competencies"), default=list, blank=True)
    exam = models.JSONField(_("exam"), default=dict, blank=True)
    questions = models.JSONField(_("questions"), default=list, blank=True)
    pass_score = models.PositiveSmallIntegerField(_("pass score"), default=70)
    sequential = models.BooleanField(_("units open in order"), default=True)
    outline = DeskStreamField(OUTLINE_BLOCKS, verbose_name=_("outline"), blank=True)

    parent_page_types = ["pages.HomePage", "catalogue.DeskFolder"]
    subpage_types = ["catalogue.UnitPage"]
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("code"), FieldPanel("promise"), FieldPanel("about"), FieldPanel("jp"), FieldPanel("mode")],
            heading=_("About the course"),
        ),
        MultiFieldPanel(
            [FieldPanel("outcomes"), FieldPanel("audience"), FieldPanel("competencies")], heading=_("Results")
        ),
        FieldPanel("outline"),
        MultiFieldPanel(
            [FieldPanel("pass_score"), FieldPanel("sequential"), FieldPanel("exam"), FieldPanel("questions")],
            heading=_("Rules and exam"),
        ),
    ]


class UnitPage(DraftingDesk):
    """One unit's desk. Never published on its own; the course's review covers it (design 3.10)."""

    unit_key = models.UUIDField(default=uuid.uuid4, editable=False)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    practice_minutes = models.PositiveSmallIntegerField(_("practice minutes"), default=0)
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    required = models.BooleanField(_("required"), default=True)
    body = DeskStreamField(UNIT_BLOCKS, verbose_name=_("body"), blank=True)

    parent_page_types = ["catalogue.CoursePage"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("goal"),
        MultiFieldPanel(
            [FieldPanel("minutes"), FieldPanel("practice_minutes"), FieldPanel("required")], heading=_("Time")
        ),
        FieldPanel("body"),
    ]

    def has_workflow(self):
        return False

    def get_workflow(self):
        return None

    def with_content_json(self, content):
        # A revision restored from another copy must not bring the other copy's identity with it.
        page = super().with_content_json(content)
        page.unit_key = self.unit_key
        return page


class DeskFolder(DraftingDesk):
    """The subtree of one authoring agency; its two groups have rights here and nowhere else."""

    agency = models.OneToOneField(Agency, models.PROTECT, related_name="desk")
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["catalogue.CoursePage"]
