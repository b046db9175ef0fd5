"""Negotiated grants: one in the middle of its negotiation, one awarded with co-funders, one that came to nothing."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.times import add_days, local_date
from grants.models import Application, Decision, GrantKind, Side
from grants.statements import answerers, posts_to_ask
from grants.workflow.applications import submit_application
from grants.workflow.cofunding import FunderFacts, Share, keep_cofunding, save_project, set_condition, settle_cofunding
from grants.workflow.conflicts import declare_conflict
from grants.workflow.continuity import answer_continuity, ask_continuity
from grants.workflow.handling import open_handling
from grants.workflow.negotiation_meetings import Memo, arrange_meeting, write_memo
from grants.workflow.negotiations import (
    Offer,
    approve_version,
    end_negotiation,
    open_negotiation,
    send_version,
    set_participants,
    waive_statement,
)
from grants.workflow.proposals import propose
from liaisons.models import Body, PostLevel
from organisations.models import Organisation
from portal.demonstration import calls, cases, handling
from portal.demonstration.calendar import Round
from portal.demonstration.people import People

SEED = 8
PURPOSE = "Vertaisohjaajan palkka ja ryhmien tilat hankkeen aikana."
PLAN = "Kaksi ryhmää viikossa neljässä kunnassa. Ohjaaja kouluttaa vapaaehtoisia jatkamaan hankkeen jälkeen."
BUDGET = "Menot: palkka 62 000 €, tilat 9 000 €, matkat 4 000 €.\nTulot: STEA 60 000 €, hyvinvointialue loput."
CONDITIONS = "Avustus maksetaan, kun STEA on päättänyt omasta rahoituksestaan.\nRyhmiä on vähintään neljässä kunnassa."
INDICATORS = "Osallistujia 120 vuodessa.\nVapaaehtoisia ohjaajia 12."


class _Making:
    """The people of both sides, and the steps that the cases share."""

    def __init__(self, members: dict[int, User], people: People) -> None:
        self.members, self.people = members, people
        self.dice = random.Random(SEED)  # noqa: S311 - invented data

    def apply(self, call: Any, organisation: Organisation, when: Round) -> Application:
        by, now = self.members[organisation.pk], when.opens_at + timedelta(days=3)
        made = cases.draft(call, organisation, by, now, self.dice)
        submit_application(made, by=by, now=now + timedelta(hours=1))
        made.refresh_from_db()
        return made

    def offer(self, case: Application, share: str, **changes: Any) -> Offer:
        total = ((case.asked_sum or Decimal(1000)) * Decimal(share)).quantize(Decimal(1))
        given = {"purpose": PURPOSE, "plan": PLAN, "budget": BUDGET, "indicators": INDICATORS, **changes}
        return Offer(total, **given)

    def send(self, case: Application, side: Side, offer: Offer, seen: int, now: Any) -> int:
        by = self.people.coordinator if side == Side.COUNTY else self.members[case.organisation_id]
        return send_version(case, offer, side=side, seen=seen, by=by, now=now).number

    def approve(self, case: Application, number: int, now: Any) -> None:
        own = self.members[case.organisation_id]
        approve_version(case, number=number, side=Side.ORGANISATION, by=own, now=now)
        approve_version(case, number=number, side=Side.COUNTY, by=self.people.coordinator, now=now)

    def meet(self, case: Application, when: Round, day: int, agreed: str) -> None:
        by = self.people.coordinator
        made = arrange_meeting(case, starts_at=when.day(day, 13), place="Sote-keskus", by=by, now=when.day(day - 4))
        memo = Memo(
            present_county=f"{by}, koordinaattori",
            present_organisation="Aino Esimerkki, puheenjohtaja",
            agreed=agreed,
            memo="Käytiin läpi suunnitelma, talousarvio ja muut rahoittajat. Palvelut ohjaavat asiakkaita ryhmiin.",
            inner_note="Talousarviossa on tilaa, jos STEA päättää ennen kevättä.",
        )
        write_memo(made, memo, revision=0, by=by, now=when.day(day, 15))


def make_negotiations(
    kind: GrantKind,
    body: Body,
    when: tuple[Round, Round],
    organisations: list[Organisation],
    members: dict[int, User],
    people: People,
    now: Any,
) -> None:
    """Make last year's negotiated round, decided, and this year's, in the middle; both before the other rounds."""
    last, current = (_earlier(one, days) for one, days in zip(when, (14, 40), strict=True))
    own = [row for row in organisations if row.pk in members]
    own_kind = GrantKind.objects.filter(procedure="negotiated", decided_by=body).first() or kind
    making = _Making(members, people)
    _awarded(making, own_kind, body, last, own[:2], now)
    _in_the_middle(making, own_kind, current, own[:1], now)


def _earlier(when: Round, days: int) -> Round:
    step = timedelta(days=days)
    return Round(when.year, when.opens_at - step, when.closes_at - step)


def _awarded(making: _Making, kind: GrantKind, body: Body, when: Round, chosen: list[Organisation], now: Any) -> None:
    by = making.people.coordinator
    call = calls.make_call(kind, when, making.people, 40_000, invited=chosen)
    case, other = (making.apply(call, organisation, when) for organisation in chosen)
    open_handling(call, by=by, now=when.day(1, 9))
    for one in (case, other):
        open_negotiation(one, by=by, now=when.day(2))
    number = making.send(case, Side.ORGANISATION, making.offer(case, "1"), 0, when.day(6))
    making.meet(case, when, 15, "Summaa pienennetään, ja STEAn päätös otetaan ehdoksi.")
    number = making.send(case, Side.COUNTY, making.offer(case, "0.8", conditions=CONDITIONS), number, when.day(20))
    making.approve(case, number, when.day(25))
    making.send(other, Side.ORGANISATION, making.offer(other, "1"), 0, when.day(7))
    reason = "Toiminta alkaa vasta ensi vuonna. Voitte hakea silloin uudelleen."
    end_negotiation(other, reason=reason, side=Side.COUNTY, by=by, now=when.day(28))
    for one in (case, other):
        waive_statement(one, reason="Palvelualueen yhteyshenkilö oli mukana tapaamisessa.", by=by, now=when.day(30))
    agreed = making.offer(case, "0.8").sum
    propose(case, sum=agreed, reasons=f"Neuvoteltu hakijan kanssa. {PURPOSE}", by=by, now=when.day(40))
    propose(other, sum=Decimal(0), reasons=f"Neuvottelu päättyi: {reason}", by=by, now=when.day(40, 11))
    _co_fund(making, case, when)
    handling.decide(call, body, when, making.people)
    decision = Decision.objects.filter(application=case, state="final").first()
    if decision is not None:
        _goes_on(making, case, now)


def _co_fund(making: _Making, case: Application, when: Round) -> None:
    """STEA gave less than was asked, which was settled; a municipality has not decided yet, and the payment waits."""
    by, own = making.people.coordinator, making.members[case.organisation_id]
    given: dict[str, Any] = {"side": Side.ORGANISATION, "by": own}
    stea = FunderFacts("stea", "STEA", Decimal(60000), "pending")
    row = keep_cofunding(case, stea, now=when.day(8), **given)
    set_condition(row, is_condition=True, by=by, now=when.day(26))
    decided = FunderFacts(
        "stea", "STEA", Decimal(60000), "partly", Decimal(52000), local_date(when.day(35)), "STEA 4411"
    )
    row = keep_cofunding(case, decided, cofunding=row, revision=row.revision, now=when.day(36), **given)
    settle_cofunding(row, note="Ryhmiä on kolmessa kunnassa. Summa pysyy.", by=by, now=when.day(38))
    place = case.organisation.domicile
    town = FunderFacts("municipality", place.name if place else "Kotikunta", Decimal(6000), "asked")
    row = keep_cofunding(case, town, now=when.day(9), **given)
    set_condition(row, is_condition=True, by=by, now=when.day(26, 11))
    share = making.offer(case, "0.8").sum
    save_project(
        case,
        name="Vertaisohjaajat mukaan",
        starts_on=date(when.year, 1, 1),
        ends_on=add_days(local_date(when.closes_at), 560),
        shares=[Share(when.year, share), Share(when.year + 1, share, is_conditional=True)],
        by=by,
        now=when.day(27),
    )


def _goes_on(making: _Making, case: Application, now: Any) -> None:
    """The question of continuity is asked when its time has come, and answered."""
    asked_at = now - timedelta(days=9)
    if ask_continuity(now=asked_at):
        text = "Ryhmät jatkuvat, jos hyvinvointialue antaa tilat. Koulutetut ohjaajat vetävät ryhmiä."
        own = making.members[case.organisation_id]
        answer_continuity(case, plan="agreement", text=text, by=own, now=now - timedelta(days=2))


def _in_the_middle(making: _Making, kind: GrantKind, when: Round, chosen: list[Organisation], now: Any) -> None:
    by = making.people.coordinator
    call = calls.make_call(kind, when, making.people, 60_000, invited=chosen)
    case = making.apply(call, chosen[0], when)
    open_handling(call, by=by, now=when.day(1, 9))
    open_negotiation(case, by=by, now=when.day(1, 10))
    _invite_liaison(making, case, when)
    number = making.send(case, Side.ORGANISATION, making.offer(case, "1"), 0, when.day(4))
    making.meet(case, when, 9, "Järjestö tarkentaa talousarviota. Hyvinvointialue ehdottaa summaa.")
    changed = making.offer(case, "0.7", conditions=CONDITIONS, message="Näin summa mahtuu talousarvioon.")
    making.send(case, Side.COUNTY, changed, number, when.day(12))
    own = making.members[case.organisation_id]
    stea = FunderFacts("stea", "STEA", Decimal(60000), "pending")
    keep_cofunding(case, stea, side=Side.ORGANISATION, by=own, now=when.day(12, 14))
    year = when.year
    shares = [Share(year, Decimal(8000)), Share(year + 1, Decimal(8000), is_conditional=True)]
    term: dict[str, Any] = {"starts_on": date(year, 1, 1), "ends_on": date(year + 1, 12, 31)}
    save_project(case, name="Kylätalot kutsuvat", shares=shares, by=by, now=when.day(13), **term)


def _invite_liaison(making: _Making, case: Application, when: Round) -> None:
    day = when.day(2)
    people = answerers(list(posts_to_ask(day).filter(level=PostLevel.SERVICE_AREA)), day)
    if people:
        post = min(people)
        set_participants(case, [post], by=making.people.coordinator, now=day)
        declare_conflict(case, has_conflict=False, by=people[post], now=when.day(2, 14))
