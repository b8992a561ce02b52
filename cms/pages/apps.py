from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "cms.pages"
    label = "pages"

    def ready(self):
        from cms.core import hooks, sweeps
        from cms.pages import services

        hooks.add_group_rights(services.give_library_rights)
        sweeps.register("uploads", services.forget_unfinished_uploads)
