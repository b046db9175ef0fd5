"""Saving a list's filter under a name and removing it: the same on the inbox and on a call's list."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from grants.forms.case_work import SaveViewForm
from grants.models import GrantCall
from grants.workflow.saved_views import remove_view, save_view
from organisations.views.helpers import attempt


def act_on_views(
    request: HttpRequest, naming: SaveViewForm, query: str, call: GrantCall | None, now: datetime
) -> HttpResponse | None:
    """Do what was pressed and say where to go next; None shows the page with what is wrong.

    ``act``: ``save`` keeps the filter ``query`` under the typed name, ``remove`` removes the posted ``view``.
    """
    if request.POST.get("act") == "remove":
        remove_view(key_of(request.POST.get("view", "")) or 0, by=request.user, now=now)
        messages.success(request, _("Näkymä on poistettu."))
        return redirect(request.get_full_path())
    if not naming.is_valid():
        return None
    name = naming.cleaned_data["name"]
    made = attempt(request, lambda: save_view(name=name, query=query, call=call, by=request.user, now=now), naming)
    if made is None:
        return None
    messages.success(request, _("Näkymä on tallennettu."))
    return redirect(made.get_absolute_url())


def key_of(text: str) -> int | None:
    """Return a key from what was posted, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
