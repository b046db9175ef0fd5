"""Organisations and their people for tests."""

from datetime import UTC, date, datetime
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory

from accounts.models import User
from county.models import Municipality, Sector
from documents.uploads import CheckedUpload, check_upload
from organisations.models import Claim, Membership, Organisation
from tests.accounts.factories import UserFactory

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)

MUNICIPALITIES = {
    "090": ("Heinävesi", "Heinävesi", True),
    "146": ("Ilomantsi", "Ilomants", True),
    "167": ("Joensuu", "Joensuu", True),
    "176": ("Juuka", "Juuka", True),
    "260": ("Kitee", "Kitee", True),
    "276": ("Kontiolahti", "Kontiolahti", True),
    "309": ("Outokumpu", "Outokumpu", True),
    "422": ("Lieksa", "Lieksa", True),
    "426": ("Liperi", "Libelits", True),
    "541": ("Nurmes", "Nurmes", True),
    "564": ("Oulu", "Uleåborg", False),
    "607": ("Polvijärvi", "Polvijärvi", True),
    "707": ("Rääkkylä", "Rääkkylä", True),
    "848": ("Tohmajärvi", "Tohmajärvi", True),
}


def municipalities() -> dict[str, Municipality]:
    """Make the municipalities of the sample and return them by number."""
    rows = [
        Municipality(code=code, name_fi=fi, name_sv=sv, is_own=own) for code, (fi, sv, own) in MUNICIPALITIES.items()
    ]
    return {row.code: row for row in Municipality.objects.bulk_create(rows)}


class SectorFactory(DjangoModelFactory[Sector]):
    """A field of work."""

    class Meta:
        model = Sector

    name_fi = factory.Sequence(lambda n: f"Toimiala {n}")
    order = factory.Sequence(lambda n: n)


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """A registered association."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Yhdistys {n} ry")
    association_number = factory.Sequence(lambda n: 1000 + n)
    legal_form = "association"


class MembershipFactory(DjangoModelFactory[Membership]):
    """A membership in force since 2020."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = "admin"
    valid_from = date(2020, 1, 1)


class ClaimFactory(DjangoModelFactory[Claim]):
    """A claim that waits."""

    class Meta:
        model = Claim

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = "admin"
    position = "Puheenjohtaja"
    evidence = "Olen puheenjohtaja rekisterin mukaan."
    created_at = NOW


def member(organisation: Organisation, role: str = "admin", **fields: Any) -> User:
    """Return a new user who acts for the organisation in the role."""
    user = UserFactory(**fields)
    MembershipFactory(user=user, organisation=organisation, role=role)
    return user


def statement(name: str = "tiliote.pdf") -> CheckedUpload:
    """Return a checked account statement, or any other small PDF; each name has bytes of its own."""
    return check_upload(SimpleUploadedFile(name, b"%PDF-1.4\n1 0 obj\n<< /Title (" + name.encode() + b") >>\n%%EOF\n"))
