"""An organisation's side of comment rounds: what is open, and writing, keeping and sending its comments."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, may
from liaisons.forms.rounds import OwnCommentsForm
from liaisons.models import CommentRound, RoundComment
from liaisons.rounds_asked import rounds_asking
from liaisons.workflow.round_comments import save_drafts, send_comments, version_of
from organisations.acting import acting_organisation
from organisations.models import Organisation


@sign_in_required
def own_rounds(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The rounds that take comments now, and those in which the organisation has written."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rounds: Any = allowed("liaisons.round.public", request.user, now=now)
    own = allowed("liaisons.roundcomment.own", request.user, now=now).filter(organisation=organisation)
    open_ = list(rounds.taking_comments(now).order_by("closes_at", "pk")[:50])
    asked = set(
        rounds_asking(rounds.filter(pk__in=[row.pk for row in open_]), organisation).values_list("pk", flat=True)
    )
    sent = set(own.filter(sent_at__isnull=False, round__in=open_).values_list("round", flat=True))
    written = rounds.filter(pk__in=own.values("round")).exclude(pk__in=[row.pk for row in open_])
    page = paginate(request, written.order_by("-closes_at", "-pk"))
    context = {
        "organisation": organisation,
        "open": [(row, row.pk in asked, row.pk in sent) for row in open_],
        "page": page,
        "rows": [(row, *row.public_label_at(now)) for row in page],
        "now": now,
    }
    return render(request, "liaisons/own_rounds.html", context)


@sign_in_required
def own_round(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Read the draft and write the organisation's comments beside its parts.

    What is typed is never lost: a text that comes after closing, or after a colleague's, is shown again as it was.
    """
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rounds = allowed("liaisons.round.public", request.user, now=now)
    found: CommentRound = get_object_or_404(rounds.prefetch_related("files"), pk=pk)
    parts = list(found.parts.all())
    can_write = may("organisations.prepare", request.user, organisation, now=now)
    comments = _comments(found, organisation)
    form = OwnCommentsForm(request.POST if request.method == "POST" else None, parts=parts, comments=comments)
    if request.method == "POST" and can_write and form.is_valid() and _act(request, found, organisation, form, now):
        return redirect("liaisons:own_round", organisation_id, pk)
    rows = {comment.part_id: comment for comment in (_comments(found, organisation) if form.is_bound else comments)}
    takes = found.takes_comments(now)
    word, tone = found.public_label_at(now)
    context = {
        "organisation": organisation,
        "found": found,
        "takes": takes,
        "state": found.state_at(now),
        "can_write": can_write,
        "writes": can_write and (takes or form.is_bound),
        "form": form,
        "places": _places(form, parts, rows),
        "seen": version_of(found, organisation),
        "sent": sum(1 for comment in rows.values() if comment.sent_at),
        "unsent": sum(1 for comment in rows.values() if comment.draft),
        "word": word,
        "tone": tone,
        "now": now,
    }
    return render(request, "liaisons/own_round.html", context, status=422 if form.errors else 200)


def _comments(found: CommentRound, organisation: Organisation) -> list[RoundComment]:
    return list(found.comments.filter(organisation=organisation))


def _places(form: OwnCommentsForm, parts: list[Any], rows: dict[int | None, RoundComment]) -> list[dict[str, Any]]:
    """Return for each box its part, its field, what is stored, and a colleague's words where they differ."""
    by_id = {part.pk: part for part in parts}
    places = []
    for name, number in form.parts.items():
        comment = rows.get(number)
        stored = (comment.draft or comment.text) if comment else ""
        typed = (form.data.get(name, "") if form.is_bound else stored).replace("\r\n", "\n").strip()
        places.append(
            {
                "part": by_id.get(number),
                "field": form[name],
                "comment": comment,
                "other": stored if form.is_bound and stored and stored != typed else "",
            }
        )
    return places


def _act(
    request: HttpRequest, found: CommentRound, organisation: Organisation, form: OwnCommentsForm, now: datetime
) -> bool:
    """Keep or send what was typed; true when the page is to be opened anew."""
    sends = request.POST.get("act") == "send"
    fields: dict[str, Any] = {
        "organisation": organisation,
        "texts": form.texts,
        "seen": request.POST.get("seen", ""),
        "by": request.user,
        "now": now,
    }
    try:
        if sends and found.takes_comments(now):
            number = send_comments(found, **fields)
            words = ngettext(
                "Kiitos. Järjestönne on lähettänyt yhden kommentin. Voitte muuttaa sitä päättymiseen asti.",
                "Kiitos. Järjestönne on lähettänyt %(count)s kommenttia. Voitte muuttaa niitä päättymiseen asti.",
                number,
            )
            messages.success(request, words % {"count": number})
            return True
        save_drafts(found, **fields)
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return False
    if found.takes_comments(now):
        messages.success(request, _("Luonnos on tallessa. Se näkyy vain järjestönne väelle, kunnes lähetätte sen."))
        return True
    form.add_error(
        None,
        _(
            "Kommenttien aika ehti päättyä, joten kommentteja ei lähetetty. Mitään ei kadonnut: tekstisi on alla ja "
            "tallessa luonnoksena. Lähetä se hyvinvointialueen koordinaattorille, niin hän voi vielä kirjata sen."
        ),
    )
    return False
