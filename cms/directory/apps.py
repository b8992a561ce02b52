from django.apps import AppConfig

from cms.core import parts


class DirectoryConfig(AppConfig):
    name = "cms.directory"
    label = "directory"

    def ready(self):
        parts.load(self, "checks", "receivers")
