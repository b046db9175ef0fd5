"""The public list's filters, kept in the URL: ``?q=&kunta=167&ala=3&tila=registered``."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from county.models import Municipality, Sector
from organisations.models import Organisation, RegisterStatus
from organisations.search import MAX_QUERY, find, find_similar


class OrganisationFilter(django_filters.FilterSet):
    """Words, municipality, sector and state."""

    q = django_filters.CharFilter(
        label=_("Nimi tai numero"),
        method="by_words",
        max_length=MAX_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kunta = django_filters.ModelChoiceFilter(
        label=_("Kunta"),
        queryset=Municipality.objects.filter(is_own=True),
        to_field_name="code",
        method="by_municipality",
        empty_label=_("Kaikki kunnat"),
    )
    ala = django_filters.ModelChoiceFilter(
        label=_("Toimiala"),
        queryset=Sector.objects.all(),
        field_name="sectors",
        method="by_sector",
        empty_label=_("Kaikki toimialat"),
    )
    tila = django_filters.ChoiceFilter(
        label=_("Tila"), field_name="status", choices=RegisterStatus.choices, empty_label=_("Kaikki")
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_fuzzy = False

    def filter_queryset(self, queryset: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Apply the plain filters first, so that the words are looked for in what is left."""
        values = dict(self.form.cleaned_data)
        words = values.pop("q", "")
        for name, value in values.items():
            queryset = self.filters[name].filter(queryset, value)
        return self.by_words(queryset, "q", words)

    def by_words(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        """Find by words; when there is nothing, by likeness."""
        words = " ".join((value or "").split())
        if not words:
            return queryset.order_by("sort_key", "pk")
        found = find(words, queryset)
        if found.exists():
            return found
        self.is_fuzzy = True
        return find_similar(words, queryset)

    def by_municipality(
        self, queryset: QuerySet[Organisation], name: str, value: Municipality | None
    ) -> QuerySet[Organisation]:
        """Domiciled in the municipality, or working there by its own word."""
        if value is None:
            return queryset
        works = Organisation.municipalities.through.objects.filter(organisation=OuterRef("pk"), municipality=value)
        return queryset.filter(Q(domicile=value) | Exists(works))

    def by_sector(self, queryset: QuerySet[Organisation], name: str, value: Sector | None) -> QuerySet[Organisation]:
        """Names the sector."""
        if value is None:
            return queryset
        named = Organisation.sectors.through.objects.filter(organisation=OuterRef("pk"), sector=value)
        return queryset.filter(Exists(named))
