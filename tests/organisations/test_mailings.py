"""Mail to a selection: whom it reaches, in which language, once; who may refuse it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from common.errors import Refused
from notifications.models import AddressOptOut, How, Message, Preference
from organisations import tasks
from organisations.batches import Left
from organisations.models import MAILING_LIFE, Mailing, MailingRecipient
from organisations.workflow import mailings
from organisations.workflow.mailings import count_recipients, discard_mailing, send_mailing, send_test
from organisations.workflow.sending import change_draft
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import NOW, MembershipFactory, OrganisationFactory, member
from tests.organisations.factories_relations import TEXT, make_mailing, reachable, run_mailing

pytestmark = pytest.mark.django_db


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def sent(by: Any = None, **data: Any) -> Mailing:
    by = by or staff("coordinator")
    return run_mailing(send_mailing(make_mailing(by, **data), by=by, now=NOW))


def addresses() -> list[str]:
    return sorted(Message.objects.filter(kind="organisations.mailing").values_list("to_address", flat=True))


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ("admins", ["admin@example.org"]),
        ("contact", ["johdettu@yhdistys.example", "omaistuki@yhdistys.example"]),
        ("both", ["admin@example.org", "johdettu@yhdistys.example", "omaistuki@yhdistys.example"]),
    ],
)
def test_who_gets_it(audience: str, expected: list[str]) -> None:
    reachable("Omaistuki ry")
    led = reachable("Johdettu ry")
    member(led, "admin", email="admin@example.org")
    member(led, "editor")
    MembershipFactory(organisation=led, user__is_active=False)

    mailing = sent(audience=audience)

    assert (mailing.state, mailing.sent_at) == ("sent", NOW)
    assert addresses() == expected


def test_a_person_of_many_organisations_gets_it_once_and_as_themselves() -> None:
    first, second = reachable("Yksi ry"), reachable("Kaksi ry", email="AINO@example.org")
    person = member(first, "admin", email="aino@example.org")
    MembershipFactory(user=person, organisation=second)

    by = staff("coordinator")
    draft = make_mailing(by, audience="both")
    assert count_recipients(draft, NOW) == (2, 2)
    run_mailing(send_mailing(draft, by=by, now=NOW))

    assert addresses() == ["aino@example.org", "yksi@yhdistys.example"]
    assert Message.objects.get(to_address="aino@example.org").to_user == person


def test_people_read_it_in_their_language_and_bare_addresses_in_all() -> None:
    organisation = reachable("Yksi ry")
    member(organisation, "admin", email="sv@example.org", language="sv")
    member(organisation, "admin", email="en@example.org", language="en")
    texts = {"subject_sv": "Kom på kaffe", "text_sv": "Välkommen."}

    sent(audience="both", **texts)

    swedish, english = (Message.objects.get(to_address=f"{language}@example.org") for language in ("sv", "en"))
    assert (swedish.subject, swedish.language) == ("Kom på kaffe", "sv")
    assert "Hyvä yhdistys." not in swedish.text
    assert (english.subject, english.language) == (TEXT["subject_fi"], "fi")  # nobody wrote English
    bare = Message.objects.get(to_address="yksi@yhdistys.example")
    assert "Hyvä yhdistys." in bare.text
    assert "Välkommen." in bare.text
    assert "järjestönne yhteysosoite" in bare.text


def test_links_become_links_and_nothing_else_becomes_html() -> None:
    reachable()
    sent(audience="contact", text_fi="Katso https://yhdyspinta.example/x\n\n<script>alert(1)</script>")

    message = Message.objects.get()
    assert '<a href="https://yhdyspinta.example/x"' in message.html
    assert "<script>alert" not in message.html


def test_sending_again_sends_nothing_more() -> None:
    reachable()
    by = staff("coordinator")
    mailing = sent(by, audience="contact")

    send_mailing(mailing, by=by, now=NOW)
    run_mailing(mailing)
    tasks.send_mailing(mailing.pk)
    assert len(addresses()) == 1


def test_batches_go_on_and_a_broken_one_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailings, "A_BATCH", 2)
    for number in range(3):
        reachable(f"Yhdistys{number} ry")
    by = staff("coordinator")
    mailing = send_mailing(make_mailing(by, audience="contact"), by=by, now=NOW)
    mailings.freeze_recipients(mailing.pk, now=NOW)
    reachable("Uusi ry")  # came after the recipients were written down
    mailings.freeze_recipients(mailing.pk, now=NOW)

    assert mailings.send_batch(mailing.pk, now=NOW) is Left.MORE
    with monkeypatch.context() as patch:
        patch.setattr(mailings, "queue", lambda **_kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mailings.send_batch(mailing.pk, now=NOW)
    assert len(addresses()) == 2
    run_mailing(mailing)
    assert len(addresses()) == 3


# Refusing


def test_a_bare_address_refuses_by_the_link_in_the_message(client: Client) -> None:
    reachable()
    by = staff("coordinator")
    sent(by, audience="contact")
    found = re.search(r"http://localhost:8000(/viestit/peruuta/\S+)", Message.objects.get().text)
    assert found
    assert "omaistuki" not in found[1]

    page = client.get(found[1]).content.decode()
    assert "Tiedotteet järjestölle" in page
    assert not AddressOptOut.objects.exists()  # looking changes nothing: mail programs open links
    assert "Emme enää lähetä tähän osoitteeseen" in client.post(found[1]).content.decode()
    client.post(found[1])
    assert AddressOptOut.objects.count() == 1
    assert "yhdistys" not in AddressOptOut.objects.get().address_hash

    second = sent(by, audience="contact")
    assert second.recipients.get().outcome == "opted_out"
    assert len(addresses()) == 1


def test_a_forged_link_is_not_there(client: Client) -> None:
    assert client.get("/viestit/peruuta/WyJ4Iiwib3JnYW5pc2F0aW9ucy5tYWlsaW5nIl0:1:x/").status_code == 404


def test_a_person_who_wants_none_reads_it_in_the_portal_only() -> None:
    person = member(OrganisationFactory(), "admin")
    Preference.objects.create(user=person, kind="organisations.mailing", how=How.NEVER)
    by = staff("coordinator")

    mailing = sent(by)

    assert Message.objects.get().state == "kept"
    page = signed_in(by).get(mailing.get_absolute_url()).content.decode()
    assert re.search(r"Ei halua näitä viestejä</dt>\s*<dd>\s*1", page)


def test_the_kind_can_be_chosen_by_people_of_organisations() -> None:
    page = signed_in(member(OrganisationFactory())).get("/omat/viestit/valinnat/").content.decode()
    assert "Tiedotteet järjestölle" in page


# Life cycle and rights


def test_testing_on_oneself_sends_nothing_to_others() -> None:
    reachable()
    by = staff("coordinator", language="sv")
    mailing = make_mailing(by, audience="contact", text_sv="Välkommen.", subject_sv="Kaffe")

    send_test(mailing, by=by, now=NOW)

    message = Message.objects.get()
    assert (message.to_user, message.subject, message.language) == (by, "TESTI: Kaffe", "sv")
    assert mailing.recipients.count() == 0


def test_refusals_before_sending() -> None:
    by = staff("coordinator")
    empty = mailings.create_mailing(query="", by=by, now=NOW)

    assert code_of(lambda: send_mailing(empty, by=by, now=NOW)) == "no_text"
    assert code_of(lambda: send_test(empty, by=by, now=NOW)) == "no_text"
    OrganisationFactory()
    assert code_of(lambda: send_mailing(make_mailing(by), by=by, now=NOW)) == "nobody"


VERBS: dict[str, Callable[[Mailing, Any], object]] = {
    "send": lambda mailing, by: send_mailing(mailing, by=by, now=NOW),
    "discard": lambda mailing, by: discard_mailing(mailing, by=by, now=NOW),
}
DONE_ONCE = {("send", "sending"), ("send", "sent"), ("discard", "discarded")}


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (verb, state)
        for verb in VERBS
        for state in MAILING_LIFE.keys()  # noqa: SIM118 - a life cycle is no dictionary
        if not MAILING_LIFE.allows(state, verb) and (verb, state) not in DONE_ONCE
    ],
)
def test_missing_edges_are_refused(verb: str, state: str) -> None:
    by = staff("coordinator")
    mailing = make_mailing(by)
    Mailing.objects.filter(pk=mailing.pk).update(state=state, started_at=NOW, sent_at=NOW if state == "sent" else None)

    assert code_of(lambda: VERBS[verb](mailing, by)) == "wrong_state"
    assert code_of(lambda: change_draft(mailing, data=TEXT, query="", by=by, now=NOW)) == "wrong_state"


@pytest.mark.parametrize("role", ["registrar", "auditor", "payments_clerk", "administrator"])
def test_only_the_coordinator_writes_to_organisations(role: str) -> None:
    by, mailing = staff(role), make_mailing()

    assert code_of(lambda: mailings.create_mailing(query="", by=by, now=NOW)) == "not_allowed"
    assert code_of(lambda: change_draft(mailing, data=TEXT, query="", by=by, now=NOW)) == "not_allowed"
    for verb in VERBS.values():
        assert code_of(lambda verb=verb: verb(mailing, by)) == "not_allowed"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "sending"}, "mailing_sent_has_text"),
        ({"state": "sent", "started_at": NOW}, "mailing_sent_has_time"),
        ({"audience": "everybody"}, "mailing_values_known"),
    ],
)
def test_constraints(values: dict[str, Any], constraint: str) -> None:
    mailing = make_mailing()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(**values)


def test_an_address_stands_once_whatever_its_capitals() -> None:
    mailing, organisation = make_mailing(), OrganisationFactory()
    MailingRecipient.objects.create(mailing=mailing, organisation=organisation, address="a@example.org")

    with pytest.raises(IntegrityError, match="mailing_recipient_once"), transaction.atomic():
        MailingRecipient.objects.create(mailing=mailing, organisation=organisation, address="A@example.org")


# Pages


def test_from_the_list_to_a_mailing_that_is_sent() -> None:
    reachable("Omaistuki ry")
    reachable("Muu ry")
    by = staff("coordinator")
    client = signed_in(by)

    assert "/hallinta/jarjestoviestit/uusi/?q=omais" in client.get("/hallinta/jarjestot/?q=omais").content.decode()
    answer = client.post("/hallinta/jarjestoviestit/uusi/", {"q": "omais", "audience": "contact", **TEXT})
    mailing = Mailing.objects.get()
    assert (mailing.query, mailing.audience) == ("q=omais", "contact")
    draft = client.get(answer["Location"]).content.decode()
    assert "Lähetä yhdelle" in draft
    client.post(f"{answer['Location']}toimi/", {"toimi": "test"})
    assert Message.objects.get().to_user == by
    client.post(f"{answer['Location']}toimi/", {"toimi": "send"})
    client.post(f"{answer['Location']}toimi/", {"toimi": "send"})
    run_mailing(mailing)
    page = client.get(answer["Location"]).content.decode()
    assert "omaistuki@yhdistys.example" in page
    assert addresses() == sorted(["omaistuki@yhdistys.example", by.email])
    assert client.get(f"{answer['Location']}muokkaa/").status_code == 302
    assert TEXT["subject_fi"] in client.get("/hallinta/jarjestoviestit/").content.decode()
