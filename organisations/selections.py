"""A selection of organisations: the registry's own filter as it stands in an address, with one question more.

Campaigns and mailings keep only the query string; whom it means is asked when they are sent.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisations.filters import FACETS, OrganisationFilter
from organisations.models import Membership, MembershipRole, Organisation

ADMIN_CHOICES = (
    ("puuttuu", _("ei pääkäyttäjää")),
    ("on", _("on pääkäyttäjä")),
    ("jaanyt", _("jäänyt ilman pääkäyttäjää")),
)
SHOWN = 5


def with_admin(now: datetime) -> Exists:
    """Return the condition that an organisation has an admin in force."""
    admins = Membership.objects.in_force(now).filter(
        organisation=OuterRef("pk"), role=MembershipRole.ADMIN, user__is_active=True
    )
    return Exists(admins)


def lost_admin(now: datetime) -> Q:
    """Return the condition that an organisation had people and has no admin now."""
    had = Membership.objects.filter(organisation=OuterRef("pk"))
    return ~Q(with_admin(now)) & Q(Exists(had))


class SelectionFilter(OrganisationFilter):
    """The registry's filter, and whether the organisation has an admin now (``now`` is given when it is made)."""

    paakayttaja = django_filters.ChoiceFilter(
        label=_("Pääkäyttäjä"), choices=ADMIN_CHOICES, method="by_admin", empty_label=_("Kaikki")
    )

    def __init__(self, data: Any, *, now: datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(data, **kwargs)

    @property
    def admin(self) -> str:
        """The answer to the question of the admin; empty when it is not asked or not understood."""
        answer: str = self.asked.get("paakayttaja", "")
        return answer

    @cached_property
    def form(self) -> forms.Form:
        """The filters as lists to choose from; several values of one filter stand in a list of several."""
        form: forms.Form = super().form
        form.fields["jarjesta"].widget = forms.MultipleHiddenInput()
        for name in FACETS:
            names = [(value, label) for value, (label, _language) in self.names[name].items()]
            if len(self.data.getlist(name)) > 1:
                form.fields[name].widget = forms.SelectMultiple(choices=names, attrs={"size": 5})
            else:
                form.fields[name].widget = forms.Select(choices=[("", _("Kaikki")), *names])
        return form

    @property
    def order(self) -> str:
        """Finnish alphabetical order: a selection is a set, not the best finds."""
        return "nimi"

    def filter_queryset(self, queryset: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return the registry's selection, narrowed by the question of the admin."""
        return self.by_admin(super().filter_queryset(queryset), "paakayttaja", self.admin)

    def by_admin(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        """Has an admin in force, has none, or had people and has none."""
        if value == "jaanyt":
            return queryset.filter(lost_admin(self.now))
        if value == "puuttuu":
            return queryset.exclude(with_admin(self.now))
        return queryset.filter(with_admin(self.now)) if value else queryset

    def words_of_choices(self) -> list[dict[str, str]]:
        """Return what narrows the selection as label and value; empty when it is everybody."""
        found = [{"label": str(chip.label), "value": chip.value} for chip in self.chips]
        if self.admin:
            label = str(self.filters["paakayttaja"].label)
            found.append({"label": label, "value": str(dict(ADMIN_CHOICES)[self.admin])})
        return found


class Selection:
    """What a query string means: its organisations, and itself in words."""

    def __init__(self, query: str, now: datetime) -> None:
        self.query = query
        self.filter = SelectionFilter(QueryDict(query), now=now, queryset=Organisation.objects.active())

    @property
    def organisations(self) -> QuerySet[Organisation]:
        """The organisations that exist and match, in Finnish order."""
        rows: QuerySet[Organisation] = self.filter.qs
        return rows.order_by("sort_key", "pk")

    def words(self) -> list[dict[str, str]]:
        """Return what narrows the selection as label and value; empty when it is everybody."""
        return self.filter.words_of_choices()

    def sample(self) -> list[str]:
        """Return the first names."""
        return list(self.organisations.values_list("name", flat=True)[:SHOWN])


def clean_query(text: str) -> str:
    """Return a query string without a question mark, page number and empty values, as it is kept."""
    data = QueryDict(text.lstrip("?"), mutable=True)
    for key in list(data):
        kept = [value for value in data.getlist(key) if value]
        if key == "sivu" or not kept:
            del data[key]
        else:
            data.setlist(key, kept)
    return str(data.urlencode())[:1000]


def query_of(data: QueryDict, *, besides: Iterable[str]) -> str:
    """Return the filter's part of a posted form as a query string: everything but the named fields."""
    kept = data.copy()
    for name in ("csrfmiddlewaretoken", *besides):
        kept.pop(name, None)
    return clean_query(kept.urlencode())
