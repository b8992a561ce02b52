from django.apps import AppConfig

from cms.core import parts


class AssessmentConfig(AppConfig):
    name = "lms.assessment"
    label = "assessment"

    def ready(self):
        from cms.core.hooks import Section, add_section

        parts.load(self, "checks", "receivers")
        # Every run has the button; without an exam the page says so. No statement is spent on asking.
        add_section(Section("run_tools", "assessment/_run_tools.html", 10, lambda request, run: {"run": run}))
