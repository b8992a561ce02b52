from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "cms.directory"
    label = "directory"

    def ready(self):
        from cms.directory import receivers  # noqa: F401  connects on import
