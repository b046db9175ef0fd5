"""What partners of a joint application are told, and how they are put back when a reopened one was not sent again."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants.models import Application, ApplicationPartner, LeadShare
from grants.policies.base import SENDERS
from notifications import outbox
from organisations import timeline
from organisations.models import Visibility
from organisations.workflow.guards import members

#: What the subject of a partner's message says, by what happened.
_SUBJECTS = {
    "sent": _("Yhteishakemus on lähetetty: {call}"),
    "withdrawn": _("Yhteishakemus on peruutettu: {call}"),
    "removed": _("Ette ole enää mukana yhteishakemuksessa: {call}"),
}
_TIMELINE = {
    "sent": "Yhteishakemus, jossa järjestö on kumppanina, lähetettiin",
    "withdrawn": "Yhteishakemus, jossa järjestö on kumppanina, peruutettiin",
    "removed": "Järjestö ei ole enää kumppanina yhteishakemuksessa",
}
#: Partners in these states have never been asked, or have said no: they are not told what follows.
NOT_TOLD = ("named", "declined")


def path_of(partner: ApplicationPartner) -> str:
    """Return the partner's own page of the joint application, without a language in front."""
    if partner.organisation_id is None:
        return ""
    with translation.override("fi"):
        return reverse("grants:partnership", args=[partner.organisation_id, partner.pk])


def receivers_of(partner: ApplicationPartner, now: datetime) -> dict[str, Any]:
    """Return who answers for the partner: its signatories and admins in the portal, else the address given."""
    people = members(partner.organisation, now, *SENDERS) if partner.organisation else []
    if people:
        return {str(person.pk): person for person in people}
    return {"address": partner.contact_email} if partner.contact_email else {}


def tell_partners(application: Application, what: str, *, key: str, now: datetime) -> None:
    """Tell the partners that were asked what has become of the application: ``sent`` or ``withdrawn``.

    Part of the verb that did it, in its transaction; no query where the call takes no joint applications.
    """
    if not application.call.takes_joint:
        return
    rows = application.partners.exclude(state__in=NOT_TOLD).select_related("organisation", "added_by").order_by("pk")
    for partner in rows:
        tell_partner(partner, application, what, key=key, now=now)


def tell_partner(partner: ApplicationPartner, application: Application, what: str, *, key: str, now: datetime) -> None:
    """Tell one partner, and write it on its timeline."""
    is_reader = what != "removed" and partner.organisation_id is not None
    for who, to in receivers_of(partner, now).items():
        outbox.queue(
            kind="grants.joint_told",
            to=to,
            subject=format_lazy(_SUBJECTS[what], call=application.call.title),
            template="emails/grants/joint_told",
            context={
                "application": application,
                "call": application.call,
                "organisation": application.organisation,
                "partner": partner,
                "what": what,
                "path": path_of(partner) if is_reader and who != "address" else "",
            },
            dedup_key=f"grants.joint_told:{partner.pk}:{what}:{key}:{who}",
            language=partner.added_by.language if who == "address" else None,
            required=True,
            now=now,
        )
    if partner.organisation:
        timeline.write(
            partner.organisation,
            f"{application.call.title_fi}: {_TIMELINE[what]}. Hakija: {application.organisation.name}.",
            visibility=Visibility.ORGANISATION,
            now=now,
            link=path_of(partner) if is_reader else "",
        )


def restore_partners(application: Application, content: dict[str, Any], *, now: datetime) -> None:
    """Put the partners back as the submission's ``content`` has them; part of ``restore_unsent``, in its transaction.

    A confirmation is put back with the terms that it was given for, so that nobody is asked again.
    """
    if not application.call.takes_joint:
        return
    joint = content.get("joint") or {"partners": [], "lead": None}
    sent = {row["id"]: row for row in joint["partners"]}
    of_this = ApplicationPartner.everything.filter(application=application)
    of_this.exclude(pk__in=sent).filter(removed_at__isnull=True).update(removed_at=now)
    for partner in of_this.filter(pk__in=sent).order_by("pk"):
        _restore(partner, sent[partner.pk])
    LeadShare.objects.filter(application=application).delete()
    if joint["lead"] and joint["lead"]["task"]:
        lead = joint["lead"]
        LeadShare.objects.create(
            application=application,
            task=lead["task"],
            grant_share=_sum(lead["grant_share"]),
            own_share=_sum(lead["own_share"]),
        )


def _restore(partner: ApplicationPartner, row: dict[str, Any]) -> None:
    if partner.state == "confirmed" and partner.confirmed_terms == row["confirmed_terms"] and not partner.removed_at:
        return
    if partner.state == "confirmed":  # other terms never come under a confirmation that stands
        partner.state = "named"
        partner.save(update_fields=["state"])
    partner.removed_at = None
    partner.task = row["task"]
    partner.grant_share, partner.own_share = _sum(row["grant_share"]), _sum(row["own_share"])
    partner.state, partner.confirmed_terms = row["state"], row["confirmed_terms"]
    partner.answered_name, partner.answered_via = row["confirmed_by"], row["confirmed_via"]
    partner.answered_at = datetime.fromisoformat(row["confirmed_at"]) if row["confirmed_at"] else None
    partner.answered_by, partner.token_hash = None, None
    partner.save()


def _sum(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
