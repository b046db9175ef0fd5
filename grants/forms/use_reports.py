"""Input about use reports: costs by line, the two check lists, a picture's consent, a report that came on paper."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from documents.uploads import CheckedUpload, UploadField
from grants.forms.fields import PositiveEuros
from grants.forms.money import UseReportForm
from grants.models import ItemResult, PictureConsent, ReportStep, UseReport
from grants.use_report_costs import MOST_LINES, Cost, CostTable, cost_table
from grants.use_report_items import ITEMS

#: Empty lines shown beneath those that stand.
EXTRA_LINES = 2


class CostsForm(forms.Form):
    """What the grant went to: the lines of the budget as they stand, and lines that the organisation adds.

    A line of the budget asks only for what was used. ``costs-rows`` tells how many added lines the page had.
    """

    def __init__(self, *args: Any, report: UseReport, **kwargs: Any) -> None:
        kwargs["prefix"] = "costs"
        super().__init__(*args, **kwargs)
        table = cost_table(report)
        self.planned = [row for row in table.rows if row.budgeted is not None]
        self.added = [row for row in table.rows if row.budgeted is None]
        self.rows = self._row_count(len(self.added))
        for place in range(len(self.planned) + self.rows):
            row = self._row(place)
            if place >= len(self.planned):
                self.fields[f"{place}-what"] = forms.CharField(
                    label=_("Meno"), max_length=200, required=False, initial=row.what if row else ""
                )
            self.fields[f"{place}-used"] = PositiveEuros(
                label=_("Avustuksesta käytetty"), required=False, initial=row.used if row else None
            )

    def _row(self, place: int) -> Cost | None:
        rows = [*self.planned, *self.added]
        return rows[place] if place < len(rows) else None

    def _row_count(self, stored: int) -> int:
        """How many added lines there are: the posted ones (and more when asked for), else the stored and some empty."""
        posted = str(self.data.get("costs-rows", ""))
        count = stored + EXTRA_LINES
        if self.is_bound and posted.isascii() and posted.isdigit() and len(posted) < 4:
            count = int(posted) + (EXTRA_LINES if "add_row" in self.data else 0)
        return max(1, min(count, MOST_LINES - len(self.planned)))

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the lines for the page: the fields of each, and what the budget said."""
        for place in range(len(self.planned) + self.rows):
            planned = self.planned[place] if place < len(self.planned) else None
            yield {
                "number": place + 1,
                "planned": planned,
                "what": None if planned else self[f"{place}-what"],
                "used": self[f"{place}-used"],
            }

    def costs(self) -> list[Cost]:
        """Return the lines as typed; an added line without anything is dropped. After ``is_valid()``."""
        found = []
        for place in range(len(self.planned) + self.rows):
            used: Decimal | None = self.cleaned_data.get(f"{place}-used")
            if place < len(self.planned):
                found.append(Cost(self.planned[place].what, self.planned[place].budgeted, used))
                continue
            what = self.cleaned_data.get(f"{place}-what", "")
            if what or used is not None:
                found.append(Cost(what, None, used))
        return found

    def table(self, told: Decimal | None) -> CostTable:
        """Return the sums of what is typed, against the sum that is told."""
        return CostTable(self.costs() if self.is_bound else [*self.planned, *self.added], told)


class CheckForm(forms.Form):
    """The check list of one step: each item is in order or does not concern this report; else it is asked back."""

    note = forms.CharField(
        label=_("Huomautus viranhaltijoille"),
        help_text=_("Järjestö ei näe tätä."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )

    def __init__(self, *args: Any, step: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = ReportStep(step)
        for key, label in ITEMS[step].items():
            self.fields[key] = forms.ChoiceField(
                label=label,
                choices=ItemResult.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Tarkista vielä: %(item)s.") % {"item": label}},
            )
        self.order_fields([*ITEMS[step], "note"])

    def values(self) -> dict[str, Any]:
        """Return the items and the note as the verbs take them."""
        return {"items": {key: self.cleaned_data[key] for key in ITEMS[self.step]}, "note": self.cleaned_data["note"]}


class ReportFileForm(forms.Form):
    """A file of a report; of a picture the form asks whether the people in it have agreed."""

    file = UploadField(label=_("Lisää tiedosto"))
    consent = forms.ChoiceField(
        label=_("Jos tiedosto on kuva: onko kuvauslupa?"),
        choices=PictureConsent.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a picture without consent; a document needs none, and none is kept of it."""
        data: dict[str, Any] = super().clean() or {}
        file: CheckedUpload | None = data.get("file")
        if file is None:
            return data
        if not file.content_type.startswith("image/"):
            data["consent"] = ""
        elif not data.get("consent"):
            self.add_error(
                "consent",
                _("Kerro, onko kuvassa olevilta lupa. Ilman lupaa kuvaa ei voi liittää. Valitse tiedosto uudelleen."),
            )
        return data


class PaperReportForm(UseReportForm):
    """A report that came on paper, as an officer enters it: the same fields, the day of arrival and the scan."""

    arrived_on = DayField(
        label=_("Milloin selvitys saapui?"), help_text=_("Kirjaamon leiman päivä, esimerkiksi 31.3.2028.")
    )
    scan = UploadField(label=_("Alkuperäinen selvitys skannattuna"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("revision")
        self.order_fields(["arrived_on", *self.Meta.fields, "scan"])
