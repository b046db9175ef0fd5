"""The filters of the county's list of support, kept in the URL."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from county.models import Municipality, Theme
from organisations.models import Organisation


class SupportFilter(forms.Form):
    """Year, domicile and theme; a value that is no choice chooses nothing."""

    vuosi = forms.ChoiceField(label=_("Vuosi"), required=False)
    kunta = forms.ChoiceField(label=_("Kotipaikka"), required=False)
    teema = forms.ChoiceField(label=_("Järjestön teema"), required=False)
    jarjesta = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, years: tuple[int, int], this_year: int) -> None:
        super().__init__(data)
        self.this_year = this_year
        first, last = years
        others = [year for year in range(last, first - 1, -1) if year != this_year]
        self._choices("vuosi", [("", str(this_year)), *((str(year), str(year)) for year in others)])
        self._choices("kunta", [("", _("Kaikki")), *((one.code, one.name) for one in Municipality.objects.all())])
        self._choices("teema", [("", _("Kaikki")), *((str(one.pk), one.name) for one in Theme.objects.all())])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def chosen(self) -> dict[str, Any]:
        """Return what could be read; a value that is no choice chooses nothing."""
        return self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}

    @property
    def year(self) -> int:
        """The chosen year, this year where none could be read."""
        return int(self.chosen().get("vuosi") or self.this_year)

    def narrow(self, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return the organisations that the filters leave."""
        data = self.chosen()
        if data.get("kunta"):
            rows = rows.filter(domicile__code=data["kunta"])
        if data.get("teema"):
            rows = rows.filter(pk__in=Organisation.objects.filter(themes=int(data["teema"])).values("pk"))
        return rows
