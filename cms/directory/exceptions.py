"""What the directory refuses; each carries a sentence for the person."""


class DirectoryRefused(Exception):
    def __init__(self, message):
        super().__init__(str(message))
        self.message = message


class GrantRefused(DirectoryRefused):
    """A role that may not be given: to oneself, above one's own, outside one's agency."""


class CodeRefused(DirectoryRefused):
    """A door code that is wrong, used or late."""


class AccountRefused(DirectoryRefused):
    """An address that belongs to another account."""


class PersonRefused(DirectoryRefused):
    """A person, number or move that cannot be written."""


class UnitRefused(DirectoryRefused):
    """A unit or seat that would make a loop, or is still in use."""


class ReachRefused(DirectoryRefused):
    """A look at somebody that nobody may ask for."""


class RequestRefused(DirectoryRefused):
    """A wish about data that is decided, doubled, or not this officer's to answer."""


class EraseRefused(DirectoryRefused):
    """An erasure that these two people may not answer for."""
