"""Values of a row as the merge journal keeps them: JSON, exact to the microsecond."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model


def encoded(value: Any) -> Any:
    """Return the value as JSON holds it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def decoded(model: type[Model], attname: str, value: Any) -> Any:
    """Return the value as the field holds it."""
    field: Any = model._meta.get_field(attname)
    return field.to_python(value) if not field.is_relation else value
