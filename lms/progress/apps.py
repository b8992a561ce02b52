from django.apps import AppConfig

from cms.core import parts


class ProgressConfig(AppConfig):
    name = "lms.progress"
    label = "progress"

    def ready(self):
        parts.load(self, "queries")
