from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from cms.core import parts


class EnrolmentConfig(AppConfig):
    name = "lms.enrolment"
    label = "enrolment"

    def ready(self):
        from cms.core import sweeps
        from cms.core.hooks import MenuEntry, Section, add_menu, add_section
        from lms.enrolment import permissions, queries, services

        parts.load(self, "checks")
        sweeps.register("runs_near", services.tell_of_runs)

        add_menu(
            MenuEntry(label=_("Runs"), url_name="enrolment:runs", icon="cal", order=35, may=permissions.may_see_runs)
        )
        add_section(Section("course", "enrolment/_course_runs.html", 10, queries.course_section))
        add_section(Section("course_main", "enrolment/_course_leaders.html", 5, queries.leaders_section))
        add_section(Section("course_main", "enrolment/_course_next.html", 10, queries.course_section))
