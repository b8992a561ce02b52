from django.urls import path

from lms.assessment import views

app_name = "assessment"
urlpatterns = [
    path("ujian/<uuid:enrolment>/", views.cover, name="cover"),
    path("ujian/kerja/<uuid:attempt>/", views.take, name="take"),
    path("ujian/kerja/<uuid:attempt>/simpan/", views.save, name="save"),
    path("ujian/kerja/<uuid:attempt>/periksa/", views.review, name="review"),
    path("ujian/kerja/<uuid:attempt>/hasil/", views.result, name="result"),
]
