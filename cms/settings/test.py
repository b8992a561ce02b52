"""Settings of the suite: fast hasher, mail in memory, jobs written down but not sent."""

import tempfile
from pathlib import Path

from cms.settings.base import *  # noqa: F403

SECRET_KEY = "only-for-tests-only-for-tests-only-for-tests-only"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="bestari-files-"))
BESTARI_SIGNING_FOLDER = MEDIA_ROOT / "keys"
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "shared"},
}
BESTARI_DEMO = True
# Tests speak the words of the code; whether the Indonesian catalogue is complete has a test of its own.
LOCALE_PATHS = []
