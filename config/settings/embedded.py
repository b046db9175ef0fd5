"""bin/serve: one machine, loopback, with the demonstration, the mail catcher and a movable clock."""

from config import environment
from config.settings.base import *
from config.settings.base import BASE_URL, DATA_DIR

# bin/serve --no-demo says no; a portal without demonstration accounts shows none of their aids.
DEMONSTRATION = environment.flag("PORTAL_DEMONSTRATION", True)
MAILERS = {"default": {"BACKEND": "portal.mailbox.CatcherBackend"}}
MAIL_CATCHER_DIR = DATA_DIR / "mail"
CSRF_TRUSTED_ORIGINS = [BASE_URL, BASE_URL.replace("localhost", "127.0.0.1")]
