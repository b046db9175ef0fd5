"""Keeping the library of phrases."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.roles import has_any_staff_role
from common.errors import Refused
from common.policies import get_allowed
from grants.models import Phrase


@transaction.atomic
def save_phrase(key: int | None, *, by: Any, now: datetime, **texts: str) -> Phrase:
    """Write a phrase, or change the one with the key. ``texts``: title, outcome, text_fi, text_sv, text_en.

    Refused: ``title_taken``.
    """
    if key is None:
        if not has_any_staff_role(by, now, "coordinator"):
            raise Http404
        row = Phrase()
    else:
        row = get_allowed("grants.phrase.edit", by, now=now, lock=True, pk=key)
    if Phrase.objects.filter(title=texts["title"].strip()).exclude(pk=row.pk).exists():
        raise Refused("title_taken", _("Tämänniminen fraasi on jo. Anna toinen otsikko."))
    for name, value in texts.items():
        setattr(row, name, value.strip())
    row.edited_by, row.edited_at = by, now
    row.save()
    return row


@transaction.atomic
def remove_phrase(phrase: Phrase, *, by: Any, now: datetime) -> None:
    """Remove a phrase from the library; what it was copied into stays."""
    get_allowed("grants.phrase.edit", by, now=now, lock=True, pk=phrase.pk).delete()
