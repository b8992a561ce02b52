"""The id of the present request, for log lines, error pages and audit rows. No Django here: logging starts first."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
