from django.urls import path

from talent.profiles import views

app_name = "profiles"
urlpatterns = [
    path("talenta/", views.people, name="people"),
    path("talenta/xlsx/", views.xlsx, name="xlsx"),
    path("talenta/tim/", views.team, name="team"),
    path("talenta/nasional/", views.national, name="national"),
    path("talenta/audit/", views.ask, name="ask"),
    path("talenta/<uuid:uuid>/", views.person, name="person"),
    path("saya/", views.me, name="me"),
    path("saya/akses/", views.access_log, name="access_log"),
]
