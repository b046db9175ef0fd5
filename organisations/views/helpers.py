"""What the pages share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from common.errors import Refused


def attempt(request: HttpRequest, act: Callable[[], Any], form: Any = None) -> Any:
    """Do it and return what came of it (or True); a refusal is shown on the form, or as a message, as None."""
    try:
        return act() or True
    except Refused as refused:
        if form is not None:
            form.add_error(None, str(refused.message))
        else:
            messages.error(request, str(refused.message))
        return None
