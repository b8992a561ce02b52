"""Site pages and the library of images and documents (custom from the first migration on)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.documents.models import AbstractDocument, Document
from wagtail.fields import RichTextField
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page


class SiteImage(AbstractImage):
    """An image with words for people who do not see it, and a licence."""

    alt = models.CharField(_("text alternative"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    admin_form_fields = (*Image.admin_form_fields, "alt", "licence")

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
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    admin_form_fields = (*Document.admin_form_fields, "licence")


class BasePage(Page):
    """What every page of ours shares. Abstract on purpose: Wagtail's swappable base page is experimental."""

    class Meta:
        abstract = True


class HomePage(BasePage):
    """The root of the site; its public face is a Django view (cms.pages.views.home)."""

    intro = RichTextField(_("introduction"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    max_count = 2
    subpage_types = ["pages.StandardPage"]


class StandardPage(BasePage):
    """A plain page: accessibility statement, data protection, help."""

    body = RichTextField(_("text"), blank=True, features=["h2", "h3", "bold", "italic", "link", "ol", "ul"])
    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["pages.HomePage", "pages.StandardPage"]
    template = "pages/standard.html"
