"""Pages of statutory negotiations: what is missing, who is invited, who came, what was agreed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from documents.views import serve
from forums.forms import negotiations as forms
from forums.models import Event, Negotiation
from forums.negotiations import lacks, lights, previous
from forums.policies.wheel import may_read_wheel
from forums.workflow import negotiations as verbs
from liaisons.views.pages import act_and_return, ask

GET_AND_POST = ["GET", "HEAD", "POST"]


def _event(request: HttpRequest, pk: int, now: datetime) -> Event:
    """Return the event of a statutory series that the person has on the desk."""
    rows = allowed("forums.event.desk", request.user, now=now).exclude(series__isnull=True).exclude(series__statute="")
    found: Event = get_object_or_404(rows.select_related("series", "regional_group"), pk=pk)
    return found


def _managed(request: HttpRequest, pk: int, now: datetime) -> Negotiation:
    """Return the record that the person writes."""
    found = get_allowed("forums.negotiation.manage", request.user, now=now, event=pk)
    return Negotiation.objects.select_related("event__series", "event__regional_group").get(pk=found.pk)


def _page(pk: int, part: str = "") -> str:
    return reverse("forums:negotiation", args=[pk]) + (f"#{part}" if part else "")


def _trail(negotiation: Negotiation) -> list[tuple[str, str]]:
    return [
        (reverse("portal:desk"), _("Hallinta")),
        (reverse("forums:negotiations"), _("Neuvottelut")),
        (_page(negotiation.event_id), negotiation.event.name),
    ]


@sign_in_required
@require_safe
def negotiations(request: HttpRequest) -> HttpResponse:
    """All events of statutory series with how their records stand."""
    now = clock.now()
    if not may_read_wheel(request.user, now):
        raise Http404
    rows = allowed("forums.event.desk", request.user, now=now).exclude(series__isnull=True).exclude(series__statute="")
    rows = rows.exclude(state="cancelled").select_related("series", "regional_group", "negotiation")
    return render(
        request, "forums/wheel/negotiations.html", {"page": paginate(request, rows.order_by("-starts_at", "-pk"))}
    )


@sign_in_required
@require_safe
def negotiation(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of one negotiation and what it lacks; before it is begun, how to begin."""
    now = clock.now()
    event = _event(request, pk, now)
    rows = Negotiation.objects.select_related("event__series", "event__regional_group", "document")
    row = rows.filter(event=event).first()
    context: dict[str, Any] = {
        "event": event,
        "record": row,
        "can_manage": may("forums.event.manage", request.user, event, now=now),
        "has_begun": event.starts_at <= now,
    }
    if row is not None:
        before = previous(row)
        context |= {
            "lacks": lacks(row, now),
            "lights": lights(row),
            "parties": list(row.parties.select_related("municipality", "organisation", "invited_by")),
            "goals": list(row.goals.all()),
            "measures": list(row.measures.all()),
            "before": before,
            "before_goals": list(before.goals.select_related("followed_by")) if before else [],
            "is_open": row.state == "open",
        }
    return render(request, "forums/wheel/negotiation.html", context)


@sign_in_required
@require_safe
def negotiation_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The complete record as it was stored."""
    rows = allowed("forums.negotiation.view", request.user, now=clock.now()).select_related("document")
    found: Negotiation = get_object_or_404(rows, event=pk)
    if found.document is None:
        raise Http404
    return serve(request, found.document)


@sign_in_required
@require_POST
def negotiation_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the record: the county and the municipalities of the group stand as parties."""
    now = clock.now()
    event = get_allowed("forums.event.manage", request.user, now=now, pk=pk)
    act = lambda: verbs.begin_record(event, by=current_user(request), now=now)  # noqa: E731
    return act_and_return(request, act, _("Kirjaus on aloitettu. Lisää muut osapuolet ja lähetä kutsut."), _page(pk))


def _asked(
    request: HttpRequest,
    pk: int,
    make: Callable[[Negotiation], Any],
    act: Callable[[Negotiation, Any], Any],
    **words: str,
) -> HttpResponse:
    """Show a form of the record or do what it asks."""
    row = _managed(request, pk, clock.now())
    form = make(row)
    return ask(
        request,
        form,
        lambda: act(row, form),
        done=words["done"],
        to=_page(pk, words["part"]),
        heading=words["heading"],
        submit=words.get("submit", _("Tallenna")),
        lead=words.get("lead", ""),
        trail=_trail(row),
    )


@sign_in_required
@require_http_methods(GET_AND_POST)
def party_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a party."""
    return _asked(
        request,
        pk,
        lambda _row: forms.PartyForm(request.POST if request.method == "POST" else None),
        lambda row, form: verbs.add_party(row, **form.cleaned_data, by=current_user(request), now=clock.now()),
        heading=_("Lisää osapuoli"),
        done=_("Osapuoli on lisätty. Kutsu se seuraavaksi."),
        part="osapuolet",
    )


@sign_in_required
@require_POST
def party_remove(request: HttpRequest, pk: int, party: int) -> HttpResponse:
    """Take off a party that has not been invited."""
    now = clock.now()
    found = get_allowed("forums.negotiation_party.manage", request.user, now=now, pk=party, negotiation__event=pk)
    act = lambda: verbs.remove_party(found, by=current_user(request), now=now) or True  # noqa: E731
    return act_and_return(request, act, _("Osapuoli on poistettu."), _page(pk, "osapuolet"))


@sign_in_required
@require_http_methods(GET_AND_POST)
def party_invited(request: HttpRequest, pk: int, party: int) -> HttpResponse:
    """Write down an invitation that was given otherwise."""
    now = clock.now()
    found = get_allowed("forums.negotiation_party.manage", request.user, now=now, pk=party, negotiation__event=pk)
    return _asked(
        request,
        pk,
        lambda _row: forms.InvitedForm(request.POST if request.method == "POST" else None),
        lambda _row, form: verbs.record_invited(
            found, how=form.cleaned_data["how"], at=form.cleaned_data["at"], by=current_user(request), now=now
        ),
        heading=_("Kirjaa kutsu: %(party)s") % {"party": found.name},
        done=_("Kutsu on kirjattu."),
        part="osapuolet",
    )


@sign_in_required
@require_http_methods(GET_AND_POST)
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letters of invitation."""
    waiting = _managed(request, pk, clock.now()).parties.filter(invited_at__isnull=True).exclude(email="").count()
    lead = ngettext(
        "Kutsukirje lähtee %(count)s osapuolelle, jota ei ole vielä kutsuttu.",
        "Kutsukirje lähtee %(count)s osapuolelle, joita ei ole vielä kutsuttu.",
        waiting,
    )
    return _asked(
        request,
        pk,
        lambda row: forms.InviteForm(
            request.POST if request.method == "POST" else None, initial={"text": row.invitation}
        ),
        lambda row, form: verbs.send_invitations(
            row, text=form.cleaned_data["text"], by=current_user(request), now=clock.now()
        ),
        heading=_("Lähetä kutsut"),
        lead=lead % {"count": waiting},
        submit=_("Lähetä kutsut"),
        done=_("Kutsut on lähetetty ja kirjattu."),
        part="osapuolet",
    )


@sign_in_required
@require_http_methods(GET_AND_POST)
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down who was there, by party."""
    return _asked(
        request,
        pk,
        lambda row: forms.PresenceForm(request.POST if request.method == "POST" else None, parties=row.parties.all()),
        lambda row, form: verbs.record_presence(row, came=form.came, by=current_user(request), now=clock.now()),
        heading=_("Läsnäolo osapuolittain"),
        done=_("Läsnäolo on kirjattu."),
        part="osapuolet",
    )


@sign_in_required
@require_http_methods(GET_AND_POST)
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the minutes."""
    return _asked(
        request,
        pk,
        lambda row: forms.MinutesForm(
            request.POST if request.method == "POST" else None,
            initial={"minutes": row.minutes, "minutes_url": row.minutes_url},
        ),
        lambda row, form: verbs.write_minutes(row, **form.cleaned_data, by=current_user(request), now=clock.now()),
        heading=_("Neuvottelun muistio"),
        done=_("Muistio on tallennettu."),
        part="muistio",
    )


@sign_in_required
@require_http_methods(GET_AND_POST)
def goal_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a goal."""
    return _asked(
        request,
        pk,
        lambda _row: forms.GoalForm(request.POST if request.method == "POST" else None),
        lambda row, form: verbs.add_goal(row, **form.cleaned_data, by=current_user(request), now=clock.now()),
        heading=_("Lisää yhteinen tavoite"),
        done=_("Tavoite on kirjattu."),
        part="tavoitteet",
    )


@sign_in_required
@require_http_methods(GET_AND_POST)
def goal_follow(request: HttpRequest, pk: int, goal: int) -> HttpResponse:
    """Write down what came of a goal of an earlier negotiation; ``pk`` is the event from whose page one came."""
    found = get_allowed("forums.negotiation_goal.manage", request.user, now=clock.now(), pk=goal)
    return _asked(
        request,
        pk,
        lambda _row: forms.FollowForm(
            request.POST if request.method == "POST" else None,
            initial={"outcome": found.outcome, "note": found.outcome_note},
        ),
        lambda _row, form: verbs.follow_goal(found, **form.cleaned_data, by=current_user(request), now=clock.now()),
        heading=_("Kirjaa tavoitteen toteutuminen"),
        lead=found.text,
        done=_("Toteutuminen on kirjattu."),
        part="seuranta",
    )


@sign_in_required
@require_http_methods(GET_AND_POST)
def measure_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a measure."""
    return _asked(
        request,
        pk,
        lambda _row: forms.MeasureForm(request.POST if request.method == "POST" else None),
        lambda row, form: verbs.add_measure(row, **form.cleaned_data, by=current_user(request), now=clock.now()),
        heading=_("Lisää toimenpide"),
        done=_("Toimenpide on kirjattu."),
        part="toimenpiteet",
    )


@sign_in_required
@require_http_methods(GET_AND_POST)
def measure_done(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Write down that a measure is done."""
    found = get_allowed(
        "forums.negotiation_measure.manage", request.user, now=clock.now(), pk=measure, negotiation__event=pk
    )
    return _asked(
        request,
        pk,
        lambda _row: forms.DoneForm(request.POST if request.method == "POST" else None),
        lambda _row, form: verbs.finish_measure(found, **form.cleaned_data, by=current_user(request), now=clock.now()),
        heading=_("Merkitse toimenpide tehdyksi"),
        lead=found.text,
        done=_("Toimenpide on merkitty tehdyksi."),
        part="toimenpiteet",
    )


@sign_in_required
@require_POST
def negotiation_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the negotiation as gone through."""
    now = clock.now()
    row = _managed(request, pk, now)
    act = lambda: verbs.complete_record(row, by=current_user(request), now=now)  # noqa: E731
    return act_and_return(
        request, act, _("Neuvottelu on merkitty käydyksi. Vuosikellossa se on nyt pidetty."), _page(pk)
    )


@sign_in_required
@require_POST
def negotiation_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the record to be corrected."""
    now = clock.now()
    row = _managed(request, pk, now)
    act = lambda: verbs.reopen_record(row, by=current_user(request), now=now)  # noqa: E731
    return act_and_return(request, act, _("Kirjaus on avattu korjattavaksi."), _page(pk))
