"""Addresses of the open data: outside the languages, since every answer holds all of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import get_language_from_request, override

from accounts.access import public_page
from organisations.api.document import openapi_document
from organisations.api.operations import api

View = Callable[..., HttpResponseBase]


def in_asked_language(view: View) -> View:
    """Run the view in the language of Accept-Language: outside the prefixes the portal would be in Finnish."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with override(get_language_from_request(request)):
            return view(request, *args, **kwargs)

    return inner


def _opened(pattern: URLPattern) -> URLPattern:
    pattern.callback = public_page(in_asked_language(pattern.callback))
    return pattern


_patterns, _app_name, _namespace = api.urls
urlpatterns = [
    path(
        "api/v1/",
        (
            [
                path("openapi.json", public_page(in_asked_language(openapi_document)), name="openapi"),
                # The library's own first page says nothing.
                *(_opened(each) for each in _patterns if isinstance(each, URLPattern) and each.name != "api-root"),
            ],
            _app_name,
            _namespace,
        ),
    )
]
