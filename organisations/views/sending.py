"""What the pages of campaigns and mailings share: the draft with its selection and texts."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from common import clock
from organisations.models import Organisation
from organisations.selections import Selection, SelectionFilter, query_of


class DraftInput:
    """A draft's form together with the registry's filter, posted as one."""

    def __init__(self, request: HttpRequest, form_class: Any, instance: Any = None) -> None:
        self.request = request
        self.form = form_class(request.POST or None, instance=instance)
        if request.method == "POST":
            self.query = query_of(request.POST, besides=self.form.fields)
        else:
            self.query = instance.query if instance else request.GET.urlencode()

    @property
    def is_posted_right(self) -> bool:
        """Tell whether it was posted and nothing has to be mended."""
        return self.request.method == "POST" and bool(self.form.is_valid())

    def context(self) -> dict[str, Any]:
        """Return the form, the filter's form filled in, and whom the selection means now."""
        selection = Selection(self.query, clock.now())
        return {"form": self.form, "selection_form": selection.filter.form, "selection": describe(self.query)}


def describe(query: str, now: datetime | None = None) -> dict[str, Any]:
    """Return a selection in words, how many it means now, and the first names."""
    selection = Selection(query, now or clock.now())
    return {
        "words": selection.words(),
        "count": selection.organisations.count(),
        "sample": selection.sample(),
        "query": query,
    }


def selection_filter(request: HttpRequest, now: datetime) -> SelectionFilter:
    """Return the registry's filter of a list's address, with the question of the admin."""
    return SelectionFilter(request.GET, now=now, queryset=Organisation.objects.all())
