"""Surveys for everybody: the list, answering by an open or a personal link, thanks, results and their files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.exports import csv_response, xlsx_response
from common.policies import allowed, get_allowed
from forums.sign_up_limits import is_too_many
from organisations.views.helpers import attempt
from reports.forms.surveys import SurveyAnswerForm
from reports.models import Survey, SurveyInvitation
from reports.survey_tables import Shown, results_of
from reports.workflow.surveys import answer_survey, hash_key

COOKIE = "kysely"
COOKIE_LIFE = 60 * 60 * 24 * 90


@public_page
@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """What can be answered now, what has been published, and results of surveys made by others."""
    now = clock.now()
    context = {
        "open": allowed("reports.survey.answer", request.user, now=now).order_by("closes_on", "pk"),
        "published": allowed("reports.survey.read", request.user, now=now).order_by("-published_on", "-pk"),
        "others": allowed("reports.external_result.read", request.user, now=now),
    }
    return render(request, "reports/surveys/public.html", context)


@public_page
@never_cache
def survey_open(request: HttpRequest, key: str) -> HttpResponse:
    """Answer by the open link: one answer from a browser, by a cookie that names nobody."""
    found = Survey.objects.filter(key=key, has_open_link=True).exclude(state="draft").first()
    if found is None:
        raise Http404
    if request.get_signed_cookie(f"{COOKIE}{found.pk}", default=None):
        return redirect("reports:survey_thanks")
    return _answer(request, found, "")


@public_page
@never_cache
def survey_personal(request: HttpRequest, token: str) -> HttpResponse:
    """Answer by the link of a letter: once."""
    row = SurveyInvitation.objects.filter(key_hash=hash_key(token)).select_related("survey").first()
    if row is None or row.is_used:
        return render(request, "reports/surveys/used.html")
    return _answer(request, row.survey, token)


def _answer(request: HttpRequest, found: Survey, token: str) -> HttpResponse:
    """Show the questions or take the answer; who is asking is not looked at."""
    posted = request.POST if request.method == "POST" else None
    form = SurveyAnswerForm(posted, questions=list(found.questions.all()))
    if posted is not None and form.is_robot:
        return redirect("reports:survey_thanks")
    if posted is not None and form.is_valid() and _taken(request, found, form, token):
        response = redirect("reports:survey_thanks")
        if not token:
            response.set_signed_cookie(
                f"{COOKIE}{found.pk}",
                "1",
                max_age=COOKIE_LIFE,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response
    context = {"survey": found, "form": form, "is_open": found.takes_answers(clock.now())}
    return render(request, "reports/surveys/answer.html", context)


def _taken(request: HttpRequest, found: Survey, form: SurveyAnswerForm, token: str) -> bool:
    now = clock.now()
    if not token and is_too_many(request, "", now):
        form.add_error(None, _("Tästä osoitteesta on tullut monta vastausta. Odota hetki ja lähetä uudelleen."))
        return False

    def act() -> bool:
        answer_survey(found, reply=form.reply, key=token, now=now)
        return True

    return bool(attempt(request, act, form))


@public_page
@require_safe
def survey_thanks(request: HttpRequest) -> HttpResponse:
    """Thanks; the page is the same after every survey."""
    return render(request, "reports/surveys/thanks.html")


def published(request: HttpRequest, pk: int) -> Survey:
    """Return the published survey with the one it follows, or raise Http404."""
    row: Survey = get_allowed("reports.survey.read", request.user, now=clock.now(), pk=pk)
    return Survey.objects.select_related("follows").get(pk=row.pk)


@public_page
@require_safe
def survey_results(request: HttpRequest, pk: int) -> HttpResponse:
    """The published tables, with the change from the earlier survey."""
    found = published(request, pk)
    context = {"survey": found, "results": results_of(found), "number": found.answered}
    return render(request, "reports/surveys/results.html", context)


def _lines(results: list[Shown]) -> list[list[Any]]:
    """Return all tables as rows of one file: table, row, column, figure."""
    lines: list[list[Any]] = []
    for shown in results:
        if shown.withheld:
            continue
        lines += [[shown.heading, row[0], column, text] for row in shown.lines for column, text in _pairs(shown, row)]
        lines += [
            [shown.heading, _("Yhteensä"), column, total]
            for column, total in zip(shown.columns, shown.column_totals, strict=True)
        ]
    return lines


def _pairs(shown: Shown, row: list[str]) -> list[tuple[str, str]]:
    return list(zip(shown.head[1:], row[1:], strict=True))


@public_page
@require_safe
def survey_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The published tables as CSV or XLSX; a dash is a hidden figure."""
    found = published(request, pk)
    make = xlsx_response if kind == "xlsx" else csv_response
    head = [_("Taulukko"), _("Rivi"), _("Sarake"), _("Luku")]
    return make(f"kysely-{found.pk}", head, _lines(results_of(found)))
