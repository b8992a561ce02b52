from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "cms.core"
    label = "core"

    def ready(self):
        from cms.core import checks, jobs, sealed  # noqa: F401  system checks and the sweep of jobs register on import

        # After every migration: SQLite's table rebuilds drop triggers without a word.
        post_migrate.connect(sealed.install_after_migrate, dispatch_uid="sealed")
