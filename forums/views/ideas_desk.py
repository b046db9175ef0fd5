"""Ideas on the desk: what waits, what is late; publishing, telling, merging, leading on; ideas from the phone."""

from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.exports import csv_response, xlsx_response
from common.pagination import paginate
from common.policies import allowed, get_allowed
from forums.forms.ideas import (
    IdeaAgreementForm,
    IdeaFilterForm,
    IdeaMergeForm,
    IdeaMoveForm,
    IdeaPublishForm,
    IdeaRefuseForm,
    PhoneIdeaForm,
)
from forums.life_cycles_after import IDEA
from forums.models import Idea
from forums.policies.after import may_enter_for_others, may_list_ideas, may_moderate_ideas
from forums.views.after_pages import idea_desk_crumbs, tagged
from forums.views.ideas import filtered
from forums.workflow.idea_follows import merge_idea
from forums.workflow.ideas import Given, enter_idea, lead_to_agreement, move_idea, publish_idea, refuse_idea
from forums.workflow.voices import Speaker
from grants.models import Agreement
from liaisons.views.pages import ask

MOST_AGREEMENTS = 100


@sign_in_required
def ideas_desk(request: HttpRequest) -> HttpResponse:
    """All ideas: first those that wait for publishing, then the longest untold."""
    now = clock.now()
    if not may_list_ideas(request.user, now):
        raise Http404
    form = IdeaFilterForm(request.GET or None, states=tuple(IDEA.keys()))
    rows = filtered(form, Idea.objects.exclude(state="unconfirmed")).select_related("organisation", "handler")
    page = paginate(request, rows.order_by(F("renewed_at").asc(nulls_first=True), "given_at", "pk"))
    context = {
        "page": page,
        "rows": tagged(page, now),
        "form": form,
        "waiting": Idea.objects.filter(state="waiting").order_by("given_at")[:20],
        "late": Idea.objects.late(now).count(),
        "enters": may_enter_for_others(request.user, now),
        "moderates": may_moderate_ideas(request.user, now),
        "now": now,
    }
    return render(request, "forums/after/ideas_desk.html", context)


@sign_in_required
def ideas_export(request: HttpRequest, kind: str) -> HttpResponse:
    """All ideas as a file; without the givers' names and addresses."""
    now = clock.now()
    if not may_list_ideas(request.user, now) or kind not in ("csv", "xlsx"):
        raise Http404
    head = [_("Idea"), _("Tila"), _("Järjestö"), _("Annettu"), _("Tila kerrottu"), _("Myöhässä"), _("Kuvaus")]
    rows = Idea.objects.exclude(state="unconfirmed").select_related("organisation").order_by("pk")
    cells = [
        [
            row.title,
            str(row.state_label),
            str(row.organisation or ""),
            row.given_at,
            row.renewed_at,
            _("kyllä") if row.is_late(now) else "",
            row.words,
        ]
        for row in rows
    ]
    return (xlsx_response if kind == "xlsx" else csv_response)("ideat", head, cells)


@sign_in_required
def idea_enter(request: HttpRequest) -> HttpResponse:
    """Write down an idea told on the phone."""
    now = clock.now()
    if not may_enter_for_others(request.user, now):
        raise Http404
    form = PhoneIdeaForm(request.POST or None)
    by = current_user(request)

    def act() -> Idea:
        data = form.cleaned_data
        given = Given(data["title"], data["text"], theme=data["theme"])
        return enter_idea(given, speaker=Speaker(data["name"], data["email"]), by=by, now=now)

    return ask(
        request,
        form,
        act,
        done=_("Idea on kirjattu ja odottaa julkaisemista."),
        to=reverse("forums:ideas_desk") if may_list_ideas(request.user, now) else reverse("forums:ideas"),
        heading=_("Kirjaa puhelimessa kerrottu idea"),
        submit=_("Kirjaa idea"),
        trail=idea_desk_crumbs()
        if may_list_ideas(request.user, now)
        else [(reverse("portal:desk"), _("Hallinta")), (reverse("forums:ideas"), _("Ideat"))],
    )


def _ask(request: HttpRequest, found: Idea, form: Any, act: Any, done: str, heading: str, submit: str) -> HttpResponse:
    return ask(
        request,
        form,
        act,
        done=done,
        to=found.get_absolute_url(),
        heading=heading,
        submit=submit,
        trail=[(reverse("forums:ideas"), _("Ideat")), (found.get_absolute_url(), found.title)],
        lead=found.title,
    )


@sign_in_required
def idea_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an idea, cleaned of personal data."""
    now = clock.now()
    found: Idea = get_allowed("forums.idea.moderate", request.user, now=now, pk=pk)
    by = current_user(request)
    initial = {"title": found.title, "text": found.text, "handler": by}
    form = IdeaPublishForm(request.POST or None, initial=initial, now=now)
    return _ask(
        request,
        found,
        form,
        lambda: publish_idea(found, **form.cleaned_data, by=by, now=now),
        _("Idea on julkaistu. Antaja sai viestin."),
        _("Julkaise idea"),
        _("Julkaise"),
    )


@sign_in_required
def idea_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not publish an idea, with a reason."""
    now = clock.now()
    found: Idea = get_allowed("forums.idea.moderate", request.user, now=now, pk=pk)
    by = current_user(request)
    form = IdeaRefuseForm(request.POST or None)
    return _ask(
        request,
        found,
        form,
        lambda: refuse_idea(found, words=form.cleaned_data["words"], by=by, now=now),
        _("Ideaa ei julkaistu. Antaja sai syyn."),
        _("Älä julkaise ideaa"),
        _("Älä julkaise"),
    )


@sign_in_required
def idea_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell where the idea is now; its handler does so at least every 60 days."""
    now = clock.now()
    found: Idea = get_allowed("forums.idea.handle", request.user, now=now, pk=pk)
    by = current_user(request)
    form = IdeaMoveForm(request.POST or None, initial={"handler": found.handler_id or by.pk}, idea=found, now=now)
    return _ask(
        request,
        found,
        form,
        lambda: move_idea(found, **form.cleaned_data, by=by, now=now),
        _("Idean tila on kerrottu. Antaja ja seuraajat saavat viestin."),
        _("Kerro idean tila"),
        _("Tallenna ja kerro"),
    )


@sign_in_required
def idea_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a duplicate to another idea."""
    now = clock.now()
    found: Idea = get_allowed("forums.idea.handle", request.user, now=now, pk=pk)
    by = current_user(request)
    form = IdeaMergeForm(request.POST or None, idea=found)
    return _ask(
        request,
        found,
        form,
        lambda: merge_idea(found, into=form.cleaned_data["into"], by=by, now=now),
        _("Ideat on yhdistetty. Seuraajat siirtyivät."),
        _("Yhdistä toiseen ideaan"),
        _("Yhdistä"),
    )


@sign_in_required
def idea_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Point to the agreement to which the idea has led."""
    now = clock.now()
    found: Idea = get_object_or_404(
        allowed("forums.idea.handle", request.user, now=now).select_related("organisation"), pk=pk
    )
    rows = allowed("grants.agreement.view", request.user, now=now)
    if found.organisation_id:
        rows = rows.filter(parties__organisation=found.organisation_id)
    shown = Agreement.objects.filter(pk__in=list(rows.order_by("-pk").values_list("pk", flat=True)[:MOST_AGREEMENTS]))
    by = current_user(request)
    form = IdeaAgreementForm(request.POST or None, agreements=shown, initial={"agreement": found.agreement_id})
    return _ask(
        request,
        found,
        form,
        lambda: lead_to_agreement(found, agreement=form.cleaned_data["agreement"], by=by, now=now),
        _("Sopimus on liitetty ideaan."),
        _("Liitä ideaan sopimus"),
        _("Liitä"),
    )
