"""Contact persons: who keeps and sees them, consent, leaving, erasing, the pages."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Refused
from common.policies import allowed
from common.times import local_date
from organisations.contact_retention import contact_retention
from organisations.models import Contact, Organisation, TimelineEntry
from organisations.workflow.contacts import contact_leaves, save_contact
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.organisations.factories import NOW, OrganisationFactory, member
from tests.organisations.factories_open_data import make_contact

pytestmark = pytest.mark.django_db
TODAY = local_date(NOW)


def values(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Aino Esimerkki",
        "duty": "sihteeri 100 %",
        "about": "",
        "email": "aino@example.org",
        "phone": "",
        "visibility": "county",
        "since": TODAY,
        **fields,
    }


def add(organisation: Organisation, by: Any, *, consent: bool = False, **fields: Any) -> Contact:
    return save_contact(organisation, values(**fields), consent=consent, by=by, now=NOW)


def test_editors_keep_contacts_and_others_do_not() -> None:
    organisation = OrganisationFactory()
    contact = add(organisation, member(organisation, "editor"))
    assert TimelineEntry.objects.get().text == "Uusi yhteyshenkilö: sihteeri 100 %"  # never the name
    strangers = (UserFactory(), member(organisation, "viewer"), member(OrganisationFactory()), staff("coordinator"))
    for stranger in strangers:
        for act in (
            lambda by=stranger: add(organisation, by),
            lambda by=stranger: save_contact(
                organisation, values(name="Toinen"), consent=False, contact=contact, by=by, now=NOW
            ),
            lambda by=stranger: contact_leaves(contact, on=TODAY, reason="x", successor=None, by=by, now=NOW),
        ):
            with pytest.raises(Refused) as refusal:
                act()
            assert refusal.value.code == "not_allowed"


def test_a_form_sent_twice_makes_one_contact() -> None:
    organisation = OrganisationFactory()
    admin = member(organisation)
    assert add(organisation, admin) == add(organisation, admin)
    assert add(organisation, admin, duty="puheenjohtaja") != add(organisation, admin)
    assert TimelineEntry.objects.count() == 2


def test_public_needs_consent_whose_day_stays_and_goes_with_the_publicity() -> None:
    organisation = OrganisationFactory()
    admin = member(organisation)
    with pytest.raises(Refused) as refusal:
        add(organisation, admin, visibility="public")
    assert refusal.value.code == "no_consent"
    contact = add(organisation, admin, visibility="public", consent=True)
    assert contact.consented_on == TODAY

    def change(days: int, **fields: Any) -> date | None:
        when = NOW + timedelta(days=days)
        saved = save_contact(organisation, values(**fields), consent=True, contact=contact, by=admin, now=when)
        return saved.consented_on

    assert change(5, visibility="public", phone="040 123 4567") == TODAY
    assert change(6, visibility="county") is None
    assert change(7, visibility="public") == TODAY + timedelta(days=7)
    with pytest.raises(IntegrityError, match="contact_public_with_consent"), transaction.atomic():
        Contact.objects.update(consented_on=None)


def test_who_sees_whom() -> None:
    organisation = OrganisationFactory()
    shown = make_contact(organisation, "Julkinen")
    leaving = make_contact(organisation, "Lähdössä", left_on=TODAY + timedelta(days=1), left_reason="Kausi")
    hidden = make_contact(organisation, "Piilossa", visibility="county")
    left = make_contact(organisation, "Lähtenyt", left_on=TODAY, left_reason="Kausi")
    coming = make_contact(organisation, "Tuleva", since=TODAY + timedelta(days=1))
    everybody = {shown, leaving}
    everything = {*everybody, hidden, left, coming}

    def seen(user: Any) -> set[Contact]:
        return set(allowed("organisations.contact.view", user, now=NOW))

    for user in (UserFactory(), member(OrganisationFactory()), staff("payments_clerk"), staff("administrator")):
        assert seen(user) == everybody
    for user in (member(organisation, "viewer"), staff("coordinator"), staff("registrar"), staff("auditor")):
        assert seen(user) == everything


def test_leaving_has_a_day_a_reason_and_perhaps_a_successor() -> None:
    organisation = OrganisationFactory()
    admin = member(organisation)
    contact, next_one = make_contact(organisation, "Aino", duty="sihteeri"), make_contact(organisation, "Bertta")

    def leaves(successor: Contact | None, on: date = TODAY, reason: str = "Kausi päättyi") -> Contact:
        return contact_leaves(contact, on=on, reason=reason, successor=successor, by=admin, now=NOW)

    for other in (contact, make_contact(OrganisationFactory(), "Muu"), make_contact(organisation, "X", **LEFT)):
        with pytest.raises(Refused) as refusal:
            leaves(other)
        assert refusal.value.code == "not_successor"
    with pytest.raises(Refused) as early:
        leaves(None, on=contact.since - timedelta(days=1))
    assert early.value.code == "before_since"

    left = leaves(next_one)
    assert (left.left_on, left.left_reason, left.successor) == (TODAY, "Kausi päättyi", next_one)
    mended = leaves(None, on=TODAY - timedelta(days=3), reason="Muutti")
    assert (mended.left_on, mended.left_reason, mended.successor) == (TODAY - timedelta(days=3), "Muutti", None)
    assert TimelineEntry.objects.get().text == "Yhteyshenkilö lähti tehtävästä 16.11.2026: sihteeri"
    with pytest.raises(Refused) as gone:
        save_contact(organisation, values(), consent=False, contact=contact, by=admin, now=NOW)
    assert gone.value.code == "left"


LEFT: dict[str, Any] = {"left_on": date(2026, 1, 1), "left_reason": "Kausi"}


def test_who_left_is_erased_after_two_years_and_the_predecessor_stays() -> None:
    organisation = OrganisationFactory()
    since = date(2020, 1, 1)
    old = make_contact(organisation, "Vanha", since=since, left_on=date(2024, 11, 15), left_reason="Kausi")
    kept = make_contact(organisation, "Uudempi", since=since, left_on=date(2024, 11, 16), left_reason="Kausi")
    kept.successor = old
    kept.save()
    make_contact(organisation, "Tehtävässä")
    assert contact_retention(NOW) == {"organisations.Contact": 1}
    kept.refresh_from_db()
    assert (kept.successor, Contact.objects.count()) == (None, 2)
    assert contact_retention(NOW) == {"organisations.Contact": 0}


def test_the_form_adds_tells_what_is_wrong_and_publishes_with_consent() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation))
    new = reverse("organisations:contact_new", args=[organisation.pk])
    listed = reverse("organisations:contacts", args=[organisation.pk])
    assert "Yhteyshenkilöitä ei ole vielä" in client.get(listed).content.decode()
    sent = {"name": "<i>Aino</i>", "duty": "Sihteeri", "visibility": "public", "since": "1.3.2026"}

    wrong = client.post(new, sent).content.decode()
    assert "Korjaa 2 kohtaa" in wrong
    assert "Anna sähköpostiosoite tai puhelinnumero." in wrong
    assert "Pyydä henkilön suostumus" in wrong
    assert not Contact.objects.exists()

    done = client.post(new, {**sent, "phone": "040 123 4567", "consent": "on"})
    assert done["Location"] == listed
    public = Client().get(organisation.get_absolute_url()).content.decode()
    assert "&lt;i&gt;Aino&lt;/i&gt;" in public
    assert "<i>Aino" not in public
    contact = Contact.objects.get()
    edit = reverse("organisations:contact_edit", args=[organisation.pk, contact.pk])
    client.post(edit, {**sent, "phone": "040 123 4567", "visibility": "county"})
    assert "Aino" not in Client().get(organisation.get_absolute_url()).content.decode()


def test_leaving_on_the_page_hides_from_everybody_and_stays_in_the_list() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation))
    contact, next_one = make_contact(organisation, "Aino"), make_contact(organisation, "Bertta")
    other = make_contact(OrganisationFactory(), "Muu")
    leave = reverse("organisations:contact_leave", args=[organisation.pk, contact.pk])
    sent = {"on": "2.3.2026", "reason": "Kausi päättyi"}

    assert "Kuka jatkaa" in client.get(leave).content.decode()
    assert client.post(leave, {**sent, "successor": other.pk}).status_code == 200  # not among the choices
    assert "Päivä on ennen kuin" in client.post(leave, {**sent, "on": "1.1.2020"}).content.decode()
    done = client.post(leave, {**sent, "successor": next_one.pk}, follow=True).content.decode()
    for text in ("lähtenyt", "Kausi päättyi", "jatkaa: Bertta", "Korjaa lähtöä"):
        assert text in done
    assert "Aino" not in Client().get(organisation.get_absolute_url()).content.decode()


def test_another_organisations_contact_is_out_of_reach() -> None:
    organisation, other = OrganisationFactory(), OrganisationFactory()
    client, theirs = signed_in(member(organisation)), make_contact(other, "Muu")
    for name in ("contact_edit", "contact_leave"):
        for home in (organisation, other):
            where = reverse(f"organisations:{name}", args=[home.pk, theirs.pk])
            assert client.get(where).status_code == 404
            assert client.post(where, {}).status_code == 404


def test_queries_of_the_list_do_not_grow() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation))
    where = reverse("organisations:contacts", args=[organisation.pk])
    numbers: list[int] = []
    for more in (1, 2):
        for place in range(more):
            next_one = make_contact(organisation, f"Uusi {more}{place}")
            make_contact(organisation, f"Entinen {more}{place}", successor=next_one, **LEFT)
        client.get(where)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(where)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    assert numbers[0] <= 12
