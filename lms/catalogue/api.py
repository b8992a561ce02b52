"""Talent's door: which released courses prove which competency."""

from lms.catalogue.queries import Offer, catalogue_mark, offers_at, offers_for

__all__ = ["Offer", "catalogue_mark", "offers_at", "offers_for"]
