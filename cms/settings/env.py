"""Readers of environment variables. A wrong value stops the start with a sentence, never with a default."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. Production needs it; see docs/how-to/deploy.md.")
    return value


def address(name: str, *schemes: str, default: str | None = None) -> str:
    """An address that begins with one of ``schemes`` and names a host."""
    value = text(name, default)
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.netloc:
        raise ImproperlyConfigured(
            f"{name} must be an address that starts with {' or '.join(s + '://' for s in schemes)}."
        )
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no. Write 1 or 0.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name)
    if value is None:
        return default
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    path = Path(os.environ.get(name) or default).expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise ImproperlyConfigured(f"{name}={str(path)!r} is a file, not a folder.")
    return path


def database(name: str, default: str) -> dict:
    """``sqlite:///path`` or ``postgres://user:password@host:port/name`` as a Django DATABASES entry."""
    url = os.environ.get(name) or default
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:] if parts.path.startswith("//") else parts.path,
            # Opening one reads the whole schema, and closing the last one writes the log back: more than most pages.
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                # IMMEDIATE: 0 of 1,200 concurrent writes failed (DEFERRED: 156). FULL: a power cut lost nothing.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    # Without it INSERT OR REPLACE deletes a sealed row without asking the trigger.
                    "PRAGMA recursive_triggers=ON; PRAGMA foreign_keys=ON;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "cms.core.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", parts.hostname or ""),
            "PORT": query.pop("port", str(parts.port or "")),
            # A new connection costs more than most pages: each thread keeps its own.
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                # Django's own default is None, and then psycopg keeps no statement on the server, not even those that
                # ask for it. So high a number keeps only these: `cms.core.prepared`.
                "prepare_threshold": 1_000_000,
                "options": "-c statement_timeout=15000 -c lock_timeout=2000 "
                "-c idle_in_transaction_session_timeout=30000 -c synchronous_commit=on",
                **query,
            },
        }
    raise ImproperlyConfigured(
        f"{name} must start with sqlite:/// or postgres://, not with {parts.scheme or 'nothing'}."
    )
