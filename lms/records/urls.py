from django.urls import path

from lms.records import views

app_name = "records"
urlpatterns = [
    path("periksa/", views.verify, name="verify"),
    path("periksa/berkas/", views.check_file, name="check_file"),
    path("periksa/<str:code>/", views.verdict, name="verdict"),
    path("capaian/", views.mine, name="mine"),
    path("capaian/buku-jp/", views.ledger, name="ledger"),
    path("capaian/buku-jp/<int:year>/", views.ledger, name="ledger_year"),
    path("capaian/pengajuan-jp/", views.own_claims, name="own_claims"),
    path("capaian/pengajuan-jp/<uuid:uuid>/", views.own_claim, name="own_claim"),
    path("capaian/pengajuan-jp/<uuid:uuid>/bukti/", views.proof, name="proof"),
    path("capaian/pengajuan-jp/<slug:kind>/", views.claim, name="claim"),
    path("talenta/pengajuan-jp/", views.claims, name="claims"),
    path("talenta/pengajuan-jp/<uuid:uuid>/", views.verify_claim, name="verify_claim"),
    # Beside the talent card that leads here, so that HR's own menu entry stays lit.
    path("talenta/<uuid:person_uuid>/buku-jp/", views.ledger_of, name="ledger_of"),
    path("talenta/<uuid:person_uuid>/buku-jp/<int:year>/", views.ledger_of, name="ledger_of_year"),
    path("talenta/<uuid:person_uuid>/buku-jp/<uuid:entry_uuid>/koreksi/", views.correct, name="correct_jp"),
    path("talenta/<uuid:person_uuid>/buku-jp/catat/", views.enter, name="enter"),
    path("talenta/<uuid:person_uuid>/buku-jp/catat/<slug:kind>/", views.enter, name="enter_kind"),
    path("sertifikat/terbit/", views.desk, name="desk"),
    path("sertifikat/terbit/penanda-tangan/", views.signatories, name="signatories"),
    path("sertifikat/terbit/<uuid:uuid>/", views.desk_certificate, name="desk_certificate"),
    path("sertifikat/terbit/<uuid:uuid>/usul-cabut/", views.propose, name="propose"),
    path("sertifikat/terbit/<uuid:uuid>/ganti/", views.replace, name="replace"),
    path("sertifikat/terbit/<uuid:uuid>/putuskan/", views.decide, name="decide"),
    path("angkatan/<uuid:run>/sertifikat/", views.run, name="run"),
    path("sertifikat/<uuid:uuid>/", views.certificate, name="certificate"),
    path("sertifikat/<uuid:uuid>/pdf/", views.pdf, name="pdf"),
]
