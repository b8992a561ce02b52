"""What the catalogue refuses."""


class ReleaseRefused(Exception):
    """The course cannot be released as it stands; ``findings`` are the lint's errors."""

    def __init__(self, message, findings=()):
        super().__init__(str(message))
        self.message, self.findings = message, list(findings)


class ImportRefused(Exception):
    """A folder of text files that cannot become a course; ``faults`` name file and reason."""

    def __init__(self, faults):
        super().__init__("; ".join(faults))
        self.faults = list(faults)


class OutlineRefused(Exception):
    """A move that the outline no longer allows."""

    def __init__(self, message):
        super().__init__(str(message))
        self.message = message


class DraftMoved(Exception):
    """Someone else saved the same thing after it was loaded (C04); ``now`` is what stands there."""

    def __init__(self, message, now=None):
        super().__init__(str(message))
        self.message, self.now = message, now
