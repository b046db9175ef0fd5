"""The launch campaign's pages: list, draft with preview, follow-up, reminding, letters, export."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from documents.views import serve
from organisations import campaign_exports
from organisations.forms.sending import CampaignForm, CodeFilter, RemindForm
from organisations.letters import SAMPLE_CODE, letters_pdf
from organisations.models import CODE_LIFE, Campaign, ClaimCode, LetterBatch
from organisations.policies.relations import may_read_sent, may_send
from organisations.selections import Selection
from organisations.views.helpers import attempt
from organisations.views.sending import DraftInput, describe
from organisations.workflow import campaigns as workflow
from organisations.workflow.sending import change_draft

MANAGE = "organisations.campaign.manage"
VERBS: dict[str, Callable[..., Campaign]] = {
    "start": workflow.start_campaign,
    "discard": workflow.discard_campaign,
    "close": workflow.close_campaign,
    "resume": workflow.resume,
}


@sign_in_required
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns, the newest first, with what came of them."""
    now = clock.now()
    if not may_read_sent(request.user, now):
        raise Http404
    rows = allowed("organisations.campaign.view", request.user, now=now).exclude(state="discarded")
    rows = rows.annotate(organisations=Count("codes"), used=Count("codes", filter=Q(codes__state="used"))).order_by(
        "-created_at", "-pk"
    )
    return render(
        request,
        "organisations/campaigns/list.html",
        {"page": paginate(request, rows), "may_send": may_send(request.user, now)},
    )


@sign_in_required
def campaign_new(request: HttpRequest) -> HttpResponse:
    """A new draft; the selection may come from the list of organisations."""
    now = clock.now()
    if not may_send(request.user, now):
        raise Http404
    draft = DraftInput(request, CampaignForm)
    if draft.is_posted_right:
        made: Campaign | None = attempt(
            request,
            lambda: workflow.create_campaign(
                name=draft.form.cleaned_data["name"], query=draft.query, by=request.user, now=now
            ),
            draft.form,
        )
        if made:
            change_draft(made, data=draft.form.cleaned_data, query=draft.query, by=request.user, now=now)
            return redirect("organisations:campaign", pk=made.pk)
    return render(request, "organisations/campaigns/edit.html", draft.context())


@sign_in_required
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    now = clock.now()
    campaign: Campaign = get_allowed(MANAGE, request.user, now=now, pk=pk)
    if campaign.state != "draft":
        return redirect("organisations:campaign", pk=pk)
    draft = DraftInput(request, CampaignForm, campaign)
    if draft.is_posted_right and attempt(
        request,
        lambda: change_draft(campaign, data=draft.form.cleaned_data, query=draft.query, by=request.user, now=now),
        draft.form,
    ):
        messages.success(request, _("Luonnos on tallennettu."))
        return redirect("organisations:campaign", pk=pk)
    return render(request, "organisations/campaigns/edit.html", {"campaign": campaign, **draft.context()})


@sign_in_required
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as it will be sent; after that, how far the sending is and what each organisation has done."""
    now = clock.now()
    found: Campaign = get_allowed("organisations.campaign.view", request.user, now=now, pk=pk)
    context = {"campaign": found, "may_manage": may_send(request.user, now)}
    if found.state in ("draft", "discarded"):
        return render(
            request,
            "organisations/campaigns/draft.html",
            {
                **context,
                "selection": describe(found.query, now),
                "code": SAMPLE_CODE,
                "until": now + timedelta(days=found.valid_days),
            },
        )
    return render(request, "organisations/campaigns/campaign.html", {**context, **_follow_up(request, found)})


def _follow_up(request: HttpRequest, found: Campaign) -> dict[str, Any]:
    form = CodeFilter(request.GET or None)
    return {
        "selection": {"words": Selection(found.query, clock.now()).words()},
        "facts": _facts(found),
        "form": form,
        "page": paginate(request, filtered_codes(found, form)),
        "batches": found.letter_batches.select_related("printed_by"),
        "progress": _progress(found) if found.state == "sending" else None,
    }


def filtered_codes(found: Campaign, form: CodeFilter) -> QuerySet[ClaimCode]:
    """Return the campaign's organisations as the filter asks, in Finnish order."""
    rows = found.codes.select_related("organisation__domicile", "message", "used_by")
    data = form.cleaned_data if form.is_valid() else {}
    if words := data.get("q"):
        rows = rows.filter(organisation__name__icontains=words)
    if channel := data.get("tapa"):
        rows = rows.filter(channel=channel)
    if data.get("tila") == "failed":
        rows = rows.filter(workflow.bounced())
    elif state := data.get("tila"):
        rows = rows.filter(state=state)
    return rows.order_by("organisation__sort_key", "pk")


def _facts(found: Campaign) -> list[dict[str, Any]]:
    """Return the counts of the follow-up, in the order in which things happen."""
    counts = dict(found.codes.order_by().values_list("state").annotate(Count("pk")))
    failed = found.codes.filter(workflow.bounced()).count()
    total = sum(counts.values())
    facts = [{"label": _("Järjestöjä"), "value": total}]
    facts += [
        {"label": label, "value": counts[state], "tone": "left" if state == "sent" else ""}
        for state, label in CODE_LIFE.choices()
        if counts.get(state)
    ]
    if failed:
        facts.append({"label": _("Sähköposti ei mennyt perille"), "value": failed, "tone": "over"})
    return facts


def _progress(found: Campaign) -> dict[str, int]:
    total = found.codes.exclude(state="no_address").count()
    waiting = found.codes.filter(state="waiting").count()
    return {"done": total - waiting, "total": total}


@sign_in_required
def letter_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as a PDF, with an example of a recipient and of a code."""
    now = clock.now()
    found: Campaign = get_allowed("organisations.campaign.view", request.user, now=now, pk=pk)
    letter = {
        "recipient": _("Esimerkkiyhdistys ry\nEsimerkkikatu 1\n80100 JOENSUU"),
        "name": _("Esimerkkiyhdistys ry"),
        "code": SAMPLE_CODE,
        "until": now + timedelta(days=found.valid_days),
    }
    if not found.is_complete:
        raise Http404
    data = letters_pdf(found, [letter], now=now)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="kirje.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@sign_in_required
def campaign_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Start, discard, resume or close."""
    now = clock.now()
    found: Campaign = get_allowed(MANAGE, request.user, now=now, pk=pk)
    verb = request.POST.get("toimi", "")
    if verb in VERBS and attempt(request, lambda: VERBS[verb](found, by=request.user, now=now)):
        messages.success(request, _said(verb))
    if verb == "discard":
        return redirect("organisations:campaigns")
    return redirect("organisations:campaign", pk=pk)


def _said(verb: str) -> str:
    return {
        "start": _("Kampanja on aloitettu. Koodit lähtevät taustalla; näet edistymisen tästä."),
        "discard": _("Luonnos on hylätty."),
        "close": _("Kampanja on päätetty. Käyttämättömät koodit eivät enää toimi."),
        "resume": _("Lähettäminen jatkuu taustalla."),
    }[verb]


@sign_in_required
def campaign_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new code to those who have not used theirs."""
    now = clock.now()
    found: Campaign = get_allowed(MANAGE, request.user, now=now, pk=pk)
    form = RemindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = attempt(
            request, lambda: workflow.remind_unused(found, **form.cleaned_data, by=request.user, now=now), form
        )
        if count:
            text = ngettext("%(n)s järjestö saa uuden koodin.", "%(n)s järjestöä saa uuden koodin.", count)
            messages.success(request, text % {"n": count})
            return redirect("organisations:campaign", pk=pk)
    return render(request, "organisations/campaigns/remind.html", {"campaign": found, "form": form})


@sign_in_required
def campaign_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the sending is, for htmx; when it is over, the page is asked to load itself again."""
    found: Campaign = get_allowed("organisations.campaign.view", request.user, now=clock.now(), pk=pk)
    if found.state != "sending" or found.fault:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "organisations/campaigns/progress.html", {"campaign": found, "progress": _progress(found)})


@sign_in_required
def campaign_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Exactly the organisations that the list shows, as CSV or XLSX."""
    found: Campaign = get_allowed("organisations.campaign.view", request.user, now=clock.now(), pk=pk)
    if kind not in ("csv", "xlsx"):
        raise Http404
    return campaign_exports.codes_file(found, filtered_codes(found, CodeFilter(request.GET or None)), kind)


def _batch(request: HttpRequest, pk: int, now: datetime) -> LetterBatch:
    rows = allowed("organisations.letter_batch.manage", request.user, now=now)
    batch: LetterBatch = get_object_or_404(rows, pk=pk)
    return batch


@sign_in_required
def letters(request: HttpRequest, pk: int) -> FileResponse:
    """The letters of one batch, until they are marked printed."""
    batch = _batch(request, pk, clock.now())
    if batch.printed_at is not None:
        raise Http404
    return serve(request, batch)


@require_POST
@sign_in_required
def letters_printed(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters are on paper: their file is erased."""
    now = clock.now()
    batch = _batch(request, pk, now)
    if attempt(request, lambda: workflow.mark_printed(batch, by=request.user, now=now)):
        messages.success(request, _("Kirjeet on merkitty tulostetuiksi, ja tiedosto on poistettu."))
    return redirect("organisations:campaign", pk=batch.campaign_id)
