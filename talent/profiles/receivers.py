"""Talent reacts to learning: a claim becomes evidence, at once by the event and again by the sweep."""

from cms.core import sweeps
from lms import events
from talent.profiles import services


def on_claims(sender, fact, **kwargs):
    services.take_claims(record_id=fact.record_id)


events.claimed.connect(on_claims, dispatch_uid="profiles.claims")
sweeps.register("claims", services.take_claims)
