from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from cms.core import hooks, parts


class CatalogueConfig(AppConfig):
    name = "lms.catalogue"
    label = "catalogue"

    def ready(self):
        from cms.directory.models import Grant
        from cms.directory.permissions import holds
        from lms.catalogue.models import CoursePage, UnitPage
        from lms.catalogue.panels import DeskForm, UnitDeskForm
        from lms.catalogue.queries import home_section

        parts.load(self, "checks", "receivers")
        # Wagtail looks for the form on the model, which may not import it.
        CoursePage.base_form_class, UnitPage.base_form_class = DeskForm, UnitDeskForm

        def writes(user):
            return holds(user, *Grant.DESK)

        hooks.add_menu(hooks.MenuEntry(_("Author's desk"), "catalogue:desk", "edit", 50, writes))
        hooks.add_section(hooks.Section("public_home", "catalogue/_home_courses.html", 10, home_section))
