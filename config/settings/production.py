"""Servers: everything from the environment, HTTPS only."""

from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.settings.base import *

if environment.flag("PORTAL_DEMONSTRATION"):
    raise ImproperlyConfigured("The demonstration never runs with production settings.")

SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = environment.number("SECURE_HSTS_SECONDS", 365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
