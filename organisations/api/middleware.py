"""What every answer under ``/api/`` has in common: nobody is recognised, everybody may read and keep it a while."""

import hashlib
from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe, quote_etag
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from common import clock
from organisations.api.limits import WINDOW, seconds_to_wait
from organisations.api.problems import PROBLEM_TYPE, ByLanguage, problem

PREFIX = "/api/"
METHODS = "GET, HEAD, OPTIONS"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
KEEP_SECONDS = 300


class OpenDataMiddleware:
    """Stands outside sessions and languages.

    Cookies are taken off before anybody looks at them, so an answer never depends on who asks and caches may hold
    one for all. Only errors and the OpenAPI document depend on Accept-Language, and say so in Vary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        with override(get_language_from_request(request)):
            answer = self._finish(request, self._answer(request))
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After"
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if wait := seconds_to_wait(request, clock.now()):
            return _too_many(wait)
        if request.method == "OPTIONS":
            return _options()
        if request.method not in ("GET", "HEAD"):
            refused = problem(405)
            refused["Allow"] = METHODS
            return refused
        asked, request.method = request.method, "GET"
        answer = self.get_response(request)
        request.method = asked
        if answer.status_code >= 400 and answer["Content-Type"] != PROBLEM_TYPE:
            return problem(answer.status_code)
        return answer

    def _finish(self, request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
        """Say who may keep the answer and how long, and send nothing again that the asker has."""
        for name in ("Vary", "Content-Language"):
            answer.headers.pop(name, None)
        if isinstance(answer, ByLanguage):
            answer["Vary"] = "Accept-Language"
        if answer.status_code != 200:
            return answer
        answer.headers.setdefault("Cache-Control", f"public, max-age={KEEP_SECONDS}")
        answer["Link"] = f'<{LICENCE}>; rel="license"'
        if isinstance(answer, HttpResponse) and "ETag" not in answer.headers:
            answer["ETag"] = quote_etag(hashlib.sha256(answer.content).hexdigest()[:32])
        return _unless_known(request, answer)


def _unless_known(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Return the answer, or 304 when the asker has it; of a stream asked for with HEAD, the headers only.

    An answer that is left aside is not closed here: closing tells Django that the request is over, and a stream
    that nobody has begun to read holds nothing.
    """
    changed = answer.headers.get("Last-Modified", "")
    since = parse_http_date_safe(changed) if changed else None
    kept: HttpResponseBase = (
        get_conditional_response(request, answer.headers.get("ETag"), since, cast(HttpResponse, answer)) or answer
    )
    if kept is answer and request.method == "HEAD" and answer.streaming:
        kept = HttpResponse(headers=dict(answer.headers))
    return kept


def _too_many(wait: int) -> HttpResponse:
    says = _("Tästä osoitteesta on tullut liian monta pyyntöä minuutissa. Yritä uudelleen %(wait)s sekunnin kuluttua.")
    answer = problem(429, detail=says % {"wait": wait})
    answer["Retry-After"] = str(min(wait, WINDOW))
    return answer


def _options() -> HttpResponse:
    """Tell what may be asked; also to a browser that asks before a page of another site reads the data."""
    answer = HttpResponse(status=204)
    answer["Allow"] = METHODS
    answer["Access-Control-Allow-Methods"] = METHODS
    answer["Access-Control-Allow-Headers"] = "Accept-Language, If-Modified-Since, If-None-Match"
    answer["Access-Control-Max-Age"] = "86400"
    return answer
