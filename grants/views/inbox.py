"""The officers' inbox over all calls, and giving cases to a handler, one or many at once."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import sign_in_required
from accounts.roles import has_any_staff_role
from common import clock
from common.pagination import paginate
from grants.forms.case_work import HandlerForm, InboxFilter, SaveViewForm
from grants.inbox import WAITS, facets_of, inbox_of, narrow
from grants.models import SavedView
from grants.policies import READING_STAFF
from grants.views.saved_views import act_on_views
from grants.workflow.case_work import give_cases, possible_handlers
from grants.workflow.saved_views import filter_of
from organisations.views.helpers import attempt


@sign_in_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Open cases of all calls, oldest first, narrowed by the address (``grants.inbox.narrow``).

    POST gives the chosen ones; with ``act`` it saves the filter under a name or removes a saved one.
    """
    now = clock.now()
    handlers = list(possible_handlers(now))
    may_work = any(one.pk == request.user.pk for one in handlers)
    if not may_work and not has_any_staff_role(request.user, now, *READING_STAFF):
        raise Http404
    rows = inbox_of(request.user, now)
    calls, municipalities, total = facets_of(rows)
    form = InboxFilter(
        request.GET or None,
        handlers=handlers,
        calls=calls,
        states=[(key, word) for key, (_tone, word) in WAITS.items()],
        municipalities=municipalities,
    )
    query = filter_of(request.GET.urlencode(), form.fields)
    naming = SaveViewForm(request.POST if request.POST.get("act") == "save" else None, prefix="view")
    if request.method == "POST":
        answer = _post(request, naming, query, may_work, now)
        if answer is not None:
            return answer
    page = paginate(request, narrow(rows, form.chosen(), request.user), count=None if query else total)
    context: dict[str, Any] = {
        "filter": form,
        "page": page,
        "rows": [{"case": case, "tone": WAITS[case.waits][0], "word": WAITS[case.waits][1]} for case in page],
        "give": HandlerForm(handlers=handlers, initial={"handler": request.user.pk}),
        "may_work": may_work,
        "query": request.GET.urlencode(),
        "chosen": query,
        "naming": naming,
        "form": naming if naming.errors else None,
        "views": list(SavedView.objects.filter(user=request.user.pk, call__isnull=True)),
        "now": now,
    }
    return render(request, "grants/handling/inbox.html", context, status=422 if naming.errors else 200)


def _post(request: HttpRequest, naming: SaveViewForm, query: str, may_work: bool, now: datetime) -> HttpResponse | None:
    """Do what was pressed and say where to go next; None shows the page with what is wrong."""
    if request.POST.get("act"):
        return act_on_views(request, naming, query, None, now)
    return _give(request) if may_work else None


def _give(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    back = f"{reverse('grants:inbox')}?{request.GET.urlencode()}"
    form = HandlerForm(request.POST, handlers=list(possible_handlers(now)))
    chosen = [int(key) for key in request.POST.getlist("case") if key.isascii() and key.isdigit() and len(key) < 10]
    if not chosen or not form.is_valid():
        messages.warning(request, _("Valitse ensin hakemukset ja käsittelijä."))
        return redirect(back)
    to: Any = request.user if "mine" in request.POST else form.chosen
    changed = attempt(request, lambda: [give_cases(chosen, to=to, by=request.user, now=now)])
    if changed:
        count = len(changed[0])
        text = ngettext("%(count)s hakemus sai käsittelijän.", "%(count)s hakemusta sai käsittelijän.", count)
        messages.success(request, text % {"count": count} if count else _("Käsittelijä oli jo sama."))
    return redirect(back)
