from django.urls import include, path

from lms.catalogue.views import desk, importing, outline, preview, public, questions, review

app_name = "catalogue"
DESK_URLS = [
    path("", desk.desk, name="desk"),
    path("baru/", outline.desk_new, name="desk_new"),
    path("impor/", importing.desk_import, name="desk_import"),
    path("impor/contoh.zip", importing.import_example, name="import_example"),
    path("impor/<uuid:draft_uuid>/", importing.import_preview, name="import_preview"),
    path("<uuid:course_uuid>/", desk.desk_course, name="desk_course"),
    path("<uuid:course_uuid>/unit/<uuid:unit_key>/", preview.desk_preview, name="desk_preview"),
    path("<uuid:course_uuid>/susunan/pindah/", outline.outline_move, name="outline_move"),
    path("<uuid:course_uuid>/susunan/modul/", outline.outline_module, name="outline_module"),
    path("<uuid:course_uuid>/susunan/unit/", outline.outline_unit, name="outline_unit"),
    path("<uuid:course_uuid>/soal/", questions.questions, name="questions"),
    path("<uuid:course_uuid>/soal/baru/<slug:kind>/", questions.question_new, name="question_new"),
    path("<uuid:course_uuid>/soal/<str:key>/", questions.question, name="question"),
    path("<uuid:course_uuid>/soal/<str:key>/hapus/", questions.question_delete, name="question_delete"),
    path("<uuid:course_uuid>/soal/<str:key>/kunci/", questions.take_key, name="take_key"),
    path("<uuid:course_uuid>/ujian/", questions.exam, name="exam"),
    path("<uuid:course_uuid>/ajukan/", desk.desk_submit, name="desk_submit"),
    path("<uuid:course_uuid>/keliru/<uuid:fault_uuid>/", desk.fault_settle, name="fault_settle"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/", review.review, name="review"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/setujui/", review.review_approve, name="review_approve"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/kembalikan/", review.review_return, name="review_return"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/tarik/", review.review_withdraw, name="review_withdraw"),
]
urlpatterns = [
    path("kursus/", public.catalogue, name="list"),
    path("kursus/<slug:slug>/", public.course, name="course"),
    path("meja/", include(DESK_URLS)),
]
