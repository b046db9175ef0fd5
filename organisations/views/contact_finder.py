"""Whom to ask at an NGO: life situation and municipality lead to organisations with a reason and a contact person."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.pagination import paginate
from common.policies import allowed
from organisations.forms.finder import ContactFinderForm
from organisations.models import Organisation


@public_page
@require_safe
def contact_finder(request: HttpRequest) -> HttpResponse:
    """Organisations whose activities serve the situation in the municipality, each with the contacts one may see."""
    now = clock.now()
    form = ContactFinderForm(request.GET or None)
    asked = form.is_valid() and form.asks
    page = None
    if asked:
        activities = form.narrow(allowed("organisations.activity.view", request.user, now=now))
        contacts = allowed("organisations.contact.view", request.user, now=now).filter(left_on__isnull=True)
        page = paginate(request, _organisations(activities, contacts))
    return render(request, "organisations/contact_finder.html", {"form": form, "asked": asked, "page": page})


def _organisations(activities: QuerySet[Any], contacts: QuerySet[Any]) -> QuerySet[Organisation]:
    """Return the organisations of these activities with ``found_activities`` and ``found_contacts``; three queries."""
    rows = Organisation.objects.filter(pk__in=activities.values("organisation")).order_by("sort_key", "pk")
    return rows.prefetch_related(
        Prefetch("activities", activities.distinct().order_by("name"), to_attr="found_activities"),
        Prefetch("contacts", contacts.order_by("name", "pk"), to_attr="found_contacts"),
    )
