from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "lms.assessment"
    label = "assessment"

    def ready(self):
        from cms.core.hooks import Section, add_section
        from lms.assessment import checks, receivers  # noqa: F401  invariants and the sweep register on import

        # Every run has the button; without an exam the page says so. No statement is spent on asking.
        add_section(Section("run_tools", "assessment/_run_tools.html", 10, lambda request, run: {"run": run}))
