"""The public catalogue and course page: plain views of Releases, never of pages."""

from urllib.parse import urlencode

from django.http import Http404
from django.views.decorators.http import require_safe

from cms.core.hooks import sections_of
from cms.core.public import kept_page, public_page
from cms.core.text import search_words
from lms.catalogue import queries

LONGEST_CODE = 60
MOST_PAGES = 10_000


def _wanted(data) -> queries.Wanted:
    """What the address asks for; a value that means nothing narrows nothing."""
    competency = data.get("kompetensi", "")[:LONGEST_CODE]
    return queries.Wanted(
        words=search_words(data.get("q", "")),
        agency=data.get("instansi", "")[:LONGEST_CODE],
        competency=competency if competency.replace(".", "").isalnum() else "",
        load=data.get("jp", "") if data.get("jp") in queries.LOADS else "",
        open_now=data.get("buka") == "1",
    )


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and 0 < int(typed[:9]) <= MOST_PAGES else 1


@require_safe
@public_page
def catalogue(request):
    wanted = _wanted(request.GET)
    page = queries.catalogue_page(wanted, _number(request.GET.get("page", "")))
    kept = {
        "q": wanted.words,
        "instansi": wanted.agency,
        "kompetensi": wanted.competency,
        "jp": wanted.load,
        "buka": "1" if wanted.open_now else "",
    }
    query = urlencode({name: value for name, value in kept.items() if value})
    context = {
        "page": page,
        "total": page.paginator.count,
        "wanted": wanted,
        "query": f"{query}&" if query else "",
        "section": "courses",
        **queries.catalogue_choices(),
    }
    return kept_page(request, "catalogue/list.html", context)


@require_safe
@public_page
def course(request, slug):
    row = queries.public_course(slug)
    if row is None:
        raise Http404
    release = queries.release_by_id(row.current_release_id)
    context = {
        "course": row,
        "release": release,
        "competencies": queries.competencies_of(release),
        "section": "courses",
        "sections": sections_of("course", request, row),
        "main_sections": sections_of("course_main", request, row),
    }
    return kept_page(request, "catalogue/course.html", context)
