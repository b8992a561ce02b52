"""The directory's part in the outbox, and what a session remembers of its second factor."""

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from cms.core import outbox, sweeps
from cms.directory import services
from cms.directory.services import unsent

outbox.handler("notice_mail")(services.send_notice_mail)
sweeps.register("sessions", services.forget_expired_sessions)
sweeps.register("unsent_forms", unsent.forget_old)


# Under Django's name and before it: it would save the account as a whole model each time.
@receiver(user_logged_in, dispatch_uid="update_last_login")
def signed_in(sender, user, **kwargs):
    services.signed_in(user=user)


@receiver(authentication_step_completed)
def second_step_passed(sender, request, method, **kwargs):
    """This session, not just this person, has shown the second factor (A07)."""
    if method == "mfa":
        request.session["second_factor"] = True


@receiver(authenticator_removed)
def second_step_taken_off(sender, request, **kwargs):
    request.session.pop("second_factor", None)
