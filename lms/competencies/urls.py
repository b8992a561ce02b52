from django.urls import path

from lms.competencies import views

app_name = "competencies"
urlpatterns = [
    path("kamus-kompetensi/", views.dictionary, name="dictionary"),
    path("kamus-kompetensi/<str:code>/", views.competency, name="competency"),
]
