"""Settings of the tests: the demo's, quick, in memory, and on whatever database and Redis the run was given."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# The machine's own environment must not change what is tested; these two may be given to the run.
_database = os.environ.get("TEST_DATABASE_URL", "sqlite://:memory:")
# Clearing a cache empties a whole Redis database: each of the processes that test side by side has its own, from 8 up.
_redis = os.environ.get("TEST_REDIS_URL", "")
if _redis:
    _redis = f"{_redis.rstrip('/')}/{8 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:])}"
for _name in (
    "EMAIL_URL",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "SENTRY_DSN",
    "PROMETHEUS",
    "METRICS_TOKEN",
    "SOLMU_EMBEDDED",
    "DEBUG",
):
    os.environ.pop(_name, None)
os.environ.update(
    SOLMU_DEMO="1",
    SOLMU_DATA=tempfile.mkdtemp(prefix="solmu-tests-"),
    SITE_URL="http://testserver",
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    DATABASE_URL=_database,
    REDIS_URL=_redis,
    LOG_LEVEL="WARNING",
    SOLMU_PRH_URL="",
    # Compiled once for all processes of all runs, unlike the data.
    NUMBA_CACHE_DIR=os.environ.get("NUMBA_CACHE_DIR") or str(Path(__file__).parents[2] / "var" / "compiled"),
)

from config.settings import *
from config.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Limits are tested where they are the subject; elsewhere they would make tests depend on one another.
ACCOUNT_RATE_LIMITS = False
# So would pages that visitors share.
VISITORS_PAGE_SECONDS = 0
KEPT_PAGE_SECONDS = 0
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # One that waits for another's lock is told so in the end: emptying the tables after a test would wait for ever for
    # a connection that was left in the middle of a transaction.
    DATABASES["default"]["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=60s -c lock_timeout=120s"
