"""What a call in handling waits for next, for the person who looks at it: one sentence and at most one button."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed, may, reaches
from common.times import format_instant
from grants.cases import Totals
from grants.models import AssessorAssignment, Decision, GrantCall


@dataclass(frozen=True)
class Next:
    """A heading, a sentence, and where to do it (``url`` is empty when somebody else acts)."""

    heading: str
    text: str
    url: str = ""
    button: str = ""


def desk_calls(user: Any, now: datetime) -> Any:
    """Return the calls whose lists the person may open, with the annotations that the pages and tabs read."""
    return (
        allowed("grants.call.desk", user, now=now)
        .select_related("kind__decided_by", "agenda_item__meeting")
        .annotate(
            may_manage=reaches("grants.call.manage", user, now),
            may_take_paper=reaches("grants.call.take_paper", user, now),
            paper_waiting=_paper_waiting(user, now),
            may_present=reaches("grants.call.present", user, now),
            may_lay=reaches("grants.call.lay", user, now),
            may_official=reaches("grants.call.official", user, now),
            has_assessors=Exists(AssessorAssignment.objects.in_force(now).filter(call=OuterRef("pk"))),
            has_decisions=Exists(Decision.objects.filter(application__call=OuterRef("pk"))),
        )
    )


def _paper_waiting(user: Any, now: datetime) -> Subquery:
    """Return how many applications the person is entering from paper to the call; None for none."""
    own = allowed("grants.application.paper", user, now=now).filter(call=OuterRef("pk"), received_at__isnull=True)
    return Subquery(own.order_by().values("call").annotate(number=Count("pk")).values("number"))


def call_next(call: Any, totals: Totals, user: Any, now: datetime) -> Next | None:
    """Return the next step of a call of ``desk_calls``; None when nothing waits.

    Whoever has not declared, or has withdrawn, reads the same step as everybody: it counts cases, no content.
    """
    steps = {"handling": _handling, "presented": _presented, "decided": _decided}
    found = steps.get(call.state)
    return found(call, totals, user, now) if found else None


def _page(name: str, call: GrantCall) -> str:
    return reverse(f"grants:{name}", args=[call.pk])


def _handling(call: Any, totals: Totals, user: Any, now: datetime) -> Next:
    if not totals.count and call.by_official:
        return Next(_("Haku on valmistelussa"), _("Viranhaltija näkee hakemukset, kun ne on viety päätettäväksi."))
    if not totals.count:
        return Next(_("Haku on valmistelussa"), _("Toimielin näkee hakemukset, kun ne on viety kokoukseen."))
    if totals.unproposed:
        return _preparing(call, totals)
    heading = _("Esitykset ovat valmiit")
    if call.by_official:
        post = call.kind.decided_by_post_fi
        if call.may_lay:
            text = _("Vie haku päätettäväksi: %(post)s.") % {"post": post}
            return Next(heading, text, _page("call_lay", call), _("Vie päätettäväksi"))
        return Next(heading, _("Koordinaattori vie haun seuraavaksi päätettäväksi: %(post)s.") % {"post": post})
    if call.may_present:
        text = _("Vie haku päättävän toimielimen kokoukseen.")
        return Next(heading, text, _page("call_present", call), _("Vie kokoukseen"))
    return Next(heading, _("Toimielimen esittelijä vie haun seuraavaksi kokoukseen."))


def _preparing(call: Any, totals: Totals) -> Next:
    to_propose = _page("proposals", call) if call.may_manage else ""
    if not call.has_assessors:
        heading = _("Haulla ei ole vielä arvioijia")
        if not call.may_manage:
            return Next(heading, _("Koordinaattori nimeää arvioijat."))
        text = _("Nimeä vähintään kaksi arvioijaa, jotta pisteitä voi verrata.")
        return Next(heading, text, _page("call_assessors", call), _("Nimeä arvioijat"))
    if totals.unassessed:
        left = ngettext(
            "%(count)s hakemus odottaa arvioijien pisteitä. Esityksen voi tehdä jo arvioiduista.",
            "%(count)s hakemusta odottaa arvioijien pisteitä. Esityksen voi tehdä jo arvioiduista.",
            totals.unassessed,
        )
        text = left % {"count": totals.unassessed}
        return Next(_("Arviointi on kesken"), text, to_propose, _("Avaa esitys"))
    left = ngettext("%(count)s hakemus on ilman esitystä.", "%(count)s hakemusta on ilman esitystä.", totals.unproposed)
    text = left % {"count": totals.unproposed}
    return Next(_("Hakemukset on arvioitu"), text, to_propose, _("Tee esitykset"))


def _presented(call: GrantCall, totals: Totals, user: Any, now: datetime) -> Next | None:
    if call.laid_before:
        return _laid(call)
    meeting = call.agenda_item.meeting if call.agenda_item else None
    if meeting is None:
        return None
    if meeting.state == "planned":
        text = _("Kokous on %(when)s. Päätökset kirjataan sen jälkeen.") % {"when": format_instant(meeting.starts_at)}
        return Next(_("Asia on esityslistalla"), text, reverse("liaisons:meeting", args=[meeting.pk]), _("Avaa kokous"))
    if may("grants.call.decide", user, call, now=now):
        text = _("Kirjaa päätökset niin kuin tarkastettu pöytäkirja sanoo.")
        return Next(_("Kokous on pidetty"), text, _page("decisions_record", call), _("Kirjaa päätökset"))
    return Next(_("Kokous on pidetty"), _("Toimielimen sihteeri tai kirjaamo kirjaa päätökset."))


def _laid(call: Any) -> Next:
    heading, post = _("Haku odottaa viranhaltijan päätöstä"), call.laid_before
    if call.may_official:
        return Next(heading, _("Päätä hakemukset."), _page("official_call", call), _("Avaa päätettävät"))
    return Next(heading, _("Päätökset tekee %(post)s.") % {"post": post})


def _decided(call: GrantCall, totals: Totals, user: Any, now: datetime) -> Next | None:
    own = allowed("grants.decision.issue", user, now=now)
    waiting = own.filter(application__call=call, state="recorded").count()
    if not waiting:
        return None
    text = ngettext(
        "%(count)s päätös odottaa tiedoksi antamista.", "%(count)s päätöstä odottaa tiedoksi antamista.", waiting
    )
    url = _page("decisions_issue", call)
    return Next(_("Päätökset on kirjattu"), text % {"count": waiting}, url, _("Anna tiedoksi"))
