"""Pure rules of the profile: which small groups stay hidden in counts (robustness 6.8, Z07)."""

SMALLEST_GROUP = 5
HIDDEN = None


def suppressed(figures: list[int]) -> list[int | None]:
    """Counts of one row, the whole group first; ``None`` where a group under five could be read, also by difference.

    A figure is shown only when it is at least five and differs from every figure shown before it by nothing or by at
    least five: 40 people of whom 38 have JP would tell of two people.
    """
    shown: list[int | None] = []
    for figure in figures:
        apart = all(other == figure or abs(other - figure) >= SMALLEST_GROUP for other in shown if other is not None)
        shown.append(figure if figure >= SMALLEST_GROUP and apart else HIDDEN)
    return shown


def total_of_shown(rows: list[list[int | None]]) -> list[int]:
    """Totals of what is shown only: they tell nothing that the rows do not."""
    return [sum(cell for cell in column if cell is not None) for column in zip(*rows, strict=True)]
