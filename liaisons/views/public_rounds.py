"""Comment rounds for everybody: the list, one round with its draft and, once published, every comment and answer."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.pagination import paginate
from common.policies import allowed
from documents.views import serve
from liaisons.models import CommentRound, RoundComment, RoundFile

OPEN_SHOWN = 50


@public_page
def public_rounds(request: HttpRequest) -> HttpResponse:
    """The rounds: first those that take comments now, then coming, closed and published ones."""
    now = clock.now()
    rounds: Any = allowed("liaisons.round.public", request.user, now=now)
    open_ = rounds.taking_comments(now)
    page = paginate(request, rounds.exclude(pk__in=open_.values("pk")).order_by("-closes_at", "-pk"))
    context = {
        "open": open_.order_by("closes_at", "pk")[:OPEN_SHOWN],
        "page": page,
        "rows": [(row, *row.public_label_at(now)) for row in page],
        "now": now,
    }
    return render(request, "liaisons/public_rounds.html", context)


@public_page
def public_round(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: the draft, the time left, how to comment; after publication the summary, comments and answers."""
    now = clock.now()
    rounds = allowed("liaisons.round.public", request.user, now=now)
    found: CommentRound = get_object_or_404(rounds.prefetch_related("municipalities", "themes", "files"), pk=pk)
    comments = allowed("liaisons.roundcomment.public", request.user, now=now).select_related("organisation")
    parts = found.parts.prefetch_related(Prefetch("comments", queryset=comments, to_attr="shown"))
    takes = found.takes_comments(now)
    own = allowed("organisations.prepare", request.user, now=now).order_by("sort_key")[:20] if takes else []
    word, tone = found.public_label_at(now)
    context = {
        "found": found,
        "parts": parts,
        "whole": _of_whole(found, comments) if found.state == "published" else [],
        "state": found.state_at(now),
        "takes": takes,
        "own": own,
        "word": word,
        "tone": tone,
        "now": now,
    }
    return render(request, "liaisons/public_round.html", context)


def _of_whole(found: CommentRound, comments: Any) -> list[RoundComment]:
    return list(comments.filter(round=found, part__isnull=True))


@public_page
@require_safe
def public_round_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The draft as a file."""
    rounds = allowed("liaisons.round.public", request.user, now=clock.now())
    found: RoundFile = get_object_or_404(RoundFile.objects.filter(round__in=rounds), pk=pk)
    return serve(request, found)
