"""What assessment refuses, with a sentence for the person."""


class AnswerRefused(Exception):
    """An answer that cannot be read; ``slot`` is the question's number on the paper, "" when it is the whole."""

    def __init__(self, message, slot: str = ""):
        super().__init__(str(message))
        self.message, self.slot = message, slot


class StartRefused(Exception):
    def __init__(self, message):
        super().__init__(str(message))
        self.message = message


class SubmitRefused(StartRefused):
    pass


class ExamineRefused(StartRefused):
    """What an examiner may not do, with the reason."""
