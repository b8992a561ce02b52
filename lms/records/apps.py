from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "lms.records"
    label = "records"

    def ready(self):
        from lms.records import queries, receivers  # noqa: F401  invariants and outbox handlers register on import
