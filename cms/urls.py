"""All addresses. Indonesian at /, English at /en/ (design 3.18)."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from cms.directory.urls import ADMIN_DOOR_URLS
from cms.pages import views as pages

urlpatterns = [
    path("healthz", pages.healthz, name="healthz"),
    path("tata-kelola/", include(ADMIN_DOOR_URLS)),
    # Before Wagtail's own addresses of the same names.
    path("tata-kelola/choose-page/", pages.choose_page, name="wagtailadmin_choose_page"),
    path("tata-kelola/jsi18n/", pages.editor_words, name="wagtailadmin_javascript_catalog"),
    path("tata-kelola/", include(wagtailadmin_urls)),
    path("dokumen/<int:document_id>/<path:document_filename>", pages.document, name="wagtaildocs_serve"),
    path("berkas/<path:path>", pages.picture, name="picture"),
]
urlpatterns += i18n_patterns(
    # Asked most, so asked first: an address is compared with one pattern after the other.
    path("", include("lms.assessment.urls")),
    path("", include("lms.player.urls")),
    path("", include("cms.pages.urls")),
    path("akun/", include("cms.directory.urls")),
    path("", include("lms.competencies.urls")),
    path("", include("lms.catalogue.urls")),
    path("", include("lms.enrolment.urls")),
    path("", include("lms.records.urls")),
    path("", include("talent.profiles.urls")),
    prefix_default_language=False,
)
handler400 = "cms.pages.views.bad_request"
handler403 = "cms.pages.views.refused"
handler404 = "cms.pages.views.missing"
handler500 = "cms.pages.views.broken"
