"""A municipality's answers to applications, many at once; and asking for them when a call is taken up."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from common.times import local_date
from county.models import Municipality
from grants.models import Application, GrantCall, MunicipalOpinion, Stance
from grants.municipal import asked_municipalities, cases_of_municipality
from grants.workflow import events
from grants.workflow.conflicts import likely_conflicts
from liaisons.models import Post, PostLevel
from liaisons.responsible import responsible_on
from notifications import outbox


def give_opinions(
    municipality: Municipality,
    applications: Iterable[int],
    *,
    stance: str,
    sum: Decimal | None = None,
    note: str = "",
    by: Any,
    now: datetime,
) -> int:
    """Give the municipality's answer to many cases at once and return how many changed; the same again changes none.

    ``sum`` in euros only with "we fund", and only for one case. Refused: nothing_chosen, sum_for_one,
    sum_needs_funding, own_organisation (hallintolaki 434/2003 28 §: who acts for the applicant does not answer).
    """
    chosen = sorted(set(applications))
    _check(chosen, stance, sum)
    with transaction.atomic():
        limit_waiting()
        get_allowed("liaisons.municipality.serve", by, now=now, pk=municipality.pk)
        found = cases_of_municipality(by, municipality, now).filter(pk__in=chosen).values("pk")
        cases = list(Application.objects.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk"))
        if len(cases) < len(chosen):
            raise Refused("closed", _("Osa hakemuksista ei enää odota kantaa. Lataa sivu uudelleen."))
        _refuse_own(cases, by)
        return _write_answers(cases, municipality, (Stance(stance), sum, note.strip()), by=by, now=now)


def _check(chosen: list[int], stance: str, total: Decimal | None) -> None:
    if not chosen:
        raise Refused("nothing_chosen", _("Valitse ensin hakemukset, joita kanta koskee."))
    if total is not None and len(chosen) > 1:
        raise Refused("sum_for_one", _("Summan voi kertoa yhdelle hakemukselle kerrallaan."))
    if total is not None and stance != Stance.FUNDS:
        raise Refused("sum_needs_funding", _('Summa kuuluu vain kantaan "rahoitamme".'))


def _refuse_own(cases: list[Application], by: Any) -> None:
    own = likely_conflicts(by, cases)
    conflicted = next((case for case in cases if case.pk in own), None)
    if conflicted is not None:
        raise Refused(
            "own_organisation",
            _(
                "Olet mukana hakijassa %(name)s tai sen kumppanissa. Poista se valinnasta ja pyydä sijaista antamaan "
                "kanta."
            )
            % {"name": conflicted.organisation.name},
        )


def _write_answers(
    cases: list[Application],
    municipality: Municipality,
    what: tuple[Stance, Decimal | None, str],
    *,
    by: Any,
    now: datetime,
) -> int:
    """Write the answers that differ from what stands, an event for each, and return their number."""
    stance, total, note = what
    standing = {
        row.application_id: row
        for row in MunicipalOpinion.objects.filter(municipality=municipality, application__in=cases)
    }
    changed = 0
    for case in cases:
        row = standing.get(case.pk) or MunicipalOpinion(application=case, municipality=municipality)
        if row.pk and (row.stance, row.sum, row.note) == (stance, total, note):
            continue
        row.stance, row.sum, row.note, row.given_by, row.given_at = stance, total, note, by, now
        row.save()
        text = f"{municipality.name_fi}, kunnan kanta: {stance.label}."
        events.record(case, "municipal_opinion", text, by=by, now=now)
        changed += 1
    return changed


def ask_municipalities(call: GrantCall, *, now: datetime) -> None:
    """Tell each municipality's liaison person, or their substitute, that the call's cases wait for an answer."""
    day = local_date(now)
    places = {row.pk: row for row in asked_municipalities(call)}
    posts = list(Post.objects.on(day).filter(level=PostLevel.MUNICIPAL, municipality__in=places))
    answers = responsible_on(posts, day)
    for post in posts:
        person = answers[post.pk].user
        if person is None or post.municipality_id is None:
            continue
        place = places[post.municipality_id]
        outbox.queue(
            kind="grants.opinion_asked",
            to=person,
            subject=format_lazy(_("Kerro kunnan kanta hakemuksiin: {call}"), call=call.title),
            template="emails/grants/opinion_asked",
            context={"call": call, "place": place, "path": reverse("grants:municipal", args=[place.code])},
            dedup_key=f"grants.opinion_asked:{call.pk}:{place.pk}:{person.pk}",
            now=now,
        )
