"""Errors as RFC 9457 has them, in the reader's language: what is wrong, and what to do."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import ValidationError

PROBLEM_TYPE = "application/problem+json"
_TITLES: dict[int, Promise] = {
    400: gettext_lazy("Pyynnössä on virhe"),
    404: gettext_lazy("Ei löytynyt"),
    405: gettext_lazy("Rajapinta on vain lukemista varten"),
    429: gettext_lazy("Liian monta pyyntöä"),
    500: gettext_lazy("Palvelussa on virhe"),
}
_DETAILS: dict[int, Promise] = {
    404: gettext_lazy("Osoitteessa ei ole mitään julkista. Tarkista osoite kuvauksesta /api/v1/openapi.json."),
    405: gettext_lazy("Käytä pyyntöä GET tai HEAD."),
    500: gettext_lazy("Yritä hetken kuluttua uudelleen. Jos virhe toistuu, kerro siitä palautelomakkeella."),
}
_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 429: "too_many_requests", 500: "error"}


class ByLanguage(JsonResponse):
    """An answer whose words depend on Accept-Language; all others hold every language."""


class BadParameters(Exception):
    """Parameters that cannot be answered: ``(name, what is wrong)`` each."""

    def __init__(self, found: Iterable[tuple[str, str]]) -> None:
        self.found = list(found)
        super().__init__(self.found)


def problem(status: int, *, detail: str = "", **more: Any) -> HttpResponse:
    """Return the error answer; it is never kept by a cache."""
    known = status if status in _TITLES else 500 if status >= 500 else 400
    content = {
        "status": status,
        "code": _CODES[known],
        "title": str(_TITLES[known]),
        "detail": detail or str(_DETAILS.get(known, "")),
        "parameters": [],
        **more,
    }
    answer = ByLanguage(content, status=status, content_type=PROBLEM_TYPE, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


def _bad(found: list[tuple[str, str]]) -> HttpResponse:
    detail = " ".join(f"{name}: {message}" for name, message in found)
    return problem(400, detail=detail, parameters=[{"name": name, "message": message} for name, message in found])


def answer_problems(api: NinjaAPI) -> None:
    """Let the interface answer what goes wrong as problems."""

    @api.exception_handler(BadParameters)
    def bad_parameters(request: HttpRequest, wrong: Exception) -> HttpResponse:
        return _bad(wrong.found) if isinstance(wrong, BadParameters) else problem(400)

    @api.exception_handler(ValidationError)
    def not_valid(request: HttpRequest, wrong: Exception) -> HttpResponse:
        errors = wrong.errors if isinstance(wrong, ValidationError) else []
        return _bad([(_name(error), _message(error)) for error in errors])


def _name(error: dict[str, Any]) -> str:
    return next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")


def _message(error: dict[str, Any]) -> str:
    """Say in words what the library found wrong."""
    kind, about = error["type"], error.get("ctx", {})
    if kind in ("enum", "literal_error"):
        expected = about["expected"].replace("'", "").replace(" or ", ", ")
        return _("Arvoa ei tunneta. Mahdolliset arvot: %(values)s.") % {"values": expected}
    if kind.startswith(("int", "float")):
        return _("Anna kokonaisluku.")
    if kind == "greater_than_equal":
        return _("Anna vähintään %(number)s.") % {"number": about["ge"]}
    if kind == "less_than_equal":
        return _("Anna enintään %(number)s.") % {"number": about["le"]}
    if kind == "string_too_long":
        return _("Anna enintään %(number)s merkkiä.") % {"number": about["max_length"]}
    if kind.startswith(("date", "datetime", "timezone")):
        return _("Anna päivä tai aika, esimerkiksi 2026-11-01 tai 2026-11-01T08:00:00Z.")
    return _("Arvo ei kelpaa.")
