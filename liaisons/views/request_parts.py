"""What belongs to requests: their files, and writing in those that came by telephone or on paper."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed
from documents.views import serve
from liaisons.forms.requests import RecordedForm
from liaisons.models import CooperationRequest
from liaisons.policies import may_record_requests
from liaisons.views.pages import ask
from liaisons.views.requests import number_in
from liaisons.workflow.requests import record_request


@sign_in_required
@require_safe
def request_attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One file of a thread."""
    rows = allowed("liaisons.request.attachment", request.user, now=clock.now())
    return serve(request, get_object_or_404(rows, pk=pk))


@sign_in_required
def request_record(request: HttpRequest) -> HttpResponse:
    """Write in a request that came by telephone, e-mail, letter or in a talk; ``?jarjesto=`` names whose."""
    now = clock.now()
    if not may_record_requests(request.user, now):
        raise Http404
    whose = allowed("organisations.view", request.user, now=now).filter(pk=number_in(request, "jarjesto")).first()
    start = {"came_by": "phone", "kind": "other", "organisation": whose.get_absolute_url() if whose else ""}
    form = RecordedForm(request.POST or None, request.FILES or None, initial=start)
    made: list[CooperationRequest] = []

    def act() -> Any:
        made.append(record_request(caller=form.caller, **form.asked, by=request.user, now=now))
        return made

    answer = ask(
        request,
        form,
        act,
        done=_("Pyyntö on kirjattu ja ohjattu sille, joka siitä vastaa."),
        to="liaisons:requests_to_answer",
        heading=_("Kirjaa pyyntö puhelusta tai kirjeestä"),
        lead=_("Pyyntö menee samalle henkilölle kuin portaalissa lähetetty, ja sille luvataan sama vastausaika."),
        submit=_("Kirjaa pyyntö"),
        trail=[
            (reverse("portal:next"), _("Omat asiat")),
            (reverse("liaisons:requests_to_answer"), _("Vastattavat yhteistyöpyynnöt")),
        ],
    )
    return redirect(made[0]) if made else answer
