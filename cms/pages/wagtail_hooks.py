"""Wagtail's admin in our colours, with a way back, and without what the gate keeps closed."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

# Menus whose addresses are not in the gate's table, or that lead to hosts other than ours.
CLOSED = {"reports", "redirects", "snippets", "help", "settings", "collections", "locales", "forms"}


@hooks.register("insert_global_admin_css")
def our_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("insert_global_admin_js")
def pickers_of_days():
    return format_html('<script src="{}"></script>', static("js/admin.js"))


@hooks.register("construct_main_menu")
def only_what_is_open(request, menu_items):
    menu_items[:] = [item for item in menu_items if request.user.is_superuser or item.name not in CLOSED]


@hooks.register("register_admin_menu_item")
def back_to_bestari():
    return MenuItem(_("Back to Bestari"), "/beranda/", name="bestari", icon_name="arrow-left", order=1)
