"""Routes of bodies, nominations, meetings, minutes and memos, and their arguments."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from documents.uploads import check_upload
from liaisons.models import AgendaAttachment, ItemConflict, Meeting, RecordComment
from liaisons.record_places import digest, freeze
from organisations.workflow.invitations import hash_token
from tests.liaisons.factories import AgendaItemFactory, MeetingFactory
from tests.liaisons.factories_bodies import (
    TOKEN,
    CandidateFactory,
    OpenNominationFactory,
    asked,
    make_check,
    make_document,
    make_package,
    make_record,
)
from tests.security.expect import PUBLIC, SIGNED_IN, Expect, only
from tests.security.world import BODY, NGO, World

SETTERS = ("coordinator", "administrator")
RUNS = ("coordinator", "secretary")
ADDS = (*RUNS, "presenter")
SEES = ("coordinator", "auditor", *BODY)
FOLLOWS = ("coordinator", "auditor", "registrar", "secretary", "body_member", "body_deputy")
EDITORS = ("ngo_admin", "ngo_editor", "ngo_signatory")


def _get(who: tuple[str, ...], *names: str) -> dict[str, Expect]:
    return {f"liaisons:{name}": only(*who) for name in names}


def _post(who: tuple[str, ...], *names: str) -> dict[str, Expect]:
    return {f"liaisons:{name}": only(*who, method="post") for name in names}


_PUBLIC = (
    "public_bodies",
    "public_body",
    "public_meeting",
    "public_package",
    "public_attachment",
    "public_record",
    "public_record_pdf",
    "public_nomination",
    "consent",
)
# The lists are everybody's and hold what the person may see: nothing for most.
_LISTS = ("bodies", "seats_ending", "nominations", "meetings", "own_calendar")
_MEETING_TABS = ("meeting", "meeting_calendar", "meeting_files", "meeting_history", "record")

BODY_ROUTES: dict[str, Expect] = {
    **{f"liaisons:{name}": PUBLIC for name in _PUBLIC},
    **{f"liaisons:{name}": SIGNED_IN for name in _LISTS},
    **_get(NGO, "own_nominations", "own_nomination", "own_candidate"),
    **_post(EDITORS, "own_candidate_withdraw", "own_candidate_remind"),
    **_get((*SETTERS, "auditor", *BODY), "body"),
    **_get(SETTERS, "body_new", "body_rename", "body_settings", "requirement_set"),
    **_get(SETTERS, "seat_new", "seat_edit", "seat_end", "duty_new", "duty_end"),
    **_post(SETTERS, "body_name_cancel"),
    **_get(FOLLOWS, "nomination"),
    **_get(RUNS, "nomination_new", "nomination_edit", "nomination_extend", "nomination_choose", "nomination_cancel"),
    **_get(RUNS, "candidate_enter"),
    **_get((*RUNS, "registrar"), "nomination_seat"),
    **_post(RUNS, "nomination_publish", "candidate_remind", "candidate_remove"),
    **_get(SEES, *_MEETING_TABS),
    **_get(SEES, "item", "attachment", "package", "attendance"),
    **_get(RUNS, "meeting_new", "meeting_edit", "meeting_notice", "meeting_cancel", "visitor_new", "item_section"),
    **_post(RUNS, "meeting_hold", "meeting_minutes", "meeting_package", "reply_by_office", "record_start"),
    **_post(RUNS, "conflict_remove"),
    **_get(ADDS, "item_new", "item_edit"),
    **_post(ADDS, "item_shift", "item_remove", "item_attach", "attachment_remove"),
    **_post(("body_member",), "reply", "comment_new", "check"),
    **_post((*RUNS, "body_member"), "conflict_new"),
    **_get(RUNS, "record_edit", "record_revisions", "comment_answer", "check_send", "approval", "correction"),
    **_post(RUNS, "comments_open", "check_take_back", "publish"),
    **_get(("coordinator", *BODY), "record_pdf"),
}


def a_seat(world: World) -> Any:
    """Return the seat of the world's member."""
    return world.body.seats.get(user=world.people["body_member"])


def a_meeting(world: World) -> Any:
    """Return a planned meeting of the world's body whose notice has been sent to the member."""

    def make() -> Meeting:
        now, by = clock.now(), world.people["secretary"]
        meeting = MeetingFactory(
            body=world.body, starts_at=now + timedelta(days=7), notice_sent_at=now, notice_sent_by=by
        )
        asked(meeting, a_seat(world))
        return meeting

    return world.thing("meeting", make)


def a_held_meeting(world: World, key: str, days: int) -> Any:
    """Return a meeting held some days ago, to which the member was asked."""

    def make() -> Meeting:
        meeting = MeetingFactory(body=world.body, starts_at=clock.now() - timedelta(days=days), state="held")
        asked(meeting, a_seat(world), presence="present")
        return meeting

    return world.thing(f"meeting_{key}", make)


def an_item(world: World) -> Any:
    """Return a matter of the meeting."""
    return world.thing("item", lambda: AgendaItemFactory(meeting=a_meeting(world)))


def an_attachment(world: World) -> Any:
    """Return a file of the matter."""

    def make() -> AgendaAttachment:
        row = AgendaAttachment(item=an_item(world), order=1)
        upload = check_upload(SimpleUploadedFile("liite.txt", b"Liite"))
        row.take(upload, by=world.people["secretary"], now=clock.now())
        row.save()
        return row

    return world.thing("agenda_attachment", make)


def a_package(world: World) -> Any:
    """Return the meeting's public agenda."""
    return world.thing("package", lambda: make_package(a_meeting(world), by=world.people["secretary"]))


def a_conflict(world: World) -> Any:
    """Return the member's withdrawal from a matter."""

    def make() -> ItemConflict:
        meeting = a_meeting(world)
        fields = {"attendance": meeting.attendances.get(role="member"), "ground": "Jäävi", "declared_at": clock.now()}
        return ItemConflict.objects.create(item=AgendaItemFactory(meeting=meeting), **fields)

    return world.thing("conflict", make)


def a_record(world: World, state: str) -> Any:
    """Return minutes in a state: draft, commenting, checking."""
    days = {"draft": 10, "commenting": 20, "checking": 30}[state]
    more = {"comments_until": clock.now() + timedelta(days=5)} if state == "commenting" else {}

    def make() -> Any:
        meeting = a_held_meeting(world, state, days)
        return make_record(meeting, by=world.people["secretary"], state=state, **more)

    return world.thing(f"record_{state}", make)


def a_finished_record(world: World, state: str) -> Any:
    """Return minutes that have been approved, or published with their PDF."""

    def make() -> Any:
        meeting, by, now = (
            a_held_meeting(world, state, 40 if state == "approved" else 50),
            world.people["secretary"],
            clock.now(),
        )
        draft = make_record(meeting, by=by)
        draft.approved_how, draft.approved_at = "inspectors", now
        draft.snapshot = freeze(draft, {}, approved={"how": "inspectors", "by": [], "meeting": ""}, now=now)
        draft.snapshot_hash = digest(draft.snapshot)
        draft.document = draft.public_document = make_document(by)
        if state == "published":
            draft.published_at, draft.published_by = now, by
        draft.state = state
        draft.save()
        return draft

    return world.thing(f"record_{state}", make)


def a_comment(world: World) -> Any:
    """Return the member's comment."""
    record = a_record(world, "commenting")
    fields = {"text": "Korjaa nimi.", "by": world.people["body_member"], "at": clock.now()}
    return world.thing("comment", lambda: RecordComment.objects.create(record=record, **fields))


def a_checked_record(world: World) -> Any:
    """Return minutes that wait for the member's word."""
    record = a_record(world, "checking")
    world.thing("check", lambda: make_check(record, world.people["body_member"]))
    return record


def a_nomination(world: World, state: str = "open") -> Any:
    """Return a call of the world's body to its own seats; ``draft`` and ``chosen`` are others."""

    def make() -> Any:
        now = clock.now()
        town = world.organisation.domicile
        if town and not town.is_own:
            type(town).objects.filter(pk=town.pk).update(is_own=True)
        more = {"chosen_on": now.date(), "chosen_reasons": "Kokemus"} if state == "chosen" else {}
        times = {"deadline": now + timedelta(days=10), "published_at": None if state == "draft" else now}
        return OpenNominationFactory(body=world.body, chooser=world.body, state=state, **times, **more)

    return world.thing(f"nomination_{state}", make)


def a_candidate(world: World) -> Any:
    """Return the organisation's candidate, who has not answered and whose link is known."""
    return world.thing(
        "candidate",
        lambda: CandidateFactory(
            call=a_nomination(world), organisation=world.organisation, token_hash=hash_token(TOKEN)
        ),
    )


def _of(make: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": make(world).pk}


def _all(make: Callable[[World], Any], *names: str) -> dict[str, Callable[[World], dict[str, Any]]]:
    return {f"liaisons:{name}": _of(make) for name in names}


def _own_candidate(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk, "pk": a_candidate(world).pk}


BODY_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **_all(
        lambda world: world.body,
        "public_body",
        "body",
        "body_rename",
        "body_name_cancel",
        "body_settings",
        "requirement_set",
        "seat_new",
        "duty_new",
        "meeting_new",
        "nomination_new",
    ),
    **_all(a_seat, "seat_edit", "seat_end"),
    **_all(lambda world: world.body.appointments.get(role="presenter"), "duty_end"),
    **_all(a_meeting, *_MEETING_TABS, "public_meeting", "meeting_edit", "meeting_notice", "meeting_cancel"),
    **_all(a_meeting, "meeting_hold", "meeting_minutes", "meeting_package", "reply", "attendance", "visitor_new"),
    **_all(a_meeting, "item_new"),
    **_all(lambda world: a_held_meeting(world, "fresh", 3), "record_start"),
    **_all(lambda world: a_meeting(world).attendances.get(role="member"), "reply_by_office"),
    **_all(an_item, "item", "item_edit", "item_shift", "item_remove", "item_section", "item_attach", "conflict_new"),
    **_all(an_attachment, "attachment", "attachment_remove", "public_attachment"),
    **_all(a_package, "package", "public_package"),
    **_all(a_conflict, "conflict_remove"),
    **_all(lambda world: a_record(world, "draft"), "record_edit", "record_revisions", "comments_open", "check_send"),
    **_all(lambda world: a_record(world, "draft"), "check_take_back", "approval"),
    **_all(lambda world: a_record(world, "commenting"), "comment_new"),
    **_all(a_comment, "comment_answer"),
    **_all(a_checked_record, "check"),
    **_all(lambda world: a_finished_record(world, "approved"), "publish", "correction", "record_pdf"),
    **_all(lambda world: a_finished_record(world, "published"), "public_record", "public_record_pdf"),
    **_all(lambda world: a_nomination(world, "draft"), "nomination_edit", "nomination_publish"),
    **_all(lambda world: a_nomination(world, "chosen"), "nomination_seat"),
    **_all(a_nomination, "public_nomination", "nomination", "nomination_extend", "nomination_choose"),
    **_all(a_nomination, "nomination_cancel", "candidate_enter"),
    **_all(a_candidate, "candidate_remind", "candidate_remove"),
    "liaisons:consent": lambda world: {"token": TOKEN} if a_candidate(world) else {},
    "liaisons:own_nominations": lambda world: {"organisation_id": world.organisation.pk},
    "liaisons:own_nomination": lambda world: {
        "organisation_id": world.organisation.pk,
        "pk": a_candidate(world).call_id,
    },
    **{
        f"liaisons:{name}": _own_candidate
        for name in ("own_candidate", "own_candidate_withdraw", "own_candidate_remind")
    },
}
