"""The pages: a person's own messages and choices, unsubscribing, and the coordinator's outbox."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import seams
from notifications import retention, unsubscribe
from notifications.models import Message, Preference
from notifications.todos import todos
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.notifications.factories import NOW, make_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("some_kinds")]


def html(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    text: str = response.content.decode()
    return text


def test_i_see_my_own_messages_only() -> None:
    me, other = UserFactory(), UserFactory()
    mine = make_message(1, to=me, subject="Oma asia", text="Oma teksti https://example.org/x")
    secret = make_message(2, to=me, subject="Koodi", secret=True)
    foreign = make_message(3, to=other, subject="Toisen asia")
    client = signed_in(me)
    page = html(client.get("/omat/viestit/"))
    assert "Oma asia" in page
    assert "Koodi" not in page
    assert "Toisen asia" not in page
    assert "Oma teksti" in html(client.get(f"/omat/viestit/{mine.pk}/"))
    for stranger in (secret, foreign):
        assert client.get(f"/omat/viestit/{stranger.pk}/").status_code == 404


def test_an_empty_list_teaches() -> None:
    assert "Ei vielä viestejä" in html(signed_in(UserFactory()).get("/omat/viestit/"))


def test_i_choose_what_comes_and_how_often() -> None:
    me = UserFactory()
    client = signed_in(me)
    page = html(client.get("/omat/viestit/valinnat/"))
    assert "Uutiset" in page
    assert "Kuukauden kuulumiset." in page
    assert "Päätös" not in page
    assert "Virkatyö" not in page
    assert "Virkatyö" in html(signed_in(staff("coordinator")).get("/omat/viestit/valinnat/"))
    for how in ("daily", "never"):
        response = client.post("/omat/viestit/valinnat/", {"kind_0": how}, follow=True)
        assert "Valintasi on tallennettu" in html(response)
        assert list(Preference.objects.values_list("user", "kind", "how")) == [(me.pk, "test.news", how)]
    assert "Korjaa yksi kohta" in html(client.post("/omat/viestit/valinnat/", {"kind_0": "joskus"}))


def test_unsubscribing_needs_no_sign_in_and_no_csrf_token() -> None:
    me = UserFactory()
    path = unsubscribe.path_for(me, "test.news")
    client = Client(enforce_csrf_checks=True)
    assert "Haluatko, ettemme enää lähetä sähköpostiisi näitä viestejä: Uutiset?" in html(client.get(path))
    assert not Preference.objects.exists()  # reading a link changes nothing: mail scanners follow links
    for _twice in range(2):
        assert "Valintasi on tallennettu" in html(client.post(path, {"List-Unsubscribe": "One-Click"}))
    assert Preference.objects.get().how == "never"
    assert client.get(path[:-3] + "xx/").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [("coordinator", 200), ("administrator", 200), ("auditor", 200), ("registrar", 404), ("payments_clerk", 404)],
)
def test_who_sees_the_outbox(role: str, status: int) -> None:
    message = make_message(state="uncertain")
    client = signed_in(staff(role))
    assert client.get("/hallinta/viestit/").status_code == status
    assert client.get(f"/hallinta/viestit/{message.pk}/").status_code == status
    may = role in {"coordinator", "administrator"}
    action = {"toimi": "give_up", "viesti": message.pk}
    assert client.post("/hallinta/viestit/toimi/", action).status_code == (302 if may else 404)
    assert Message.objects.get().state == ("given_up" if may else "uncertain")


def test_an_ngo_person_has_no_outbox() -> None:
    assert signed_in(UserFactory()).get("/hallinta/viestit/").status_code == 404
    assert Client().get("/hallinta/viestit/").status_code == 302


def test_the_outbox_is_counted_and_filtered_by_the_url() -> None:
    make_message(1, state="sent", subject="Perillä")
    make_message(2, state="uncertain", subject="Kesken jäänyt")
    client = signed_in(staff("coordinator"))
    everything = html(client.get("/hallinta/viestit/"))
    assert "Perillä" in everything
    assert "Kesken jäänyt" in everything
    uncertain = html(client.get("/hallinta/viestit/?tila=uncertain"))
    assert "Perillä" not in uncertain
    assert "Kesken jäänyt" in uncertain
    assert 'href="?q=vast&amp;tila=uncertain"' in html(client.get("/hallinta/viestit/?q=vast"))
    found = html(client.get("/hallinta/viestit/?q=vastaanottaja1"))
    assert "Perillä" in found
    assert "Kesken jäänyt" not in found


def test_many_are_sent_again_at_once_and_each_is_judged() -> None:
    rows = [make_message(1, state="uncertain"), make_message(2, state="failed"), make_message(3, state="sent")]
    client = signed_in(staff("coordinator"))
    response = client.post(
        "/hallinta/viestit/toimi/",
        {
            "toimi": "send_again",
            "viesti": [row.pk for row in rows],
            "takaisin": "/hallinta/viestit/?tila=uncertain",
        },
        follow=True,
    )
    assert response.redirect_chain == [("/hallinta/viestit/?tila=uncertain", 302)]
    page = html(response)
    assert "2 viestiä lähetetään uudelleen." in page
    assert "asian tila on nyt ”Lähetetty”" in page
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["queued", "queued", "sent"]


def test_nothing_chosen_is_said_and_no_foreign_address_is_followed() -> None:
    client = signed_in(staff("coordinator"))
    response = client.post("/hallinta/viestit/toimi/", {"toimi": "give_up", "takaisin": "https://example.org/"})
    assert response.headers["Location"] == "/hallinta/viestit/"
    assert "Valitse ensin ainakin yksi viesti." in html(client.get("/hallinta/viestit/"))


def test_the_text_of_a_secret_message_is_shown_to_nobody() -> None:
    message = make_message(text="koodi 123456", secret=True)
    page = html(signed_in(staff("coordinator")).get(f"/hallinta/viestit/{message.pk}/"))
    assert "123456" not in page
    assert "kirjautumiseen tarkoitettu linkki tai koodi" in page


@pytest.mark.parametrize("path", ["/hallinta/viestit/", "/omat/viestit/"])
def test_lists_have_a_fixed_number_of_queries(path: str) -> None:
    person = staff("coordinator")
    client = signed_in(person)
    make_message(1, to=person, state="uncertain")
    client.get(path)
    counts = []
    for rows in (1, 3):
        while Message.objects.count() < rows:
            make_message(Message.objects.count() + 1, to=person, state="uncertain")
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_coordinator_is_told_what_waits() -> None:
    coordinator = staff("coordinator")
    assert list(todos(coordinator, NOW)) == []
    for number, state in enumerate(("uncertain", "uncertain", "failed", "queued", "sent")):
        make_message(number, state=state)
    found = list(todos(coordinator, NOW))
    assert [todo.title for todo in found] == ["2 viestin lähetys on epävarma", "1 viesti ei mennyt perille"]
    assert found[0].url == "/hallinta/viestit/?tila=uncertain"
    assert list(todos(UserFactory(), NOW)) == []
    assert list(todos(staff("auditor"), NOW)) == []


def test_settled_messages_are_erased_after_two_years() -> None:
    old = NOW - timedelta(days=Message.KEPT_DAYS, seconds=1)
    make_message(1, state="sent", created_at=old)
    make_message(2, state="uncertain", created_at=old)
    make_message(3, state="sent", created_at=old + timedelta(seconds=2))
    assert dict(seams.retention.items())["notifications"] is retention.erase
    assert retention.erase(NOW) == {"notifications.Message": 1}
    assert set(Message.objects.values_list("subject", flat=True)) == {"Aihe 2", "Aihe 3"}
