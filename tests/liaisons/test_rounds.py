"""Comment rounds: asked once, nothing typed is lost, every comment gets its answer before anything is published."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.policies import allowed
from county.models import Theme
from liaisons.models import CommentRound, RoundComment, RoundPart
from liaisons.round_seams import (
    own_comments,
    round_hits,
    round_reminders,
    round_retention,
    round_todos,
    rounds_of_year,
)
from liaisons.rounds_asked import round_organisations, rounds_asking
from liaisons.tasks import run_rounds
from liaisons.workflow.round_comments import enter_comment, save_drafts, send_comments, version_of
from liaisons.workflow.rounds import (
    add_part,
    announce_round,
    answer_comments,
    cancel_round,
    confirm_round,
    edit_part,
    edit_round,
    extend_round,
    missing_of,
    move_due_rounds,
    publish_round,
    remove_part,
    start_round,
    write_summary,
)
from notifications.models import Message
from tests.accounts.factories import signed_in, staff
from tests.liaisons.factories_rounds import closed_round, commented, open_round, planned_round
from tests.organisations.factories import OrganisationFactory, member, municipalities

pytestmark = pytest.mark.django_db


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def parts_of(found: CommentRound) -> list[RoundPart]:
    return list(found.parts.order_by("number"))


# Life of a round


def test_a_round_opens_and_closes_by_the_clock_and_asks_once() -> None:
    towns = municipalities()
    ngo = OrganisationFactory(domicile=towns["422"])
    admin = member(ngo)
    member(ngo, "viewer")
    by_mail = OrganisationFactory(domicile=towns["167"], contact_email="posti@example.org")
    OrganisationFactory(domicile=towns["564"], contact_email="oulu@example.org")
    by, now = staff("coordinator"), clock.now()
    opens = now + timedelta(days=2)
    found = planned_round(by=by, opens_at=opens)
    assert not allowed("liaisons.round.public", None_user(), now=now).exists()
    confirm_round(found, by=by, now=now)
    confirm_round(found, by=by, now=now)
    found.refresh_from_db()
    assert (found.state, found.takes_comments(now)) == ("planned", False)
    assert allowed("liaisons.round.public", None_user(), now=now).exists()
    assert announce_round(found.pk, now=now) == 0

    assert move_due_rounds(now=opens) == 1
    assert move_due_rounds(now=opens) == 0
    assert announce_round(found.pk, now=opens) == 2
    assert announce_round(found.pk, now=opens) == 0
    told = Message.objects.filter(kind="liaisons.round_open")
    assert {message.to_address for message in told} == {admin.email, by_mail.contact_email}
    assert "julkaistaan järjestön nimellä" in told[0].text

    assert code_of(lambda: edit_round(found, title="Uusi", by=by, now=opens)) == "opened"
    assert code_of(lambda: add_part(found, title="Uusi", by=by, now=opens)) == "opened"
    assert code_of(lambda: extend_round(found, closes_at=now, by=by, now=opens)) == "not_later"
    until = found.closes_at + timedelta(days=3)
    extend_round(found, closes_at=until, by=by, now=opens)
    extend_round(found, closes_at=until, by=by, now=opens)
    assert move_due_rounds(now=until) == 1
    found.refresh_from_db()
    assert found.state == "closed"
    assert code_of(lambda: extend_round(found, closes_at=until + timedelta(days=1), by=by, now=until)) == "wrong_state"


def None_user() -> Any:  # noqa: N802
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def test_planning_is_the_coordinators_and_an_empty_round_is_not_confirmed() -> None:
    by, now = staff("coordinator"), clock.now()
    fields = {"title": "Ohjelma", "asks": "Mitä?", "opens_at": now, "closes_at": now + timedelta(days=9)}
    assert code_of(lambda: start_round(**fields, by=staff("registrar"), now=now)) == "not_allowed"
    assert code_of(lambda: start_round(**{**fields, "closes_at": now}, by=by, now=now)) == "round_refused"
    found = start_round(**fields, by=by, now=now)
    assert code_of(lambda: confirm_round(found, by=by, now=now)) == "nothing_to_read"
    for title in ("Yksi", "Kaksi", "Kolme"):
        add_part(found, title=title, by=by, now=now)
    first, second, _third = parts_of(found)
    edit_part(second, title="Toinen", by=by, now=now)
    remove_part(first, by=by, now=now)
    remove_part(first, by=by, now=now)
    assert [str(part) for part in parts_of(found)] == ["1. Toinen", "2. Kolme"]
    late = found.closes_at
    assert code_of(lambda: confirm_round(found, by=by, now=late)) == "closing_past"


def test_whom_it_asks_and_the_other_way_round_agree() -> None:
    towns = municipalities()
    theme = Theme.objects.create(name_fi="Osallisuus")
    here, works_here, themed = (
        OrganisationFactory(domicile=towns["422"]),
        OrganisationFactory(domicile=towns["564"]),
        OrganisationFactory(domicile=towns["422"]),
    )
    works_here.municipalities.add(towns["422"])
    themed.themes.add(theme)
    away, gone = (
        OrganisationFactory(domicile=towns["564"]),
        OrganisationFactory(domicile=towns["422"], status="removed"),
    )
    for places, themes, asked in (
        ([], [], {here, works_here, themed}),
        ([towns["422"]], [], {here, works_here, themed}),
        ([towns["167"]], [], set()),
        ([], [theme], {themed}),
        ([towns["422"]], [theme], {themed}),
    ):
        found = planned_round(municipalities=places, themes=themes)
        assert set(round_organisations(found)) == asked
        rounds = CommentRound.objects.filter(pk=found.pk)
        for one in (here, works_here, themed, away, gone):
            assert rounds_asking(rounds, one).exists() is (one in asked)


# Comments


def test_drafts_are_kept_comments_sent_and_changed_until_closing() -> None:
    found = open_round()
    first, second = parts_of(found)
    ngo = OrganisationFactory()
    admin, now = member(ngo), clock.now()
    give: dict[str, Any] = {"organisation": ngo, "by": admin, "now": now}
    save_drafts(found, texts={first.pk: "Kesken", None: "", 10**9: "vieras"}, **give)
    row = RoundComment.objects.get()
    assert (row.draft, row.text, row.sent_at) == ("Kesken", "", None)
    assert not allowed("liaisons.roundcomment.desk", staff("coordinator"), now=now).exists(), "a draft is its own"
    assert code_of(
        lambda: send_comments(found, texts={first.pk: " "}, **{**give, "organisation": OrganisationFactory()})
    )
    assert send_comments(found, texts={first.pk: "Valmis", second.pk: "Toinen", None: ""}, **give) == 2
    assert send_comments(found, texts={first.pk: "Valmis", second.pk: "Toinen", None: ""}, **give) == 2
    assert ngo.timeline.count() == 1
    save_drafts(found, texts={first.pk: "Muutos"}, **give)
    row.refresh_from_db()
    assert (row.text, row.draft) == ("Valmis", "Muutos")
    assert send_comments(found, texts={first.pk: "Muutos", second.pk: "", None: ""}, **give) == 1
    row.refresh_from_db()
    assert (row.text, row.draft) == ("Muutos", "")
    late = {**give, "now": found.closes_at}
    assert code_of(lambda: send_comments(found, texts={first.pk: "Liian myöhään"}, **late)) == "closed"
    save_drafts(found, texts={second.pk: "Ehti vain luonnokseksi"}, **late)
    assert RoundComment.objects.get(part=second).draft == "Ehti vain luonnokseksi"
    assert own_comments(admin)[0]["text"] == "Muutos"


def test_an_empty_sending_another_ngo_and_a_viewer_are_refused() -> None:
    found = open_round()
    ngo, now = OrganisationFactory(), clock.now()
    part = parts_of(found)[0].pk
    assert (
        code_of(lambda: send_comments(found, organisation=ngo, texts={part: " "}, by=member(ngo), now=now)) == "empty"
    )
    for stranger in (member(ngo, "viewer"), member(OrganisationFactory()), staff("coordinator")):
        give: dict[str, Any] = {"organisation": ngo, "texts": {part: "x"}, "by": stranger, "now": now}
        assert code_of(lambda give=give: send_comments(found, **give)) == "not_allowed"
        assert code_of(lambda give=give: save_drafts(found, **give)) == "not_allowed"


def test_a_colleagues_text_is_not_written_over_unseen() -> None:
    found = open_round()
    ngo, now = OrganisationFactory(), clock.now()
    one, two = member(ngo), member(ngo, "editor")
    part = parts_of(found)[0].pk
    seen = version_of(found, ngo)
    save_drafts(found, organisation=ngo, texts={part: "Yksi"}, seen=seen, by=one, now=now)
    give: dict[str, Any] = {"organisation": ngo, "texts": {part: "Kaksi"}, "seen": seen, "by": two, "now": now}
    assert code_of(lambda: save_drafts(found, **give)) == "changed"
    page = signed_in(two).post(
        reverse("liaisons:own_round", args=[ngo.pk, found.pk]), {f"kohta-{part}": "Kaksi", "seen": seen, "act": "draft"}
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "Kaksi" in text
    assert "Yksi" in text
    save_drafts(found, **{**give, "seen": version_of(found, ngo)})
    assert RoundComment.objects.get().draft == "Kaksi"


def test_the_coordinator_enters_what_came_otherwise() -> None:
    found, by, later = closed_round("Oma sana")
    part = parts_of(found)[0]
    own = RoundComment.objects.get().organisation
    ngo = OrganisationFactory()
    give: dict[str, Any] = {"organisation": ngo, "part": part, "source": "phone", "by": by, "now": later}
    made = enter_comment(found, text="Soitettiin.", source_note="puheenjohtaja", **give)
    assert enter_comment(found, text="Soitettiin.", **give) == made
    answer_comments(found, [made.pk], outcome="taken", answer="Lisätty.", by=by, now=later)
    enter_comment(found, text="Soitettiin uudelleen.", **give)
    made.refresh_from_db()
    assert (made.text, made.answered_at, made.source) == ("Soitettiin uudelleen.", None, "phone")
    assert code_of(lambda: enter_comment(found, text="x", **{**give, "organisation": own})) == "already_there"
    assert code_of(lambda: enter_comment(found, text=" ", **give)) == "no_words"
    planned = planned_round(by=by)
    assert (
        code_of(lambda: enter_comment(planned, text="x", **{**give, "part": None, "now": clock.now()})) == "wrong_state"
    )


# Answers and publishing


def test_nothing_is_published_before_every_comment_is_answered() -> None:
    found, by, later = closed_round("Lisää rahaa", "Lisää tiloja", "Hyvä")
    rows = list(RoundComment.objects.order_by("pk"))
    assert len(missing_of(found)) == 2
    with pytest.raises(Refused) as refused:
        publish_round(found, by=by, now=later)
    assert "3 kommenttiin ei ole vielä vastattu" in str(refused.value.message)
    assert "Yhteenveto puuttuu" in str(refused.value.message)
    same = [row.pk for row in rows[:2]]
    give: dict[str, Any] = {"by": by, "now": later}
    assert code_of(lambda: answer_comments(found, [], outcome="taken", answer="x", **give)) == "nothing_chosen"
    assert code_of(lambda: answer_comments(found, same, outcome="taken", answer=" ", **give)) == "no_words"
    assert answer_comments(found, same, outcome="partly", answer="Kirjattiin tavoitteeksi.", **give) == 2
    write_summary(found, summary="Kiitos.", **give)
    assert code_of(lambda: publish_round(found, **give)) == "missing"
    answer_comments(found, [rows[2].pk], outcome="not_taken", answer="Ei muutettu.", **give)
    for _twice in range(2):
        publish_round(found, **give)
    found.refresh_from_db()
    assert found.state == "published"
    told = Message.objects.filter(kind="liaisons.round_published")
    assert set(told.values_list("to_user", flat=True)) == {row.written_by_id for row in rows}
    assert code_of(lambda: answer_comments(found, same, outcome="taken", answer="x", **give)) == "wrong_state"
    page = Client().get(found.get_absolute_url()).content.decode()
    for words in (
        "Lisää rahaa",
        "Kirjattiin tavoitteeksi.",
        rows[0].organisation.name,
        "Kiitos.",
        "Ei otettu huomioon",
    ):
        assert words in page or words.lower() in page
    assert str(rows[0].written_by) not in page, "the writer's name stays out"


def test_comments_are_nobodys_before_publication() -> None:
    found, by, later = closed_round("Salainen vielä")
    assert "Salainen vielä" not in Client().get(found.get_absolute_url()).content.decode()
    other = OrganisationFactory()
    assert (
        "Salainen vielä"
        not in signed_in(member(other)).get(reverse("liaisons:own_round", args=[other.pk, found.pk])).content.decode()
    )
    assert allowed("liaisons.roundcomment.desk", staff("auditor"), now=later).count() == 1
    assert not allowed("liaisons.roundcomment.desk", staff("registrar"), now=later).exists()
    assert (
        code_of(lambda: answer_comments(open_round(by=by), [1], outcome="taken", answer="x", by=by, now=clock.now()))
        == "wrong_state"
    )


def test_a_cancelled_round_tells_those_who_wrote() -> None:
    by = staff("coordinator")
    found = open_round(by=by)
    commented(found)
    now = clock.now()
    assert code_of(lambda: cancel_round(found, reason=" ", by=by, now=now)) == "no_reason"
    for _twice in range(2):
        cancel_round(found, reason="Luonnos vedettiin takaisin.", by=by, now=now)
    assert Message.objects.filter(kind="liaisons.round_cancelled").count() == 1
    assert "Luonnos vedettiin takaisin." in Client().get(found.get_absolute_url()).content.decode()
    ngo = OrganisationFactory()
    give: dict[str, Any] = {"organisation": ngo, "texts": {None: "x"}, "by": member(ngo), "now": now}
    assert code_of(lambda: save_drafts(found, **give)) == "ended"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "gone"}, "liaisons_round_known_state"),
        ({"state": "published"}, "liaisons_round_published"),
        ({"state": "cancelled"}, "liaisons_round_cancelled_with_reason"),
        ({"confirmed_at": None}, "liaisons_round_open_is_confirmed"),
        ({"title": ""}, "liaisons_round_has_words"),
    ],
)
def test_the_database_defends_a_round(fields: dict[str, Any], constraint: str) -> None:
    found = open_round()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CommentRound.objects.filter(pk=found.pk).update(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"answer": "Vain sanat"}, "answer_has_words"),
        ({"outcome": "taken"}, "answer_has_words"),
        ({"text": ""}, "sent_has_words"),
        ({"source": "dove"}, "values_known"),
        ({"sent_at": None, "text": ""}, "not_empty"),
    ],
)
def test_the_database_defends_a_comment(fields: dict[str, Any], constraint: str) -> None:
    commented(open_round())
    with pytest.raises(IntegrityError, match=f"liaisons_roundcomment_{constraint}"), transaction.atomic():
        RoundComment.objects.update(**fields)


def test_the_database_publishes_nothing_unanswered_and_keeps_what_was_published() -> None:
    found, by, later = closed_round("Vastaamatta")
    published = {"state": "published", "summary": "x", "published_at": later}
    with pytest.raises(IntegrityError, match="comments without an answer"), transaction.atomic():
        CommentRound.objects.filter(pk=found.pk).update(**published)
    row = RoundComment.objects.get()
    with pytest.raises(IntegrityError, match="liaisons_roundcomment_once"), transaction.atomic():
        RoundComment.objects.create(
            round=found, organisation=row.organisation, part=row.part, draft="x", changed_at=later
        )
    answer_comments(found, [row.pk], outcome="taken", answer="Kiitos.", by=by, now=later)
    CommentRound.objects.filter(pk=found.pk).update(**published)
    for change in ({"text": "Toinen"}, {"answer": "Toinen"}):
        with pytest.raises(IntegrityError, match="do not change"), transaction.atomic():
            RoundComment.objects.update(**change)
    with pytest.raises(IntegrityError, match="do not change"), transaction.atomic():
        RoundComment.objects.all().delete()
    RoundComment.objects.update(written_by=None)


# Seams


def test_todos_reminders_calendar_search_and_retention() -> None:
    towns = municipalities()
    by = staff("coordinator")
    done, silent = OrganisationFactory(domicile=towns["422"]), OrganisationFactory(domicile=towns["422"])
    admin = member(silent)
    found = open_round(by=by)
    now = clock.now()
    announce_round(found.pk, now=now)
    commented(found, done)
    assert [todo.title for todo in round_todos(admin, now)] == ["Kommentoi: Järjestöohjelma"]
    assert not list(round_todos(by, now))
    assert not list(round_reminders(now + timedelta(days=3)))
    week = found.closes_at - timedelta(days=6)
    assert [(reminder.to, reminder.dedup_key.split(":")[0]) for reminder in round_reminders(week)] == [
        (admin, "liaisons.round_reminder")
    ]
    later = found.closes_at + timedelta(hours=1)
    assert [todo.title for todo in round_todos(by, later)] == ["Vastaa yhteen kommenttiin: Järjestöohjelma"]
    assert not list(round_reminders(later))
    entries = list(rounds_of_year(now.date() - timedelta(days=1), later.date()))
    assert [entry.title.split(":")[0] for entry in entries] == ["Kommentointi alkaa", "Kommentointi päättyy"]
    assert [hit.title for hit in round_hits(None_user(), "ohjelma puuttuu", 5)] == ["Järjestöohjelma"]
    save_drafts(found, organisation=silent, texts={None: "Jäi kesken"}, by=admin, now=now)
    assert round_retention(later)["liaisons.RoundComment.draft"] == 0
    assert round_retention(later + timedelta(days=370))["liaisons.RoundComment.draft"] == 1
    assert round_retention(later + timedelta(days=6 * 366 + 5))["liaisons.RoundComment.written_by"] == 1


def test_the_clocks_task_opens_and_asks() -> None:
    towns = municipalities()
    member(OrganisationFactory(domicile=towns["422"]))
    open_round()
    assert run_rounds() == 1
    assert run_rounds() == 0
