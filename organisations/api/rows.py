"""From the database to the shapes of ``schemas.py``: one query whatever the number of rows, and the code lists.

Both the pages and the whole-registry files are made of these, so that they never say different things.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import translation

from common.policies import allowed
from common.times import local_date
from organisations.api.codes import Codes, choice
from organisations.models import (
    Activity,
    ActivityKind,
    Contact,
    EarlierName,
    LegalForm,
    Organisation,
    Reach,
    RegisterStatus,
    Room,
    RunBy,
)

Row = dict[str, Any]
BATCH = 2000


def organisations(now: datetime) -> QuerySet[Organisation]:
    """Return the organisations that everybody sees."""
    return allowed("organisations.view", AnonymousUser(), now=now)


def activities(now: datetime) -> QuerySet[Activity]:
    """Return the activities that everybody sees: published, not past, of an organisation that everybody sees."""
    return Activity.objects.shown(local_date(now)).filter(organisation__in=organisations(now))


@cache
def _address(name: str) -> str:
    with translation.override("fi"):
        return f"{settings.BASE_URL}{reverse(name, args=[0])}"


def page_url(name: str, pk: int) -> str:
    """Return the whole address of a row's page for people, in Finnish."""
    return _address(name).replace("/0/", f"/{pk}/")


def _many(model: type[Any], owner: str, value: str) -> ArraySubquery:
    return ArraySubquery(model._default_manager.filter(**{owner: OuterRef("pk")}).order_by(value).values(value))


def _contacts(now: datetime) -> ArraySubquery:
    """The contact persons that the organisation publishes and who are in office on the day."""
    on = local_date(now)
    public = Contact.objects.public(on).filter(organisation=OuterRef("pk"))
    fields = JSONObject(**{name: name for name in ("name", "duty", "about", "email", "phone")})
    return ArraySubquery(public.order_by("name", "pk").values(fields=fields))


_ORGANISATION = (
    "id", "name", "business_id", "association_number", "legal_form", "status", "status_on", "registered_on",
    "domicile_id", "postcode", "post_town", "in_last_extract", "missing_since",
    "description_fi", "description_sv", "description_en", "reach", "run_by", "is_service_producer", "accessibility",
    "website", "contact_website", "contact_email", "contact_phone", "links", "lahella_url", "confirmed_at",
    "updated_at",
)  # fmt: skip


def organisation_rows(found: QuerySet[Organisation], codes: Codes, now: datetime) -> Iterator[Row]:
    """Yield the organisations of ``found``, in its order, as ``schemas.Organisation`` has them."""
    through = Organisation.sectors.through, Organisation.themes.through, Organisation.target_groups.through
    sectors, themes, groups = through
    rows = found.annotate(
        sector_ids=_many(sectors, "organisation", "sector_id"),
        theme_ids=_many(themes, "organisation", "theme_id"),
        group_ids=_many(groups, "organisation", "targetgroup_id"),
        works_in=_many(Organisation.municipalities.through, "organisation", "municipality_id"),
        earlier=_many(EarlierName, "organisation", "name"),
        people=_contacts(now),
    ).values(*_ORGANISATION, "sector_ids", "theme_ids", "group_ids", "works_in", "earlier", "people")
    for row in rows:
        yield _organisation(row, codes)


def _organisation(row: Row, codes: Codes) -> Row:
    return {
        "id": row["id"],
        "url": page_url("organisations:detail", row["id"]),
        "name": row["name"],
        "earlier_names": row["earlier"],
        "business_id": row["business_id"],
        "association_number": row["association_number"],
        "legal_form": choice(LegalForm, row["legal_form"]),
        "status": choice(RegisterStatus, row["status"]),
        "status_on": row["status_on"],
        "registered_on": row["registered_on"],
        "domicile": codes.municipalities[row["domicile_id"]] if row["domicile_id"] else None,
        "postcode": row["postcode"] or None,
        "post_town": row["post_town"] or None,
        "in_last_extract": row["in_last_extract"],
        "missing_since": row["missing_since"],
        "description": {language: row[f"description_{language}"] or None for language in ("fi", "sv", "en")},
        "sectors": codes.listed("sectors", row["sector_ids"]),
        "themes": codes.listed("themes", row["theme_ids"]),
        "target_groups": codes.listed("target_groups", row["group_ids"]),
        "municipalities": codes.listed("municipalities", row["works_in"]),
        "reach": choice(Reach, row["reach"]),
        "run_by": choice(RunBy, row["run_by"]),
        "is_service_producer": row["is_service_producer"],
        "accessibility": row["accessibility"] or None,
        "website": row["contact_website"] or row["website"] or None,
        "links": row["links"].split(),
        "lahella_url": row["lahella_url"] or None,
        "email": row["contact_email"] or None,
        "phone": row["contact_phone"] or None,
        "contacts": [{key: value or None for key, value in person.items()} for person in row["people"]],
        "confirmed_on": local_date(row["confirmed_at"]) if row["confirmed_at"] else None,
        "updated_at": row["updated_at"],
    }


_ACTIVITY = (
    "id", "kind", "name", "description", "is_remote", "place", "when", "price", "accessibility", "how_to_join", "room",
    "service_path", "lahella_url", "starts_on", "ends_on", "confirmed_on", "updated_at", "organisation_id",
    "organisation__name", "organisation__business_id", "organisation__association_number", "organisation__website",
    "organisation__contact_website", "organisation__contact_email", "organisation__contact_phone",
)  # fmt: skip


def activity_rows(found: QuerySet[Activity], codes: Codes) -> Iterator[Row]:
    """Yield the activities of ``found``, in its order, as ``schemas.Activity`` has them."""
    rows = found.annotate(
        group_ids=_many(Activity.target_groups.through, "activity", "targetgroup_id"),
        situation_ids=_many(Activity.life_situations.through, "activity", "lifesituation_id"),
        held_in=_many(Activity.municipalities.through, "activity", "municipality_id"),
    ).values(*_ACTIVITY, "group_ids", "situation_ids", "held_in")
    for row in rows:
        yield _activity(row, codes)


def _activity(row: Row, codes: Codes) -> Row:
    return {
        "id": row["id"],
        "url": page_url("organisations:activity", row["id"]),
        "organisation": {
            "id": row["organisation_id"],
            "url": page_url("organisations:detail", row["organisation_id"]),
            "name": row["organisation__name"],
            "business_id": row["organisation__business_id"],
            "association_number": row["organisation__association_number"],
            "website": row["organisation__contact_website"] or row["organisation__website"] or None,
            "email": row["organisation__contact_email"] or None,
            "phone": row["organisation__contact_phone"] or None,
        },
        "kind": choice(ActivityKind, row["kind"]),
        "name": row["name"],
        "description": row["description"],
        "target_groups": codes.listed("target_groups", row["group_ids"]),
        "life_situations": codes.listed("life_situations", row["situation_ids"]),
        "municipalities": codes.listed("municipalities", row["held_in"]),
        "is_remote": row["is_remote"],
        "place": row["place"] or None,
        "when": row["when"] or None,
        "price": row["price"] or None,
        "accessibility": row["accessibility"] or None,
        "how_to_join": row["how_to_join"],
        "room": choice(Room, row["room"]),
        "service_path": row["service_path"] or None,
        "lahella_url": row["lahella_url"] or None,
        "starts_on": row["starts_on"],
        "ends_on": row["ends_on"],
        "confirmed_on": row["confirmed_on"],
        "updated_at": row["updated_at"],
    }


def in_batches[M: Model](found: QuerySet[M], make: Callable[[QuerySet[M]], Iterator[Row]]) -> Iterator[Row]:
    """Yield every row of ``found`` by ascending number, a batch a query: memory does not grow with the registry.

    No long transaction and no server-side cursor is held while a slow reader downloads; a row that changes on the
    way is told once, as it then is.
    """
    last = 0
    while True:
        batch = list(make(found.filter(pk__gt=last).order_by("pk")[:BATCH]))
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1]["id"]
