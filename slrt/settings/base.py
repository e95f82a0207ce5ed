"""What every way of running shares. Secrets and addresses come from the environment (see docs/operations.md)."""

import sys
from pathlib import Path
from urllib.parse import unquote

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from slrt import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("SLRT_VAR", str(BASE_DIR / "var")))

DEBUG = False
DEMO_MODE = env.flag("SLRT_DEMO", False)
SHOW_COMPONENTS = False
ALLOWED_HOSTS = env.words("SLRT_HOSTS", "127.0.0.1,localhost")
# What is printed on paper as the way to SLRT, without a slash at its end.
PUBLIC_ADDRESS = env.text("SLRT_ADDRESS", f"https://{ALLOWED_HOSTS[0]}")
CSRF_TRUSTED_ORIGINS = env.words("SLRT_ORIGINS")

INSTALLED_APPS = [
    "slrt.core",
    "slrt.regions",
    "slrt.accounts",
    "slrt.audit",
    "slrt.jobs.beat.TimetableConfig",  # django_celery_beat; before slrt.jobs, which puts its own pages in the administration
    "slrt.jobs",
    "slrt.exports",
    "slrt.letters",
    "slrt.workflow",
    "households",
    "programs",
    "complaints",
    "referrals",
    "slrt.dashboard",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.postgres",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "import_export",
    "pgtrigger",
    "pghistory",
    "slrt.accounts.guard.SignInGuardConfig",  # axes
    "csp",
]

MIDDLEWARE = [
    "slrt.core.logging.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "slrt.core.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "slrt.accounts.privacy.NothingKept",
    "slrt.core.readable.AdministrationMasked",
    "slrt.core.refusals.RefusalMiddleware",
    "slrt.core.shortage.ShortageMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "slrt.accounts.not_received.NotReceived",
    "slrt.core.addresses.NumberlessAddress",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "slrt.urls"
WSGI_APPLICATION = "slrt.wsgi.application"

# Widgets from our templates folder first, then Django's.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "slrt.dashboard.context.shell",
            ],
        },
    }
]

DATABASES = {"default": environ.Env.db_url_config(env.text("DATABASE_URL"))}
DATABASES["default"].update(
    HOST=unquote(DATABASES["default"]["HOST"]),  # a Unix socket's folder is written with %2F
    ENGINE="django.db.backends.postgresql",
    CONN_MAX_AGE=env.number("SLRT_CONN_MAX_AGE", 60),
    CONN_HEALTH_CHECKS=True,
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

# How many proxies of ours stand in front and write X-Forwarded-For; 0 believes nothing of it (slrt/accounts/address.py).
TRUSTED_PROXIES = env.number("SLRT_TRUSTED_PROXIES", 0)
# One name from one address is held back; a neighbour behind the same address still signs in.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "slrt.accounts.address.came_from"
AXES_USERNAME_CALLABLE = "slrt.accounts.guard.name_tried"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.5
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # slrt/accounts/admin.py shows what an administrator needs of it

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("SLRT_STATIC_ROOT", str(VAR_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "uploads"
# Never Django's temporary files: they lie in clear under a name, and stay when the process is killed (ADR 0034).
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "slrt.core.arriving.ArrivingUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Strict: no inline script, no inline style, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Phones are handed on: what is said to one person is not said to the next.
MESSAGE_STORAGE = "slrt.accounts.said.SaidToOne"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "households.views.kept.csrf_failed"

# Nothing that matters lives only in the cache; each process keeps its own.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
DJANGO_TABLES2_TEMPLATE = "django_tables2/slrt.html"

PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST",)

# Keys: list of "id:base64" (32 bytes each, the first is used for new values) and one for the blind index.
SECRET_KEY = env.text("SLRT_SECRET_KEY")
FIELD_KEYS = env.words("SLRT_FIELD_KEYS")
INDEX_KEY = env.text("SLRT_INDEX_KEY")

# The broker is a bell only: Redis when there is one, else files under var/broker (one machine).
REDIS_URL = env.text("REDIS_URL", "")
_BROKER = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    {"visibility_timeout": 3600}
    if REDIS_URL
    else {
        "data_folder_in": str(_BROKER / "queue"),
        "data_folder_out": str(_BROKER / "queue"),
        "processed_folder": str(_BROKER / "processed"),
        "control_folder": str(_BROKER / "control"),
        # Seconds between two looks. After each job the worker waits for one: with a whole one the first file that somebody uploads
        # to a new installation stood half a minute behind the jobs of its demo families.
        "polling_interval": 0.1,
    }
)
if not REDIS_URL:
    for _name in ("queue", "processed", "control"):
        (_BROKER / _name).mkdir(parents=True, exist_ok=True)
    if sys.platform == "linux":  # elsewhere Celery's own, which a killed child may stop for good
        CELERY_WORKER_POOL = "slrt.local.pool:TaskPool"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker may be away for as long as it likes
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Jakarta"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# The timetable lives in the database, where the administrator changes it (slrt/jobs/schedule.py).
CELERY_BEAT_SCHEDULER = "slrt.jobs.timekeeper:Timekeeper"
CELERY_BEAT_SYNC_EVERY = 1  # what beat has sent is written at once, so that a killed beat does not send it again
CELERY_RESULT_EXPIRES = None  # no results are kept, so none have to be cleared away

# For how long a worker that says nothing keeps its job. Renewed four times as often while it works.
OUTBOX_LEASE_SECONDS = env.number("SLRT_OUTBOX_LEASE", 60)

IMPORT_KEEP_DAYS = 7  # that a preview is ready to be applied without reading its file again
IMPORT_MAX_BYTES = env.number("SLRT_IMPORT_MAX_BYTES", 400 * 1024 * 1024)
# Above this number of rows whoever uploaded a file may not also apply it; 0 lets one person do both.
IMPORT_SECOND_PERSON_ROWS = env.number("SLRT_IMPORT_SECOND_PERSON_ROWS", 5000)
IMPORT_UNDO_HOURS = 24  # that an applied file can be taken back whole
REGISTER_MAX_BYTES = 5 * 1024 * 1024  # of a register that comes in as a sheet
REGISTER_MAX_ROWS = 2_000  # looked at one by one while somebody waits, up to 22 ms each on a busy machine
EXPORT_AT_ONCE = 5000  # rows; a longer list is made by a job
# The emblem beside the head of letters (docs/operations.md): path of a PNG or JPEG; empty prints none.
LETTER_LOGO = env.text("SLRT_LETTER_LOGO", "")
LETTER_NATURE = env.text("SLRT_LETTER_NATURE", "Biasa")  # "Sifat" of a referral's letter; empty leaves the line out
LETTERS_AT_ONCE = 20  # in one file; more are laid out by a job that shows how far it is
LETTERS_AT_A_TIME = 2000  # a file of letters is laid out in memory
EXPORT_KEEP_HOURS = 24
EXPORTS_AT_A_TIME = 3  # unfinished ones of one person
PHOTO_MAX_BYTES = env.number("SLRT_PHOTO_MAX_BYTES", 15_000_000)
PHOTO_KEEP_DAYS = env.number("SLRT_PHOTO_KEEP_DAYS", 365)  # that the file of a removed photo is kept
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Days after which a household's data count as old: DTSEN is refreshed every quarter (Inpres 4/2025).
DATA_UPDATE_DAYS = 92
# The registration's rules that differ between offices and years (docs/operations.md).
REGISTRATION_CUTOFF_DAY = 17  # SIKS-NG takes what was sent by this day and is read on the next
# Photos of this round that a household needs before "found, complete", by kind (households/choices/photo.py: PhotoKind);
# SIKS-NG itself asks for nine in all.
PHOTO_KINDS = ("front", "inside", "house", "kk", "ktp")
VERIFICATION_PHOTOS = env.counts("SLRT_VERIFICATION_PHOTOS", "front=1,inside=1", PHOTO_KINDS)
REVISIT_SHARE = 10  # per cent of the verified families that a supervisor looks at again
OBJECTION_DAYS = 14  # in which an objection is answered
PAPER_MAX_BYTES = 5 * 1024 * 1024
# Signs of Kepmensos 262/HUK/2022 from which on a family is pointed out; the decree names no number, so it is the office's own.
SCREENING_THRESHOLD = env.number("SLRT_SCREENING_THRESHOLD", 5)
# The code book of a visit on which nobody chooses another: bdt2015 or regsosek2022k.
VISIT_CODEBOOK = env.text("SLRT_VISIT_CODEBOOK", "bdt2015")
TRACKING_TRIES_PER_MINUTE = 10

# The periodic jobs (docs/operations.md). Folders: empty switches the job off.
DROP_FOLDER = env.text("SLRT_DROP_FOLDER", "")
DROP_OWNER = env.text("SLRT_DROP_OWNER", "")  # user name of the person in whose name extracts are taken up
DROP_REFUSED_KEEP_DAYS = 14  # that refused files lie beside their reason
BACKUP_FOLDER = env.text("SLRT_BACKUP_FOLDER", str(VAR_DIR / "backups"))
BACKUPS_KEPT = env.number("SLRT_BACKUPS_KEPT", 7)
BACKUP_FILES = env.flag(
    "SLRT_BACKUP_FILES", default=True
)  # the uploaded files beside each dump, as large again as they are
RENEWALS_PER_FACILITATOR = env.number("SLRT_RENEWALS_PER_FACILITATOR", 40)  # open at one time
DRAFT_KEEP_DAYS = env.number("SLRT_DRAFT_KEEP_DAYS", 90)  # that an untouched visit draft stays
DRAFT_NOTICE_DAYS = 14  # before that, its owner is told
OUTBOX_KEEP_DAYS = env.number("SLRT_OUTBOX_KEEP_DAYS", 30)
SIGN_IN_KEEP_DAYS = env.number("SLRT_SIGN_IN_KEEP_DAYS", 90)  # records of failed attempts
IMPORT_FILE_KEEP_DAYS = env.number("SLRT_IMPORT_FILE_KEEP_DAYS", 90)  # after a run ended

# One JSON object a line, never a local variable or a personal number (slrt/core/logging.py).
DEFAULT_EXCEPTION_REPORTER = "slrt.core.reports.PlacesOnly"
LOGGING_CONFIG = "slrt.core.logging.configure"
LOGGING = {"level": env.text("SLRT_LOG_LEVEL", "INFO"), "json": env.flag("SLRT_LOG_JSON", True)}
