"""Fast password hashing, fixed keys of no worth, templates that fail on a missing variable."""

import os

os.environ.setdefault("SLRT_SECRET_KEY", "test-only-secret")
os.environ.setdefault("SLRT_FIELD_KEYS", "t1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
os.environ.setdefault("SLRT_INDEX_KEY", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=")
if not os.environ.get("DATABASE_URL"):
    from slrt.local.postgres import database_url

    os.environ["DATABASE_URL"] = database_url()

from slrt.settings.base import *  # noqa: F403
from slrt.settings.base import STORAGES, VAR_DIR

ALLOWED_HOSTS = ["*"]
DEMO_MODE = True
SHOW_COMPONENTS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Each worker has a database of its own, in which the same number may be another file's.
MEDIA_ROOT = VAR_DIR / "test-uploads" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
WHITENOISE_AUTOREFRESH = True
CELERY_BROKER_URL = "memory://"
