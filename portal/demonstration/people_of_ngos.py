"""The relationship in the demonstration: a campaign half answered, a hand-over, checks, observations, one mailing."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from common.times import local_date
from grants.models import Application
from notifications.models import Message
from organisations.batches import Left
from organisations.models import Campaign, Membership, Organisation
from organisations.workflow import campaigns, claim_codes, mailings, verifications
from organisations.workflow.county_work import write_note
from organisations.workflow.hand_overs import start_hand_over
from organisations.workflow.memberships import end_membership
from organisations.workflow.observations import confirm_observation, make_observation, reply_to_observation
from organisations.workflow.sending import change_draft
from portal.demonstration import texts
from portal.demonstration.people import DOMAIN, People

WITHOUT_ADMIN = 48
STREETS = ("Kauppakatu", "Koulukatu", "Rantatie", "Asematie", "Kirkkokatu")
POSITIONS = ("Puheenjohtaja", "Sihteeri", "Rahastonhoitaja", "Toiminnanjohtaja")


@dataclass
class Relations:
    """What the steps share."""

    organisations: list[Organisation]
    members: dict[int, User]
    people: People
    now: datetime
    dice: random.Random

    def make(self) -> None:
        """Make everything; called last, when the grants of the years are there."""
        self._campaign()
        self._people()
        self._checks()
        self._observations()
        self._mailing()

    def _campaign(self) -> None:
        """Organisations that have never applied have no admin; they got a code six weeks ago."""
        applied = set(Application.objects.values_list("organisation", flat=True))
        chosen = [row for row in self.organisations[12:] if row.pk not in applied][:WITHOUT_ADMIN]
        Membership.objects.filter(organisation__in=chosen).delete()
        for place, organisation in enumerate(chosen):
            self._address(organisation, place)
        Organisation.objects.bulk_update(chosen, ["email", "street_address", "postcode", "post_town"])
        began = self.now - timedelta(days=42)
        by = self.people.coordinator
        campaign = campaigns.create_campaign(
            name="Käyttöönotto", query="paakayttaja=puuttuu&tila=registered", by=by, now=began
        )
        change_draft(campaign, data=texts.CAMPAIGN, query=campaign.query, by=by, now=began)
        campaigns.start_campaign(campaign, by=by, now=began)
        campaigns.freeze_recipients(campaign.pk, now=began)
        while campaigns.send_batch(campaign.pk, now=began) is Left.MORE:
            pass
        self._answers(campaign, chosen)

    def _address(self, organisation: Organisation, place: int) -> None:
        """Six of ten have an e-mail in the register, three a postal address, one neither."""
        if place % 10 < 6:
            organisation.email = f"yhdistys{organisation.association_number}@{DOMAIN}"
        elif place % 10 < 9 and organisation.domicile is not None:
            organisation.street_address = f"{self.dice.choice(STREETS)} {self.dice.randrange(1, 60)}"
            organisation.postcode, organisation.post_town = "80100", organisation.domicile.name_fi

    def _answers(self, campaign: Campaign, chosen: list[Organisation]) -> None:
        """Some used their code, some only entered it, two e-mails came back."""
        sent = campaign.codes.filter(state="sent", organisation__in=chosen)
        rows = list(sent.select_related("organisation", "campaign").order_by("pk"))
        for place, row in enumerate(rows[::3]):
            when = self.now - timedelta(days=40 - place)
            person = self.members[row.organisation_id]
            claim_codes.open_code(row, by=person, now=when)
            if place % 4 != 3:
                claim_codes.use_code(row, position=self.dice.choice(POSITIONS), by=person, now=when)
        failed = campaign.codes.filter(state="sent", message__isnull=False).order_by("pk")[:2]
        Message.objects.filter(pk__in=[row.message_id for row in failed]).update(
            state="failed", error="550 5.1.1 No such user here"
        )

    def _people(self) -> None:
        """The treasurer hands over, a term ends soon, one organisation has lost its admin."""
        home, today = self.organisations[0], local_date(self.now)
        start_hand_over(
            home,
            to=Membership.objects.get(organisation=home, user=self.people.editor),
            email="",
            on=today + timedelta(days=30),
            stays_as_viewer=True,
            by=self.people.treasurer,
            now=self.now - timedelta(days=2),
        )
        Membership.objects.filter(organisation=self.organisations[9]).update(valid_until=today + timedelta(days=21))
        lost = self.organisations[11]
        member = Membership.objects.get(organisation=lost)
        chair = Membership.objects.create(
            user=self.members[self.organisations[10].pk], organisation=lost, role="admin", valid_from=member.valid_from
        )
        end_membership(member, by=chair.user, now=self.now - timedelta(days=20))
        Membership.objects.filter(pk=chair.pk).update(valid_until=today - timedelta(days=5))
        write_note(
            lost,
            text="Soitettu: uusi puheenjohtaja valitaan syyskokouksessa, pyydetty edustuspyyntö sen jälkeen.",
            by=self.people.coordinator,
            now=self.now - timedelta(days=3),
        )

    def _checks(self) -> None:
        """The first sheet is in use; some organisations have been checked with it, for one it runs out soon."""
        began = self.now - timedelta(days=400)
        sheet = verifications.begin_sheet(by=self.people.coordinator, now=began)
        verifications.publish_sheet(sheet, by=self.people.coordinator, now=began)
        for place, organisation in enumerate(self.organisations[:9]):
            when = self.now - timedelta(days=40 * place + 10)
            lacks = place == 4
            answers = {
                question["key"]: {"value": "no" if lacks and question["key"] == "accounts" else "yes", "note": ""}
                for question in sheet.questions
            }
            verifications.verify(
                organisation,
                sheet=sheet,
                answers=answers,
                outcome="lacking" if lacks else "passed",
                valid_until=verifications.months_later(local_date(when), 12),
                summary="Tilinpäätös puuttuu, pyydetty toimittamaan." if lacks else "",
                by=self.people.registrar if place % 2 else self.people.coordinator,
                now=when,
            )

    def _observations(self) -> None:
        """One that is in force and answered, one that waits for the second person."""
        when = self.now - timedelta(days=30)
        first = make_observation(
            self.organisations[0],
            level="remark",
            text=texts.OBSERVATIONS[0],
            valid_from=local_date(when),
            valid_until=local_date(self.now) + timedelta(days=300),
            by=self.people.registrar,
            now=when,
        )
        confirm_observation(first, by=self.people.coordinator, now=when + timedelta(days=1))
        reply_to_observation(
            first, text=texts.OBSERVATION_REPLY, by=self.people.treasurer, now=when + timedelta(days=4)
        )
        make_observation(
            self.organisations[4],
            level="serious",
            text=texts.OBSERVATIONS[1],
            valid_from=local_date(self.now),
            valid_until=None,
            by=self.people.registrar,
            now=self.now - timedelta(days=1),
        )

    def _mailing(self) -> None:
        """One mailing to the admins of one municipality."""
        when, by = self.now - timedelta(days=12), self.people.coordinator
        domicile = self.organisations[0].domicile
        mailing = mailings.create_mailing(query=f"kunta={domicile.code}" if domicile else "", by=by, now=when)
        mailing = change_draft(
            mailing, data={"audience": "admins", **texts.MAILING}, query=mailing.query, by=by, now=when
        )
        mailings.send_mailing(mailing, by=by, now=when)
        mailings.freeze_recipients(mailing.pk, now=when)
        while mailings.send_batch(mailing.pk, now=when) is Left.MORE:
            pass
