from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "cms.core"
    label = "core"

    def ready(self):
        from cms.core import bulk, checks, jobs, sealed  # noqa: F401  lookup, system checks and sweep register on import

        # After every migration: SQLite's table rebuilds drop triggers without a word.
        post_migrate.connect(sealed.install_after_migrate, dispatch_uid="sealed")
