"""Wagtail's editor, kept to drafting: nobody publishes a page there, and nobody meets another agency's desk."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks

from cms.pages.middleware import DOORS
from cms.pages.permissions import Scope
from lms.catalogue.models import CoursePage, DraftingDesk
from lms.catalogue.views import editor
from lms.catalogue.viewsets import RequiredCourses

# A release is made by a review alone (design 3.10); these would only look as if they did something.
NOT_HERE = {"action-publish", "action-unpublish", "action-submit", "action-restart-workflow", "action-cancel-workflow"}
PUBLISHING = {"publish", "unpublish"}
# Wagtail counts and lists over the whole tree in its reports, whoever asks.
UNSCOPED_MENUS = {"reports", "redirects"}
# The catalogue is public: its list, its search and the title of one of its courses ask about nobody's object.
DOORS.update({f"required_course:{name}": {} for name in ("choose", "choose_results", "chosen")})


@hooks.register("register_admin_viewset")
def chooser_of_required_courses():
    return RequiredCourses("required_course", url_prefix="kursus-wajib")


def _is_desk(page) -> bool:
    return page is not None and issubclass(page.specific_class or type(page), DraftingDesk)


@hooks.register("construct_page_action_menu")
def no_publishing_in_the_editor(menu_items, request, context):
    page = context.get("page")
    if _is_desk(page or context.get("parent_page")):
        menu_items[:] = [item for item in menu_items if item.name not in NOT_HERE]
        if isinstance(page, CoursePage):
            menu_items.append(editor.SubmitForReview())


hooks.register("before_edit_page", editor.before_edit)
hooks.register("after_edit_page", editor.after_edit)


@hooks.register("construct_page_listing_buttons")
def no_publishing_in_the_list(buttons, page, user, context=None):
    if _is_desk(page):
        endings = ("/unpublish/", "/publish/")
        buttons[:] = [b for b in buttons if not (getattr(b, "url", "") or "").split("?")[0].endswith(endings)]


@hooks.register("before_publish_page")
@hooks.register("before_unpublish_page")
def refuse_publishing(request, page):
    if not _is_desk(page):
        return None
    messages.error(request, _("A course reaches learners through a review on the author's desk."))
    return redirect("wagtailadmin_pages:edit", page.pk) if page.pk else redirect("wagtailadmin_home")


@hooks.register("before_bulk_action")
def refuse_bulk_publishing(request, action_type, objects, action):
    if action_type not in PUBLISHING or not any(isinstance(page.specific_deferred, DraftingDesk) for page in objects):
        return None
    messages.error(request, _("A course reaches learners through a review on the author's desk."))
    return redirect("wagtailadmin_home")


@hooks.register("construct_main_menu")
def hide_unscoped_menus(request, menu_items):
    menu_items[:] = [item for item in menu_items if item.name not in UNSCOPED_MENUS]


@hooks.register("construct_reports_menu")
def hide_unscoped_reports(request, menu_items):
    menu_items[:] = []


@hooks.register("construct_settings_menu")
def hide_unscoped_settings(request, menu_items):
    menu_items[:] = [item for item in menu_items if item.name not in UNSCOPED_MENUS]


@hooks.register("construct_homepage_summary_items", order=1000)  # after Wagtail has added its own
def hide_counts_of_everything(request, summary_items):
    summary_items[:] = []


@hooks.register("construct_page_chooser_queryset")
def choose_from_my_pages(pages, request):
    """The pages of my groups and the way down to them; the explorer asks the same of Wagtail's policy itself."""
    return pages if request.user.is_superuser else pages & Scope(request.user).ways()
