"""An agreement during its term: the plan goes on, both sides evaluate, it is amended, renewed, terminated, or ends."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import Refused
from common.locks import limit_waiting
from common.times import add_days, format_date, local_date
from documents.case_numbers import AGREEMENTS, next_case_number
from grants.agreement_content import Content, term_problem, within_years
from grants.life_cycles_agreements import AGREEMENT
from grants.models import (
    Agreement,
    AgreementEvaluation,
    AgreementKind,
    AgreementParty,
    AgreementPlanRow,
    AgreementTalk,
    PlanState,
    Relation,
    Side,
)
from grants.policies import EDITORS
from grants.workflow.agreement_news import on_timelines, record, tell
from grants.workflow.agreements import END, WORK, begin, check_parties, locked_for, reason_of, require_party
from organisations.models import Organisation


def _require_in_force(agreement: Agreement) -> None:
    if agreement.state not in ("in_force", "terminated"):
        raise Refused("wrong_state", _("Tätä voi tehdä vain voimassa olevalle sopimukselle."))


def set_plan(agreement: Agreement, *, side: Side, states: dict[int, str], by: Any, now: datetime) -> Agreement:
    """Tell how far the rows of the plan are; ``states`` is row id -> ``PlanState``. Unknown rows are ignored."""
    with transaction.atomic():
        locked = locked_for(WORK[side], agreement, by, now)
        _require_in_force(locked)
        changed = []
        for row in locked.plan_rows.all():
            state = states.get(row.pk, row.state)
            if state != row.state and state in PlanState.values:
                row.state, row.changed_by, row.changed_at = state, by, now
                changed.append(row)
        AgreementPlanRow.objects.bulk_update(changed, ["state", "changed_by", "changed_at"])
        if changed:
            with translation.override("fi"):
                told = ", ".join(f"{row.what}: {row.get_state_display().lower()}" for row in changed)
            record(locked, "set_plan", f"Toteuttamissuunnitelma eteni. {told}.", side=side, by=by, now=now)
    return locked


def evaluate(
    agreement: Agreement,
    *,
    side: Side,
    party: AgreementParty | None,
    grade: str,
    words: str,
    by: Any,
    now: datetime,
) -> AgreementEvaluation:
    """Say how the agreement works; the same words of the same side again are the same evaluation.

    Refused: ``wrong_state`` (not in force), ``empty``.
    """
    with transaction.atomic():
        locked = locked_for(WORK[side], agreement, by, now)
        require_party(party, side, EDITORS, by, now)
        _require_in_force(locked)
        words = words.strip()
        if not words:
            raise Refused("empty", _("Kirjoita, miksi arvioit näin."))
        if again := locked.evaluations.filter(side=side, party=party, grade=grade, words=words).first():
            return again
        made = AgreementEvaluation.objects.create(
            agreement=locked, side=side, party=party, grade=grade, words=words, by=by, at=now
        )
        who = "Hyvinvointialue" if party is None else party.organisation.name
        record(locked, "evaluate", f"{who} arvioi sopimuksen toimivuutta.", side=side, by=by, now=now)
        subject = gettext_noop("Sopimuksen toimivuutta on arvioitu: %(title)s")
        tell(locked, side.other, "evaluated", subject, key=f"evaluated:{made.pk}", now=now)
    return made


def record_talk(
    agreement: Agreement, *, side: Side, held_on: date, people: str, words: str, by: Any, now: datetime
) -> AgreementTalk:
    """Record a talk on how the agreement works; the same day and words again are the same talk.

    Refused: ``wrong_state``, ``bad_day`` (not yet held), ``empty``.
    """
    with transaction.atomic():
        locked = locked_for(WORK[side], agreement, by, now)
        _require_in_force(locked)
        people, words = people.strip(), words.strip()
        if not people or not words:
            raise Refused("empty", _("Kirjoita, ketkä olivat paikalla ja mitä sovittiin."))
        if held_on > local_date(now):
            raise Refused("bad_day", _("Keskustelun päivä ei voi olla tulevaisuudessa."))
        if again := locked.talks.filter(held_on=held_on, words=words).first():
            return again
        made = AgreementTalk.objects.create(
            agreement=locked, held_on=held_on, people=people, words=words, by=by, at=now
        )
        text = f"Arviointikeskustelu käytiin {format_date(held_on)}."
        record(locked, "record_talk", text, side=side, by=by, now=now)
    return made


def amend(agreement: Agreement, *, by: Any, now: datetime) -> Agreement:
    """Begin a change of an agreement in force as a copy that all approve anew; an open one is given again."""
    return _follow(agreement, Relation.AMENDMENT, by, now)


def renew(agreement: Agreement, *, by: Any, now: datetime) -> Agreement:
    """Begin a new term after the agreement as a copy with the next days, no longer than the kind allows."""
    return _follow(agreement, Relation.RENEWAL, by, now)


def _follow(agreement: Agreement, relation: Relation, by: Any, now: datetime) -> Agreement:
    with transaction.atomic():
        locked = locked_for(WORK[Side.COUNTY], agreement, by, now)
        if again := locked.successors.open().filter(relation=relation).first():
            return again
        follows_ended = relation == Relation.RENEWAL and locked.state == "ended"
        if (locked.state != "in_force" and not follows_ended) or locked.signed_version is None:
            raise Refused("wrong_state", _("Vain voimassa olevaa sopimusta voi muuttaa tai jatkaa."))
        content = dict(locked.signed_version.content)
        if relation == Relation.RENEWAL:
            content = _next_term(locked, content)
        content = within_years(locked.kind, content)
        organisations = [party.organisation for party in locked.parties.select_related("organisation")]
        made = begin(
            locked.kind,
            content,
            organisations,
            unit=locked.unit,
            previous=locked,
            need=locked.need,
            cooperation_request=locked.cooperation_request,
            relation=relation,
            by=by,
            now=now,
        )
        what = "muutosta" if relation == Relation.AMENDMENT else "jatkoa"
        text = f"Sopimuksen {locked.number} {what} alettiin valmistella."
        record(made, "follow", text, side=Side.COUNTY, by=by, now=now)
        record(locked, "follow", text, side=Side.COUNTY, by=by, now=now)
    return made


def _next_term(agreement: Agreement, content: Content) -> Content:
    """Return the text with the term that follows and is as long; the plan begins anew."""
    starts, ends = agreement.starts_on, agreement.ends_on
    if starts is None or ends is None:
        return {**content, "starts_on": "", "ends_on": ""}
    begins = add_days(ends, 1)
    # Whole years stay whole years: 1.1.2027–31.12.2028 is followed by 1.1.2029–31.12.2030.
    years = begins.year - starts.year
    if years and (begins.month, begins.day) == (starts.month, starts.day):
        last = _in_year(begins, begins.year + years) - timedelta(days=1)
    else:
        last = begins + (ends - starts)
    return {**content, "starts_on": begins.isoformat(), "ends_on": last.isoformat(), "plan": []}


def _in_year(day: date, year: int) -> date:
    """Return the same day in another year; of 29 February the 1 March where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def terminate(agreement: Agreement, *, side: Side, ends_on: date, reason: str, by: Any, now: datetime) -> Agreement:
    """Give notice: the agreement lasts to ``ends_on``. Refused: ``wrong_state``, ``bad_day``, ``reason_missing``."""
    with transaction.atomic():
        locked = locked_for(END[side], agreement, by, now)
        if locked.state == "terminated" and locked.ended_on == ends_on:
            return locked
        state = AGREEMENT.check(locked.state, "terminate")
        if ends_on < local_date(now):
            raise Refused("bad_day", _("Viimeinen päivä ei voi olla menneisyydessä."))
        if locked.ends_on and ends_on > locked.ends_on:
            raise Refused(
                "bad_day",
                _("Sopimus päättyy jo %(day)s. Valitse aikaisempi päivä.") % {"day": format_date(locked.ends_on)},
            )
        locked.state, locked.ended_on, locked.end_reason = state, ends_on, reason_of(reason)
        locked.save(update_fields=["state", "ended_on", "end_reason"])
        who = "Hyvinvointialue" if side == Side.COUNTY else "Järjestö"
        text = f"{who} irtisanoi sopimuksen {locked.title}. Viimeinen päivä on {format_date(ends_on)}."
        record(locked, "terminate", f"{text} {locked.end_reason}", side=side, by=by, now=now)
        on_timelines(locked, text, by=by, now=now)
        subject = gettext_noop("Sopimus on irtisanottu: %(title)s")
        tell(locked, side.other, "terminated", subject, key="terminated", now=now)
    return locked


def expire_agreements(*, now: datetime) -> int:
    """End every agreement whose last day is over; return how many. Each in its own transaction."""
    today, count = local_date(now), 0
    over = Agreement.objects.filter(state="in_force", ends_on__lt=today).order_by("pk")
    for key in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            limit_waiting()
            locked = Agreement.objects.select_for_update(of=("self",)).get(pk=key)
            if locked.state != "in_force" or locked.ends_on is None or locked.ends_on >= today:
                continue
            locked.state, locked.ended_on = AGREEMENT.check(locked.state, "expire"), locked.ends_on
            locked.save(update_fields=["state", "ended_on"])
            text = f"Sopimus {locked.title} päättyi {format_date(locked.ends_on)}."
            record(locked, "expire", text, by=None, now=now)
            on_timelines(locked, text, by=None, now=now)
            count += 1
    return count


def record_reference(
    *,
    kind: AgreementKind,
    title: str,
    organisation: Organisation,
    reference: str,
    reference_url: str = "",
    starts_on: date,
    ends_on: date | None = None,
    unit: Any = None,
    by: Any,
    now: datetime,
) -> Agreement:
    """Note a contract that is made elsewhere, so that it stands in the register; the same number again is the same.

    Refused: ``not_reference`` (the kind is negotiated here), ``own_organisation``, ``bad_term``, ``too_long``.
    """
    with transaction.atomic():
        limit_waiting()
        check_parties([organisation], by, now)
        if not kind.is_reference:
            raise Refused("not_reference", _("Tämän lajin sopimuksista neuvotellaan täällä. Aloita uusi sopimus."))
        if ends_on and ends_on < starts_on:
            raise Refused("bad_term", _("Sopimus päättyy ennen kuin se alkaa. Korjaa alkamispäivä tai päättymispäivä."))
        if wrong := term_problem(kind, starts_on, ends_on):
            raise Refused("too_long", wrong)
        if again := Agreement.objects.filter(
            kind=kind, reference=reference, parties__organisation=organisation
        ).first():
            return again
        made = Agreement.objects.create(
            kind=kind,
            number=next_case_number(AGREEMENTS, now),
            unit=unit,
            state="in_force",
            title=title.strip(),
            reference=reference,
            reference_url=reference_url,
            starts_on=starts_on,
            ends_on=ends_on,
            created_by=by,
            created_at=now,
        )
        AgreementParty.objects.create(agreement=made, organisation=organisation)
        record(made, "record_reference", f"Sopimus lisättiin viitteenä: {reference}.", by=by, now=now)
    return made
