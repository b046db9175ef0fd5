"""What every page gets: the county, the sections that work, languages, roles of the person."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.roles import request_roles
from common import clock
from common.links import fixed_url
from county.models import get_county
from portal.desk import DESK_ROLES

# A section stands in the menu when its room has a page.
SECTIONS: tuple[tuple[str, Promise], ...] = (
    ("grants:calls", _("Avustukset")),
    ("forums:events", _("Tapahtumat")),
    ("premises:search", _("Tilat")),
    ("liaisons:directory", _("Yhteyshenkilöt")),
    ("organisations:organisations", _("Järjestöt")),
    ("reports:reports", _("Raportit")),
)
FOOTER: tuple[tuple[str, Promise], ...] = (
    ("forums:ideas", _("Ideat")),
    ("reports:surveys", _("Kyselyt")),
    ("portal:accessibility", _("Saavutettavuusseloste")),
    ("portal:newsletters", _("Uutiskirje")),
    ("portal:privacy", _("Tietosuoja")),
    ("organisations:open_data", _("Avoin data")),
    ("portal:feedback", _("Anna palautetta")),
)


@dataclass(frozen=True)
class Section:
    """One entry of the main menu; ``current`` when the page stands below it."""

    url: str
    label: Any
    current: bool = False


@dataclass(frozen=True)
class Language:
    """The same page in another language."""

    code: str
    name: str
    url: str
    current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the base template's context: the county's row, and the person's roles where nobody has asked yet."""
    county = get_county()
    shift = clock.shift()
    roles = request_roles(request) if hasattr(request, "user") else []
    return {
        "county": county,
        "help_phone": county.help_phone if county else "",
        "roles": roles,
        "desk_url": fixed_url("portal:desk") if any(role.key in DESK_ROLES for role in roles) else "",
        "acting": getattr(request, "acting_organisation", None),
        "main_menu": _sections(request.path),
        "languages": _languages(request),
        "search_url": fixed_url("portal:search"),
        "footer_links": [Section(fixed_url(name), label) for name, label in FOOTER],
        "now": clock.now(),
        "shifted_clock": clock.now() if shift else None,
        "demonstration": settings.DEMONSTRATION,
    }


def _sections(path: str) -> list[Section]:
    return [Section(url, label, path.startswith(url)) for name, label in SECTIONS if (url := fixed_url(name))]


#: Whether the pages of a route stand in every language, by the route and the language it is asked in.
_TRANSLATED: dict[tuple[str, str], bool] = {}


def _languages(request: HttpRequest) -> list[Language]:
    active = get_language() or settings.LANGUAGE_CODE
    address = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    bare = _bare(request, address, active)
    return [Language(code, name, _in(code, bare) or address, code == active) for code, name in settings.LANGUAGES]


def _bare(request: HttpRequest, address: str, active: str) -> str:
    """Return the address as it is in the main language; empty where the page has no others."""
    match = request.resolver_match
    if match is None:
        return ""
    key = (match.route, active)
    if key not in _TRANSLATED:  # asking Django means resolving the address anew for each language
        others = [code for code, _name in settings.LANGUAGES if code != active]
        _TRANSLATED[key] = any(translate_url(request.path, code) != request.path for code in others)
    if not _TRANSLATED[key]:
        return ""
    return address if active == settings.LANGUAGE_CODE else address.removeprefix(f"/{active}")


def _in(code: str, bare: str) -> str:
    return bare if code == settings.LANGUAGE_CODE or not bare else f"/{code}{bare}"
