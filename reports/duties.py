"""The county's statutory duties towards NGOs in a year: met or not, and what in the portal shows it.

612/2021 §§ 6–7 (yearly negotiations, the NGOs' working conditions) and 611/2021 (participation, the bodies of
§ 32, claims for revision). A duty is not called unmet because the portal does not know: then there is no evidence.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.seams import Period
from common.times import format_date, local_date
from forums.models import Event, Per
from forums.wheel import Wheel, WheelRow
from liaisons.models import Body, BodyKind, Seat
from reports.year_pieces import count, euro

Met = Literal["yes", "no", "open", "unknown"]
#: How it is said whether a duty was met.
WORDS: dict[str, Any] = {
    "yes": gettext_lazy("Toteutui"),
    "no": gettext_lazy("Ei toteutunut"),
    "open": gettext_lazy("Kesken"),
    "unknown": gettext_lazy("Ei näyttöä portaalissa"),
}
#: The bodies that 611/2021 § 32 demands, by what their keys begin with or hold.
COUNCILS = (
    ("nuoriso", gettext_lazy("Nuorisovaltuusto")),
    ("vanhus", gettext_lazy("Vanhusneuvosto")),
    ("vammais", gettext_lazy("Vammaisneuvosto")),
)


def duties(period: Period, wheel: Wheel, headline: list[dict[str, Any]], day: date, now: datetime) -> list[Any]:
    """Return the duties with their law, whether each was met, and the evidence; three queries."""
    knows = Event.objects.filter(starts_at__lt=period.end).exclude(state="cancelled").exists()
    values = {row["key"]: row["value"] or 0 for row in headline}
    claims = next((row for row in headline if row["key"] == "grants.claims"), None)
    return [
        *_negotiations(wheel, is_over=now >= period.end, knows=knows),
        _conditions(values),
        _participation(values, knows=knows),
        *_councils(day),
        _claims(claims),
    ]


def _duty(duty: str, law: str, met: Met, evidence: str) -> dict[str, str]:
    return {"duty": duty, "law": law, "met": met, "evidence": evidence}


def _negotiations(wheel: Wheel, *, is_over: bool, knows: bool) -> Iterator[dict[str, str]]:
    """``knows``: events were written into the portal by the end of the year."""
    rows = [row for row in wheel.rows if row.series.is_statutory]
    if not rows:
        yield _duty(
            _("Vuosittaiset neuvottelut"),
            "612/2021 6–7 §",
            "unknown",
            _("Lakisääteisiä neuvotteluja ei ole merkitty vuosikelloon."),
        )
    for row in rows:
        held = row.held >= (row.least or 1)
        name = _("%(series)s: %(target)s") % {"series": row.series.name, "target": row.target.name}
        missed = is_over and row.series.per != Per.COUNCIL_TERM
        met: Met = "yes" if held else "open" if not missed else "no" if knows else "unknown"
        yield _duty(name, row.series.statute, met, _talks(row))


def _talks(row: WheelRow) -> str:
    if not row.events:
        return _("Neuvottelua ei ole kirjattu.")
    return "; ".join(_talk(event, recorded=event.pk not in row.unfinished) for event in row.events)


def _talk(event: Any, *, recorded: bool) -> str:
    day = format_date(local_date(event.starts_at))
    if event.state == "planned":
        return _("Suunnitteilla")
    if event.state != "held":
        return _("Suunniteltu %(day)s") % {"day": day}
    if recorded:
        return _("Pidetty ja kirjattu %(day)s") % {"day": day}
    return _("Pidetty %(day)s, kirjaus kesken") % {"day": day}


def _conditions(values: dict[str, Any]) -> dict[str, str]:
    granted, agreements = values.get("grants.granted", 0), values.get("grants.agreements", 0)
    rooms = values.get("premises.value", 0)
    evidence = _("Avustuksia %(granted)s, sopimuksia voimassa %(agreements)s, maksuton tilankäyttö %(rooms)s.") % {
        "granted": euro(granted),
        "agreements": count(agreements),
        "rooms": euro(rooms),
    }
    met: Met = "yes" if granted or agreements or rooms else "no"
    return _duty(_("Järjestöjen toimintaedellytysten edistäminen"), "612/2021 6–7 §", met, evidence)


def _participation(values: dict[str, Any], *, knows: bool) -> dict[str, str]:
    held, ideas = values.get("forums.held", 0), values.get("forums.ideas", 0)
    topics = values.get("forums.topics_answered", 0)
    evidence = _("Tapahtumia %(held)s, julkaistuja ideoita %(ideas)s, vastattuja aihe-ehdotuksia %(topics)s.") % {
        "held": count(held),
        "ideas": count(ideas),
        "topics": count(topics),
    }
    met: Met = "yes" if held or ideas or topics else "no" if knows else "unknown"
    return _duty(_("Osallistumisen ja vaikuttamisen mahdollisuudet"), "611/2021", met, evidence)


def _councils(day: date) -> Iterator[dict[str, str]]:
    bodies = list(Body.objects.filter(kind=BodyKind.PARTICIPATION_BODY, draft=False).order_by("order", "pk"))
    seats: dict[int, list[Seat]] = {}
    for seat in Seat.objects.filter(body__in=bodies):
        seats.setdefault(seat.body_id, []).append(seat)
    for stem, name in COUNCILS:
        yield _council(str(name), [body for body in bodies if stem in body.key], seats, day)


def _council(name: str, own: list[Body], seats: dict[int, list[Seat]], day: date) -> dict[str, str]:
    law = "611/2021 32 §"
    if not own:
        return _duty(name, law, "unknown", _("Toimielintä ei ole kirjattu portaaliin."))
    names = ", ".join(body.name for body in own)
    known = [seat for body in own for seat in seats.get(body.pk, [])]
    if not known:
        return _duty(name, law, "unknown", _("%(names)s: jäseniä ei ole kirjattu portaaliin.") % {"names": names})
    number = sum(seat.is_in_force(day) for seat in known)
    evidence = _("%(names)s: jäseniä ja varajäseniä %(count)s.") % {"names": names, "count": number}
    return _duty(name, law, "yes" if number else "no", evidence)


def _claims(claims: dict[str, Any] | None) -> dict[str, str]:
    made, waiting = (claims["value"], claims["rows"][-1][1]) if claims else (0, 0)
    evidence = _("Oikaisuvaatimuksia %(made)s, niistä ratkaisematta %(waiting)s.") % {"made": made, "waiting": waiting}
    return _duty(_("Oikaisuvaatimusten ratkaiseminen"), "611/2021", "open" if waiting else "yes", evidence)
