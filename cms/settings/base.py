"""What every way of running Bestari shares. dev, test and production only add to it."""

import sys

import pysqlite3

# Debian's SQLite 3.40 has the WAL-reset bug; pysqlite3 brings a current one. Must come before Django opens anything.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

from pathlib import Path  # noqa: E402

from csp.constants import NONE, SELF  # noqa: E402
from django.utils.translation import gettext_lazy as _  # noqa: E402

from cms.settings import env  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
HOME = env.folder("BESTARI_HOME", ROOT / "var" / "home")
HOME.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "cms.core",
    "cms.directory",
    "cms.pages",
    "lms.competencies",
    "lms.catalogue",
    "lms.enrolment",
    "lms.records",
    "lms.progress",
    "lms.assessment",
    "lms.player",
    "talent.profiles",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "cms.core.middleware.request_id",
    "cms.core.timing.server_timing",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.core.middleware.Policy",
    "cms.core.middleware.clean_input",
    "cms.core.busy.busy_page",
    "cms.core.public.stays_public",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cms.directory.backends.AccountMiddleware",
    "cms.directory.middleware.doors",
    "cms.pages.middleware.admin_gate",
    "cms.core.probing.probing",
    "cms.core.idempotency.send_once",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cms.core.middleware.private_by_default",
    "cms.core.middleware.wrong_method",
]
ROOT_URLCONF = "cms.urls"
# The site stands at the root of its host. Else a header named SCRIPT_NAME, which gunicorn takes from a proxy on its own
# machine, would shift every address before a gate could compare it.
FORCE_SCRIPT_NAME = ""
CSRF_FAILURE_VIEW = "cms.pages.views.forged"
WSGI_APPLICATION = "cms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "cms" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "cms.core.templatetags.look",
                "cms.core.templatetags.kept",
                "cms.core.templatetags.shape",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{HOME / 'bestari.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = ["cms.directory.backends.NumberOrEmailBackend"]
PASSWORD_HASHERS = ["cms.directory.backends.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cms.directory.rules.PersonalPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "player:home"
ACCOUNT_ADAPTER = "cms.directory.backends.DoorAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_FORMS = {"login": "cms.directory.forms.SignInForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,10/5m/key", "reset_password": "10/m/ip,5/m/key"}
MFA_ADAPTER = "cms.directory.backends.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Bestari"
# A phone whose clock is half a minute off still opens the door; each code is good once all the same.
MFA_TOTP_TOLERANCE = 1
SESSION_ENGINE = "cms.directory.backends"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
# The second has what Wagtail's own Indonesian lacks on the screens authors meet.
LOCALE_PATHS = [ROOT / "locale", ROOT / "locale" / "wagtail"]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [ROOT / "static", *[p for p in [ROOT / "var" / "assets"] if p.is_dir()]]
MEDIA_URL = "/berkas/"
MEDIA_ROOT = HOME / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# LocMem is per process, so nothing that must be shared may live in "default"; rate limits go to the database.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
}

WAGTAIL_SITE_NAME = "Bestari"
WAGTAILADMIN_BASE_URL = env.text("BESTARI_ADDRESS", "http://localhost:8000")
WAGTAIL_USER_TIME_ZONES = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
WAGTAILIMAGES_IMAGE_MODEL = "pages.SiteImage"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.pages.forms.PictureForm"
BESTARI_IMAGE_PIXELS = WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
BESTARI_IMAGE_MOST = WAGTAILIMAGES_MAX_UPLOAD_SIZE = env.number("BESTARI_IMAGE_MOST_MB", 10) * 1024 * 1024
WAGTAILDOCS_DOCUMENT_MODEL = "pages.SiteDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.pages.forms.FileToKeepForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "csv", "txt", "zip", "mp4", "webm"]
BESTARI_DOCUMENT_MOST = WAGTAILDOCS_MAX_UPLOAD_SIZE = env.number("BESTARI_DOCUMENT_MOST_MB", 50) * 1024 * 1024
WAGTAIL_AUTOSAVE_INTERVAL = 4000  # weak networks
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no third-party host in the browser
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# The largest upload by the start of its address; elsewhere (a folder of text files) the third.
BESTARI_UPLOAD_MOST = {"/tata-kelola/images/": BESTARI_IMAGE_MOST, "/tata-kelola/documents/": BESTARI_DOCUMENT_MOST}
BESTARI_UPLOAD_MOST_ELSEWHERE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL.startswith("filesystem:"):
    _queue = HOME / "queue"
    _queue.mkdir(exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(HOME / "control"),
        "polling_interval": 0.2,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"unacked_restore_interval": 2, "unacked_restore_throttle": 1}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "fast"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# The sweep is what makes a lost message harmless: the row is the truth, the message only a hint.
CELERY_BEAT_SCHEDULE = {"sweep": {"task": "cms.core.sweep", "schedule": 20.0}}
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # `cms.core.middleware.Policy` sets it, on pages only

BESTARI_SERVER_TIMING = env.flag("BESTARI_SERVER_TIMING")
BESTARI_DEMO = False
# Rules that domain.md section 12 doubts are rows with dates: `cms.core.rulebook`.
BESTARI_SIGNING_FOLDER = HOME / "keys"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "cms.core.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # What these libraries tell of each step (index tasks, fonts, a file queue without host) is no event of ours.
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "pyhanko": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},
    },
}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HOME / "mail"
EMAIL_TIMEOUT = 10  # seconds: a mail server that is down must not hold a worker
DEFAULT_FROM_EMAIL = env.text("BESTARI_MAIL_FROM", "Bestari <bestari@example.go.id>")
SILENCED_SYSTEM_CHECKS = []
