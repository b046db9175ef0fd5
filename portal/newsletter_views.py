"""Pages of the newsletter: subscribing, the archive, and the coordinator's desk."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import public_page, sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from common.times import local_date
from liaisons.views.pages import act_and_return
from organisations.views.helpers import attempt
from portal import newsletters as verbs
from portal.models import Newsletter, Subscriber
from portal.newsletter_content import gather
from portal.policies import may_edit_newsletters

GET_AND_POST = ["GET", "HEAD", "POST"]


class SubscribeForm(forms.Form):
    """An address and a language."""

    email = forms.EmailField(label=gettext_lazy("Sähköpostiosoite"), widget=forms.EmailInput({"autocomplete": "email"}))
    language = forms.ChoiceField(
        label=gettext_lazy("Uutiskirjeen kieli"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )


class IntroForm(forms.ModelForm):  # type: ignore[type-arg]
    """The first words in three languages."""

    class Meta:
        model = Newsletter
        fields = ["intro_fi", "intro_sv", "intro_en"]
        help_texts = {"intro_fi": gettext_lazy("Pari lausetta siitä, mikä kuussa on tärkeintä.")}


@public_page
@require_http_methods(GET_AND_POST)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Subscribe, and read the letters that have been sent."""
    now = clock.now()
    email = request.user.email if request.user.is_authenticated else ""
    initial = {"language": (get_language() or "fi")[:2], "email": email}
    form = SubscribeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        act = lambda: verbs.subscribe(data["email"], language=data["language"], now=now) or True  # noqa: E731
        if attempt(request, act, form):
            messages.success(request, _("Lähetimme sähköpostiisi linkin. Avaa se, niin tilaus tulee voimaan."))
            return redirect("portal:newsletters")
    rows = allowed("portal.newsletter.public", request.user, now=now)
    return render(request, "portal/newsletters.html", {"form": form, "page": paginate(request, rows)})


@public_page
@require_safe
def newsletter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter as it was sent."""
    letter = get_object_or_404(allowed("portal.newsletter.public", request.user, now=clock.now()), pk=pk)
    return render(request, "portal/newsletter.html", _shown(letter, letter.content))


def _shown(letter: Newsletter, content: dict[str, Any]) -> dict[str, Any]:
    intro, language = letter.intro
    sections = content.get((get_language() or "fi")[:2]) or content.get("fi", [])
    return {"letter": letter, "intro": intro, "intro_language": language, "sections": sections}


def _subscriber(request: HttpRequest, token: str) -> Subscriber:
    rows = allowed("portal.subscription.own", request.user, now=clock.now())
    found: Subscriber = get_object_or_404(rows, token=token)
    return found


@public_page
@never_cache
@require_http_methods(GET_AND_POST)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm the subscription: a button, so that a mail program's look at the link confirms nothing."""
    row = _subscriber(request, token)
    if request.method == "POST":
        row = verbs.confirm_subscription(token, by=request.user, now=clock.now())
    context = {"row": row, "heading": _("Vahvista uutiskirjeen tilaus"), "done": row.state == "on", "is_leaving": False}
    return render(request, "portal/newsletter_step.html", context)


@csrf_exempt
@public_page
@never_cache
@require_http_methods(GET_AND_POST)
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """End the subscription. Exempt from the CSRF check: the key is the right, and all it can do is to send less."""
    row = _subscriber(request, token)
    if request.method == "POST":
        row = verbs.leave(token, by=request.user, now=clock.now())
    context = {"row": row, "heading": _("Lopeta uutiskirjeen tilaus"), "done": row.state == "off", "is_leaving": True}
    return render(request, "portal/newsletter_step.html", context)


# The coordinator's desk


def _require_editor(request: HttpRequest) -> None:
    if not may_edit_newsletters(request.user, clock.now()):
        raise Http404


@sign_in_required
@require_http_methods(GET_AND_POST)
def desk(request: HttpRequest) -> HttpResponse:
    """All letters; the button begins this month's."""
    _require_editor(request)
    now = clock.now()
    if request.method == "POST":
        letter = verbs.draft_newsletter(local_date(now), by=current_user(request), now=now)
        return redirect("portal:newsletter_edit", pk=letter.pk)
    rows = allowed("portal.newsletter.edit", request.user, now=now)
    context = {"page": paginate(request, rows), "subscribers": Subscriber.objects.on().count()}
    return render(request, "portal/newsletter_desk.html", context)


@sign_in_required
@require_http_methods(GET_AND_POST)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the first words and look at the whole letter before it is sent."""
    now = clock.now()
    letter = get_allowed("portal.newsletter.edit", request.user, now=now, pk=pk)
    if letter.state != "draft":
        return redirect("portal:newsletter", pk=letter.pk)
    form = IntroForm(request.POST if request.method == "POST" else None, instance=letter)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        act = lambda: verbs.write_intro(letter, **data, by=current_user(request), now=now)  # noqa: E731
        if attempt(request, act, form):
            messages.success(request, _("Tallennettu. Katso kirje alta ja lähetä se, kun se on valmis."))
            return redirect("portal:newsletter_edit", pk=letter.pk)
    context = {
        **_shown(letter, gather(letter.month, now)),
        "form": form,
        "subscribers": Subscriber.objects.on().count(),
    }
    return render(request, "portal/newsletter_edit.html", context)


@sign_in_required
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letter to all subscribers."""
    now = clock.now()
    letter = get_allowed("portal.newsletter.edit", request.user, now=now, pk=pk)
    return act_and_return(
        request,
        lambda: verbs.send_newsletter(letter, by=current_user(request), now=now),
        _("Uutiskirje lähtee tilaajille. Se on nyt myös arkistossa."),
        reverse("portal:newsletter_desk"),
    )
