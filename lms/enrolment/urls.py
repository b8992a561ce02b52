from django.urls import path

from lms.enrolment.views import dashboard, places, runs

app_name = "enrolment"
urlpatterns = [
    path("angkatan/", runs.runs, name="runs"),
    path("angkatan/baru/<uuid:course_uuid>/", runs.new, name="new"),
    path("angkatan/<uuid:run_uuid>/", dashboard.run, name="run"),
    path("angkatan/<uuid:run_uuid>/xlsx/", dashboard.xlsx, name="xlsx"),
    path("angkatan/<uuid:run_uuid>/csv/", dashboard.as_csv, name="csv"),
    path("angkatan/<uuid:run_uuid>/tambah/", runs.add, name="add"),
    path("angkatan/<uuid:run_uuid>/ulang/", runs.again, name="again"),
    path("angkatan/<uuid:run_uuid>/ubah/", runs.change, name="change"),
    path("angkatan/<uuid:run_uuid>/fasilitator/", runs.facilitators, name="facilitators"),
    path("angkatan/<uuid:run_uuid>/tutup/", runs.close, name="close"),
    path("angkatan/<uuid:run_uuid>/buka/", runs.reopen, name="reopen"),
    path("daftar/<uuid:run_uuid>/", places.enrol, name="enrol"),
    path("keluar/<uuid:enrolment_uuid>/", places.leave, name="leave"),
]
