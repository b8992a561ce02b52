from django.apps import AppConfig

from cms.core import parts


class RecordsConfig(AppConfig):
    name = "lms.records"
    label = "records"

    def ready(self):
        from django.utils.translation import gettext_lazy as _

        from cms.core import rulebook
        from cms.core.hooks import MenuEntry, Section, add_menu, add_section
        from lms.records import permissions
        from lms.records.rules import conversion

        parts.load(self, "checks", "receivers")
        rulebook.add_rules(conversion.CONVERSIONS)
        add_menu(MenuEntry(_("JP claims"), "records:claims", "file", 46, permissions.verifies_claims))
        add_menu(MenuEntry(_("Issued certificates"), "records:desk", "award", 60, permissions.may_see_desk))
        add_section(Section("run_tools", "records/_run_tools.html", 20, lambda request, run: {"run": run}))
