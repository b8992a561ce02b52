from django.urls import include, path

from lms.catalogue.views import desk, importing, preview, public, review

app_name = "catalogue"
DESK_URLS = [
    path("", desk.desk, name="desk"),
    path("impor/", importing.desk_import, name="desk_import"),
    path("<uuid:course_uuid>/", desk.desk_course, name="desk_course"),
    path("<uuid:course_uuid>/unit/<uuid:unit_key>/", preview.desk_preview, name="desk_preview"),
    path("<uuid:course_uuid>/ajukan/", desk.desk_submit, name="desk_submit"),
    path("<uuid:course_uuid>/keliru/<uuid:fault_uuid>/", desk.fault_settle, name="fault_settle"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/", review.review, name="review"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/setujui/", review.review_approve, name="review_approve"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/kembalikan/", review.review_return, name="review_return"),
]
urlpatterns = [
    path("kursus/", public.catalogue, name="list"),
    path("kursus/<slug:slug>/", public.course, name="course"),
    path("meja/", include(DESK_URLS)),
]
