"""The opened declaration of state aid on a supplement's page: the answers and the rows of earlier aid together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from common.errors import Refused
from grants.forms.state_aid import AidForm, DeclarationForm
from grants.models import SupplementRequest
from grants.models.state_aid import MOST_DECLARED
from grants.supplement_aid import Told, copy_of
from grants.workflow.state_aid import check_row

_AT = {**dict.fromkeys(("in_future", "too_old"), "granted_on"), "not_positive": "sum"}
_FIELDS = ("granter", "granted_on", "sum", "purpose")
#: Empty rows after those that are filled in.
EXTRA = 2


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Earlier aid row by row; a row is taken out by its box, and only aid of the three years is taken in."""

    now: datetime

    def clean(self) -> None:
        """Ask of each row what the verb asks."""
        for form in self.kept:
            try:
                check_row(form.cleaned_data["granted_on"], form.cleaned_data["sum"], self.now)
            except Refused as refused:
                form.add_error(_AT[refused.code], str(refused))

    @property
    def kept(self) -> list[AidForm]:
        """The rows that could be read, are not empty and are not taken out."""
        return [
            form
            for form in self.forms
            if form.has_changed_or_stood and not form.errors and form.cleaned_data and not form.cleaned_data["DELETE"]
        ]


class _Row(AidForm):
    """One row of the table; a new one may be left empty."""

    @property
    def has_changed_or_stood(self) -> bool:
        """Whether the row was there before or has been filled in."""
        return bool(self.initial) or self.has_changed()


_ROWS = forms.formset_factory(_Row, formset=_Rows, extra=EXTRA, max_num=MOST_DECLARED, can_delete=True)


class AidCopy:
    """The declaration on its copy; ``told`` of a valid one goes to the verb."""

    def __init__(self, data: Mapping[str, Any] | None, *, supplement: SupplementRequest, now: datetime) -> None:
        declaration, rows = copy_of(supplement)
        # What is posted without the declaration (an old tab) leaves it as it is.
        posted = data if data is not None and "aidrow-TOTAL_FORMS" in data else None
        self.form = DeclarationForm(posted, prefix="aid", declaration=declaration)
        start = [{name: getattr(row, name) for name in _FIELDS} for row in rows]
        formset: Any = _ROWS
        self.rows: Any = formset(posted, prefix="aidrow", initial=start)
        self.rows.now = now
        for form in self.rows.forms:
            form.fields["DELETE"].label = _("Poista tämä tuki")
        self.is_posted = posted is not None
        if self.is_posted:
            self._check_together()

    def _check_together(self) -> None:
        self.rows.is_valid()
        if self.form.is_valid() and self.rows.kept and not self._says_earlier:
            self.form.add_error(
                "has_earlier", _("Sivulla on ilmoitettuja tukia. Poista ne ensin, jos niitä ei ole saatu.")
            )

    @property
    def _says_earlier(self) -> bool:
        return bool(self.form.cleaned_data.get("is_economic") and self.form.cleaned_data.get("has_earlier"))

    @property
    def is_wrong(self) -> bool:
        """Whether something that was posted could not be read."""
        return self.is_posted and (not self.form.is_valid() or not self.rows.is_valid())

    @property
    def problems(self) -> dict[str, Any]:
        """The first fault of each field by the field's id, for the error summary."""
        wrong = [self.form, *self.rows.forms] if self.is_posted else []
        return {
            form[name].auto_id: errors[0]
            for form in wrong
            for name, errors in form.errors.items()
            if name in form.fields
        }

    @property
    def told(self) -> Told | None:
        """The answers and rows of a valid one as the copy keeps them; None when nothing was posted or it is wrong."""
        if not self.is_posted or self.is_wrong:
            return None
        said = self.form.cleaned_data
        is_economic = said["is_economic"]
        return {
            "is_economic": is_economic,
            "has_earlier": said["has_earlier"] if is_economic else None,
            "linked": said["linked"].strip() if is_economic else "",
            "declared": [
                {
                    "granter": row.cleaned_data["granter"].strip(),
                    "granted_on": row.cleaned_data["granted_on"].isoformat(),
                    "sum": f"{row.cleaned_data['sum']:.2f}",
                    "purpose": row.cleaned_data["purpose"].strip(),
                }
                for row in self.rows.kept
            ],
        }
