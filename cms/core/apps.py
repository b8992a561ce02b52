from django.apps import AppConfig
from django.db.models.signals import post_migrate

from cms.core import parts


class CoreConfig(AppConfig):
    name = "cms.core"
    label = "core"

    def ready(self):
        from cms.core import sealed

        parts.load(self, "bulk", "checks", "jobs")

        # After every migration: SQLite's table rebuilds drop triggers without a word.
        post_migrate.connect(sealed.install_after_migrate, dispatch_uid="sealed")
