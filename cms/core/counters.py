"""Numbers from a locked row (I05): never from MAX + 1."""

from django.db import IntegrityError, transaction
from django.db.models import F

from cms.core.models import Counter


def next_number(scope: str) -> int:
    """The next number of ``scope``. Must run inside the transaction that uses the number."""
    if not Counter.everything.filter(scope=scope).update(value=F("value") + 1):
        try:
            with transaction.atomic():
                Counter.everything.create(scope=scope, value=1)
            return 1
        except IntegrityError:  # another worker made the row first
            Counter.everything.filter(scope=scope).update(value=F("value") + 1)
    # The update above holds the row lock until commit, so nobody else reads this value.
    return Counter.everything.values_list("value", flat=True).get(scope=scope)
