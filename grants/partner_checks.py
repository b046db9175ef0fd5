"""What is missing from the partners of a joint application: part of the rule of completeness."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from grants.form_definition import Definition, Page
from grants.joint import grant_differs_text, lead_share_of, own_differs_text, sums_of
from grants.models import ApplicationPartner, Joint
from grants.problems import WRONG, Problem

#: Where on the page of partners each thing is mended.
PARTNERS, SHARES = "kumppanit", "osuudet"


def partner_problems(page: Page, application: Any, definition: Definition) -> Iterator[Problem]:
    """Yield what is missing from or wrong with the partners; nothing where one may apply alone and does."""
    key = page["key"]
    partners = list(application.partners.all())
    if not partners:
        if application.call.joint == Joint.DEMANDED:
            yield Problem(key, PARTNERS, _("Kumppani puuttuu. Tähän haetaan yhdessä: lisää ainakin yksi kumppani."))
        return
    for partner in partners:
        yield from _confirmation(key, partner)
    yield from _shares(key, application, partners, definition)


def _confirmation(key: str, partner: ApplicationPartner) -> Iterator[Problem]:
    texts = {
        "named": _("Kumppanin vahvistus puuttuu: %(name)s. Pyydä vahvistus tai poista kumppani."),
        "asked": _("Kumppani ei ole vielä vahvistanut osuuttaan: %(name)s. Odota vastausta tai poista kumppani."),
        "change_asked": _("Kumppani pyytää muutosta: %(name)s. Muuta osuutta ja pyydä vahvistus uudelleen."),
        "declined": _("Kumppani ei lähde mukaan: %(name)s. Poista kumppani tai pyydä uudelleen."),
    }
    text = texts.get(partner.state)
    if text is not None:
        kind = WRONG if partner.state in ("change_asked", "declined") else "missing"
        yield Problem(key, f"kumppani-{partner.pk}", text % {"name": partner.shown_name}, kind)


def _shares(
    key: str, application: Any, partners: list[ApplicationPartner], definition: Definition
) -> Iterator[Problem]:
    lead = lead_share_of(application)
    if lead is None or not lead.task:
        yield Problem(key, SHARES, _("Oman järjestönne tehtävä puuttuu. Kirjoita, mitä te itse teette."))
    must_match = application.call.joint_shares
    if must_match:
        missing = [] if lead is None or lead.grant_share is not None else [application.organisation.name]
        missing += [partner.shown_name for partner in partners if partner.grant_share is None]
        for name in missing:
            yield Problem(
                key, SHARES, _("Osuus avustuksesta puuttuu: %(name)s. Kirjoita summa tai 0.") % {"name": name}
            )
        if missing or lead is None:
            return
    sums = sums_of(application, definition, [lead, *partners] if lead else partners)
    is_over = sums.asked is not None and sums.grant > sums.asked
    if is_over or (must_match and sums.grant_differs):
        yield Problem(key, SHARES, grant_differs_text(sums), WRONG)
    if must_match and sums.own_differs:
        yield Problem(key, SHARES, own_differs_text(sums), WRONG)
