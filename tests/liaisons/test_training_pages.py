"""Pages of introductions and trainings: from plan to certificate, the register and its files, queries of lists."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.personal_data import export_for
from common import clock
from common.times import format_clock, format_date
from liaisons.models import TrainingCourse, TrainingRecord, TrainingSession
from notifications.models import Message
from portal.desk import desk_links
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.liaisons.factories import UnitFactory
from tests.liaisons.factories_trainings import (
    CourseFactory,
    RecordFactory,
    SignUpFactory,
    TrainingFactory,
    introduction,
    liaison,
)
from tests.organisations.factories import OrganisationFactory, member
from tests.xlsx import read

pytestmark = pytest.mark.django_db


def written(instant: Any) -> str:
    return f"{format_date(instant)} klo {format_clock(instant)}"


def address(name: str, *args: Any) -> str:
    return reverse(f"liaisons:{name}", args=args)


def text(client: Any, url: str, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_from_the_first_course_to_the_certificate() -> None:
    coordinator, person, now = staff("coordinator"), liaison(), clock.now()
    desk, own = signed_in(coordinator), signed_in(person)
    assert address("trainings") in [link.url for link in desk_links({"coordinator"})]
    assert "Ei tulevia koulutuksia" in text(desk, address("trainings"))
    assert "Kursseja ei ole vielä" in text(desk, address("courses"))
    assert desk.get(address("training_new")).headers["Location"] == address("course_new")
    course = {
        "name_fi": "Järjestöyhteistyön perehdytys",
        "audience": "yhteyshenkilöt",
        "learns": "Kaikki",
        "hours": "2,5",
        "is_introduction": "on",
        "is_offered": "on",
    }
    assert "Järjestöyhteistyön perehdytys" in desk.post(address("course_new"), course, follow=True).content.decode()
    made = TrainingCourse.objects.get()
    assert (str(made.hours), made.is_introduction) == ("2.5", True)
    desk.post(made.get_absolute_url(), {**course, "audience": "kaikki yhteyshenkilöt"})
    made.refresh_from_db()
    assert made.audience == "kaikki yhteyshenkilöt"

    start = (now + timedelta(days=10)).replace(hour=9, minute=0)
    OrganisationFactory(name="Omaistuki ry")
    facts = {
        "course": str(made.pk),
        "starts_at": written(start),
        "ends_at": written(start + timedelta(hours=2)),
        "sign_up_until": written(start - timedelta(days=2)),
        "town": "Joensuu",
        "place": "Kokoushuone Kaisla",
        "remote_url": "https://kokous.example/x",
        "leaders": "Minna Malli",
        "led_by": "Olematon ry",
        "capacity": "1",
    }
    wrong = desk.post(address("training_new"), facts)
    assert wrong.status_code == 422
    assert "Tämännimistä järjestöä ei löytynyt" in wrong.content.decode()
    desk.post(address("training_new"), {**facts, "led_by": "omaistuki ry"})
    session = TrainingSession.objects.get()
    page = address("training_desk", session.pk)
    assert "Muut eivät näe tätä vielä" in text(desk, page)
    assert "Nyt ei ole koulutuksia" in text(own, address("own_trainings"))
    assert own.get(session.get_absolute_url()).status_code == 404
    desk.post(address("training_open", session.pk))
    assert "Kutsu yksi, jolta perehdytys puuttuu" in text(desk, page)
    assert "Lähetä kutsu yhdelle henkilölle" in text(desk, address("training_invite", session.pk))
    for told in ("Kutsu lähti yhdelle henkilölle.", "on jo kutsuttu"):
        assert told in desk.post(address("training_invite", session.pk), follow=True).content.decode()
    assert Message.objects.filter(kind="liaisons.training_invited").count() == 1
    assert "Ei ketään kutsuttavaa" in text(desk, address("training_invite", session.pk))

    mine = text(own, address("own_trainings"))
    assert "Perehdytys puuttuu" in mine
    assert "Sinut on kutsuttu" in mine
    shown = text(own, session.get_absolute_url())
    assert "Joensuu ja etänä" in shown
    assert "Kokoushuone Kaisla" not in shown
    assert "kokous.example" not in shown
    assert own.get(address("training_calendar", session.pk)).status_code == 404
    assert "Sinulla on paikka" in own.post(session.get_absolute_url(), {"act": "join"}, follow=True).content.decode()
    assert own.post(session.get_absolute_url(), {"act": "burn"}).status_code == 404
    shown = text(own, session.get_absolute_url())
    assert "Kokoushuone Kaisla" in shown
    assert "https://kokous.example/x" in shown
    for url in (address("training_calendar", session.pk), address("own_trainings_calendar")):
        assert b"BEGIN:VEVENT" in own.get(url).content

    other = signed_in(staff("registrar"))
    assert "Ilmoittaudu jonoon" in text(other, session.get_absolute_url())
    other.post(session.get_absolute_url(), {"act": "join"})
    waiting = text(other, session.get_absolute_url())
    assert "Vuoronumerosi on 1" in waiting
    assert "Kokoushuone Kaisla" not in waiting
    later = "Osallistujat voi merkitä, kun koulutus on alkanut."
    assert later in text(desk, address("training_attendance", session.pk))

    began = now - timedelta(hours=5)
    TrainingSession.objects.update(
        starts_at=began, ends_at=began + timedelta(hours=2), sign_up_until=began - timedelta(days=1)
    )
    assert person.full_name in text(desk, address("training_attendance", session.pk))
    row = session.sign_ups.get(user=person)
    desk.post(address("training_attendance", session.pk), {"osallistui": [str(row.pk), "x"]})
    record = TrainingRecord.objects.get()
    assert address("training_certificate", record.pk) in text(own, address("own_trainings"))
    answer = own.get(address("training_certificate", record.pk))
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert other.get(address("training_certificate", record.pk)).status_code == 404
    assert "ei enää auki" not in text(own, address("own_trainings"))
    assert export_for(person, now)["liaisons.trainings"]["taken"][0]["course__name_fi"] == made.name_fi


def test_the_coordinator_moves_signs_up_lets_go_and_cancels() -> None:
    desk, session = signed_in(staff("coordinator")), TrainingFactory(capacity=1)
    page = address("training_desk", session.pk)
    add = {"full_name": "Uusi Hoitaja", "email": "uusi@example.org"}
    desk.post(address("training_sign_up", session.pk), add)
    desk.post(address("training_sign_up", session.pk), {"full_name": "Toinen", "email": "toinen@example.org"})
    first = session.sign_ups.get(user__email="uusi@example.org")
    assert "Toinen" in text(desk, page)
    edit = text(desk, address("training_edit", session.pk))
    assert written(session.starts_at) in edit
    facts = {
        "starts_at": written(session.starts_at),
        "ends_at": written(session.ends_at),
        "sign_up_until": written(session.sign_up_until),
        "town": "Lieksa",
        "place": "Sali 2",
        "leaders": "Minna Malli",
        "capacity": "1",
    }
    assert (
        "Tiedot on tallennettu" in desk.post(address("training_edit", session.pk), facts, follow=True).content.decode()
    )
    desk.post(address("training_sign_up_cancel", first.pk))
    assert session.sign_ups.get(user__email="toinen@example.org").state == "signed"
    late = {**facts, "sign_up_until": written(session.starts_at + timedelta(hours=1))}
    assert "viimeistään, kun koulutus alkaa" in desk.post(address("training_edit", session.pk), late).content.decode()
    done = desk.post(address("training_cancel", session.pk), {"reason": "Vetäjä sairastui"}, follow=True)
    assert "Vetäjä sairastui" in done.content.decode()
    assert "Ei tulevia" in text(desk, address("trainings"))
    assert session.course.name in text(desk, address("trainings"), tila="menneet", kurssi=str(session.course_id))
    assert "Ei tällaisia koulutuksia" in text(desk, address("trainings"), kurssi=str(CourseFactory().pk))
    first.refresh_from_db()
    assert "Koulutus on peruttu" in text(signed_in(first.user), session.get_absolute_url())


def test_the_register_its_filters_and_its_files_show_the_same() -> None:
    coordinator, now = staff("coordinator"), clock.now()
    course, extra = introduction(), CourseFactory(name_fi="Ohjaus")
    lacks, has, old, outside = liaison(), liaison(), liaison(), UserFactory(full_name="Ulla Ulkopuolinen")
    unit = UnitFactory()
    post = has.liaison_appointments.get().post
    type(post).objects.filter(pk=post.pk).update(level="service_area", unit=unit)
    RecordFactory(user=has, course=course, completed_on=(now - timedelta(days=30)).date())
    RecordFactory(user=old, course=course, completed_on=(now - timedelta(days=900)).date())
    RecordFactory(user=outside, course=extra)
    client = signed_in(coordinator)
    everybody = {lacks, has, old, outside}

    for query, wanted in (
        ({}, everybody),
        ({"perehdytys": "puuttuu"}, {lacks}),
        ({"perehdytys": "on"}, {has, old}),
        ({"perehdytys": "vanha"}, {old}),
        ({"taso": "service_area"}, {has}),
        ({"yksikko": str(unit.pk)}, {has}),
        ({"kurssi": str(extra.pk)}, {outside}),
        ({"q": "ulkopuolinen"}, {outside}),
        ({"q": "ei ketään"}, set()),
    ):
        page = text(client, address("training_register"), **query)
        assert {one for one in everybody if address("training_person", one.pk) in page} == wanted, query
        csv = client.get(address("training_register_csv"), query).content.decode()
        assert {one for one in everybody if one.email in csv} == wanted, query
    assert "66 %" in page.replace("\N{NO-BREAK SPACE}", " ")
    sheet = read(client.get(address("training_register_xlsx")).content)
    assert (len(sheet.row(5)) > 2, sheet.row(6)) == (True, [])
    assert "Perehdytys puuttuu" in text(client, address("posts"))
    assert address("trainings") not in text(signed_in(staff("administrator")), address("posts"))


def test_what_was_taken_elsewhere_on_the_pages() -> None:
    client, person = signed_in(staff("coordinator")), liaison()
    course = introduction()
    new = address("training_record_new")
    assert person.email in text(client, new, henkilo=str(person.pk))
    fields = {
        "full_name": person.full_name,
        "email": person.email,
        "course": str(course.pk),
        "completed_on": "3.3.2026",
        "organiser": "Kuntayhtymä",
        "source": "",
    }
    assert client.post(new, fields).status_code == 422
    page = client.post(new, {**fields, "source": "todistus"}, follow=True).content.decode()
    assert "Suoritus on kirjattu." in page
    record = TrainingRecord.objects.get()
    assert record.completed_on == date(2026, 3, 3)
    undo = address("training_record_withdraw", record.pk)
    assert undo in page
    assert "Suoritus ja todistus perutaan" in text(client, undo)
    assert "peruttu" in client.post(undo, follow=True).content.decode()
    assert signed_in(staff("auditor")).get(undo).status_code == 404


def test_empty_pages_teach_and_others_are_kept_out() -> None:
    ngo = signed_in(member(OrganisationFactory()))
    assert "Koulutukset ovat hyvinvointialueen henkilöstölle" in text(ngo, address("own_trainings"))
    assert ngo.get(TrainingFactory().get_absolute_url()).status_code == 404
    auditor = signed_in(staff("auditor"))
    assert "Rekisterissä ei ole vielä ketään" in text(auditor, address("training_register"))
    assert auditor.get(address("training_person", UserFactory().pk)).status_code == 404
    row = SignUpFactory()
    session = row.session
    assert str(row.user) in text(auditor, address("training_person", row.user_id))
    page = text(auditor, address("training_desk", session.pk))
    assert session.place not in page
    assert "Peru koulutus" not in page
    assert auditor.post(address("training_open", session.pk)).status_code == 404


@pytest.mark.parametrize(
    "name", ["trainings", "courses", "training_register", "own_trainings", "training_desk", "training_person"]
)
def test_lists_have_a_fixed_number_of_queries(name: str) -> None:
    coordinator = staff("coordinator")
    course, person = introduction(), liaison()
    desk = TrainingFactory(course=course, created_by=coordinator)
    arguments = {"training_desk": [desk.pk], "training_person": [person.pk]}.get(name, [])

    def more() -> None:
        one = liaison()
        session = TrainingFactory(course=CourseFactory(), led_by=OrganisationFactory(), created_by=coordinator)
        SignUpFactory(session=desk, user=one)
        for who in (coordinator, person, one):
            RecordFactory(user=who, course=session.course, session=session)
            SignUpFactory(session=session, user=who)
        TrainingFactory(course=session.course, led_by=session.led_by, created_by=coordinator)

    def count() -> int:
        client = signed_in(coordinator)
        url = address(name, *arguments)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    more()
    one = count()
    for _number in range(2):
        more()
    assert count() == one <= 15
