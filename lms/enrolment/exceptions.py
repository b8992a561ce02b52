"""What enrolment refuses, with a sentence for the person."""


class EnrolmentRefused(Exception):
    def __init__(self, message):
        super().__init__(str(message))
        self.message = message
