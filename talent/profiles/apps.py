from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "talent.profiles"
    label = "profiles"

    def ready(self):
        from talent.profiles import receivers  # noqa: F401  connects on import
