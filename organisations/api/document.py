"""The OpenAPI document: what the library writes from the code, with our words in the asker's language."""

from copy import deepcopy
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from organisations.api.middleware import LICENCE
from organisations.api.operations import api
from organisations.api.problems import PROBLEM_TYPE, ByLanguage
from organisations.api.texts import ABOUT, ANSWERS, FIELDS, OPERATIONS, PARAMETERS

CSV_TYPE = "text/csv"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def openapi_document(request: HttpRequest) -> HttpResponse:
    """Answer the document (OpenAPI 3.1) in the language of Accept-Language."""
    answer = ByLanguage(document(get_language() or "fi"), json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@cache
def document(language: str) -> dict[str, Any]:
    """Return the document; call it with ``language`` active. It is made once a language and process."""
    made: dict[str, Any] = deepcopy(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
    made["servers"] = [{"url": settings.BASE_URL}]
    made["info"] |= {
        "description": str(ABOUT),
        "license": {"name": "CC BY 4.0", "url": LICENCE},
        "termsOfService": f"{settings.BASE_URL}/avoin-data/",
    }
    for path, methods in made["paths"].items():
        for operation in methods.values():
            _describe(operation, is_file=path.endswith(".csv"))
    for name, schema in made["components"]["schemas"].items():
        for field, about in schema.get("properties", {}).items():
            if field in FIELDS.get(name, {}):
                about["description"] = str(FIELDS[name][field])
    return made


def _describe(operation: dict[str, Any], *, is_file: bool) -> None:
    operation["summary"] = str(OPERATIONS[operation["operationId"]])
    for parameter in operation.get("parameters", []):
        parameter["description"] = str(PARAMETERS[parameter["name"]])
    answers: dict[str, Any] = {str(status): answer for status, answer in operation["responses"].items()}
    if is_file:
        answers["200"]["content"] = {CSV_TYPE: {"schema": {"type": "string"}}}
        answers |= {"400": {}, "429": {}}
    answers["304"] = {}
    for status, answer in answers.items():
        answer["description"] = str(ANSWERS[status])
        if int(status) >= 400:
            answer["content"] = {PROBLEM_TYPE: {"schema": _PROBLEM}}
    operation["responses"] = dict(sorted(answers.items()))
