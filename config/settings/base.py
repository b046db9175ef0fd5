"""Settings that every way of running shares. Values come from the environment (docs/operations.md)."""

from pathlib import Path

from celery.schedules import crontab
from django.utils.csp import CSP

from config import environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(environment.text("PORTAL_DATA_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = False
SECRET_KEY = environment.text("SECRET_KEY")
BASE_URL = environment.text("PORTAL_BASE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", BASE_URL)

# Only bin/serve switches these on: demonstration accounts, mail catcher, movable clock.
DEMONSTRATION = False

INSTALLED_APPS = [
    "portal",
    "reports",
    "forums",
    "grants",
    "premises",
    "liaisons",
    "organisations",
    "documents",
    "notifications",
    "accounts",
    "county",
    "common",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "lucide",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "organisations.api.middleware.OpenDataMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.page",
            ],
        },
    }
]
FORM_RENDERER = "common.form_rendering.QuickRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "yhdyspinta"
CRISPY_TEMPLATE_PACK = "yhdyspinta"

DATABASES = {"default": environment.database(environment.text("DATABASE_URL"))}
REDIS_URL = environment.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "common.cache.PortalCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "yhdyspinta",
    }
}

# Languages: the source texts are Finnish.
LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "suomi"), ("sv", "svenska"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"
FIRST_DAY_OF_WEEK = 1
FORMAT_MODULE_PATH = ["common.formats"]

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("fonts", DATA_DIR / "fonts")]
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
UPLOAD_MAX_BYTES = environment.number("UPLOAD_MAX_MB", 20) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
CLAMAV_ADDRESS = environment.text("CLAMAV_ADDRESS", "")
# Where the county's transfer puts the association register's extract; empty: it is imported by hand.
REGISTER_EXTRACT = environment.text("REGISTER_EXTRACT", "")

# People
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["full_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:next"
LOGOUT_REDIRECT_URL = "portal:front"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_MAIL_QUEUE = "notifications.outbox.queue"  # accounts stands below notifications and does not import it
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # the session ends with the browser, or after SESSION_COOKIE_AGE without use
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "accounts.forms.ActivateTotpForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.EditPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Yhdyspinta"
MFA_TOTP_TOLERANCE = 1  # the code before is accepted too: slow fingers and clocks a little off (RFC 6238, 5.2)
# How many reverse proxies stand in front: the rate limits of sign-in count by the visitor's own address.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 0)

# Safety
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

# Mail goes through the outbox (notifications); these say where the worker hands it over.
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": environment.text("EMAIL_HOST", "localhost"),
            "port": environment.number("EMAIL_PORT", 25),
            "username": environment.text("EMAIL_HOST_USER", ""),
            "password": environment.text("EMAIL_HOST_PASSWORD", ""),
            "use_tls": environment.flag("EMAIL_USE_TLS"),
            "timeout": 20,
        },
    }
}
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "Yhdyspinta <yhdyspinta@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# A message whose sender died is judged after this time; a living sender holds its row's lock however long it takes.
OUTBOX_UNCERTAIN_AFTER = environment.number("OUTBOX_UNCERTAIN_AFTER", 120)

# Work in the background
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 20 * 60}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    # They expire, so that hours without a worker do not leave hours of empty rounds behind.
    "send-outbox": {"task": "notifications.send_outbox", "schedule": 5.0, "options": {"expires": 30}},
    "decide-reminders": {"task": "notifications.decide_reminders", "schedule": 60.0, "options": {"expires": 120}},
    "worker-heartbeat": {"task": "portal.heartbeat", "schedule": 10.0, "options": {"expires": 30}},
    "newsletters": {"task": "portal.go_on_with_newsletters", "schedule": 600.0, "options": {"expires": 600}},
    "decisions-final": {"task": "grants.make_decisions_final", "schedule": 600.0, "options": {"expires": 600}},
    "agreements": {"task": "grants.expire_agreements", "schedule": 3600.0, "options": {"expires": 3600}},
    "supplements": {"task": "grants.expire_supplements", "schedule": 600.0, "options": {"expires": 600}},
    "statements": {"task": "grants.expire_statements", "schedule": 600.0, "options": {"expires": 600}},
    "continuity": {"task": "grants.ask_continuity", "schedule": 21600.0, "options": {"expires": 3600}},
    "search-texts": {"task": "organisations.reindex_search", "schedule": crontab(hour=0, minute=10)},
    "unit-changes": {"task": "liaisons.apply_unit_changes", "schedule": 3600.0, "options": {"expires": 3600}},
    "nominations": {"task": "liaisons.announce_nominations", "schedule": 300.0, "options": {"expires": 300}},
    "self-assessments": {"task": "liaisons.run_assessments", "schedule": 300.0, "options": {"expires": 300}},
    "comment-rounds": {"task": "liaisons.run_rounds", "schedule": 60.0, "options": {"expires": 60}},
    "sign-ups": {"task": "forums.settle_sign_ups", "schedule": 60.0, "options": {"expires": 60}},
    "event-feedback": {"task": "forums.ask_feedback", "schedule": 600.0, "options": {"expires": 600}},
    "bookings": {"task": "premises.lapse", "schedule": 60.0, "options": {"expires": 60}},
    "external-calendars": {"task": "premises.calendars", "schedule": 60.0, "options": {"expires": 60}},
    # At night, Finnish time: the county's transfer has brought the extract by then (docs/operations.md).
    "register-extract": {"task": "organisations.nightly_import", "schedule": crontab(hour=3, minute=10)},
    "register-duplicates": {"task": "organisations.find_duplicates", "schedule": crontab(hour=4, minute=10)},
    "goal-values": {"task": "reports.fill_goal_values", "schedule": crontab(hour=4, minute=40)},
    "surveys": {"task": "reports.settle_surveys", "schedule": crontab(hour=0, minute=20)},
    "retention": {"task": "portal.retention", "schedule": 24 * 60 * 60.0},
}

# External calendars of rooms (docs/decisions/0051): hosts of the county's own network, "host" or "host:port", that may
# be asked besides the public internet, and the authority (PEM) that signed their certificates
CALENDAR_INTERNAL_HOSTS = [host.lower() for host in environment.words("CALENDAR_INTERNAL_HOSTS")]
CALENDAR_CA_FILE = environment.text("CALENDAR_CA_FILE", "")

# Open data (/api/v1/): requests from one address in a minute
OPEN_DATA_REQUESTS_PER_MINUTE = environment.number("OPEN_DATA_REQUESTS_PER_MINUTE", 120)

# Sign-ups to events without an account: from one address in a minute (an office sits behind one)
SIGN_UPS_PER_MINUTE = environment.number("SIGN_UPS_PER_MINUTE", 30)

# Audit
PGHISTORY_APPEND_ONLY = True
PGHISTORY_ADMIN_ALL_EVENTS = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": "ext://config.logs.PROCESSORS",
            "foreign_pre_chain": "ext://config.logs.FOREIGN",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {name: {"level": "WARNING"} for name in ("fontTools", "pikepdf", "weasyprint")},
}
