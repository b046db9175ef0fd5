"""Negotiating an agreement, on both sides with the same pages: reading, writing, sending, commenting, approving."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.policies import allowed
from common.times import add_days, local_date
from documents.views import pdf_answer, serve
from grants import agreement_content as text_of
from grants.agreement_reporting import next_due
from grants.forms.agreements import CommentForm, ContentForm, PaperSignatureForm, ReasonForm, SendForm, SignForm
from grants.models import Agreement, AgreementFile, AgreementReport, AgreementVersion, Side
from grants.policies.agreements import signers_of
from grants.views.agreement_at import At, at, context_of, latest_or_404, rights_of
from grants.workflow.agreement_force import document_of
from grants.workflow.agreement_reports import OPENS_BEFORE
from grants.workflow.agreements import Paper, comment, drop, latest_of, note_paper, reopen, save_draft, send, sign
from liaisons.models import CooperationRequest

COUNTY_KEY = "hva"


def step(
    request: HttpRequest,
    here: At,
    form: Any,
    act: Callable[[], Any],
    words: tuple[str, str, str],
    **more: Any,
) -> HttpResponse:
    """Show a form of one step, or take the step; ``words``: heading, button, what is said afterwards."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, words[2])
            return redirect(here.url())
    context = context_of(here, form=form, title=words[0], submit=words[1], back_url=here.url(), **more)
    return render(request, "grants/agreements/step.html", context, status=409 if form.errors else 200)


@login_required
@require_safe
def agreement(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """One agreement: whose turn it is, the text, versions, approvals, the plan, evaluations, comments."""
    now = clock.now()
    here = at(request, "read", agreement_id, organisation_id, now)
    found = here.agreement
    versions = list(found.versions.select_related("sent_by").order_by("-number"))
    latest = versions[0] if versions else None
    names = text_of.municipality_names()
    may = rights_of(request, here, now)
    signatures = _signatures(latest)
    signed = {row.party_id for row in signatures}
    mine = None if here.party is None else here.party.pk
    has_signed = mine in signed
    unsent = list(text_of.changes(latest.content, found.draft, names)) if here.has_turn and latest else []
    context = context_of(
        here,
        may=may,
        versions=versions,
        latest=latest,
        parts=text_of.parts(here.shown(latest), names),
        parties=[row.organisation for row in found.parties.select_related("organisation")],
        unsent=unsent,
        signatures=signatures,
        has_signed=has_signed,
        can_sign=may["sign"] and latest is not None and not has_signed and not unsent and _signable(here),
        can_note=may["work"] and here.side == Side.COUNTY and latest is not None and _noteable(here),
        signers=list(signers_of(found, now)) if here.side == Side.COUNTY and found.is_open else [],
        plan_rows=list(found.plan_rows.all()),
        reports=_reports(request, here, now),
        next_report=_next_report(found, local_date(now)),
        today=local_date(now),
        evaluations=list(found.evaluations.select_related("party__organisation", "by")),
        talks=list(found.talks.all()),
        comments=list(found.notes.filter(verb="").select_related("by")),
        events=list(found.notes.exclude(verb="").select_related("by")),
        successors=_successors(here),
        origin=_origin(request, found, now),
        form=CommentForm(),
        lasts=found.state in ("in_force", "terminated") and not found.reference,
    )
    return render(request, "grants/agreements/agreement.html", context)


def _reports(request: HttpRequest, here: At, now: datetime) -> list[AgreementReport]:
    """Return the reports that this side reads, the newest first; an organisation its own."""
    name = "grants.agreement_report.view_own" if here.party else "grants.agreement_report.view"
    rows = allowed(name, request.user, now=now).filter(party__agreement=here.agreement)
    rows = rows.filter(party=here.party) if here.party else rows
    return list(rows.select_related("party__organisation").order_by("-due_on", "pk"))


def _origin(request: HttpRequest, found: Agreement, now: datetime) -> CooperationRequest | None:
    """Return the request from which the agreement began, where the person may read it."""
    if found.cooperation_request_id is None:
        return None
    rows = allowed("liaisons.request.view", request.user, now=now).filter(pk=found.cooperation_request_id)
    origin: CooperationRequest | None = rows.first()
    return origin


def _next_report(found: Agreement, today: date) -> date | None:
    """Return the due day of the next report that has not been opened yet."""
    if found.state not in ("in_force", "terminated"):
        return None
    return next_due(found, add_days(today, OPENS_BEFORE))


def _signatures(latest: AgreementVersion | None) -> list[Any]:
    if latest is None:
        return []
    return list(latest.signatures.filter(withdrawn_at__isnull=True).select_related("party__organisation", "file"))


def _signable(here: At) -> bool:
    return here.agreement.state == "signing" or (here.agreement.state == "negotiating" and here.has_turn)


def _noteable(here: At) -> bool:
    return here.agreement.state in ("negotiating", "signing")


def _successors(here: At) -> list[Agreement]:
    rows = here.agreement.successors.order_by("pk")
    return list(rows if here.side == Side.COUNTY else rows.exclude(state="draft"))


@login_required
def edit(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """Write the text; the other side sees it when it is sent."""
    now = clock.now()
    here = at(request, "work", agreement_id, organisation_id, now)
    found = here.agreement
    form = ContentForm(
        request.POST or None,
        initial=ContentForm.start(here.shown(latest_of(found)), found.draft_revision),
        names=text_of.municipality_names(),
        kind=found.kind,
        signers=_who_signs(here, now),
        rules=_rules(here),
    )

    changed: list[text_of.Change] = []

    def act() -> Agreement:
        seen, content = form.cleaned_data["seen"], form.content()
        try:
            return save_draft(found, side=here.side, content=content, seen=seen, by=request.user, now=now)
        except Refused as refused:
            if refused.code == "changed_meanwhile":
                # The form shows what a colleague saved meanwhile, and saving again keeps what stands in it.
                found.refresh_from_db(fields=["draft", "draft_revision"])
                changed.extend(text_of.changes(found.draft, content, text_of.municipality_names()))
                typed = request.POST.copy()
                typed["seen"] = str(found.draft_revision)
                form.data = typed
            raise

    if request.method != "POST" and not here.has_turn:
        messages.info(request, _("Sopimus on nyt toisella osapuolella. Voit kirjoittaa kommentin."))
        return redirect(here.url())
    words = (_("Kirjoita sopimusta"), _("Tallenna"), _("Tallennettu. Toinen osapuoli näkee muutokset, kun lähetät ne."))
    return step(request, here, form, act, words, is_text=True, changes=changed)


def _who_signs(here: At, now: Any) -> str:
    names = ", ".join(f"{row.user} ({row.post.full_name})" for row in signers_of(here.agreement, now))
    if names:
        return _("Toimivalta allekirjoittaa: %(names)s.") % {"names": names}
    return _("Kenellekään ei ole vielä merkitty toimivaltaa allekirjoittaa tämän lajin sopimuksia.")


def _rules(here: At) -> str:
    rows = here.agreement.parties.select_related("organisation")
    rules = [
        f"{row.organisation.name}: {row.organisation.signing_rule}" for row in rows if row.organisation.signing_rule
    ]
    return " ".join(rules) or _("Ne, jotka säännöt oikeuttavat allekirjoittamaan järjestön puolesta.")


@login_required
def send_on(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """See what has changed and give the turn to the other side."""
    now = clock.now()
    here = at(request, "work", agreement_id, organisation_id, now)
    found, latest = here.agreement, latest_of(here.agreement)
    form = SendForm(request.POST if request.method == "POST" else None)

    def act() -> Agreement:
        return send(found, side=here.side, message=form.cleaned_data["message"], by=request.user, now=now)

    before = latest.content if latest else _before(found)
    changed = list(text_of.changes(before, found.draft, text_of.municipality_names())) if before else []
    words = (_("Lähetä toiselle osapuolelle"), _("Lähetä"), _("Lähetetty. Vuoro on nyt toisella osapuolella."))
    # The other side's unsent text is never shown.
    return step(request, here, form, act, words, changes=changed if here.has_turn else [])


def _before(found: Agreement) -> dict[str, Any] | None:
    """Return the text of the agreement that this one amends or renews."""
    before = found.previous.signed_version if found.previous else None
    return before.content if before else None


@login_required
@require_safe
def version(request: HttpRequest, agreement_id: int, number: int, organisation_id: int | None = None) -> HttpResponse:
    """One version as it was sent, and what changed in it from the one before."""
    now = clock.now()
    here = at(request, "read", agreement_id, organisation_id, now)
    rows = here.agreement.versions.select_related("sent_by")
    found = get_object_or_404(rows, number=number)
    earlier = rows.filter(number=number - 1).first()
    before = earlier.content if earlier else _before(here.agreement)
    names = text_of.municipality_names()
    context = context_of(
        here,
        version=found,
        parts=text_of.parts(found.content, names),
        changes=list(text_of.changes(before, found.content, names)) if before else None,
    )
    return render(request, "grants/agreements/version.html", context)


@login_required
def comment_on(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """Write a comment that both sides read."""
    now = clock.now()
    here = at(request, "work", agreement_id, organisation_id, now)
    form = CommentForm(request.POST or None)

    def act() -> Any:
        return comment(here.agreement, side=here.side, text=form.cleaned_data["text"], by=request.user, now=now)

    words = (_("Kommentoi"), _("Lähetä kommentti"), _("Kommentti on lähetetty."))
    return step(request, here, form, act, words)


@login_required
def approve(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """Read the whole version and approve it."""
    now = clock.now()
    here = at(request, "sign", agreement_id, organisation_id, now)
    latest = latest_or_404(here)
    form = SignForm(request.POST or None, initial={"number": latest.number})

    def act() -> Agreement:
        number = form.cleaned_data["number"]
        return sign(here.agreement, side=here.side, party=here.party, number=number, by=request.user, now=now)

    words = (_("Hyväksy sopimus"), _("Hyväksy sopimus"), _("Kiitos. Hyväksyntä on tallennettu."))
    parts = text_of.parts(latest.content, text_of.municipality_names())
    return step(request, here, form, act, words, parts=parts, version=latest)


@login_required
def paper(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Note a signature on paper with its scan."""
    now = clock.now()
    here = at(request, "work", agreement_id, None, now)
    latest = latest_or_404(here)
    parties = {str(row.pk): row for row in here.agreement.parties.select_related("organisation")}
    choices = [(COUNTY_KEY, _("Hyvinvointialue")), *((key, row.organisation.name) for key, row in parties.items())]
    form = PaperSignatureForm(
        request.POST or None, request.FILES or None, initial={"number": latest.number}, parties=choices
    )

    def act() -> Agreement:
        data = form.cleaned_data
        signed = Paper(signer=data["signer"], signed_on=data["signed_on"], upload=data["upload"])
        party = parties.get(data["party"])
        return note_paper(here.agreement, party=party, number=data["number"], paper=signed, by=request.user, now=now)

    words = (_("Kirjaa paperilla allekirjoitettu"), _("Kirjaa allekirjoitus"), _("Allekirjoitus on kirjattu."))
    return step(request, here, form, act, words, version=latest, has_file=True)


@login_required
def back(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """Return to the negotiation before all have approved."""
    now = clock.now()
    here = at(request, "work", agreement_id, organisation_id, now)
    form = ReasonForm(request.POST or None)

    def act() -> Agreement:
        return reopen(here.agreement, side=here.side, reason=form.cleaned_data["reason"], by=request.user, now=now)

    said = _("Neuvottelu jatkuu ja vuoro on teillä. Annetut hyväksynnät eivät enää ole voimassa.")
    return step(request, here, form, act, (_("Palaa neuvotteluun"), _("Palaa neuvotteluun"), said))


@login_required
def end(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """End the negotiation without an agreement."""
    now = clock.now()
    here = at(request, "end", agreement_id, organisation_id, now)
    form = ReasonForm(request.POST or None)

    def act() -> Agreement:
        return drop(here.agreement, side=here.side, reason=form.cleaned_data["reason"], by=request.user, now=now)

    return step(
        request, here, form, act, (_("Lopeta neuvottelu"), _("Lopeta neuvottelu"), _("Neuvottelu on lopetettu."))
    )


@login_required
@require_safe
def pdf(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponseBase:
    """The agreement as it was approved, else the version that was sent last, made for this request."""
    now = clock.now()
    here = at(request, "read", agreement_id, organisation_id, now)
    if here.agreement.document is not None:
        return serve(request, here.agreement.document)
    latest = latest_or_404(here)
    return pdf_answer(document_of(here.agreement, latest, now), latest.content["title"])


@login_required
@require_safe
def scan(request: HttpRequest, agreement_id: int, file_id: int, organisation_id: int | None = None) -> FileResponse:
    """The scan of an agreement signed on paper, for both sides."""
    here = at(request, "read", agreement_id, organisation_id, clock.now())
    found = AgreementFile.objects.filter(agreement=here.agreement, pk=file_id).first()
    if found is None:
        raise Http404
    return serve(request, found)
