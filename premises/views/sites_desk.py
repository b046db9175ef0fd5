"""Managing sites: which are mine, what is told of them, who manages, hours, ways in, terms, out of use."""

from dataclasses import replace
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.audit import Entry, timeline_of
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from organisations.acting import acting_organisation
from premises.branches import in_order
from premises.catalogue import week_of
from premises.forms.sites import (
    AccessForm,
    ExceptionForm,
    ManagersForm,
    OwnSiteForm,
    SiteForm,
    TermsForm,
    WeekForm,
)
from premises.models import Booking, OpeningHours, Room, Site, UseTerms
from premises.policies.bookings import may_read_figures
from premises.policies.keeping import may_keep_register
from premises.policies.seasons import seasons_on
from premises.views import keeping_pages as pages
from premises.workflow import opening
from premises.workflow import sites as verbs

_FILE_FIELDS = {"Area key", "Area values"}  # what the area file wrote is no change that a person made


def _counted(rows: Any) -> Any:
    """Add how many rooms are in use, and read what the list shows."""
    return (
        rows.select_related("municipality", "organisation", "manager", "deputy")
        .annotate(room_count=Count("rooms", filter=Q(rooms__is_in_use=True)))
        .order_by("name_fi", "pk")
    )


@sign_in_required
@require_safe
def managed(request: HttpRequest) -> HttpResponse:
    """The sites that the person manages; the coordinator's are all, and an auditor reads all."""
    now = clock.now()
    rows = _counted(allowed("premises.site.read", request.user, now=now))
    keeps = may_keep_register(request.user, now)
    reads = may_read_figures(request.user, now)
    context = {"page": paginate(request, rows), "keeps": keeps, "reads_figures": reads}
    context["seasons_on"] = reads and seasons_on()
    return render(request, "premises/sites/managed.html", context)


@sign_in_required
@require_safe
def own_rooms(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The rooms that an organisation offers to the county's professionals."""
    organisation = acting_organisation(request, organisation_id, "organisations.prepare")
    rows = _counted(Site.objects.filter(organisation=organisation)).prefetch_related("rooms")
    context = {"organisation": organisation, "page": paginate(request, rows)}
    return render(request, "premises/sites/own.html", context)


@sign_in_required
def site_new(request: HttpRequest) -> HttpResponse:
    """Make a site of the county."""
    pages.require_keeper(request)
    form = SiteForm(request.POST or None)
    return pages.ask(
        request,
        form,
        lambda: verbs.add_site(**form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Toimipaikka on lisätty. Lisää seuraavaksi aukioloajat ja tilat."),
        to=pages.site_url,
        heading=_("Uusi toimipaikka"),
        submit=_("Tallenna"),
        trail=pages.keeper_crumbs(),
    )


@sign_in_required
def own_site_new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Tell the place in which an organisation offers rooms."""
    organisation = acting_organisation(request, organisation_id, "organisations.prepare")
    form = OwnSiteForm(request.POST or None)
    return pages.ask(
        request,
        form,
        lambda: verbs.add_site(
            **form.cleaned_data, organisation=organisation, by=current_user(request), now=clock.now()
        ),
        done=_("Paikka on lisätty. Lisää seuraavaksi aukioloajat ja tilat."),
        to=pages.site_url,
        heading=_("Tarjoa tilaa ammattilaisten käyttöön"),
        submit=_("Tallenna"),
        trail=pages.own_crumbs(organisation),
        lead=_("Kerro ensin, missä tila on. Osoite ja ohjeet näkyvät kaikille."),
    )


@sign_in_required
@require_safe
def site_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One site as its manager sees it: what is told, what is missing, what is done next."""
    now = clock.now()
    site = pages.read_site(request, pk)
    return render(
        request,
        "premises/sites/desk.html",
        {
            "site": site,
            "manages": pages.manages(request, site),
            "trail": pages.trail_of(pages.site_crumbs(request, site)[:-1], site.name),
            "branches": in_order(site.rooms.annotate(feature_count=Count("features"))),
            "week": week_of(site.opening_hours.filter(room=None)),
            "exceptions": site.opening_exceptions.filter(last_day__gte=local_date(now)).select_related("room"),
            "ways_in": site.access_instructions.select_related("room"),
            "terms": verbs.terms_of(site),
            "names_manager": may("premises.site.name_manager", request.user, site, now=now),
            "today": local_date(now),
        },
    )


@sign_in_required
def site_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is told of a site."""
    site = pages.managed_site(request, pk)
    kind = OwnSiteForm if site.organisation_id else SiteForm
    form = kind(request.POST or None, instance=Site.objects.get(pk=site.pk))
    return pages.ask(
        request,
        form,
        lambda: verbs.edit_site(site, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Tiedot on tallennettu."),
        to=pages.site_url(site),
        heading=_("Muuta tietoja: %(site)s") % {"site": site.name},
        submit=_("Tallenna"),
        trail=pages.site_crumbs(request, site),
    )


@sign_in_required
def site_managers(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who manages the site and who stands in."""
    get_allowed("premises.site.name_manager", request.user, now=clock.now(), pk=pk)
    site = pages.managed_site(request, pk)
    initial = {
        "manager": site.manager.email if site.manager else "",
        "deputy": site.deputy.email if site.deputy else "",
    }
    form = ManagersForm(request.POST or None, initial=initial)
    return pages.ask(
        request,
        form,
        lambda: verbs.name_managers(site, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Tilavastaava ja sijainen on tallennettu."),
        to=pages.site_url(site),
        heading=_("Tilavastaava ja sijainen: %(site)s") % {"site": site.name},
        submit=_("Tallenna"),
        trail=pages.site_crumbs(request, site),
    )


@sign_in_required
def site_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The week of a site."""
    site = pages.managed_site(request, pk)
    return week(request, site, None, pages.site_url(site), pages.site_crumbs(request, site))


def week(request: HttpRequest, site: Site, room: Room | None, to: str, trail: list[pages.Crumb]) -> HttpResponse:
    """Show or save the weekly form of a site or of one room."""
    standing = list(OpeningHours.objects.filter(site=site, room=room))
    form = WeekForm(
        request.POST or None,
        standing=standing,
        with_holidays=room is None,
        initial={"closed_on_holidays": site.closed_on_holidays},
    )

    def save() -> None:
        by, now = current_user(request), clock.now()
        opening.save_hours(site, hours=form.hours, room=room, by=by, now=now)
        if room is None:
            verbs.edit_site(site, closed_on_holidays=form.cleaned_data["closed_on_holidays"], by=by, now=now)

    name = room.name if room else site.name
    lead = (
        _("Jätä kaikki tyhjäksi, jos tila on auki samaan aikaan kuin toimipaikka.")
        if room
        else _("Näinä aikoina tiloja voi varata. Jätä rivi tyhjäksi, jos sitä ei tarvita.")
    )
    return pages.ask(
        request,
        form,
        save,
        done=_("Aukioloajat on tallennettu. Varauksia, jotka on jo tehty, tämä ei muuta."),
        to=to,
        heading=_("Aukioloajat: %(place)s") % {"place": name},
        submit=_("Tallenna"),
        trail=trail,
        lead=lead,
        template="premises/sites/hours.html",
    )


@sign_in_required
def exception_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell days with other hours."""
    site = pages.managed_site(request, pk)
    form = ExceptionForm(request.POST or None, site=site)
    return pages.ask(
        request,
        form,
        lambda: opening.add_exception(site, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Poikkeus on tallennettu. Se näkyy toimipaikan sivulla. Tehdyt varaukset eivät muutu siitä."),
        to=pages.site_url(site),
        heading=_("Poikkeava aukiolo: %(site)s") % {"site": site.name},
        submit=_("Tallenna"),
        trail=pages.site_crumbs(request, site),
    )


@sign_in_required
@require_POST
def exception_remove(request: HttpRequest, pk: int, exception: int) -> HttpResponse:
    """Take an exception away."""
    site = pages.managed_site(request, pk)
    return pages.press(
        request,
        lambda: opening.remove_exception(site, pk=exception, by=current_user(request), now=clock.now()),
        done=_("Poikkeus on poistettu."),
        to=pages.site_url(site),
    )


@sign_in_required
def access_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell how one gets in from a day on."""
    now = clock.now()
    site = pages.managed_site(request, pk)
    form = AccessForm(request.POST or None, site=site, initial={"valid_from": local_date(now)})
    return pages.ask(
        request,
        form,
        lambda: opening.add_access(site, **form.cleaned_data, by=current_user(request), now=now),
        done=_("Kulkuohje on tallennettu."),
        to=pages.site_url(site),
        heading=_("Kulkuohje: %(site)s") % {"site": site.name},
        submit=_("Tallenna"),
        trail=pages.site_crumbs(request, site),
    )


@sign_in_required
@require_POST
def access_remove(request: HttpRequest, pk: int, instruction: int) -> HttpResponse:
    """Take an instruction away."""
    site = pages.managed_site(request, pk)
    return pages.press(
        request,
        lambda: opening.remove_access(site, pk=instruction, by=current_user(request), now=clock.now()),
        done=_("Kulkuohje on poistettu."),
        to=pages.site_url(site),
    )


@sign_in_required
def site_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """The site's own terms of use: a new version, and the earlier ones."""
    site = pages.managed_site(request, pk)
    return _terms(request, site, pages.site_url(site), pages.site_crumbs(request, site))


@sign_in_required
def common_terms(request: HttpRequest) -> HttpResponse:
    """The terms of all sites that have none of their own."""
    pages.require_keeper(request)
    return _terms(request, None, reverse("premises:managed"), pages.keeper_crumbs())


def _terms(request: HttpRequest, site: Site | None, to: str, trail: list[pages.Crumb]) -> HttpResponse:
    versions = UseTerms.objects.filter(site=site).select_related("published_by").order_by("-number")
    newest = versions.first()
    names = ("text_fi", "text_sv", "text_en")
    form = TermsForm(request.POST or None, initial={name: getattr(newest, name) for name in names} if newest else None)
    return pages.ask(
        request,
        form,
        lambda: verbs.publish_terms(site, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Ehdot on julkaistu. Uudet varaukset hyväksyvät tämän version; aiemmat jäävät omaansa."),
        to=to,
        heading=_("Käyttöehdot: %(site)s") % {"site": site.name} if site else _("Yhteiset käyttöehdot"),
        submit=_("Julkaise uusi versio"),
        trail=trail,
        lead=(
            _("Jos toimipaikalla ei ole omia ehtoja, yhteiset ehdot ovat voimassa.")
            if site
            else _("Nämä ehdot ovat voimassa toimipaikoissa, joilla ei ole omia ehtoja.")
        ),
        template="premises/sites/terms.html",
        versions=versions,
    )


@sign_in_required
def site_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a site out of use; the bookings that are in the way are told."""
    now = clock.now()
    site = pages.managed_site(request, pk)
    coming = Booking.objects.filter(room__site=site).live().coming(now)
    return pages.confirm(
        request,
        lambda: verbs.take_site_out(site, by=current_user(request), now=now),
        done=_("Toimipaikka on poissa käytöstä. Voit ottaa sen takaisin käyttöön tällä sivulla."),
        to=pages.site_url(site),
        heading=_("Poista käytöstä: %(site)s") % {"site": site.name},
        text=_("Toimipaikka ja sen tilat poistuvat hausta ja julkisilta sivuilta. Mitään ei hävitetä."),
        button=_("Poista käytöstä"),
        trail=pages.site_crumbs(request, site),
        page=paginate(request, coming.select_related("room", "organisation", "unit")),
    )


@sign_in_required
@require_POST
def site_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a site into use again."""
    site = pages.managed_site(request, pk)
    return pages.press(
        request,
        lambda: verbs.bring_site_back(site, by=current_user(request), now=clock.now()),
        done=_("Toimipaikka on taas käytössä."),
        to=pages.site_url(site),
    )


@sign_in_required
@require_safe
def site_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what of a site."""
    site = pages.read_site(request, pk)
    return history(request, site, pages.site_crumbs(request, site), site.name)


def history(request: HttpRequest, item: Site | Room, trail: list[pages.Crumb], name: str) -> HttpResponse:
    """Show what has been changed of a site or a room, newest first."""
    page = paginate(request, [_told(entry) for entry in timeline_of(item)])
    heading = _("Kuka muutti mitä: %(name)s") % {"name": name}
    context = {"heading": heading, "trail": pages.trail_of(trail, heading), "page": page}
    return render(request, "premises/history.html", context)


def _told(entry: Entry) -> Entry:
    return replace(entry, changes=tuple(one for one in entry.changes if one.field not in _FILE_FIELDS))
