"""Picking a phrase: the button "insert" shows the form again with the phrase behind what was written."""

from typing import Any

from django.http import HttpRequest, QueryDict

from grants.models import Phrase


def form_for(request: HttpRequest, form_class: Any, **given: Any) -> Any:
    """Return the form as sent, empty, or (unbound, so without errors) with the phrase that was picked."""
    if is_picking(request):
        return form_class(initial=with_phrase(request).dict(), **given)
    return form_class(request.POST or None, **given)


def is_picking(request: HttpRequest) -> bool:
    """Tell whether the person asked for a phrase instead of saving."""
    return request.method == "POST" and "insert" in request.POST


def with_phrase(request: HttpRequest, field: str = "reasons") -> QueryDict:
    """Return what was sent with the chosen phrase behind the text of ``field``; the choice is cleared.

    Decisions are written in Finnish, so the Finnish text is taken whatever the page's language is.
    """
    data = request.POST.copy()
    chosen = data.get("phrase", "")
    found = Phrase.objects.filter(pk=chosen).first() if chosen.isascii() and chosen.isdigit() else None
    if found is not None:
        data[field] = "\n\n".join(part for part in (data.get(field, "").strip(), found.text_fi) if part)
    data["phrase"] = ""
    return data
