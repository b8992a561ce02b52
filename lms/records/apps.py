from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "lms.records"
    label = "records"

    def ready(self):
        from lms.records import checks, receivers  # noqa: F401  invariants, handlers of outbox and jobs register on import
