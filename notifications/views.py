"""A person's own messages and choices, and the outbox of the coordinator."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.contrib import messages as notes
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public_page, sign_in_required
from accounts.models import User
from accounts.roles import request_roles
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed
from common.times import format_instant
from notifications import policies, unsubscribe, workflow
from notifications.forms import MessageFilter, PreferencesForm
from notifications.kinds import kind_label
from notifications.models import Message
from notifications.states import MANAGE, MESSAGE, NEEDS_A_PERSON

Verb = Callable[..., Message]
VERBS: dict[str, Verb] = {"send_again": workflow.send_again, "give_up": workflow.give_up}


# A person's own


@sign_in_required
@require_safe
def own_messages(request: HttpRequest) -> HttpResponse:
    """Show what I have been sent, newest first."""
    rows = allowed(policies.OWN, request.user).defer("text", "html")
    page = paginate(request, rows)
    return render(request, "notifications/own_messages.html", {"page": page, "rows": _own_rows(page)})


def _own_rows(page: Any) -> list[dict[str, Any]]:
    return [
        {"message": row, "tone": MESSAGE.tone(row.state), "word": MESSAGE.applicant_label(row.state)} for row in page
    ]


@sign_in_required
@require_safe
def own_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one message that I have been sent."""
    message: Message = get_allowed(policies.OWN, request.user, pk=pk)
    context = {
        "message": message,
        "tone": MESSAGE.tone(message.state),
        "word": MESSAGE.applicant_label(message.state),
    }
    return render(request, "notifications/own_message.html", context)


@sign_in_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose what comes to my e-mail and how often."""
    form = PreferencesForm(request.POST or None, user=cast(User, request.user), roles=_roles(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        notes.success(request, _("Valintasi on tallennettu. Ne koskevat tästä lähtien syntyviä viestejä."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form})


@public_page
@csrf_exempt
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one kind of e-mail by a signed link, without signing in (RFC 8058: the mail program posts here).

    Exempt from the CSRF check: the token itself is the right, and all it can do is to send less.
    """
    choice = unsubscribe.read(token)
    if choice is None:
        raise Http404
    done = request.method == "POST"
    if done:
        unsubscribe.apply(choice, clock.now())
    context = {"done": done, "kind": kind_label(choice.kind), "has_account": not choice.address_hash}
    return render(request, "notifications/unsubscribe.html", context)


# The coordinator's outbox


@sign_in_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Show all messages: how many stand in which state, filtered by the URL."""
    if not _roles(request) & policies.READERS:  # an empty outbox has a page too, for those whose page it is
        raise Http404
    rows = allowed(policies.VIEW, request.user)
    form = MessageFilter(request.GET)
    page = paginate(request, form.apply(rows).defer("text", "html"))
    lines = _outbox_rows(page)
    context = {
        "page": page,
        "rows": lines,
        "any_open": any(line["open"] for line in lines),
        "form": form,
        "tabs": _tabs(rows, request),
    }
    return render(request, "notifications/outbox.html", context | _rights(request))


def _rights(request: HttpRequest) -> dict[str, Any]:
    """Say whether buttons are shown; the verbs ask the policy again."""
    return {"may_manage": bool(policies.MANAGERS & _roles(request))}


def _roles(request: HttpRequest) -> set[str]:
    return {role.key for role in request_roles(request)}


def _outbox_rows(page: Any) -> list[dict[str, Any]]:
    return [
        {
            "message": row,
            "tone": MESSAGE.tone(row.state),
            "word": MESSAGE.label(row.state),
            "kind": kind_label(row.kind),
            "open": row.state in NEEDS_A_PERSON,
        }
        for row in page
    ]


def _tabs(rows: Any, request: HttpRequest) -> list[dict[str, Any]]:
    """Return a tab a state that has messages, with their number."""
    counts = dict(rows.order_by().values_list("state").annotate(Count("id")))
    now = request.GET.get("tila", "")
    tabs = [{"url": _with_state(request, ""), "label": _("Kaikki"), "current": not now, "count": sum(counts.values())}]
    for key, label in MESSAGE.choices():
        if counts.get(key) or key in NEEDS_A_PERSON:
            address = _with_state(request, key)
            tabs.append({"url": address, "label": label, "current": now == key, "count": counts.get(key, 0)})
    return tabs


def _with_state(request: HttpRequest, key: str) -> str:
    """Return the list in another state, with the words that were searched for."""
    wanted = {"q": request.GET.get("q", ""), "tila": key}
    return f"?{urlencode({name: value for name, value in wanted.items() if value})}"


@sign_in_required
@require_safe
def message_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one message with its text, what happened to it, and what can be done."""
    message: Message = get_allowed(policies.VIEW, request.user, pk=pk)
    context = {
        "message": message,
        "tone": MESSAGE.tone(message.state),
        "word": MESSAGE.label(message.state),
        "rows": _facts(message),
        "may_send_again": MESSAGE.allows(message.state, "send_again"),
        "may_give_up": MESSAGE.allows(message.state, "give_up"),
    }
    return render(request, "notifications/message.html", context | _rights(request))


def _facts(message: Message) -> list[dict[str, Any]]:
    def when(instant: datetime | None) -> str:
        return format_instant(instant) if instant else ""

    facts = [
        (_("Vastaanottaja"), message.to_address),
        (_("Laji"), str(kind_label(message.kind))),
        (_("Syntyi"), when(message.created_at)),
        (_("Lähetetty"), when(message.sent_at)),
        (_("Yrityksiä"), str(message.attempts)),
        (_("Lain tai asian vaatima"), _("Kyllä") if message.required else _("Ei")),
        (_("Postipalvelimen vastaus"), message.error),
        (_("Viestin tunniste"), message.message_id),
    ]
    if message.handled_at:
        facts.append((_("Viimeksi käsitellyt"), f"{message.handled_by or '–'}, {when(message.handled_at)}"))
    return [{"label": label, "value": value} for label, value in facts if value]


@sign_in_required
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Send again or give up the chosen messages, one or many; each is judged by itself."""
    verb = VERBS.get(request.POST.get("toimi", ""))
    keys = [int(key) for key in request.POST.getlist("viesti") if key.isdecimal()]
    back = _back(request)
    if verb is None or not keys:
        notes.warning(request, _("Valitse ensin ainakin yksi viesti."))
        return back
    done, refusal = _apply(verb, keys, request)
    if done:
        notes.success(request, _said(request.POST["toimi"], done))
    if refusal:
        notes.warning(request, refusal)
    return back


def _apply(verb: Verb, keys: list[int], request: HttpRequest) -> tuple[int, str]:
    now = clock.now()
    done, refusal = 0, ""
    rows = list(allowed(MANAGE, request.user, now=now).filter(pk__in=keys).only("pk"))
    if not rows:
        raise Http404
    for message in rows:
        try:
            verb(message, by=request.user, now=now)
            done += 1
        except Refused as error:
            refusal = str(error)
    return done, refusal


def _said(verb: str, count: int) -> str:
    if verb == "send_again":
        text = ngettext("%(n)s viesti lähetetään uudelleen.", "%(n)s viestiä lähetetään uudelleen.", count)
    else:
        text = ngettext("%(n)s viestiä ei lähetetä.", "%(n)s viestiä ei lähetetä.", count)
    return text % {"n": count}


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page that was open, with its filters; never to another site."""
    target = request.POST.get("takaisin", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("notifications:messages")
    return HttpResponseRedirect(target)
