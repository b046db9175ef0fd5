"""What can be asked: the parameters of the lists, and the questions that they make."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from common.times import HELSINKI
from organisations import numbers
from organisations.api.codes import Codes
from organisations.api.paging import Paging
from organisations.api.problems import BadParameters
from organisations.models import Activity, ActivityKind, EarlierName, LegalForm, Organisation, RegisterStatus

MAX_QUERY = 100


class OrganisationFilters(BaseModel):
    """Which organisations; a parameter given many times means any of its values."""

    q: str = Field("", max_length=MAX_QUERY)
    municipality: list[str] = []
    sector: list[int] = []
    theme: list[int] = []
    target_group: list[int] = []
    status: list[RegisterStatus] = []
    legal_form: list[LegalForm] = []
    updated_since: datetime | None = None


class ActivityFilters(BaseModel):
    """Which activities; a parameter given many times means any of its values."""

    organisation: list[int] = []
    life_situation: list[int] = []
    municipality: list[str] = []
    target_group: list[int] = []
    kind: list[ActivityKind] = []
    updated_since: datetime | None = None


class OrganisationQuery(OrganisationFilters, Paging):
    """Which organisations, and which page of them."""


class ActivityQuery(ActivityFilters, Paging):
    """Which activities, and which page of them."""


def refuse_unknown(request: HttpRequest, asked: type[BaseModel] | None = None) -> None:
    """Raise BadParameters for parameters that there are not: a misspelt filter would quietly answer everything."""
    known = list(asked.model_fields) if asked else []
    unknown = sorted(set(request.GET) - set(known))
    if not unknown:
        return
    allowed = ", ".join(known)
    says = _("Tällaista hakuehtoa ei ole. Hakuehdot ovat: %(names)s.") % {"names": allowed}
    if not known:
        says = _("Tällä osoitteella ei ole hakuehtoja.")
    raise BadParameters((name, says) for name in unknown)


_CODE_LISTS = {
    "municipality": "municipalities",
    "sector": "sectors",
    "theme": "themes",
    "target_group": "target_groups",
    "life_situation": "life_situations",
}


def _rows_of(asked: BaseModel, codes: Codes) -> dict[str, list[int]]:
    """Return the rows of the code lists that are asked for, by parameter; raise BadParameters for unknown codes."""
    found: dict[str, list[int]] = {}
    wrong: list[tuple[str, str]] = []
    for name, code_list in _CODE_LISTS.items():
        values: list[Any] = getattr(asked, name, [])
        if not values:
            continue
        rows = {code.get("code", code.get("id")): row for row, code in getattr(codes, code_list).items()}
        if unknown := [value for value in values if value not in rows]:
            about = {"value": unknown[0], "address": f"/api/v1/{code_list.replace('_', '-')}"}
            wrong.append((name, _("Arvoa %(value)s ei ole. Katso luettelo %(address)s.") % about))
        found[name] = [rows[value] for value in values if value in rows]
    if wrong:
        raise BadParameters(wrong)
    return found


def _since(moment: datetime) -> datetime:
    """Read a moment without a zone on Finland's clock."""
    return moment if moment.tzinfo else moment.replace(tzinfo=HELSINKI)


def _any_of(found: QuerySet[Any], relation: str, rows: list[int]) -> QuerySet[Any]:
    """Return those that have at least one of the rows, each once."""
    field = found.model._meta.get_field(relation)
    owners = field.remote_field.through._default_manager.filter(**{f"{field.m2m_reverse_field_name()}_id__in": rows})
    return found.filter(pk__in=owners.values(f"{field.m2m_field_name()}_id"))


def filter_organisations(
    found: QuerySet[Organisation], asked: OrganisationFilters, codes: Codes
) -> QuerySet[Organisation]:
    """Return the organisations of ``found`` that were asked for; raise BadParameters for an unknown code."""
    rows = _rows_of(asked, codes)
    if asked.q.strip():
        found = found.filter(_named(asked.q))
    if "municipality" in rows:
        works = Organisation.municipalities.through.objects.filter(municipality_id__in=rows["municipality"])
        found = found.filter(Q(domicile_id__in=rows["municipality"]) | Q(pk__in=works.values("organisation_id")))
    for name, relation in (("sector", "sectors"), ("theme", "themes"), ("target_group", "target_groups")):
        if name in rows:
            found = _any_of(found, relation, rows[name])
    if asked.status:
        found = found.filter(status__in=asked.status)
    if asked.legal_form:
        found = found.filter(legal_form__in=asked.legal_form)
    if asked.updated_since:
        found = found.filter(updated_at__gte=_since(asked.updated_since))
    return found


def _named(words: str) -> Q:
    """The number is this, or the name or an earlier name begins so (case and accents do not matter)."""
    folded = " ".join(numbers.fold(words.replace("\0", " ")).split())
    earlier = EarlierName.objects.filter(search_key__startswith=folded)
    named = Q(search_key__startswith=folded) | Q(pk__in=earlier.values("organisation_id"))
    if number := numbers.parse_association_number(words):
        named |= Q(association_number=number)
    if business_id := numbers.parse_business_id(words):
        named |= Q(business_id=business_id)
    return named


def filter_activities(found: QuerySet[Activity], asked: ActivityFilters, codes: Codes) -> QuerySet[Activity]:
    """Return the activities of ``found`` that were asked for; raise BadParameters for an unknown code."""
    rows = _rows_of(asked, codes)
    relations = (
        ("life_situation", "life_situations"),
        ("municipality", "municipalities"),
        ("target_group", "target_groups"),
    )
    for name, relation in relations:
        if name in rows:
            found = _any_of(found, relation, rows[name])
    if asked.organisation:
        found = found.filter(organisation_id__in=asked.organisation)
    if asked.kind:
        found = found.filter(kind__in=asked.kind)
    if asked.updated_since:
        found = found.filter(updated_at__gte=_since(asked.updated_since))
    return found
