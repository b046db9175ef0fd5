"""The verbs of a draft's application form: edit it, begin again from a ready one, copy it with its call."""

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from grants.default_form import definition as default_form
from grants.form_definition import Definition
from grants.light_form import definition as light_form
from grants.models import FormVersion, GrantCall
from grants.workflow.calls import lock_draft

#: Ready forms that a coordinator may begin from, by their key.
STARTS: dict[str, Callable[[Any], Definition]] = {"default": default_form, "light": light_form}


def draft_form(call: GrantCall) -> FormVersion:
    """Return the newest form of the call, for a call without one the unsaved default form (revision 0)."""
    found = call.form_versions.order_by("-number").first()
    return found or FormVersion(call=call, number=1, definition=default_form(call))


@transaction.atomic
def edit_form(
    call_id: int, change: Callable[[Definition], Any], *, revision: int, by: Any, now: datetime
) -> FormVersion:
    """Change the draft's form with one of ``grants.form_editing``'s functions; return the saved form.

    ``revision`` is the one that the person saw. Refused ``stale`` when somebody has saved since (also the same
    edit sent twice), ``published`` when the call is no draft, and what the change itself refuses; nothing changes then.
    """
    version = _locked(call_id, revision, by=by, now=now)
    definition = copy.deepcopy(version.definition)
    change(definition)
    return _save(version, definition)


@transaction.atomic
def begin_form(call_id: int, start: str, *, revision: int, by: Any, now: datetime) -> FormVersion:
    """Put a ready form (a key of ``STARTS``) in the place of the draft's form; refusals as in ``edit_form``."""
    version = _locked(call_id, revision, by=by, now=now)
    return _save(version, STARTS[start](version.call))


def _locked(call_id: int, revision: int, *, by: Any, now: datetime) -> FormVersion:
    call = lock_draft(call_id, by=by, now=now)
    version = draft_form(call)
    if version.revision != revision:
        raise Refused(
            "stale",
            _(
                "Lomaketta on muutettu sen jälkeen, kun avasit sivun. Katso, mitä lomakkeessa on nyt, ja tee "
                "muutos siihen."
            ),
        )
    return version


def _save(version: FormVersion, definition: Definition) -> FormVersion:
    version.definition, version.revision = definition, version.revision + 1
    version.save()
    return version
