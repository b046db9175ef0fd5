"""Register data in dispute: the officers' queue, and the organisation's own reports."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from documents.views import serve
from organisations.acting import acting_organisation
from organisations.forms import AnswerForm, KeepForm, QuestionForm, RegisterErrorForm, ReviewFilter
from organisations.models import ReviewItem
from organisations.policies import may_enter
from organisations.register.values import Shown
from organisations.views.helpers import attempt
from organisations.views.register import register_tabs
from organisations.workflow import (
    answer_review,
    ask_organisation,
    keep_own_value,
    report_register_error,
    take_register_value,
)


def _with_words(items: Any) -> list[dict[str, Any]]:
    """Return the items with their values in words; one more query when a municipality is among them."""
    shown = Shown()
    return [
        {"item": item, "register": shown(item.field, item.register_value), "own": shown(item.field, item.own_value)}
        for item in items
    ]


@sign_in_required
def reviews(request: HttpRequest) -> HttpResponse:
    """Where the register and the organisation disagree: the waiting ones, oldest first."""
    now = clock.now()
    if not may_enter(request.user, now):
        raise Http404
    form = ReviewFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {"tila": "", "lahde": ""}
    rows = allowed("organisations.review.decide", request.user, now=now).select_related("organisation")
    if chosen["tila"] != "kaikki":
        rows = rows.filter(state=chosen["tila"] or "open")
    if chosen["lahde"]:
        rows = rows.filter(source=chosen["lahde"])
    page = paginate(request, rows.order_by("opened_at", "pk"))
    return render(
        request,
        "organisations/reviews.html",
        {
            "page": page,
            "rows": _with_words(page.object_list),
            "form": form,
            "is_narrowed": any(chosen.values()),
            **register_tabs("reviews"),
        },
    )


@sign_in_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One dispute: what each says, and the decision."""
    now = clock.now()
    rows = allowed("organisations.review.decide", request.user, now=now)
    item: ReviewItem = get_object_or_404(
        rows.select_related("organisation__domicile", "reported_by", "decided_by", "attachment", "run"), pk=pk
    )
    given = _decision_forms(request, now)
    if request.method == "POST" and _decide(request, item, given, now):
        return redirect("organisations:review", pk=pk)
    return render(
        request,
        "organisations/review.html",
        {**_with_words([item])[0], "organisation": item.organisation, **given},
    )


def _decision_forms(request: HttpRequest, now: datetime) -> dict[str, Any]:
    keep, ask = (request.POST if name in request.POST else None for name in ("keep", "ask"))
    return {"keep": KeepForm(keep, today=local_date(now), prefix="pida"), "ask": QuestionForm(ask, prefix="kysy")}


def _decide(request: HttpRequest, item: ReviewItem, given: dict[str, Any], now: datetime) -> bool:
    if "keep" in request.POST:
        done = _sent(request, keep_own_value, item, given["keep"], now)
        said = _("Järjestön tieto pidetään. Järjestö on saanut viestin.")
    elif "ask" in request.POST:
        done = _sent(request, ask_organisation, item, given["ask"], now)
        said = _("Kysymys on lähetetty järjestölle.")
    else:
        done = attempt(request, lambda: take_register_value(item, by=request.user, now=now)) is not None
        said = _("Rekisterin tieto jää voimaan. Järjestö on saanut viestin.")
    if done:
        messages.success(request, said)
    return done or "take" in request.POST


def _sent(request: HttpRequest, verb: Callable[..., Any], item: ReviewItem, form: forms.Form, now: datetime) -> bool:
    if not form.is_valid():
        return False
    return bool(attempt(request, lambda: verb(item, **form.cleaned_data, by=request.user, now=now), form))


@sign_in_required
def review_file(request: HttpRequest, pk: int) -> FileResponse:
    """The extract that the organisation gave, for the officers and the organisation's people."""
    now = clock.now()
    visible = allowed("organisations.review.decide", request.user, now=now) | allowed(
        "organisations.review.own", request.user, now=now
    )
    item = get_object_or_404(visible.select_related("attachment"), pk=pk)
    if not hasattr(item, "attachment"):
        raise Http404
    return serve(request, item.attachment)


@sign_in_required
def own_reviews(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The organisation's register data: what stands over the register, and the errors reported."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    items = allowed("organisations.review.own", request.user, now=now).filter(organisation=organisation)
    page = paginate(request, items.order_by("-opened_at", "-pk"))
    return render(
        request,
        "organisations/own_reviews.html",
        {
            "organisation": organisation,
            "page": page,
            "rows": _with_words(page.object_list),
            "can_report": may("organisations.edit", request.user, organisation, now=now),
        },
    )


@sign_in_required
def report_error(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """ "Rekisterin tiedoissa on virhe"."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.edit")
    form = RegisterErrorForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        item = attempt(
            request,
            lambda: report_register_error(organisation, **form.cleaned_data, by=request.user, now=now),
            form,
        )
        if item:
            messages.success(request, _("Ilmoituksesi on lähetetty. Saat viestin, kun tieto on tarkistettu."))
            return redirect("organisations:own_review", organisation_id=organisation.pk, pk=item.pk)
    return render(request, "organisations/report_error.html", {"organisation": organisation, "form": form})


@sign_in_required
def own_review(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """One reported error: where it stands; a question is answered here."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    item: ReviewItem = get_allowed("organisations.review.own", request.user, now=now, pk=pk, organisation=organisation)
    can_answer = item.state == "asked" and may("organisations.review.answer", request.user, item, now=now)
    form = AnswerForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(request, lambda: answer_review(item, **form.cleaned_data, by=request.user, now=now), form)
    ):
        messages.success(request, _("Vastauksesi on lähetetty."))
        return redirect("organisations:own_review", organisation_id=organisation.pk, pk=pk)
    item = ReviewItem.objects.select_related("attachment", "reported_by").get(pk=item.pk)
    return render(
        request,
        "organisations/own_review.html",
        {"organisation": organisation, **_with_words([item])[0], "form": form, "can_answer": can_answer},
    )
