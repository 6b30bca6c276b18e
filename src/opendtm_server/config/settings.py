"""Settings of the house, read from the environment.

| variable | meaning |
|---|---|
| `OPENDTM_DATA` | the data folder (default `var/house`) |
| `OPENDTM_DATABASE_URL` | `postgres://user:password@host:port/name`; SQLite in the data folder when unset |
| `OPENDTM_HOSTS` | host names under which the house answers, with commas between |
| `OPENDTM_ORIGINS` | origins trusted for forms behind a proxy, such as `https://dtm.example.org` |
| `OPENDTM_ADDRESS` | the address that reports print as theirs, such as `https://dtm.example.org`; a path alone when unset |
| `OPENDTM_TLS` | `1` when browsers reach the house through https only |
| `OPENDTM_PRIVATE_SOURCES` | `1` when submissions may be taken from servers in the house's own network |
| `OPENDTM_STATIC` | `collected` when `serve` has collected static files under hashed names |
"""

import os
from pathlib import Path

from opendtm_server.config.environment import database, secret_key
from opendtm_server.config.logs import logging

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("OPENDTM_DATA", "var/house")).absolute()
STORE_DIR = DATA_DIR / "store"
MATRIX_DIR = DATA_DIR / "matrix"

SECRET_KEY = secret_key(DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("OPENDTM_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [
    origin for origin in os.environ.get("OPENDTM_ORIGINS", "").split(",") if origin
]
OPENDTM_PRIVATE_SOURCES = os.environ.get("OPENDTM_PRIVATE_SOURCES") == "1"
PUBLIC_ADDRESS = os.environ.get("OPENDTM_ADDRESS", "").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "opendtm_server.ui",
    "opendtm_server.govern",
    "opendtm_server.places",
    "opendtm_server.collect",
    "opendtm_server.verify",
    "opendtm_server.matrix",
    "opendtm_server.publish",
]

MIDDLEWARE = [
    "opendtm_server.config.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "opendtm_server.config.phone_line.PhoneLine",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "opendtm_server.config.problems.ProblemPages",
]

ROOT_URLCONF = "opendtm_server.config.urls"
WSGI_APPLICATION = "opendtm_server.config.wsgi.application"
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
                "opendtm_server.govern.navigation.context",
            ],
            "builtins": ["opendtm_server.ui.templatetags.words"],
        },
    },
]
FORM_RENDERER = "opendtm_server.ui.forms.Renderer"

DATABASES = {"default": database(os.environ.get("OPENDTM_DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["opendtm_server.govern.passwords.HousePasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "govern:login"
LOGIN_REDIRECT_URL = "govern:desk"
LOGOUT_REDIRECT_URL = "govern:login"

BEHIND_TLS = os.environ.get("OPENDTM_TLS") == "1"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "opendtm_server.config.problems.csrf_failed"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_PERMISSIONS = 0o600

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "opendtm_server.config.formats"

STATIC_URL = "/static/"
STATIC_COLLECTED = os.environ.get("OPENDTM_STATIC") == "collected"
STATIC_ROOT = DATA_DIR / "static" if STATIC_COLLECTED else PACKAGE / "ui" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging()
