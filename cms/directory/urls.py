"""Addresses below akun/. The names of the door are allauth's own, so that what it reverses arrives here."""

from django.urls import include, path
from django.views.generic import RedirectView

from cms.directory import views

desk = [
    path("", views.my_account, name="account"),
    path("kode/", views.use_code, name="use_code"),
    path("sesi/", views.sessions, name="sessions"),
    path("sesi/akhiri/", views.end_session, name="end_session"),
    path("kabar/", views.notices, name="notices"),
    path("kabar/dibaca/", views.read_notices, name="read_notices"),
    path("pegawai/", views.people, name="people"),
    path("pegawai/<uuid:person_uuid>/", views.person_door, name="person_door"),
    path("pegawai/<uuid:person_uuid>/kode/", views.give_code, name="give_code"),
    path("pegawai/<uuid:person_uuid>/tutup/", views.deactivate, name="deactivate"),
    path("kode-menunggu/", views.waiting_codes, name="waiting_codes"),
    path("kode-menunggu/<uuid:code_uuid>/", views.approve_code, name="approve_code"),
    path("peran/", views.grants, name="grants"),
    path("peran/beri/", views.give_role, name="give_role"),
    path("peran/<uuid:grant_uuid>/akhiri/", views.withdraw_role, name="withdraw_role"),
]
door = [
    path("masuk/", views.sign_in, name="account_login"),
    path("keluar/", views.sign_out, name="account_logout"),
    path("ditutup/", views.closed, name="account_inactive"),
    path("pastikan/", views.confirm_password, name="account_reauthenticate"),
    path("kata-sandi/", views.change_password, name="account_change_password"),
    # Who has no password, or has lost it, gets a code from HR.
    path("kata-sandi/lupa/", views.use_code, name="account_reset_password"),
    path("kata-sandi/buat/", views.use_code, name="account_set_password"),
    path("dua-langkah/", views.second_step_page, name="mfa_index"),
    path("dua-langkah/masuk/", views.second_step, name="mfa_authenticate"),
    path("dua-langkah/pastikan/", views.second_step_again, name="mfa_reauthenticate"),
    path("dua-langkah/pasang/", views.set_up_second_step, name="mfa_activate_totp"),
    path("dua-langkah/lepas/", views.take_off_second_step, name="mfa_deactivate_totp"),
    path("dua-langkah/cadangan/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("dua-langkah/cadangan/baru/", views.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("dua-langkah/cadangan/unduh/", views.download_recovery_codes, name="mfa_download_recovery_codes"),
]
urlpatterns = [*door, path("", include((desk, "directory")))]

# Wagtail's own door, replaced by ours (design 3.9): cms.urls includes these before Wagtail's addresses.
ADMIN_DOOR_URLS = [
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="admin_door_login"),
    path("logout/", views.sign_out, name="admin_door_logout"),
    path("password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("password_reset/<path:rest>", RedirectView.as_view(url="/akun/kode/")),
    # Wagtail's account page would change password and e-mail past the rules of the door.
    path("account/", RedirectView.as_view(pattern_name="directory:account")),
    path("account/<path:rest>", RedirectView.as_view(url="/akun/")),
]
