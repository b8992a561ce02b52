from django.urls import path

from cms.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("bantuan/", views.help_centre, name="help"),
    path("aksesibilitas/", views.accessibility, name="accessibility"),
    path("pelindungan-data/", views.privacy, name="privacy"),
    path("halaman/", views.site_pages, name="site_pages"),
    path("halaman/<path:path>/", views.site_page, name="site_page"),
    path("pekerjaan/<uuid:uuid>/", views.job, name="job"),
    path("pekerjaan/<uuid:uuid>/ulang/", views.job_again, name="job_again"),
    path("pekerjaan/<uuid:uuid>/hasil/", views.job_result, name="job_result"),
]
