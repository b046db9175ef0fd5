"""Organisations that may be one: the queue, two side by side, the merge with its preview, its journal and undoing."""

from itertools import groupby
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed
from organisations import comparing
from organisations.forms import DismissForm, DuplicateFilter, MergeForm, PairForm
from organisations.merging import Relation
from organisations.models import DuplicateCandidate, MergeJournal, MergeMove, Organisation
from organisations.policies import may_enter, may_read_merges
from organisations.views.helpers import attempt
from organisations.views.register import register_tabs
from organisations.workflow import dismiss_duplicate, merge_organisations, reopen_duplicate, unmerge
from organisations.workflow.merge_plan import describe, describe_row, plan_merge
from organisations.workflow.unmerging import check_undo, preview_undo

LINES_SHOWN = 20


@sign_in_required
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one organisation, the likeliest first."""
    now = clock.now()
    if not may_enter(request.user, now):
        raise Http404
    form = DuplicateFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {"tila": "", "syy": ""}
    rows = allowed("organisations.duplicate.decide", request.user, now=now).filter(state=chosen["tila"] or "open")
    if chosen["syy"]:
        rows = rows.filter(reason=chosen["syy"])
    rows = rows.select_related("first__domicile", "second__domicile").order_by("-score", "pk")
    return render(
        request,
        "organisations/duplicates.html",
        {
            "page": paginate(request, rows),
            "form": form,
            "is_narrowed": any(chosen.values()),
            **register_tabs("duplicates"),
        },
    )


@sign_in_required
def pick_pair(request: HttpRequest) -> HttpResponse:
    """Any two organisations, by their numbers or addresses."""
    if not may_enter(request.user, clock.now()):
        raise Http404
    bound = request.GET if "second" in request.GET else None
    form = PairForm(bound, initial={"first": request.GET.get("first", "")})
    if bound is not None and form.is_valid():
        pair = form.cleaned_data
        return redirect("organisations:compare", first=pair["first"].pk, second=pair["second"].pk)
    return render(request, "organisations/pick_pair.html", {"form": form})


@sign_in_required
def compare(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """Two organisations side by side; which one stays is chosen here, or that they are different."""
    now = clock.now()
    one, other = _two(request, first, second)
    smaller, bigger = sorted((first, second))
    pair = DuplicateCandidate.objects.filter(first=smaller, second=bigger).select_related("decided_by").first()
    form = DismissForm(request.POST if "dismiss" in request.POST else None)
    if request.method == "POST" and pair is not None:
        if "reopen" in request.POST:
            if attempt(request, lambda: reopen_duplicate(pair, by=request.user, now=now)):
                messages.success(request, _("Pari on taas luettelossa."))
            return redirect("organisations:compare", first=first, second=second)
        if form.is_valid() and attempt(
            request, lambda: dismiss_duplicate(pair, **form.cleaned_data, by=request.user, now=now), form
        ):
            messages.success(request, _("Järjestöt on merkitty eri järjestöiksi. Paria ei enää ehdoteta."))
            return redirect("organisations:duplicates")
    return render(
        request,
        "organisations/compare.html",
        {
            "first": one,
            "second": other,
            "pair": pair,
            "form": form,
            "fields": list(comparing.fields_of(one, other)),
            "counts": comparing.counts_of(one, other),
        },
    )


def _two(request: HttpRequest, first: int, second: int) -> tuple[Organisation, Organisation]:
    if first == second:
        raise Http404
    rows = allowed("organisations.merge", request.user, now=clock.now()).select_related("domicile")
    return get_object_or_404(rows, pk=first), get_object_or_404(rows, pk=second)


@sign_in_required
def merge(request: HttpRequest, survivor: int, vanished: int) -> HttpResponse:
    """Every change that merging would make, and the merging itself."""
    now = clock.now()
    stays, goes = _two(request, survivor, vanished)
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        journal = attempt(
            request,
            lambda: merge_organisations(
                stays,
                goes,
                reason=form.cleaned_data["reason"],
                seen=request.POST.get("seen", ""),
                by=request.user,
                now=now,
            ),
            form,
        )
        if journal:
            messages.success(request, _("Järjestöt on yhdistetty. Yhdistämisen voi purkaa 30 päivän ajan."))
            return redirect("organisations:merge_journal", pk=journal.pk)
    try:
        plan = plan_merge(stays, goes, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("organisations:compare", first=survivor, second=vanished)
    return render(
        request,
        "organisations/merge.html",
        {
            "plan": plan,
            "form": form,
            "kinds": [
                {
                    "label": row.label,
                    "moving": len(row.moving),
                    "lines": row.lines(LINES_SHOWN),
                    "more": max(len(row.moving) - LINES_SHOWN, 0),
                    "solved": [
                        {
                            "text": describe_row(row.relation, step.row),
                            "why": step.why,
                            "stays": step.stays,
                            "whose": getattr(step.row, f"{row.relation.field}_id") == goes.pk,
                        }
                        for step in row.steps
                    ],
                }
                for row in plan.rows
            ],
        },
    )


@sign_in_required
def merges(request: HttpRequest) -> HttpResponse:
    """The merges that were made, newest first; the auditor reads them too."""
    now = clock.now()
    if not may_read_merges(request.user, now):
        raise Http404
    rows = allowed("organisations.merge.view", request.user, now=now)
    rows = rows.select_related("survivor", "merged_by").order_by("-merged_at", "-pk")
    can_merge = may_enter(request.user, now)
    return render(
        request,
        "organisations/merges.html",
        {
            "page": paginate(request, rows),
            "can_merge": can_merge,
            **(register_tabs("merges") if can_merge else {}),
        },
    )


@sign_in_required
def merge_journal(request: HttpRequest, pk: int) -> HttpResponse:
    """What one merge moved, and, when it was undone, what came of each."""
    now = clock.now()
    rows = allowed("organisations.merge.view", request.user, now=now)
    journal: MergeJournal = get_object_or_404(
        rows.select_related("survivor", "vanished", "merged_by", "undone_by"), pk=pk
    )
    return render(
        request,
        "organisations/merge_journal.html",
        {
            "journal": journal,
            "groups": _groups(list(journal.moves.order_by("number"))),
            "can_undo": journal.state == "done"
            and now <= journal.undo_until
            and allowed("organisations.merge.undo", request.user, now=now).filter(pk=pk).exists(),
        },
    )


def _groups(moves: list[MergeMove]) -> list[dict[str, Any]]:
    """Return the moves by outcome, model and what was done, with the first lines in words."""

    def key(move: MergeMove) -> tuple[str, str, str]:
        return (move.outcome, move.model, move.action)

    groups = []
    for (outcome, model_name, action), alike in groupby(sorted(moves, key=key), key=key):
        model, rows = apps.get_model(model_name), list(alike)
        keys = tuple(row.object_pk for row in rows[:LINES_SHOWN])
        groups.append(
            {
                "label": _label(model),
                "action": MergeMove.Action(action).label,
                "outcome": MergeMove.Outcome(outcome).label if outcome else "",
                "tone": "none" if outcome in ("", "restored") else "wait",
                "count": len(rows),
                "lines": _lines(model, rows[:LINES_SHOWN], keys),
                "more": max(len(rows) - LINES_SHOWN, 0),
            }
        )
    return groups


def _label(model: Any) -> str:
    if model._meta.auto_created:
        link = next(f for f in model._meta.fields if f.is_relation and f.related_model is not Organisation)
        return str(capfirst(link.related_model._meta.verbose_name_plural))
    return str(capfirst(model._meta.verbose_name_plural))


def _lines(model: Any, moves: list[MergeMove], keys: tuple[str, ...]) -> list[str]:
    if model is Organisation:
        return [_field_line(move) for move in moves]
    field = next(
        (f.name for f in model._meta.fields if f.is_relation and f.related_model is Organisation), "organisation"
    )
    lines = describe(Relation(model, field), keys)
    reasons = {move.why for move in moves if move.why}
    return [*lines, *sorted(reasons)] if reasons else lines


def _field_line(move: MergeMove) -> str:
    names = [Organisation._meta.get_field(name).verbose_name for name in move.after]  # type: ignore[union-attr]
    return str(capfirst(", ".join(str(name) for name in names)))


@sign_in_required
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing would put back, and the undoing itself."""
    now = clock.now()
    journal: MergeJournal = get_allowed("organisations.merge.undo", request.user, now=now, pk=pk)
    if request.method == "POST":
        if attempt(request, lambda: unmerge(journal, by=request.user, now=now)):
            messages.success(request, _("Yhdistäminen on purettu. Katso alta, mitä palautettiin."))
        return redirect("organisations:merge_journal", pk=pk)
    try:
        check_undo(journal, Organisation.everything.get(pk=journal.survivor_id), now=now)
        moves = preview_undo(journal, now=now) if journal.state == "done" else []
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("organisations:merge_journal", pk=pk)
    if journal.state != "done":
        return redirect("organisations:merge_journal", pk=pk)
    journal = MergeJournal.objects.select_related("survivor", "vanished").get(pk=pk)
    return render(request, "organisations/merge_undo.html", {"journal": journal, "groups": _groups(moves)})
