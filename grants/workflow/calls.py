"""The verbs of a call: create, copy, publish, extend, cancel. Each is one transaction under the call's row lock."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from common.policies import get_allowed
from common.times import HELSINKI, format_instant, helsinki
from grants import life_cycles
from grants.call_readiness import gaps, newest_guide
from grants.form_definition import default_definition, with_partners, with_state_aid
from grants.models import (
    Application,
    AppropriationReserve,
    AttachmentSlot,
    CallEvent,
    CallGuideline,
    CallVerb,
    Criterion,
    CriterionLevel,
    EligibilityQuestion,
    FormVersion,
    GrantCall,
    GrantKind,
)
from grants.models.applications import UNSENT_PAPER
from grants.policies import EDITORS
from grants.workflow.call_news import News, tell_followers, tell_invited
from notifications import outbox
from organisations.models import Membership

LANGUAGES = ("fi", "sv", "en")

#: Attachments that Finnish funders ask of associations: name, help, required, what it is in the vault.
USUAL_ATTACHMENTS = (
    ("Säännöt", "Jos säännöt eivät ole muuttuneet edellisen hakemuksen jälkeen, samat säännöt käyvät.", True, "rules"),
    ("Vahvistettu tilinpäätös", "Tuloslaskelma ja tase viimeksi päättyneeltä tilikaudelta.", True, "accounts"),
    ("Toimintakertomus", "Viimeksi päättyneeltä vuodelta.", True, "activity_report"),
    ("Tilin- tai toiminnantarkastuskertomus", "Samalta vuodelta kuin tilinpäätös.", True, "audit_report"),
    ("Toimintasuunnitelma", "Vuodelta, jolle avustusta haetaan.", True, "plan"),
    ("Talousarvio", "Vuodelta, jolle avustusta haetaan.", True, "budget"),
    ("Pöytäkirjanote", "Ote, jossa hakemuksen lähettäjä valtuutetaan hakemaan avustusta.", False, "minutes"),
)


# Making


@transaction.atomic
def create_call(call: GrantCall, *, by: Any, now: datetime) -> GrantCall:
    """Save a new draft from the form's unsaved ``call``; write who made it, and the kind's own criteria.

    Refused ``exists`` when the same kind and year already has a call of that name (a form sent twice).
    The criteria that the area file names come along with equal weights and without level descriptions.
    """
    kind = _lock_kind(call.kind, by=by, now=now)
    _refuse_twin(kind, call.year, call.title_fi)
    call.pk, call.state, call.created_by, call.created_at = None, "draft", by, now
    call.save()
    names = [name for name in kind.criteria_fi if len(name) <= 200]
    Criterion.objects.bulk_create(
        Criterion(call=call, order=order, name_fi=name[:1].upper() + name[1:], weight=100 // len(names))
        for order, name in enumerate(names, start=1)
    )
    record(call, CallVerb.CREATED, by=by, now=now)
    return call


@transaction.atomic
def copy_call(source: GrantCall, *, year: int, by: Any, now: datetime) -> GrantCall:
    """Make a draft for ``year`` from an earlier call: terms, guide, criteria, slots, reserves, form, eligibility.

    Times move by as many years; the year in the names is replaced. The guide's text comes along, but not the
    date and section of its decision: a guide is decided anew or the old decision is written in again. The newest
    form becomes version 1; a source without one gives a call that gets the default form when it is published.
    """
    source = get_allowed("grants.call.manage", by, now=now, pk=source.pk)
    kind = _lock_kind(source.kind, by=by, now=now)
    call = _copied_terms(source, year)
    _refuse_twin(kind, year, call.title_fi)
    call.created_by, call.created_at = by, now
    call.save()
    _copy_guide(source, call)
    _copy_criteria(source, call)
    years = year - source.year
    AttachmentSlot.objects.bulk_create(
        _without_key(slot, call=call, later_by=slot.later_by and _day_later(slot.later_by, years))
        for slot in source.attachment_slots.all()
    )
    AppropriationReserve.objects.bulk_create(_without_key(row, call=call) for row in source.reserves.all())
    EligibilityQuestion.objects.bulk_create(_without_key(row, call=call) for row in source.eligibility.all())
    _copy_form(source, call)
    record(call, CallVerb.COPIED, by=by, now=now, reason=source.title_fi)
    return call


def _lock_kind(kind: GrantKind, *, by: Any, now: datetime) -> GrantKind:
    found: GrantKind = get_allowed("grants.call.create", by, now=now, lock=True, pk=kind.pk)
    return found


def _refuse_twin(kind: GrantKind, year: int, title: str) -> None:
    twins = GrantCall.objects.filter(kind=kind, year=year, title_fi=title).exclude(state="cancelled")
    if twins.exists():
        raise Refused(
            "exists",
            _("Vuodelle %(year)s on jo haku ”%(title)s”. Avaa se hakujen luettelosta tai anna haulle toinen nimi.")
            % {"year": year, "title": title},
        )


def _copied_terms(source: GrantCall, year: int) -> GrantCall:
    years = year - source.year
    call = GrantCall(
        kind=source.kind,
        year=year,
        opens_at=_later(source.opens_at, years),
        closes_at=_later(source.closes_at, years),
        decision_expected_on=source.decision_expected_on and _day_later(source.decision_expected_on, years),
        use_report_due_on=_day_later(source.use_report_due_on, years),
        interim_report_due_on=source.interim_report_due_on and _day_later(source.interim_report_due_on, years),
    )
    for name in (
        "appropriation",
        "minimum_sum",
        "maximum_sum",
        "minimum_points",
        "legal_basis_fi",
        "pay_when",
        "acceptance_required",
        "missing_report",
        "missing_report_applying",
        "cost_centre",
    ):
        setattr(call, name, getattr(source, name))
    for name in ("procedure", "joint", "joint_shares", "state_aid", "signatory_demanded"):
        setattr(call, name, getattr(source, name))
    for name in ("appropriation_conditional", "condition_fi"):
        setattr(call, name, getattr(source, name))
    for name in ("ledger_account", "contact_name", "contact_email", "contact_phone"):
        setattr(call, name, getattr(source, name))
    for language in LANGUAGES:
        for field in (f"title_{language}", f"summary_{language}"):
            setattr(call, field, getattr(source, field).replace(str(source.year), str(year)))
    return call


def _day_later(day: date, years: int) -> date:
    """Return the same day of another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _later(instant: datetime, years: int) -> datetime:
    """Return the same day and clock time in Finland in another year."""
    local = helsinki(instant)
    return datetime.combine(_day_later(local.date(), years), local.time(), HELSINKI)


def _without_key(row: Any, **changes: Any) -> Any:
    """Return an unsaved copy of the row with changes."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}
    copy = type(row)(**values)
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def _copy_guide(source: GrantCall, call: GrantCall) -> None:
    guide = newest_guide(source)
    if guide:
        texts = {f"text_{language}": getattr(guide, f"text_{language}") for language in LANGUAGES}
        CallGuideline.objects.create(call=call, decided_by=guide.decided_by, **texts)


def _copy_form(source: GrantCall, call: GrantCall) -> None:
    form = source.form_versions.order_by("-number").first()
    if form:
        FormVersion.objects.create(call=call, definition=with_state_aid(with_partners(form.definition, False), False))


def _copy_criteria(source: GrantCall, call: GrantCall) -> None:
    levels = []
    for criterion in source.criteria.prefetch_related("levels"):
        copy = _without_key(criterion, call=call)
        copy.save()
        levels += [_without_key(level, criterion=copy) for level in criterion.levels.all()]
    CriterionLevel.objects.bulk_create(levels)


# Editing


def lock_draft(call_id: int, *, by: Any, now: datetime) -> GrantCall:
    """Return the draft under its row lock for a plain edit of it or of its guide, criteria and slots.

    Call it inside the transaction of the edit. Refused ``published`` once applicants may have read it.
    """
    call: GrantCall = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call_id)
    if call.state != "draft":
        raise Refused("published", why_frozen(call))
    if call.asked_at:
        raise Refused("asked", why_waiting(call))
    return call


def why_waiting(call: GrantCall) -> Any:
    """Return why a draft whose publishing has been asked cannot be edited, and what can be done."""
    return _(
        "%(who)s on pyytänyt julkaisua, ja haku odottaa tarkastusta. Sitä ei voi muuttaa sen aikana. Ota pyyntö "
        "takaisin, jos haussa on vielä korjattavaa."
    ) % {"who": call.asked_by}


def why_frozen(call: GrantCall) -> Any:
    """Return why the call can no longer be edited, and what can be done instead."""
    if call.state == "cancelled":
        return _("Haku on peruttu, joten sitä ei voi muuttaa. Voit kopioida siitä uuden haun.")
    return _(
        "Haku on julkaistu, joten sen tietoja, ohjetta, arviointiperusteita, liitteitä ja lomaketta ei voi enää "
        "muuttaa: hakijat ovat voineet jo aloittaa niiden mukaan. Hakuaikaa voi jatkaa. Jos haussa on virhe, peru "
        "haku ja kopioi siitä uusi."
    )


@transaction.atomic
def add_usual_attachments(call: GrantCall, *, by: Any, now: datetime) -> int:
    """Add the attachments that funders usually ask, those of the same name left out; return how many were added."""
    call = lock_draft(call.pk, by=by, now=now)
    present = {slot.name_fi for slot in call.attachment_slots.all()}
    missing = [usual for usual in USUAL_ATTACHMENTS if usual[0] not in present]
    AttachmentSlot.objects.bulk_create(
        AttachmentSlot(
            call=call,
            order=len(present) + place,
            name_fi=name,
            help_fi=help_text,
            required=required,
            vault_kind=vault_kind,
        )
        for place, (name, help_text, required, vault_kind) in enumerate(missing, start=1)
    )
    return len(missing)


# Publishing and after


@transaction.atomic
def publish_call(call: GrantCall, *, by: Any, now: datetime) -> GrantCall:
    """Publish: freeze guide and form version, then the call; database triggers keep them from then on.

    Where the kind wants two pairs of eyes, another than who asked publishes. Those invited to a negotiated call and
    those who follow the kind are told.
    Refused ``wrong_state`` when it is not a draft, ``incomplete`` with the first gap when something is missing,
    ``ask_first`` when nobody has asked for the check, ``own_request`` when one asked oneself.
    """
    call = get_allowed("grants.call.publish", by, now=now, lock=True, pk=call.pk)
    target = life_cycles.CALL.check(call.state, "publish_call")
    _check_eyes(call, by)
    prefetch_related_objects([call], "criteria__levels", "guidelines", "form_versions")
    missing = gaps(call, now=now)
    if missing:
        raise Refused("incomplete", missing[0].message)
    call.guidelines.filter(published_at=None).update(published_at=now)
    _freeze_form(call, now)
    call.state, call.published_by, call.published_at = target, by, now
    call.save(update_fields=["state", "published_by", "published_at", "four_eyes"])
    record(call, CallVerb.PUBLISHED, by=by, now=now)
    tell_invited(call, now=now)
    tell_followers(call, News.PUBLISHED, now=now)
    return call


def needs_second(call: GrantCall) -> bool:
    """Tell whether another person than who asks must publish the call."""
    return call.kind.four_eyes or call.asked_at is not None


def _check_eyes(call: GrantCall, by: Any) -> None:
    call.four_eyes = needs_second(call)
    if not call.four_eyes:
        return
    if call.asked_at is None:
        raise Refused("ask_first", _("Tämän avustuslajin haun julkaisee toinen henkilö. Pyydä ensin julkaisua."))
    if call.asked_by_id == by.pk:
        raise Refused("own_request", _("Pyysit itse julkaisua, joten toinen henkilö tarkastaa ja julkaisee haun."))


def _freeze_form(call: GrantCall, now: datetime) -> None:
    version = call.form_versions.order_by("-number").first()
    if version is None:
        version = FormVersion(call=call, definition=default_definition(call))
    if version.published_at is None:
        version.definition = with_partners(version.definition, call.takes_joint)
        version.definition = with_state_aid(version.definition, call.state_aid)
        version.published_at = now
        version.save()


@transaction.atomic
def extend_call(call: GrantCall, *, closes_at: datetime, reason: str, by: Any, now: datetime) -> GrantCall:
    """Move the closing instant later, for instance after an outage; tell everyone who has a draft.

    Possible until the handling begins, also after the old closing instant. Refused ``not_later`` when the new
    instant is not after the old one and after ``now``, ``no_reason`` without a reason. Sending the same twice
    is refused the second time, because the instant is then no longer later.
    """
    call = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    call.state = life_cycles.CALL.check(call.state, "extend_call")
    if closes_at <= max(call.closes_at, now):
        raise Refused(
            "not_later",
            _("Uuden päättymisajan pitää olla myöhemmin kuin nykyinen %(old)s ja tulevaisuudessa.")
            % {"old": format_instant(call.closes_at)},
        )
    _require(reason)
    event = record(
        call, CallVerb.EXTENDED, by=by, now=now, reason=reason, closed_before=call.closes_at, closes_after=closes_at
    )
    call.closes_at = closes_at
    call.save(update_fields=["closes_at"])
    _tell(event, states=("draft",), kind="grants.call_extended", subject=_("Hakuaika jatkuu"), now=now)
    tell_followers(call, News.EXTENDED, now=now, event=event)
    return call


@transaction.atomic
def cancel_call(call: GrantCall, *, reason: str, by: Any, now: datetime) -> GrantCall:
    """Cancel a draft or a published call for good; tell everyone who has a draft or a sent application.

    Applications stay as they are: nothing that an organisation wrote is lost. Refused ``no_reason``.
    """
    call = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    call.state = life_cycles.CALL.check(call.state, "cancel_call")
    _require(reason)
    call.save(update_fields=["state"])
    event = record(call, CallVerb.CANCELLED, by=by, now=now, reason=reason)
    _tell(
        event,
        states=("draft", "submitted"),
        kind="grants.call_cancelled",
        subject=_("Haku on peruttu"),
        now=now,
    )
    return call


def _require(reason: str) -> None:
    if not reason.strip():
        raise Refused("no_reason", _("Kirjoita syy. Se näkyy hakijoille."))


def record(call: GrantCall, verb: CallVerb, *, by: Any, now: datetime, reason: str = "", **instants: Any) -> CallEvent:
    """Write down what was done to the call."""
    return CallEvent.objects.create(call=call, verb=verb, at=now, by=by, reason=reason.strip()[:500], **instants)


def _tell(event: CallEvent, *, states: Iterable[str], kind: str, subject: Any, now: datetime) -> None:
    """Queue one message a person; required, because people plan by the closing time."""
    call = event.call
    for user in people_with_applications(call, states, now):
        outbox.queue(
            kind=kind,
            to=user,
            subject=format_lazy("{}: {}", subject, call),
            template=f"emails/{kind.replace('.', '/')}",
            context={
                "call": call,
                "event": event,
                "link": outbox.absolute(reverse("grants:call", args=[call.pk])),
                "button": _("Avaa haku"),
            },
            dedup_key=f"{kind}:{event.pk}:{user.pk}",
            required=True,
            now=now,
        )


def people_with_applications(call: GrantCall, states: Iterable[str], now: datetime) -> list[User]:
    """Return who may edit an application of the call in one of the states, each once."""
    seen = Application.objects.filter(call=call, state__in=list(states)).exclude(UNSENT_PAPER)
    organisations = seen.values("organisation")
    members = Membership.objects.in_force(now).filter(organisation__in=organisations, role__in=EDITORS)
    return list(User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("pk"))
