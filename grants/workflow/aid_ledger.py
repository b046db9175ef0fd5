"""The ledger of de minimis aid: nothing is granted over the ceiling, every grant is there and gets registered.

Regulation (EU) 2023/2831: 300 000 euros in three years (article 3), registered in 20 working days (article 6).
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.legal_dates import add_working_days
from common.locks import advisory_lock, limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from common.times import format_date, local_date
from county.models import get_county
from grants.models import AidMark, Application, Decision, DeMinimisAid
from grants.models.state_aid import NACE
from grants.state_aid import CEILING, ZERO, first_counted_day, is_de_minimis, total_of
from grants.undertakings import group_of, groups_of
from grants.workflow import events
from organisations.models import Organisation

#: The granting authority registers a grant in so many working days (article 6).
REGISTER_DAYS = 20
SPACE = "grants.de_minimis"


def hold_ledgers(cases: Iterable[Application]) -> None:
    """Hold the ledgers of the applicants, and of those who are one undertaking with them, until the transaction ends.

    In sorted order, before anything is granted.
    """
    groups = groups_of([case.organisation_id for case in cases])
    advisory_lock(SPACE, *(pk for group in groups.values() for pk in group))


def require_room(case: Application, total: Decimal, *, on: date) -> None:
    """Refuse ``over_ceiling`` when a grant of the sum on the day would pass the ceiling; under the ledger's lock.

    Nothing to refuse where the grant is no de minimis aid. Aid that has been granted after the day counts too: the
    ceiling holds for any three years, and for all who are one undertaking with the applicant.
    """
    if total <= 0 or not is_de_minimis(case):
        return
    group = group_of(case.organisation_id)
    advisory_lock(SPACE, *group)
    since = first_counted_day(on)
    rows = DeMinimisAid.objects.since(since).filter(organisation__in=group)
    already = total_of(rows.exclude(decision__application=case.pk).order_by("pk"))
    if already + total > CEILING:
        raise Refused(
            "over_ceiling",
            _(
                "Vähämerkityksisen tuen enimmäismäärä ylittyisi: %(name)s. Enimmäismäärä on %(ceiling)s kolmessa "
                "vuodessa samalle yritykselle. Tukea on %(since)s alkaen jo %(already)s, joten nyt voi myöntää "
                "enintään %(left)s, ei %(sum)s."
            )
            % {
                "name": case.organisation.name,
                "ceiling": format_euros(CEILING),
                "since": format_date(since),
                "already": format_euros(already),
                "left": format_euros(max(CEILING - already, ZERO)),
                "sum": format_euros(total),
            },
        )


def follow_grant(decision: Decision) -> None:
    """Keep the decision's row of the ledger in step with it; part of the verbs that decide, change or free a grant.

    A row that the central register knows stays with its new sum, also 0, until the change has been registered.
    """
    case = decision.application
    wanted = decision.sum if decision.is_grant and is_de_minimis(case) else ZERO
    row = DeMinimisAid.objects.select_for_update(of=("self",)).filter(decision=decision).first()
    if row is None:
        if wanted:
            _add_own(decision, wanted)
    elif wanted == 0 and row.registered_sum is None:
        row.delete()
    elif wanted != row.sum:
        row.sum, row.due_on = wanted, add_working_days(_changed_on(decision), REGISTER_DAYS)
        row.save(update_fields=["sum", "due_on"])


def _changed_on(decision: Decision) -> date:
    return local_date(decision.answered_at) if decision.is_declined and decision.answered_at else decision.decided_on


def _add_own(decision: Decision, total: Decimal) -> None:
    case, county = decision.application, get_county()
    mark = AidMark.objects.filter(application=case.pk).first()
    DeMinimisAid.objects.create(
        organisation_id=case.organisation_id,
        decision=decision,
        granter=str(county) if county else "Hyvinvointialue",
        granted_on=decision.decided_on,
        sum=total,
        purpose=f"{case.call.title_fi}: {case.title}"[:300],
        nace=mark.nace if mark else "",
        added_at=decision.recorded_at,
        due_on=add_working_days(decision.decided_on, REGISTER_DAYS),
    )


def keep_declared(application: Application, *, now: datetime) -> None:
    """Put what the application declares on the ledger in place of what it declared before; part of sending it."""
    if not application.call.state_aid:
        return
    DeMinimisAid.objects.filter(declared_in=application).delete()
    DeMinimisAid.objects.bulk_create(
        DeMinimisAid(
            organisation_id=application.organisation_id,
            declared_in=application,
            granter=row.granter,
            granted_on=row.granted_on,
            sum=row.sum,
            purpose=row.purpose,
            added_at=now,
        )
        for row in application.declared_aid.all()
    )


def mark_case(
    application: Application, *, is_de_minimis: bool, why: str, nace: str = "", by: Any, now: datetime
) -> AidMark:
    """Mark whether what is granted in the case is de minimis aid, and why; marked alike again changes nothing.

    Until the decision has been served: its letter says it. Order of effects: case's row, decision's, mark, ledger,
    event. Refused: ``why_missing``, ``nace``, ``over_ceiling`` (what has been proposed or decided does not fit).
    """
    with transaction.atomic():
        limit_waiting()
        case: Application = get_allowed("grants.aid.mark", by, now=now, lock=True, pk=application.pk)
        if not why.strip():
            raise Refused("why_missing", _("Kirjoita perustelu: miksi avustus on tai ei ole vähämerkityksistä tukea."))
        _check_nace(nace)
        decision = Decision.objects.select_for_update(of=("self",)).filter(application=case).first()
        mark = AidMark.objects.filter(application=case).first() or AidMark(application=case)
        if mark.pk and (mark.is_de_minimis, mark.why, mark.nace) == (is_de_minimis, why.strip(), nace):
            return mark
        mark.is_de_minimis, mark.why, mark.nace = is_de_minimis, why.strip(), nace
        mark.marked_by, mark.marked_at = by, now
        mark.save()
        _check_given(case, decision, now)
        if decision is not None:
            decision.application = case
            follow_grant(decision)
            DeMinimisAid.objects.filter(decision=decision).update(nace=nace)
        said = "vähämerkityksistä tukea (de minimis)" if is_de_minimis else "ei ole vähämerkityksistä tukea"
        events.record(case, "mark_aid", f"Merkittiin, että avustus on {said}.", by=by, now=now)
    return mark


def mark_anew(decision: Decision, is_aid: bool | None, *, total: Decimal, why: str, by: Any, now: datetime) -> None:
    """Mark the case of a served decision otherwise than it stands; part of correcting it, which makes a new letter.

    Nothing when it stands so already. Refused: ``over_ceiling``.
    """
    case = decision.application
    if is_aid is None or is_aid == is_de_minimis(case):
        return
    told = {"is_de_minimis": is_aid, "why": why.strip(), "marked_by": by, "marked_at": now}
    AidMark.objects.update_or_create(application=case, defaults=told)
    require_room(case, total, on=decision.decided_on)


def _check_given(case: Application, decision: Decision | None, now: datetime) -> None:
    """Refuse when what stands proposed or decided does not fit under the ceiling."""
    if decision is not None:
        require_room(case, decision.sum, on=decision.decided_on)
        return
    proposal = getattr(case, "proposal", None)
    if proposal is not None:
        require_room(case, proposal.sum, on=local_date(now))


def _check_nace(nace: str) -> None:
    if nace and not NACE.fullmatch(nace):
        raise Refused("nace", _("Kirjoita toimialan koodi numeroina, esimerkiksi 88.99."))


def add_aid(
    organisation: Organisation,
    *,
    granter: str,
    granted_on: date,
    sum: Decimal,
    purpose: str,
    by: Any,
    now: datetime,
) -> DeMinimisAid:
    """Write down aid that another authority gave, in euros; the same row again is the one that stands.

    Refused: ``not_allowed``, ``in_future``, ``not_positive``.
    """
    with transaction.atomic():
        limit_waiting()
        found: Organisation = get_allowed("grants.aid.write", by, now=now, pk=organisation.pk)
        if granted_on > local_date(now):
            raise Refused("in_future", _("Tuki on myönnetty viimeistään tänään. Tarkista päivä."))
        if sum <= 0:
            raise Refused("not_positive", _("Tuen summan täytyy olla suurempi kuin nolla."))
        advisory_lock(SPACE, found.pk)
        given = {"granter": granter.strip(), "granted_on": granted_on, "sum": sum, "purpose": purpose.strip()}
        alike = DeMinimisAid.objects.filter(
            organisation=found, decision__isnull=True, declared_in__isnull=True, **given
        ).first()
        return alike or DeMinimisAid.objects.create(organisation=found, added_by=by, added_at=now, **given)


def remove_aid(aid: DeMinimisAid, *, by: Any, now: datetime) -> None:
    """Take out a row that an officer wrote down by mistake; its history stays. Refused: ``not_manual``."""
    with transaction.atomic():
        limit_waiting()
        locked: DeMinimisAid = get_allowed("grants.aid.register", by, now=now, lock=True, pk=aid.pk)
        if not locked.is_manual:
            raise Refused(
                "not_manual", _("Vain käsin kirjatun tuen voi poistaa. Muu tulee päätöksestä tai hakemuksesta.")
            )
        locked.delete()


def mark_registered(
    aid: DeMinimisAid,
    *,
    registered_on: date,
    nace: str,
    register_number: str = "",
    seen: Decimal | None,
    by: Any,
    now: datetime,
) -> DeMinimisAid:
    """Note that the central register has the grant with the sum that was seen; noted twice it is noted once.

    Of a grant that is no more the sum 0 is registered. Refused: ``not_own``, ``stale`` (the
    sum has changed since), ``bad_day``, ``nace_missing``, ``nace``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: DeMinimisAid = get_allowed("grants.aid.register", by, now=now, lock=True, pk=aid.pk)
        if not locked.is_own:
            raise Refused("not_own", _("Vain oma myöntö rekisteröidään."))
        if seen != locked.sum:
            raise Refused(
                "stale", _("Tuen summa on muuttunut. Lataa sivu uudelleen ja tarkista rekisteriin viety summa.")
            )
        if locked.registered_sum == locked.sum:
            return locked
        if not locked.granted_on <= registered_on <= local_date(now):
            raise Refused("bad_day", _("Tuki rekisteröidään myöntämisen jälkeen, mutta ei tulevaisuudessa."))
        if not nace:
            raise Refused("nace_missing", _("Kirjoita toimiala: rekisteri vaatii sen, esimerkiksi 88.99."))
        _check_nace(nace)
        locked.nace, locked.register_number = nace, register_number.strip()
        locked.registered_sum, locked.registered_on, locked.registered_by = locked.sum, registered_on, by
        locked.save()
        if locked.decision is not None:
            text = f"Vähämerkityksinen tuki {format_euros(locked.sum)} merkittiin viedyksi keskusrekisteriin."
            events.record(locked.decision.application, "register_aid", text, by=by, now=now)
    return locked
