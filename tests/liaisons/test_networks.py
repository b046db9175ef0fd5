"""Networks: from the area file, joined and left, convened, with goals, meetings and letters that are sent once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.http import Http404

from accounts.personal_data import export_for
from common import clock
from common.errors import Refused
from common.policies import allowed
from common.times import local_date
from county.models import Municipality
from liaisons.models import Network, NetworkGoal, NetworkLetter, NetworkMeeting, NetworkMember
from liaisons.network_seams import network_hits, network_retention, network_todos
from liaisons.policies.networks import may_list_networks, may_manage_networks
from liaisons.workflow.network_work import (
    add_goal,
    cancel_network_meeting,
    change_letter,
    draft_letter,
    edit_network_meeting,
    follow_goal,
    plan_network_meeting,
    receivers_of,
    send_letter,
    write_network_memo,
)
from liaisons.workflow.networks import (
    add_member,
    add_network,
    answer_asking,
    ask_to_join,
    choose_mail,
    describe_network,
    edit_network,
    end_network,
    leave_network,
    name_convener,
    release_convener,
    remove_member,
)
from notifications import unsubscribe
from notifications.models import Message
from organisations.models import Membership
from tests.accounts.factories import UserFactory, staff
from tests.liaisons.factories_networks import (
    NetworkFactory,
    NetworkMemberFactory,
    a_network_meeting,
    belonging,
    convener,
    liaison,
)
from tests.organisations.factories import OrganisationFactory, member

pytestmark = pytest.mark.django_db


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def mail(kind: str) -> list[Any]:
    """Return to whom messages of the kind went."""
    sent = Message.objects.filter(kind=f"liaisons.{kind}").select_related("to_user")
    return [message.to_user for message in sent.order_by("pk")]


# The area file and the coordinator


@pytest.mark.parametrize(
    ("area", "number", "first"), [("pohjois-karjala", 3, "YTY"), ("pohjois-pohjanmaa", 6, "Lasten")]
)
def test_the_area_file_gives_networks_and_keeps_what_was_edited_here(area: str, number: int, first: str) -> None:
    call_command("load_area", area, verbosity=0)
    assert Network.objects.count() == number
    network = Network.objects.order_by("order")[0]
    assert network.name_fi.startswith(first)
    assert network.units.exists()
    assert network.conveners_wanted == 2
    coordinator = staff("coordinator")
    edit_network(network, name_fi="Uusi nimi", by=coordinator, now=clock.now())
    call_command("load_area", area, verbosity=0)
    assert Network.objects.get(pk=network.pk).name_fi == "Uusi nimi"
    assert Network.objects.count() == number


def test_the_coordinator_makes_changes_and_ends() -> None:
    coordinator, now = staff("coordinator"), clock.now()
    network = add_network(name_fi="Kyytiverkosto", by=coordinator, now=now)
    assert add_network(name_fi="kyytiverkosto", by=coordinator, now=now) == network
    assert [hit.title for hit in network_hits(UserFactory(), "kyyti", 5)] == ["Kyytiverkosto"]
    assert code_of(lambda: edit_network(network, conveners_wanted=12, by=coordinator, now=now)) == "network_refused"
    person = convener(network)
    describe_network(network, description_fi="Sovimme kyydeistä.", name_fi="Muu", by=person, now=now)
    network.refresh_from_db()
    assert (network.description_fi, network.name_fi) == ("Sovimme kyydeistä.", "Kyytiverkosto")
    for verb in (edit_network, end_network):
        with pytest.raises(Http404):
            verb(network, by=person, now=now)
    with pytest.raises(Http404):
        add_network(name_fi="Oma", by=person, now=now)
    for _twice in range(2):
        end_network(network, by=coordinator, now=now)
    assert not allowed("liaisons.network.public", person, now=now).exists()
    assert not allowed("liaisons.network.read", person, now=now).exists()
    assert not allowed("liaisons.network.convene", coordinator, now=now).exists()
    assert allowed("liaisons.network.read", coordinator, now=now).get() == network


# Joining and leaving


def test_an_organisations_person_asks_and_the_convener_takes_them_in() -> None:
    network, organisation, now = NetworkFactory(name_fi="Kyytiverkosto"), OrganisationFactory(), clock.now()
    asker, person = member(organisation, "viewer"), convener(network)
    for _twice in range(2):
        made = ask_to_join(network, organisation=organisation, words="Hei!", by=asker, now=now)
    assert mail("network_asked") == [person]
    assert not allowed("liaisons.network.read", asker, now=now).exists()
    assert [todo.title for todo in network_todos(person, now)] == [
        "Vastaa: yksi haluaa mukaan verkostoon Kyytiverkosto"
    ]
    with pytest.raises(Http404):
        answer_asking(made, accept=True, by=asker, now=now)
    for _twice in range(2):
        answer_asking(made, accept=True, by=person, now=now)
    assert mail("network_answered") == [asker]
    assert allowed("liaisons.network.read", asker, now=now).get() == network
    assert not list(network_todos(person, now))
    assert f"{asker} liittyi verkostoon Kyytiverkosto" in [entry.text for entry in organisation.timeline.all()]
    leave_network(made, by=asker, now=now)
    assert not allowed("liaisons.network.read", asker, now=now).exists()
    with pytest.raises(Http404):
        leave_network(made, by=asker, now=now)
    again = ask_to_join(network, organisation=organisation, by=asker, now=now)
    assert again != made
    answer_asking(again, accept=False, reason="Ryhmä on täynnä.", by=person, now=now)
    assert "Ryhmä on täynnä." in Message.objects.filter(kind="liaisons.network_answered").latest("pk").text
    assert code_of(lambda: answer_asking(again, accept=True, by=person, now=now)) == "wrong_state"


def test_who_may_ask() -> None:
    network, now = NetworkFactory(), clock.now()
    coordinator = staff("coordinator")
    assert code_of(lambda: ask_to_join(network, by=UserFactory(), now=now)) == "no_party"
    stranger = member(OrganisationFactory())
    other = OrganisationFactory()
    assert code_of(lambda: ask_to_join(network, organisation=other, by=stranger, now=now)) == "not_allowed"
    made = ask_to_join(network, by=liaison(), now=now)
    assert (made.organisation, made.municipality) == (None, None)
    town = Municipality.objects.create(code="167", area_key="167", name_fi="Joensuu", is_own=True)
    municipal = liaison(level="municipal", municipality=town)
    assert ask_to_join(network, by=municipal, now=now).municipality == town
    added = add_member(NetworkFactory(), email=municipal.email, by=coordinator, now=now)
    assert added.municipality == town
    assert mail("network_asked") == [coordinator, coordinator], "nobody convenes: the coordinator is told"


def test_a_member_is_removed_with_a_reason() -> None:
    network, now = NetworkFactory(), clock.now()
    person, row = convener(network), belonging(network)
    assert code_of(lambda: remove_member(row, reason=" ", by=person, now=now)) == "no_reason"
    for _twice in range(2):
        remove_member(row, reason="Siirtyi muualle.", by=person, now=now)
    assert mail("network_answered") == [row.user]
    with pytest.raises(Http404):
        remove_member(NetworkMember.objects.get(user=person), reason="x", by=person, now=now)


def test_whose_role_in_the_organisation_ends_is_no_member() -> None:
    network, now = NetworkFactory(), clock.now()
    row, county = belonging(network, convener_place=1), NetworkMemberFactory(network=network)
    Membership.objects.filter(user=row.user).update(valid_until=local_date(now) - timedelta(days=1))
    assert list(network.members.in_force(now)) == [county]
    assert not allowed("liaisons.network.convene", row.user, now=now).exists()
    assert network_retention(now)["liaisons.NetworkMember"] == 0
    row.refresh_from_db()
    assert (row.state, row.convener_place) == ("left", None)
    county.refresh_from_db()
    assert county.state == "member"


# Conveners


def test_two_convene_and_no_third() -> None:
    network, coordinator, now = NetworkFactory(), staff("coordinator"), clock.now()
    assert [todo.title for todo in network_todos(coordinator, now)] == [
        "Nimeä koollekutsujat: yhdellä verkostolla ei ole yhtään"
    ]
    organisation = OrganisationFactory(name="Omaistuki ry")
    ngo, county, third = member(organisation), UserFactory(), belonging(network)
    given: dict[str, Any] = {"is_convener": True, "by": coordinator, "now": now}
    first = add_member(network, email=ngo.email.upper(), organisation="omaistuki", **given)
    assert (first.organisation, first.convener_place) == (organisation, 1)
    for _twice in range(2):
        assert add_member(network, email=county.email, **given).convener_place == 2
    assert code_of(lambda: name_convener(third, by=coordinator, now=now)) == "enough_conveners"
    assert code_of(lambda: add_member(network, email="kuka@example.org", **given)) == "no_account"
    assert code_of(lambda: add_member(network, email=ngo.email, organisation="Muu ry", **given)) == "no_organisation"
    assert mail("network_answered") == [ngo, county]
    assert not list(network_todos(coordinator, now))
    for _twice in range(2):
        release_convener(first, by=coordinator, now=now)
    for _twice in range(2):
        name_convener(third, by=coordinator, now=now)
    third.refresh_from_db()
    assert third.convener_place == 1
    with pytest.raises(Http404):
        name_convener(first, by=county, now=now)
    asked = ask_to_join(network, by=liaison(), now=now)
    assert code_of(lambda: name_convener(asked, by=coordinator, now=now)) == "wrong_state"


def test_who_reads_and_who_runs() -> None:
    network, now = NetworkFactory(), clock.now()
    own_convener, own_member = convener(network), belonging(network).user
    elsewhere = convener(NetworkFactory())
    for person, reads, runs, manages in (
        (own_convener, True, True, False),
        (own_member, True, False, False),
        (staff("coordinator"), True, True, True),
        (staff("auditor"), True, False, False),
        (staff("registrar"), False, False, False),
        (elsewhere, False, False, False),
        (UserFactory(), False, False, False),
    ):
        assert allowed("liaisons.network.read", person, now=now).filter(pk=network.pk).exists() is reads
        assert allowed("liaisons.network.convene", person, now=now).filter(pk=network.pk).exists() is runs
        assert may_manage_networks(person, now) is manages
        assert may_list_networks(person, now) is (reads and person not in (own_convener, own_member))


# Goals


def test_a_goal_is_followed_to_its_end_with_words() -> None:
    network, now = NetworkFactory(), clock.now()
    person = convener(network)
    for _twice in range(2):
        goal = add_goal(network, text="Kyydit joka kylään", by=person, now=now)
    assert NetworkGoal.objects.get() == goal
    given: dict[str, Any] = {"text": goal.text, "by": person, "now": now}
    assert code_of(lambda: follow_goal(goal, state="reached", progress=" ", **given)) == "no_progress"
    for _twice in range(2):
        follow_goal(goal, state="reached", progress="Kaikissa kylissä ajetaan.", **given)
    goal.refresh_from_db()
    assert (goal.state, goal.followed_at) == ("reached", now)
    follow_goal(goal, state="going", progress="Yksi kylä jäi.", **given)
    assert code_of(lambda: add_goal(network, text=" ", by=person, now=now)) == "no_words"
    with pytest.raises(Http404):
        follow_goal(goal, state="dropped", progress="x", text="x", by=belonging(network).user, now=now)


# Meetings


def test_members_are_called_told_of_changes_and_read_the_memo() -> None:
    network, now = NetworkFactory(), clock.now()
    person, row, silent = convener(network), belonging(network), belonging(network, wants_mail=False)
    at = now + timedelta(days=10)
    given: dict[str, Any] = {"place": "Järjestötalo", "by": person, "now": now}
    for _twice in range(2):
        meeting = plan_network_meeting(network, starts_at=at, agenda="Kyydit", **given)
    assert mail("network_meeting") == [person, row.user]
    assert silent.user not in mail("network_meeting")
    assert [todo.due for todo in network_todos(row.user, now)] == [at]
    assert not list(network_todos(row.user, now - timedelta(days=9)))
    assert not list(network_todos(UserFactory(), now))
    edit_network_meeting(meeting, starts_at=at, agenda="Kyydit ja reitit", **given)
    assert len(mail("network_meeting")) == 2, "a changed agenda is not news"
    edit_network_meeting(meeting, starts_at=at, **{**given, "place": "Kirjasto"})
    assert len(mail("network_meeting")) == 4
    assert code_of(lambda: write_network_memo(meeting, memo="x", by=person, now=now)) == "not_held"
    assert code_of(lambda: plan_network_meeting(network, starts_at=now, **given)) == "in_past"
    nowhere = {**given, "place": ""}
    later = at + timedelta(days=1)
    assert code_of(lambda: plan_network_meeting(network, starts_at=later, **nowhere)) == "meeting_refused"
    write_network_memo(meeting, memo="Sovittiin reiteistä.", by=person, now=at + timedelta(hours=2))
    assert code_of(lambda: cancel_network_meeting(meeting, by=person, now=at + timedelta(hours=2))) == "held"
    other = plan_network_meeting(network, starts_at=later, **given)
    for _twice in range(2):
        cancel_network_meeting(other, by=person, now=now)
    assert "on peruttu" in Message.objects.filter(kind="liaisons.network_meeting").latest("pk").text
    assert len(mail("network_meeting")) == 8
    assert code_of(lambda: edit_network_meeting(other, starts_at=later, **given)) == "cancelled"


# Letters


def test_a_letter_goes_once_to_those_who_want_it_with_a_way_out() -> None:
    network, now = NetworkFactory(name_fi="Kyytiverkosto"), clock.now()
    person, row, silent = convener(network), belonging(network), belonging(network)
    refuses = belonging(network)
    choose_mail(silent, wants_mail=False, by=silent.user, now=now)
    choice = unsubscribe.read(unsubscribe.path_for(refuses.user, "liaisons.network_mail").split("/")[-2])
    assert choice is not None
    unsubscribe.apply(choice, now)
    for _twice in range(2):
        letter = draft_letter(network, subject="Syksy", text="Tavataan pian.", by=person, now=now)
    assert NetworkLetter.objects.get() == letter
    reached = receivers_of(network, now)
    assert ({*reached.by_mail}, reached.in_portal, reached.without) == ({person, row.user}, [refuses.user], 1)
    assert not mail("network_mail")
    change_letter(letter, subject="Syksy", text="Tavataan torstaina.", by=person, now=now)
    for _twice in range(2):
        send_letter(letter, by=person, now=now)
    letter.refresh_from_db()
    assert (letter.sent_at, letter.receivers) == (now, 2)
    sent = Message.objects.filter(kind="liaisons.network_mail").select_related("to_user")
    assert {message.to_user: message.state for message in sent} == {
        person: "queued",
        row.user: "queued",
        refuses.user: "kept",
    }
    message = sent.get(to_user=row.user)
    assert message.subject == "Kyytiverkosto: Syksy"
    assert "Tavataan torstaina." in message.text
    assert unsubscribe.path_for(row.user, "liaisons.network_mail") in message.text
    assert code_of(lambda: change_letter(letter, subject="x", text="x", by=person, now=now)) == "sent"
    with pytest.raises(Http404):
        send_letter(letter, by=row.user, now=now)


def test_a_letter_to_nobody_is_not_sent() -> None:
    network, coordinator, now = NetworkFactory(), staff("coordinator"), clock.now()
    letter = draft_letter(network, subject="Hei", text="Onko täällä ketään?", by=coordinator, now=now)
    assert code_of(lambda: send_letter(letter, by=coordinator, now=now)) == "nobody"
    assert code_of(lambda: draft_letter(network, subject=" ", text="x", by=coordinator, now=now)) == "no_words"


# Constraints


@pytest.mark.parametrize(
    ("model", "fields", "constraint"),
    [
        (Network, {"conveners_wanted": 0}, "liaisons_network_conveners"),
        (Network, {"name_fi": ""}, "liaisons_network_has_name"),
        (NetworkMember, {"state": "gone"}, "liaisons_networkmember_"),
        (NetworkMember, {"state": "left"}, "liaisons_networkmember_ended_has_time"),
        (NetworkMember, {"joined_at": None}, "liaisons_networkmember_joined_has_time"),
        (NetworkMember, {"convener_place": 10}, "liaisons_networkmember_convener"),
        (NetworkMember, {"state": "asked", "convener_place": 1}, "liaisons_networkmember_convener"),
        (NetworkGoal, {"state": "reached"}, "liaisons_networkgoal_ends_with_words"),
        (NetworkGoal, {"text": ""}, "liaisons_networkgoal_known"),
        (NetworkMeeting, {"place": ""}, "liaisons_networkmeeting_somewhere"),
        (NetworkLetter, {"sent_at": clock.now()}, "liaisons_networkletter_sent_counts"),
        (NetworkLetter, {"text": ""}, "liaisons_networkletter_says_something"),
    ],
)
def test_the_database_defends_it(model: Any, fields: dict[str, Any], constraint: str) -> None:
    row = belonging(NetworkFactory())
    add_goal(row.network, text="Kyydit", by=staff("coordinator"), now=clock.now())
    a_network_meeting(row.network)
    draft_letter(row.network, subject="Hei", text="Hei", by=staff("coordinator"), now=clock.now())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**fields)


def test_a_person_belongs_once_and_a_place_has_one_convener() -> None:
    network = NetworkFactory()
    row = NetworkMemberFactory(network=network, convener_place=1)
    with pytest.raises(IntegrityError, match="liaisons_networkmember_once"), transaction.atomic():
        NetworkMemberFactory(network=network, user=row.user)
    with pytest.raises(IntegrityError, match="liaisons_networkmember_place_once"), transaction.atomic():
        NetworkMemberFactory(network=network, convener_place=1)
    town = Municipality.objects.create(code="167", area_key="167", name_fi="Joensuu", is_own=True)
    with pytest.raises(IntegrityError, match="liaisons_networkmember_one_party"), transaction.atomic():
        belonging(network, municipality=town)
    meeting = a_network_meeting(network)
    with pytest.raises(IntegrityError, match="liaisons_networkmeeting_once"), transaction.atomic():
        a_network_meeting(network, starts_at=meeting.starts_at)


# Retention and own data


def test_what_is_erased_and_what_a_person_downloads() -> None:
    network, now = NetworkFactory(name_fi="Kyytiverkosto"), clock.now()
    person, row = convener(network), belonging(network)
    send_letter(draft_letter(network, subject="Hei", text="Hei", by=person, now=now), by=person, now=now)
    a_network_meeting(network, starts_at=now - timedelta(days=1), memo="Sovittiin.")
    told = export_for(person, now)["liaisons.networks"]
    assert [one["network__name_fi"] for one in told["networks"]] == ["Kyytiverkosto"]
    assert [one["subject"] for one in told["letters"]] == ["Hei"]
    leave_network(row, by=row.user, now=now)
    assert network_retention(now + timedelta(days=700)) == {
        "liaisons.NetworkMember": 0,
        "liaisons.NetworkLetter": 0,
        "liaisons.NetworkMeeting.memo": 0,
    }
    later = network_retention(now + timedelta(days=5 * 365 + 3))
    assert later == {"liaisons.NetworkMember": 1, "liaisons.NetworkLetter": 1, "liaisons.NetworkMeeting.memo": 1}
