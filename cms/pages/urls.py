from django.urls import path

from cms.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("bantuan/", views.help_centre, name="help"),
    path("aksesibilitas/", views.accessibility, name="accessibility"),
    path("pelindungan-data/", views.privacy, name="privacy"),
]
