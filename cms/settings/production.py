"""Production: PostgreSQL, a real broker and cache, HTTPS. A missing or wrong value stops the start."""

from django.core.exceptions import ImproperlyConfigured

from cms.settings import env
from cms.settings.base import *  # noqa: F403

SECRET_KEY = env.text("BESTARI_SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("BESTARI_SECRET_KEY must be at least 50 random characters.")
DEBUG = False
ALLOWED_HOSTS = env.words("BESTARI_HOSTS")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("BESTARI_HOSTS must name the site's host names, comma-separated.")
DATABASES = {"default": env.database("DATABASE_URL", "")}
if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL in production: postgres://user:password@host/name.")
CELERY_BROKER_URL = env.address("CELERY_BROKER_URL", "redis", "rediss", "amqp", "amqps")
# Links in mails and the QR code of every certificate begin with it.
WAGTAILADMIN_BASE_URL = env.address("BESTARI_ADDRESS", "https")
CACHES = {
    "default": {"BACKEND": "cms.core.caches.FallbackCache", "LOCATION": env.address("CACHE_URL", "redis", "rediss")},
}
CACHES["shared"] = CACHES["default"]
if env.flag("BESTARI_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Attempts are counted by the visitor's address, not by the proxy's, which everybody shares.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
CSRF_COOKIE_HTTPONLY = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("BESTARI_MAIL_HOST", "localhost")
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}  # noqa: F405
# W019 wants DENY; Wagtail's preview is a frame of our own origin, and the CSP says frame-ancestors 'self' (N04).
SILENCED_SYSTEM_CHECKS = ["security.W019"]
