"""What everybody may read of bodies: who sits in them, coming meetings with agendas, published minutes, calls."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.pagination import paginate
from common.policies import allowed
from common.times import local_date
from documents.views import serve
from liaisons.asked import calls_asking
from liaisons.composition import composition, vacancies
from liaisons.forms import BodyFilter
from liaisons.matter_links import links_of
from liaisons.models import AgendaAttachment, MeetingRecord, NominationCall
from liaisons.record_places import without_confidential
from liaisons.views.bodies import with_people_and_meetings
from organisations.models import Organisation


@public_page
@require_safe
def public_bodies(request: HttpRequest) -> HttpResponse:
    """All bodies with their people and next meeting; calls for candidates that are open stand first."""
    now = clock.now()
    bodies = with_people_and_meetings(allowed("liaisons.body.public", request.user, now=now), now)
    form = BodyFilter(request.GET or None)
    if form.is_valid() and form.cleaned_data["laji"]:
        bodies = bodies.filter(kind=form.cleaned_data["laji"])
    page = paginate(request, bodies)
    missing = vacancies(page.object_list, local_date(now))
    for body in page.object_list:
        body.vacant = missing.get(body.pk, 0)
    calls = allowed("liaisons.nomination.public", request.user, now=now).filter(state="open", deadline__gt=now)
    context = {"page": page, "form": form, "calls": calls.select_related("body")[:10], "now": now}
    return render(request, "liaisons/public_bodies.html", context)


@public_page
@require_safe
def public_body(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sits in the body and for which term, its meetings, what it has published, how it has been called."""
    now = clock.now()
    today = local_date(now)
    user = request.user
    body = get_object_or_404(allowed("liaisons.body.public", user, now=now), pk=pk)
    seats = list(body.seats.in_force(now).select_related("user", "deputy_for__user", "organisation"))
    meetings = allowed("liaisons.meeting.public", user, now=now).filter(body=body).select_related("body")
    records = allowed("liaisons.record.public", user, now=now).filter(meeting__body=body, correction__isnull=True)
    names = list(body.names.filter(valid_from__lte=today).order_by("-valid_from"))
    return render(
        request,
        "liaisons/public_body.html",
        {
            "body": body,
            "seats": seats,
            "lines": composition(seats, list(body.requirements.select_related("chooser")), today),
            "duties": body.appointments.in_force(now).select_related("user"),
            "names": names if len(names) > 1 else [],
            "coming": meetings.filter(starts_at__gte=now).order_by("starts_at")[:10],
            "records": records.select_related("meeting").defer("snapshot")[:20],
            "official": body.meetings.exclude(minutes_url="").order_by("-starts_at")[:10],
            "calls": allowed("liaisons.nomination.public", user, now=now).filter(body=body)[:10],
            "is_inside": allowed("liaisons.body.view", user, now=now).filter(pk=pk).exists()
            if user.is_authenticated
            else False,
            "now": now,
        },
    )


@public_page
@require_safe
def public_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting as everybody sees it: time, place, public agenda, the published record."""
    now = clock.now()
    rows = allowed("liaisons.meeting.public", request.user, now=now).select_related("body")
    meeting = get_object_or_404(rows.prefetch_related("body__names"), pk=pk)
    public = {item.pk: item for item in allowed("liaisons.item.public", request.user, now=now).filter(meeting=meeting)}
    files: dict[int, list[Any]] = {}
    for file in AgendaAttachment.objects.filter(item__in=public):
        files.setdefault(file.item_id, []).append(file)
    links = links_of(list(public), request.user, now)
    items = [
        {
            "item": public.get(item.pk),
            "ground": item.confidential_ground,
            "files": files.get(item.pk, []),
            "links": links.get(item.pk, []),
        }
        for item in meeting.items.order_by("order")
    ]
    package = allowed("liaisons.package.public", request.user, now=now).filter(meeting=meeting).first()
    records = allowed("liaisons.record.public", request.user, now=now).filter(meeting=meeting)
    context = {
        "meeting": meeting,
        "items": items,
        "package": package,
        "record": records.order_by("-version").defer("snapshot").first(),
    }
    return render(request, "liaisons/public_meeting.html", context)


@public_page
@require_safe
def public_package(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The public agenda as a PDF."""
    rows = allowed("liaisons.package.public", request.user, now=clock.now()).select_related("document")
    return serve(request, get_object_or_404(rows, pk=pk).document)


@public_page
@require_safe
def public_attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a public matter."""
    items = allowed("liaisons.item.public", request.user, now=clock.now())
    return serve(request, get_object_or_404(AgendaAttachment, pk=pk, item__in=items))


@public_page
@require_safe
def public_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Published minutes or a memo as a page, without confidential matters; a replaced version says so."""
    found = _record(request, pk)
    later = getattr(found, "correction", None)
    context = {
        "record": found,
        "meeting": found.meeting,
        "snapshot": without_confidential(found.snapshot),  # type: ignore[arg-type]
        "replaced_by": later if later and later.state == "published" else None,
        "title": _("Pöytäkirja") if found.is_minutes else _("Muistio"),
    }
    return render(request, "liaisons/public_record.html", context)


def _record(request: HttpRequest, pk: int) -> MeetingRecord:
    rows = allowed("liaisons.record.public", request.user, now=clock.now())
    found: MeetingRecord = get_object_or_404(
        rows.select_related("meeting__body", "public_document", "correction"), pk=pk
    )
    return found


@public_page
@require_safe
def public_record_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The published PDF, as it was stored."""
    return serve(request, _record(request, pk).public_document)  # type: ignore[arg-type]


@public_page
@require_safe
def public_nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """A call for candidates as everybody reads it, and its result."""
    now = clock.now()
    rows = allowed("liaisons.nomination.public", request.user, now=now)
    call = get_object_or_404(rows.select_related("body", "chooser"), pk=pk)
    result = call.candidates.filter(state__in=["chosen", "seated"]).select_related("organisation", "pair")
    acts_for: list[Organisation] = []
    own: list[Organisation] = []
    if request.user.is_authenticated:
        acts_for = list(allowed("organisations.prepare", request.user, now=now).order_by("name")[:10])
        own = [row for row in acts_for if calls_asking(NominationCall.objects.filter(pk=pk), row, now).exists()]
    word, tone = call.label_at(now)
    context = {
        "call": call,
        "now": now,
        "word": word,
        "tone": tone,
        "result": result.order_by("-chosen_as", "full_name"),
        "organisations": own,
        "is_asked": bool(own) or not acts_for,
    }
    return render(request, "liaisons/public_nomination.html", context)
