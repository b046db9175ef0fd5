"""The eligibility check list of a case: its items, what an officer found, and what the portal's own data hints."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.times import format_date, format_instant, local_date
from grants.joint import partner_organisations
from grants.models import Application, CaseCheck, GrantCall, UseReport
from organisations.models import Membership

ITEMS: dict[str, str | Promise] = {
    "in_time": gettext_lazy("Hakemus saapui ajoissa"),
    "registered": gettext_lazy("Hakija on rekisteröity yhdistys"),
    "signed": gettext_lazy("Lähettäjällä on oikeus toimia järjestön puolesta"),
    "attachments": gettext_lazy("Pyydetyt liitteet ovat mukana"),
    "residents": gettext_lazy("Toiminta on hyvinvointialueen asukkaille"),
    "earlier_reports": gettext_lazy("Aiempien avustusten selvitykset on annettu"),
    "double_funding": gettext_lazy("Samaan toimintaan ei ole toista avustusta"),
}
#: States of a use report in which it has not been delivered.
UNDELIVERED = ("open", "returned")


@dataclass(frozen=True)
class Hint:
    """What the data says of an item: a tone (ok, wait) and a sentence."""

    tone: str
    text: str


@dataclass(frozen=True)
class CheckItem:
    """One row of the list."""

    key: str
    label: str | Promise
    found: CaseCheck | None
    hint: Hint | None


def items_of(call: GrantCall) -> list[tuple[str, str | Promise]]:
    """Return key and words of the call's items: the default ones and its own, whose words are the key."""
    own = [line for line in call.check_items.splitlines() if line]
    return [*ITEMS.items(), *((line, line) for line in own)]


def check_list(case: Application, now: datetime) -> list[CheckItem]:
    """Return the whole list of a case; a fixed number of queries. Needs ``call`` and ``organisation``."""
    found = {row.item: row for row in case.checks.select_related("checked_by")}
    return [
        CheckItem(key, label, found.get(key), HINTS[key](case, now) if key in HINTS else None)
        for key, label in items_of(case.call)
    ]


def checks_in_short(case: Application) -> dict[str, Any]:
    """Return what a page that only shows the result needs: the items that are not in order, and how many are done."""
    labels = dict(items_of(case.call))
    rows = list(case.checks.all())
    wrong = [{"label": labels.get(row.item, row.item), "check": row} for row in rows if row.result != "ok"]
    return {
        "wrong_checks": wrong,
        "is_ineligible": any(row.result == "not_ok" for row in rows),
        "checks_done": len(rows),
        "checks_total": len(labels),
    }


def _in_time(case: Application, _now: datetime) -> Hint | None:
    if case.received_at is None:
        return None
    said = {"at": format_instant(case.received_at), "closes": format_instant(case.call.closes_at)}
    if case.received_at < case.call.closes_at:
        return Hint("ok", _("Saapui %(at)s, haun määräaika %(closes)s.") % said)
    return Hint("wait", _("Saapui %(at)s, vaikka haun määräaika oli %(closes)s.") % said)


def _registered(case: Application, _now: datetime) -> Hint:
    number = case.organisation.association_number
    if number:
        return Hint("ok", _("Yhdistysrekisterin numero on %(number)s.") % {"number": number})
    return Hint("wait", _("Järjestöllä ei ole yhdistysrekisterin numeroa portaalissa."))


def _signed(case: Application, _now: datetime) -> Hint | None:
    if case.received_at is None:
        return None
    held = Membership.objects.in_force(case.received_at).filter(
        organisation=case.organisation_id, user=case.submitted_by_id, role__in=("admin", "signatory")
    )
    if held.filter(role="signatory").exists():
        return Hint("ok", _("Lähettäjä oli järjestön nimenkirjoittaja."))
    return Hint("wait", _("Lähettäjä ei ole ilmoittautunut nimenkirjoittajaksi. Katso nimenkirjoitussääntö."))


def _attachments(case: Application, _now: datetime) -> Hint:
    there = case.attachments.values("attachment_slot")
    missing = [slot.name for slot in case.call.attachment_slots.filter(required=True).exclude(pk__in=there)]
    if missing:
        return Hint("wait", _("Puuttuu: %(names)s.") % {"names": ", ".join(missing)})
    return Hint("ok", _("Kaikissa pakollisissa kohdissa on tiedosto."))


def _residents(case: Application, _now: datetime) -> Hint:
    names = [row.name for row in case.municipalities.order_by("name_fi")]
    if names:
        return Hint("ok", _("Toiminnan kunnat: %(names)s.") % {"names": ", ".join(names)})
    return Hint("wait", _("Hakemuksessa ei ole yhtään hyvinvointialueen kuntaa."))


def _earlier_reports(case: Application, now: datetime) -> Hint:
    parties = Q(decision__application__organisation=case.organisation_id)
    if case.call.takes_joint:
        parties |= Q(decision__application__organisation__in=partner_organisations(case).values("organisation"))
    late = UseReport.objects.filter(parties, state__in=UNDELIVERED, due_on__lt=local_date(now)).order_by("due_on")
    first = late.first()
    if first is None:
        return Hint("ok", _("Yhtään käyttöselvitystä ei ole myöhässä."))
    count = late.count()
    text = ngettext(
        "%(count)s käyttöselvitys on myöhässä, vanhin %(day)s lähtien.",
        "%(count)s käyttöselvitystä on myöhässä, vanhin %(day)s lähtien.",
        count,
    )
    return Hint("wait", text % {"count": count, "day": format_date(first.due_on)})


def _double_funding(case: Application, _now: datetime) -> Hint | None:
    funding = [row.municipality.name for row in case.municipal_opinions.filter(stance="funds")]
    if funding:
        return Hint("wait", _("Kunta rahoittaa samaa toimintaa: %(names)s.") % {"names": ", ".join(funding)})
    return None


HINTS: dict[str, Callable[[Application, datetime], Hint | None]] = {
    "in_time": _in_time,
    "registered": _registered,
    "signed": _signed,
    "attachments": _attachments,
    "residents": _residents,
    "earlier_reports": _earlier_reports,
    "double_funding": _double_funding,
}
