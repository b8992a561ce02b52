from django.urls import include, path

from lms.catalogue.views import public
from lms.catalogue.views.desk import DESK_URLS

app_name = "catalogue"
urlpatterns = [
    path("kursus/", public.catalogue, name="list"),
    path("kursus/<slug:slug>/", public.course, name="course"),
    path("meja/", include(DESK_URLS)),
]
