"""One JSON line an event; no body, token, name or number of a person (robustness 6.10)."""

import json
import logging

from cms.core import trace

EXTRAS = ("receiver", "fault", "kind", "sweep", "event", "user_id")


class JsonFormatter(logging.Formatter):
    def format(self, record):
        line = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "name": record.name,
            "text": record.getMessage(),
            "request": trace.request_id.get(),
        }
        line |= {key: getattr(record, key) for key in EXTRAS if hasattr(record, key)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
