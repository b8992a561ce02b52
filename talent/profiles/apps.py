from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProfilesConfig(AppConfig):
    name = "talent.profiles"
    label = "profiles"

    def ready(self):
        from cms.core.hooks import MenuEntry, add_menu
        from cms.directory.permissions import may_review_people
        from talent.profiles import receivers  # noqa: F401  connects on import

        add_menu(MenuEntry(_("My profile"), "profiles:me", "target", 45, _has_person))
        add_menu(MenuEntry(_("Talent"), "profiles:people", "users", 30, may_review_people))


def _has_person(user) -> bool:
    return user.person_id is not None
