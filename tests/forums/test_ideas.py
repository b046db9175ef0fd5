"""Ideas: from anyone, public with their fate, renewed within 60 days, merged, followed; givers are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

from common.errors import Refused
from common.policies import allowed
from common.transitions import LIFE_CYCLES
from forums.after_keeping import after_retention, own_after_data
from forums.after_letters import link_token, read_token
from forums.after_reminders import after_reminders, idea_step
from forums.after_seams import idea_hits
from forums.after_todos import after_todos
from forums.life_cycles_after import IDEA, IDEA_PUBLIC
from forums.models import Idea, IdeaFollow, IdeaStep
from forums.workflow.idea_follows import confirm_follow, follow_idea, merge_idea, stop_following
from forums.workflow.ideas import (
    Given,
    confirm_idea,
    enter_idea,
    give_idea,
    move_idea,
    publish_idea,
    refuse_idea,
)
from forums.workflow.voices import MOST_UNCONFIRMED, Speaker
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import NOW
from tests.forums.factories_after import make_idea, make_public

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AINO = Speaker("Aino Malli", "aino@example.org")
BOARD = Given("Yhteinen ilmoitustaulu", "Taulu sote-keskuksen aulaan.")


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_a_visitors_idea_waits_for_the_link_and_is_read_before_it_is_public() -> None:
    by = staff("coordinator")
    idea = give_idea(BOARD, speaker=AINO, now=NOW)
    assert (idea.state, idea.address) == ("unconfirmed", None)
    assert give_idea(BOARD, speaker=AINO, now=NOW) == idea
    letter = Message.objects.get(kind="forums.confirm")
    assert (letter.to_address, letter.secret) == ("aino@example.org", True)
    assert confirm_idea(idea, now=NOW + DAY).state == "waiting"
    assert confirm_idea(idea, now=NOW + 2 * DAY).state == "waiting"
    assert not Idea.objects.public().exists()
    idea = publish_idea(idea, title="Ilmoitustaulu", text="Taulu aulaan.", handler=None, by=by, now=NOW + 2 * DAY)
    assert (idea.state, idea.handler, idea.title) == ("new", by, "Ilmoitustaulu")
    told = Message.objects.get(kind="forums.idea_moved")
    assert (told.to_address, told.language) == ("aino@example.org", "fi")
    assert publish_idea(idea, title="Muu", text="Muu", handler=None, by=by, now=NOW + 3 * DAY).title == "Ilmoitustaulu"
    assert [step.state for step in idea.steps.all()] == ["new"]


def test_a_link_is_good_for_two_weeks_one_purpose_and_one_address() -> None:
    idea = give_idea(BOARD, speaker=AINO, now=NOW)
    token = link_token("idea", idea.pk, idea.email)
    assert read_token("idea", token, Idea.objects.all()) == idea
    assert read_token("topic", token, Idea.objects.all()) is None
    assert read_token("idea", token + "x", Idea.objects.all()) is None
    assert code_of(lambda: confirm_idea(idea, now=NOW + 15 * DAY)) == "link_old"
    idea.email = "toinen@example.org"
    idea.save()
    assert read_token("idea", token, Idea.objects.all()) is None


def test_nobody_fills_anothers_mailbox_and_an_address_is_needed() -> None:
    for number in range(MOST_UNCONFIRMED):
        give_idea(Given(f"Idea {number}", "Teksti"), speaker=AINO, now=NOW)
    assert code_of(lambda: give_idea(Given("Vielä yksi", "Teksti"), speaker=AINO, now=NOW)) == "too_many"
    assert code_of(lambda: give_idea(BOARD, speaker=Speaker("Aino", "ei osoite"), now=NOW)) == "email_missing"
    assert code_of(lambda: give_idea(Given("", "Teksti"), by=UserFactory(), now=NOW)) == "idea_refused"


def test_an_officer_writes_down_what_is_told_on_the_phone() -> None:
    by = staff("registrar")
    idea = enter_idea(BOARD, speaker=Speaker("Aino", "Aino@Example.org"), by=by, now=NOW)
    assert (idea.state, idea.came_by, idea.email, idea.address) == ("waiting", "phone", "aino@example.org", idea.email)
    assert enter_idea(BOARD, speaker=Speaker(), by=by, now=NOW) == idea
    assert code_of(lambda: enter_idea(BOARD, speaker=Speaker(), by=UserFactory(), now=NOW)) == "not_allowed"
    assert enter_idea(Given("Toinen", "Teksti"), speaker=Speaker(), by=by, now=NOW).address is None


EDGES = [
    (source, move.verb, move.target)
    for move in IDEA.transitions
    for source in move.sources
    if move.verb in ("renew", "prepare", "try", "use", "leave")
]


@pytest.mark.parametrize(("source", "verb", "target"), EDGES)
def test_every_edge_of_telling(source: str, verb: str, target: str) -> None:
    by = staff("coordinator")
    idea = make_public(by=by)
    Idea.objects.filter(pk=idea.pk).update(state=source, words="Kerrottu.")
    later = NOW + DAY
    moved = move_idea(idea, verb=verb, words="Näin kävi.", by=by, now=later)
    assert (moved.state, moved.words, moved.renewed_at) == (target, "Näin kävi.", later)
    assert (moved.ended_at is not None) is (target in ("in_use", "not_taken"))
    again = move_idea(idea, verb=verb, words="Näin kävi.", by=by, now=later) if source == target else moved
    assert again.state == target


MISSING = [
    (state, verb)
    for state in [row.key for row in IDEA.states]
    for verb in ("renew", "prepare", "try", "use", "leave", "merge")
    if not IDEA.allows(state, verb)
]


@pytest.mark.parametrize(("state", "verb"), MISSING)
def test_what_the_table_does_not_have_is_refused(state: str, verb: str) -> None:
    by = staff("coordinator")
    idea, other = make_public(by=by), make_public(by=by, title="Toinen")
    merged = other.pk if state == "merged" else None
    Idea.objects.filter(pk=idea.pk).update(state=state, words="Kerrottu.", merged_into=merged)
    if verb == "merge":
        third = make_public(by=by, title="Kolmas")
        assert code_of(lambda: merge_idea(idea, into=third, by=by, now=NOW)) == "wrong_state"
    else:
        assert code_of(lambda: move_idea(idea, verb=verb, words="Näin.", by=by, now=NOW + DAY)) == "wrong_state"


def test_telling_needs_words_and_reaches_giver_and_followers_once() -> None:
    by, giver, fan = staff("coordinator"), UserFactory(), UserFactory()
    idea = publish_idea(make_idea(by=giver), title="Taulu", text="Taulu", handler=by, by=by, now=NOW)
    follow_idea(idea, supports=True, follows=True, by=fan, now=NOW)
    follow_idea(idea, supports=True, follows=False, by=UserFactory(), now=NOW)
    follow_idea(idea, supports=True, follows=True, by=giver, now=NOW)
    Message.objects.all().delete()
    assert code_of(lambda: move_idea(idea, verb="try", words=" ", by=by, now=NOW)) == "words_missing"
    move_idea(idea, verb="try", words="Kokeilemme Nurmeksessa.", by=by, now=NOW + DAY)
    assert sorted(Message.objects.values_list("to_address", flat=True)) == sorted([giver.email, fan.email])
    assert Message.objects.filter(text__contains="Kokeilemme Nurmeksessa.").count() == 2
    follow_idea(idea, supports=False, follows=False, by=fan, now=NOW)
    assert not IdeaFollow.objects.filter(user=fan).exists()


def test_refused_with_a_reason_that_only_the_giver_reads() -> None:
    by, giver = staff("coordinator"), UserFactory()
    idea = make_idea(by=giver)
    assert code_of(lambda: refuse_idea(idea, words="", by=by, now=NOW)) == "words_missing"
    refuse_idea(idea, words="Idea koskee toista viranomaista.", by=by, now=NOW)
    assert refuse_idea(idea, words="Muu", by=by, now=NOW).words == "Idea koskee toista viranomaista."
    assert "toista viranomaista" in Message.objects.get(kind="forums.idea_moved").text
    assert Client().get(reverse("forums:idea", args=[idea.pk])).status_code == 404
    assert signed_in(giver).get(reverse("forums:idea", args=[idea.pk])).status_code == 200


def test_a_duplicate_points_to_the_other_and_its_followers_move() -> None:
    by, giver, both, one = staff("coordinator"), UserFactory(), UserFactory(), UserFactory()
    first = publish_idea(make_idea(by=giver), title="Eka", text="Eka", handler=by, by=by, now=NOW)
    other = make_public(by=by, title="Toka")
    for idea, who in ((first, both), (other, both), (first, one)):
        follow_idea(idea, supports=True, follows=True, by=who, now=NOW)
    assert code_of(lambda: merge_idea(first, into=first, by=by, now=NOW)) == "same_idea"
    waiting = make_idea(title="Odottaa")
    assert code_of(lambda: merge_idea(first, into=waiting, by=by, now=NOW)) == "target_not_public"
    merged = merge_idea(first, into=other, by=by, now=NOW + DAY)
    assert (merged.state, merged.merged_into) == ("merged", other)
    assert merge_idea(first, into=other, by=by, now=NOW + DAY) == merged
    assert set(other.follows.values_list("user", flat=True)) == {both.pk, one.pk, giver.pk}
    page = Client().get(reverse("forums:idea", args=[first.pk]))
    assert (page.status_code, page["Location"]) == (302, other.get_absolute_url())


def test_a_follower_without_an_account_confirms_and_leaves_by_the_link() -> None:
    idea = make_public()
    follow = follow_idea(idea, supports=True, follows=True, speaker=AINO, now=NOW)
    assert follow
    assert follow.confirmed_at is None
    again = follow_idea(idea, supports=False, follows=True, speaker=AINO, now=NOW)
    assert (again, again.supports if again else None) == (follow, True)
    Message.objects.all().delete()
    move_idea(idea, verb="try", words="Kokeilu.", by=idea.handler, now=NOW + DAY)
    assert not Message.objects.filter(to_address=AINO.email).exists()
    page = reverse("forums:confirm", args=["follow", link_token("follow", follow.pk, follow.email)])
    assert Client().get(page).status_code == 200
    follow.refresh_from_db()
    assert follow.confirmed_at is None  # a mail scanner opens links
    Client().post(page)
    follow.refresh_from_db()
    assert follow.confirmed_at is not None
    move_idea(idea, verb="use", words="Käytössä.", by=idea.handler, now=NOW + 2 * DAY)
    assert Message.objects.filter(to_address=AINO.email, kind="forums.idea_followed").count() == 1
    Client().post(page, {"act": "stop"})
    assert not IdeaFollow.objects.filter(pk=follow.pk).exists()
    assert Client().get(page).status_code == 404


def test_sixty_days_by_time() -> None:
    by, handler = staff("coordinator"), UserFactory()
    idea = make_public(by=by, handler=handler)
    due = NOW + timedelta(days=60)
    assert idea.due_at == due
    assert not idea.is_late(due)
    assert idea.is_late(due + timedelta(seconds=1))
    assert [Idea.objects.late(at).count() for at in (due, due + timedelta(seconds=1))] == [0, 1]
    steps = [idea_step(idea, NOW + timedelta(days=days)) for days in (52, 53, 59, 60, 89, 90, 120)]
    assert steps == [None, 0, 0, 1, 1, 2, 3]
    assert list(after_reminders(NOW + timedelta(days=52))) == []
    one = next(iter(after_reminders(NOW + timedelta(days=54))))
    assert (one.to, one.kind) == (handler, "forums.idea_reminder")
    assert [todo.url for todo in after_todos(handler, NOW + timedelta(days=47))] == [
        reverse("forums:idea_move", args=[idea.pk])
    ]
    assert list(after_todos(handler, NOW + timedelta(days=45))) == []
    page = Client().get(reverse("forums:ideas")).content.decode()
    assert "Uutta tietoa odotetaan" not in page or idea.is_late(NOW + timedelta(days=400))
    move_idea(idea, verb="renew", words="Odotamme tilaa.", by=handler, now=due + DAY)
    idea.refresh_from_db()
    assert not idea.is_late(due + 2 * DAY)
    assert list(after_reminders(due + 2 * DAY)) == []
    Idea.objects.filter(pk=idea.pk).update(handler=None)
    assert {reminder.to for reminder in after_reminders(due + 60 * DAY)} == {by}


def test_who_may_do_what() -> None:
    coordinator, auditor, handler, stranger = staff("coordinator"), staff("auditor"), UserFactory(), UserFactory()
    public = make_public(by=coordinator, handler=handler)
    waiting = make_idea(title="Odottaa", by=stranger)
    seen = {
        who: set(allowed("forums.idea.view", user, now=NOW))
        for who, user in (("c", coordinator), ("a", auditor), ("h", handler), ("s", stranger))
    }
    assert seen == {"c": {public, waiting}, "a": {public, waiting}, "h": {public}, "s": {public, waiting}}
    assert set(allowed("forums.idea.handle", handler, now=NOW)) == {public}
    assert not allowed("forums.idea.moderate", auditor, now=NOW).exists()
    with pytest.raises(Http404):
        move_idea(public, verb="try", words="Ei", by=auditor, now=NOW)
    with pytest.raises(Http404):
        publish_idea(waiting, title="x", text="x", handler=None, by=handler, now=NOW)
    with pytest.raises(Http404):
        follow_idea(waiting, supports=True, follows=True, by=coordinator, now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "unknown"},
        {"title": ""},
        {"state": "in_use", "words": ""},
        {"renewed_at": None},
        {"state": "merged"},
    ],
)
def test_the_database_refuses(wrong: dict[str, Any]) -> None:
    idea = make_public()
    with pytest.raises(IntegrityError), transaction.atomic():
        Idea.objects.filter(pk=idea.pk).update(**wrong)


def test_one_row_each_in_the_database() -> None:
    idea, fan = make_public(), UserFactory()
    IdeaFollow.objects.create(idea=idea, user=fan, at=NOW)
    IdeaFollow.objects.create(idea=idea, email="a@example.org", at=NOW)
    for double in ({"user": fan}, {"email": "a@example.org"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IdeaFollow.objects.create(idea=idea, at=NOW, **double)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdeaFollow.objects.create(idea=idea, user=UserFactory(), at=NOW, follows=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Idea.objects.filter(pk=idea.pk).update(state="merged", merged_into=idea.pk)


def test_search_own_data_and_erasing() -> None:
    by, giver = staff("coordinator"), UserFactory()
    idea = publish_idea(make_idea(by=giver), title="Kyyti", text="Kyyti tapahtumiin", handler=by, by=by, now=NOW)
    give_idea(BOARD, speaker=AINO, now=NOW)
    assert [hit.title for hit in idea_hits(UserFactory(), "kyyti", 5)] == ["Kyyti"]
    assert own_after_data(giver)["ideas"][0]["title"] == "Kyyti"
    follow = follow_idea(idea, supports=True, follows=True, speaker=AINO, now=NOW)
    assert follow
    confirm_follow(follow, now=NOW)
    move_idea(idea, verb="leave", words="Ei ole rahaa.", by=by, now=NOW)
    erased = after_retention(NOW + timedelta(days=15))
    assert erased["forums.Idea"] == 1
    assert erased["forums.Idea.voice"] == 0
    erased = after_retention(NOW + timedelta(days=731))
    idea.refresh_from_db()
    assert (erased["forums.Idea.voice"], idea.user, idea.email, idea.title) == (1, None, "", "Kyyti")
    assert not IdeaFollow.objects.exists()
    stop_following(follow, now=NOW)


def test_the_tables_are_in_the_register_of_life_cycles() -> None:
    assert {"forums.idea", "forums.topic", "forums.action", "forums.memo"} <= LIFE_CYCLES.keys()
    assert set(IDEA_PUBLIC) < set(IDEA.keys())
    assert str(IdeaStep(state="new")) == "Uusi"


def test_the_page_offers_only_what_the_state_allows() -> None:
    by = staff("coordinator")
    idea = make_public(by=by)
    client = signed_in(by)
    address = reverse("forums:idea_merge", args=[idea.pk])
    assert address in client.get(idea.get_absolute_url()).text
    move_idea(idea, verb="use", words="Taulu on aulassa.", by=by, now=NOW + DAY)
    assert address not in client.get(idea.get_absolute_url()).text
