"""The verbs of a call: what publishing needs, what stays frozen, extension, cancelling, copying."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.http import Http404

from accounts.models import User
from common.errors import Refused
from common.times import HELSINKI
from grants.call_readiness import gaps
from grants.models import AttachmentSlot, CallEvent, CallGuideline, Criterion, CriterionLevel, FormVersion, GrantCall
from grants.workflow import calls as verbs
from notifications.models import Message
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import (
    CLOSES,
    NOW,
    OPENS,
    make_application,
    make_call,
    make_kind,
    make_member,
    make_organisation,
    make_submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


def codes(call: GrantCall, now: datetime = NOW) -> list[str]:
    return [f"{gap.page}.{gap.code}" for gap in gaps(GrantCall.objects.get(pk=call.pk), now=now)]


def refused(code: str, verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as caught:
        verb(*args, **kwargs)
    assert caught.value.code == code
    return str(caught.value)


# Publishing


def test_whole_draft_lacks_nothing(coordinator: User) -> None:
    assert codes(make_call(state="draft")) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"contact_name": ""}, "basics.contact"),
        ({"contact_email": "", "contact_phone": ""}, "basics.contact"),
        ({"opens_at": NOW - timedelta(days=9), "closes_at": NOW - timedelta(days=2)}, "money.past"),
    ],
)
def test_publishing_names_what_the_call_lacks(coordinator: User, change: dict[str, Any], code: str) -> None:
    call = make_call(state="draft", **change)
    assert codes(call) == [code]
    refused("incomplete", verbs.publish_call, call, by=coordinator, now=NOW)
    assert GrantCall.objects.get(pk=call.pk).state == "draft"


def test_phone_alone_is_enough_to_ask(coordinator: User) -> None:
    assert codes(make_call(state="draft", contact_email="")) == []


def test_publishing_needs_the_deciding_body(coordinator: User) -> None:
    kind = make_kind()
    call = make_call(state="draft", kind=kind)
    kind.decided_by = None
    kind.save()
    assert codes(call) == ["basics.body"]


@pytest.mark.parametrize("missing", [{"decided_by": ""}, {"decided_on": None}, {"section": None}])
def test_guide_needs_body_day_and_section(coordinator: User, missing: dict[str, Any]) -> None:
    call = make_call(state="draft")
    CallGuideline.objects.filter(call=call).update(**missing)
    assert codes(call) == ["guide.decision"]


def test_guide_needs_finnish_text(coordinator: User) -> None:
    call = make_call(state="draft")
    CallGuideline.objects.filter(call=call).update(text_fi=" \n", text_sv="På svenska")
    assert codes(call) == ["guide.text"]
    CallGuideline.objects.filter(call=call).delete()
    assert codes(call) == ["guide.text", "guide.decision"]


def test_criteria_need_levels_up_to_the_weight(coordinator: User) -> None:
    call = make_call(state="draft")
    first = call.criteria.get(weight=30)
    first.levels.filter(points=30).delete()
    assert codes(call) == ["criteria.top"]
    first.levels.all().delete()
    assert codes(call) == ["criteria.levels"]
    call.criteria.all().delete()
    assert codes(call) == ["criteria.none"]


def test_more_than_a_hundred_points_are_too_many(coordinator: User) -> None:
    call = make_call(state="draft")
    extra = Criterion.objects.create(call=call, order=9, name_fi="Vielä yksi", weight=1)
    CriterionLevel.objects.create(criterion=extra, points=0, anchor_fi="Ei")
    CriterionLevel.objects.create(criterion=extra, points=1, anchor_fi="Kyllä")
    assert codes(call) == ["criteria.total"]


def test_publishing_freezes_guide_and_form_together(coordinator: User) -> None:
    call = make_call(state="draft")
    FormVersion.objects.filter(call=call).delete()
    published = verbs.publish_call(call, by=coordinator, now=NOW)
    assert (published.state, published.published_by, published.published_at) == ("published", coordinator, NOW)
    assert CallGuideline.objects.get(call=call).published_at == NOW
    version = FormVersion.objects.get(call=call)
    assert version.published_at == NOW
    assert len(version.definition["pages"]) == 8
    assert CallEvent.objects.get(call=call).verb == "published"


def test_publishing_twice_is_refused_the_second_time(coordinator: User) -> None:
    call = make_call(state="draft")
    verbs.publish_call(call, by=coordinator, now=NOW)
    refused("wrong_state", verbs.publish_call, call, by=coordinator, now=NOW + timedelta(minutes=1))
    assert CallEvent.objects.filter(call=call).count() == 1


def test_stranger_finds_no_call(coordinator: User) -> None:
    call = make_call(state="draft")
    for user in (UserFactory(), staff("registrar"), staff("auditor")):
        with pytest.raises(Http404):
            verbs.publish_call(call, by=user, now=NOW)


# Frozen


FROZEN = [
    "UPDATE grants_callguideline SET text_fi = 'muu' WHERE call_id = %s",
    "DELETE FROM grants_callguideline WHERE call_id = %s",
    "UPDATE grants_formversion SET definition = '{}' WHERE call_id = %s",
    "UPDATE grants_criterion SET weight = 1 WHERE call_id = %s",
    "DELETE FROM grants_criterionlevel WHERE criterion_id IN (SELECT id FROM grants_criterion WHERE call_id = %s)",
    "UPDATE grants_criterionlevel SET anchor_fi = 'x' "
    "WHERE criterion_id IN (SELECT id FROM grants_criterion WHERE call_id = %s)",
    "UPDATE grants_attachmentslot SET required = false WHERE call_id = %s",
    "DELETE FROM grants_attachmentslot WHERE call_id = %s",
    "UPDATE grants_grantcall SET minimum_points = 1 WHERE id = %s",
    "UPDATE grants_grantcall SET maximum_sum = 1000 WHERE id = %s",
]


@pytest.mark.parametrize("sql", FROZEN)
def test_published_call_stays_by_raw_sql_too(sql: str) -> None:
    draft, published = make_call(state="draft", title_fi="Luonnos"), make_call()
    with connection.cursor() as cursor:
        with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
            cursor.execute(sql, [published.pk])
        cursor.execute(sql, [draft.pk])
        assert cursor.rowcount > 0


def test_published_call_gets_no_new_criteria_levels_or_slots() -> None:
    call = make_call()
    criterion = call.criteria.first()
    for row in (
        Criterion(call=call, order=9, name_fi="Uusi", weight=1),
        CriterionLevel(criterion=criterion, points=1, anchor_fi="Uusi"),
        AttachmentSlot(call=call, order=9, name_fi="Uusi"),
    ):
        with pytest.raises(ProgrammingError, match="pgtrigger: Cannot insert"), transaction.atomic():
            row.save()


def test_draft_is_locked_for_editing_and_a_published_call_says_why_not(coordinator: User) -> None:
    draft, published = make_call(state="draft", title_fi="Luonnos"), make_call()
    with transaction.atomic():
        assert verbs.lock_draft(draft.pk, by=coordinator, now=NOW) == draft
        message = refused("published", verbs.lock_draft, published.pk, by=coordinator, now=NOW)
    assert message.startswith("Haku on julkaistu, joten sen tietoja, ohjetta, arviointiperusteita")


# Extension


LATER = CLOSES + timedelta(days=1)


def test_extension_tells_each_who_has_a_draft_once(coordinator: User) -> None:
    call = make_call()
    first, second = make_organisation(), make_organisation("Nurmeksen kylät ry")
    editor, viewer = make_member(first, "editor"), make_member(first, "viewer")
    make_member(second, "signatory", user=editor)
    make_application(call=call, organisation=first, by=editor, complete=False)
    make_application(call=call, organisation=second, by=editor, complete=False)
    sender = make_member(make_organisation("Valmiit ry"))
    make_submitted(call=call, organisation=sender.memberships.get().organisation, by=sender)
    Message.objects.all().delete()

    verbs.extend_call(call, closes_at=LATER, reason=" Palvelussa oli katkos. ", by=coordinator, now=NOW)

    call.refresh_from_db()
    assert (call.closes_at, call.state) == (LATER, "published")
    event = CallEvent.objects.get(call=call)
    assert (event.reason, event.closed_before, event.closes_after, event.by) == (
        "Palvelussa oli katkos.",
        CLOSES,
        LATER,
        coordinator,
    )
    message = Message.objects.get()
    assert message.to_user == editor
    assert message.to_user != viewer
    assert message.required
    assert message.subject == "Hakuaika jatkuu: Toiminta-avustus 2027"
    assert "Haku päättyy nyt 9.12.2026 klo 16.00. Aiempi päättymisaika oli 8.12.2026 klo 16.00." in (
        message.text.replace("\N{NO-BREAK SPACE}", " ")
    )
    assert "Syy: Palvelussa oli katkos." in message.text
    assert f"/avustukset/{call.pk}/" in message.text


def test_extension_is_possible_after_the_closing_until_handling(coordinator: User) -> None:
    call = make_call()
    after = CLOSES + timedelta(hours=2)
    verbs.extend_call(call, closes_at=LATER, reason="Katkos", by=coordinator, now=after)
    assert GrantCall.objects.get(pk=call.pk).is_open(after)
    call.refresh_from_db()
    call.state = "handling"
    call.save()
    refused(
        "wrong_state", verbs.extend_call, call, closes_at=LATER + timedelta(days=1), reason="x", by=coordinator, now=NOW
    )


def test_extension_is_only_longer_and_has_a_reason(coordinator: User) -> None:
    call = make_call()
    ways = {"by": coordinator, "now": NOW}
    refused("not_later", verbs.extend_call, call, closes_at=CLOSES, reason="Katkos", **ways)
    refused("no_reason", verbs.extend_call, call, closes_at=LATER, reason="  ", **ways)
    verbs.extend_call(call, closes_at=LATER, reason="Katkos", **ways)
    refused("not_later", verbs.extend_call, call, closes_at=LATER, reason="Katkos", **ways)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallEvent.objects.create(
            call=call, verb="extended", at=NOW, by=coordinator, reason="x", closed_before=LATER, closes_after=CLOSES
        )
    with pytest.raises(ProgrammingError), transaction.atomic():
        CallEvent.objects.filter(call=call).update(reason="muu")


# Cancelling


def test_cancelling_tells_drafts_and_sent_ones_and_hides_a_draft(coordinator: User) -> None:
    call = make_call()
    writer = make_application(call=call, complete=False).created_by
    sender = make_submitted(call=call, organisation=make_organisation("Toinen ry")).submitted_by
    Message.objects.all().delete()
    verbs.cancel_call(call, reason="Määräraha poistui.", by=coordinator, now=NOW)
    assert {message.to_user for message in Message.objects.all()} == {writer, sender}
    assert list(GrantCall.objects.public()) == [call]
    assert GrantCall.objects.get().state == "cancelled"
    refused("wrong_state", verbs.cancel_call, call, reason="Taas", by=coordinator, now=NOW)

    draft = make_call(state="draft", title_fi="Luonnos")
    verbs.cancel_call(draft, reason="Ei tarvita", by=coordinator, now=NOW)
    assert list(GrantCall.objects.public()) == [call]


# Creating and copying


def test_creating_brings_the_kinds_own_criteria(coordinator: User) -> None:
    kind = make_kind(criteria_fi=["vastaa hyvinvoinnin vajeisiin", "täydentää palveluja", "x" * 201])
    call = verbs.create_call(unsaved(kind), by=coordinator, now=NOW)
    assert call.state == "draft"
    assert (call.created_by, call.created_at) == (coordinator, NOW)
    rows = list(call.criteria.values_list("order", "name_fi", "weight"))
    assert rows == [(1, "Vastaa hyvinvoinnin vajeisiin", 50), (2, "Täydentää palveluja", 50)]
    assert refused("exists", verbs.create_call, unsaved(kind), by=coordinator, now=NOW).startswith("Vuodelle 2027")
    with pytest.raises(Http404):
        verbs.create_call(unsaved(kind, title_fi="Toinen"), by=staff("registrar"), now=NOW)
    assert verbs.create_call(unsaved(make_kind(procedure="direct")), by=coordinator, now=NOW).state == "draft"


def unsaved(kind: Any, **fields: Any) -> GrantCall:
    return GrantCall(
        **{
            "kind": kind,
            "title_fi": "Toiminta-avustus 2027",
            "summary_fi": "Toimintaan.",
            "year": 2027,
            "opens_at": OPENS,
            "closes_at": CLOSES,
            "appropriation": Decimal(1000),
            "maximum_sum": Decimal(500),
            "use_report_due_on": date(2028, 3, 31),
            **fields,
        }
    )


def test_copy_moves_times_and_leaves_the_decision_of_the_guide_open(coordinator: User) -> None:
    source = make_call(summary_fi="Toimintaan vuonna 2027.")
    copy = verbs.copy_call(source, year=2028, by=coordinator, now=NOW)
    assert (copy.state, copy.title_fi, copy.summary_fi) == (
        "draft",
        "Toiminta-avustus 2028",
        "Toimintaan vuonna 2028.",
    )
    assert copy.opens_at == datetime(2027, 11, 10, 9, 0, tzinfo=HELSINKI)
    assert copy.closes_at.astimezone(UTC) == datetime(2027, 12, 8, 14, 0, tzinfo=UTC)
    assert (copy.decision_expected_on, copy.use_report_due_on) == (date(2028, 3, 31), date(2029, 3, 31))
    assert (copy.appropriation, copy.proposed_total, copy.published_at) == (source.appropriation, 0, None)
    guide = copy.guidelines.get()
    assert (guide.text_fi, guide.decided_by, guide.decided_on, guide.section) == (
        source.guidelines.get().text_fi,
        "Aluehallitus",
        None,
        None,
    )
    assert [(row.name_fi, row.weight, row.levels.count()) for row in copy.criteria.all()] == [
        (row.name_fi, row.weight, row.levels.count()) for row in source.criteria.all()
    ]
    assert list(copy.attachment_slots.values_list("name_fi", "required", "several")) == list(
        source.attachment_slots.values_list("name_fi", "required", "several")
    )
    form = copy.form_versions.get()
    assert (form.number, form.published_at, form.definition) == (1, None, source.form_versions.get().definition)
    assert codes(copy) == ["guide.decision"]
    refused("exists", verbs.copy_call, source, year=2028, by=coordinator, now=NOW)
    assert GrantCall.objects.count() == 2


def test_copy_of_a_leap_day_falls_on_the_28th(coordinator: User) -> None:
    source = make_call(
        opens_at=datetime(2028, 2, 29, 9, 0, tzinfo=HELSINKI), closes_at=datetime(2028, 7, 1, 16, 0, tzinfo=HELSINKI)
    )
    copy = verbs.copy_call(source, year=2028, by=coordinator, now=NOW)
    assert copy.opens_at == datetime(2029, 2, 28, 9, 0, tzinfo=HELSINKI)


def test_usual_attachments_are_added_once(coordinator: User) -> None:
    call = make_call(state="draft")
    assert verbs.add_usual_attachments(call, by=coordinator, now=NOW) == 5
    assert verbs.add_usual_attachments(call, by=coordinator, now=NOW) == 0
    assert call.attachment_slots.count() == 8
