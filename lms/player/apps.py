from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.core import hooks


class PlayerConfig(AppConfig):
    name = "lms.player"
    label = "player"

    def ready(self):
        def learns(user):
            return user.person_id is not None

        hooks.add_typed("player:report", lambda user, keys, typed: [(_("What is wrong here?"), typed.get("text", ""))])
        hooks.add_menu(hooks.MenuEntry(_("Home"), "player:home", "home", 10, learns))
        hooks.add_menu(hooks.MenuEntry(_("Courses"), "catalogue:list", "book", 20, learns))
        hooks.add_menu(hooks.MenuEntry(_("Help"), "pages:help", "help", 95, lambda user: True))
        hooks.add_menu(
            hooks.MenuEntry(
                _("Achievements"), "records:mine", "award", 40, learns, short=pgettext_lazy("bar", "Results")
            )
        )
