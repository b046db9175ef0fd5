"""bin/serve: one machine, loopback, with the demonstration, the mail catcher and a movable clock."""

from config.settings.base import *
from config.settings.base import BASE_URL, DATA_DIR

DEMONSTRATION = True
EMAIL_BACKEND = "portal.mailbox.CatcherBackend"
MAIL_CATCHER_DIR = DATA_DIR / "mail"
CSRF_TRUSTED_ORIGINS = [BASE_URL, BASE_URL.replace("localhost", "127.0.0.1")]
