"""What records refuse."""


class RecordRefused(Exception):
    def __init__(self, message):
        super().__init__(str(message))
        self.message = message
