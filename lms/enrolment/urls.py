from django.urls import path

from lms.enrolment import views

app_name = "enrolment"
urlpatterns = [
    path("angkatan/", views.runs, name="runs"),
    path("angkatan/baru/<uuid:course_uuid>/", views.new, name="new"),
    path("angkatan/<uuid:run_uuid>/", views.run, name="run"),
    path("angkatan/<uuid:run_uuid>/tambah/", views.add, name="add"),
    path("angkatan/<uuid:run_uuid>/xlsx/", views.xlsx, name="xlsx"),
    path("daftar/<uuid:run_uuid>/", views.enrol, name="enrol"),
    path("keluar/<uuid:enrolment_uuid>/", views.leave, name="leave"),
]
