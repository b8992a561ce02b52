"""The embedded default: SQLite, files and queue under BESTARI_HOME. What `make run` uses."""

import secrets

from cms.settings.base import *  # noqa: F403
from cms.settings.base import HOME, STATIC_ROOT


def _kept_secret() -> str:
    """A key made at first start and kept beside the data, so that sessions survive a restart."""
    path = HOME / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = _kept_secret()
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
BESTARI_DEMO = True
# No collectstatic on a developer's machine: files are served from where they lie.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise asks for the folder all the same
