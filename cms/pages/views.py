"""The public home, the health check and the pages of refusal."""

from django.db import connection
from django.http import JsonResponse
from django.shortcuts import render

from cms.core.hooks import sections_of
from cms.core.public import public_page


@public_page
def home(request):
    return render(request, "pages/home.html", {"sections": sections_of("public_home", request)})


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


def broken(request):
    return render(request, "500.html", {"request_id": getattr(request, "id", "")}, status=500)
