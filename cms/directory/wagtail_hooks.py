"""The directory's entries in the rail, and what Wagtail's own menu no longer offers."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from cms.core.hooks import MenuEntry, add_menu
from cms.directory.permissions import gives, may_review_people, reads_trail, sets_rules

# Rights come from grants (design 3.8), so Wagtail's screens for them stay out of sight.
HIDDEN = {"users", "groups", "sites", "workflows", "workflow-tasks"}

add_menu(MenuEntry(_("People and accounts"), "directory:people", "users", 80, may_review_people))
add_menu(MenuEntry(_("Roles"), "directory:grants", "lock", 82, gives))
add_menu(MenuEntry(_("Audit"), "directory:acts", "list", 84, reads_trail))
add_menu(MenuEntry(_("Settings"), "directory:rules", "sliders", 86, sets_rules))
add_menu(MenuEntry(_("Account"), "directory:account", "shield", 90, lambda user: True))


@hooks.register("construct_settings_menu")
def hide_rights_menus(request, menu_items):
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN]
