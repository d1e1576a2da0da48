"""All settings, read from the environment. Defaults serve a developer on a bare machine.

Everything an operator may set is listed in docs/operations.md; ``tests/haixing/config`` holds the two together.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from haixing.config.logging import logging_config

env = environ.Env()
ROOT = Path(__file__).resolve().parents[3]
VAR = Path(env("HAIXING_VAR", default=str(ROOT / "var")))

DEBUG = env.bool("DEBUG", default=False)
# The demo prints its sign-ins, and shows the SMS it would have sent on a page of its own.
DEMO = env.bool("HAIXING_DEMO", default=False)
PRODUCTION = not (DEBUG or DEMO)


# --- Secrets ---------------------------------------------------------------------------------------------------------

PUBLISHED_SECRET = "published-default-of-"  # noqa: S105  it marks what is no secret


def secret(name: str) -> str:
    """Read a secret. Only a debug or demo server may run on the published default."""
    value: str = env(name, default="")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(
            f"{name} is not set: give it 50 random characters, or set HAIXING_DEMO=1 to try Haixing out"
        )
    return f"{PUBLISHED_SECRET}{name}-for-development-only-0123456789abcdef"


SECRET_KEY = secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Newest first, as "id=secret,id=secret": new values are sealed with the first, old ones open with theirs.
ENCRYPTION_KEYS: dict[str, str] = env.dict("ENCRYPTION_KEYS", default={}) or {"k1": secret("ENCRYPTION_KEY")}
INDEX_KEY = secret("INDEX_KEY")


# --- Parts -----------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "haixing.config",
    "haixing.card",
    "haixing.clinic",
    "haixing.ui",
    "haixing.claims",
    "haixing.vaccines",
    "haixing.ledger",
    "haixing.notices",
    "haixing.members",
    "haixing.policies",
    "haixing.network",
    "haixing.accounts",
    "haixing.audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rules",
]
MIDDLEWARE = [
    "haixing.config.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "haixing.config.middleware.PageHeaders",
    "haixing.config.middleware.NoNulls",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "haixing.config.middleware.DatabaseAway",
]
ROOT_URLCONF = "haixing.config.urls"
WSGI_APPLICATION = "haixing.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The demo has one worker, and production a queue in the database: a task is enqueued in the transaction
# of the change that needs it. Tests run tasks at once.
TASKS = {"default": {"BACKEND": env("TASKS_BACKEND", default="django_tasks_db.DatabaseBackend")}}


# --- Database --------------------------------------------------------------------------------------------------------

DATABASE_URL = env("DATABASE_URL", default="") or f"sqlite:///{VAR / 'haixing.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
_database = DATABASES["default"]
# A thread of the server keeps its connection: opening one costs more than most of our queries.
_database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
_database["CONN_HEALTH_CHECKS"] = True
if _database["ENGINE"].endswith("sqlite3"):
    # Tests with a live server use several threads, which an in-memory database cannot serve.
    _database["TEST"] = {"NAME": VAR / "test.sqlite3"}
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # Seconds. Every waiting request holds a thread of the one process, so it must not be long.
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    _database.setdefault("OPTIONS", {}).update(
        {
            "connect_timeout": 5,
            "server_side_binding": True,
            # A statement that came so often is planned once for each connection (docs/operations.md, PREPARE_AFTER).
            "prepare_threshold": env.int("PREPARE_AFTER", default=5) or None,
            # A desk would rather hear "try again" after three seconds than wait for a stuck lock.
            "options": "-c lock_timeout=3s -c idle_in_transaction_session_timeout=30s",
        }
    )


# --- The web: hosts, cookies, headers (docs/operations.md, "Behind a proxy") -----------------------------------------

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies of ours stand before the server. Only what they wrote is believed:
# X-Forwarded-Proto for https, and the last so many entries of X-Forwarded-For for the client's address.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)
# A load balancer asks for the server's health from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# A browser accepts a __Host- cookie only over https, from this very host, for the whole site.
_COOKIE = "__Host-haixing-" if PRODUCTION else "haixing-"
SESSION_ENGINE = "haixing.config.sessions"
SESSION_COOKIE_NAME = f"{_COOKIE}session"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A family's phone stays signed in from one cold to the next; it can be signed out from any other (members.SignIn).
# A desk's session ends with the working day: see ACCOUNT_SESSION_COOKIE_AGE below.
SESSION_COOKIE_AGE = int(timedelta(days=90).total_seconds())
CSRF_COOKIE_NAME = f"{_COOKIE}csrf"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = f"{_COOKIE}language"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# The desk reads cards with the device's camera; a family may sort clinics by where it is. Nothing else is asked.
PERMISSIONS_POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"

# A bill of several thousand lines must arrive, so that its refusal can be a sentence.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100_000
FILE_UPLOAD_HANDLERS = ["haixing.config.uploads.NoFiles"]

STATIC_URL = "static/"
# In the demo and in development static files are served from where they lie; production collects them first.
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(ROOT / "staticfiles"))) if PRODUCTION else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 3600 if PRODUCTION else 0


# --- Who signs in at a desk (families sign in through ``members``) ---------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "haixing.config.adapters.DeskAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "haixing.config.adapters.DeskSecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Haixing"
# Staff accounts have no e-mail address to verify.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True

# Five wrong passwords for one name from one address close that pair for a quarter of an hour. A name alone is not
# closed here, or a stranger could shut a desk out; allauth slows a name down whatever the address (5 in 5 minutes).
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_FORM_FIELD = "username"  # the key under which allauth passes the name on, whatever the form calls it
AXES_CLIENT_IP_CALLABLE = "haixing.lib.addresses.client_address"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
# Sign-ins are in the audit trail; a second record of who came from where would only be one more thing to protect.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False


# --- What we tell people ---------------------------------------------------------------------------------------------

# A dotted path to the class that sends SMS. The default keeps them in the outbox: the demo shows it at /demo/messages/.
SMS_BACKEND = env("SMS_BACKEND", default="")
# Where a family that has no card yet may call: the administrator's line. Insurers' own lines are in their rows.
SERVICE_HOTLINE = env("SERVICE_HOTLINE", default="400-000-9000" if DEMO else "")
SERVICE_HOTLINE_HOURS = env(
    "SERVICE_HOTLINE_HOURS", default="周一至周五 Mon-Fri 8:00-21:00，周六日 Sat-Sun 9:00-18:00" if DEMO else ""
)


# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]  # each by its own name, whoever reads
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True


# --- Logs: one JSON object a line, personal data left out (haixing.lib.logs) -----------------------------------------

LOGGING = logging_config(level=env("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING"), plain=not PRODUCTION)
