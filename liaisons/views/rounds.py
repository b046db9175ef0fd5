"""Comment rounds on the desk: the list, one round with its parts and comments, answering in bulk, publishing."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import has_any_staff_role
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from documents.views import serve
from liaisons.forms.rounds import (
    WHOLE,
    AnswersFilter,
    AnswersForm,
    CancelRoundForm,
    EnterCommentForm,
    ExtendForm,
    PartForm,
    RoundFileForm,
    RoundForm,
    SummaryForm,
)
from liaisons.models import ROUND, CommentRound, RoundFile, RoundPart
from liaisons.policies import may_manage_rounds
from liaisons.rounds_asked import round_organisations
from liaisons.views.pages import Crumb, act_and_return, ask
from liaisons.workflow import rounds as verbs
from liaisons.workflow.round_comments import enter_comment
from organisations.views.helpers import attempt

_SENT = Q(comments__sent_at__isnull=False)
_UNANSWERED = _SENT & Q(comments__answered_at__isnull=True)


def round_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the desk's pages of rounds."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("liaisons:rounds"), _("Kommentointikierrokset")), *more]


def _of(found: CommentRound) -> tuple[str, list[Crumb]]:
    address = reverse("liaisons:round", args=[found.pk])
    return address, round_crumbs((address, found.title))


@sign_in_required
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds with how many have commented and what is unanswered; ``?tila=`` keeps a state."""
    now = clock.now()
    if not has_any_staff_role(request.user, now, "coordinator", "auditor"):
        raise Http404
    found = allowed("liaisons.round.desk", request.user, now=now)
    state = request.GET.get("tila", "")
    if state in dict(ROUND.choices()):
        found = found.filter(state=state)
    counted = found.annotate(
        organisations=Count("comments__organisation", filter=_SENT, distinct=True),
        sent=Count("comments", filter=_SENT),
        unanswered=Count("comments", filter=_UNANSWERED),
    )
    page = paginate(request, counted.order_by("-closes_at", "-pk"))
    context = {
        "page": page,
        "rows": [(row, *row.label_at(now)) for row in page],
        "states": [("", _("Kaikki")), *ROUND.choices()],
        "state": state,
        "can_make": may_manage_rounds(request.user, now),
    }
    return render(request, "liaisons/round_list.html", context)


@sign_in_required
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: the draft's parts and files, who is asked, comments by part, what comes next."""
    now = clock.now()
    rows = allowed("liaisons.round.desk", request.user, now=now).prefetch_related("municipalities", "themes", "files")
    found: CommentRound = get_object_or_404(rows, pk=pk)
    can_manage = may_manage_rounds(request.user, now)
    state = found.state_at(now)
    comments = allowed("liaisons.roundcomment.desk", request.user, now=now).filter(round=found)
    counts = comments.aggregate(
        sent=Count("pk"),
        organisations=Count("organisation", distinct=True),
        unanswered=Count("pk", filter=Q(answered_at__isnull=True)),
    )
    word, tone = found.label_at(now)
    context = {
        "found": found,
        "state": state,
        "word": word,
        "tone": tone,
        "now": now,
        "can_manage": can_manage,
        "can_plan": can_manage and state == "planned",
        "parts": found.parts.annotate(sent=Count("comments", filter=_SENT)),
        "comments": paginate(request, comments.select_related("organisation", "part")),
        "counts": counts,
        "asked": round_organisations(found).count(),
        "missing": verbs.missing_of(found) if state == "closed" else [],
        "file_form": RoundFileForm(),
    }
    return render(request, "liaisons/round.html", context)


def _managed(request: HttpRequest, pk: int) -> CommentRound:
    found: CommentRound = get_allowed("liaisons.round.manage", request.user, now=clock.now(), pk=pk)
    return found


@sign_in_required
def round_new(request: HttpRequest) -> HttpResponse:
    """Plan a round."""
    now = clock.now()
    if not may_manage_rounds(request.user, now):
        raise Http404
    form = RoundForm(request.POST or None, now=now)
    made: list[CommentRound] = []
    answer = ask(
        request,
        form,
        lambda: made.append(verbs.start_round(**form.cleaned_data, by=request.user, now=now)),
        done=_("Kierros on tallennettu. Lisää luonnoksen kohdat tai tiedosto ja vahvista kierros."),
        to="liaisons:rounds",
        heading=_("Uusi kommentointikierros"),
        submit=_("Tallenna kierros"),
        trail=round_crumbs(),
    )
    return redirect("liaisons:round", pk=made[0].pk) if made else answer


@sign_in_required
def round_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round that has not opened."""
    now = clock.now()
    found = _managed(request, pk)
    form = RoundForm(request.POST or None, now=now, initial=RoundForm.initial_of(found))
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: verbs.edit_round(found, **form.cleaned_data, by=request.user, now=now),
        done=_("Kierros on tallennettu."),
        to=address,
        heading=_("Muokkaa kierrosta"),
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
def part_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a part of the draft."""
    found = _managed(request, pk)
    form = PartForm(request.POST or None)
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: verbs.add_part(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Kohta on lisätty."),
        to=address,
        heading=_("Lisää luonnoksen kohta"),
        submit=_("Lisää kohta"),
        trail=trail,
    )


def _part(request: HttpRequest, pk: int) -> RoundPart:
    managed = allowed("liaisons.round.manage", request.user, now=clock.now())
    found: RoundPart = get_object_or_404(RoundPart.objects.filter(round__in=managed).select_related("round"), pk=pk)
    return found


@sign_in_required
def part_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a part anew."""
    part = _part(request, pk)
    form = PartForm(request.POST or None, initial={"title": part.title, "text": part.text, "question": part.question})
    address, trail = _of(part.round)
    return ask(
        request,
        form,
        lambda: verbs.edit_part(part, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Kohta on tallennettu."),
        to=address,
        heading=_("Muokkaa kohtaa"),
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
@require_POST
def part_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a part away."""
    part = _part(request, pk)
    return act_and_return(
        request,
        lambda: verbs.remove_part(part, by=request.user, now=clock.now()),
        _("Kohta on poistettu."),
        _of(part.round)[0],
    )


@sign_in_required
@require_POST
def round_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the draft as a file."""
    found = _managed(request, pk)
    form = RoundFileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
        return redirect(_of(found)[0])
    return act_and_return(
        request,
        lambda: verbs.attach_to_round(found, upload=form.cleaned_data["upload"], by=request.user, now=clock.now()),
        _("Tiedosto on lisätty."),
        _of(found)[0],
    )


def _file(request: HttpRequest, pk: int, permission: str) -> RoundFile:
    reached = allowed(permission, request.user, now=clock.now())
    found: RoundFile = get_object_or_404(RoundFile.objects.filter(round__in=reached).select_related("round"), pk=pk)
    return found


@sign_in_required
@require_safe
def round_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a round, also before everybody may read it."""
    return serve(request, _file(request, pk, "liaisons.round.desk"))


@sign_in_required
@require_POST
def round_file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away."""
    file = _file(request, pk, "liaisons.round.manage")
    return act_and_return(
        request,
        lambda: verbs.remove_round_file(file, by=request.user, now=clock.now()),
        _("Tiedosto on poistettu."),
        _of(file.round)[0],
    )


@sign_in_required
@require_POST
def round_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the round public; it opens at its time."""
    found = _managed(request, pk)
    return act_and_return(
        request,
        lambda: verbs.confirm_round(found, by=request.user, now=clock.now()),
        _("Kierros on vahvistettu. Järjestöille lähtee viesti, kun se avautuu."),
        _of(found)[0],
    )


@sign_in_required
def round_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give more time."""
    found = _managed(request, pk)
    form = ExtendForm(request.POST or None, initial={"closes_at": found.closes_at})
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: verbs.extend_round(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Uusi päättymisaika on tallennettu."),
        to=address,
        heading=_("Jatka kommenttien aikaa"),
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
def round_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the round."""
    found = _managed(request, pk)
    form = CancelRoundForm(request.POST or None)
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: verbs.cancel_round(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Kierros on peruttu. Kommentteja kirjoittaneet saavat viestin."),
        to=address,
        heading=_("Peru kierros"),
        submit=_("Peru kierros"),
        trail=trail,
        lead=_("Peruttua kierrosta ei voi palauttaa. Voit tehdä uuden."),
    )


@sign_in_required
def comment_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a comment that came by mail, telephone or on paper."""
    found = _managed(request, pk)
    form = EnterCommentForm(request.POST or None, found=found)
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: enter_comment(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Kommentti on kirjattu."),
        to=address,
        heading=_("Kirjaa kommentti järjestön puolesta"),
        submit=_("Kirjaa kommentti"),
        trail=trail,
        lead=_("Kommentti julkaistaan järjestön nimellä. Varmista, että järjestö tietää sen."),
    )


@sign_in_required
def round_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer comments: choose those to which the same answer fits, say what came of them, and why."""
    now = clock.now()
    found = _managed(request, pk)
    narrow = AnswersFilter(request.GET or None, parts=found.parts.all())
    comments = _narrowed(allowed("liaisons.roundcomment.desk", request.user, now=now).filter(round=found), narrow)
    form = AnswersForm(request.POST or None)
    chosen = [int(key) for key in request.POST.getlist("comment") if key.isdecimal() and len(key) < 16]
    if request.method == "POST" and form.is_valid():
        count = attempt(
            request,
            lambda: verbs.answer_comments(found, chosen, **form.cleaned_data, by=request.user, now=now),
            form,
        )
        if count:
            words = ngettext("Yhteen kommenttiin on vastattu.", "%(count)s kommenttiin on vastattu.", count)
            messages.success(request, words % {"count": count})
            return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)
    address, trail = _of(found)
    context: dict[str, Any] = {
        "found": found,
        "page": paginate(request, comments.select_related("organisation", "part")),
        "narrow": narrow,
        "form": form,
        "chosen": chosen,
        "can_answer": found.state_at(now) == "closed",
        "back_url": address,
        "trail": trail,
    }
    return render(request, "liaisons/round_answers.html", context, status=422 if form.errors else 200)


def _narrowed(comments: Any, form: AnswersFilter) -> Any:
    data = form.cleaned_data if form.is_valid() else {"tila": "", "kohta": ""}
    if data["kohta"]:
        comments = comments.filter(part=None if data["kohta"] == WHOLE else int(data["kohta"]))
    if data["tila"] == "kaikki":
        return comments
    return comments.filter(answered_at__isnull=data["tila"] != "vastatut")


@sign_in_required
def round_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the summary that is published."""
    found = _managed(request, pk)
    form = SummaryForm(request.POST or None, initial={"summary": found.summary})
    address, trail = _of(found)
    return ask(
        request,
        form,
        lambda: verbs.write_summary(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Yhteenveto on tallennettu. Se ei ole vielä julkinen."),
        to=address,
        heading=_("Yhteenveto kommenteista"),
        submit=_("Tallenna yhteenveto"),
        trail=trail,
    )


@sign_in_required
@require_POST
def round_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the summary, comments and answers."""
    found = _managed(request, pk)
    return act_and_return(
        request,
        lambda: verbs.publish_round(found, by=request.user, now=clock.now()),
        _("Yhteenveto, kommentit ja vastaukset on julkaistu. Kommentoineet saavat viestin."),
        _of(found)[0],
    )
