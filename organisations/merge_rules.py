"""How the registry's own rows are solved when two organisations become one (see ``organisations.merging``)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.times import local_date
from organisations.merging import Sides, Step, leave_where_it_is, register_merge_rule, same_stays
from organisations.models import (
    BANK_ACCOUNT_LIFE,
    CLAIM_LIFE,
    INVITATION_LIFE,
    OPEN_STATES,
    Membership,
    MembershipRole,
)

ONE_DAY = timedelta(days=1)
#: The wider right first: an admin may do all, a signatory sends and an editor fills in.
_STRENGTH = (MembershipRole.ADMIN, MembershipRole.SIGNATORY, MembershipRole.EDITOR, MembershipRole.VIEWER)


def membership_rule(sides: Sides) -> Iterator[Step]:
    """One role at a time for a person: the widest stays, and the other fills what it does not cover.

    A weaker membership that has time before or after the stronger one is shortened to that; one that is covered
    wholly is ended at this instant. Rows of the survivor are solved first, so that no two overlap on the way.
    """
    people: defaultdict[int, list[Membership]] = defaultdict(list)
    for row in (*sides.held, *sides.moving):
        if row.ended_at is None:
            people[row.user_id].append(row)
    both = {row.user_id for row in sides.held} & {row.user_id for row in sides.moving}
    held = {row.pk for row in sides.held}
    steps = [step for user in sorted(both) for step in _one_at_a_time(people[user], held, sides)]
    yield from sorted(steps, key=lambda step: step.row.pk not in held)


def _one_at_a_time(rows: list[Membership], held: set[int], sides: Sides) -> Iterator[Step]:
    today = local_date(sides.now)

    def order(row: Membership) -> tuple[Any, ...]:
        return (
            _STRENGTH.index(MembershipRole(row.role)),
            -(row.valid_until or date.max).toordinal(),
            row.pk not in held,
        )

    kept: list[tuple[date, date]] = []
    for row in sorted(rows, key=order):
        term = (row.valid_from, row.valid_until or date.max)
        left = _left_of(term, kept, today)
        if left is None:
            over = row.valid_until if row.valid_until and row.valid_until <= today else max(today, row.valid_from)
            yield Step(
                row,
                _("henkilöllä on jo samanaikainen rooli, joka jää voimaan"),
                {"ended_at": sides.now, "ended_by_id": sides.by.pk if sides.by else None, "valid_until": over},
            )
            continue
        if left != term:
            until = None if left[1] == date.max else left[1]
            yield Step(
                row,
                _("rooli jatkuu siltä ajalta, jota henkilön laajempi rooli ei kata"),
                {"valid_from": left[0], "valid_until": until},
            )
        kept.append(left)


def _left_of(term: tuple[date, date], kept: list[tuple[date, date]], today: date) -> tuple[date, date] | None:
    """Return the part of the term that the kept ones leave free and that has not passed, or None."""
    begins, last = term
    free = []
    for taken_from, taken_to in sorted(kept):
        if taken_to < begins or taken_from > last:
            continue
        if taken_from > begins:
            free.append((begins, taken_from - ONE_DAY))
        if taken_to >= last:
            break
        begins = taken_to + ONE_DAY
    else:
        free.append((begins, last))
    if free == [term]:
        return term
    return next((part for part in free if part[1] >= today), None)


def claim_rule(sides: Sides) -> Iterator[Step]:
    """One waiting claim a person: the survivor's waits on."""
    waiting = {claim.user_id for claim in sides.held if claim.state == "waiting"}
    for claim in sides.moving:
        if claim.state == "waiting" and claim.user_id in waiting:
            yield Step(
                claim,
                _("sama henkilö on pyytänyt oikeutta jäävään järjestöön"),
                {
                    "state": CLAIM_LIFE.check("waiting", "merge"),
                    "decided_at": sides.now,
                    "decided_by_id": sides.by.pk if sides.by else None,
                    "decision_reason": "Järjestöt yhdistettiin, ja toinen pyyntösi odottaa.",
                },
            )


def invitation_rule(sides: Sides) -> Iterator[Step]:
    """One open invitation an address: the survivor's stays open."""
    open_ones = {row.email.lower() for row in sides.held if row.state == "sent"}
    for row in sides.moving:
        if row.state == "sent" and row.email.lower() in open_ones:
            yield Step(
                row,
                _("samaan osoitteeseen on lähetetty kutsu jäävään järjestöön"),
                {"state": INVITATION_LIFE.check("sent", "merge"), "ended_at": sides.now},
            )


def bank_account_rule(sides: Sides) -> Iterator[Step]:
    """One verified and one waiting account: the survivor's stays in use."""
    taken = {account.state for account in sides.held} & {"verified", "entered"}
    for account in sides.moving:
        if account.state in taken:
            yield Step(
                account,
                _("jäävän järjestön tili jää käyttöön"),
                {"state": BANK_ACCOUNT_LIFE.check(account.state, "merge")},
            )


def review_rule(sides: Sides) -> Iterator[Step]:
    """One open review a field: the survivor's goes on, and the other stays with its own register row."""
    waiting = {item.field for item in sides.held if item.state in OPEN_STATES}
    for item in sides.moving:
        if item.state in OPEN_STATES and item.field in waiting:
            yield Step(item, _("samasta tiedosta on jo tarkistus"), {}, stays=True)


def earlier_name_rule(sides: Sides) -> Iterator[Step]:
    """A name once: also the survivor's present name is no earlier one."""
    held = {row.name for row in sides.held} | {sides.survivor.name}
    for row in sides.moving:
        if row.name in held:
            yield Step(row, _("jäävällä järjestöllä on jo tämä nimi"), {}, stays=True)


def register_own_rules() -> None:
    """Register the rules of the registry's own tables."""
    register_merge_rule("organisations.Membership", membership_rule)
    register_merge_rule("organisations.Claim", claim_rule)
    register_merge_rule("organisations.Invitation", invitation_rule)
    register_merge_rule("organisations.BankAccount", bank_account_rule)
    register_merge_rule("organisations.ReviewItem", review_rule)
    register_merge_rule("organisations.EarlierName", earlier_name_rule)
    register_merge_rule("organisations.Signatory", same_stays("name", "role"))
    register_merge_rule("organisations.ClaimCode", same_stays("campaign_id"))
    for model, field, why in (
        ("organisations.RegisterOverride", "organisation", _("koskee poistuvan järjestön omaa rekisteririviä")),
        ("organisations.SearchText", "organisation", _("hakuteksti tehdään uudelleen")),
        ("organisations.ImportLine", "organisation", _("tuonnin raportti kertoo, mitä silloin tapahtui")),
        ("organisations.MergeJournal", "survivor", _("yhdistämisen oma kirjaus")),
        ("organisations.MergeJournal", "vanished", _("yhdistämisen oma kirjaus")),
        ("organisations.DuplicateCandidate", "first", _("pari ratkeaa yhdistämällä")),
        ("organisations.DuplicateCandidate", "second", _("pari ratkeaa yhdistämällä")),
    ):
        leave_where_it_is(model, field=field, why=why)
