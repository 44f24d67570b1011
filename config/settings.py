"""Settings of Lonja, one file, read from the environment.

LONJA_MODE is ``demo`` (known passwords, generated company), ``development`` or ``production``;
production refuses to start on a missing secret or an insecure value.
"""

import os
from pathlib import Path

import pghistory
import pgtrigger
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.database.address import database_settings
from config.secret import local_secret

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = os.environ.get("LONJA_MODE", "development")
DEMO = MODE == "demo"
PRODUCTION = MODE == "production"
STATE_DIR = Path(os.environ.get("LONJA_STATE_DIR") or BASE_DIR / ".state").absolute()

SECRET_KEY = os.environ.get("SECRET_KEY", "") or ("" if PRODUCTION else local_secret(STATE_DIR))
SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()
DEBUG = os.environ.get("DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "" if PRODUCTION else "localhost 127.0.0.1 [::1]").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("CSRF_TRUSTED_ORIGINS", "").split()

# What would make production unsafe, said all at once.
if MODE not in ("demo", "development", "production"):
    raise ImproperlyConfigured(f"LONJA_MODE is demo, development or production, not {MODE!r}.")
if PRODUCTION:
    FAULTS = [
        fault
        for present, fault in [
            (not SECRET_KEY, "SECRET_KEY is missing: set it to a long random text and keep it."),
            (0 < len(SECRET_KEY) < 50, "SECRET_KEY is shorter than 50 characters."),
            (DEBUG, "DEBUG=1 shows source code and settings to visitors: unset it."),
            (not ALLOWED_HOSTS, "ALLOWED_HOSTS is missing: set it to the host names you serve, separated by spaces."),
            ("*" in ALLOWED_HOSTS, "ALLOWED_HOSTS=* accepts forged host names: name the hosts you serve."),
        ]
        if present
    ]
    if FAULTS:
        raise ImproperlyConfigured("Lonja does not start in production with these settings:\n- " + "\n- ".join(FAULTS))

INSTALLED_APPS = [
    "customers",
    "inventory",
    "orders",
    "billing",
    "config",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "customers.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.web.middleware.HistoryMiddleware",
    "customers.middleware.MembershipMiddleware",
    "config.web.middleware.RoleMiddleware",  # stays last: it runs the view
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "customers.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["config.web.templates.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["config.templatetags.ui"],
        },
    }
]

# Database: DATABASE_URL, or the embedded server when it is unset. LONJA_DB_LOGIN says who this process logs in as.
DATABASES = {
    "default": database_settings(
        os.environ, secret_key=SECRET_KEY, test_name=os.environ.get("LONJA_TEST_DATABASE", "test_lonja")
    )
}

# People
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses whoever is locked out
    "customers.backends.DeskBackend",
]
PASSWORD_HASHERS = [
    "config.passwords.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_ROLE_PATHS = ("/accounts/",)  # pages about oneself; the database's login role suffices and is needed there
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "customers.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "customers.forms.LoginForm",
    "reset_password": "customers.forms.ResetPasswordForm",
    "reset_password_from_key": "customers.forms.ResetPasswordKeyForm",
    "change_password": "customers.forms.ChangePasswordForm",
    "reauthenticate": "customers.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited by e-mail, so the address has proved itself
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "customers.adapters.login_name"
AXES_CLIENT_IP_CALLABLE = "customers.adapters.client_ip"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_VERBOSE = False
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # django-axes counts, in the database that all processes share
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("LONJA_BEHIND_PROXY") == "1" else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Lonja"
AXES_RESET_ON_SUCCESS = True

# Sessions and cookies
SESSION_ENGINE = "customers.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "lonja_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# What browsers may do with our pages
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked by machines inside, over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
if os.environ.get("LONJA_BEHIND_PROXY") == "1":  # which has to set, not pass on, this header
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = os.environ.get("TIME_ZONE", "Europe/Madrid")
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # it would write 1,214 into addresses

# Files: our own are served compressed under names that change with their content; private ones never as static files.
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("LONJA_STATIC_ROOT") or BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
COLLECTED = DEMO or PRODUCTION
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILES_ROOT = Path(os.environ.get("LONJA_FILES_ROOT") or STATE_DIR / "files")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # an order of 1,500 lines, five fields each
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# Mail leaves through the outbox and a job; this is the door.
# The demo's mails go nowhere: its customers are invented, and the outbox shows each.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if PRODUCTION else 'dummy' if DEMO else 'console'}.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Lonja <orders@example.com>")

# Jobs
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_IMPORT_PATHS = ["config.jobs"]
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 2, "delete_jobs": "successful"}


# Audit: statement-level triggers; the person and the address lie beside each row; only the object is indexed.
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")  # looking changes nothing
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)

# What each app contributes, one function each.
SEARCH_SOURCES = ["customers.hits.search", "orders.search.search", "inventory.hits.search", "billing.search.search"]
LIST_EXPORTS = {
    "customers": "customers.lists.customers",
    "products": "inventory.lists.products",
    "orders": "orders.lists.orders",
    "shipments": "orders.lists.shipments",
    "incidents": "orders.lists.incidents",
    "returns": "orders.lists.returns",
    "invoices": "billing.lists.invoices",
    "payments": "billing.lists.payments",
    "dues": "billing.lists.dues",
}
TODAY_CARDS = ["orders.dashboard.cards", "billing.dashboard.cards"]
LIVE_TOPICS = {
    "orders": "orders.live.version",
    "stock": "inventory.live.version",
    "billing": "billing.live.version",
}
LIVE_COUNTS = ["orders.live.counts"]

# Who is told of which products stock became free: functions ``told(*, product_ids)``, in the same transaction.
STOCK_FREED = ["orders.services.backorders.announce_free"]

# What must add up: functions that return proofs (see config.integrity).
INTEGRITY_PROOFS = ["inventory.integrity.proofs", "orders.integrity.proofs", "billing.integrity.proofs"]

# Tables
DJANGO_TABLES2_TEMPLATE = "table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "config.log.JsonFormatter"},
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json" if PRODUCTION else "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        name: {"level": os.environ.get("LONJA_LOG_LEVEL", "INFO")}
        for name in ("config", "customers", "inventory", "orders", "billing")
    },
}
