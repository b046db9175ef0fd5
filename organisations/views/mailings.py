"""Mail to a selection of organisations: list, draft with preview and test, what was sent."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from organisations.forms.sending import MailingForm
from organisations.models import Mailing, MailingRecipient
from organisations.policies.relations import may_read_sent, may_send
from organisations.selections import Selection
from organisations.views.helpers import attempt
from organisations.views.sending import DraftInput, describe
from organisations.workflow import mailings as workflow
from organisations.workflow.sending import change_draft

MANAGE = "organisations.mailing.manage"
VERBS: dict[str, Callable[..., Any]] = {
    "test": workflow.send_test,
    "send": workflow.send_mailing,
    "discard": workflow.discard_mailing,
    "resume": workflow.resume_mailing,
}
Outcome = MailingRecipient.Outcome
NOT_DELIVERED = ("failed", "given_up", "uncertain")


@sign_in_required
def mailings(request: HttpRequest) -> HttpResponse:
    """Mailings, the newest first, with their counts."""
    now = clock.now()
    if not may_read_sent(request.user, now):
        raise Http404
    rows = allowed("organisations.mailing.view", request.user, now=now).exclude(state="discarded")
    rows = rows.select_related("created_by").annotate(
        recipients_count=Count("recipients"),
        failed=Count("recipients", filter=Q(recipients__message__state__in=NOT_DELIVERED)),
        opted_out=Count(
            "recipients", filter=Q(recipients__outcome=Outcome.OPTED_OUT) | Q(recipients__message__state="kept")
        ),
    )
    return render(
        request,
        "organisations/mailings/list.html",
        {"page": paginate(request, rows.order_by("-created_at", "-pk")), "may_send": may_send(request.user, now)},
    )


@sign_in_required
def mailing_new(request: HttpRequest) -> HttpResponse:
    """A new draft; the selection may come from the list of organisations."""
    now = clock.now()
    if not may_send(request.user, now):
        raise Http404
    draft = DraftInput(request, MailingForm)
    if draft.is_posted_right:
        made: Mailing | None = attempt(
            request, lambda: workflow.create_mailing(query=draft.query, by=request.user, now=now), draft.form
        )
        if made:
            change_draft(made, data=draft.form.cleaned_data, query=draft.query, by=request.user, now=now)
            return redirect("organisations:mailing", pk=made.pk)
    return render(request, "organisations/mailings/edit.html", draft.context())


@sign_in_required
def mailing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    now = clock.now()
    found: Mailing = get_allowed(MANAGE, request.user, now=now, pk=pk)
    if found.state != "draft":
        return redirect("organisations:mailing", pk=pk)
    draft = DraftInput(request, MailingForm, found)
    if draft.is_posted_right and attempt(
        request,
        lambda: change_draft(found, data=draft.form.cleaned_data, query=draft.query, by=request.user, now=now),
        draft.form,
    ):
        messages.success(request, _("Luonnos on tallennettu."))
        return redirect("organisations:mailing", pk=pk)
    return render(request, "organisations/mailings/edit.html", {"mailing": found, **draft.context()})


@sign_in_required
def mailing(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as it will be sent, to whom; after that what came of it."""
    now = clock.now()
    found: Mailing = get_allowed("organisations.mailing.view", request.user, now=now, pk=pk)
    context = {"mailing": found, "may_manage": may_send(request.user, now)}
    if found.state in ("draft", "discarded"):
        reached, addresses = workflow.count_recipients(found, now)
        return render(
            request,
            "organisations/mailings/draft.html",
            {**context, "selection": describe(found.query, now), "reached": reached, "addresses": addresses},
        )
    rows = found.recipients.select_related("organisation", "user", "message")
    return render(
        request,
        "organisations/mailings/mailing.html",
        {
            **context,
            "words": Selection(found.query, now).words(),
            "facts": _facts(found),
            "page": paginate(request, rows.order_by("organisation__sort_key", "pk")),
            "progress": _progress(found) if found.state == "sending" else None,
        },
    )


def _facts(found: Mailing) -> list[dict[str, Any]]:
    """Return how many addresses the mailing had and what became of their messages."""
    counts = found.recipients.aggregate(
        all=Count("pk"),
        sent=Count("pk", filter=Q(message__state="sent") | Q(message__state="gathered")),
        waiting=Count("pk", filter=Q(outcome=Outcome.WAITING) | Q(message__state__in=["queued", "sending"])),
        failed=Count("pk", filter=Q(message__state__in=NOT_DELIVERED)),
        opted_out=Count("pk", filter=Q(outcome=Outcome.OPTED_OUT) | Q(message__state="kept")),
    )
    return [
        {"label": _("Vastaanottajia"), "value": counts["all"]},
        {"label": _("Lähtenyt"), "value": counts["sent"]},
        {"label": _("Jonossa"), "value": counts["waiting"]},
        {"label": _("Ei mennyt perille"), "value": counts["failed"], "tone": "over" if counts["failed"] else ""},
        {"label": _("Ei halua näitä viestejä"), "value": counts["opted_out"]},
    ]


def _progress(found: Mailing) -> dict[str, int]:
    total = found.recipients.count()
    return {"done": total - found.recipients.filter(outcome=Outcome.WAITING).count(), "total": total}


@require_POST
@sign_in_required
def mailing_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Test on oneself, send, discard or go on."""
    now = clock.now()
    found: Mailing = get_allowed(MANAGE, request.user, now=now, pk=pk)
    verb = request.POST.get("toimi", "")
    if verb in VERBS and attempt(request, lambda: VERBS[verb](found, by=request.user, now=now)):
        messages.success(request, _said(verb))
        if verb == "discard":
            return redirect("organisations:mailings")
    return redirect("organisations:mailing", pk=pk)


def _said(verb: str) -> str:
    return {
        "test": _("Viesti lähti sinulle. Katso, miltä se näyttää, ennen kuin lähetät sen muille."),
        "send": _("Viesti lähtee taustalla. Näet tästä, miten lähettäminen etenee."),
        "discard": _("Luonnos on hylätty."),
        "resume": _("Lähettäminen jatkuu taustalla."),
    }[verb]


@sign_in_required
def mailing_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the sending is, for htmx; when it is over, the page is asked to load itself again."""
    found: Mailing = get_allowed("organisations.mailing.view", request.user, now=clock.now(), pk=pk)
    if found.state != "sending":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "organisations/mailings/progress.html", {"mailing": found, "progress": _progress(found)})
