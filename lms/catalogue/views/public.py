"""The public catalogue and course page: plain views of Releases, never of pages."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cms.core.hooks import sections_of
from cms.core.public import public_page
from cms.core.text import search_words
from lms.catalogue import queries


@require_safe
@public_page
def catalogue(request):
    words = search_words(request.GET.get("q", ""))
    courses = queries.released_courses(words)
    return render(request, "catalogue/list.html", {"courses": courses, "q": words, "section": "courses"})


@require_safe
@public_page
def course(request, slug):
    row = get_object_or_404(queries.released_courses(), slug=slug)
    context = {
        "course": row,
        "release": row.current_release,
        "section": "courses",
        "sections": sections_of("course", request, row),
    }
    return render(request, "catalogue/course.html", context)
