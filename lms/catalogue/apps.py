from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from cms.core import hooks


class CatalogueConfig(AppConfig):
    name = "lms.catalogue"
    label = "catalogue"

    def ready(self):
        from cms.directory.models import Grant
        from cms.directory.permissions import holds

        def writes(user):
            return holds(user, *Grant.DESK)

        hooks.add_menu(hooks.MenuEntry(_("Author's desk"), "catalogue:desk", "edit", 50, writes))
