"""What a person types behind a command: checked before the database is asked, refused with a sentence (Z12, R07)."""

import re
from argparse import ArgumentTypeError
from collections.abc import Callable

from cms.core.text import UnfitText, tidy


def line(most: int) -> Callable[[str], str]:
    """One line of 1 to ``most`` characters."""

    def read(text: str) -> str:
        try:
            clean = " ".join(tidy(text).split())
        except UnfitText:
            raise ArgumentTypeError("holds signs that are no text.") from None
        if not 0 < len(clean) <= most:
            raise ArgumentTypeError(f"needs 1 to {most} characters.")
        return clean

    return read


def key(text: str) -> str:
    """A word of letters, digits, hyphen and underscore, at most 50."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,50}", text):
        raise ArgumentTypeError("needs 1 to 50 letters, digits, hyphens or underscores.")
    return text
