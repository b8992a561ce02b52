"""The blueprint of an exam: from which cells of the bank, a competency at one difficulty each, how many are drawn."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

DIFFICULTIES = [("mudah", _("easy")), ("sedang", _("medium")), ("sulit", _("hard"))]


def difficulty_word(code: str) -> str:
    """The word of a difficulty; a package may bring one of its own, which stays as it is."""
    return str(dict(DIFFICULTIES).get(code, code))


@dataclass(frozen=True)
class Cell:
    code: str
    difficulty: str
    draw: int
    have: int
    again: bool  # more than one try is allowed

    @property
    def lacks(self) -> bool:
        """The exam cannot be drawn."""
        return self.have < self.draw

    @property
    def repeats(self) -> bool:
        """A second try meets questions of the first (L33)."""
        return not self.lacks and self.again and self.have < 2 * self.draw

    @property
    def is_small(self) -> bool:
        return self.lacks or self.repeats

    @property
    def word(self) -> str:
        return difficulty_word(self.difficulty)


def cells_of(cells: list[dict], pool: dict[tuple[str, str], int], *, again: bool) -> list[Cell]:
    """The cells of an exam; ``pool``: how many exam questions there are, by (competency, difficulty)."""
    rows = [(cell["code"], cell["difficulty"], int(cell["draw"])) for cell in cells]
    return [Cell(code, hard, draw, pool.get((code, hard), 0), again) for code, hard, draw in rows]
