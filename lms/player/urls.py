from django.urls import path

from lms.player import views

app_name = "player"
urlpatterns = [
    path("beranda/", views.home, name="home"),
    path("belajar/hemat/", views.save_data, name="save_data"),
    path("belajar/angkatan/<uuid:run>/", views.look, name="look"),
    path("belajar/angkatan/<uuid:run>/<uuid:key>/", views.look, name="look_unit"),
    path("belajar/<uuid:place>/", views.resume, name="resume"),
    path("belajar/<uuid:place>/<uuid:key>/", views.unit, name="unit"),
    path("belajar/<uuid:place>/<uuid:key>/selesai/", views.finish, name="finish"),
    path("belajar/<uuid:place>/<uuid:key>/sampai/", views.reach, name="reach"),
    path("belajar/<uuid:place>/<uuid:key>/cek/", views.check, name="check"),
    path("belajar/<uuid:place>/<uuid:key>/keliru/", views.report, name="report"),
    path("belajar/<uuid:place>/tamat/", views.done, name="done"),
    path("berkas-kursus/<str:digest>/", views.file, name="file"),
]
