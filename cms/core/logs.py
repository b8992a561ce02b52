"""One JSON line an event; no body, token, name or number of a person (robustness 6.10)."""

import json
import logging
import re

from cms.core import trace

EXTRAS = ("receiver", "fault", "kind", "sweep", "event", "user_id")


# A library may put what it was given into its message; no number and no address of a person goes further (S03).
NUMBER, ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)\d{14}(?!\d)"), re.compile(r"[\w.+-]+@([\w-]+\.[\w.-]+)")


def without_people(text: str) -> str:
    """``text`` with NIP and NI PPPK masked as 1980**** and e-mail addresses as ***@host."""
    return ADDRESS.sub(r"***@\1", NUMBER.sub(r"\1****", text))


class JsonFormatter(logging.Formatter):
    def format(self, record):
        line = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "name": record.name,
            "text": without_people(record.getMessage()),
            "request": trace.request_id.get(),
        }
        line |= {key: getattr(record, key) for key in EXTRAS if hasattr(record, key)}
        if record.exc_info:
            line["trace"] = without_people(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
