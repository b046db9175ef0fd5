"""Topics of an event: the public list with answers, proposing, supporting, and the host's answer."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import public_page, sign_in_required
from accounts.roles import current_user
from common import clock
from common.policies import allowed, may
from forums.forms.topics import TopicAnswerForm, TopicForm
from forums.forms.voices import SpeakerForm, own_organisations
from forums.life_cycles_after import TOPIC
from forums.models import Event, Topic, TopicSupport
from forums.views.after_pages import event_crumbs, seen_event, sent_page, trail
from forums.workflow.topics import answer_topic, propose_topic, support_topic, takes_topics
from liaisons.views.pages import ask
from organisations.views.helpers import attempt


def with_supports(rows: Any) -> Any:
    """Return the topics with the number of confirmed supports, the most supported first."""
    number = Count("supports", filter=Q(supports__confirmed_at__isnull=False))
    return rows.select_related("organisation", "later_event").annotate(supporters=number).order_by("-supporters", "pk")


def topic_rows(request: HttpRequest, event: Event, now: Any) -> list[dict[str, Any]]:
    """Return the event's topics with state and whether the person supports them already; two queries."""
    rows = with_supports(Topic.objects.shown().filter(event=event))
    mine = (
        set(TopicSupport.objects.filter(topic__event=event, user=request.user).values_list("topic", flat=True))
        if request.user.is_authenticated
        else set()
    )
    return [
        {
            "topic": row,
            "word": TOPIC.label(row.state),
            "tone": TOPIC.tone(row.state),
            "supported": row.pk in mine or (request.user.is_authenticated and row.user_id == request.user.pk),
        }
        for row in rows
    ]


@public_page
def topics(request: HttpRequest, pk: int) -> HttpResponse:
    """All topics of the event with supporters and answers."""
    event = seen_event(request, pk)
    now = clock.now()
    context = {
        "event": event,
        "rows": topic_rows(request, event, now),
        "takes": takes_topics(event, now),
        "answers": may("forums.event.manage", request.user, event, now=now),
        "trail": trail(event_crumbs(event), _("Aiheet")),
    }
    return render(request, "forums/after/topics.html", context)


def _sent(request: HttpRequest, event: Event, email: str, after: str) -> HttpResponse:
    pairs = event_crumbs(event, (reverse("forums:topics", args=[event.pk]), _("Aiheet")))
    back = _("Tapahtuman aiheet")
    return sent_page(request, _("Melkein valmista"), email=email, after=after, pairs=pairs, back=back)


def _page(request: HttpRequest, event: Event, form: Any, heading: str, lead: str, submit: str) -> HttpResponse:
    to = reverse("forums:topics", args=[event.pk])
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "submit": submit,
        "back_url": to,
        "trail": trail(event_crumbs(event, (to, _("Aiheet"))), heading),
    }
    return render(request, "liaisons/simple_form.html", context)


@public_page
def topic_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a topic; ``?idea=`` of a handler leads an idea onto the agenda."""
    event = seen_event(request, pk)
    now = clock.now()
    to = reverse("forums:topics", args=[event.pk])
    if not takes_topics(event, now):
        messages.info(request, _("Tapahtumaan ei voi enää ehdottaa aiheita. Voit antaa aiheesta idean."))
        return redirect(to)
    idea = _idea(request, now)
    organisations = own_organisations(request.user, now) if request.user.is_authenticated else ()
    initial = {"title": idea.title, "text": idea.text[:2000]} if idea else {}
    form = TopicForm(request.POST or None, user=request.user, organisations=organisations, initial=initial)
    if request.method == "POST" and form.is_valid():
        by = current_user(request) if request.user.is_authenticated else None
        data = form.cleaned_data
        told: dict[str, Any] = {"title": data["title"], "text": data["text"], "organisation": form.organisation}
        made = attempt(
            request, lambda: propose_topic(event, **told, idea=idea, speaker=form.speaker, by=by, now=now), form
        )
        if made and made.state == "unconfirmed":
            return _sent(request, event, made.email, _("Kun olet vahvistanut osoitteesi, ehdotus näkyy kaikille."))
        if made:
            messages.success(request, _("Kiitos. Ehdotuksesi näkyy tapahtuman sivulla, ja siihen vastataan."))
            return redirect(to)
    lead = _("Järjestäjä vastaa jokaiseen ehdotukseen. Saat vastauksen sähköpostiin.")
    return _page(request, event, form, _("Ehdota aihetta"), lead, _("Ehdota aihetta"))


def _idea(request: HttpRequest, now: Any) -> Any:
    key = request.GET.get("idea", "")
    if not (request.user.is_authenticated and key.isascii() and key.isdecimal() and len(key) < 10):
        return None
    return allowed("forums.idea.handle", request.user, now=now).filter(pk=key).first()


@public_page
def topic_support(request: HttpRequest, pk: int) -> HttpResponse:
    """Support a topic: one press for a signed-in person, a form with a link by mail for anybody else."""
    now = clock.now()
    rows = allowed("forums.topic.view", request.user, now=now).select_related("event")
    found: Topic = get_object_or_404(rows, pk=pk)
    to = reverse("forums:topics", args=[found.event_id])
    if request.user.is_authenticated:
        by = current_user(request)
        if request.method == "POST" and attempt(request, lambda: support_topic(found, by=by, now=now)):
            messages.success(request, _("Kannatat nyt aihetta."))
        return redirect(to)
    form = SpeakerForm(request.POST or None, user=request.user)
    given = request.method == "POST" and form.is_valid()
    if given and attempt(request, lambda: support_topic(found, speaker=form.speaker, now=now), form):
        after = _("Kun olet vahvistanut osoitteesi, kannatuksesi lasketaan.")
        return _sent(request, found.event, form.cleaned_data["email"], after)
    return _page(request, found.event, form, _("Kannata aihetta"), found.title, _("Lähetä vahvistuslinkki"))


@sign_in_required
def topic_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a topic with a reason."""
    now = clock.now()
    rows = allowed("forums.topic.answer", request.user, now=now).select_related("event")
    found: Topic = get_object_or_404(rows, pk=pk)
    events = allowed("forums.event.manage", request.user, now=now).filter(
        state__in=("planned", "published"), starts_at__gt=now
    )
    form = TopicAnswerForm(request.POST or None, events=events.exclude(pk=found.event_id))
    by = current_user(request)
    to = reverse("forums:topics", args=[found.event_id])
    return ask(
        request,
        form,
        lambda: answer_topic(found, answer=form.answer, by=by, now=now),
        done=_("Vastaus on tallennettu. Ehdottaja ja kannattajat saavat viestin."),
        to=to,
        heading=_("Vastaa aiheeseen"),
        submit=_("Vastaa"),
        trail=event_crumbs(found.event, (to, _("Aiheet"))),
        lead=found.title,
    )
