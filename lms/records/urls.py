from django.urls import path

from lms.records import views

app_name = "records"
urlpatterns = [
    path("periksa/", views.verify, name="verify"),
    path("periksa/<str:code>/", views.verdict, name="verdict"),
    path("capaian/", views.mine, name="mine"),
    path("sertifikat/<uuid:uuid>/", views.certificate, name="certificate"),
    path("sertifikat/<uuid:uuid>/pdf/", views.pdf, name="pdf"),
]
