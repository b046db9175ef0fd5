"""The demonstration's calls: four rounds of the yearly one and a coming thematic one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from common.times import local_date
from grants.models import AttachmentSlot, CallGuideline, Criterion, CriterionLevel, GrantCall, GrantKind, Procedure
from grants.workflow.call_terms import invite_organisation
from grants.workflow.calls import create_call, publish_call
from grants.workflow.questions import answer_question, ask_question
from organisations.models import Organisation
from portal.demonstration import texts
from portal.demonstration.calendar import Round
from portal.demonstration.forms import make_light
from portal.demonstration.people import DOMAIN, People

YEARLY = ("Toiminta-avustus", "Verksamhetsunderstöd", "Operating grant")
NEGOTIATED = ("Kumppanuusavustus", "Partnerskapsunderstöd", "Partnership grant")
THEMATIC = ("Ilmiöpohjainen teema-avustus", "Temaunderstöd", "Thematic grant")


def make_call(
    kind: GrantKind,
    when: Round,
    people: People,
    appropriation: int,
    *,
    theme: bool = False,
    joint: bool = False,
    named: tuple[str, str, str] | None = None,
    invited: Sequence[Organisation] = (),
) -> GrantCall:
    """Make and publish the round's call, a week before it opens; a ``joint`` one takes them and asks state aid.

    ``named``: what it is called in the three languages, where it is neither the yearly nor the thematic one. One to
    which some are ``invited`` is negotiated.
    """
    made_at = when.opens_at - timedelta(days=21)
    names = named or (NEGOTIATED if invited else THEMATIC if theme else YEARLY)
    call = create_call(
        GrantCall(
            kind=kind,
            title_fi=f"{names[0]} {when.year}",
            title_sv=f"{names[1]} {when.year}",
            title_en=f"{names[2]} {when.year}",
            summary_fi="Uuteen kokeiluun, joka vähentää ikäihmisten yksinäisyyttä."
            if theme
            else "Vakiintuneeseen toimintaan, joka tukee hyvinvointia ja arjen toimintakykyä.",
            summary_sv="För verksamhet som stöder välfärd och funktionsförmåga i vardagen.",
            summary_en="For activities that support wellbeing and everyday life.",
            year=when.year,
            procedure=Procedure.NEGOTIATED if invited else Procedure.CALL,
            joint="allowed" if joint else "no",
            state_aid=joint,
            opens_at=when.opens_at,
            closes_at=when.closes_at,
            appropriation=Decimal(appropriation),
            minimum_sum=Decimal(500),
            maximum_sum=Decimal(min(15000, appropriation)),
            decision_expected_on=local_date(when.day(90)),
            use_report_due_on=when.use_report_due_on,
            legal_basis_fi=texts.LEGAL_BASIS,
            cost_centre="4100",
            ledger_account="4740",
            contact_name=str(people.coordinator),
            contact_email=f"jarjestot@{DOMAIN}",
            contact_phone="013 123 4567",
        ),
        by=people.coordinator,
        now=made_at,
    )
    _fill(call, made_at.date())
    if theme:
        make_light(call, people, made_at)
    for organisation in invited:
        invite_organisation(call, organisation=organisation, by=people.coordinator, now=made_at)
    return publish_call(call, by=people.coordinator, now=when.opens_at - timedelta(days=7))


def _fill(call: GrantCall, decided_on: date) -> None:
    CallGuideline.objects.update_or_create(
        call=call,
        version=1,
        defaults={
            "text_fi": texts.GUIDE,
            "text_sv": texts.GUIDE_SV,
            "text_en": texts.GUIDE_EN,
            "decided_by": "Aluehallitus",
            "decided_on": decided_on,
            "section": 69,
        },
    )
    call.criteria.all().delete()
    for order, (name_fi, name_sv, name_en, weight) in enumerate(texts.CRITERIA, start=1):
        criterion = Criterion.objects.create(
            call=call, order=order, name_fi=name_fi, name_sv=name_sv, name_en=name_en, weight=weight
        )
        CriterionLevel.objects.bulk_create(
            CriterionLevel(criterion=criterion, points=points, anchor_fi=fi, anchor_sv=sv, anchor_en=en)
            for points, (fi, sv, en) in zip((0, weight // 2, weight), texts.ANCHORS, strict=True)
        )
    for order, (fi, sv, en, kind) in enumerate(texts.SLOTS, start=1):
        AttachmentSlot.objects.create(call=call, order=order, name_fi=fi, name_sv=sv, name_en=en, vault_kind=kind)


def ask_questions(call: GrantCall, people: People, now: datetime) -> None:
    """Let the treasurer ask three things: one is answered to all, one to the treasurer, one waits."""
    texts = (
        "Voiko avustuksella maksaa kerho-ohjaajan matkakulut?",
        "Saapuiko säännöistämme oikea versio?",
        "Voiko saman toiminnan rahoittaa osaksi kunnan avustuksella?",
    )
    first, second, _third = [
        ask_question(call, text=text, by=people.treasurer, now=now - timedelta(days=5 - number))
        for number, text in enumerate(texts)
    ]
    later: dict[str, Any] = {"by": people.coordinator, "now": now - timedelta(days=2)}
    answer_question(first, answer="Voi, kun matkat kuuluvat haettuun toimintaan. Merkitse ne budjettiin.", **later)
    answer_question(second, answer="Kyllä, saimme maaliskuussa hyväksytyt säännöt.", is_private=True, **later)
