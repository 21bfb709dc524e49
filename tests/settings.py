"""The portal's settings, with what makes tests quick and their files separate."""

from fupin.settings import *  # noqa: F403 - a test run is the portal but for these lines
from fupin.settings import STORAGES as _STORAGES

# The real hash is slow on purpose; no test asks how slow.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Pages are rendered without the bundle having been built; browser tests serve the built one.
STORAGES = {**_STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STATIC_ROOT = BASE_DIR / "static"  # noqa: F405 - any folder that is there: nothing has been collected
