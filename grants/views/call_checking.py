"""Two pairs of eyes on publishing: asking, taking the request back, checking."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.policies import allowed
from grants.forms.call_terms import ReturnForm
from grants.views.call_setup import managed
from grants.views.call_verbs import glance
from grants.views.calls import with_everything
from grants.workflow.calls import publish_call
from grants.workflow.publishing import ask_publishing, return_call, take_back_request


@require_POST
def ask(request: HttpRequest, call_id: int) -> HttpResponse:
    """Ask another person to check and to publish."""
    now = clock.now()
    call = managed(request, call_id, now)
    try:
        ask_publishing(call, by=request.user, now=now)
        messages.success(request, _("Julkaisua on pyydetty. Tarkastaja saa siitä viestin."))
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("grants:call_edit", call.pk)


@require_POST
def take_back(request: HttpRequest, call_id: int) -> HttpResponse:
    """Take the request back to edit the draft again."""
    now = clock.now()
    call = managed(request, call_id, now)
    try:
        take_back_request(call, by=request.user, now=now)
        messages.success(request, _("Pyyntö on otettu takaisin. Voit taas muuttaa hakua."))
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("grants:call_edit", call.pk)


@sign_in_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, call_id: int) -> HttpResponse:
    """The call at a glance for the second pair of eyes: publish it, or return it with words."""
    now = clock.now()
    rows = with_everything(allowed("grants.call.check", request.user, now=now))
    call = get_object_or_404(rows.select_related("asked_by").prefetch_related("invitations__organisation"), pk=call_id)
    form, status = ReturnForm(), 200
    if request.method == "POST":
        form = ReturnForm(request.POST) if "return" in request.POST else form
        try:
            if "return" not in request.POST:
                published = publish_call(call, by=request.user, now=now)
                messages.success(request, _("Haku on julkaistu."))
                return redirect("grants:call", published.pk)
            if form.is_valid():
                return_call(call, reason=form.cleaned_data["reason"], by=request.user, now=now)
                messages.success(request, _("Haku on palautettu korjattavaksi, ja pyytäjä sai sanasi viestinä."))
                return redirect("grants:call_list")
        except Refused as refused:
            messages.error(request, str(refused.message))
            status = 409
    context = {"call": call, "form": form, "now": now, **glance(call)}
    return render(request, "grants/calls/check.html", context, status=status)
