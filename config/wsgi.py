"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from accounts.guards import refuse_demonstration_accounts  # noqa: E402 - needs the apps to be loaded

refuse_demonstration_accounts()
