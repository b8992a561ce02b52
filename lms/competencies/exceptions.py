"""What the dictionary refuses."""


class FrameworkRefused(Exception):
    """A table that is not a whole dictionary; ``faults`` are sentences with row and column."""

    def __init__(self, faults: list[str]):
        super().__init__("; ".join(faults[:3]))
        self.faults = faults
