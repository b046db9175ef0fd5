"""Saving a filter of the inbox under a name, and removing it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import has_any_staff_role
from common.errors import Refused
from common.policies import get_allowed
from grants.models import GrantCall, SavedView
from grants.policies import READING_STAFF

MOST_VIEWS = 30
MOST_QUERY = 500


def filter_of(query: str, names: Iterable[str]) -> str:
    """Return the address's query with only the filters that are known and chosen, in a fixed order."""
    given = dict(parse_qsl(query))
    return urlencode([(name, given[name]) for name in names if given.get(name)])


@transaction.atomic
def save_view(*, name: str, query: str, call: GrantCall | None = None, by: Any, now: datetime) -> SavedView:
    """Save the filter of the inbox, or of the call's list, under the name; the same again is the same view.

    Refused: no_name, no_filter, name_taken, too_many (404: the person has no such list).
    """
    if call is not None:
        get_allowed("grants.call.desk", by, now=now, pk=call.pk)
    elif not has_any_staff_role(by, now, *READING_STAFF):
        raise Http404
    words = name.strip()[:60]
    if not words:
        raise Refused("no_name", _("Anna näkymälle nimi."))
    if not query or len(query) > MOST_QUERY:
        raise Refused("no_filter", _("Rajaa luetteloa ensin. Sitten voit tallentaa rajauksen."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two presses at once come one after the other
    own = SavedView.objects.filter(user=by, call=call)
    standing = own.filter(name=words).first()
    if standing is not None:
        if standing.query == query:
            return standing
        raise Refused("name_taken", _("Sinulla on jo tämän niminen näkymä. Anna toinen nimi tai poista vanha ensin."))
    if own.count() >= MOST_VIEWS:
        raise Refused("too_many", _("Sinulla on jo kolmekymmentä näkymää. Poista ensin jokin niistä."))
    return SavedView.objects.create(user=by, call=call, name=words, query=query, saved_at=now)


@transaction.atomic
def remove_view(view: int, *, by: Any, now: datetime) -> None:
    """Remove one's own view; 404 for another's."""
    get_allowed("grants.saved_view.own", by, now=now, lock=True, pk=view).delete()
