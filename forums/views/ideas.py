"""Ideas for everybody: the register, one idea with its life, giving one, following, confirming an address."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import public_page
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed, may
from forums.after_letters import read_token
from forums.forms.ideas import IdeaFilterForm, IdeaFollowForm, IdeaForm
from forums.forms.voices import own_organisations
from forums.life_cycles_after import IDEA, IDEA_PUBLIC
from forums.models import Idea, IdeaFollow, Topic, TopicSupport
from forums.views.after_pages import idea_crumbs, seen_event, sent_page, tagged, trail
from forums.workflow.idea_follows import confirm_follow, follow_idea, stop_following
from forums.workflow.ideas import Given, confirm_idea, give_idea
from forums.workflow.topics import confirm_support, confirm_topic
from liaisons.views.pages import act_and_return
from organisations.views.helpers import attempt

_SUPPORTS = Count("follows", filter=Q(follows__supports=True, follows__confirmed_at__isnull=False), distinct=True)


def filtered(form: IdeaFilterForm, rows: Any) -> Any:
    """Return the ideas that the filters leave."""
    if not form.is_valid():
        return rows
    data = form.cleaned_data
    for word in data["sanat"].split():
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
    if data["tila"]:
        rows = rows.filter(state=data["tila"])
    return rows.filter(theme=data["teema"]) if data["teema"] else rows


@public_page
def ideas(request: HttpRequest) -> HttpResponse:
    """The register: every published idea with its state, what was told and when; filters; how many of each."""
    now = clock.now()
    form = IdeaFilterForm(request.GET or None)
    public = allowed("forums.idea.public", request.user, now=now)
    counts = dict(public.order_by().values_list("state").annotate(number=Count("pk")))
    rows = filtered(form, public).select_related("organisation", "theme").annotate(supports=_SUPPORTS)
    page = paginate(request, rows.order_by("-renewed_at", "-pk"))
    mine = (
        Idea.objects.filter(user=request.user).exclude(state__in=IDEA_PUBLIC).order_by("-given_at")[:10]
        if request.user.is_authenticated
        else []
    )
    context = {
        "page": page,
        "rows": tagged(page, now),
        "form": form,
        "mine": mine,
        "facts": [{"label": IDEA.label(key), "value": counts.get(key, 0)} for key in IDEA_PUBLIC] if counts else [],
        "now": now,
    }
    return render(request, "forums/after/ideas.html", context)


@public_page
def idea(request: HttpRequest, pk: int) -> HttpResponse:
    """One idea: its state, what was told when, who supports it; a merged one leads to the other."""
    now = clock.now()
    rows = allowed("forums.idea.view", request.user, now=now)
    found: Idea = get_object_or_404(
        rows.select_related("organisation", "theme", "event", "merged_into", "handler"), pk=pk
    )
    if found.state == "merged" and found.merged_into and not may("forums.idea.desk", request.user, found, now=now):
        messages.info(request, _("Idea ”%(title)s” on yhdistetty tähän ideaan.") % {"title": found.title})
        return redirect(found.merged_into)
    confirmed = IdeaFollow.objects.filter(idea=found, confirmed_at__isnull=False)
    own = confirmed.filter(user=request.user).first() if request.user.is_authenticated else None
    context = {
        "idea": found,
        "late": found.is_late(now),
        "steps": found.steps.all(),
        "supports": confirmed.filter(supports=True).count(),
        "own": own,
        "is_public": found.state in IDEA_PUBLIC,
        "is_giver": request.user.is_authenticated and found.user_id == request.user.pk,
        "handles": may("forums.idea.handle", request.user, found, now=now),
        "can_merge": IDEA.allows(found.state, "merge"),
        "moderates": may("forums.idea.moderate", request.user, found, now=now),
        "reads_desk": may("forums.idea.desk", request.user, found, now=now),
        "actions": allowed("forums.action.view", request.user, now=now)
        .filter(idea=found)
        .select_related("organisation", "owner"),
        "topics": allowed("forums.topic.view", request.user, now=now).filter(idea=found).select_related("event"),
        "now": now,
    }
    return render(request, "forums/after/idea.html", context)


@public_page
def idea_new(request: HttpRequest) -> HttpResponse:
    """Give an idea; ``?tapahtuma=`` tells from which event it comes."""
    now = clock.now()
    key = request.GET.get("tapahtuma", "")
    event = seen_event(request, int(key)) if key.isascii() and key.isdecimal() and len(key) < 10 else None
    organisations = own_organisations(request.user, now) if request.user.is_authenticated else ()
    form = IdeaForm(request.POST or None, user=request.user, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = Given(data["title"], data["text"], event, data["theme"], form.organisation, data["shows_name"])
        by = current_user(request) if request.user.is_authenticated else None
        made = attempt(request, lambda: give_idea(given, speaker=form.speaker, by=by, now=now), form)
        if made:
            return _thanks(request, made)
    context = {
        "form": form,
        "event": event,
        "trail": trail(idea_crumbs(), _("Anna idea")),
        "back_url": event.get_absolute_url() if event else reverse("forums:ideas"),
    }
    return render(request, "forums/after/idea_new.html", context)


def _thanks(request: HttpRequest, made: Idea) -> HttpResponse:
    return sent_page(
        request,
        _("Kiitos ideasta"),
        email=made.email if made.state == "unconfirmed" else "",
        after=_(
            "Luemme ideasi ja julkaisemme sen yleensä viikossa. Saat viestin, kun idea on julkaistu, ja aina, kun sen "
            "tila muuttuu."
        ),
        pairs=idea_crumbs(),
        back=_("Ideat"),
    )


@public_page
def idea_follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow or support: one press for a signed-in person, a form with a link by mail for anybody else."""
    now = clock.now()
    found: Idea = get_object_or_404(allowed("forums.idea.public", request.user, now=now), pk=pk)
    if request.user.is_authenticated:
        if request.method != "POST":
            return redirect(found)
        by = current_user(request)
        supports, follows = request.POST.get("kannatan") == "1", request.POST.get("seuraan") == "1"
        return act_and_return(
            request,
            lambda: follow_idea(found, supports=supports, follows=follows, by=by, now=now),
            _("Valintasi on tallennettu."),
            found.get_absolute_url(),
        )
    form = IdeaFollowForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        act = {"supports": form.cleaned_data["supports"], "follows": True, "speaker": form.speaker}
        made = attempt(request, lambda: follow_idea(found, **act, now=now), form)
        if made:
            return sent_page(
                request,
                _("Melkein valmista"),
                email=form.cleaned_data["email"],
                after=_("Saat viestin, kun idean tila muuttuu. Voit lopettaa seuraamisen milloin vain."),
                pairs=idea_crumbs((found.get_absolute_url(), found.title)),
                back=_("Takaisin ideaan"),
            )
    context = {
        "form": form,
        "heading": _("Seuraa ideaa"),
        "lead": found.title,
        "submit": _("Lähetä vahvistuslinkki"),
        "back_url": found.get_absolute_url(),
        "trail": trail(idea_crumbs((found.get_absolute_url(), found.title)), _("Seuraa ideaa")),
    }
    return render(request, "liaisons/simple_form.html", context)


def _found(purpose: str, token: str) -> Any:
    rows: dict[str, Any] = {"idea": Idea, "follow": IdeaFollow, "topic": Topic, "support": TopicSupport}
    if purpose not in rows:
        raise Http404
    row = read_token(purpose, token, rows[purpose].objects.all())
    if row is None:
        raise Http404
    return row


def _place(purpose: str, row: Any) -> tuple[str, str, bool]:
    """Return the title of what is confirmed, where to go next, and whether it has been confirmed already."""
    done = row.confirmed_at is not None
    if purpose == "idea":
        return row.title, reverse("forums:ideas"), done
    if purpose == "follow":
        return row.idea.title, row.idea.get_absolute_url(), done
    topic = row if purpose == "topic" else row.topic
    return topic.title, reverse("forums:topics", args=[topic.event_id]), done


@public_page
def confirm(request: HttpRequest, purpose: str, token: str) -> HttpResponse:
    """The page behind a link in a letter: one press confirms; a follower may also stop. A mail scanner's visit does
    nothing."""
    row = _found(purpose, token)
    title, to, done = _place(purpose, row)
    verbs: dict[str, Any] = {
        "idea": confirm_idea,
        "follow": confirm_follow,
        "topic": confirm_topic,
        "support": confirm_support,
    }
    if request.method == "POST":
        now = clock.now()
        if purpose == "follow" and request.POST.get("act") == "stop":
            stop_following(row, now=now)
            messages.success(request, _("Et enää seuraa ideaa. Tietosi on poistettu."))
            return redirect(to)
        said = {
            "idea": _("Kiitos. Ideasi odottaa nyt julkaisemista. Saat viestin, kun se on julkaistu."),
            "follow": _("Seuraat nyt ideaa."),
            "topic": _("Kiitos. Ehdotuksesi näkyy nyt tapahtuman sivulla."),
            "support": _("Kiitos. Kannatuksesi on laskettu."),
        }
        return act_and_return(request, lambda: verbs[purpose](row, now=now), said[purpose], to)
    context = {"purpose": purpose, "title": title, "done": done, "to": to}
    return render(request, "forums/after/confirm.html", context)
