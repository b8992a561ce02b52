from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "lms.assessment"
    label = "assessment"

    def ready(self):
        from lms.assessment import checks, receivers  # noqa: F401  invariants and the sweep register on import
