"""Reading settings from the environment: the only place that knows os.environ."""

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict


class MissingSetting(Exception):
    """A setting that must be given is not in the environment."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or the default; raise MissingSetting when there is neither."""
    value = os.environ.get(name, default)
    if value is None:
        raise MissingSetting(f"Set the environment variable {name}.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return True for 1, true, yes, on."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """Return the variable as a whole number."""
    return int(os.environ.get(name, default))


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def database(url: str) -> dict[str, Any]:
    """Turn a libpq connection address into Django's settings.

    Example: ``postgresql://user:secret@host:5432/name?sslmode=require``; a socket folder goes
    into ``?host=``. Everything that Django has no own key for is handed to psycopg as an option.
    """
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    settings["OPTIONS"] = parts
    return settings
