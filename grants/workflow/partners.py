"""The applicant's verbs on the partners of a joint application: name, change, remove, ask to confirm.

Every one locks the application's row first, then the partner's; so do the partner's answers
(``grants.workflow.partner_answers``) and sending, which asks that every partner has confirmed what stands.
"""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.signing import Signer
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from grants.joint import digest, lead_share_of
from grants.life_cycles_partners import PARTNER
from grants.models import AnsweredVia, Application, ApplicationPartner, LeadShare
from grants.models.partners import MOST_PARTNERS
from grants.policies.base import SENDERS, represented
from grants.workflow.drafts import lock_draft, touch
from grants.workflow.partner_news import NOT_TOLD, path_of, receivers_of, tell_partner
from notifications import outbox
from organisations.models import Membership, Organisation
from organisations.workflow.guards import constraint_says, members
from organisations.workflow.invitations import hash_token

#: How long a partner's link is good, unless the call closes before that.
LINK_LIFE = timedelta(days=14)
#: A second press this soon sends nothing: it is the same request.
ASK_AGAIN_AFTER = timedelta(minutes=10)
#: So many times one partner may be asked in one application.
MOST_ASKED = 10
#: The signature is for this purpose only: a link of another kind is no link here.
SALT = "grants.partner.confirm"


def signer() -> Signer:
    """Return what signs the links; the dot does not occur in a token."""
    return Signer(salt=SALT, sep=".")


def lock_partner(partner: ApplicationPartner, application: Application) -> ApplicationPartner:
    """Return the partner's row as it stands, locked; refused ``gone`` when it has been removed."""
    rows = ApplicationPartner.objects.select_for_update(of=("self",)).select_related("organisation", "added_by")
    found = rows.filter(pk=partner.pk, application=application).first()
    if found is None:
        raise Refused("gone", _("Kumppani on poistettu hakemuksesta. Lataa sivu uudelleen."))
    found.application = application
    return found


@transaction.atomic
def add_partner(
    application: Application,
    *,
    organisation: Organisation | None = None,
    name: str = "",
    contact_name: str = "",
    contact_email: str = "",
    task: str,
    grant_share: Decimal | None = None,
    own_share: Decimal | None = None,
    by: Any,
    now: datetime,
) -> ApplicationPartner:
    """Name a partner in a draft; sums are euros. Of what comes on paper it stands as confirmed on paper.

    An organisation of the register is named by ``organisation``, another by ``name`` with its contact person. The
    address is where the link goes when nobody of the partner is in the portal. The same partner again is the one
    that stands.

    Refuses what ``lock_draft`` refuses, ``not_joint``, ``is_applicant``, ``already``, ``too_many``,
    ``address_missing``, ``own_address`` and ``own_organisation`` (an officer's own, on paper).
    """
    locked = lock_draft(application, by=by, now=now)
    if not locked.call.takes_joint:
        raise Refused("not_joint", _("Tähän hakuun ei haeta yhdessä. Jokainen järjestö hakee yksin."))
    given = ApplicationPartner(
        application=locked,
        organisation=organisation,
        name="" if organisation else name.strip(),
        contact_name=contact_name.strip(),
        contact_email=contact_email.strip().lower(),
        task=task.strip(),
        grant_share=grant_share,
        own_share=own_share,
        added_by=by,
        added_at=now,
    )
    standing = _same(locked, given)
    if standing is not None:
        return standing
    _check_new(locked, given, by, now)
    with constraint_says("grants_partner_once", "already", _("Tämä järjestö on jo kumppanina hakemuksessa.")):
        given.save()
    if locked.is_unsent_paper:
        _confirm_on_paper(given, locked)
    touch(locked, by, now)
    return given


def _same(application: Application, given: ApplicationPartner) -> ApplicationPartner | None:
    """Return the partner that stands already with the same terms: a double press is one partner."""
    rows = application.partners.filter(organisation=given.organisation, name=given.name)
    return next((row for row in rows if digest(row) == digest(given)), None)


def _check_new(application: Application, given: ApplicationPartner, by: Any, now: datetime) -> None:
    if given.organisation_id == application.organisation_id:
        raise Refused("is_applicant", _("Järjestönne on itse hakija. Kirjaa kumppaniksi toinen järjestö."))
    if application.partners.count() >= MOST_PARTNERS:
        raise Refused("too_many", _("Kumppaneita voi olla enintään %(most)s.") % {"most": MOST_PARTNERS})
    if application.is_unsent_paper:
        if given.organisation and represented(by, now).filter(organisation=given.organisation).exists():
            raise Refused(
                "own_organisation", _("Toimit itse tässä järjestössä. Pyydä toista virkailijaa kirjaamaan hakemus.")
            )
        return
    _check_address(application, given, now)


def _check_address(application: Application, partner: ApplicationPartner, now: datetime) -> None:
    """Refuse a partner that nobody can confirm, or that the applicant would confirm itself."""
    if partner.organisation and members(partner.organisation, now, *SENDERS):
        return
    if not partner.contact_email:
        raise Refused(
            "address_missing",
            _(
                "Kumppanilla ei ole Yhdyspinnassa ketään, joka voisi vahvistaa. Anna sähköpostiosoite, johon linkki "
                "lähtee."
            ),
        )
    own = application.organisation
    addresses = {own.contact_email.lower(), own.email.lower()}
    people = Membership.objects.in_force(now).filter(organisation=own, user__email__iexact=partner.contact_email)
    if partner.contact_email in addresses or people.exists():
        raise Refused(
            "own_address", _("Tämä on oman järjestönne osoite. Anna kumppanin osoite: kumppani vahvistaa itse.")
        )


def _confirm_on_paper(partner: ApplicationPartner, application: Application) -> None:
    """Write that the paper has the partner's confirmation, on the day on which it arrived."""
    partner.state = PARTNER.check(partner.state, "confirm_on_paper")
    partner.answered_via, partner.answered_name = AnsweredVia.PAPER, partner.contact_name
    partner.answered_at, partner.confirmed_terms = application.arrived_at, digest(partner)
    partner.save(update_fields=["state", "answered_via", "answered_name", "answered_at", "confirmed_terms"])


@transaction.atomic
def change_partner(
    partner: ApplicationPartner,
    *,
    task: str,
    grant_share: Decimal | None,
    own_share: Decimal | None,
    contact_name: str = "",
    contact_email: str = "",
    seen: str,
    by: Any,
    now: datetime,
) -> ApplicationPartner:
    """Change a partner's task, shares or contact person; ``seen`` is the ``digest`` with which the page was opened.

    When the task or a share changes, this partner's answer falls away and it must confirm again; the others' stand.
    Refuses what ``lock_draft`` refuses, ``gone``, ``stale`` (somebody else changed it), ``address_missing`` and
    ``own_address``.
    """
    locked = lock_draft(partner.application, by=by, now=now)
    row = lock_partner(partner, locked)
    before = digest(row)
    email_before = row.contact_email
    row.task, row.grant_share, row.own_share = task.strip(), grant_share, own_share
    row.contact_name, row.contact_email = contact_name.strip(), contact_email.strip().lower()
    has_changed = digest(row) != before
    if has_changed and seen != before:
        raise Refused(
            "stale", _("Kumppanin tehtävää tai osuutta on muutettu sen jälkeen, kun avasit sivun. Vertaa ja tallenna.")
        )
    if row.contact_email != email_before:
        _check_address(locked, row, now)
        row.token_hash = None  # the link in the earlier address no longer works
    if has_changed:
        row.state = PARTNER.check(row.state, "change_partner")
        if row.state == "named":
            row.confirmed_terms = ""
    row.save()
    if locked.is_unsent_paper and row.state == "named":
        _confirm_on_paper(row, locked)
    touch(locked, by, now)
    return row


@transaction.atomic
def remove_partner(partner: ApplicationPartner, *, by: Any, now: datetime) -> None:
    """Take a partner out of the draft; one that was asked is told. What has been sent is kept with its submission.

    Done twice it is done once. Refuses what ``lock_draft`` refuses.
    """
    locked = lock_draft(partner.application, by=by, now=now)
    row = locked.partners.select_for_update(of=("self",)).filter(pk=partner.pk).first()
    if row is None:
        return
    if row.state not in NOT_TOLD and not locked.is_unsent_paper:
        tell_partner(row, locked, "removed", key=f"{row.times_asked}", now=now)
    if locked.received_at is not None:
        row.removed_at, row.token_hash = now, None
        row.save(update_fields=["removed_at", "token_hash"])
    else:
        row.delete()
    touch(locked, by, now)


@transaction.atomic
def set_lead_share(
    application: Application,
    *,
    task: str,
    grant_share: Decimal | None,
    own_share: Decimal | None,
    by: Any,
    now: datetime,
) -> LeadShare:
    """Write what the applicant itself does, and with which part of the money in euros; partners' answers stand.

    Refuses what ``lock_draft`` refuses and ``not_joint``.
    """
    locked = lock_draft(application, by=by, now=now)
    if not locked.call.takes_joint:
        raise Refused("not_joint", _("Tähän hakuun ei haeta yhdessä. Jokainen järjestö hakee yksin."))
    values = {"task": task.strip(), "grant_share": grant_share, "own_share": own_share}
    made, _is_new = LeadShare.objects.update_or_create(application=locked, defaults=values)
    touch(locked, by, now)
    return made


@transaction.atomic
def ask_partner(partner: ApplicationPartner, *, by: Any, now: datetime) -> ApplicationPartner:
    """Ask the partner to confirm: its people in the portal, else by a personal link to the address given.

    A new link ends the earlier one. Pressed again within ten minutes it sends nothing. Refuses what ``lock_draft``
    refuses, ``gone``, ``on_paper``, ``wrong_state`` (confirmed already), ``address_missing``, ``own_address`` and
    ``asked_enough`` (ten times).
    """
    locked = lock_draft(partner.application, by=by, now=now)
    row = lock_partner(partner, locked)
    if locked.is_unsent_paper:
        raise Refused("on_paper", _("Paperihakemuksen kumppanit on vahvistettu paperilla."))
    if row.state == "asked" and row.asked_at is not None and now - row.asked_at < ASK_AGAIN_AFTER:
        return row
    target = PARTNER.check(row.state, "ask_partner")
    _check_address(locked, row, now)
    if row.times_asked >= MOST_ASKED:
        raise Refused(
            "asked_enough", _("Kumppanilta on jo pyydetty vahvistusta monta kertaa. Soita kumppanille ja sovi asiasta.")
        )
    row.state, row.asked_by, row.asked_at = target, by, now
    row.times_asked += 1
    row.answer_note, row.confirmed_terms = "", ""
    is_by_link = not (row.organisation and members(row.organisation, now, *SENDERS))
    token = signer().sign(secrets.token_urlsafe(32)) if is_by_link else ""
    row.token_hash = hash_token(token) if token else None
    row.link_until = min(now + LINK_LIFE, locked.call.closes_at) if token else None
    row.save()
    _write(row, locked, token, by, now)
    return row


def _write(partner: ApplicationPartner, application: Application, token: str, by: Any, now: datetime) -> None:
    with translation.override("fi"):
        path = reverse("grants:partner_link", args=[token]) if token else path_of(partner)
    for who, to in receivers_of(partner, now).items():
        outbox.queue(
            kind="grants.joint_asked",
            to=to,
            subject=format_lazy(
                gettext_lazy("Vahvistakaa osuutenne yhteishakemuksessa: {call}"), call=application.call.title
            ),
            template="emails/grants/joint_asked",
            context={
                "application": application,
                "call": application.call,
                "organisation": application.organisation,
                "partner": partner,
                "asker": by,
                "path": path,
                "until": partner.link_until or application.call.closes_at,
                "is_link": bool(token),
            },
            dedup_key=f"grants.joint_asked:{partner.pk}:{partner.times_asked}:{who}",
            language=by.language if token else None,
            required=bool(token),
            secret=bool(token),
            now=now,
        )


def suggest_partners(earlier: Application, application: Application, *, by: Any, now: datetime) -> None:
    """Begin the draft with the partners of the earlier application, unconfirmed and without sums.

    Part of ``grants.workflow.prefill.start_from_earlier``, in its transaction and under its lock.
    """
    if not application.call.takes_joint or application.partners.exists():
        return
    rows = earlier.partners.exclude(organisation=application.organisation_id)
    ApplicationPartner.objects.bulk_create(
        ApplicationPartner(
            application=application,
            organisation=row.organisation,
            name=row.name,
            contact_name=row.contact_name,
            contact_email=row.contact_email,
            task=row.task,
            added_by=by,
            added_at=now,
        )
        for row in rows.order_by("pk")[:MOST_PARTNERS]
    )
    lead = lead_share_of(earlier)
    if lead:
        LeadShare.objects.get_or_create(application=application, defaults={"task": lead.task})
