"""Production refuses to start while demonstration accounts, whose passwords everybody knows, exist."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from accounts.models import User

MESSAGE = "Demonstration accounts exist in this database, and their passwords are public."
HINT = "Use a database of its own for production, or delete the users with is_demonstration = true."


def demonstration_accounts_exist() -> bool:
    """Tell whether demonstration accounts stand where the demonstration does not run.

    A database that does not answer, or has no tables yet, has none: readiness reports that by itself.
    """
    if settings.DEMONSTRATION:
        return False
    try:
        return User.objects.filter(is_demonstration=True).exists()
    except DatabaseError:
        return False


def refuse_demonstration_accounts() -> None:
    """Raise ImproperlyConfigured instead of serving; config/wsgi.py calls it before the first request."""
    try:
        if demonstration_accounts_exist():
            raise ImproperlyConfigured(f"{MESSAGE} {HINT}")
    finally:
        if not connection.in_atomic_block:
            connection.close()  # a forked worker opens its own


def check_demonstration_accounts(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """System check of ``check --database default`` and ``migrate``."""
    if databases and "default" in databases and demonstration_accounts_exist():
        return [Error(MESSAGE, hint=HINT, id="accounts.E001")]
    return []
