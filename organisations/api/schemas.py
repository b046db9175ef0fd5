"""The shapes of the answers. What a field means is told in ``texts.py``; a field that is not here is not public."""

from datetime import date, datetime

from pydantic import BaseModel


class Names(BaseModel):
    fi: str
    sv: str | None
    en: str | None


class Texts(BaseModel):
    fi: str | None
    sv: str | None
    en: str | None


class Code(BaseModel):
    code: str
    name: Names


class Item(BaseModel):
    id: int
    name: Names


class Municipality(Code):
    is_own: bool


class ContactPerson(BaseModel):
    name: str
    duty: str | None
    about: str | None
    email: str | None
    phone: str | None


class Organisation(BaseModel):
    id: int
    url: str
    name: str
    earlier_names: list[str]
    business_id: str | None
    association_number: int | None
    legal_form: Code | None
    status: Code
    status_on: date | None
    registered_on: date | None
    domicile: Code | None
    postcode: str | None
    post_town: str | None
    in_last_extract: bool
    missing_since: date | None
    description: Texts
    sectors: list[Item]
    themes: list[Item]
    target_groups: list[Item]
    municipalities: list[Code]
    reach: Code | None
    run_by: Code | None
    is_service_producer: bool | None
    accessibility: str | None
    website: str | None
    links: list[str]
    lahella_url: str | None
    email: str | None
    phone: str | None
    contacts: list[ContactPerson]
    confirmed_on: date | None
    updated_at: datetime


class ActivityOrganisation(BaseModel):
    id: int
    url: str
    name: str
    business_id: str | None
    association_number: int | None
    website: str | None
    email: str | None
    phone: str | None


class Activity(BaseModel):
    id: int
    url: str
    organisation: ActivityOrganisation
    kind: Code
    name: str
    description: str
    target_groups: list[Item]
    life_situations: list[Item]
    municipalities: list[Code]
    is_remote: bool
    place: str | None
    when: str | None
    price: str | None
    accessibility: str | None
    how_to_join: str
    room: Code
    service_path: str | None
    lahella_url: str | None
    starts_on: date | None
    ends_on: date | None
    confirmed_on: date
    updated_at: datetime


class Page(BaseModel):
    licence: str
    source: str
    next: str | None


class OrganisationPage(Page):
    items: list[Organisation]


class ActivityPage(Page):
    items: list[Activity]


class CodeList(BaseModel):
    items: list[Item]


class MunicipalityList(BaseModel):
    items: list[Municipality]


class WrongParameter(BaseModel):
    name: str
    message: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    status: int
    code: str
    title: str
    detail: str
    parameters: list[WrongParameter] = []
