"""Talent's door: which released courses prove which competency."""

from lms.catalogue.queries import Offer, offers_for

__all__ = ["Offer", "offers_for"]
