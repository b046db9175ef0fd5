"""The verbs of sites: make, describe, name who manages, publish terms, take out of use."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.errors import Refused
from common.locks import advisory_lock
from common.policies import get_allowed
from county.models import Municipality
from liaisons.letters import said
from liaisons.workflow.saving import save_checked
from organisations.models import Organisation
from premises.mails import letter
from premises.models import Booking, Room, Site, UseTerms
from premises.policies.keeping import may_keep_register


@transaction.atomic
def add_site(
    *,
    name_fi: str,
    municipality: Municipality,
    organisation: Organisation | None = None,
    by: Any,
    now: datetime,
    **facts: Any,
) -> Site:
    """Make a site of the county, or one in which ``organisation`` offers rooms. The same again is the one that stands.

    The coordinator makes the county's; an organisation's own people theirs. Raises ``Http404`` for others. Refused:
    name_taken (one with other facts), site_refused (with the reason).
    """
    if organisation is not None:
        get_allowed("organisations.prepare", by, now=now, lock=True, pk=organisation.pk)
        facts["kind"] = "ngo_house"
    elif not may_keep_register(by, now):
        raise Http404
    advisory_lock("premises.site", municipality.pk)
    same = Site.objects.filter(organisation=organisation, municipality=municipality, name_fi__iexact=name_fi.strip())
    found: Site | None = same.first()
    if found is not None:
        return same_or_refused(found, facts, _("Kunnassa on jo tämänniminen toimipaikka. Avaa se luettelosta."))
    row = Site(name_fi=name_fi, municipality=municipality, organisation=organisation, **facts)
    save_checked(row, "site_refused")
    return row


@transaction.atomic
def edit_site(site: Site, *, by: Any, now: datetime, **facts: Any) -> Site:
    """Change what is told of a site. Refused: site_refused (with the reason)."""
    row = lock_site(site, by, now)
    for name, value in facts.items():
        setattr(row, name, value)
    save_checked(row, "site_refused")
    return row


@transaction.atomic
def name_managers(site: Site, *, manager: Any, deputy: Any, by: Any, now: datetime) -> Site:
    """Name who manages the site and who stands in; ``None`` leaves the place empty.

    Who is new gets a letter. An organisation's site is managed by its own people. Raises ``Http404`` for others than
    the coordinator and an organisation's editors. Refused: inactive, not_a_member, site_refused (the same person
    twice).
    """
    get_allowed("premises.site.name_manager", by, now=now, pk=site.pk)
    row: Site = Site.objects.select_for_update().get(pk=site.pk)
    for person in (manager, deputy):
        if person is None:
            continue
        if not person.is_active:
            raise Refused("inactive", _("Henkilön tunnus on suljettu. Valitse joku muu."))
        if row.organisation_id and not _acts_for(person, row.organisation_id, now):
            raise Refused("not_a_member", _("Järjestön tilaa hoitaa henkilö, jolla on rooli järjestössä."))
    before = {row.manager_id, row.deputy_id}
    row.manager, row.deputy = manager, deputy
    save_checked(row, "site_refused")
    for person, is_manager in ((manager, True), (deputy, False)):
        if person is not None and person.pk not in before and person.pk != by.pk:
            _tell_named(row, person, is_manager, now)
    return row


def _tell_named(site: Site, person: Any, is_manager: bool, now: datetime) -> None:
    """Write to a new manager or deputy what it means and where the work is."""
    head = (
        _("Sinut on nimetty tilavastaavaksi: %(site)s.")
        if is_manager
        else _("Sinut on nimetty tilavastaavan sijaiseksi: %(site)s.")
    )
    lines = [
        said(head, site=site),
        _("Vahvistat varaukset, pidät tilojen tiedot ja kulkuohjeet ajan tasalla ja vastaat vikailmoituksiin."),
        _("Saat viestin, kun varaus odottaa vastaustasi. Jos tehtävä ei kuulu sinulle, kerro siitä koordinaattorille."),
    ]
    letter(
        "manager_named",
        person,
        said(head, site=site),
        lines,
        path=reverse("premises:site_desk", args=[site.pk]),
        button=_("Avaa toimipaikka"),
        key=f"{site.pk}:{'manager' if is_manager else 'deputy'}:{now.isoformat()}",
        now=now,
    )


def _acts_for(person: Any, organisation: int, now: datetime) -> bool:
    return Organisation.objects.filter(
        pk=organisation, memberships__in=person.memberships.in_force(now).values("pk")
    ).exists()


@transaction.atomic
def publish_terms(
    site: Site | None, *, text_fi: str, text_sv: str = "", text_en: str = "", by: Any, now: datetime
) -> UseTerms:
    """Publish a new version of the terms of use: of one site, or (None) of all that have none of their own.

    The same texts again are the version that stands. Raises ``Http404`` for who may not. Refused: no_words.
    """
    if site is not None:
        site = lock_site(site, by, now)
    elif not may_keep_register(by, now):
        raise Http404
    advisory_lock("premises.terms", site.pk if site else 0)
    texts = {"text_fi": text_fi.strip(), "text_sv": text_sv.strip(), "text_en": text_en.strip()}
    if not texts["text_fi"]:
        raise Refused("no_words", _("Kirjoita ehdot suomeksi."))
    versions = UseTerms.objects.filter(site=site)
    newest = versions.order_by("-number").first()
    if newest is not None and all(getattr(newest, name) == text for name, text in texts.items()):
        return newest
    number = (versions.aggregate(top=Max("number"))["top"] or 0) + 1
    return UseTerms.objects.create(site=site, number=number, published_at=now, published_by=by, **texts)


def terms_of(site: Site) -> UseTerms | None:
    """Return the terms that hold in the site now: its own newest, else the newest of all sites; one query."""
    found: UseTerms | None = (
        UseTerms.objects.filter(site=site).order_by("-number").first()
        or UseTerms.objects.filter(site=None).order_by("-number").first()
    )
    return found


@transaction.atomic
def take_site_out(site: Site, *, by: Any, now: datetime) -> Site:
    """Take a site out of use: nobody else sees it any more. Refused: live_bookings, while some are to come."""
    row = lock_site(site, by, now)
    refuse_live(Booking.objects.filter(room__site=row).live().coming(now).count())
    row.is_in_use = False
    row.save(update_fields=["is_in_use"])
    return row


@transaction.atomic
def bring_site_back(site: Site, *, by: Any, now: datetime) -> Site:
    """Take a site into use again."""
    row = lock_site(site, by, now)
    row.is_in_use = True
    row.save(update_fields=["is_in_use"])
    return row


def lock_site(site: Site, by: Any, now: datetime) -> Site:
    """Return the site locked for who manages it; call it inside a transaction. Raises ``Http404`` for others."""
    row: Site = get_allowed("premises.site.manage", by, now=now, lock=True, pk=site.pk)
    return row


def same_or_refused[R: (Site, Room)](standing: R, facts: Mapping[str, Any], words: Any) -> R:
    """Return what stands when it is what was sent, as when a form is sent twice. Refused: name_taken."""
    if any(getattr(standing, name) != value for name, value in facts.items()):
        raise Refused("name_taken", words)
    return standing


def refuse_live(count: int) -> None:
    """Raise Refused(live_bookings) when bookings are still to come."""
    if count:
        words = ngettext(
            "Tulossa on vielä %(count)s varaus. Peru tai siirrä se ensin, niin varaaja saa tiedon.",
            "Tulossa on vielä %(count)s varausta. Peru tai siirrä ne ensin, niin varaajat saavat tiedon.",
            count,
        )
        raise Refused("live_bookings", words % {"count": count})
