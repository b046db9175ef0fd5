"""What the organisation keeps itself: parts and their states, saving, two editors, confirming, reminding, the pages."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.times import local_date
from county.models import Municipality, TargetGroup, Theme
from notifications import reminders
from notifications.models import Message
from organisations import timeline
from organisations.confirmation import months_later
from organisations.forms.own_data import DescriptionForm, ReachForm, WorkersForm
from organisations.models import Membership, Organisation, TimelineEntry
from organisations.own_parts import PARTS, tasks
from organisations.reminders import confirmation_reminders
from organisations.todos import registry_todos
from organisations.workflow.own_data import confirm_own_data, fingerprint, save_own_data
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.organisations.factories import NOW, MembershipFactory, OrganisationFactory, SectorFactory, member
from tests.organisations.factories_open_data import full_organisation, make_contact

pytestmark = pytest.mark.django_db


def address(organisation: Organisation, part: str) -> str:
    return reverse("organisations:own_data_part", args=[organisation.pk, part])


def shown(page: str) -> str:
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def opened(client: Client, organisation: Organisation, part: str) -> str:
    """Open the part's page and return what it says it showed."""
    return shown(client.get(address(organisation, part)).content.decode())


def words(organisation: Organisation) -> list[str]:
    return [str(task["word"]) for task in tasks(organisation)]


def test_parts_are_not_begun_half_done_or_ready(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory()
    assert words(organisation) == ["Ei aloitettu"] * 6

    organisation.description_sv = "Kafé"
    organisation.employee_count = 0
    organisation.links = "https://a.example.org"
    organisation.municipalities.add(kunnat["167"])
    assert words(organisation) == ["Kesken", "Ei aloitettu", "Kesken", "Kesken", "Ei aloitettu", "Kesken"]

    organisation.description_fi, organisation.reach, organisation.run_by = "Kahvila", "local", "volunteers"
    organisation.member_count, organisation.volunteer_count, organisation.is_service_producer = 30, 0, False
    organisation.accessibility, organisation.contact_phone = "Luiska", "040 123 4567"
    organisation.sectors.add(SectorFactory())
    organisation.themes.add(Theme.objects.create(name_fi="Osallisuus"))
    assert words(organisation) == ["Valmis", "Kesken", "Valmis", "Valmis", "Valmis", "Valmis"]
    organisation.target_groups.add(TargetGroup.objects.create(name_fi="Omaiset"))
    assert words(organisation) == ["Valmis"] * 6


def test_every_part_is_saved_alone_and_audited(kunnat: dict[str, Municipality]) -> None:
    organisation, sector = OrganisationFactory(), SectorFactory()
    group = TargetGroup.objects.create(name_fi="Omaiset")
    client = signed_in(member(organisation, "editor"))
    sent: dict[str, dict[str, Any]] = {
        "kuvaus": {"description_fi": "Kahvila\r\njoka päivä", "description_sv": "Kafé"},
        "alat": {"sectors": [sector.pk], "target_groups": [group.pk]},
        "missa": {"municipalities": [kunnat["167"].pk], "reach": "regional"},
        "tekijat": {"run_by": "both", "member_count": "120", "employee_count": "0", "is_service_producer": "False"},
        "esteettomyys": {"accessibility": "Kynnyksetön ovi."},
        "yhteydet": {
            "contact_website": "www.example.org",
            "contact_phone": "040 123 4567",
            "links": "a.example.org/sivu\r\n\r\nhttps://b.example.org\r\nhttps://b.example.org",
            "lahella_url": "https://www.lahella.fi/1",
        },
    }
    assert set(sent) == set(PARTS)

    for part, values in sent.items():
        done = client.post(address(organisation, part), {**values, "shown": opened(client, organisation, part)})
        assert done["Location"] == reverse("organisations:own_data", args=[organisation.pk]), part

    organisation.refresh_from_db()
    assert (organisation.description_fi, organisation.description_sv) == ("Kahvila\njoka päivä", "Kafé")
    assert list(organisation.sectors.all()) == [sector]
    assert list(organisation.target_groups.all()) == [group]
    assert (list(organisation.municipalities.all()), organisation.reach) == ([kunnat["167"]], "regional")
    counts = organisation.member_count, organisation.volunteer_count, organisation.employee_count
    assert (organisation.run_by, counts, organisation.is_service_producer) == ("both", (120, None, 0), False)
    assert organisation.accessibility == "Kynnyksetön ovi."
    assert (organisation.contact_website, organisation.contact_phone) == ("https://www.example.org", "040 123 4567")
    assert organisation.link_list == ["https://a.example.org/sivu", "https://b.example.org"]
    assert organisation.lahella_url == "https://www.lahella.fi/1"
    assert organisation.lahella_checked_on == local_date(clock.now())
    tracked = apps.get_model("organisations", "OrganisationOwnDataEvent").objects.order_by("pgh_id")
    assert tracked.values_list("pgh_label", "description_fi").first() == ("own_data", "Kahvila\njoka päivä")
    page = client.get(reverse("organisations:own_data", args=[organisation.pk])).content.decode()
    assert re.findall(r"(Valmis|Kesken|Ei aloitettu)\s*</span>", page) == [
        "Valmis",
        "Kesken",
        "Valmis",
        "Kesken",
        "Valmis",
        "Valmis",
    ]


def test_what_is_saved_is_found_and_taking_the_address_away_takes_its_day(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory(lahella_url="https://www.lahella.fi/1", lahella_checked_on=date(2026, 1, 1))
    editor = member(organisation, "editor")
    kuvaus, yhteydet = PARTS["kuvaus"], PARTS["yhteydet"]
    text = {"description_fi": "Pidämme pyöräpajaa", "description_sv": "", "description_en": ""}
    save_own_data(organisation, kuvaus, text, shown=fingerprint(organisation, kuvaus), by=editor, now=NOW)
    empty = dict.fromkeys(yhteydet.fields, "")
    save_own_data(organisation, yhteydet, empty, shown=fingerprint(organisation, yhteydet), by=editor, now=NOW)
    organisation.refresh_from_db()
    assert organisation.lahella_checked_on is None
    found = Client().get(reverse("organisations:organisations"), {"q": "pyöräpaja"}).content.decode()
    assert organisation.name in found  # written by the database's triggers, found in another form of the word


def test_only_editors_and_admins_save_and_confirm() -> None:
    organisation, part = OrganisationFactory(description_fi="Kahvila"), PARTS["esteettomyys"]
    told = {"accessibility": "Luiska"}
    strangers = (UserFactory(), member(organisation, "viewer"), member(OrganisationFactory()), staff("coordinator"))
    for stranger in strangers:
        with pytest.raises(Refused) as saving:
            save_own_data(organisation, part, told, shown=fingerprint(organisation, part), by=stranger, now=NOW)
        with pytest.raises(Refused) as confirming:
            confirm_own_data(organisation, by=stranger, now=NOW)
        assert (saving.value.code, confirming.value.code) == ("not_allowed", "not_allowed")


def test_of_two_editors_the_second_sees_both_texts_and_nothing_is_lost(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory(description_fi="Vanha", reach="local")
    first, second = signed_in(member(organisation)), signed_in(member(organisation, "editor"))
    told, places = opened(second, organisation, "kuvaus"), opened(second, organisation, "missa")
    for part, values in {
        "kuvaus": {"description_fi": "Ensimmäisen <b>teksti</b>"},
        "missa": {"reach": "county", "municipalities": [kunnat["422"].pk]},
    }.items():
        first.post(address(organisation, part), {**values, "shown": opened(first, organisation, part)})

    refused = second.post(address(organisation, "kuvaus"), {"description_fi": "Toisen teksti", "shown": told})
    page = refused.content.decode()
    organisation.refresh_from_db()
    assert organisation.description_fi == "Ensimmäisen <b>teksti</b>"
    assert "Mitään ei tallennettu." in page
    assert "Ensimmäisen &lt;b&gt;teksti&lt;/b&gt;" in page
    assert page.count("Toisen teksti") == 2  # beside the other's, and in the form as it was typed

    other = second.post(address(organisation, "missa"), {"reach": "national", "shown": places}).content.decode()
    for text in ("koko hyvinvointialueella", "valtakunnallinen", "Lieksa"):
        assert text in other

    again = second.post(address(organisation, "kuvaus"), {"description_fi": "Yhdistetty", "shown": shown(page)})
    assert again.status_code == 302
    organisation.refresh_from_db()
    assert organisation.description_fi == "Yhdistetty"


def test_a_page_with_mistakes_does_not_forget_what_it_showed() -> None:
    organisation = OrganisationFactory(contact_phone="040 111 2222")
    client = signed_in(member(organisation))
    told = opened(client, organisation, "yhteydet")
    Organisation.objects.filter(pk=organisation.pk).update(contact_phone="040 999 9999")

    wrong = client.post(address(organisation, "yhteydet"), {"contact_email": "ei osoite", "shown": told})
    assert shown(wrong.content.decode()) == told
    late = client.post(address(organisation, "yhteydet"), {"contact_phone": "040 333 4444", "shown": told})
    assert "Mitään ei tallennettu." in late.content.decode()
    missing = client.post(address(organisation, "yhteydet"), {"contact_phone": "040 333 4444"})
    assert "Mitään ei tallennettu." in missing.content.decode()


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"links": "javascript:alert(1)"}, "”javascript:alert(1)” ei ole verkko-osoite."),
        ({"links": "ftp://example.org"}, "”ftp://example.org” ei ole verkko-osoite."),
        ({"links": "https://hyvä.example.org\nei osoite"}, "”ei osoite” ei ole verkko-osoite."),
        ({"links": "https://example.org/" + "a" * 300}, "ei ole verkko-osoite."),
        ({"links": "\n".join(f"https://example.org/{n}" for n in range(11))}, "Jätä enintään 10"),
        ({"lahella_url": "https://lahella.fi.example.org/1"}, "Osoite ei ole Lähellä.fi-palvelussa."),
        ({"contact_website": "ftp://example.org"}, "URL"),
        ({"contact_phone": "soita illalla"}, "Kirjoita puhelinnumero numeroina"),
        ({"contact_email": "ei osoite"}, "sähköposti"),
    ],
)
def test_bad_addresses_are_told_and_not_saved(values: dict[str, str], error: str) -> None:
    form = ReachForm(values, instance=OrganisationFactory())
    assert not form.is_valid()
    assert error in " ".join(str(message) for messages in form.errors.values() for message in messages)


def test_limits_of_texts_and_counts() -> None:
    three_thousand = "a\r\n" * 1500  # 3000 characters as the counter counts them
    assert DescriptionForm({"description_fi": three_thousand}, instance=Organisation()).is_valid()
    assert not DescriptionForm({"description_fi": "a" * 3001}, instance=Organisation()).is_valid()
    for count in ("-1", "1000001", "paljon"):
        assert "member_count" in WorkersForm({"member_count": count}, instance=Organisation()).errors
    assert "run_by" in WorkersForm({"run_by": "robots"}, instance=Organisation()).errors


def test_a_part_shows_its_counter_errors_and_what_is_public() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation))
    page = client.get(address(organisation, "kuvaus")).content.decode()
    assert "näkyy kaikille" in page
    assert 'id="id_description_fi_counter"' in page
    wrong = client.post(address(organisation, "kuvaus"), {"description_fi": "a" * 3001}).content.decode()
    assert "Korjaa yksi kohta" in wrong
    assert 'href="#id_description_fi"' in wrong
    assert client.get(address(organisation, "muu")).status_code == 404


def test_confirming_is_dated_once_a_day_and_needs_something_to_confirm() -> None:
    organisation = OrganisationFactory()
    editor = member(organisation, "editor")
    with pytest.raises(Refused) as refusal:
        confirm_own_data(organisation, by=editor, now=NOW)
    assert refusal.value.code == "nothing_told"
    Organisation.objects.filter(pk=organisation.pk).update(description_fi="Kahvila")

    confirm_own_data(organisation, by=editor, now=NOW)
    confirm_own_data(organisation, by=member(organisation), now=NOW + timedelta(hours=3))
    organisation.refresh_from_db()
    assert (organisation.confirmed_at, organisation.confirmed_by) == (NOW, editor)
    assert TimelineEntry.objects.get().text == "Järjestö vahvisti tietonsa"
    confirm_own_data(organisation, by=editor, now=NOW + timedelta(days=1))
    assert TimelineEntry.objects.count() == 2


def test_the_button_confirms_and_everybody_sees_the_day() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation))
    press = reverse("organisations:own_data_confirm", args=[organisation.pk])
    assert "Kirjoita ensin kuvaus." in client.post(press, follow=True).content.decode()
    Organisation.objects.filter(pk=organisation.pk).update(description_fi="Kahvila")
    assert (
        "Järjestö ei ole vielä vahvistanut tietojaan." in Client().get(organisation.get_absolute_url()).content.decode()
    )
    done = client.post(press, follow=True).content.decode()
    today = local_date(clock.now())
    day = f"{today.day}.{today.month}.{today.year}"
    assert f"Tiedot vahvistettiin viimeksi {day}." in done
    public = Client().get(organisation.get_absolute_url()).content.decode()
    assert f"Järjestö vahvisti tiedot {day}." in public
    Organisation.objects.filter(pk=organisation.pk).update(confirmed_at=datetime(2020, 2, 3, 12, tzinfo=UTC))
    old = Client().get(organisation.get_absolute_url()).content.decode()
    assert "Järjestö ei ole vahvistanut tietojaan yli vuoteen. Viimeksi se vahvisti ne 3.2.2020." in old
    assert client.get(press).status_code == 405


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 16), -11, date(2025, 12, 16)),
        (date(2026, 11, 16), 12, date(2027, 11, 16)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), -1, date(2025, 12, 31)),
    ],
)
def test_months_by_the_calendar(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def test_admins_and_editors_are_reminded_after_eleven_months_and_a_year() -> None:
    organisation = OrganisationFactory(name="Omaistuki ry", confirmed_at=at(date(2025, 12, 16)))
    keepers = {member(organisation), member(organisation, "editor")}
    member(organisation, "viewer")
    member(organisation, "signatory")
    member(organisation, "editor", is_active=False)
    member(OrganisationFactory(status="dissolved", confirmed_at=at(date(2025, 12, 16))))

    assert list(confirmation_reminders(at(date(2026, 11, 15)))) == []
    first = list(confirmation_reminders(at(date(2026, 11, 16))))
    assert {reminder.to for reminder in first} == keepers
    assert [str(reminder.subject) for reminder in first] == ["Pitävätkö järjestön tiedot paikkansa? Omaistuki ry"] * 2
    keys = {reminder.dedup_key for reminder in first}
    assert {reminder.dedup_key for reminder in confirmation_reminders(at(date(2026, 12, 15)))} == keys
    second = list(confirmation_reminders(at(date(2026, 12, 16))))
    assert {reminder.to for reminder in second} == keepers
    assert not {reminder.dedup_key for reminder in second} & keys
    assert list(confirmation_reminders(at(date(2027, 3, 16)))) == []

    Organisation.objects.filter(pk=organisation.pk).update(confirmed_at=at(date(2026, 11, 16)))
    assert list(confirmation_reminders(at(date(2026, 12, 16)))) == []


def test_without_a_confirmation_the_time_runs_from_the_first_role() -> None:
    organisation = OrganisationFactory()
    MembershipFactory(organisation=organisation, role="viewer", valid_from=date(2025, 12, 16))
    admin = MembershipFactory(organisation=organisation, valid_from=date(2026, 6, 1)).user
    assert list(confirmation_reminders(at(date(2026, 11, 15)))) == []
    assert [reminder.to for reminder in confirmation_reminders(at(date(2026, 11, 16)))] == [admin]


def test_a_reminder_is_a_message_with_a_link_and_sent_once() -> None:
    organisation = OrganisationFactory(confirmed_at=NOW - timedelta(days=400), name="Omaistuki ry")
    member(organisation)
    mine = Message.objects.filter(kind="organisations.own_data_confirm")
    reminders.queue_due(NOW)
    reminders.queue_due(NOW + timedelta(days=1))
    message = mine.get()
    assert "Järjestön Omaistuki ry tietoja ei ole vahvistettu vuoteen." in message.text
    assert reverse("organisations:own_data", args=[organisation.pk]) in message.text
    assert "Tarkista ja vahvista tiedot" in message.html


def test_reminders_ask_two_queries_whatever_the_number() -> None:
    for _ in range(3):
        organisation = OrganisationFactory(confirmed_at=NOW - timedelta(days=400))
        member(organisation)
        member(organisation, "editor")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(list(confirmation_reminders(NOW))) == 6
    assert len(queries) == 2


def test_what_waits_says_so_after_eleven_months_to_keepers_only() -> None:
    organisation = OrganisationFactory(name="Omaistuki ry", confirmed_at=at(date(2025, 12, 16)))
    admin, viewer = member(organisation), member(organisation, "viewer")

    def titles(user: Any, now: datetime) -> list[str]:
        return [todo.title for todo in registry_todos(user, now) if todo.title.startswith("Vahvista")]

    assert titles(admin, at(date(2026, 11, 15))) == []
    assert titles(admin, at(date(2026, 11, 16))) == ["Vahvista järjestön tiedot: Omaistuki ry"]
    assert titles(viewer, at(date(2026, 11, 16))) == []
    todo = next(row for row in registry_todos(admin, NOW) if row.title.startswith("Vahvista"))
    assert todo.target == ("organisation", organisation.pk)
    assert todo.due is not None
    assert local_date(todo.due) == date(2026, 12, 16)


def test_the_public_page_tells_what_for_whom_where_and_whom_to_ask(kunnat: dict[str, Municipality]) -> None:
    organisation = full_organisation(kunnat, member_count=1200, volunteer_count=1, employee_count=0)
    Organisation.objects.filter(pk=organisation.pk).update(
        links="javascript:alert(1)\nhttps://a.example.org", accessibility="<script>x</script>"
    )
    make_contact(organisation, "Salainen Saara", visibility="county")

    page = Client().get(organisation.get_absolute_url()).content.decode()

    for text in (
        "Autamme omaishoitajia.",
        "Omaishoitajat",
        "Lieksa",
        "Usean kunnan alueella",
        "1\N{NO-BREAK SPACE}200 jäsentä",
        "1 vapaaehtoinen",
        "0 palkattua työntekijää",
        "Aino Esimerkki",
        'href="mailto:aino@example.org"',
        'href="tel:+35840123"',
        'href="https://a.example.org"',
        "&lt;script&gt;x&lt;/script&gt;",
        "Edustan tätä järjestöä",
    ):
        assert text in page, text
    assert "javascript:" not in page
    assert "Salainen Saara" not in page
    assert "Salainen Saara" not in signed_in(staff("coordinator")).get(organisation.get_absolute_url()).content.decode()


def _grow(organisation: Organisation, number: int) -> None:
    """Give the organisation that many of everything that its pages list."""
    for place in range(number):
        organisation.sectors.add(SectorFactory())
        organisation.themes.add(Theme.objects.create(name_fi=f"Teema {place}"))
        organisation.target_groups.add(TargetGroup.objects.create(name_fi=f"Ryhmä {place}"))
        make_contact(organisation, f"Henkilö {place}")
        timeline.write(organisation, f"Tapahtui {place}", visibility="public", now=NOW, by=UserFactory())


@pytest.mark.parametrize(
    ("name", "most", "is_public"),
    [("detail", 14, True), ("own_data", 12, False), ("own_timeline", 12, False)],
)
def test_queries_do_not_grow(name: str, most: int, is_public: bool) -> None:
    organisation = OrganisationFactory()
    client = Client() if is_public else signed_in(member(organisation))
    where = reverse(f"organisations:{name}", args=[organisation.pk])
    numbers: list[int] = []
    for more in (1, 2):
        _grow(organisation, more)
        client.get(where)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(where).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    assert numbers[0] <= most


def test_the_timeline_is_paged_and_keeps_the_countys_own_notes_away() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation, "viewer"))
    where = reverse("organisations:own_timeline", args=[organisation.pk])
    assert "Mitään ei ole vielä tapahtunut" in client.get(where).content.decode()
    for number in range(30):
        timeline.write(
            organisation, f"Tapahtui {number:02}.", visibility="organisation", now=NOW + timedelta(minutes=number)
        )
    timeline.write(organisation, "Hyvinvointialueen muistiinpano", visibility="county", now=NOW)
    timeline.write(OrganisationFactory(), "Toisen asia", visibility="organisation", now=NOW)
    first, second = client.get(where).content.decode(), client.get(f"{where}?sivu=2").content.decode()
    assert ("Tapahtui 29." in first, "Tapahtui 04." in first, "Tapahtui 04." in second) == (True, False, True)
    for page in (first, second):
        assert "Hyvinvointialueen muistiinpano" not in page
        assert "Toisen asia" not in page


def test_the_own_page_leads_to_every_place() -> None:
    membership: Membership = MembershipFactory(role="viewer")
    organisation = membership.organisation
    timeline.write(organisation, "Tapahtui", visibility="organisation", now=NOW)
    page = signed_in(membership.user).get(reverse("organisations:own", args=[organisation.pk])).content.decode()
    for name in ("contacts", "own_activities", "people", "own_timeline", "own_reviews"):
        assert reverse(f"organisations:{name}", args=[organisation.pk]) in page
    assert reverse("organisations:own_data", args=[organisation.pk]) not in page
