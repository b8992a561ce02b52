from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from cms.core import parts


class ProfilesConfig(AppConfig):
    name = "talent.profiles"
    label = "profiles"

    def ready(self):
        from cms.core.hooks import MenuEntry, Section, add_demo, add_menu, add_section
        from talent.profiles import queries
        from talent.profiles.management.demo import assess
        from talent.profiles.permissions import audits, has_profile, leads, may_see_people, sees_counts

        parts.load(self, "checks", "receivers")
        add_menu(MenuEntry(_("My profile"), "profiles:me", "target", 45, has_profile, short=_("Profile")))
        add_menu(MenuEntry(_("Talent"), "profiles:people", "users", 30, may_see_people))
        add_menu(MenuEntry(_("My team"), "profiles:team", "users", 35, leads, short=_("Team")))
        add_menu(MenuEntry(_("Counts"), "profiles:national", "bars", 36, sees_counts))
        add_menu(MenuEntry(_("Requests"), "profiles:ask", "search", 37, audits))
        add_section(Section("home", "profiles/_home_gaps.html", 30, queries.home_section))
        add_section(Section("ledger_over", "profiles/_to_person.html", 10, lambda request, person: {"person": person}))
        add_demo(assess)
