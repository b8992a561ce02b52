from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "lms.progress"
    label = "progress"

    def ready(self):
        from lms.progress import queries  # noqa: F401  the invariant registers on import
