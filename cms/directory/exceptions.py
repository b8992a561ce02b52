"""What the directory refuses; each carries a sentence for the person."""


class DirectoryRefused(Exception):
    def __init__(self, message):
        super().__init__(str(message))
        self.message = message


class GrantRefused(DirectoryRefused):
    """A role that may not be given: to oneself, above one's own, outside one's agency."""


class CodeRefused(DirectoryRefused):
    """A door code that is wrong, used or late."""
