"""Materials: the desk's list with adding and taking away, and serving a file to who may see it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public_page, sign_in_required
from accounts.roles import current_user
from common import clock
from common.policies import allowed, get_allowed, may
from documents.views import serve
from forums.forms.materials import MaterialFileForm, MaterialLinkForm
from forums.models import Event, MaterialFile, MaterialLink, SignUp
from forums.views.after_pages import desk_event, event_desk_crumbs, managed_event, trail
from forums.workflow.materials import add_file, add_link, remove_file, remove_link
from liaisons.views.pages import act_and_return, ask


@sign_in_required
def materials(request: HttpRequest, pk: int) -> HttpResponse:
    """The event's files and links with who sees each."""
    event = desk_event(request, pk)
    context = {
        "event": event,
        "files": event.files.all(),
        "links": event.links.all(),
        "manages": may("forums.event.manage", request.user, event, now=clock.now()),
        "trail": trail(event_desk_crumbs(event), _("Aineistot")),
    }
    return render(request, "forums/after/materials.html", context)


def _ask(request: HttpRequest, event: Event, form: Any, act: Any, heading: str) -> HttpResponse:
    to = reverse("forums:materials", args=[event.pk])
    return ask(
        request,
        form,
        act,
        done=_("Aineisto on lisätty."),
        to=to,
        heading=heading,
        submit=_("Lisää"),
        trail=event_desk_crumbs(event, (to, _("Aineistot"))),
        lead=_("Voit lisätä aineistoa ennen tapahtumaa ja sen jälkeen."),
    )


@sign_in_required
def material_file_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file."""
    event = managed_event(request, pk)
    form = MaterialFileForm(request.POST or None, request.FILES or None)
    by = current_user(request)

    def act() -> MaterialFile:
        data = form.cleaned_data
        told = {name: data[name] for name in ("title", "language", "seen_by")}
        return add_file(event, checked=data["file"], **told, by=by, now=clock.now())

    return _ask(request, event, form, act, _("Lisää tiedosto aineistoon"))


@sign_in_required
def material_link_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a link."""
    event = managed_event(request, pk)
    form = MaterialLinkForm(request.POST or None)
    by = current_user(request)
    return _ask(
        request,
        event,
        form,
        lambda: add_link(event, **form.cleaned_data, by=by, now=clock.now()),
        _("Lisää linkki aineistoon"),
    )


@sign_in_required
@require_POST
def material_file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away."""
    found: MaterialFile = get_allowed("forums.material_file.manage", request.user, now=clock.now(), pk=pk)
    to = reverse("forums:materials", args=[found.event_id])
    by = current_user(request)
    return act_and_return(request, lambda: remove_file(found, by=by, now=clock.now()), _("Tiedosto on poistettu."), to)


@sign_in_required
@require_POST
def material_link_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link away."""
    found: MaterialLink = get_allowed("forums.material_link.manage", request.user, now=clock.now(), pk=pk)
    to = reverse("forums:materials", args=[found.event_id])
    by = current_user(request)
    return act_and_return(request, lambda: remove_link(found, by=by, now=clock.now()), _("Linkki on poistettu."), to)


def by_key(request: HttpRequest, event_id: int) -> SignUp | None:
    """Return the sign-up whose own key the address holds, with a place in this event: a participant without account."""
    key = request.GET.get("avain", "") or request.POST.get("avain", "")
    if not key:
        return None
    found: SignUp | None = SignUp.objects.filter(event=event_id, token=key, state="signed").first()
    return found


@public_page
@require_safe
def material_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file, to whoever may see it: by policy, or by the own key of a sign-up."""
    found = allowed("forums.material_file.view", request.user, now=clock.now()).filter(pk=pk).first()
    if found is None:
        found = get_object_or_404(MaterialFile, pk=pk)
        if by_key(request, found.event_id) is None:
            raise Http404
    return serve(request, found)
