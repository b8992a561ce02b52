"""Writes about people and rights. Each verb: transaction, rule, row, audit."""

from cms.directory.services.accounts import (
    approve_code,
    code_ends,
    deactivate,
    end_session,
    end_sessions,
    forget_expired_sessions,
    give_code,
    password_changed,
    reopen,
    session_name,
    sessions_of,
    set_email,
    set_language,
    signed_in,
    use_code,
)
from cms.directory.services.beginning import open_first_account
from cms.directory.services.erasing import erase, replay_erasures
from cms.directory.services.notices import notify, read_notices, send_notice_mail
from cms.directory.services.people import add_person, change_person, identity_of, transfer
from cms.directory.services.reaches import ask_to_see, reach, settle_superiors
from cms.directory.services.requests import (
    answer_request,
    approve_erasure,
    ask_about_data,
    refuse_request,
    take_back,
)
from cms.directory.services.rights import desk_group, grant, project_groups, revoke, withdraw
from cms.directory.services.units import (
    add_position,
    add_unit,
    change_position,
    change_unit,
    close_unit,
)

__all__ = [
    "add_person", "add_position", "add_unit", "answer_request", "approve_code", "code_ends",
    "approve_erasure", "ask_about_data", "ask_to_see", "change_person",
    "change_position", "change_unit", "close_unit", "deactivate", "desk_group", "end_session", "end_sessions", "erase",
    "forget_expired_sessions",
    "give_code", "grant", "identity_of", "notify", "open_first_account", "password_changed",
    "project_groups", "reach", "read_notices",
    "refuse_request", "reopen", "replay_erasures", "revoke", "send_notice_mail", "session_name", "sessions_of",
    "set_email", "set_language", "signed_in", "settle_superiors", "take_back", "transfer", "use_code", "withdraw",
]  # fmt: skip
