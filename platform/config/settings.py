"""Every setting, read from the environment. A missing or bad value stops the start with one plain sentence.

Outside the demo nothing secret has a default. `SOLMU_DEMO=1` turns on the demo: own key, SQLite under `var/`, mail on a
page. The table of variables is in docs/operation.md.
"""

from __future__ import annotations

import importlib.util
import os
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[2]

env = environ.Env()
if (ROOT / ".env").is_file():
    env.read_env(ROOT / ".env")

# What the settings need and do not have is gathered here, so that an operator sees all of it at once.
_problems: list[str] = []


def _required(name: str, why: str) -> str:
    value: str = env.str(name, default="").strip()
    if not value:
        _problems.append(f"{name} is not set ({why})")
    return value


def _switch(name: str, *, default: bool) -> bool:
    text = env.str(name, default="").strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    if text:
        _problems.append(f"{name} must be 1 or 0, not {text!r}")
    return default


def _number(name: str, *, default: int) -> int:
    text = env.str(name, default="").strip()
    if not text:
        return default
    if text.isdigit():
        return int(text)
    _problems.append(f"{name} must be a whole number, not {text!r}")
    return default


def _url(name: str, text: str, schemes: set[str]) -> str:
    if text and urlsplit(text).scheme not in schemes:
        _problems.append(f"{name} must begin with one of: {', '.join(f'{scheme}:' for scheme in sorted(schemes))}")
    return text


# --- What kind of installation this is -------------------------------------------------------------------------------

SOLMU_DEMO = _switch("SOLMU_DEMO", default=False)
# One process for everything: web, websockets, worker and beat (run.py and `solmu serve` set it).
SOLMU_EMBEDDED = _switch("SOLMU_EMBEDDED", default=False)
SOLMU_DATA = Path(env.str("SOLMU_DATA", default="") or ROOT / "var")
# The matcher's inner loops are compiled at the first match, for all processes; the code's own folder may be closed.
os.environ.setdefault("NUMBA_CACHE_DIR", str(SOLMU_DATA / "compiled"))
DEBUG = _switch("DEBUG", default=False)

if SOLMU_DEMO:
    SECRET_KEY = env.str("SECRET_KEY", default="the-demo-keeps-no-secrets-and-says-so-on-every-page-0123456789")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
    SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
else:
    SECRET_KEY = _required("SECRET_KEY", "a long random text that signs sessions and links")
    ALLOWED_HOSTS = [name.strip() for name in _required("ALLOWED_HOSTS", "host names, by commas").split(",") if name]
    SITE_URL = _required("SITE_URL", "the address that links in mail begin with, e.g. https://solmu.example.fi")
    if 0 < len(SECRET_KEY) < 50:
        _problems.append("SECRET_KEY is shorter than 50 characters")
# What was signed with the keys before still holds, while they stand here.
SECRET_KEY_FALLBACKS = [one.strip() for one in env.str("SECRET_KEY_FALLBACKS", default="").split(",") if one.strip()]
if any(len(one) < 50 for one in SECRET_KEY_FALLBACKS):
    _problems.append("SECRET_KEY_FALLBACKS holds a key that is shorter than 50 characters")
SITE_URL = _url("SITE_URL", SITE_URL, {"http", "https"}).rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
HTTPS = SITE_URL.startswith("https:")

# --- Apps ------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    # Ours before the others, so that our templates and commands win; in the order of imports.
    "studies",
    "networks",
    "events",
    "opportunities",
    "matching",
    "conversations",
    "catalogue",
    "accounts",
    "notifications",
    "themes",
    "core",
    # Our form templates stand before Django's, which the renderer needs as an app.
    "django.forms",
    "channels",
    "config.apps.SolmuAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "taggit",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.SessionActivity",
    "core.middleware.Modules",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site",
            ],
        },
    }
]
FORM_RENDERER = "core.forms.Renderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
# Dates as Finns write them, in all three languages.
FORMAT_MODULE_PATH = "config.formats"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True

# --- Data ------------------------------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{SOLMU_DATA / 'solmu.sqlite3'}"
_url("DATABASE_URL", DATABASE_URL, {"sqlite", "postgres", "postgresql"})
REDIS_URL = _url("REDIS_URL", env.str("REDIS_URL", default=""), {"redis", "rediss", "unix"})


# How many requests a process works at together; more wait in line.
REQUESTS_AT_ONCE = max(1, _number("REQUESTS_AT_ONCE", default=8))


def _database() -> dict[str, Any]:
    config: dict[str, Any] = dict(environ.Env.db_url_config(DATABASE_URL))
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE: a transaction asks for the write lock when it begins, so that none fails half-way for lack of it.
        # WAL: readers never wait for a writer. Both were measured: 0 of 600 concurrent writes fail, 425 without.
        options.update(
            transaction_mode="IMMEDIATE",
            timeout=30,
            init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        )
    else:
        # One pool a process: a connection for each request at work, some for websockets and tasks. One that was lost is
        # noticed before it is given out.
        options.setdefault("pool", {"min_size": 1, "max_size": REQUESTS_AT_ONCE + 4, "timeout": 15})
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {"default": {} if _problems else _database()}

CACHES: dict[str, dict[str, Any]]
CHANNEL_LAYERS: dict[str, dict[str, Any]]
# Drawn pages have a cache of their own: what visitors open cannot push out the counts for rate limits.
if REDIS_URL:
    CACHES = {
        name: {
            "BACKEND": "config.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": prefix,
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
        }
        for name, prefix in (("default", "solmu"), ("pages", "solmu-pages"))
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            # socket_timeout bounds a dead connection; it has to be longer than the layer's blocking read (5 s).
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 15, "socket_connect_timeout": 3}]},
        }
    }
else:
    # Right for one process only; several need Redis, for rate limits are counted in the cache.
    CACHES = {
        name: {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": name,
            "OPTIONS": {"MAX_ENTRIES": entries},
        }
        for name, entries in (("default", 5000), ("pages", 2000))
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# --- Files -----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# The demo serves the files where they lie: nothing to collect, and an edited file is seen.
STATIC_ROOT = None if SOLMU_DEMO else Path(env.str("STATIC_ROOT", default="") or ROOT / "staticfiles")
STATICFILES_DIRS = [ROOT / "static"]
# Public uploads (logos) only: config.views.media serves them. What is private goes to the storage `private`.
MEDIA_URL = "/media/"
MEDIA_ROOT = SOLMU_DATA / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(SOLMU_DATA / "private"), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if SOLMU_DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = SOLMU_DEMO
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000

# --- Outside services ------------------------------------------------------------------------------------------------

# PRH's open data on businesses (CC BY 4.0), asked for a name and an industry while a profile is made; empty: not asked.
SOLMU_PRH_URL = _url(
    "SOLMU_PRH_URL",
    env.str("SOLMU_PRH_URL", default="https://avoindata.prh.fi/opendata-ytj-api/v3").strip(),
    {"http", "https"},
)

# --- Mail ------------------------------------------------------------------------------------------------------------

EMAIL_TIMEOUT = 10
if env.str("EMAIL_URL", default=""):
    try:
        globals().update(environ.Env.email_url_config(env.str("EMAIL_URL")))
    except (ImproperlyConfigured, ValueError):
        _problems.append(
            "EMAIL_URL is not an address of a mail server, e.g. smtp+tls://user:password@mail.example.fi:587"
        )
elif SOLMU_DEMO:
    EMAIL_BACKEND = "core.mail.DemoMailBackend"
else:
    _required("EMAIL_URL", "the mail server, e.g. smtp+tls://user:password@mail.example.fi:587")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or f"Solmu <noreply@{SITE_HOST}>"
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    _problems.append("DEFAULT_FROM_EMAIL must hold an e-mail address")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The provider that tells by a webhook which letters came back, as anymail calls it, and what it shows as its proof.
MAIL_EVENTS = env.str("MAIL_EVENTS", default="").strip().lower()
if MAIL_EVENTS:
    ANYMAIL = {
        "WEBHOOK_SECRET": _required("MAIL_EVENTS_SECRET", "user:password that the mail provider's webhook shows")
    }
    # Some providers sign what they tell instead, each in its own setting.
    for _name in ("WEBHOOK_KEY", "WEBHOOK_SIGNING_KEY", "SIGNING_SECRET", "TRACKING_WEBHOOK_VERIFICATION_KEY"):
        if env.str("MAIL_EVENTS_SIGNING_KEY", default=""):
            ANYMAIL[f"{MAIL_EVENTS.upper()}_{_name}"] = env.str("MAIL_EVENTS_SIGNING_KEY")
    if importlib.util.find_spec("anymail") is None:
        _problems.append(
            "MAIL_EVENTS is set but django-anymail is not installed (install the extra: solmu[production])"
        )
    elif not MAIL_EVENTS.isidentifier() or importlib.util.find_spec(f"anymail.webhooks.{MAIL_EVENTS}") is None:
        _problems.append("MAIL_EVENTS names no mail provider that anymail knows, e.g. postmark")

# --- Sign-in ---------------------------------------------------------------------------------------------------------

from config.settings_sign_in import *  # noqa: F403, E402  # settings are names of the module

ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Who comes through a proxy is known by X-Forwarded-For, to which so many proxies of ours add. With none of them every
# visitor would have the proxy's address, and the limits would count all as one.
BEHIND_PROXY = _switch("BEHIND_PROXY", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = _number("PROXY_COUNT", default=1 if BEHIND_PROXY else 0)
# Browsers offer passkeys over plain http on the machine's own name only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SOLMU_DEMO

# A crowd opens an event's page at once: see core/crowds.py.
VISITORS_PAGE_SECONDS = _number("VISITORS_PAGE_SECONDS", default=5)
# What a person opens again and again is kept so long, and given only while it is true: see core/kept.py.
# Whoever works on templates sees them as they are.
KEPT_PAGE_SECONDS = _number("KEPT_PAGE_SECONDS", default=0 if DEBUG else 900)

SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failed"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = False
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

# --- Transport and headers -------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = _switch("SSL_REDIRECT", default=HTTPS)
# A proxy that ends TLS says so in this header. Only set it where the proxy also removes it from what visitors send.
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Health checks come from inside, over plain http.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = _number("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = _switch("HSTS_PRELOAD", default=False)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
# Preloading binds the whole domain for years: its owner decides that, not one service on it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
        **({"upgrade-insecure-requests": [True]} if HTTPS else {}),
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "accelerometer": [],
    "camera": [],
    "display-capture": [],
    "geolocation": [],
    "gyroscope": [],
    "magnetometer": [],
    "microphone": [],
    "midi": [],
    "payment": [],
    "usb": [],
    "publickey-credentials-create": ["self"],
    "publickey-credentials-get": ["self"],
}

# --- Background work -------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 1800, "socket_timeout": 10, "socket_connect_timeout": 3, "socket_keepalive": True}
    if REDIS_URL
    # How often the embedded worker looks at its queue: this bounds the wait of a waked task.
    else {"polling_interval": 0.05}
)
# The facts stand in tables, a message only wakes someone: no results are kept, and a lost message is swept up.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ALWAYS_EAGER = False

# --- Logs, errors, figures -------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    _problems.append(f"LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {LOG_LEVEL!r}")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING" if _problems else LOG_LEVEL},
    "loggers": {
        # Django's own configuration mails errors to ADMINS and prints twice under DEBUG; ours is one stream.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Missing pages and bad hosts are visitors' doing, in the access log already.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "celery": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}

SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN and not _problems:
    if importlib.util.find_spec("sentry_sdk") is None:
        _problems.append("SENTRY_DSN is set but sentry-sdk is not installed (install the extra: solmu[production])")
    else:
        import sentry_sdk

        from config.errors import without_secrets

        # Never personal data: no user, no cookies, no bodies, no values of variables, no log lines before the error.
        # And no addresses, for some are secrets.
        sentry_sdk.init(
            dsn=SENTRY_DSN,
            send_default_pii=False,
            max_request_body_size="never",
            include_local_variables=False,
            max_breadcrumbs=0,
            before_send=without_secrets,
        )

METRICS_TOKEN = ""
if _switch("PROMETHEUS", default=False):
    METRICS_TOKEN = _required("METRICS_TOKEN", "a long random text that the collector of figures shows at /metrics")
    if 0 < len(METRICS_TOKEN) < 30:
        _problems.append("METRICS_TOKEN is shorter than 30 characters")
    if importlib.util.find_spec("django_prometheus") is None:
        _problems.append(
            "PROMETHEUS is on but django-prometheus is not installed (install the extra: solmu[production])"
        )
    else:
        INSTALLED_APPS.append("django_prometheus")
        MIDDLEWARE.insert(0, "django_prometheus.middleware.PrometheusBeforeMiddleware")
        MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")

if _problems:
    raise ImproperlyConfigured("; ".join(_problems) + ". (SOLMU_DEMO=1 starts a demo that needs none of these.)")
