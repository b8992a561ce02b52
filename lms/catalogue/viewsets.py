"""The window in which an author looks for a course that must be completed first: the public catalogue, no drafts."""

from django import forms
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from lms.catalogue import queries
from lms.catalogue.blocks import course_in_catalogue, shown


class CourseFilter(BaseFilterForm):
    q = forms.CharField(label=gettext_lazy("Part of the title, the promise or the agency"), required=False)

    def filter(self, courses):
        self.search_query = self.cleaned_data["q"]
        self.is_searching = bool(self.search_query)
        return queries.released_courses(queries.Wanted(words=self.search_query), timezone.localdate())


class CoursePaginator(WagtailPaginator):
    @property
    def items_count_label(self):
        return ngettext("%(n)s course", "%(n)s courses", self.count) % {"n": self.count}


class FromTheCatalogue:
    """What the window and its list, renewed while one types, have in common."""

    filter_form_class = CourseFilter
    paginator_class = CoursePaginator
    is_multiple_choice = False

    def can_create(self):
        return False

    def get_object_list(self):
        return queries.released_courses(queries.Wanted(), timezone.localdate())

    @property
    def columns(self):
        title = TitleColumn(
            "title", label=gettext_lazy("Course"), accessor="current_release.title", get_url=self.address_of,
            link_attrs={"data-chooser-modal-choice": True},
        )  # fmt: skip
        return [title, Column("agency", label=gettext_lazy("Agency"), accessor="agency")]

    def address_of(self, course) -> str:
        return reverse(self.chosen_url_name, args=[course.slug])


class ChooseView(FromTheCatalogue, chooser.ChooseView):
    pass


class ResultsView(FromTheCatalogue, chooser.ChooseResultsView):
    pass


class ChosenView(chooser.ChosenView):
    def get_object(self, slug):
        course = course_in_catalogue(slug)
        if course is None:
            raise Http404
        return course

    def get_chosen_response_data(self, course):
        return {"id": course.slug, "title": shown(course), "edit_url": ""}


class RequiredCourses(ChooserViewSet):
    model = "catalogue.Course"
    icon = "lock"
    choose_one_text = gettext_lazy("Choose a course")
    choose_view_class = ChooseView
    choose_results_view_class = ResultsView
    chosen_view_class = ChosenView
    preserve_url_parameters = []
    register_widget = False

    def get_urlpatterns(self):
        return [
            path("", self.choose_view, name="choose"),
            path("results/", self.choose_results_view, name="choose_results"),
            path("chosen/<slug:pk>/", self.chosen_view, name="chosen"),
        ]
