"""Facts that leave a floor. They leave only when the data is safe; a failing receiver is logged, not fatal."""

import logging

from django.db import transaction

log = logging.getLogger(__name__)


def announce(signal, fact) -> None:
    announce_all(signal, [fact])


def announce_all(signal, facts: list) -> None:
    transaction.on_commit(lambda: _send(signal, facts))


def _send(signal, facts: list) -> None:
    for fact in facts:
        for receiver, answer in signal.send_robust(sender=type(fact), fact=fact):
            if isinstance(answer, Exception):
                log.error("receiver failed", extra={"receiver": str(receiver)}, exc_info=answer)
