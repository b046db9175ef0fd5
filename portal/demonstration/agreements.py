"""Agreements with organisations: in force and evaluated, ending soon, negotiated, waiting for approval, a reference."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from common.times import local_date
from grants.agreement_content import Content
from grants.agreement_reporting import periods
from grants.models import Agreement, AgreementKind, AgreementReport, Side
from grants.policies.agreements import signers_of
from grants.workflow.agreement_reports import (
    accept_agreement_report,
    open_agreement_reports,
    save_agreement_report,
    submit_agreement_report,
)
from grants.workflow.agreement_term import evaluate, record_reference, record_talk, set_plan
from grants.workflow.agreements import create_agreement, save_draft, send, sign
from liaisons.models import Post, PostLevel, Power
from liaisons.workflow import grant_power
from organisations.models import Organisation
from portal.demonstration.people import People

_PURPOSE = "Asukkaat saavat vertaistukea ja tekemistä lähellä kotia. Yhteistyö tavoittaa myös ne, jotka eivät hae apua."
_COUNTY = "Antaa tilat ryhmille maksutta.\nOhjaa asiakkaita toimintaan.\nNimeää yhteyshenkilön."
_OWN = "Järjestää ryhmät ja kouluttaa vertaisohjaajat.\nKertoo neljän kuukauden välein, miten työ etenee."


class _Making:
    """The people of both sides, and one agreement after another."""

    def __init__(self, members: dict[int, User], people: People, now: datetime) -> None:
        self.members, self.people, self.now = members, people, now

    def content(self, title: str, starts: date, ends: date, **changes: Any) -> Content:
        return {
            "title": title,
            "purpose": _PURPOSE,
            "county_duties": _COUNTY,
            "organisation_duties": _OWN,
            "other_parties": "",
            "county_signatory": "",
            "organisation_signatory": "",
            "starts_on": starts.isoformat(),
            "ends_on": ends.isoformat(),
            "municipalities": [],
            "sum": "",
            "reporting_months": 4,
            "plan": [
                {"what": "Ryhmät alkavat", "who": "Järjestö", "when": "kevät"},
                {"what": "Henkilöstö tutustuu toimintaan", "who": "Hyvinvointialue", "when": "kevät"},
                {"what": "Väliarvio", "who": "Molemmat", "when": "vuoden lopussa"},
            ],
            **changes,
        }

    def sent(self, kind: AgreementKind, organisation: Organisation, content: Content, now: datetime) -> Agreement:
        by = self.people.coordinator
        made = create_agreement(kind=kind, title=content["title"], organisations=[organisation], by=by, now=now)
        save_draft(made, side=Side.COUNTY, content=content, seen=0, by=by, now=now)
        return send(made, side=Side.COUNTY, message="Katsokaa ja muuttakaa rohkeasti.", by=by, now=now)

    def approved(self, made: Agreement, now: datetime, *, county: bool = True) -> Agreement:
        party = made.parties.get()
        person = self.members[party.organisation_id]
        made = sign(made, side=Side.ORGANISATION, party=party, number=1, by=person, now=now)
        signer = signers_of(made, now).first()
        if county and signer is not None:
            made = sign(made, side=Side.COUNTY, party=None, number=1, by=signer.user, now=now)
        return made


def make_agreements(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Make the agreements; none where the area file has no kinds or nobody may sign."""
    kinds = {kind.key: kind for kind in AgreementKind.objects.all()}
    kind = next((row for row in kinds.values() if row.plan_years), None)
    own = [row for row in organisations if row.pk in members]
    if kind is None or len(own) < 3 or not _give_power(people, now):
        return
    making, year = _Making(members, people, now), local_date(now).year
    first, second, third = own[:3]
    begun = now - timedelta(days=300)
    text = making.content("Kumppanuus mielenterveystyössä", date(year, 1, 1), date(year + 1, 12, 31), sum="24000.00")
    running = making.approved(making.sent(kind, first, text, begun), begun + timedelta(days=6))
    _goes_on(running, members[first.pk], people, now)
    ends = local_date(now) + timedelta(days=120)
    text = making.content("Liikunnan vertaisryhmät", date(year - 1, 1, 1), ends)
    making.approved(making.sent(kind, second, text, begun), begun + timedelta(days=9))
    text = making.content("Kylätalo kohtaamispaikkana", date(year + 1, 1, 1), date(year + 2, 12, 31), sum="8000.00")
    making.sent(kind, first, text, now - timedelta(days=3))
    text = making.content("Omaishoitajien tuki", date(year + 1, 1, 1), date(year + 2, 12, 31))
    made = making.sent(kind, third, text, now - timedelta(days=12))
    making.approved(made, now - timedelta(days=2), county=False)
    reference = next((row for row in kinds.values() if row.is_reference), None)
    if reference is not None:
        record_reference(
            kind=reference,
            title="Vapaaehtoinen pelastuspalvelu",
            organisation=second,
            reference="HILMA 2025-104418",
            starts_on=date(year, 1, 1),
            by=people.coordinator,
            now=now,
        )
    _report(running, members[first.pk], people, now)


def _report(agreement: Agreement, person: User, people: People, now: datetime) -> None:
    """The reports of the last period were opened: the running agreement's has been accepted, the others are late."""
    today = local_date(now)
    due = [span.due_on for span in periods(agreement, today)]
    if not due or agreement.state != "in_force":
        return
    written = now - timedelta(days=(today - due[-1]).days + 5)
    open_agreement_reports(now=written)
    report = AgreementReport.objects.filter(party__agreement=agreement).order_by("due_on").last()
    if report is None:
        return
    said = {
        "done": "Kaksi vertaisryhmää kokoontui joka viikko. Koulutimme kuusi uutta vertaisohjaajaa.",
        "plan_words": "Ryhmät ovat käynnissä. Henkilöstö on tutustunut toimintaan kahdessa yksikössä.",
        "problems": "Iltavuoroihin ei löydy tiloja.",
        "people_reached": 42,
        "meetings": 34,
        "volunteers": 6,
    }
    saved = save_agreement_report(report, said, revision=report.revision, by=person, now=written)
    sent = submit_agreement_report(saved, by=person, now=written)
    read = written + timedelta(days=3)
    words = "Kiitos hyvästä työstä. Puhutaan iltavuoroista arviointikeskustelussa."
    accept_agreement_report(sent, words=words, by=people.coordinator, now=read)


def _give_power(people: People, now: datetime) -> bool:
    """Delegate signing to the strategic post; tell whether there is one."""
    post = Post.objects.filter(level=PostLevel.STRATEGIC).first()
    if post is None:
        return False
    today = local_date(now)
    grant_power(
        post,
        power=Power.AGREEMENT.value,
        decided_by="Kehittämisjohtaja",
        decided_on=today - timedelta(days=690),
        section=14,
        valid_from=today - timedelta(days=680),
        by=people.coordinator,
        now=now,
    )
    return True


def _goes_on(agreement: Agreement, person: User, people: People, now: datetime) -> None:
    """The plan has begun and both sides have said how the agreement works."""
    if agreement.state != "in_force":
        return
    rows = list(agreement.plan_rows.all())
    states = {rows[0].pk: "done", rows[1].pk: "doing"}
    set_plan(agreement, side=Side.ORGANISATION, states=states, by=person, now=now - timedelta(days=60))
    party = agreement.parties.get()
    words = "Ryhmissä on käynyt 42 ihmistä. Tilat ovat hyvät, mutta iltavuoroja tarvittaisiin lisää."
    own: dict[str, Any] = {"grade": "well", "words": words, "by": person, "now": now - timedelta(days=40)}
    evaluate(agreement, side=Side.ORGANISATION, party=party, **own)
    words = "Asiakkaita on ohjattu toimintaan odotettua vähemmän. Yhteyshenkilö käy yksiköissä syksyllä."
    ours: dict[str, Any] = {
        "grade": "mostly",
        "words": words,
        "by": people.coordinator,
        "now": now - timedelta(days=38),
    }
    evaluate(agreement, side=Side.COUNTY, party=None, **ours)
    record_talk(
        agreement,
        side=Side.COUNTY,
        held_on=local_date(now) - timedelta(days=30),
        people="Minna Malli, hyvinvointialue\nJärjestön puheenjohtaja",
        words="Sovittiin iltavuoroista ja siitä, että järjestö esittäytyy yksiköiden kokouksissa.",
        by=people.coordinator,
        now=now - timedelta(days=29),
    )
