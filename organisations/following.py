"""The old address of an organisation that was merged leads to the one that stayed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from organisations.models import Organisation

View = Callable[..., HttpResponseBase]


def follows_merge(argument: str) -> Callable[[View], View]:
    """Send a reader of a merged organisation's page to the same page of its survivor.

    ``argument`` names the organisation in the address. Asked only when the page is not there; the redirect is a
    temporary one, since a merge can be undone.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def following(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except Http404:
                survivor = survivor_of(kwargs[argument])
                if survivor is None or request.method not in ("GET", "HEAD") or request.resolver_match is None:
                    raise
                changed: dict[str, Any] = {**kwargs, argument: survivor}
                there: HttpResponseBase = redirect(request.resolver_match.view_name, **changed)
                return there

        return following

    return decorate


def survivor_of(key: int) -> int | None:
    """Return the key of the organisation into which this one was merged, or None."""
    merged = Organisation.everything.filter(pk=key, merged_into__isnull=False)
    return merged.values_list("merged_into_id", flat=True).first()
