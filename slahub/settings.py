"""Every setting of SLA Hub, from the environment; docs/operations.md has the table."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from slahub import __version__, company, environment, logs, openapi
from slahub.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = __version__
DATA_DIR = Path(os.environ.get("DATA_DIR") or ".local").absolute()
PORT = environment.number("PORT", default=environment.served_port(DATA_DIR), low=1, high=65535)
SITE_URL = (os.environ.get("SITE_URL") or f"http://localhost:{PORT}").rstrip("/")
BEHIND_TLS = SITE_URL.startswith(
    "https://"
)  # then a proxy in front ends TLS and says so in X-Forwarded-Proto
DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO")  # the demo company is loaded: pages may say so
LOCAL_MAILBOX = environment.flag("LOCAL_MAILBOX")  # mails go to the mailbox that `serve` started
DATABASE_URL = environment.given("DATABASE_URL")
REDIS_URL = environment.given("REDIS_URL")
METRICS_TOKEN = environment.given("METRICS_TOKEN")  # who may read /metrics; without one nobody


def _secret_key() -> str:
    if key := environment.given("SECRET_KEY"):
        return key
    if DATABASE_URL and not DEBUG:
        raise ImproperlyConfigured(
            "Set SECRET_KEY (50 random characters or more): DATABASE_URL is set and DEBUG is off."
        )
    return environment.secret_key(DATA_DIR)


SECRET_KEY = _secret_key()

# Earlier keys: sessions, links and second factors made with them are still read.
SECRET_KEY_FALLBACKS = [key for key in environment.given("SECRET_KEY_FALLBACKS").split(",") if key]

# -- what is installed
INSTALLED_APPS = [
    "slahub",
    "demo",
    "reporting",
    "measurement",
    "agreements",
    "leads",
    "people",
    "core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "rest_framework",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.ApiProblems",
    "core.middleware.NoLargerBodies",
    "core.middleware.NoNulBytes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.sign_in.middleware.SessionLifetime",
    "people.middleware.ReaderMiddleware",
    "people.looking.NotesNamesShown",
    "people.looking.AuditorsOnlyLook",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "people.sign_in.middleware.AdministratorsNeedSecondFactor",
    "allauth.account.middleware.AccountMiddleware",
    "slahub.replicas.ReadsFromReplica",
]
ROOT_URLCONF = "slahub.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reporting.context.every_page",
            ],
        },
    },
]

# -- data; a streaming replica serves pages and lists (docs/scaling.md), off without an address
REPLICA_URL = environment.given("REPLICA_URL")
REPLICA_MAX_LAG = environment.number("REPLICA_MAX_LAG", default=10, low=1, high=50)  # seconds
DATABASES = environment.databases(DATABASE_URL, REPLICA_URL, environment.given("DATABASE_PASSWORD"))
DATABASE_ROUTERS = ["core.replicas.ReplicaRouter"] if REPLICA_URL else []
RETENTION_MONTHS = environment.number("RETENTION_MONTHS", default=0, low=0, high=600)  # docs/adr/0015
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Attempts to sign in are counted by all web processes together; the API's rate by each for itself.
CACHES = {
    "default": {"BACKEND": "core.shared_cache.SharedCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "slahub"}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "own": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "own"},
}

# -- people and sessions
AUTH_USER_MODEL = "people.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
# Browsers share cookies between the ports of a host: two checkouts on one machine keep their own.
SESSION_COOKIE_NAME = f"slahub_session_{PORT}"
CSRF_COOKIE_NAME = f"slahub_csrf_{PORT}"
SESSION_COOKIE_AGE = 86_400 * environment.number("SESSION_DAYS", default=14, low=1, high=365)
SESSION_IDLE = 3600 * environment.number("SESSION_IDLE_HOURS", default=72, low=1, high=24 * 365)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"

# -- sign-in: django-allauth asks people.sign_in; nobody signs up
ACCOUNT_ADAPTER = "people.sign_in.adapters.SignIn"
MFA_ADAPTER = "people.sign_in.second_factor.SecondFactor"
SOCIALACCOUNT_ADAPTER = "people.sign_in.company.CompanySignIn"
ACCOUNT_LOGIN_METHODS, ACCOUNT_SIGNUP_FIELDS = {"email"}, ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION, ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = "none", False
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_DAYS
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
_FORMS = "people.sign_in.forms"
ACCOUNT_FORMS = {"reset_password": f"{_FORMS}.AskForLinkForm", "user_token": f"{_FORMS}.LinkForm"}
# A whole office comes from one address; five wrong passwords close one account for five minutes.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,5/5m/key"}
_CODES = "people.sign_in.second_factor"
MFA_FORMS = {"authenticate": f"{_CODES}.CodeForm", "reauthenticate": f"{_CODES}.CodeAgainForm"}
MFA_TOTP_ISSUER = "SLA Hub"
ADMINS_NEED_SECOND_FACTOR = environment.flag("ADMINS_NEED_SECOND_FACTOR")
# How many proxies of ours write X-Forwarded-For; behind TLS there is one at least.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXIES", default=int(BEHIND_TLS), low=0, high=9)
OIDC_ISSUER = environment.given("OIDC_ISSUER").rstrip("/")
OIDC_NAME = (environment.given("OIDC_NAME") or urlsplit(OIDC_ISSUER).hostname or "") if OIDC_ISSUER else ""
OIDC_TRUST_EMAIL = environment.flag("OIDC_TRUST_EMAIL")
SOCIALACCOUNT_PROVIDERS = company.provider(
    OIDC_ISSUER, environment.given("OIDC_CLIENT_ID"), environment.given("OIDC_CLIENT_SECRET")
)

# -- the edge
# This machine itself (health checks) and the address in mails always; others when named.
ALLOWED_HOSTS = [
    *("localhost", "127.0.0.1", "[::1]"),
    urlsplit(SITE_URL).hostname or "localhost",
    *environment.words("ALLOWED_HOSTS"),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if BEHIND_TLS else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_SSL_REDIRECT = BEHIND_TLS
# asked from inside, without the proxy
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if BEHIND_TLS else 0
SILENCED_SYSTEM_CHECKS = [
    "auth.E003",  # e-mail addresses are unique whatever their case, by a constraint the check does not see
    "security.W005",  # subdomains and browsers' preload lists are for the owner of the domain to decide
    "security.W021",
]
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024  # the API's own limit of 20 MiB answers before this one
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *company.origins(OIDC_ISSUER)],  # browsers mind it on the way there, too
        "frame-ancestors": [NONE],
    }
}

# -- languages and time
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LANGUAGE_CODE = environment.choice("LANGUAGE_CODE", default="en", among=dict(LANGUAGES))
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "slahub.formats"
FISCAL_YEAR_START = environment.number("FISCAL_YEAR_START", default=1, low=1, high=12)  # month

# -- static files: collected and compressed in the image (STATIC_ROOT set), found in place elsewhere
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = os.environ.get("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# -- mail
_mail = environment.mail(environment.given("EMAIL_URL"))
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_BACKEND = "core.mail.PhasedBackend"
EMAIL_TIMEOUT = 20
SERVER_EMAIL = DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "SLA Hub <sla-hub@localhost>"

# -- webhooks out: to the public Internet over TLS only, unless a company's chat is on its own network
WEBHOOK_ALLOW_PRIVATE = environment.flag("WEBHOOK_ALLOW_PRIVATE")

# -- REST API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["core.renderers.JSONRenderer"],
    "DATETIME_FORMAT": None,  # the renderer writes instants
    "DEFAULT_PARSER_CLASSES": ["core.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["core.filters.FilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["people.api.throttles.TokenRateThrottle"],
    # Each web process counts its own.
    "DEFAULT_THROTTLE_RATES": {"user": os.environ.get("API_RATE") or "100/second"},
    "EXCEPTION_HANDLER": "core.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = openapi.SPECTACULAR

# -- worker: a killed one loses nothing (late acknowledgement, quick redelivery); the truth is in the database
CELERY_BROKER_URL = environment.broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 15,
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "socket_connect_timeout": 5,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "slahub"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600  # below the visibility timeout: a running task is never delivered a second time
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = SCHEDULE

# -- logs
LOGGING = logs.configured(
    formatter=environment.choice("LOG_FORMAT", default="keyvalue", among={"keyvalue": 1, "json": 1}),
    level=os.environ.get("LOG_LEVEL") or "INFO",
)
