"""System checks: conventions that a machine holds."""

from django.core import checks
from django.db import connection

SAFE_SQLITE = (3, 51, 3)


@checks.register(checks.Tags.database)
def sqlite_is_current(app_configs, databases=None, **kwargs):
    """SQLite below 3.51.3 can corrupt a WAL database (robustness 2); 3.52.0 was withdrawn."""
    if connection.vendor != "sqlite":
        return []
    version = connection.Database.sqlite_version_info
    if version >= SAFE_SQLITE and version != (3, 52, 0):
        return []
    return [checks.Warning("SQLite has the WAL-reset bug; install pysqlite3.", id="core.W001")]
