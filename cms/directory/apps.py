from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "cms.directory"
    label = "directory"

    def ready(self):
        from cms.directory import checks, receivers  # noqa: F401  the invariant registers, receivers connect on import
