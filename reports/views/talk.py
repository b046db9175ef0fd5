"""Pages of the talk about a report: a section's comment, a question and its answer, who has read."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.policies import allowed, get_allowed
from liaisons.views.pages import ask as ask_form
from reports import workflow
from reports.audiences import COMMITTEE
from reports.forms.talk import CommentForm, QuestionForm, ReportAnswerForm
from reports.models import AnnualReport, ReportReading, SectionComment, SectionQuestion
from reports.told import SUMMARY, places


@sign_in_required
def comment(request: HttpRequest, report_id: int, section: str) -> HttpResponse:
    """Write the comment of a draft's section; what somebody else wrote meanwhile is shown beside what was typed."""
    now = clock.now()
    found: AnnualReport = get_allowed("reports.annual.manage", request.user, now=now, pk=report_id)
    standing = SectionComment.objects.filter(report=found, section=section).first()
    heading = places(found).get(section) or (_("Osio, jota raportissa ei enää ole") if standing else None)
    if heading is None:
        raise Http404
    back = f"{reverse('reports:edit', args=[found.pk])}#{section}"
    first = {"version": standing.version if standing else 0, "text": standing.text if standing else ""}
    form = CommentForm(request.POST if request.method == "POST" else None, initial=first)
    latest, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            workflow.save_comment(found, section=section, by=request.user, now=now, **form.cleaned_data)
        except workflow.StaleComment as stale:
            latest, status = stale.latest, 409
            form.add_error(None, str(stale))
            form.see(latest.version)
        except Refused as refused:
            status = 409
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kommentti on tallennettu."))
            return redirect(back)
    context = {"report": found, "heading": heading, "form": form, "latest": latest, "back_url": back}
    return render(request, "reports/comment.html", context, status=status)


@sign_in_required
def ask(request: HttpRequest, report_id: int) -> HttpResponse:
    """Ask about a place of a published report; ``?osio=`` chooses it beforehand."""
    now = clock.now()
    found: AnnualReport = get_allowed("reports.annual.ask", request.user, now=now, pk=report_id)
    page = reverse("reports:report", args=[found.pk])
    known = places(found)
    chosen = request.GET.get("osio", SUMMARY)
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        places=known,
        initial={"section": chosen if chosen in known else SUMMARY},
    )

    def act() -> Any:
        return workflow.ask_question(found, by=request.user, now=now, **form.cleaned_data)

    section = form.data.get("section", "")
    return ask_form(
        request,
        form,
        act,
        done=_("Kysymys on lähetetty. Saat viestin, kun siihen on vastattu."),
        to=f"{page}#{section}" if section in known else page,
        heading=_("Kysy raportista"),
        submit=_("Lähetä kysymys"),
        trail=[
            (reverse("reports:reports"), _("Raportit")),
            (page, found.title),
        ],
        lead=_(
            "Koordinaattori vastaa kysymykseen. Kysymys ja vastaus näkyvät sitten kaikille raportin lukijoille. "
            "Nimesi näkyy vain niille, jotka voivat kysyä raportista."
        ),
    )


def _rows(found: AnnualReport, now: Any) -> list[dict[str, Any]]:
    """Return who reads the report and when each marked it read; also who has read and sits there no more."""
    read = {row.user_id: row for row in ReportReading.objects.filter(report=found).select_related("user")}
    rows = [{"person": person, "read_at": None} for person in workflow.readers(now) if person.pk not in read]
    done = sorted(read.values(), key=lambda row: row.read_at)
    return [*({"person": row.user, "read_at": row.read_at} for row in done), *rows]


@sign_in_required
def readers(request: HttpRequest, report_id: int) -> HttpResponse:
    """The coordinator's view of a published report: questions with those that wait first, and who has read."""
    now = clock.now()
    rows = allowed("reports.annual.manage", request.user, now=now).filter(state="frozen", audience=COMMITTEE)
    found: AnnualReport | None = rows.filter(pk=report_id).first()
    if found is None:
        raise Http404
    known = places(found)
    questions = list(SectionQuestion.objects.filter(report=found).select_related("asked_by", "answered_by"))
    questions.sort(key=lambda row: row.is_answered)
    people = _rows(found, now)
    return render(
        request,
        "reports/readers.html",
        {
            "report": found,
            "questions": [(row, known.get(row.section, row.section)) for row in questions],
            "people": people,
            "read": sum(1 for row in people if row["read_at"]),
        },
    )


@sign_in_required
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question with its answer, or the form of the answer."""
    now = clock.now()
    get_allowed("reports.question.answer", request.user, now=now, pk=pk)
    row = SectionQuestion.objects.select_related("report", "asked_by", "answered_by").get(pk=pk)
    back = reverse("reports:readers", args=[row.report_id])
    form = ReportAnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            workflow.answer_question(row, by=request.user, now=now, **form.cleaned_data)
        except Refused as refused:
            status = 409
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Vastaus on julkaistu raportin sivulla ja lähetetty kysyjälle."))
            return redirect(back)
    context = {
        "question": row,
        "report": row.report,
        "heading": places(row.report).get(row.section, row.section),
        "form": form,
        "back_url": back,
    }
    return render(request, "reports/question.html", context, status=status)
