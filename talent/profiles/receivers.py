"""Talent reacts to learning: a claim becomes evidence, and evidence ends with its certificate.

At once by the event and again by the sweep: an announcement may be lost.
"""

from cms.core import sweeps
from lms import events
from talent.profiles import services


def on_claims(sender, fact, **kwargs):
    services.take_claims(record_id=fact.record_id)


def on_withdrawal(sender, fact, **kwargs):
    services.withdraw_evidence(record_id=fact.record_id)


events.claimed.connect(on_claims, dispatch_uid="profiles.claims")
events.withdrawn.connect(on_withdrawal, dispatch_uid="profiles.withdrawals")
sweeps.register("claims", services.take_claims)
sweeps.register("withdrawals", services.withdraw_evidence)  # after the claims: what they brought may end
