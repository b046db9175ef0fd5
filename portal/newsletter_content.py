"""What a newsletter gathers: calls, events, open trainings, decisions, NGOs' news. Only what everybody may be told."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.times import day_start, format_date, format_instant, local_date
from grants.models import GrantCall
from organisations.models import Activity

LANGUAGES = ("fi", "sv", "en")
AHEAD, SHOWN = timedelta(days=45), 12
Section = dict[str, Any]


def gather(month: date, now: datetime) -> dict[str, list[Section]]:
    """Return the sections by language: ``heading`` and ``rows`` (text, url, note), empty sections left out."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            sections = [_calls(now), _events(now), _trainings(now), _decisions(month), _news(month, now)]
            found[language] = [section for section in sections if section["rows"]]
    return found


def _section(heading: str, items: list[tuple[str, str, str]]) -> Section:
    return {"heading": heading, "rows": [{"text": text, "url": url, "note": note} for text, url, note in items]}


def _calls(now: datetime) -> Section:
    rows = [
        *GrantCall.objects.to_all().open_now(now).order_by("closes_at")[:SHOWN],
        *GrantCall.objects.to_all().coming(now).order_by("opens_at")[:SHOWN],
    ]
    items = []
    for call in rows:
        is_open = call.opens_at <= now
        words = _("haku päättyy %(time)s") if is_open else _("haku alkaa %(time)s")
        note = words % {"time": format_instant(call.closes_at if is_open else call.opens_at)}
        items.append((call.title, reverse("grants:call", args=[call.pk]), note))
    return _section(_("Avustushaut"), items)


def _events(now: datetime) -> Section:
    rows = allowed("forums.event.view", AnonymousUser(), now=now).filter(state="published", starts_at__gte=now)
    items = [
        (event.name, event.get_absolute_url(), format_instant(event.starts_at))
        for event in rows.filter(starts_at__lt=now + AHEAD).order_by("starts_at", "pk")[:SHOWN]
    ]
    evenings = allowed("liaisons.evening.public", AnonymousUser(), now=now).filter(cancelled_at__isnull=True)
    coming = evenings.filter(starts_at__gte=now, starts_at__lt=now + AHEAD).select_related("municipality")
    items += [
        (f"{row.municipality.name}: {row.title}", row.get_absolute_url(), format_instant(row.starts_at))
        for row in coming.order_by("starts_at", "pk")[:SHOWN]
    ]
    return _section(_("Tapahtumat"), items)


def _trainings(now: datetime) -> Section:
    """Trainings to which liaison persons may still sign up; the page asks them to sign in and tells the place."""
    rows = allowed("liaisons.training.announced", AnonymousUser(), now=now).select_related("course")
    words = _("%(time)s, %(where)s, ilmoittaudu viimeistään %(until)s")
    items = [
        (
            row.course.name,
            row.get_absolute_url(),
            words
            % {
                "time": format_instant(row.starts_at),
                "where": row.where,
                "until": format_date(row.sign_up_until),
            },
        )
        for row in rows.filter(starts_at__lt=now + AHEAD).order_by("starts_at", "pk")[:SHOWN]
    ]
    return _section(_("Koulutukset yhteyshenkilöille"), items)


def month_span(month: date) -> tuple[datetime, datetime]:
    """Return the first instant of the month and of the next."""
    following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day_start(month.replace(day=1)), day_start(following)


def _decisions(month: date) -> Section:
    start, end = month_span(month)
    rows = allowed("grants.decision.public", AnonymousUser(), now=end).filter(decided_on__gte=local_date(start))
    count = rows.filter(decided_on__lt=local_date(end)).count()
    if not count:
        return _section("", [])
    words = ngettext("%(count)s avustuspäätös julkaistu", "%(count)s avustuspäätöstä julkaistu", count)
    return _section(_("Päätökset"), [(words % {"count": count}, reverse("grants:public_grants"), "")])


def _news(month: date, now: datetime) -> Section:
    start, end = month_span(month)
    shown = Activity.objects.shown(local_date(now)).filter(
        organisation__in=allowed("organisations.view", AnonymousUser(), now=now)
    )
    rows = shown.filter(updated_at__gte=start, updated_at__lt=end).select_related("organisation")
    items = [
        (row.name, reverse("organisations:activity", args=[row.pk]), row.organisation.name)
        for row in rows.order_by("-updated_at", "pk")[:SHOWN]
    ]
    return _section(_("Järjestöjen uutta toimintaa"), items)


def first_of_month(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)
