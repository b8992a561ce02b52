"""What progress refuses, with the reasons for the person."""


class UnitIncomplete(Exception):
    """The unit still lacks something; ``unmet`` says what, each with words and a link."""

    def __init__(self, unmet):
        super().__init__("; ".join(one.words for one in unmet))
        self.unmet = unmet
