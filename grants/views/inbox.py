"""The officers' inbox over all calls, and giving cases to a handler, one or many at once."""

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
from grants.forms.case_work import HandlerForm, InboxFilter
from grants.inbox import WAITS, facets_of, inbox_of, narrow
from grants.policies import READING_STAFF
from grants.workflow.case_work import give_cases, possible_handlers
from organisations.views.helpers import attempt


@sign_in_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Open cases of all calls, oldest first (``?kasittelija=&haku=&tila=&kunta=``); POST gives the chosen ones."""
    now = clock.now()
    if not has_any_staff_role(request.user, now, *READING_STAFF):
        raise Http404
    handlers = list(possible_handlers(now))
    rows = inbox_of(request.user, now)
    calls, municipalities = facets_of(rows)
    form = InboxFilter(
        request.GET or None,
        handlers=handlers,
        calls=calls,
        states=[(key, word) for key, (_tone, word) in WAITS.items()],
        municipalities=municipalities,
    )
    may_work = any(one.pk == request.user.pk for one in handlers)
    if request.method == "POST" and may_work:
        return _give(request)
    page = paginate(request, narrow(rows, form.chosen(), request.user))
    context: dict[str, Any] = {
        "filter": form,
        "page": page,
        "rows": [{"case": case, "tone": WAITS[case.waits][0], "word": WAITS[case.waits][1]} for case in page],
        "give": HandlerForm(handlers=handlers, initial={"handler": request.user.pk}),
        "may_work": may_work,
        "query": request.GET.urlencode(),
        "now": now,
    }
    return render(request, "grants/handling/inbox.html", context)


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
