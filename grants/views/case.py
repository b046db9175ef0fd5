"""One case on the officers' side: its content, assessments, files, history; the person's own conflict of interest."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Refused
from common.policies import allowed, get_allowed, may
from common.times import local_date
from documents.views import serve
from grants.answers import answers_for_reading
from grants.award_terms import terms_of
from grants.forms.handling import DeclareForm
from grants.models import Application, ApplicationAttachment, Assessment, ConflictDeclaration, GrantCall
from grants.municipal import opinions_of
from grants.name_hints import mark_same_names
from grants.negotiated import is_negotiated
from grants.past import past_of
from grants.policies.statements import READING_STATES
from grants.statements import statements_of
from grants.views.applicant_parts import paper_facts
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts, likely_conflicts
from organisations.workflow.observations import observations_for


def readable(request: HttpRequest, application_id: int, now: datetime) -> Application | None:
    """Return the case when the person may read it; None when they must declare first; else 404."""
    rows = allowed("grants.application.view", request.user, now=now).select_related(
        "call__kind__decided_by", "organisation__domicile", "form_version", "decision", "proposal"
    )
    found: Application | None = rows.filter(pk=application_id).first()
    if found is None and not _awaits_declaration(request, application_id, now):
        raise Http404
    return found


def _awaits_declaration(request: HttpRequest, application_id: int, now: datetime) -> bool:
    waiting = allowed("grants.application.declare", request.user, now=now).filter(pk=application_id)
    return bool(waiting.exclude(conflict_declarations__user=request.user.pk).exists())


def to_declare(request: HttpRequest, application_id: int) -> HttpResponse:
    """Send the person to declare and back here."""
    return redirect(f"{reverse('grants:declare', args=[application_id])}?next={request.path}")


def case_context(request: HttpRequest, case: Application, current: str, now: datetime) -> dict[str, Any]:
    """Return what every page of a case shows: its tabs, whose turn it is, what the person may do."""
    may_follow = may("grants.case.follow", request.user, case, now=now)
    tabs = [
        ("case", _("Hakemus"), None),
        ("case_assessments", _("Arviointi"), None),
        ("case_files", _("Liitteet"), case.attachments.count()),
        ("case_history", _("Historia"), None),
    ]
    if may_follow:
        tabs.insert(1, ("case_work", _("Käsittely"), None))
    negotiates = is_negotiated(case.call) and may("grants.negotiation.follow", request.user, case, now=now)
    if negotiates:
        tabs.insert(2 if may_follow else 1, ("negotiation", _("Neuvottelu"), None))
        tabs.insert(3 if may_follow else 2, ("cofunding", _("Hanke ja rahoittajat"), None))
    return {
        "case": case,
        "call": case.call,
        "organisation": case.organisation,
        "now": now,
        "negotiates": negotiates,
        "tabs": [
            {
                "url": reverse(f"grants:{name}", args=[case.pk]),
                "label": label,
                "count": count,
                "current": name == current,
            }
            for name, label, count in tabs
        ],
        "turn": _turn(case),
        "observations": observations_for(request.user, case.organisation, now),
        "on_desk": may("grants.call.desk", request.user, case.call, now=now),
        "may_assess": may("grants.assessment.edit", request.user, case, now=now),
        "may_propose": may("grants.proposal.edit", request.user, case, now=now),
        "may_declare": may("grants.application.declare", request.user, case, now=now),
        "own_statement": allowed("grants.statement.give", request.user, now=now)
        .filter(application=case, state__in=READING_STATES)
        .order_by("state", "pk")
        .first(),
    }


def _turn(case: Application) -> str:
    """Return whose turn it is, as the casebar says it."""
    if case.state != "in_handling":
        return ""
    if case.call.state == "presented":
        if case.call.laid_before:
            return case.call.laid_before
        body = case.call.kind.decided_by
        return body.name if body else ""
    return _("valmistelija") if case.assessments.filter(state="done").exists() else _("arvioijat")


def _page(request: HttpRequest, application_id: int, name: str, extra: Any) -> HttpResponse:
    now = clock.now()
    found = readable(request, application_id, now)
    if found is None:
        return to_declare(request, application_id)
    context = case_context(request, found, name, now)
    return render(request, f"grants/handling/{name}.html", {**context, **extra(found)})


@require_safe
def case(request: HttpRequest, application_id: int) -> HttpResponse:
    """What was applied for."""
    return _page(
        request,
        application_id,
        "case",
        lambda found: {
            "sections": answers_for_reading(found, get_language() or "fi"),
            **opinions_of(found),
            "statements": statements_of(found, request.user, clock.now()),
            **paper_facts(found),
            "original_url": reverse("grants:case_original", args=[found.pk]),
            **_decided(request, found),
            **past_of(found, request.user, clock.now()),
        },
    )


def _decided(request: HttpRequest, found: Application) -> dict[str, Any]:
    """Return the versions of the case's decision, its claims, and what the person may do to it."""
    decision = getattr(found, "decision", None)
    if decision is None:
        return {}
    now, is_served = clock.now(), decision.state != "recorded"
    return {
        "versions": list(decision.versions.all()),
        "claims": list(allowed("grants.claim.view", request.user, now=now).filter(decision=decision)),
        "recoveries": list(allowed("grants.recovery.view", request.user, now=now).filter(decision=decision)),
        "changes": list(allowed("grants.change.view", request.user, now=now).filter(decision=decision)),
        "terms": terms_of(decision) if is_served and decision.is_grant else None,
        "may_recover": is_served and may("grants.recovery.open", request.user, decision, now=now),
        "may_correct": is_served and may("grants.decision.issue", request.user, decision, now=now),
        "may_register": is_served and may("grants.claim.register", request.user, decision, now=now),
    }


@require_safe
def assessments(request: HttpRequest, application_id: int) -> HttpResponse:
    """The finished assessments side by side, and the proposal; an assessor sees the own one only.

    Who reads all in another role sees nobody's before the own assessment is done.
    """
    now = clock.now()

    def extra(found: Application) -> dict[str, Any]:
        done = found.assessments.filter(state="done").select_related("assessor").prefetch_related("scores__criterion")
        if not _compares(request, found, now):
            own = list(done.filter(assessor=request.user.pk))
            on_desk = may("grants.call.desk", request.user, found.call, now=now)
            return {"assessments": own, "proposal": None, "is_blind": on_desk and not own}
        return {"assessments": list(done.order_by("pk")), "proposal": getattr(found, "proposal", None)}

    return _page(request, application_id, "case_assessments", extra)


def _compares(request: HttpRequest, case: Application, now: datetime) -> bool:
    """Tell whether the person compares assessments: assessors score without seeing each other's points."""
    return may("grants.scores.view", request.user, case, now=now)


@require_safe
def files(request: HttpRequest, application_id: int) -> HttpResponse:
    """The attachments."""

    def extra(found: Application) -> dict[str, Any]:
        rows = found.attachments.select_related("attachment_slot")
        return {
            "promises": found.promises.select_related("attachment_slot"),
            "today": local_date(clock.now()),
            "files": [
                {
                    "name": row.name,
                    "url": reverse("grants:case_file", args=[found.pk, row.pk]),
                    "size": row.size,
                    "at": row.uploaded_at,
                    "note": row.attachment_slot.name,
                    **({"tone": "info", "word": _("Saapunut lähettämisen jälkeen")} if row.arrived_later else {}),
                }
                for row in rows
            ],
        }

    return _page(request, application_id, "case_files", extra)


@require_safe
def download(request: HttpRequest, application_id: int, attachment_id: int) -> FileResponse:
    """One attachment, under the same policy as the case."""
    found = get_allowed("grants.application.view", request.user, now=clock.now(), pk=application_id)
    return serve(request, get_object_or_404(ApplicationAttachment, application=found, pk=attachment_id))


@require_safe
def history(request: HttpRequest, application_id: int) -> HttpResponse:
    """Everything that happened, newest first; an assessor does not see what has been proposed."""
    now = clock.now()

    def extra(found: Application) -> dict[str, Any]:
        entries = found.events.select_related("by")
        return {"entries": entries if _compares(request, found, now) else entries.exclude(verb="propose")}

    return _page(request, application_id, "case_history", extra)


def declare(request: HttpRequest, application_id: int) -> HttpResponse:
    """Say whether one has a conflict of interest; before that only the applicant's name and the sum are seen."""
    now = clock.now()
    found = get_allowed("grants.application.declare", request.user, now=now, pk=application_id)
    own = ConflictDeclaration.objects.filter(application=found, user=request.user.pk).first()
    if own and own.has_conflict:
        raise Http404
    form = DeclareForm(request.POST or None, initial={"answer": "no"} if own else None)
    if request.method == "POST" and form.is_valid():
        has_conflict = form.cleaned_data["answer"] == "yes"
        try:
            declare_conflict(
                found,
                has_conflict=has_conflict,
                ground=form.cleaned_data["ground"],
                is_private=form.cleaned_data["is_private"],
                by=request.user,
                now=now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _declared(request, found, has_conflict)
    mark_same_names(request.user, [found], now)
    context = {
        "case": found,
        "call": found.call,
        "organisation": found.organisation,
        "form": form,
        "own": own,
        "likely": bool(likely_conflicts(request.user, [found])),
        "back_url": _back(request, reverse("grants:assessments")),
    }
    return render(request, "grants/handling/declare.html", context)


def _declared(request: HttpRequest, case: Application, has_conflict: bool) -> HttpResponse:
    if not has_conflict:
        return redirect(_back(request, reverse("grants:case", args=[case.pk])))
    messages.success(
        request,
        _("Vetäydyit asian käsittelystä: %(name)s. Et näe enää asian tietoja.") % {"name": case.organisation},
    )
    if allowed("grants.statement.listed", request.user, now=clock.now()).filter(application=case).exists():
        return redirect("grants:own_statements")
    return redirect(_list_of(request, case.call))


def _list_of(request: HttpRequest, call: GrantCall) -> str:
    """Return the list from which the person reads the call's cases."""
    now = clock.now()
    if may("grants.call.desk", request.user, call, now=now):
        return reverse("grants:call_handling", args=[call.pk])
    if may("grants.call.committee", request.user, call, now=now):
        return reverse("grants:committee_call", args=[call.pk])
    return reverse("grants:assessments")


def _back(request: HttpRequest, otherwise: str) -> str:
    target = str(request.POST.get("next") or request.GET.get("next") or "")
    return target if url_has_allowed_host_and_scheme(target, None) else otherwise


@require_POST
def declare_many(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say "no conflict" in the chosen cases of the list."""
    now = clock.now()
    call = get_allowed("grants.call.follow", request.user, now=now, pk=call_id)
    chosen = [int(key) for key in request.POST.getlist("case") if key.isascii() and key.isdigit() and len(key) < 10]
    cases = allowed("grants.application.declare", request.user, now=now).filter(call=call, pk__in=chosen)
    made = declare_no_conflicts(cases.values_list("pk", flat=True), by=request.user, now=now)
    if made:
        text = ngettext(
            "Ilmoitit, ettet ole esteellinen %(count)s asiassa.",
            "Ilmoitit, ettet ole esteellinen %(count)s asiassa.",
            made,
        )
        messages.success(request, text % {"count": made})
    else:
        messages.warning(request, _("Valitse ensin asiat, joissa et ole esteellinen."))
    return redirect(_back(request, _list_of(request, call)))


def own_assessment(case: Application, user: Any) -> Assessment | None:
    """Return the person's own assessment of the case with its scores."""
    return case.assessments.filter(assessor=user).prefetch_related("scores").first()
