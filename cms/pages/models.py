"""Site pages and the library of images and documents (custom from the first migration on)."""

import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel
from wagtail.documents.models import AbstractDocument, Document
from wagtail.fields import RichTextField
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page

from cms.core import kinds


def own_name(folder: str, filename: str) -> str:
    return f"{folder}/{uuid.uuid4().hex}{PurePosixPath(filename).suffix.lower()[:6]}"


def document_name(instance, filename: str) -> str:
    return own_name("documents", filename)


class SiteImage(AbstractImage):
    """An image with words for people who do not see it, and a licence."""

    alt = models.CharField(_("text alternative"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    # Tags are one vocabulary for the whole site: another agency's words would show (docs/decisions).
    admin_form_fields = (*[name for name in Image.admin_form_fields if name != "tags"], "alt", "licence")

    class Meta(AbstractImage.Meta):
        verbose_name, verbose_name_plural = _("image"), _("images")

    def get_upload_to(self, filename):
        """Under our own name (U06): what a person called the file is neither path nor address."""
        return own_name("original_images", filename)

    @property
    def default_alt_text(self):
        return self.alt


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            # Two workers rendering the same size must end in one row.
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="rendition_one_per_image_and_size"
            )
        ]


class SiteDocument(AbstractDocument):
    """A file to download or a video. ``shown_name`` is what people read; the file lies under our own name."""

    file = models.FileField(_("file"), upload_to=document_name)
    shown_name = models.CharField(max_length=150, blank=True, editable=False, default="", db_default="")
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    admin_form_fields = (*[name for name in Document.admin_form_fields if name != "tags"], "licence")

    class Meta(AbstractDocument.Meta):
        verbose_name, verbose_name_plural = _("document"), _("documents")

    @property
    def filename(self):
        return self.shown_name or super().filename

    @property
    def content_type(self):
        return kinds.TYPES.get(PurePosixPath(self.file.name).suffix.lstrip("."), kinds.UNKNOWN)


class Library(models.Model):
    """The one collection of an agency (design 3.8); the row without an agency belongs to the site's own pages."""

    agency = models.OneToOneField("directory.Agency", models.PROTECT, null=True, related_name="library")
    collection = models.OneToOneField("wagtailcore.Collection", models.PROTECT, related_name="library")

    class Meta:
        constraints = [
            # NULL differs from NULL: without this two first grants could make two libraries of the site.
            models.UniqueConstraint(Coalesce("agency", 0), name="library_one_per_agency_and_one_of_the_site")
        ]


class BasePage(Page):
    """What every page of ours shares. Abstract on purpose: Wagtail's swappable base page is experimental."""

    class Meta:
        abstract = True

    def get_url_parts(self, request=None):
        """Pages are shown by Django views of ours, not by Wagtail's own (docs/decisions/0054)."""
        parts = super().get_url_parts(request)
        with override(self.locale.language_code):
            address = self.address()
        return (parts[0], settings.WAGTAILADMIN_BASE_URL, address) if parts and address else parts

    def address(self) -> str:
        """Where people read it; "" for a desk, which nobody reads."""
        return ""


class HomePage(BasePage):
    """The root of the site; its public face is a Django view (cms.pages.views.home), so there is nothing to write."""

    intro = RichTextField(_("introduction"), blank=True)
    max_count = 2
    subpage_types = ["pages.StandardPage"]
    preview_modes = []

    def address(self) -> str:
        return reverse("pages:home")


class StandardPage(BasePage):
    """A plain page that keepers of the site write for everybody: about the site, an announcement."""

    body = RichTextField(_("text"), blank=True, features=["h2", "h3", "bold", "italic", "link", "ol", "ul"])
    content_panels = [
        *Page.content_panels,
        FieldPanel(
            "search_description", heading=_("summary"), help_text=_("One sentence, shown in the list of pages.")
        ),
        FieldPanel("body"),
    ]
    promote_panels = [FieldPanel("slug")]
    parent_page_types = ["pages.HomePage", "pages.StandardPage"]
    template = "pages/site_page.html"

    def address(self) -> str:
        return reverse("pages:site_page", args=[self.path_below_home])

    @property
    def path_below_home(self) -> str:
        """Where the page stands, without the home above it: "tentang/sejarah"."""
        return self.url_path.split("/", 2)[2].strip("/")

    def get_context(self, request, *args, **kwargs):
        """For the editor's preview; readers get the view."""
        from cms.pages.queries import shown  # the query knows this model

        return {**super().get_context(request, *args, **kwargs), "shown": shown(self)}
