from django.urls import path

from lms.assessment import views

app_name = "assessment"
urlpatterns = [
    path("ujian/<uuid:enrolment>/", views.cover, name="cover"),
    path("ujian/kerja/<uuid:attempt>/", views.take, name="take"),
    path("ujian/kerja/<uuid:attempt>/simpan/", views.save, name="save"),
    path("ujian/kerja/<uuid:attempt>/periksa/", views.review, name="review"),
    path("ujian/kerja/<uuid:attempt>/hasil/", views.result, name="result"),
    path("ujian/kerja/<uuid:attempt>/waktu/", views.time_left, name="time_left"),
    path("angkatan/<uuid:run>/penilaian/", views.examine, name="examine"),
    path("angkatan/<uuid:run>/penilaian/soal/", views.questions, name="questions"),
    path("angkatan/<uuid:run>/penilaian/soal/<str:key>/", views.question, name="question"),
    path("penilaian/tambahan/<uuid:place>/", views.more, name="more"),
    path("penilaian/jawaban/<uuid:attempt>/", views.answers, name="answers"),
]
