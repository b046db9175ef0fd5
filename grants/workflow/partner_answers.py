"""The partner's verbs: confirm its task and share, decline, ask a change; in the portal or through a link.

A confirmation is of what stood on the page (``seen``): when the applicant has changed it meanwhile, nothing is
confirmed and the partner reads the new terms first.
"""

from datetime import datetime
from typing import Any

from django.core.signing import BadSignature
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.policies import get_allowed
from grants.joint import digest
from grants.life_cycles_partners import PARTNER
from grants.models import AnsweredVia, Application, ApplicationPartner
from grants.workflow.applications import happened, lock_application
from grants.workflow.case_events import path_of, tell_applicant
from grants.workflow.drafts import require_open
from grants.workflow.partner_news import path_of as partner_path
from grants.workflow.partners import lock_partner, signer
from organisations import timeline
from organisations.models import Visibility
from organisations.workflow.invitations import hash_token

#: What each answer says in the application's history.
_SAID = {
    "confirm": "Kumppani {name} vahvisti osuutensa.",
    "ask_change": "Kumppani {name} pyytää muutosta osuuteensa.",
    "decline": "Kumppani {name} ei lähde mukaan.",
}
_SUBJECTS = {
    "confirm": gettext_lazy("Kumppani vahvisti osuutensa: {name}"),
    "ask_change": gettext_lazy("Kumppani pyytää muutosta: {name}"),
    "decline": gettext_lazy("Kumppani ei lähde mukaan: {name}"),
}


@transaction.atomic
def answer_partner(
    partner: ApplicationPartner, *, answer: str, note: str = "", seen: str, by: Any, now: datetime
) -> ApplicationPartner:
    """Answer for the partner in the portal: ``confirm``, ``ask_change`` or ``decline`` (the two with words).

    The same answer again changes nothing. Http404 for who may not answer for it. Refused: ``call_closed`` and its
    kin, ``changed`` (the terms are no longer those of ``seen``), ``note_missing``, ``wrong_state``.
    """
    locked = lock_application(partner.application)
    get_allowed("grants.partner.answer", by, now=now, pk=partner.pk)
    row = lock_partner(partner, locked)
    return _answer(row, locked, answer, note, seen, by.full_name or by.email, AnsweredVia.PORTAL, by, now)


def find_by_link(token: str) -> ApplicationPartner | None:
    """Return the partner of a link that we signed for this purpose, whatever its state; None for any other."""
    try:
        signer().unsign(token)
    except BadSignature:
        return None
    rows = ApplicationPartner.objects.select_related(
        "organisation", "application__organisation__domicile", "application__call", "application__form_version"
    )
    return rows.filter(token_hash=hash_token(token)).first()


def is_link_open(partner: ApplicationPartner, now: datetime) -> bool:
    """Tell whether the link still takes its one answer: asked, in time, and the application is a draft."""
    return (
        partner.state == "asked"
        and partner.link_until is not None
        and now < partner.link_until
        and partner.application.state == "draft"
    )


@transaction.atomic
def answer_by_link(
    token: str, *, answer: str, note: str = "", name: str, seen: str, now: datetime
) -> ApplicationPartner:
    """Answer for a partner that is not in the portal, through its personal link; ``name`` is who answers.

    The link is good for one answer. Refused: ``no_such_link``, ``link_expired``, ``link_used``, ``name_missing`` and
    what ``answer_partner`` refuses.
    """
    found = find_by_link(token)
    if found is None:
        raise Refused("no_such_link", _("Linkki ei toimi. Pyydä hakijalta uusi."))
    locked = lock_application(found.application)
    row = lock_partner(found, locked)
    if row.token_hash != hash_token(token):  # a new link was sent in the same instant
        raise Refused("no_such_link", _("Linkki ei toimi. Pyydä hakijalta uusi."))
    if row.state != "asked":
        if _is_same(row, answer, note, seen):
            return row
        raise Refused(
            "link_used", _("Linkillä on jo vastattu. Jos haluatte muuttaa vastausta, ottakaa yhteyttä hakijaan.")
        )
    if row.link_until is None or now >= row.link_until:
        raise Refused("link_expired", _("Linkki on vanhentunut. Pyydä hakijalta uusi."))
    if not name.strip():
        raise Refused("name_missing", _("Kirjoita nimesi ja asemasi, jotta hakija tietää, kuka vastasi."))
    return _answer(row, locked, answer, note, seen, name.strip(), AnsweredVia.LINK, None, now)


def _is_same(row: ApplicationPartner, answer: str, note: str, seen: str) -> bool:
    """Tell whether this very answer stands already."""
    if answer == "confirm":
        return row.state == "confirmed" and seen == row.confirmed_terms
    return (
        row.state == {"ask_change": "change_asked", "decline": "declined"}[answer] and row.answer_note == note.strip()
    )


def _answer(
    row: ApplicationPartner,
    application: Application,
    answer: str,
    note: str,
    seen: str,
    name: str,
    via: str,
    by: Any,
    now: datetime,
) -> ApplicationPartner:
    if _is_same(row, answer, note, seen):
        return row
    if application.state != "draft":
        raise Refused("wrong_state", _("Hakemus on jo lähetetty, joten vastausta ei voi enää muuttaa."))
    require_open(application.call, now)
    target = PARTNER.check(row.state, answer)
    current = digest(row)
    if answer == "confirm" and seen != current:
        raise Refused(
            "changed",
            _(
                "Hakija on muuttanut tehtäväänne tai osuuttanne sen jälkeen, kun avasit sivun. Lue uudet tiedot ja "
                "vastaa sitten."
            ),
        )
    words = note.strip()
    if answer != "confirm" and not words:
        raise Refused("note_missing", _("Kirjoita hakijalle, mitä pitää muuttaa tai miksi ette lähde mukaan."))
    row.state, row.answer_note = target, words
    row.answered_at, row.answered_by, row.answered_name, row.answered_via = now, by, name[:150], via
    row.confirmed_terms = current if target == "confirmed" else ""
    row.save()
    _tell(row, application, answer, by, now)
    return row


def _tell(row: ApplicationPartner, application: Application, answer: str, by: Any, now: datetime) -> None:
    happened(application, answer, _SAID[answer].format(name=row.shown_name), by=by, now=now)
    if row.organisation:
        texts = {
            "confirm": "Järjestö vahvisti osuutensa yhteishakemuksessa",
            "ask_change": "Järjestö pyysi muutosta osuuteensa yhteishakemuksessa",
            "decline": "Järjestö ei lähtenyt mukaan yhteishakemukseen",
        }
        timeline.write(
            row.organisation,
            f"{application.call.title_fi}: {texts[answer]}. Hakija: {application.organisation.name}.",
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
            link=partner_path(row) if answer != "decline" else "",
        )
    tell_applicant(
        application,
        "joint_answered",
        format_lazy(_SUBJECTS[answer], name=row.shown_name),
        {
            "partner": row,
            "answer": answer,
            "path": path_of("application_partners", application.organisation_id, application.pk),
        },
        key=f"{row.pk}:{row.times_asked}:{answer}:{now.isoformat()}",
        now=now,
    )
