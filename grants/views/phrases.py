"""The coordinator's library of phrases for the reasons of decisions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from accounts.roles import request_roles
from common import clock
from common.pagination import paginate
from common.policies import allowed
from grants.forms.decisions import PhraseForm
from grants.models import Phrase
from grants.workflow.phrases import remove_phrase, save_phrase
from organisations.views.helpers import attempt


def _only_coordinator(request: HttpRequest) -> None:
    if "coordinator" not in {role.key for role in request_roles(request)}:
        raise Http404


@sign_in_required
def phrases(request: HttpRequest) -> HttpResponse:
    """All phrases by the outcome that they suit."""
    _only_coordinator(request)
    page = paginate(request, allowed("grants.phrase.edit", request.user, now=clock.now()))
    return render(request, "grants/phrases/list.html", {"page": page})


@sign_in_required
def new(request: HttpRequest) -> HttpResponse:
    """Write a new phrase."""
    _only_coordinator(request)
    return _edit(request, None)


@sign_in_required
def edit(request: HttpRequest, phrase_id: int) -> HttpResponse:
    """Change a phrase; decisions in which it was used stay as they are."""
    rows = allowed("grants.phrase.edit", request.user, now=clock.now())
    return _edit(request, get_object_or_404(rows, pk=phrase_id))


def _edit(request: HttpRequest, phrase: Phrase | None) -> HttpResponse:
    form = PhraseForm(request.POST or None, instance=phrase)
    key = phrase.pk if phrase else None

    def act() -> Any:
        return save_phrase(key, **form.cleaned_data, by=request.user, now=clock.now())

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Fraasi on tallennettu."))
        return redirect("grants:phrases")
    context = {"form": form, "phrase_id": key}
    return render(request, "grants/phrases/edit.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, phrase_id: int) -> HttpResponse:
    """Remove a phrase; decisions in which it was used stay as they are."""
    now = clock.now()
    found = get_object_or_404(allowed("grants.phrase.edit", request.user, now=now), pk=phrase_id)
    remove_phrase(found, by=request.user, now=now)
    messages.success(request, _("Fraasi on poistettu. Tehdyt päätökset eivät muutu."))
    return redirect("grants:phrases")
