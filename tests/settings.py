"""The settings of tests: the demo's, in a private folder, with tasks run at once.

They are set in the environment, so that commands which a test starts as processes see the same.
"""

import atexit
import os
import shutil
import tempfile

# The workers of xdist end without saying goodbye, so their folders lie inside that of the process which started them.
_VAR = tempfile.mkdtemp(prefix="haixing-tests-", dir=os.environ.get("HAIXING_TESTS"))
os.environ.setdefault("HAIXING_TESTS", _VAR)
atexit.register(shutil.rmtree, _VAR, ignore_errors=True)

os.environ["HAIXING_DEMO"] = "1"
os.environ["HAIXING_VAR"] = _VAR
os.environ.setdefault("TASKS_BACKEND", "django_tasks.backends.immediate.ImmediateBackend")
# Playwright keeps an event loop in the test's thread, and Django would refuse the ORM there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from haixing.config.settings import *  # noqa: E402, F403  the environment above must come first

# A slow hash protects nobody here, and would be most of the time that tests of signing in take.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
