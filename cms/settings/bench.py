"""Production as far as one machine without TLS goes: what ``make bench`` measures.

Plain HTTP on loopback, grown accounts may sign in, and the cache is the process's own memory, so that a machine
without Redis can measure too.
"""

from cms.settings.base import *  # noqa: F403
from cms.settings.production import *  # noqa: F403

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
}
BESTARI_DEMO = True
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
