"""Choosing and filtering."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.kinds import Kind, optional_kinds
from notifications.models import How, Message, Preference
from notifications.states import MESSAGE


class PreferencesForm(forms.Form):
    """One question a kind of message: at once, once a day, or only in the portal."""

    def __init__(self, *args: Any, user: User, roles: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.kinds: dict[str, Kind] = {f"kind_{n}": kind for n, kind in enumerate(optional_kinds(roles))}
        chosen = dict(Preference.objects.filter(user=user).values_list("kind", "how"))
        for name, kind in self.kinds.items():
            self.fields[name] = forms.ChoiceField(
                label=cast(str, kind.label),
                help_text=cast(str, kind.help),
                choices=How.choices,
                widget=forms.RadioSelect,
                initial=chosen.get(kind.key, How.AT_ONCE),
            )

    def save(self) -> None:
        """Keep what was chosen."""
        Preference.objects.bulk_create(
            [
                Preference(user=self.user, kind=kind.key, how=self.cleaned_data[name])
                for name, kind in self.kinds.items()
            ],
            update_conflicts=True,
            unique_fields=["user", "kind"],
            update_fields=["how"],
        )


class MessageFilter(forms.Form):
    """The outbox by state and words, kept in the URL."""

    q = forms.CharField(label=_("Vastaanottaja tai aihe"), required=False, max_length=100)
    tila = forms.ChoiceField(  # the tabs above the list choose it
        required=False, choices=[("", _("Kaikki")), *MESSAGE.choices()], widget=forms.HiddenInput
    )

    def apply(self, rows: QuerySet[Message]) -> QuerySet[Message]:
        """Return the rows that the URL asks for; a value that does not exist limits nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("tila"):
            rows = rows.filter(state=wanted["tila"])
        if wanted.get("q"):
            rows = rows.filter(Q(to_address__icontains=wanted["q"]) | Q(subject__icontains=wanted["q"]))
        return rows
