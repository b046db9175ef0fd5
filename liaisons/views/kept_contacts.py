"""Contacts kept: the list to follow up, a new line, one contact with its next step, a correction."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from liaisons.forms.kept_contacts import (
    CorrectContactForm,
    HandOnForm,
    KeptContactFilter,
    KeptContactForm,
    OrganisationSearch,
    ResultForm,
)
from liaisons.models import ContactKind, KeptContact
from liaisons.policies.kept_contacts import colleagues, may_keep_contacts, may_list_contacts
from liaisons.views.pages import ask
from liaisons.workflow import kept_contacts as verbs
from organisations.models import Organisation
from organisations.policies.relations import may_read_county_pages
from organisations.search import find
from organisations.views.helpers import attempt

FOUND = 10
_RELATED = ("organisation", "doer", "written_by")


@sign_in_required
def kept_contacts(request: HttpRequest) -> HttpResponse:
    """The contacts that the person may read; those with a next step first, the soonest before others."""
    now = clock.now()
    if not may_list_contacts(request.user, now):
        raise Http404
    day = local_date(now)
    form = KeptContactFilter(request.GET or None)
    rows = _narrowed(allowed("liaisons.kept_contact.view", request.user, now=now), form, request.user, now)
    page = paginate(request, rows.select_related(*_RELATED))
    return render(
        request,
        "liaisons/kept_contacts.html",
        {
            "page": page,
            "rows": [(row, row.is_late(day)) for row in page],
            "form": form,
            "may_write": may_keep_contacts(request.user, now),
        },
    )


def _narrowed(rows: QuerySet[KeptContact], form: KeptContactFilter, user: Any, now: datetime) -> QuerySet[KeptContact]:
    data = form.cleaned_data if form.is_valid() else {"kenen": "", "tila": "", "q": ""}
    if data["kenen"] == "omat":
        rows = rows.filter(Q(doer=user) | Q(written_by=user))
    elif data["kenen"]:
        rows = rows.filter(state="open").exclude(doer__in=colleagues(now).order_by().values("pk"))
    for word in data["q"].split():
        rows = rows.filter(
            Q(organisation__name__icontains=word) | Q(about__icontains=word) | Q(next_step__icontains=word)
        )
    states = {"": ("open",), "myohassa": ("open",), "hoidetut": ("done",), "kaikki": ("noted", "open", "done")}
    rows = rows.filter(state__in=states[data["tila"]])
    if data["tila"] == "myohassa":
        rows = rows.filter(due_on__lt=local_date(now))
    soonest = data["tila"] in ("", "myohassa")
    return rows.order_by("due_on", "pk") if soonest else rows.order_by("-on", "-pk")


@sign_in_required
def kept_contact_new(request: HttpRequest) -> HttpResponse:
    """A new contact with the organisation of ``?jarjesto=``; without one the organisation is looked for first."""
    now = clock.now()
    if not may_keep_contacts(request.user, now):
        raise Http404
    organisation = _organisation(request, now)
    if organisation is None:
        return _choose(request, now)
    form = KeptContactForm(request.POST or None, now=now, initial={"kind": ContactKind.CALL, "on": local_date(now)})
    if request.method == "POST" and form.is_valid():
        by = current_user(request)
        made = attempt(request, lambda: verbs.keep_contact(organisation, **form.cleaned_data, by=by, now=now), form)
        if made:
            messages.success(request, _("Yhteydenpito on kirjattu. Sen näkee vain hyvinvointialue."))
            if may_read_county_pages(request.user, now):
                return redirect("organisations:county_page", pk=organisation.pk)
            return redirect(made)
    recent = allowed("liaisons.kept_contact.view", request.user, now=now).filter(organisation=organisation)
    return render(
        request,
        "liaisons/kept_contact_new.html",
        {"form": form, "organisation": organisation, "recent": recent.select_related("doer", "written_by")[:3]},
        status=422 if form.errors else 200,
    )


def _organisation(request: HttpRequest, now: datetime) -> Organisation | None:
    wanted = request.GET.get("jarjesto", "")
    if not wanted.isdecimal() or len(wanted) > 15:
        return None
    found: Organisation | None = allowed("organisations.view", request.user, now=now).filter(pk=wanted).first()
    return found


def _choose(request: HttpRequest, now: datetime) -> HttpResponse:
    """Look for the organisation by name or number; each find is a link to the line."""
    form = OrganisationSearch(request.GET or None)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found: list[Organisation] = []
    if words:
        rows = find(words, allowed("organisations.view", request.user, now=now))
        found = list(rows.select_related("domicile")[:FOUND])
    context = {"form": form, "found": found, "words": words}
    return render(request, "liaisons/kept_contact_whose.html", context)


@sign_in_required
def kept_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """One contact: what was agreed, who does what by when, and closing it by its result."""
    now = clock.now()
    rows = allowed("liaisons.kept_contact.view", request.user, now=now).select_related(*_RELATED)
    found: KeptContact = get_object_or_404(rows, pk=pk)
    sent = request.POST.get("act", "")
    forms = {
        "close": ResultForm(request.POST if sent == "close" else None, auto_id="close_%s"),
        "hand_on": HandOnForm(request.POST if sent == "hand_on" else None, now=now, auto_id="hand_%s"),
    }
    if request.method == "POST" and _act(request, found, forms, now):
        return redirect(found)
    return render(
        request,
        "liaisons/kept_contact.html",
        {
            "found": found,
            "steps": found.steps.select_related("by"),
            "forms": forms,
            "failed": next((form for form in forms.values() if form.errors), None),
            "late": found.is_late(local_date(now)),
            "works": may("liaisons.kept_contact.work", request.user, found, now=now),
            "corrects": may("liaisons.kept_contact.correct", request.user, found, now=now),
            "reads_county_page": may_read_county_pages(request.user, now),
        },
        status=422 if any(form.errors for form in forms.values()) else 200,
    )


def _act(request: HttpRequest, found: KeptContact, forms: dict[str, Any], now: datetime) -> bool:
    """Do what was pressed; true when the page is to be opened anew."""
    act = request.POST.get("act", "")
    if act not in forms:
        raise Http404
    form = forms[act]
    if not form.is_valid():
        return False
    verb: Any = verbs.close_contact if act == "close" else verbs.hand_on_contact
    by = current_user(request)
    if not attempt(request, lambda: verb(found, **form.cleaned_data, by=by, now=now), form):
        return False
    messages.success(request, _("Asia on hoidettu.") if act == "close" else _("Asia on siirretty."))
    return True


@sign_in_required
def kept_contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The writer mends what they wrote."""
    now = clock.now()
    found: KeptContact = get_allowed("liaisons.kept_contact.correct", request.user, now=now, pk=pk)
    names = ("kind", "on", "met", "about", "next_step", "due_on", "doer", "result")
    form = CorrectContactForm(
        request.POST or None,
        now=now,
        also=found.doer,
        is_done=found.state == "done",
        initial={name: getattr(found, name) for name in names},
    )
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: verbs.correct_contact(found, **form.cleaned_data, by=by, now=now),
        done=_("Kirjaus on korjattu."),
        to=found.get_absolute_url(),
        heading=_("Korjaa yhteydenpitoa"),
        submit=_("Tallenna"),
        trail=[
            (reverse("liaisons:kept_contacts"), _("Yhteydenpidot")),
            (found.get_absolute_url(), found.about),
        ],
    )
