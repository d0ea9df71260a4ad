"""Settings of the one Django project.  What differs from place to place comes from the environment (config/env.py)."""

import os
import sys
import tempfile
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

if "pytest" in sys.modules and "KESSAI_VAR" not in os.environ:
    # Read before any conftest: tests keep their database, files and counts in a folder of their own.
    os.environ["KESSAI_VAR"] = tempfile.mkdtemp(prefix="kessai-tests-")

ROOT = Path(__file__).resolve().parent.parent
ENV = env.read()
VAR = Path(ENV["KESSAI_VAR"]) if Path(ENV["KESSAI_VAR"]).is_absolute() else ROOT / ENV["KESSAI_VAR"]

DEBUG = ENV["KESSAI_DEBUG"]
SECRET_KEY = env.secret_key(ENV["KESSAI_SECRET_KEY"], VAR)
ALLOWED_HOSTS = ENV["KESSAI_HOSTS"]
CSRF_TRUSTED_ORIGINS = [f"{'https' if ENV['KESSAI_HTTPS'] else 'http'}://{host}" for host in ALLOWED_HOSTS]

INSTALLED_APPS = [
    # First, so that its pages stand in front of those that allauth and viewflow bring under the same names.
    "config.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "guardian",
    "viewflow",
    "viewflow.workflow",
    "django_htmx",
    "config.jobs",
    "documents.ledger",
    "documents",
    "workflow.organization",
    "workflow.organization.signin",
    "workflow",
    "approvals.regulation",
    "approvals",
    "rpa_hooks",
    "config.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.web.middleware.HeadersMiddleware",
    "workflow.organization.signin.ending.OngoingSessionMiddleware",
    "config.web.middleware.LanguageMiddleware",
    "config.web.bare_answers.FailureMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.web.entrance.OverdueMiddleware",
    "workflow.organization.signin.ending.EndedMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "workflow.organization.middleware.ActorMiddleware",
    "config.web.middleware.AccessRuleMiddleware",
    "config.web.entrance.EntranceMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.web.context.frame",
            ],
        },
    }
]

DATABASES = {"default": env.database(ENV["DATABASE_URL"], VAR)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A test database in memory would hide what locks do.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

# Who may log in, and how.
AUTH_USER_MODEL = "organization.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "code"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "workflow.organization.accounts.StaffAdapter"
ACCOUNT_FORMS = {
    "login": "config.web.login.StaffLoginForm",
    "change_password": "config.web.login.OwnPasswordForm",
    "reauthenticate": "config.web.login.ConfirmForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# One 職員番号 is locked after wrong tries (workflow/organization/commands/lockout.py); the same rate here holds for
# numbers that nobody has.  An office behind one address logs in together in the morning.
LOCK_AFTER, LOCK_MINUTES = ENV["KESSAI_LOCK_AFTER"], ENV["KESSAI_LOCK_MINUTES"]
ACCOUNT_RATE_LIMITS = {
    "login_failed": f"{LOCK_AFTER}/{LOCK_MINUTES}m/key,50/5m/ip",
    "login": f"{ENV['KESSAI_LOGINS_PER_MINUTE']}/m/ip",
    "reauthenticate": "20/m/user",
}
RATE_LIMITS = {"upload": f"{ENV['KESSAI_UPLOADS_PER_MINUTE']}/m/user", "sso_refused": "50/5m/ip"}

# The second factor: who must have one, and which kinds there are.
TWO_FACTOR_ALL = ENV["KESSAI_TWO_FACTOR_ALL"]
MFA_ADAPTER = "workflow.organization.signin.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "workflow.organization.signin.forms.CodeForm",
    "reauthenticate": "workflow.organization.signin.forms.ConfirmCodeForm",
    "activate_totp": "workflow.organization.signin.forms.AppForm",
    "add_webauthn": "workflow.organization.signin.forms.KeyForm",
    "authenticate_webauthn": "workflow.organization.signin.forms.UsedKeyForm",
    "reauthenticate_webauthn": "workflow.organization.signin.forms.ConfirmKeyForm",
}
MFA_TOTP_TOLERANCE = 1  # a clock may be off by half a minute
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A browser gives keys out on https or on localhost only, so a plain http origin here is this machine's own.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENV["KESSAI_HTTPS"]
# How long a confirmed identity suffices for dangerous acts, and whether 決裁 is one.
ACCOUNT_REAUTHENTICATION_TIMEOUT = ENV["KESSAI_CONFIRM_MINUTES"] * 60
CONFIRM_DECISIONS = ENV["KESSAI_CONFIRM_DECISIONS"]

# Single sign-on, where an OpenID provider is named: it proves who somebody is, accounts are still ours.
OIDC = env.openid(ENV)
OIDC_STAFF_CLAIM = ENV["KESSAI_OIDC_STAFF_CLAIM"]
SOCIALACCOUNT_ADAPTER = "workflow.organization.signin.sso.StaffSocialAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC] if OIDC else []}}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("code", "name", "kana", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": ENV["KESSAI_PASSWORD_LENGTH"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "workflow.organization.signin.passwords.KindsValidator",
        "OPTIONS": {"kinds": ENV["KESSAI_PASSWORD_KINDS"]},
    },
    {
        "NAME": "workflow.organization.signin.passwords.HistoryValidator",
        "OPTIONS": {"remembered": ENV["KESSAI_PASSWORD_HISTORY"]},
    },
]
PASSWORD_FIRST_CHANGE = ENV["KESSAI_PASSWORD_FIRST_CHANGE"]

# Cookies and browser rules.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENV["KESSAI_HTTPS"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_FAILURE_VIEW = "config.web.failures.csrf_failure"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENV["KESSAI_HTTPS"] else 0
# A log-in ends after a while without an act, at the latest after a working day and its overtime, and with the browser.
SESSION_COOKIE_AGE = ENV["KESSAI_IDLE_MINUTES"] * 60
SESSION_LONGEST = ENV["KESSAI_SESSION_HOURS"] * 3600
SESSIONS_PER_PERSON = ENV["KESSAI_SESSIONS_PER_PERSON"]
SESSION_ENGINE = "workflow.organization.signin.sessions"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # bpmn-js and pdf.js place their parts with style attributes.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Language and time: Japanese first, English second; moments are kept in UTC.
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("English"))]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# Static files: from the apps, and named files from node_modules (nothing is vendored).
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_FINDERS = ["config.web.finders.OwnAppsFinder", "config.web.finders.NodeModulesFinder"]
STORAGES = {
    "default": {"BACKEND": "documents.storage.FileBlobs"},
    "staticfiles": {"BACKEND": "whitenoise.storage.ManifestStaticFilesStorage"},
}
if "pytest" in sys.modules or DEBUG:
    # The manifest needs the browser packages, which the tests do without.
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
# pdf.js is made of modules, and browsers run those only with this type.
WHITENOISE_MIMETYPES = {".mjs": "text/javascript"}

# Files of record.
BLOB_ROOT = VAR / "blobs"
OBJECT_STORE = env.object_store(ENV["OBJECT_STORE_URL"])
if OBJECT_STORE:
    STORAGES["default"] = {"BACKEND": "documents.storage.S3Blobs"}
MAX_FILE_BYTES = ENV["KESSAI_MAX_FILE_MB"] * 1024 * 1024
MAX_CASE_BYTES = ENV["KESSAI_MAX_CASE_MB"] * 1024 * 1024
FILES_TAKEN_BY_READERS = ENV["KESSAI_TAKE_FILES"]
LEGACY_OFFICE_ALLOWED = ENV["KESSAI_LEGACY_OFFICE"]
# Processes.
HOOK_NAMES = ENV["KESSAI_HOOK_NAMES"]
GROUP_NAMES = ENV["KESSAI_GROUP_NAMES"]
FORMS = ENV["KESSAI_FORMS"]
HTTP_HOSTS = ENV["KESSAI_HTTP_HOSTS"]
MESSAGE_HOURS = ENV["KESSAI_MESSAGE_HOURS"]
# Files on their way in: under a folder that every process of the web sees.
UPLOAD_ROOT = VAR / "uploads"
UPLOAD_QUOTA_BYTES = ENV["KESSAI_UPLOAD_QUOTA_MB"] * 1024 * 1024
UPLOAD_HOURS = ENV["KESSAI_UPLOAD_HOURS"]
CLAMD_URL, CLAMD_SECONDS = ENV["CLAMD_URL"], ENV["KESSAI_CLAMD_SECONDS"]
UNSCANNED_ALLOWED = ENV["KESSAI_UNSCANNED"]

# Wake-up calls. The rows in the database are the truth; Redis may forget everything.
REDIS_URL = ENV["REDIS_URL"]
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    # Shared by web and worker processes, so that the lock-out of a log-in holds in all of them.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR / "cache"}}

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Longer than any job's lease: a message given out twice finds its row already claimed.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 5}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE = {"sweep": {"task": "jobs.sweep", "schedule": 15.0, "options": {"expires": 15}}}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")

# Failures are seen by whoever reads the process's output; pages that do not exist are no failures.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"reference": {"()": "config.web.references.ReferenceFilter"}},
    "handlers": {"output": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["reference"]}},
    "root": {"handlers": ["output"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.csrf": {"level": "ERROR"}},
}

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"

CITY = ENV["KESSAI_CITY"]
DEMO = ENV["KESSAI_DEMO"]
DEMO_LOGINS = "config.demo.city.demo_logins"
DEMO_PASSWORD = "config.demo.city.PASSWORD"  # noqa: S105 - where it stands, not what it is

# guardian.W001: permissions are read by documents/access.py as joins, no backend asks row by row.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
