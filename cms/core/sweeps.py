"""What must be done again and again: higher floors register here, beat calls ``run_all`` every 20 seconds."""

import logging
from collections.abc import Callable

from cms.core import outbox

log = logging.getLogger(__name__)
SWEEPS: dict[str, Callable[[], object]] = {"outbox": outbox.deliver_fast}


def register(name: str, function: Callable[[], object]) -> None:
    SWEEPS[name] = function


def run_all() -> None:
    for name, function in list(SWEEPS.items()):
        try:
            function()
        except Exception:  # noqa: BLE001  one broken sweep must not stop the others
            log.exception("sweep failed", extra={"sweep": name})
