"""The pages of networks: found from the directory, joined, read by members, run by conveners, kept on the desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from county.models import Municipality
from liaisons.models import Network, NetworkLetter, NetworkMeeting, NetworkMember
from liaisons.workflow.network_work import add_goal, draft_letter
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
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


def page(client: Client, address: str) -> str:
    """Return the page's text; it opens."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def own_page(network: Network) -> str:
    return reverse("liaisons:network_own", args=[network.pk])


def work_page(network: Network) -> str:
    return reverse("liaisons:network_work", args=[network.pk])


def test_the_public_page_tells_roles_and_goals_and_no_names() -> None:
    network = NetworkFactory(name_fi="Kyytiverkosto", description_fi="Sovimme kyydeistä.")
    ngo = convener(network, organisation=OrganisationFactory(name="Omaistuki ry"))
    county = liaison(UserFactory(full_name="Kalle Kollega"), name_fi="järjestöyhdyshenkilö")
    NetworkMemberFactory(network=network, user=county, convener_place=2)
    town = Municipality.objects.create(code="167", area_key="167", name_fi="Joensuu", is_own=True)
    NetworkMemberFactory(network=network, municipality=town, convener_place=3)
    add_goal(network, text="Kyydit joka kylään", by=ngo, now=clock.now())
    a_network_meeting(network, place="Salainen sauna")
    assert reverse("liaisons:networks") in page(Client(), reverse("liaisons:directory"))
    listed = page(Client(), reverse("liaisons:networks"))
    assert network.get_absolute_url() in listed
    assert "Omaistuki ry" in listed
    shown = page(Client(), network.get_absolute_url())
    for words in (
        "Sovimme kyydeistä.",
        "Omaistuki ry",
        "hyvinvointialue, järjestöyhdyshenkilö",
        "Joensuu",
        "Kyydit joka kylään",
        "Pyydä mukaan",
    ):
        assert words in shown
    for words in ("Kalle Kollega", ngo.full_name + "<", ngo.email, "Salainen sauna"):
        assert words not in shown


def test_from_asking_to_leaving() -> None:
    network, organisation = NetworkFactory(name_fi="Kyytiverkosto"), OrganisationFactory(name="Omaistuki ry")
    person, asker = convener(network), member(organisation, full_name="Aino Asker")
    client, working = signed_in(asker), signed_in(person)
    join = reverse("liaisons:network_join", args=[network.pk])
    assert join in page(client, network.get_absolute_url())
    assert "Verkostoon liitytään järjestön edustajana" in page(signed_in(UserFactory()), join)
    sent = client.post(join, {"organisation": str(organisation.pk), "words": "Hei!"}, follow=True)
    assert "Pyyntösi on lähetetty" in sent.content.decode()
    assert client.get(join).status_code == 302, "one asking is enough"
    assert client.get(own_page(network)).status_code == 404
    take_back = reverse("liaisons:network_take_back", args=[network.pk])
    assert "Pyyntösi on peruttu." in client.post(take_back, follow=True).content.decode()
    client.post(join, {"organisation": str(organisation.pk)})
    shown = page(working, work_page(network))
    assert "Aino Asker" in shown
    row = NetworkMember.objects.get(state="asked")
    accept = reverse("liaisons:network_accept", args=[row.pk])
    assert accept in shown
    assert "Henkilö on nyt mukana" in working.post(accept, follow=True).content.decode()
    assert own_page(network) in page(client, network.get_absolute_url())
    panel = page(client, reverse("organisations:own", args=[organisation.pk]))
    assert own_page(network) in panel
    county = page(signed_in(staff("coordinator")), reverse("organisations:county_page", args=[organisation.pk]))
    assert "Kyytiverkosto" in county
    off = client.post(own_page(network), {"act": "mail_off"}, follow=True).content.decode()
    assert "Tilaa viestit" in off
    assert client.post(own_page(network), {"act": "burn"}).status_code == 404
    left = client.post(own_page(network), {"act": "leave"}, follow=True).content.decode()
    assert "Olet lähtenyt verkostosta." in left
    assert client.get(own_page(network)).status_code == 404


def test_place_agenda_and_memo_are_for_members_only() -> None:
    network = NetworkFactory()
    person, reader = convener(network), belonging(network).user
    working = signed_in(person)
    new = reverse("liaisons:network_meeting_new", args=[network.pk])
    at = (clock.now() + timedelta(days=8)).strftime("%d.%m.%Y klo 13.00")
    bare = working.post(new, {"starts_at": at, "place": "", "link": "", "agenda": "Kyydit"})
    assert "Kirjoita paikka tai etäyhteyden osoite." in bare.content.decode()
    sent = {"starts_at": at, "place": "Järjestötalo", "link": "https://etä.example/1", "agenda": "Kyydit"}
    assert "jäsenet saavat kutsun" in working.post(new, sent, follow=True).content.decode()
    meeting = NetworkMeeting.objects.get()
    shown = page(signed_in(reader), own_page(network))
    assert "Järjestötalo" in shown
    assert "Liity etänä" in shown
    assert "Järjestötalo" not in page(signed_in(UserFactory()), network.get_absolute_url())
    edit = reverse("liaisons:network_meeting_edit", args=[meeting.pk])
    assert "Järjestötalo" in page(working, edit)
    assert (
        "Tapaaminen on tallennettu." in working.post(edit, {**sent, "place": "Kirjasto"}, follow=True).content.decode()
    )
    memo = reverse("liaisons:network_memo", args=[meeting.pk])
    assert "kun tapaaminen on alkanut" in working.post(memo, {"memo": "Sovittiin."}).content.decode()
    NetworkMeeting.objects.update(starts_at=clock.now() - timedelta(hours=1))
    assert "Muistio on tallennettu." in working.post(memo, {"memo": "Sovittiin."}, follow=True).content.decode()
    assert "Sovittiin." in page(signed_in(reader), own_page(network))
    other = a_network_meeting(network)
    cancel = reverse("liaisons:network_meeting_cancel", args=[other.pk])
    assert working.get(cancel).status_code == 405
    assert "Tapaaminen on peruttu" in working.post(cancel, follow=True).content.decode()


def test_a_letter_is_looked_at_and_sent_once() -> None:
    network = NetworkFactory()
    person, _reader = convener(network), belonging(network)
    working = signed_in(person)
    new = reverse("liaisons:network_letter_new", args=[network.pk])
    words = {"subject": "Syksy", "text": "Tavataan pian."}
    preview = working.post(new, words, follow=True).content.decode()
    assert "Se lähtee sähköpostiin 2 jäsenelle." in preview
    assert not Message.objects.filter(kind="liaisons.network_mail").exists()
    letter = NetworkLetter.objects.get()
    address = reverse("liaisons:network_letter", args=[letter.pk])
    edit = reverse("liaisons:network_letter_edit", args=[letter.pk])
    assert "Tavataan pian." in page(working, edit)
    assert "torstaina" in working.post(edit, {**words, "text": "Tavataan torstaina."}, follow=True).content.decode()
    for _twice in range(2):
        sent = working.post(address, follow=True).content.decode()
    assert "sähköpostiin 2 jäsenelle" in sent
    assert Message.objects.filter(kind="liaisons.network_mail").count() == 2
    assert "Syksy" in page(signed_in(_reader.user), own_page(network))


def test_the_convener_describes_follows_and_removes() -> None:
    network = NetworkFactory()
    person, row = convener(network), belonging(network)
    working = signed_in(person)
    described = working.post(
        reverse("liaisons:network_describe", args=[network.pk]), {"description_fi": "Sovimme kyydeistä."}, follow=True
    )
    assert "Kuvaus on tallennettu." in described.content.decode()
    added = working.post(
        reverse("liaisons:network_goal_new", args=[network.pk]), {"text": "Kyydit joka kylään"}, follow=True
    )
    assert "Tavoite on lisätty." in added.content.decode()
    goal = network.goals.get()
    address = reverse("liaisons:network_goal", args=[goal.pk])
    ended = {"text": goal.text, "state": "reached", "progress": ""}
    assert "Kirjoita, mitä saavutettiin" in working.post(address, ended).content.decode()
    done = working.post(address, {**ended, "progress": "Ajetaan."}, follow=True).content.decode()
    assert "Eteneminen on kirjattu." in done
    assert "Ajetaan." in page(Client(), network.get_absolute_url())
    remove = reverse("liaisons:network_member_end", args=[row.pk])
    assert "Poista jäsen" in page(working, remove)
    assert "Henkilö saa siitä viestin." in working.post(remove, {"reason": "Siirtyi."}, follow=True).content.decode()
    assert working.get(remove).status_code == 404


def test_the_coordinator_manages_all_on_the_desk() -> None:
    coordinator = staff("coordinator")
    client = signed_in(coordinator)
    desk = reverse("liaisons:networks_desk")
    assert desk in page(client, reverse("portal:desk"))
    assert "nimeä sille kaksi koollekutsujaa" in page(client, desk)
    new = reverse("liaisons:network_new")
    made = client.post(new, {"name_fi": "Kyytiverkosto", "conveners_wanted": "2"}, follow=True).content.decode()
    assert "Nimeä sille koollekutsujat." in made
    network = Network.objects.get()
    edit = reverse("liaisons:network_edit", args=[network.pk])
    changed = {"name_fi": "Kyydit", "name_sv": "Skjutsar", "conveners_wanted": "2"}
    assert "Verkosto on tallennettu." in client.post(edit, changed, follow=True).content.decode()
    person = UserFactory(full_name="Kaisa Koolle")
    add = reverse("liaisons:network_person_new", args=[network.pk])
    assert "Osoitteella ei ole tunnusta" in client.post(add, {"email": "kuka@example.org"}).content.decode()
    added = client.post(add, {"email": person.email, "is_convener": "on"}, follow=True).content.decode()
    assert "Kaisa Koolle" in added
    row = NetworkMember.objects.get()
    assert row.convener_place == 1
    switch = reverse("liaisons:network_convener", args=[row.pk])
    for act, place in (("release", None), ("name", 1)):
        client.post(switch, {"act": act})
        row.refresh_from_db()
        assert row.convener_place == place
    assert "Kaisa Koolle" in page(client, desk)
    auditor = signed_in(staff("auditor"))
    assert "Lisää verkosto" not in page(auditor, desk)
    assert "Koollekutsujan sivu" not in page(auditor, own_page(network))
    end = reverse("liaisons:network_end", args=[network.pk])
    assert "Päätä verkosto" in page(client, end)
    client.post(end)
    assert client.get(network.get_absolute_url()).status_code == 404
    assert "päättynyt" in page(client, desk)
    assert "päättynyt" in page(client, own_page(network))


def _fill(network: Network, person: Any, number: int) -> None:
    """Add a row of each kind to the network, and another network."""
    now = clock.now()
    belonging(network)
    belonging(network, state="asked", joined_at=None)
    add_goal(network, text=f"Tavoite {number}", by=person, now=now)
    a_network_meeting(network, starts_at=now + timedelta(days=number + 1))
    a_network_meeting(network, starts_at=now - timedelta(days=number + 1), memo="Sovittiin.")
    letter = draft_letter(network, subject=f"Hei {number}", text="Hei", by=person, now=now)
    NetworkLetter.objects.filter(pk=letter.pk).update(sent_at=now, receivers=1)
    other = NetworkFactory()
    convener(other)
    NetworkMemberFactory(network=other, user=person)


@pytest.mark.parametrize(
    ("name", "most"),
    [("networks", 12), ("networks_desk", 12), ("network", 17), ("network_own", 17), ("network_work", 17)],
)
def test_pages_have_a_fixed_number_of_queries(name: str, most: int) -> None:
    coordinator, network = staff("coordinator"), NetworkFactory()
    NetworkMemberFactory(network=network, user=coordinator, convener_place=1)
    url = reverse(f"liaisons:{name}", args=[network.pk] if name in ("network", "network_own", "network_work") else [])

    def count() -> int:
        client = signed_in(coordinator)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    _fill(network, coordinator, 1)
    one = count()
    for number in (2, 3):
        _fill(network, coordinator, number)
    assert count() == one <= most
