"""What the 360Giving Data Standard 1.1 asks of a package, as a JSON Schema of our own words.

It holds the standard's requirements for the fields that we publish (required ones, types, date forms, currency)
and refuses any other field, so that nothing goes out that was not thought of. The standard's own schema files
stay with their publisher.
"""

from typing import Any

_DAY = {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"}
_TEXT = {"type": "string", "minLength": 1}
_URI = {"type": "string", "format": "uri", "pattern": "^https?://"}
_EUROS = {"type": "number", "minimum": 0}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


_ORGANISATION = _object("id name", id=_TEXT, name=_TEXT, addressCountry=_TEXT, addressLocality=_TEXT, url=_URI)
_LOCATION = _object("name", name=_TEXT, countryCode={"enum": ["FI"]}, geoCode=_TEXT, geoCodeType=_TEXT)
_GRANT = _object(
    "id title description currency amountAwarded awardDate recipientOrganization fundingOrganization",
    id=_TEXT,
    title={**_TEXT, "maxLength": 140},
    description=_TEXT,
    currency={"enum": ["EUR"]},
    amountAppliedFor=_EUROS,
    amountAwarded={"type": "number", "exclusiveMinimum": 0},
    awardDate=_DAY,
    recipientOrganization={"type": "array", "minItems": 1, "items": _ORGANISATION},
    fundingOrganization={"type": "array", "minItems": 1, "items": _ORGANISATION},
    beneficiaryLocation={"type": "array", "items": _LOCATION},
    grantProgramme={"type": "array", "items": _object("title", title=_TEXT)},
    dataSource=_URI,
)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        "grants version",
        version={"const": "1.1"},
        title=_TEXT,
        description=_TEXT,
        issued=_DAY,
        publisher=_object("name", identifier=_TEXT, name=_TEXT, website=_URI),
        license=_URI,
        downloadURL=_URI,
        accessURL=_URI,
        grants={"type": "array", "minItems": 1, "uniqueItems": True, "items": _GRANT},
    ),
}
