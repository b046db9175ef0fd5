"""Activities as service descriptions for a service tray (palvelutarjotin), in the field names of PTV.

The shape follows the service of the open interface of the Finnish Service Catalogue (Palvelutietovaranto, version
11: serviceNames, serviceDescriptions, areas, targetGroups, lifeEvents, organizations, serviceChannels) as far as an
NGO's activity has the facts. Channels are written out inside the service, since we have no register of them.
"""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from organisations.api.rows import Row
from organisations.api.schemas import Page

SUMMARY_MAX = 150  # PTV's longest Summary
NATIVE = "fi"  # an activity is described in Finnish


class _Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class LanguageItem(_Camel):
    language: str
    value: str


class TypedItem(_Camel):
    language: str
    type: str
    value: str


class CodedItem(_Camel):
    code: str
    name: list[LanguageItem]


class Area(_Camel):
    type: str
    municipalities: list[CodedItem]


class OrganizationItem(_Camel):
    source_id: str
    name: str
    business_code: str | None


class ServiceOrganization(_Camel):
    role_type: str
    organization: OrganizationItem


class WebPage(_Camel):
    language: str
    url: str


class PhoneNumber(_Camel):
    language: str
    number: str


class ServiceChannel(_Camel):
    service_channel_type: str
    service_channel_names: list[TypedItem]
    service_channel_descriptions: list[TypedItem]
    web_pages: list[WebPage]
    phone_numbers: list[PhoneNumber]
    support_emails: list[LanguageItem]


class Service(_Camel):
    source_id: str
    type: str
    service_names: list[TypedItem]
    service_descriptions: list[TypedItem]
    languages: list[str]
    area_type: str
    areas: list[Area]
    target_groups: list[CodedItem]
    life_events: list[CodedItem]
    organizations: list[ServiceOrganization]
    service_channels: list[ServiceChannel]
    valid_from: date | None
    valid_to: date | None
    publishing_status: str
    modified: datetime


class ServicePage(Page):
    items: list[Service]


def _typed(kind: str, text: str | None) -> list[TypedItem]:
    return [TypedItem(language=NATIVE, type=kind, value=text)] if text else []


def _languages(name: dict[str, str | None]) -> list[LanguageItem]:
    return [LanguageItem(language=language, value=text) for language, text in name.items() if text]


def _coded(codes: list[dict[str, Any]]) -> list[CodedItem]:
    return [CodedItem(code=str(code.get("code", code.get("id"))), name=_languages(code["name"])) for code in codes]


def summary(text: str) -> str:
    """Return the beginning of a description, cut at a word, at most 150 characters with the dots."""
    told = " ".join(text.split())
    if len(told) <= SUMMARY_MAX:
        return told
    return told[: SUMMARY_MAX - 1].rsplit(" ", 1)[0].rstrip(",.;:– ") + "…"


def _channels(row: Row) -> list[ServiceChannel]:
    """The place where one goes, and the page that tells more; the organisation's own contacts with both."""
    organisation = row["organisation"]
    contacts: dict[str, Any] = {
        "phone_numbers": [PhoneNumber(language=NATIVE, number=organisation["phone"])] if organisation["phone"] else [],
        "support_emails": [LanguageItem(language=NATIVE, value=organisation["email"])] if organisation["email"] else [],
    }
    pages = [page for page in (row["lahella_url"], organisation["website"]) if page]
    channels = []
    if row["place"]:
        told = "\n".join(part for part in (row["when"], row["accessibility"]) if part)
        channels.append(
            ServiceChannel(
                service_channel_type="ServiceLocation",
                service_channel_names=_typed("Name", row["place"]),
                service_channel_descriptions=_typed("Description", told),
                web_pages=[],
                **contacts,
            )
        )
    channels.append(
        ServiceChannel(
            service_channel_type="WebPage",
            service_channel_names=_typed("Name", row["name"]),
            service_channel_descriptions=_typed("Description", None if row["place"] else row["when"]),
            web_pages=[WebPage(language=NATIVE, url=url) for url in (*pages, row["url"])],
            **contacts,
        )
    )
    return channels


def as_service(row: Row) -> Service:
    """Return the activity (``schemas.Activity``) as a service description."""
    organisation = row["organisation"]
    responsible = OrganizationItem(
        source_id=f"organisation-{organisation['id']}",
        name=organisation["name"],
        business_code=organisation["business_id"],
    )
    areas = [Area(type="Municipality", municipalities=_coded(row["municipalities"]))] if row["municipalities"] else []
    return Service(
        source_id=f"activity-{row['id']}",
        type="Service",
        service_names=_typed("Name", row["name"]),
        service_descriptions=[
            *_typed("Summary", summary(row["description"])),
            *_typed("Description", row["description"]),
            *_typed("UserInstruction", row["how_to_join"]),
            *_typed("ChargeTypeAdditionalInfo", row["price"]),
        ],
        languages=[NATIVE],
        area_type="LimitedType" if areas else "Nationwide",
        areas=areas,
        target_groups=_coded(row["target_groups"]),
        life_events=_coded(row["life_situations"]),
        organizations=[ServiceOrganization(role_type="Responsible", organization=responsible)],
        service_channels=_channels(row),
        valid_from=row["starts_on"],
        valid_to=row["ends_on"],
        publishing_status="Published",
        modified=row["updated_at"],
    )
