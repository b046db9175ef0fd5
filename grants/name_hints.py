"""A cautious hint before one declares a conflict: a registered person of the applicant has one's own name.

Hallintolaki 434/2003 28 §: who belongs to the board of a party has a conflict. Many people share a name, so this is
shown to the person alone, when they declare, and nothing follows from it by itself.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.utils.translation import gettext as _

from common.times import local_date
from grants.models import Application, ApplicationPartner

_DASHES = re.compile(r"[\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}]")
SIGNATORY, CONTACT = "signatory", "contact"


def first_and_last(name: str) -> tuple[str, str] | None:
    """Return the first and the last name as they are compared; None for a name of one word.

    Upper and lower case, accents written in two ways, kinds of hyphens and middle names make no difference;
    ``Virtanen, Aino Maria`` is Aino Virtanen.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", name)).casefold()
    last, comma, first = plain.partition(",")
    words = [*first.split(), *last.split()] if comma else plain.split()
    return (words[0], words[-1]) if len(words) > 1 else None


def mark_same_names(user: Any, cases: Iterable[Application], now: datetime) -> None:
    """Set ``same_names`` on each case: the sentences to show to the person who is about to declare. One query."""
    listed = list(cases)
    found = _sentences(user, [case.pk for case in listed], now)
    for case in listed:
        case.same_names = found.get(case.pk, [])  # type: ignore[attr-defined]


def _sentences(user: Any, keys: list[int], now: datetime) -> dict[int, list[str]]:
    own = first_and_last(user.full_name)
    if own is None or not keys:
        return {}
    said: dict[int, list[str]] = {}
    for case, organisation, name, kind, role in _people(keys, now):
        if first_and_last(name) == own:
            text = _sentence(organisation, kind, role)
            lines = said.setdefault(case, [])
            if text not in lines:
                lines.append(text)
    return said


def _sentence(organisation: str, kind: str, role: str) -> str:
    known = {"organisation": organisation, "role": role or _("nimenkirjoittaja")}
    if kind == SIGNATORY:
        return (
            _(
                "Nimesi on sama kuin järjestön %(organisation)s rekisteriin merkityllä henkilöllä (%(role)s). "
                "Tarkista, oletko sama henkilö."
            )
            % known
        )
    return _("Nimesi on sama kuin järjestön %(organisation)s yhteyshenkilöllä. Tarkista, oletko sama henkilö.") % known


def _people(keys: list[int], now: datetime) -> QuerySet[Any, Any]:
    """Return case, organisation, name, kind and role of the registered people of applicants and partners."""
    today = local_date(now)
    applicants = Application.objects.filter(pk__in=keys).annotate(case=F("pk"))
    partners = ApplicationPartner.objects.filter(application__in=keys, organisation__isnull=False)
    parts = []
    for rows in (applicants, partners.annotate(case=F("application"))):
        left = Q(organisation__contacts__left_on__isnull=True) | Q(organisation__contacts__left_on__gt=today)
        parts += [
            _part(rows.filter(organisation__signatories__isnull=False), SIGNATORY, "signatories", "role"),
            _part(rows.filter(left, organisation__contacts__since__lte=today), CONTACT, "contacts", "duty"),
        ]
    found: QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True).order_by()
    return found


def _part(rows: QuerySet[Any], kind: str, people: str, role: str) -> QuerySet[Any, Any]:
    told = ("case", "organisation__name", f"organisation__{people}__name", "kind_of", f"organisation__{people}__{role}")
    marked = rows.order_by().annotate(kind_of=Value(kind, output_field=CharField()))
    found: QuerySet[Any, Any] = marked.values_list(*told)
    return found
