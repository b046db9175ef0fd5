"""The coordinator's pages beside a survey: grouping of open answers, results of surveys made by others."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import get_allowed
from liaisons.views.pages import act_and_return, ask
from organisations.views.helpers import attempt
from reports.forms.surveys import ExternalResultForm, GroupForm
from reports.models import ExternalResult, OpenAnswerGroup, SurveyQuestion
from reports.views.surveys import drawn, require_maker, survey_trail, surveys_trail
from reports.workflow.survey_extras import (
    add_group,
    place_answers,
    remove_external_result,
    remove_group,
    save_external_result,
)

PAGE = 50


def _question(request: HttpRequest, pk: int) -> SurveyQuestion:
    """Return an open question of a closed survey; others have nothing to group."""
    get_allowed("reports.survey_question.manage", request.user, now=clock.now(), pk=pk)
    row = SurveyQuestion.objects.select_related("survey").filter(pk=pk, kind="text", survey__state="closed").first()
    if row is None:
        raise Http404
    return row


@sign_in_required
def open_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """The open answers of one question in alphabetical order, each with its group."""
    question = _question(request, pk)
    page = paginate(request, question.open_answers.order_by("text", "pk"), per_page=PAGE)
    here = f"{reverse('reports:open_answers', args=[question.pk])}?sivu={page.number}"
    if request.method == "POST":
        places = _places(request, [str(row.pk) for row in page])
        if attempt(request, lambda: place_answers(question, places=places, by=request.user, now=clock.now())):
            messages.success(request, _("Ryhmät on tallennettu."))
        return redirect(here)
    context = {
        "question": question,
        "page": page,
        "groups": list(question.groups.all()),
        "group_form": GroupForm(),
        "trail": drawn(survey_trail(question.survey), _("Avoimet vastaukset")),
    }
    return render(request, "reports/surveys/open_answers.html", context)


def _places(request: HttpRequest, keys: list[str]) -> dict[str, int | None]:
    chosen = {key: request.POST.get(f"group-{key}") for key in keys}
    return {key: int(text) if text.isdecimal() else None for key, text in chosen.items() if text is not None}


@sign_in_required
@require_POST
def open_group_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a group."""
    question = _question(request, pk)
    name = request.POST.get("name", "")[:150]
    return act_and_return(
        request,
        lambda: add_group(question, name=name, by=request.user, now=clock.now()),
        _("Ryhmä on lisätty."),
        reverse("reports:open_answers", args=[question.pk]),
    )


@sign_in_required
@require_POST
def open_group_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a group away."""
    get_allowed("reports.open_group.manage", request.user, now=clock.now(), pk=pk)
    group = OpenAnswerGroup.objects.select_related("question").get(pk=pk)
    return act_and_return(
        request,
        lambda: remove_group(group, by=request.user, now=clock.now()),
        _("Ryhmä on poistettu. Sen vastaukset ovat ilman ryhmää."),
        reverse("reports:open_answers", args=[group.question_id]),
    )


@sign_in_required
@require_safe
def external_results(request: HttpRequest) -> HttpResponse:
    """Results of surveys made by others."""
    require_maker(request)
    page = paginate(request, ExternalResult.objects.all())
    context = {"page": page, "trail": drawn(surveys_trail(), _("Muiden tekemät kyselyt"))}
    return render(request, "reports/surveys/external.html", context)


def _external_page(request: HttpRequest, row: ExternalResult, heading: str) -> HttpResponse:
    form = ExternalResultForm(request.POST if request.method == "POST" else None, instance=row)
    to = reverse("reports:external_results")

    def act() -> Any:
        return save_external_result(form.instance, by=request.user, now=clock.now())

    return ask(
        request,
        form,
        act,
        done=_("Tulos on tallennettu."),
        to=to,
        heading=heading,
        submit=_("Tallenna"),
        trail=surveys_trail((to, _("Muiden tekemät kyselyt"))),
        lead=_("Kirjaa luku niin kuin lähde sen kertoo, vastaajien määrän kanssa."),
    )


@sign_in_required
def external_result_new(request: HttpRequest) -> HttpResponse:
    """Enter a result."""
    require_maker(request)
    return _external_page(request, ExternalResult(), _("Kirjaa muun tekemän kyselyn tulos"))


def _external(request: HttpRequest, pk: int) -> ExternalResult:
    row: ExternalResult = get_allowed("reports.external_result.manage", request.user, now=clock.now(), pk=pk)
    return row


@sign_in_required
def external_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a result."""
    return _external_page(request, _external(request, pk), _("Muuta tulosta"))


@sign_in_required
@require_POST
def external_result_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrongly entered result away."""
    row = _external(request, pk)
    return act_and_return(
        request,
        lambda: remove_external_result(row, by=request.user, now=clock.now()) or True,
        _("Tulos on poistettu."),
        reverse("reports:external_results"),
    )
