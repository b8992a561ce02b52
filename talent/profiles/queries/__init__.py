"""Reads of the talent profile."""

from talent.profiles.queries.lists import (
    Listed,
    cohort_counts,
    find_people,
    listed,
    national_counts,
    ordered,
    page_of,
    seen_as,
    team_of,
)
from talent.profiles.queries.person import (
    Profile,
    Standing,
    gaps_of,
    home_section,
    number_of,
    profile_of,
    with_post,
)

__all__ = [
    "Listed", "Profile", "Standing", "cohort_counts", "find_people", "gaps_of", "home_section", "listed",
    "national_counts", "number_of", "ordered", "page_of", "profile_of", "seen_as", "team_of", "with_post",
]  # fmt: skip
