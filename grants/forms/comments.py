"""A comment on an application inside the organisation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CommentForm(forms.Form):
    """What is said, and of which page of the form."""

    text = forms.CharField(label=_("Kommentti"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    page = forms.ChoiceField(label=_("Mitä se koskee?"), required=False)

    def __init__(self, data: Any, *, pages: dict[str, str], **given: Any) -> None:
        super().__init__(data, **given)
        page: Any = self.fields["page"]
        page.choices = [("", _("Koko hakemusta")), *pages.items()]
