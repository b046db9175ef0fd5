"""Candidates: proposed by an NGO, consenting themselves through a link, withdrawn."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from liaisons.asked import asked_organisations
from liaisons.letters import letter, said
from liaisons.models import CANDIDATE, LIVE, Candidate, NominationCall, Wish
from organisations import timeline
from organisations.models import Organisation, Visibility
from organisations.workflow.guards import constraint_says, require
from organisations.workflow.invitations import hash_token

#: A consent may come a little after the last proposals, so that one proposed on the last day can answer.
CONSENT_AFTER = timedelta(days=7)
CONSENT = _(
    "Suostun ehdokkaaksi toimielimeen %(body)s toimikaudeksi, joka alkaa %(start)s. Ehdottaja on %(ngo)s. Nimeni, "
    "sähköpostiosoitteeni ja ehdottajan perustelut annetaan valitsijalle (%(chooser)s). Jos minut valitaan, nimeni, "
    "edustamani järjestö ja toimikausi ovat julkisia. Jos minua ei valita, tietoni poistetaan kahden vuoden kuluttua "
    "haun päättymisestä."
)


@transaction.atomic
def propose_candidate(
    call: NominationCall,
    *,
    organisation: Organisation,
    full_name: str,
    email: str,
    wish: str,
    grounds: str,
    by: Any,
    now: datetime,
) -> Candidate:
    """An NGO proposes a candidate, who gets a link to consent or decline.

    Order of effects: call's row, candidate, letter with the link (only its hash is kept), timeline. Refused:
    not_allowed, not_open, not_asked, already_candidate (also when another NGO has proposed the same person).
    """
    call = get_allowed("liaisons.nomination.public", by, now=now, lock=True, pk=call.pk)
    require("organisations.prepare", by, organisation, now)
    if not call.takes_proposals(now):
        raise Refused("not_open", _("Ehdotusten aika on päättynyt. Kysy valitsijan sihteeriltä, voiko vielä ehdottaa."))
    if not asked_organisations(call, now).filter(pk=organisation.pk).exists():
        raise Refused("not_asked", _("Tässä haussa ehdokkaita pyydetään muilta järjestöiltä."))
    return _propose(call, organisation, full_name, email, wish, grounds, by, now)


@transaction.atomic
def enter_candidate(
    call: NominationCall,
    *,
    organisation: Organisation,
    full_name: str,
    email: str,
    wish: str,
    grounds: str,
    received_as: str,
    by: Any,
    now: datetime,
) -> Candidate:
    """The chooser's office enters a proposal that came on paper or by telephone; a late one is marked as late.

    Late proposals are taken until the choice has been made.
    """
    call = get_allowed("liaisons.nomination.manage", by, now=now, lock=True, pk=call.pk)
    if call.state != "open":
        raise Refused("not_open", _("Haku ei ole avoinna, eikä siihen voi lisätä ehdokasta."))
    late = now >= call.deadline
    return _propose(call, organisation, full_name, email, wish, grounds, by, now, is_late=late, received_as=received_as)


def _propose(
    call: NominationCall,
    organisation: Organisation,
    full_name: str,
    email: str,
    wish: str,
    grounds: str,
    by: Any,
    now: datetime,
    **source: Any,
) -> Candidate:
    address = email.strip().lower()
    mine = Candidate.objects.filter(call=call, organisation=organisation, email=address, state__in=LIVE).first()
    if mine:
        return mine
    token = secrets.token_urlsafe(32)
    with constraint_says(
        "liaisons_candidate_once_a_call",
        "already_candidate",
        _("Tämä henkilö on jo ehdolla tässä haussa. Ehdota toista henkilöä."),
    ):
        row = Candidate.objects.create(
            call=call,
            organisation=organisation,
            full_name=full_name.strip(),
            email=address,
            wish=Wish(wish),
            grounds=grounds,
            proposed_by=by,
            proposed_at=now,
            token_hash=hash_token(token),
            consent_text=_consent_text(call, organisation),
            consent_asked_at=now,
            consent_until=max(call.deadline, now) + CONSENT_AFTER,
            **source,
        )
    _ask_consent(row, token, now)
    timeline.write(
        organisation,
        _("Järjestö ehdotti edustajaa %(name)s: %(title)s"),
        {"name": row.full_name, "title": call.title},
        visibility=Visibility.ORGANISATION,
        link=reverse("liaisons:own_candidate", args=[organisation.pk, row.pk]),
        now=now,
        by=by,
    )
    return row


def _consent_text(call: NominationCall, organisation: Organisation) -> str:
    with translation.override("fi"):
        return str(
            said(
                CONSENT,
                body=call.body.name_fi,
                start=call.valid_from,
                ngo=organisation.name,
                chooser=call.chooser.name_fi,
            )
        )


def _ask_consent(row: Candidate, token: str, now: datetime) -> None:
    letter(
        "candidate_consent",
        row.email,
        said(_("Suostutko ehdokkaaksi? %(title)s"), title=row.call.title),
        [
            said(
                _("%(ngo)s ehdottaa sinua toimielimeen %(body)s."), ngo=row.organisation.name, body=row.call.body.name
            ),
            said(
                _("Olet ehdolla vain, jos itse suostut. Vastaa viimeistään %(until)s. Voit myös kieltäytyä."),
                until=row.consent_until,
            ),
        ],
        path=reverse("liaisons:consent", args=[token]),
        button=_("Lue ja vastaa"),
        key=f"{row.pk}:{row.token_hash[:16]}",
        now=now,
        language=row.proposed_by.language,
        secret=True,
    )


def find_candidate(token: str) -> Candidate | None:
    """Return the candidate of a link, whatever the state, or None for a link that never was."""
    rows = Candidate.objects.select_related("call__body", "call__chooser", "organisation", "proposed_by")
    return rows.filter(token_hash=hash_token(token)).first()


@transaction.atomic
def ask_consent_again(candidate: Candidate, *, by: Any, now: datetime) -> Candidate:
    """Send a new link in place of the old one, which no longer works. Refused("answered") once there is an answer."""
    row: Candidate = get_allowed("liaisons.candidate.withdraw", by, now=now, lock=True, pk=candidate.pk)
    if row.state != "proposed":
        raise Refused("answered", _("Ehdokas on jo vastannut."))
    token = secrets.token_urlsafe(32)
    row.token_hash, row.consent_asked_at = hash_token(token), now
    row.consent_until = max(row.call.deadline, now) + CONSENT_AFTER
    row.save(update_fields=["token_hash", "consent_asked_at", "consent_until"])
    _ask_consent(row, token, now)
    return row


@transaction.atomic
def answer_as_candidate(token: str, *, consents: bool, note: str = "", now: datetime) -> Candidate:
    """The candidate consents or declines through the link; no account is needed. The same answer again changes nothing.

    Who has consented may still decline until the choice. Refused: no_such_link, link_expired, wrong_state.
    """
    found = find_candidate(token)
    if found is None:
        raise Refused("no_such_link", _("Linkki ei toimi. Pyydä ehdottajalta uusi."))
    row = Candidate.objects.select_for_update(of=("self",)).get(pk=found.pk)
    target = "consented" if consents else "declined"
    if row.state == target:
        return found
    if now > row.consent_until:
        raise Refused("link_expired", _("Vastausaika on päättynyt. Ota yhteyttä ehdottajaan."))
    found.state = row.state = CANDIDATE.check(row.state, "consent" if consents else "decline")
    found.answered_at = row.answered_at = now
    row.answer_note = note.strip()
    row.save(update_fields=["state", "answered_at", "answer_note"])
    words = _("%(name)s suostui ehdokkaaksi: %(title)s") if consents else _("%(name)s ei suostu ehdokkaaksi: %(title)s")
    link = reverse("liaisons:own_candidate", args=[found.organisation_id, found.pk])
    values = {"name": found.full_name, "title": found.call.title}
    timeline.write(found.organisation, words, values, visibility=Visibility.ORGANISATION, link=link, now=now)
    letter(
        "candidate_answered",
        found.proposed_by,
        said(words, **values),
        ["" if consents else _("Voit ehdottaa toista henkilöä, jos aikaa on vielä jäljellä.")],
        path=link,
        button=_("Katso ehdotus"),
        key=f"{found.pk}:{target}",
        now=now,
    )
    return found


@transaction.atomic
def withdraw_candidate(candidate: Candidate, *, by: Any, now: datetime) -> Candidate:
    """The NGO (or the chooser's office at its request) takes the proposal back, and the candidate is told."""
    row: Candidate = get_allowed("liaisons.candidate.withdraw", by, now=now, lock=True, pk=candidate.pk)
    if row.state == "withdrawn":
        return row
    row.state = CANDIDATE.check(row.state, "withdraw_candidate")
    row.save(update_fields=["state"])
    timeline.write(
        row.organisation,
        _("Ehdotus peruttiin: %(name)s, %(title)s"),
        {"name": row.full_name, "title": row.call.title},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
    )
    letter(
        "candidate_withdrawn",
        row.email,
        said(_("Ehdokkuutesi on peruttu: %(title)s"), title=row.call.title),
        [said(_("%(ngo)s perui ehdotuksensa."), ngo=row.organisation.name)],
        path=row.call.get_absolute_url(),
        button=_("Katso haku"),
        key=str(row.pk),
        now=now,
        language=row.proposed_by.language,
    )
    return row
