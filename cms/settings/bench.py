"""Production as far as one machine without TLS and without Redis goes: what ``make bench`` measures.

It stands on base, not on production: production refuses SQLite, plain HTTP and a missing cache, and so it should.
"""

from cms.settings import env
from cms.settings.base import *  # noqa: F403

SECRET_KEY = env.text("BESTARI_SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.words("BESTARI_HOSTS")
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}  # noqa: F405
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"  # what the load generator sends
# Grown accounts may sign in.
BESTARI_DEMO = True
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
