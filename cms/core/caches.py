"""A shared cache that may be away. Then each process remembers for itself, and nobody notices (I19)."""

import logging
import time

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)
REST = 5  # seconds without asking a cache that did not answer
WAITS = 0.5  # seconds for one answer
_rests: dict[str, float] = {}


class FallbackCache(BaseCache):
    """Redis; the process's own memory while Redis does not answer.

    What is lost with it: entries others wrote. So only what can be made again, or what may be counted per process
    for a while, belongs here. Sessions, limits of the door and idempotency keys are rows in the database.
    """

    def __init__(self, server, params):
        super().__init__(params)
        options = {"socket_connect_timeout": WAITS, "socket_timeout": WAITS, "retry": Retry(NoBackoff(), 0)}
        self._server = server
        self._shared = RedisCache(server, {**params, "OPTIONS": {**options, **params.get("OPTIONS", {})}})
        self._own = LocMemCache(f"fallback:{server}", {"TIMEOUT": 300, "OPTIONS": {"MAX_ENTRIES": 10_000}})

    def _ask(self, name: str, *arguments, **named):
        if time.monotonic() >= _rests.get(self._server, 0):
            try:
                return getattr(self._shared, name)(*arguments, **named)
            except (RedisError, OSError) as fault:
                _rests[self._server] = time.monotonic() + REST
                log.warning("no cache; each process remembers for itself", extra={"fault": type(fault).__name__})
        return getattr(self._own, name)(*arguments, **named)

    def incr(self, key, delta=1, version=None):
        try:
            return self._ask("incr", key, delta, version=version)
        except ValueError:  # counted in the other memory so far
            self._ask("set", key, delta, version=version)
            return delta


def _passed_on(name: str):
    def method(self, *arguments, **named):
        return self._ask(name, *arguments, **named)

    return method


for _name in ("add", "get", "set", "touch", "delete", "get_many", "has_key", "set_many", "delete_many", "clear"):
    setattr(FallbackCache, _name, _passed_on(_name))
