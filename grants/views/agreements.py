"""Lists of agreements, the officers' and an organisation's own; beginning one, noting one that is made elsewhere."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import has_any_staff_role
from common import clock
from common.exports import Cell, csv_response, xlsx_response
from common.pagination import paginate
from common.policies import allowed
from common.times import add_days, local_date
from grants.forms.agreements import AgreementFilter, NewAgreementForm, ReferenceForm
from grants.models import Agreement, AgreementKind, AgreementParty, AgreementReport
from grants.policies import READING_STAFF
from grants.policies.agreements import powers_of
from grants.workflow.agreement_reminding import remind_agreements
from grants.workflow.agreement_term import record_reference
from grants.workflow.agreements import create_agreement
from liaisons.models import CooperationRequest
from organisations.acting import acting_organisation
from organisations.views.helpers import attempt

#: Days before its end when an agreement is talked about anew: half a year.
ENDS_SOON = 183


def with_parties(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Return the rows with kind, unit and parties loaded: one query more."""
    parties = Prefetch("parties", AgreementParty.objects.select_related("organisation"))
    return rows.select_related("kind", "unit", "need").prefetch_related(parties)


def named(rows: QuerySet[Agreement], words: str) -> QuerySet[Agreement]:
    """Return the agreements whose name or one of whose parties has the words in it."""
    parties = AgreementParty.objects.filter(organisation__name__icontains=words).values("agreement")
    return rows.filter(Q(title__icontains=words) | Q(number__icontains=words) | Q(pk__in=parties))


def ends_soon(rows: QuerySet[Agreement], today: date) -> QuerySet[Agreement]:
    """Return those in force whose last day is within half a year."""
    return rows.filter(state="in_force", ends_on__range=(today, add_days(today, ENDS_SOON)))


def _chosen(request: HttpRequest, now: datetime) -> tuple[AgreementFilter, QuerySet[Agreement]]:
    if not has_any_staff_role(request.user, now, *READING_STAFF) and not powers_of(request.user, now).exists():
        raise Http404
    form = AgreementFilter(request.GET or None)
    data = form.chosen()
    rows: QuerySet[Agreement] = allowed("grants.agreement.view", request.user, now=now)
    if data.get("q"):
        rows = named(rows, data["q"].strip())
    if data.get("laji"):
        rows = rows.filter(kind=int(data["laji"]))
    if data.get("tila") == "vuoro":
        rows = rows.filter(state__in=["draft", "negotiating"], turn="county")
    elif data.get("tila") == "paattyy":
        rows = ends_soon(rows, local_date(now))
    elif data.get("tila") == "raportti":
        late = AgreementReport.objects.overdue(local_date(now)).order_by()
        rows = rows.filter(pk__in=late.values("party__agreement"))
    elif data.get("tila"):
        rows = rows.filter(state=data["tila"])
    return form, with_parties(rows).order_by("-created_at", "-pk")


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements that the filters leave."""
    now = clock.now()
    form, rows = _chosen(request, now)
    context = {
        "form": form,
        "page": paginate(request, rows),
        "query": request.GET.urlencode(),
        "may_start": has_any_staff_role(request.user, now, "coordinator"),
        "may_remind": has_any_staff_role(request.user, now, "coordinator"),
    }
    return render(request, "grants/agreements/list.html", context)


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind the organisations of the chosen agreements; back to the list as it was filtered."""
    now = clock.now()
    if not has_any_staff_role(request.user, now, "coordinator"):
        raise Http404
    keys = {int(key) for key in request.POST.getlist("valittu") if key.isascii() and key.isdigit() and len(key) < 19}
    if not keys:
        messages.error(request, _("Valitse ensin sopimukset, joista muistutetaan."))
    else:
        done = remind_agreements(keys, by=request.user, now=now)
        if done:
            text = ngettext(
                "Muistutus on lähetetty yhdestä sopimuksesta.", "Muistutus on lähetetty %(count)s sopimuksesta.", done
            )
            messages.success(request, text % {"count": done})
        if passed := len(keys) - done:
            text = ngettext(
                "Yhdestä sopimuksesta ei muistutettu: se ei odota järjestöä, tai siitä on muistutettu tänään.",
                "%(count)s sopimuksesta ei muistutettu: ne eivät odota järjestöä, tai niistä on muistutettu tänään.",
                passed,
            )
            messages.info(request, text % {"count": passed})
    kept = [(name, request.POST.get(name, "")) for name in ("q", "laji", "tila", "sivu")]
    query = urlencode([(name, value) for name, value in kept if value])
    return redirect(reverse("grants:agreements") + (f"?{query}" if query else ""))


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the agreements that the filters show."""
    return _file(request, csv_response)


@require_safe
def export_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The same agreements as a spreadsheet."""
    return _file(request, xlsx_response)


def _file(request: HttpRequest, make: Callable[..., HttpResponseBase]) -> HttpResponseBase:
    _form, rows = _chosen(request, clock.now())
    found = rows.prefetch_related("municipalities")
    return make("sopimukset", [*HEAD, _("vuoro")], ([*row(one), _turn(one)] for one in _all(found)))


def _all(rows: QuerySet[Agreement]) -> Iterator[Agreement]:
    return rows.iterator(chunk_size=500)


HEAD = (
    "asianumero",
    "laji",
    "nimi",
    "järjestöt",
    "muut osapuolet",
    "yksikkö",
    "alkaa",
    "päättyy",
    "kunnat",
    "summa",
    "tarkoitus",
    "tila",
    "viite",
    "syntyi tarpeesta",
)


def row(agreement: Agreement) -> list[Cell]:
    """Return the cells of one agreement under ``HEAD``."""
    return [
        agreement.number,
        agreement.kind.name,
        agreement.title,
        ", ".join(party.organisation.name for party in agreement.parties.all()),
        ", ".join(agreement.other_parties.splitlines()),
        agreement.unit.name if agreement.unit else "",
        agreement.starts_on,
        agreement.lasts_until,
        ", ".join(place.name for place in agreement.municipalities.all()),
        agreement.sum,
        agreement.purpose,
        str(agreement.state_label),
        agreement.reference,
        agreement.need.title if agreement.need else "",
    ]


def _turn(agreement: Agreement) -> str:
    return str(agreement.get_turn_display()) if agreement.state in ("draft", "negotiating") else ""


def _require_coordinator(request: HttpRequest, now: datetime) -> None:
    if not has_any_staff_role(request.user, now, "coordinator"):
        raise Http404


@sign_in_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin an agreement as the county's draft; ``?jarjesto`` names the organisation, ``?pyynto`` the request."""
    now = clock.now()
    _require_coordinator(request, now)
    origin = _origin(request, now)
    form = NewAgreementForm(request.POST or None, initial=_start(origin) if origin else _organisation_of(request, now))

    def act() -> Agreement:
        data = form.cleaned_data
        return create_agreement(
            kind=data["kind"],
            title=data["title"],
            organisations=form.organisations(),
            unit=data["unit"],
            origin=origin,
            by=request.user,
            now=now,
        )

    title = _("Aloita sopimusneuvottelu") if origin else _("Aloita sopimus")
    said = _("Luonnos on aloitettu. Järjestö näkee sen, kun lähetät sen.")
    return _begin(request, form, act, title, _("Aloita sopimus"), said, origin=origin)


def _origin(request: HttpRequest, now: datetime) -> CooperationRequest | None:
    """Return the co-operation request that the address names, where the person handles it."""
    key = request.GET.get("pyynto", "")
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        return None
    rows = allowed("liaisons.request.handle", request.user, now=now).select_related(
        "organisation", "need", "post__unit"
    )
    found: CooperationRequest | None = rows.filter(pk=key).first()
    return found


def _start(origin: CooperationRequest) -> dict[str, Any]:
    """Return what the request tells of the agreement."""
    return {
        "title": origin.need.title if origin.need else origin.subject,
        "organisation": origin.organisation.name if origin.organisation else "",
        "unit": origin.post.unit,
    }


def _organisation_of(request: HttpRequest, now: datetime) -> dict[str, str]:
    key = request.GET.get("jarjesto", "")
    found = allowed("grants.agreement.start", request.user, now=now).filter(pk=key) if key.isdecimal() else None
    chosen = found.first() if found is not None and len(key) < 10 else None
    return {"organisation": chosen.name} if chosen else {}


@sign_in_required
def reference(request: HttpRequest) -> HttpResponse:
    """Note a contract that is made elsewhere, so that it stands in the register."""
    now = clock.now()
    _require_coordinator(request, now)
    form = ReferenceForm(request.POST or None)

    def act() -> Agreement:
        return record_reference(by=request.user, now=now, **form.cleaned_data)

    title, submit = _("Lisää sopimus viitteenä"), _("Lisää viite")
    return _begin(request, form, act, title, submit, _("Sopimus on nyt luettelossa viitteenä."))


def _begin(request: HttpRequest, form: Any, act: Any, title: str, submit: str, said: str, **more: Any) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        made = attempt(request, act, form)
        if made:
            messages.success(request, said)
            return redirect(made)
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "has_kinds": AgreementKind.objects.exists(),
        **more,
    }
    return render(request, "grants/agreements/new.html", context, status=409 if form.errors else 200)


@require_safe
def own_agreements(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The organisation's agreements with the county, the open ones first."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("grants.agreement.view_own", request.user, now=now).filter(parties__organisation=organisation)
    page = paginate(request, with_parties(rows).order_by("-created_at", "-pk"))
    return render(request, "grants/agreements/own_list.html", {"organisation": organisation, "page": page})
