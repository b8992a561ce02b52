"""The public home, the health check and the pages of refusal."""

import sys

from django.db import connection
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cms.core import busy
from cms.core.hooks import sections_of
from cms.core.public import public_page


@require_safe
@public_page
def home(request):
    return render(request, "pages/home.html", {"sections": sections_of("public_home", request)})


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


def _words(request, name: str, **context):
    """A page of prose: each language has its own text, written, not translated line by line."""
    language = "en" if (get_language() or "").startswith("en") else "id"
    return render(request, f"pages/{name}_{language}.html", context)


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
