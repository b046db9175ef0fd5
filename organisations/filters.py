"""The public list's filters, kept in the URL: ``?q=&kunta=167&ala=3&tila=registered``."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from county.models import Municipality, Sector
from organisations.models import Organisation, RegisterStatus
from organisations.search import MAX_QUERY, find, find_similar


class OrganisationFilter(django_filters.FilterSet):  # type: ignore[misc]
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

    def filter_queryset(self, queryset: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Apply the plain filters first, so that the words are looked for in what is left."""
        self.narrowed = queryset
        for name, value in self.form.cleaned_data.items():
            if name != "q":
                self.narrowed = self.filters[name].filter(self.narrowed, value)
        return self.by_words(self.narrowed, "q", self.words)

    def by_words(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        """Find by words as they are typed."""
        return find(value, queryset) if value else queryset.order_by("sort_key", "pk")

    @property
    def words(self) -> str:
        """The words that are looked for; empty when they were not understood."""
        return " ".join((self.form.cleaned_data.get("q") or "").split())

    def similar(self) -> QuerySet[Organisation]:
        """Return what resembles the words, for when nothing was found as typed."""
        return find_similar(self.words, self.narrowed) if self.words else self.narrowed.none()

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
