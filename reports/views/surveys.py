"""The coordinator's surveys: the list, the editor, invitations, steps and results."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import get_allowed
from common.templatetags.portal import crumbs
from liaisons.views.pages import Crumb, act_and_return, ask
from notifications.outbox import absolute
from organisations.views.helpers import attempt
from reports.forms.surveys import InviteForm, SurveyAnswerForm, SurveyForm, SurveyQuestionForm, SurveyTableForm
from reports.models import Survey, SurveyQuestion, SurveyTable
from reports.policies.annual import may_make_reports
from reports.survey_tables import count_tables, results_of
from reports.workflow.surveys import (
    add_table,
    close_survey,
    invite,
    move_question,
    open_survey,
    publish_survey,
    remind,
    remove_question,
    remove_table,
    save_question,
    save_survey,
)


def surveys_trail(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the coordinator's pages of surveys."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("reports:surveys_desk"), _("Kyselyt")), *more]


def survey_trail(survey: Survey, *more: Crumb) -> list[Crumb]:
    """Return the crumbs below one survey."""
    return surveys_trail((reverse("reports:survey_desk", args=[survey.pk]), survey.name), *more)


def drawn(trail: list[Crumb], here: str) -> Any:
    """Return the crumbs ready for the page."""
    return crumbs(*(part for pair in trail for part in pair), here)


def require_maker(request: HttpRequest) -> None:
    """Raise Http404 unless the person makes surveys."""
    if not may_make_reports(request.user, clock.now()):
        raise Http404


def managed(request: HttpRequest, pk: int) -> Survey:
    """Return the survey that the person manages, or raise Http404."""
    row: Survey = get_allowed("reports.survey.manage", request.user, now=clock.now(), pk=pk)
    return row


@sign_in_required
@require_safe
def surveys_desk(request: HttpRequest) -> HttpResponse:
    """All surveys, newest first, with the number of answers."""
    require_maker(request)
    rows = Survey.objects.annotate(number=Count("answers")).order_by("-opens_on", "-pk")
    return render(
        request,
        "reports/surveys/desk_list.html",
        {
            "page": paginate(request, rows),
            "trail": drawn(surveys_trail()[:1], _("Kyselyt")),
        },
    )


@sign_in_required
def survey_new(request: HttpRequest) -> HttpResponse:
    """A new survey."""
    require_maker(request)
    return _survey_page(request, Survey(), _("Uusi kysely"), surveys_trail())


@sign_in_required
def survey_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the details of a draft."""
    row = managed(request, pk)
    return _survey_page(request, row, _("Muuta kyselyn tietoja"), survey_trail(row))


def _survey_page(request: HttpRequest, survey: Survey, heading: str, trail: list[Crumb]) -> HttpResponse:
    form = SurveyForm(request.POST if request.method == "POST" else None, instance=survey)
    if request.method == "POST" and form.is_valid():
        saved = attempt(request, lambda: save_survey(form.instance, by=request.user, now=clock.now()), form)
        if saved:
            messages.success(request, _("Kysely on tallennettu."))
            return redirect("reports:survey_desk", saved.pk)
    context = {"form": form, "heading": heading, "submit": _("Tallenna"), "back_url": trail[-1][0]}
    return render(request, "liaisons/simple_form.html", {**context, "trail": drawn(trail, heading)})


@sign_in_required
@require_safe
def survey_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One survey: where it is, what to do next, its questions and the tables that will be published."""
    survey = managed(request, pk)
    now = clock.now()
    sent = survey.invitations.aggregate(all=Count("pk"), waiting=Count("pk", filter=Q(is_used=False)))
    context = {
        "survey": survey,
        "questions": list(survey.questions.all()),
        "tables": list(survey.tables.select_related("question", "background")),
        "number": survey.answers.count() if survey.answered is None else survey.answered,
        "invited": sent["all"],
        "waiting": sent["waiting"],
        "takes_answers": survey.takes_answers(now),
        "is_over": survey.is_over(now),
        "address": absolute(reverse("reports:survey_open", args=[survey.key])) if survey.has_open_link else "",
        "trail": drawn(surveys_trail(), survey.name),
    }
    return render(request, "reports/surveys/desk.html", context)


# The editor


def _question_page(request: HttpRequest, question: SurveyQuestion, heading: str) -> HttpResponse:
    survey = question.survey
    form = SurveyQuestionForm(request.POST if request.method == "POST" else None, instance=question)
    return ask(
        request,
        form,
        lambda: save_question(form.instance, by=request.user, now=clock.now()),
        done=_("Kysymys on tallennettu."),
        to=reverse("reports:survey_desk", args=[survey.pk]),
        heading=heading,
        submit=_("Tallenna"),
        trail=survey_trail(survey),
    )


@sign_in_required
def survey_question_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new question at the end."""
    return _question_page(request, SurveyQuestion(survey=managed(request, pk)), _("Lisää kysymys"))


def _question(request: HttpRequest, pk: int) -> SurveyQuestion:
    get_allowed("reports.survey_question.manage", request.user, now=clock.now(), pk=pk)
    return SurveyQuestion.objects.select_related("survey").get(pk=pk)


@sign_in_required
def survey_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a question."""
    return _question_page(request, _question(request, pk), _("Muuta kysymystä"))


@require_POST
@sign_in_required
def survey_question_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a question up or down, or take it away."""
    row = _question(request, pk)
    now, what = clock.now(), request.POST.get("do", "")
    to = reverse("reports:survey_desk", args=[row.survey_id])
    if what == "remove":
        done = _("Kysymys on poistettu.")
        return act_and_return(request, lambda: remove_question(row, by=request.user, now=now), done, to)
    if what not in ("up", "down"):
        return redirect(to)
    done = _("Kysymys on siirretty.")
    up = what == "up"
    return act_and_return(
        request, lambda: move_question(row, up=up, by=request.user, now=now), done, f"{to}#kysymykset"
    )


@sign_in_required
def survey_table_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a table will be published."""
    survey = managed(request, pk)
    form = SurveyTableForm(request.POST if request.method == "POST" else None, survey=survey)
    return ask(
        request,
        form,
        lambda: add_table(survey, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Taulukko on lisätty."),
        to=reverse("reports:survey_desk", args=[survey.pk]),
        heading=_("Lisää julkaistava taulukko"),
        submit=_("Lisää taulukko"),
        trail=survey_trail(survey),
        lead=_("Vain ennalta valitut taulukot julkaistaan. Siten kukaan ei voi etsiä vastaajia yhdistelemällä."),
    )


@require_POST
@sign_in_required
def survey_table_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a table away."""
    get_allowed("reports.survey_table.manage", request.user, now=clock.now(), pk=pk)
    row = SurveyTable.objects.select_related("survey").get(pk=pk)
    return act_and_return(
        request,
        lambda: remove_table(row, by=request.user, now=clock.now()),
        _("Taulukko on poistettu."),
        reverse("reports:survey_desk", args=[row.survey_id]),
    )


@sign_in_required
@require_safe
def survey_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The answering page as it will be; nothing is sent from here."""
    survey = managed(request, pk)
    form = SurveyAnswerForm(questions=list(survey.questions.all()))
    context = {"survey": survey, "form": form, "trail": drawn(survey_trail(survey), _("Esikatselu"))}
    return render(request, "reports/surveys/preview.html", context)


# Steps

_STEPS: dict[str, dict[str, Any]] = {
    "avaa": {
        "verb": open_survey,
        "heading": gettext_lazy("Avaa kysely"),
        "text": gettext_lazy("Avaamisen jälkeen kysymyksiä ja julkaistavia taulukoita ei voi enää muuttaa."),
        "done": gettext_lazy("Kysely on avattu."),
    },
    "sulje": {
        "verb": close_survey,
        "heading": gettext_lazy("Sulje kysely"),
        "text": gettext_lazy("Sulkemisen jälkeen kukaan ei voi enää vastata."),
        "done": gettext_lazy("Kysely on suljettu. Katso tulokset ja julkaise ne."),
    },
    "julkaise": {
        "verb": publish_survey,
        "heading": gettext_lazy("Julkaise tulokset"),
        "text": gettext_lazy("Taulukot lasketaan kerran eivätkä muutu enää. Kutsuttujen osoitteet poistetaan yöllä."),
        "done": gettext_lazy("Tulokset on julkaistu."),
    },
}


@sign_in_required
def survey_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Open, close or publish: the page tells what cannot be undone, the button does it."""
    survey = managed(request, pk)
    chosen = _STEPS.get(step)
    if chosen is None:
        raise Http404
    to = reverse("reports:survey_desk", args=[survey.pk])
    if request.method == "POST":
        act = {"by": request.user, "now": clock.now()}
        return act_and_return(request, lambda: chosen["verb"](survey, **act), str(chosen["done"]), to)
    context = {
        "survey": survey,
        "heading": chosen["heading"],
        "text": chosen["text"],
        "back_url": to,
        "trail": drawn(survey_trail(survey), str(chosen["heading"])),
    }
    return render(request, "reports/surveys/step.html", context)


@sign_in_required
def survey_invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a pasted list of addresses; what is no address is told line by line and nothing typed is lost."""
    survey = managed(request, pk)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = {"addresses": form.cleaned_data["addresses"], "by": request.user, "now": clock.now()}
        came = attempt(request, lambda: invite(survey, **act), form)
        if came and not came.wrong:
            done = ngettext("Kutsu lähtee yhdelle.", "Kutsu lähtee %(count)s ihmiselle.", came.count)
            nobody = _("Kaikki nämä on jo kutsuttu.")
            messages.success(request, done % {"count": came.count} if came.count else nobody)
            return redirect("reports:survey_invitations", survey.pk)
        for line in came.wrong if came else ():
            form.add_error("addresses", _("%(line)s ei ole sähköpostiosoite. Korjaa tai poista se.") % {"line": line})
    sent = survey.invitations.aggregate(all=Count("pk"), waiting=Count("pk", filter=Q(is_used=False)))
    context = {
        "survey": survey,
        "form": form,
        "invited": sent["all"],
        "waiting": sent["waiting"],
        "takes_answers": survey.takes_answers(clock.now()),
        "trail": drawn(survey_trail(survey), _("Kutsut ja muistutukset")),
    }
    return render(request, "reports/surveys/invitations.html", context)


@require_POST
@sign_in_required
def survey_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind those whose link has not been used; only their number is told."""
    survey = managed(request, pk)
    found = attempt(request, lambda: (remind(survey, by=request.user, now=clock.now()),))
    if found:
        done = ngettext("Muistutus lähtee yhdelle.", "Muistutus lähtee %(count)s ihmiselle.", found[0])
        if found[0]:
            messages.success(request, done % {"count": found[0]})
        else:
            messages.info(request, _("Kaikki ovat vastanneet tai saaneet muistutuksen jo tänään."))
    return redirect("reports:survey_invitations", survey.pk)


@sign_in_required
@require_safe
def survey_desk_results(request: HttpRequest, pk: int) -> HttpResponse:
    """The results of a closed survey as they would be published: what is hidden there is hidden here too."""
    get_allowed("reports.survey.manage", request.user, now=clock.now(), pk=pk)
    survey = Survey.objects.select_related("follows").get(pk=pk)
    if survey.state == "published":
        return redirect("reports:survey_results", survey.pk)
    if survey.state != "closed":
        raise Http404
    number, results = count_tables(survey)
    context = {
        "survey": survey,
        "results": results_of(survey, results, number),
        "number": number,
        "open_questions": survey.questions.filter(kind="text"),
        "is_desk": True,
        "trail": drawn(survey_trail(survey), _("Tulokset")),
    }
    return render(request, "reports/surveys/results.html", context)
