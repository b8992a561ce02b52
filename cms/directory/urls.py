"""Addresses below akun/. The names of the door are allauth's own, so that what it reverses arrives here."""

from django.urls import include, path
from django.views.generic import RedirectView

from cms.directory.views import account, people, requests, roles, rules, trail, units, unsent
from cms.directory.views import door as entry

desk = [
    path("", account.my_account, name="account"),
    path("kode/", account.use_code, name="use_code"),
    path("sesi/", account.sessions, name="sessions"),
    path("sesi/akhiri/", account.end_session, name="end_session"),
    path("bahasa/", account.set_language, name="set_language"),
    path("kabar/", account.notices, name="notices"),
    path("kabar/dibaca/", account.read_notices, name="read_notices"),
    path("kabar/<uuid:notice_uuid>/", account.open_notice, name="open_notice"),
    path("belum-terkirim/", unsent.unsent_form, name="unsent"),
    path("belum-terkirim/kirim/", unsent.send_unsent, name="send_unsent"),
    path("belum-terkirim/buang/", unsent.discard_unsent, name="discard_unsent"),
    path("data/", requests.own_data, name="own_data"),
    path("data/berkas/", requests.own_data_file, name="own_data_file"),
    path("data/<uuid:request_uuid>/batal/", requests.take_back, name="take_back"),
    path("permintaan/", requests.data_requests, name="data_requests"),
    path("permintaan/<uuid:request_uuid>/", requests.data_request, name="data_request"),
    path("permintaan/<uuid:request_uuid>/jawab/", requests.answer_request, name="answer_request"),
    path("permintaan/<uuid:request_uuid>/tolak/", requests.refuse_request, name="refuse_request"),
    path("permintaan/<uuid:request_uuid>/hapus/", requests.approve_erasure, name="approve_erasure"),
    path("pegawai/", people.people, name="people"),
    path("pegawai/tambah/", people.add_person, name="add_person"),
    path("pegawai/<uuid:person_uuid>/", people.person_door, name="person_door"),
    path("pegawai/<uuid:person_uuid>/ubah/", people.change_person, name="change_person"),
    path("pegawai/<uuid:person_uuid>/mutasi/", people.move_person, name="move_person"),
    path("pegawai/<uuid:person_uuid>/surel/", people.set_email, name="set_email"),
    path("pegawai/<uuid:person_uuid>/kode/", people.give_code, name="give_code"),
    path("pegawai/<uuid:person_uuid>/tutup/", people.deactivate, name="deactivate"),
    path("pegawai/<uuid:person_uuid>/buka/", people.reopen, name="reopen"),
    path("kode-menunggu/", people.waiting_codes, name="waiting_codes"),
    path("kode-menunggu/<uuid:code_uuid>/", people.approve_code, name="approve_code"),
    path("unit/", units.units, name="units"),
    path("unit/tambah/", units.add_unit, name="add_unit"),
    path("unit/<uuid:unit_uuid>/", units.unit, name="unit"),
    path("unit/<uuid:unit_uuid>/ubah/", units.change_unit, name="change_unit"),
    path("unit/<uuid:unit_uuid>/tutup/", units.close_unit, name="close_unit"),
    path("unit/<uuid:unit_uuid>/jabatan/", units.add_position, name="add_position"),
    path("jabatan/<uuid:position_uuid>/", units.position, name="position"),
    path("peran/", roles.grants, name="grants"),
    path("peran/beri/", roles.give_role, name="give_role"),
    path("peran/<uuid:grant_uuid>/akhiri/", roles.withdraw_role, name="withdraw_role"),
    path("pengaturan/", rules.rules, name="rules"),
    path("pengaturan/<slug:key>/", rules.change, name="change_rule"),
    path("pengaturan/<slug:key>/untuk-semua/", rules.follow_for_all, name="follow_rule_for_all"),
    path("jejak/", trail.acts, name="acts"),
    path("jejak/dilihat/", trail.looks, name="looks"),
]
door = [
    path("masuk/", entry.sign_in, name="account_login"),
    path("keluar/", entry.sign_out, name="account_logout"),
    path("ditutup/", entry.closed, name="account_inactive"),
    path("pastikan/", entry.confirm_password, name="account_reauthenticate"),
    path("kata-sandi/", entry.change_password, name="account_change_password"),
    # Who has no password, or has lost it, gets a code from HR.
    path("kata-sandi/lupa/", account.use_code, name="account_reset_password"),
    path("kata-sandi/buat/", account.use_code, name="account_set_password"),
    path("dua-langkah/", entry.second_step_page, name="mfa_index"),
    path("dua-langkah/masuk/", entry.second_step, name="mfa_authenticate"),
    path("dua-langkah/pastikan/", entry.second_step_again, name="mfa_reauthenticate"),
    path("dua-langkah/pasang/", entry.set_up_second_step, name="mfa_activate_totp"),
    path("dua-langkah/lepas/", entry.take_off_second_step, name="mfa_deactivate_totp"),
    path("dua-langkah/cadangan/", entry.recovery_codes, name="mfa_view_recovery_codes"),
    path("dua-langkah/cadangan/baru/", entry.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("dua-langkah/cadangan/unduh/", entry.download_recovery_codes, name="mfa_download_recovery_codes"),
]
urlpatterns = [*door, path("", include((desk, "directory")))]

# Wagtail's own door, replaced by ours (design 3.9): cms.urls includes these before Wagtail's addresses.
ADMIN_DOOR_URLS = [
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="admin_door_login"),
    path("logout/", entry.sign_out, name="admin_door_logout"),
    path("password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("password_reset/<path:rest>", RedirectView.as_view(url="/akun/kode/")),
    # Wagtail's account page would change password and e-mail past the rules of the door.
    path("account/", RedirectView.as_view(pattern_name="directory:account")),
    path("account/<path:rest>", RedirectView.as_view(url="/akun/")),
]
