"""The public home, the progress of long jobs, files of the library, the health check and the pages of refusal."""

import sys

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import JavaScriptCatalog
from wagtail.admin.localization import get_localized_response
from wagtail.admin.views.chooser import BrowseView

from cms.core import busy, files, jobs
from cms.core.hooks import sections_of
from cms.core.public import kept_page, public_page
from cms.core.serving import file_response
from cms.directory.api import person_required, work_context
from cms.pages import queries
from cms.pages.permissions import Scope


@require_safe
@public_page
def home(request):
    return kept_page(request, "pages/home.html", {"sections": sections_of("public_home", request)})


@require_safe
@public_page
def help_centre(request):
    return _words(request, "help", section="help")


@require_safe
@public_page
def accessibility(request):
    return _words(request, "accessibility")


@require_safe
@public_page
def privacy(request):
    return _words(request, "privacy")


@require_safe
@public_page
def site_pages(request):
    """What keepers of the site have written for everybody."""
    return kept_page(request, "pages/site_pages.html", {"pages": queries.site_pages()})


@require_safe
@public_page
def site_page(request, path):
    page = queries.site_page(path)
    if page is None:
        raise Http404
    return kept_page(request, "pages/site_page.html", {"shown": page})


def _words(request, name: str, **context):
    """A page of prose: each language has its own text, written, not translated line by line."""
    language = "en" if (get_language() or "").startswith("en") else "id"
    return kept_page(request, f"pages/{name}_{language}.html", context)


def _own_job(request, uuid):
    job = jobs.own(request.user, uuid)
    if job is None:
        raise Http404
    return job


@require_safe
@person_required
def job(request, uuid):
    """How far a long job is. It goes on when this page is closed."""
    row = _own_job(request, uuid)
    if request.GET.get("bagian"):
        return render(request, "pages/_job.html", {"job": row})
    return render(request, "pages/job.html", {**work_context(request), "job": row})


@require_POST
@person_required
def job_again(request, uuid):
    row = _own_job(request, uuid)
    jobs.again(row)
    return redirect("pages:job", row.uuid)


@require_safe
@person_required
def job_result(request, uuid):
    """The file a job made, always as an attachment (I16)."""
    row = _own_job(request, uuid)
    if not row.result_digest:
        raise Http404
    response = HttpResponse(files.read(row.result_digest), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, row.payload.get("file_name", "hasil"))
    return response


@require_safe
def document(request, document_id, document_filename):
    """A file of a library, for those who work with it; learners get the frozen copy of their release (Z11)."""
    row = get_object_or_404(queries.documents_of(request.user), pk=document_id)
    if row.filename != document_filename:
        raise Http404
    return file_response(request, row.file.open("rb"), kind=row.content_type, name=row.filename)


@require_safe
def picture(request, path):
    """A picture of a library or one of its sizes: what the admin's lists, choosers and previews show."""
    file = queries.picture_of(request.user, path)
    if file is None:
        raise Http404
    return file_response(request, file.open("rb"), kind=queries.picture_kind(path), name=path.rsplit("/", 1)[-1])


class EditorWords(JavaScriptCatalog):
    """What Wagtail's scripts say: its own catalogue, and ours where it has none."""

    packages = ["wagtail.admin"]

    def get_paths(self, packages):
        return [*super().get_paths(packages), *(str(folder) for folder in settings.LOCALE_PATHS)]


def editor_words(request):
    return get_localized_response(EditorWords.as_view(), request)


def choose_page(request):
    """Wagtail's page chooser, begun at the person's own desk: where it would begin names pages of others."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    start = Scope(request.user).start()
    if start is None:
        raise Http404
    return BrowseView.as_view()(request, parent_page_id=start.pk)


def healthz(request):
    """Alive and able to read: for load balancers. Says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def refused(request, exception=None):
    return render(request, "403.html", status=403)


def missing(request, exception=None):
    return render(request, "404.html", status=404)


def forged(request, reason=""):
    """A form without its token: as any other refusal, in our frame."""
    return refused(request)


def broken(request):
    """A fault of ours; or, around a view, a database that was busy for a moment."""
    if answer := busy.answer(request, sys.exc_info()[1]):
        return answer
    return render(request, "500.html", status=500)
