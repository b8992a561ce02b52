"""Django's ``migrate``, made for a site that people are using (I18).

A change of a table waits for whoever uses the table, and everybody who comes later waits behind it. So it gives up its
place soon, lets them pass, and asks again. What was done is written down migration by migration: nothing is done twice.
"""

import time

from django.core.management.commands import migrate
from django.db import OperationalError, connections

from cms.core.patience import is_lock

# A quarter of what a writer waits (cms/settings/env.py): the migration gives up first, and a writer who stood behind it
# has time left. Shorter than PostgreSQL takes to look for a deadlock (1 s), so nobody else is sent away for one.
LOCK_TIMEOUT = "500ms"
PAUSE = 1  # seconds for the queue behind it to drain
TRIES = 60


class Command(migrate.Command):
    def handle(self, *args, **options):
        line = connections[options["database"]]
        if line.vendor != "postgresql" or line.in_atomic_block:
            return super().handle(*args, **options)
        tried = 0
        while True:
            tried += 1
            try:
                return self._in_a_hurry(line, *args, **options)
            except OperationalError as fault:
                if not is_lock(fault) or tried == TRIES:
                    raise
            self.stderr.write(f"A table is in use; nobody waits for the migration, it asks again (try {tried}).")
            time.sleep(PAUSE)

    def _in_a_hurry(self, line, *args, **options):
        with line.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            return super().handle(*args, **options)
        finally:
            # A new connection, not RESET: Django leaves the transaction open when the last statements of a migration,
            # those for foreign keys, are refused.
            line.close()
            line.connect()
