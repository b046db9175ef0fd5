"""The self-assessment: the public result, an organisation's answer, the coordinator's year."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from accounts.roles import has_any_staff_role
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from liaisons.forms.theses import CountyScoreForm, NgoAssessmentForm, OpenForm, PromisesForm, YearForm
from liaisons.models import CountyScore, NgoScore, Score, SelfAssessment, Thesis
from liaisons.policies import may_manage_assessments
from liaisons.theses import answer_count, compared, over_years, sums_of
from liaisons.views.pages import Crumb, act_and_return, ask
from liaisons.workflow import theses as verbs
from organisations.acting import acting_organisation
from organisations.views.helpers import attempt


@public_page
def theses(request: HttpRequest) -> HttpResponse:
    """The theses, and the latest published year; earlier years as links. Says so where the area has none."""
    now = clock.now()
    published = list(allowed("liaisons.assessment.public", request.user, now=now).order_by("-year"))
    if published:
        return _published(request, published[0], published, now)
    current = list(Thesis.objects.filter(is_current=True))
    taking = SelfAssessment.objects.taking_answers(now).order_by("-year").first()
    own = allowed("organisations.prepare", request.user, now=now).order_by("sort_key")[:20] if taking else []
    return render(request, "liaisons/theses.html", {"theses": current, "taking": taking, "own": own, "now": now})


@public_page
def public_assessment(request: HttpRequest, year: int) -> HttpResponse:
    """One published year."""
    now = clock.now()
    published = list(allowed("liaisons.assessment.public", request.user, now=now).order_by("-year"))
    found = next((row for row in published if row.year == year), None)
    if found is None:
        raise Http404
    return _published(request, found, published, now)


def _published(
    request: HttpRequest, found: SelfAssessment, published: list[SelfAssessment], now: datetime
) -> HttpResponse:
    sums = sums_of(found, now)
    taking = SelfAssessment.objects.taking_answers(now).order_by("-year").first()
    own = allowed("organisations.prepare", request.user, now=now).order_by("sort_key")[:20] if taking else []
    context = {
        "found": found,
        "sums": sums,
        "chart": compared(sums),
        "answers": answer_count(found),
        "years": over_years(published),
        "others": [row.year for row in published if row.pk != found.pk],
        "taking": taking,
        "own": own,
        "anchors": [(score.value, score.label) for score in Score],
        "now": now,
    }
    return render(request, "liaisons/assessment_public.html", context)


@sign_in_required
def own_assessment(request: HttpRequest, organisation_id: int, year: int) -> HttpResponse:
    """An organisation's answer of a year: given and changed until closing, afterwards read by its own people."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("liaisons.assessment.answer", request.user, now=now)
    found: SelfAssessment = get_object_or_404(rows, year=year)
    answers = allowed("liaisons.ngoassessment.own", request.user, now=now)
    answer = answers.filter(assessment=found, organisation=organisation).first()
    scores = list(NgoScore.objects.filter(answer=answer).select_related("thesis")) if answer else []
    can_answer = may("organisations.prepare", request.user, organisation, now=now)
    takes = found.takes_answers(now)
    form = None
    if can_answer and (takes or request.method == "POST"):
        current = Thesis.objects.filter(is_current=True)
        form = NgoAssessmentForm(request.POST or None, theses=current, scores=scores)
    if (
        request.method == "POST"
        and form is not None
        and form.is_valid()
        and _answer(request, found, organisation, form)
    ):
        return redirect("liaisons:own_assessment", organisation_id, year)
    context = {
        "organisation": organisation,
        "found": found,
        "answer": answer,
        "scores": scores,
        "form": form,
        "takes": takes,
        "anchors": [(score.value, score.label) for score in Score],
        "now": now,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "liaisons/own_assessment.html", context, status=status)


def _answer(request: HttpRequest, found: SelfAssessment, organisation: Any, form: NgoAssessmentForm) -> bool:
    done = attempt(
        request,
        lambda: verbs.answer_assessment(
            found, organisation=organisation, scores=form.scores, by=request.user, now=clock.now()
        ),
        form,
    )
    if done:
        messages.success(request, _("Kiitos. Arvionne on tallessa, ja voitte muuttaa sitä vastausajan loppuun asti."))
    return bool(done)


# Desk


def thesis_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the desk's pages of the self-assessment."""
    trail = [(reverse("portal:desk"), _("Hallinta")), (reverse("liaisons:assessments"), _("Järjestöystävällisyys"))]
    return [*trail, *more]


def _of(found: SelfAssessment) -> tuple[str, list[Crumb]]:
    address = reverse("liaisons:assessment", args=[found.pk])
    return address, thesis_crumbs((address, str(found.year)))


@sign_in_required
def assessments(request: HttpRequest) -> HttpResponse:
    """The years, and beginning a new one."""
    now = clock.now()
    if not has_any_staff_role(request.user, now, "coordinator", "auditor"):
        raise Http404
    can_make = may_manage_assessments(request.user, now)
    form = YearForm(request.POST or None, initial={"year": local_date(now).year})
    if request.method == "POST" and can_make and form.is_valid():
        made = attempt(request, lambda: verbs.start_assessment(**form.cleaned_data, by=request.user, now=now), form)
        if made:
            return redirect("liaisons:assessment", pk=made.pk)
    page = paginate(request, allowed("liaisons.assessment.desk", request.user, now=now).order_by("-year"))
    context = {
        "page": page,
        "rows": [(row, *row.label_at(now)) for row in page],
        "form": form if can_make else None,
        "has_theses": Thesis.objects.filter(is_current=True).exists(),
    }
    return render(request, "liaisons/assessment_list.html", context, status=422 if form.errors else 200)


@sign_in_required
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One year on the desk: the county's scores, organisations' sums once answering is over, what comes next."""
    now = clock.now()
    found: SelfAssessment = get_object_or_404(allowed("liaisons.assessment.desk", request.user, now=now), pk=pk)
    sums = sums_of(found, now)
    state = found.state_at(now)
    word, tone = found.label_at(now)
    context = {
        "found": found,
        "state": state,
        "word": word,
        "tone": tone,
        "sums": sums,
        "chart": compared(sums),
        "answers": answer_count(found) if state in ("closed", "published") else None,
        "missing": [row.thesis for row in sums if row.county is None],
        "can_manage": may_manage_assessments(request.user, now),
        "now": now,
    }
    return render(request, "liaisons/assessment.html", context)


def _managed(request: HttpRequest, pk: int) -> SelfAssessment:
    found: SelfAssessment = get_allowed("liaisons.assessment.manage", request.user, now=clock.now(), pk=pk)
    return found


@sign_in_required
def assessment_score(request: HttpRequest, pk: int, thesis: int) -> HttpResponse:
    """The county's score of one thesis."""
    found = _managed(request, pk)
    row = get_object_or_404(Thesis, pk=thesis)
    known = CountyScore.objects.filter(assessment=found, thesis=row).first()
    initial = {"score": known.score, "reasons": known.reasons, "evidence": known.evidence} if known else {}
    form = CountyScoreForm(request.POST or None, initial=initial)
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: verbs.score_thesis(found, thesis=row, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Pisteet on tallennettu."),
        to=address,
        heading=_("Hyvinvointialueen pisteet"),
        submit=_("Tallenna pisteet"),
        trail=trail,
        lead=_("Järjestöystävällinen hyvinvointialue %(thesis)s.") % {"thesis": row.name},
    )


@sign_in_required
def assessment_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the year to organisations."""
    found = _managed(request, pk)
    form = OpenForm(request.POST or None)
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: verbs.open_assessment(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Arviointi on avoinna. Järjestöille lähtee viesti."),
        to=address,
        heading=_("Avaa järjestöille"),
        submit=_("Avaa"),
        trail=trail,
        lead=_("Alueen rekisteröidyt järjestöt saavat pyynnön arvioida. Kukin järjestö vastaa kerran vuodessa."),
    )


@sign_in_required
def assessment_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give organisations more time."""
    found = _managed(request, pk)
    form = OpenForm(request.POST or None, initial={"closes_at": found.closes_at})
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: verbs.extend_assessment(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Uusi päättymisaika on tallennettu."),
        to=address,
        heading=_("Jatka aikaa"),
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
@require_POST
def assessment_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop taking answers."""
    found = _managed(request, pk)
    return act_and_return(
        request,
        lambda: verbs.close_assessment(found, by=request.user, now=clock.now()),
        _("Vastausaika on päätetty."),
        _of(found)[0],
    )


@sign_in_required
def assessment_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the year with what will be improved."""
    found = _managed(request, pk)
    form = PromisesForm(request.POST or None, initial={"promises": found.promises})
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: verbs.publish_assessment(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Arvio on julkaistu."),
        to=address,
        heading=_("Julkaise arvio"),
        submit=_("Julkaise"),
        trail=trail,
        lead=_("Julkaistua arviota ei voi enää muuttaa. Järjestöjen vastauksista näytetään vain summat."),
    )
