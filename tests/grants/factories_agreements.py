"""Agreements for tests: a kind, the people of both sides, and an agreement brought as far as asked."""

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from common.times import HELSINKI
from documents.uploads import check_upload
from grants.models import Agreement, AgreementKind, AgreementParty, Side
from grants.workflow.agreements import Paper, create_agreement, save_draft, send, sign
from liaisons.models import PostPower
from organisations.models import Organisation
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import PDF, make_member, make_municipality, make_organisation
from tests.liaisons.factories import AppointmentFactory, PostFactory

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=HELSINKI)


def make_agreement_kind(**fields: Any) -> AgreementKind:
    """Return the kind of the area file: a two-year plan, a report every four months."""
    values = {"name_fi": "Kumppanuussopimus", "plan_years": 2, "reporting_months": 4, **fields}
    found, _new = AgreementKind.objects.get_or_create(key=values.pop("key", "kumppanuus"), defaults=values)
    return found


def give_power(person: User, power: str = "agreement") -> User:
    """Give the person a post to which the power to sign has been delegated."""
    post = PostFactory()
    AppointmentFactory(post=post, user=person)
    PostPower.objects.create(
        post=post, power=power, decided_by="Aluehallitus", decided_on=date(2026, 1, 1), valid_from=date(2026, 1, 1)
    )
    return person


def paper(signed_on: date = date(2026, 11, 30)) -> Paper:
    """Return a signature on paper with its scan."""
    return Paper("Pekka Paperi, puheenjohtaja", signed_on, check_upload(SimpleUploadedFile("sopimus.pdf", PDF)))


class Table:
    """A negotiating table: the county's coordinator and signer, an organisation with its people, and an agreement."""

    def __init__(self, organisation: Organisation | None = None, title: str = "Kumppanuus mielenterveystyössä") -> None:
        self.kind = make_agreement_kind()
        self.coordinator, self.signer = staff("coordinator"), give_power(UserFactory())
        self.organisation = organisation or make_organisation()
        self.chair = make_member(self.organisation)
        self.editor = make_member(self.organisation, "editor")
        self.agreement = create_agreement(
            kind=self.kind, title=title, organisations=[self.organisation], by=self.coordinator, now=NOW
        )

    @property
    def party(self) -> AgreementParty:
        """The organisation's place in the agreement."""
        return self.agreement.parties.get(organisation=self.organisation)

    def content(self, **changes: Any) -> dict[str, Any]:
        """Return a whole text."""
        make_municipality()
        return {
            "title": self.agreement.title,
            "purpose": "Vertaistukea Lieksaan.",
            "county_duties": "Tilat vertaisryhmille.",
            "organisation_duties": "Kaksi ryhmää viikossa.",
            "other_parties": "",
            "county_signatory": "",
            "organisation_signatory": "Pia Puheenjohtaja",
            "starts_on": "2027-01-01",
            "ends_on": "2028-12-31",
            "municipalities": ["422"],
            "sum": "12000.00",
            "reporting_months": 4,
            "plan": [
                {"what": "Ryhmät alkavat", "who": "Järjestö", "when": "kevät 2027"},
                {"what": "Väliarvio", "who": "Molemmat", "when": "syksy 2027"},
            ],
            **changes,
        }

    def write(self, side: Side = Side.COUNTY, *, now: datetime = NOW, **changes: Any) -> Agreement:
        """Let the side write the text and send it."""
        by = self.coordinator if side == Side.COUNTY else self.editor
        self.agreement.refresh_from_db()
        seen = self.agreement.draft_revision
        save_draft(self.agreement, side=side, content=self.content(**changes), seen=seen, by=by, now=now)
        self.agreement = send(self.agreement, side=side, by=by, now=now)
        return self.agreement

    def approve(self, side: Side, number: int = 1, now: datetime = NOW) -> Agreement:
        """Let the side approve the version."""
        by, party = (self.signer, None) if side == Side.COUNTY else (self.chair, self.party)
        self.agreement = sign(self.agreement, side=side, party=party, number=number, by=by, now=now)
        return self.agreement

    def in_force(self, **changes: Any) -> Agreement:
        """Bring the agreement into force."""
        self.write(**changes)
        self.approve(Side.ORGANISATION)
        return self.approve(Side.COUNTY)
