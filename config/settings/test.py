"""Tests: real PostgreSQL and Valkey, fast password hashing, mail into memory."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)

from config.settings.base import *
from config.settings.base import CACHES, DATABASES, REDIS_URL, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
DATABASES["default"]["TEST"] = {
    "NAME": os.environ.get("TEST_DB_NAME", "test_yhdyspinta"),
    "TEMPLATE": os.environ.get("TEST_DB_TEMPLATE"),  # bin/test: a migrated database to copy
}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Each worker has a cache of its own: a test that empties it must not end another's session halfway.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_CACHE = os.environ.get("TEST_CACHE", str(_WORKER + 1))
CACHES = {"default": {**CACHES["default"], "LOCATION": f"{REDIS_URL.rpartition('/')[0]}/{_CACHE}"}}
STATICFILES_DIRS = [entry for entry in STATICFILES_DIRS if not isinstance(entry, tuple)]
OPEN_DATA_REQUESTS_PER_MINUTE = 1_000_000  # every test asks from the same address
SIGN_UPS_PER_MINUTE = 1_000_000
