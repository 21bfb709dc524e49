"""Settings, all in one module; what a county may change comes from the environment (see docs/settings.md)."""

from pathlib import Path

import pghistory
from csp.constants import NONE, SELF

from fupin import embedded
from fupin.env import env_bool, env_int, env_list, env_path, env_str, secret_file

BASE_DIR = Path(__file__).resolve().parent.parent

# Where the embedded database, uploaded files and generated keys live.
FUPIN_VAR = env_path("FUPIN_VAR", BASE_DIR / "var")

DEBUG = env_bool("FUPIN_DEBUG", False)
SECRET_KEY = env_str("FUPIN_SECRET_KEY", "") or secret_file(FUPIN_VAR, "secret_key")
# Keys the hash by which personal numbers are matched; losing it means no number is found again, so it is
# kept apart from SECRET_KEY, which may be changed at any time.
FUPIN_NUMBER_KEY = env_str("FUPIN_NUMBER_KEY", "") or secret_file(FUPIN_VAR, "number_key")
ALLOWED_HOSTS = env_list("FUPIN_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("FUPIN_ORIGINS", [])

PRODUCT_NAME = "扶贫档案"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_tables2",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "axes",
    "csp",
    "fupin",
    "households",
    "funds",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "fupin.middleware.private_pages",
    "fupin.middleware.first_password",
    "fupin.middleware.acting_user",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "fupin.urls"
WSGI_APPLICATION = "fupin.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "fupin.shell.shell",
            ],
        },
    },
]
FORM_RENDERER = "fupin.renderer.FormRenderer"

# --- database ---------------------------------------------------------------------------------------------

DATABASE_URL = env_str("DATABASE_URL", "") or embedded.database_url(FUPIN_VAR)
DATABASES = {"default": {**embedded.parse_url(DATABASE_URL), "ENGINE": "django.db.backends.postgresql"}}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Audit: one statement trigger per table and event, never one per row (docs/decisions/0004-audit.md).
PGHISTORY_LEVEL = pghistory.Statement
PGHISTORY_APPEND_ONLY = True

# --- log-in -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "fupin.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "fupin.login.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# A new first password is told in a message: it belongs into the session, not into a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# By user and address together: by address alone, one forgetful colleague locks out a township behind one
# router; by user alone, anybody can lock out anybody.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "fupin.login.client_address"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- transport and headers --------------------------------------------------------------------------------

# A county intranet may have no certificate yet: cookies marked Secure would then break log-in.
TLS = env_bool("FUPIN_TLS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
BEHIND_PROXY = env_bool("FUPIN_BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- language, time, files --------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STATIC_ROOT = env_path("FUPIN_STATIC_ROOT", BASE_DIR / "var" / "static")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FUPIN_VAR / "files", "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Nothing below FUPIN_VAR has a URL of its own: a file is had only through its row (fupin/views/files.py).
MEDIA_URL = ""
FUPIN_UPLOAD_BYTES = env_int("FUPIN_UPLOAD_BYTES", 20 * 1024 * 1024)
# What was typed and not saved is personal data, too: it is not kept for ever.
FUPIN_DRAFT_DAYS = env_int("FUPIN_DRAFT_DAYS", 7)
# A longer list is written by the worker.
FUPIN_EXPORT_ROWS = env_int("FUPIN_EXPORT_ROWS", 5000)
# The same holds for an uploaded file, once nobody goes on with it, and for what a job has made.
FUPIN_FILE_DAYS = env_int("FUPIN_FILE_DAYS", 7)
# What villages' figures came to is kept for the sums of regions above (docs/decisions/0026-figure-cache.md).
FUPIN_FIGURE_CACHE = env_bool("FUPIN_FIGURE_CACHE", True)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

DJANGO_TABLES2_TEMPLATE = "ui/table.html"
FILTERS_EMPTY_CHOICE_LABEL = "全部"
PAGE_ROWS = 50

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"masked": {"()": "fupin.logs.MaskNumbers"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["masked"]},
    },
    "root": {"handlers": ["console"], "level": env_str("FUPIN_LOG_LEVEL", "WARNING")},
}
