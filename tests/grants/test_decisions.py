"""Presenting, recording what the body decided, serving the letters, becoming final."""

import io
import subprocess
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.http import Http404
from django.urls import reverse

from common.errors import Refused
from common.legal_dates import ServedBy
from common.times import HELSINKI
from county.models import County
from documents.models import RenderedDocument
from grants.models import CaseEvent, Decision, UseReport
from grants.tasks import issue_decisions, make_decisions_final
from grants.workflow.decisions import Change, issue_decision, make_final, record_decisions
from grants.workflow.presentation import present_call, take_back
from grants.workflow.proposals import propose
from liaisons.models import AgendaItem
from liaisons.workflow import hold_meeting
from notifications.models import Message
from organisations.models import Membership, TimelineEntry
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.documents.pdf_checks import assert_accessible
from tests.grants.factories import make_body
from tests.grants.factories_handling import (
    AFTER,
    MEETING_AT,
    TAKEN_UP,
    Desk,
    make_desk,
    make_held,
    present,
    propose_all,
)
from tests.grants.test_handling_pages import page, set_clock, text
from tests.liaisons.factories import MeetingFactory

pytestmark = pytest.mark.django_db
SENT = datetime(2027, 2, 19, 10, 0, tzinfo=HELSINKI)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, AFTER)


def code_of(refused: Any) -> str:
    return str(refused.value.code)


def record(desk: Desk, **changes: Any) -> list[Decision]:
    given = {"section_number": 12, "decided_on": MEETING_AT.date(), "by": desk.secretary, "now": AFTER, **changes}
    return record_decisions(desk.fresh(), **given)


# Presenting


def test_call_is_presented_once_every_case_has_a_proposal() -> None:
    desk = make_desk()
    meeting = MeetingFactory(body=desk.body, starts_at=MEETING_AT)
    propose(desk.cases[0], sum=Decimal(1), reasons="x", by=desk.coordinator, now=TAKEN_UP)
    with pytest.raises(Refused) as refused:
        present_call(desk.call, meeting=meeting, by=desk.presenter, now=TAKEN_UP)
    assert code_of(refused) == "proposals_missing"
    assert not AgendaItem.objects.exists()
    propose(desk.cases[1], sum=Decimal(0), reasons="x", by=desk.coordinator, now=TAKEN_UP)
    for wrong in (
        MeetingFactory(body=make_body(), starts_at=MEETING_AT),
        MeetingFactory(body=desk.body, starts_at=TAKEN_UP),
        MeetingFactory(body=desk.body, starts_at=MEETING_AT + timedelta(days=1), state="held"),
    ):
        with pytest.raises(Refused) as refused:
            present_call(desk.call, meeting=wrong, by=desk.presenter, now=TAKEN_UP)
        assert code_of(refused) == "wrong_meeting"
    for user in (desk.coordinator, desk.secretary, desk.member):
        with pytest.raises(Http404):
            present_call(desk.call, meeting=meeting, by=user, now=TAKEN_UP)
    present_call(desk.call, meeting=meeting, by=desk.presenter, now=TAKEN_UP)
    present_call(desk.call, meeting=meeting, by=desk.presenter, now=TAKEN_UP)
    item = AgendaItem.objects.get()
    assert (item.meeting, item.title) == (meeting, "Toiminta-avustus 2027")
    assert CaseEvent.objects.filter(verb="present_call").count() == 2


def test_presented_call_is_taken_back_until_the_meeting_is_held() -> None:
    desk = make_desk()
    propose_all(desk, ["1000.00", "0"])
    meeting = present(desk)
    take_back(desk.call, by=desk.presenter, now=TAKEN_UP)
    assert desk.fresh().state == "handling"
    assert not AgendaItem.objects.exists()
    present_call(desk.call, meeting=meeting, by=desk.presenter, now=TAKEN_UP)
    hold_meeting(meeting, by=desk.secretary, now=AFTER)
    with pytest.raises(Refused) as refused:
        take_back(desk.call, by=desk.presenter, now=AFTER)
    assert code_of(refused) == "meeting_held"
    assert desk.fresh().state == "presented"


# Recording


def test_decisions_follow_the_minutes() -> None:
    desk = make_held()
    change = {desk.cases[1].pk: Change(Decimal("500.00"), "Toimielin muutti esitystä.")}
    made = record(desk, changes=change)
    assert [(row.sum, row.reasons, row.section_number, row.body_name) for row in made] == [
        (Decimal("3000.00"), "Toiminta on vaikuttavaa.", 12, "Hyvinvointilautakunta"),
        (Decimal("500.00"), "Toimielin muutti esitystä.", 12, "Hyvinvointilautakunta"),
    ]
    assert made[0].legal_basis == "Laki hyvinvointialueesta 611/2021 ja hyvinvointialueen hakuohje."
    call = desk.fresh()
    assert (call.state, call.decided_total) == ("decided", Decimal("3500.00"))
    assert [case.state for case in desk.cases] == ["decided", "decided"]
    assert AgendaItem.objects.get().section_number == 12
    assert [row.pk for row in record(desk)] == [row.pk for row in made]
    assert Decision.objects.count() == 2
    with pytest.raises(Refused) as refused:
        record(desk, section_number=13)
    assert code_of(refused) == "wrong_state"


def test_zero_is_a_rejection_with_reasons_and_without_terms() -> None:
    desk = make_held()
    made = record(desk)
    assert (made[1].sum, made[1].is_grant, made[1].terms) == (0, False, "")
    assert made[1].reasons == "Toiminta ei vastaa haun tavoitteita."


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decided_on": date(2027, 2, 16)}, "bad_day"),
        ({"decided_on": date(2027, 2, 19)}, "bad_day"),
        ({"section_number": 0}, "section_not_positive"),
        ({"changes": ("4500.01", "x")}, "over_asked"),
        ({"changes": ("-1", "x")}, "over_asked"),
        ({"changes": ("1", " ")}, "reasons_missing"),
    ],
)
def test_what_the_minutes_cannot_say(changes: dict[str, Any], code: str) -> None:
    desk = make_held()
    if "changes" in changes:
        total, reasons = changes["changes"]
        changes = {"changes": {desk.cases[0].pk: Change(Decimal(total), reasons)}}
    with pytest.raises(Refused) as refused:
        record(desk, **changes)
    assert code_of(refused) == code
    assert not Decision.objects.exists()
    assert desk.fresh().state == "presented"


def test_decisions_stay_within_the_appropriation() -> None:
    desk = make_held(appropriation=Decimal("15000.00"), asked="9000.00")
    over = {case.pk: Change(Decimal("8000.00"), "x") for case in desk.cases}
    with pytest.raises(Refused) as refused:
        record(desk, changes=over)
    assert code_of(refused) == "over_appropriation"
    assert "15 000 €" in str(refused.value).replace("\N{NO-BREAK SPACE}", " ")
    assert desk.fresh().decided_total == 0


def test_decisions_wait_for_the_meeting_and_its_people() -> None:
    desk = make_desk()
    propose_all(desk, ["1000.00", "0"])
    present(desk)
    with pytest.raises(Refused) as refused:
        record(desk)
    assert code_of(refused) == "meeting_not_held"
    for user in (desk.coordinator, desk.presenter, desk.member, UserFactory()):
        with pytest.raises(Http404):
            record(desk, by=user)
    hold_meeting(desk.meeting, by=desk.secretary, now=AFTER)
    assert len(record(desk, by=staff("registrar"))) == 2


# Serving


@pytest.fixture
def county(settings: Any, tmp_path: Path) -> County:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    return County.objects.create(
        code="12",
        name_fi="Pohjois-Karjalan hyvinvointialue",
        revision_body="Hyvinvointilautakunta",
        revision_address="Kirjaamo\nTikkamäentie 16\n80210 Joensuu",
        revision_email="kirjaamo@example.org",
        revision_hours="Avoinna arkisin 9.00–15.00",
    )


def words(document: Any) -> str:
    """Return the PDF's text as one line."""
    with document.file.open("rb") as file:
        data = file.read()
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return " ".join(found.stdout.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def serve(desk: Desk, how: ServedBy = ServedBy.ELECTRONIC, now: datetime = SENT) -> list[Decision]:
    return [issue_decision(row, served_by=how, by=desk.coordinator, now=now) for row in record(desk)]


def test_letter_says_all_that_law_asks(county: County) -> None:
    desk = make_held()
    granted, rejected = serve(desk)
    assert granted.letter is not None
    with granted.letter.file.open("rb") as file:
        assert_accessible(file.read())
    said = words(granted.letter)
    for part in (
        desk.cases[0].case_number,
        "Järjestö 1 ry",
        "Hyvinvointilautakunta 17.2.2027, 12 §",
        "myönnetään avustusta 3 000,00 €",
        "Toiminta on vaikuttavaa.",
        "Laki hyvinvointialueesta 611/2021",
        "käyttöselvitys viimeistään 31.3.2028",
        "Kaisa Koordinaattori, 013 123 4567, jarjestot@example.org",
        "Oikaisuvaatimusohje",
        "14 päivän kuluessa",
        "kolmantena päivänä",
        "Tikkamäentie 16",
        "kirjaamo@example.org",
        "Avoinna arkisin 9.00–15.00",
        "millaista oikaisua vaadit ja millä perusteilla",
        "8.3.2027",
    ):
        assert str(part) in said, part
    assert "seitsemäntenä" not in said
    refusal = words(rejected.letter)
    assert "hakemus hylätään" in refusal
    assert "Toiminta ei vastaa haun tavoitteita." in refusal
    assert "maksetaan" not in refusal


@pytest.mark.parametrize(
    ("sent", "how", "served", "last", "final"),
    [
        # Fri 19.2. + 3 = Mon 22.2.; + 14 = Mon 8.3.
        ((2027, 2, 19), ServedBy.ELECTRONIC, (2027, 2, 22), (2027, 3, 8), (2027, 3, 9)),
        # + 7 = Fri 26.2.; + 14 = Fri 12.3.
        ((2027, 2, 19), ServedBy.LETTER, (2027, 2, 26), (2027, 3, 12), (2027, 3, 13)),
        # The 14th day is Good Friday 26.3.2027; Easter Monday 29.3.; so Tuesday 30.3.
        ((2027, 3, 9), ServedBy.ELECTRONIC, (2027, 3, 12), (2027, 3, 30), (2027, 3, 31)),
        # The 14th day is a Saturday.
        ((2027, 2, 24), ServedBy.ELECTRONIC, (2027, 2, 27), (2027, 3, 15), (2027, 3, 16)),
    ],
)
def test_dates_follow_the_calendar(
    county: County,
    sent: tuple[int, int, int],
    how: ServedBy,
    served: tuple[int, int, int],
    last: tuple[int, int, int],
    final: tuple[int, int, int],
) -> None:
    desk = make_held(cases=1)
    (row,) = serve(desk, how, datetime(*sent, 23, 30, tzinfo=HELSINKI))
    assert row.sent_on == date(*sent)
    assert (row.deemed_served_on, row.revision_ends_on, row.final_on) == (date(*served), date(*last), date(*final))
    assert ("seitsemäntenä" in words(row.letter)) == (how is ServedBy.LETTER)


def test_serving_happens_once_and_tells_the_organisation(county: County) -> None:
    desk = make_held()
    granted, rejected = serve(desk)
    for row in (granted, rejected):
        issue_decision(row, served_by=ServedBy.LETTER, by=desk.coordinator, now=SENT + timedelta(days=3))
    assert RenderedDocument.objects.filter(kind="grants.decision").count() == 2
    granted.refresh_from_db()
    assert (granted.state, granted.served_by, granted.sent_on) == ("issued", "electronic", date(2027, 2, 19))
    assert list(UseReport.objects.values_list("decision", "state", "due_on")) == [
        (granted.pk, "open", date(2028, 3, 31))
    ]
    organisation = desk.cases[0].organisation
    messages = Message.objects.filter(kind="grants.decision", text__contains=desk.cases[0].case_number)
    sender = Membership.objects.get(organisation=organisation).user
    assert sorted(messages.values_list("to_address", flat=True)) == sorted([sender.email, "toimisto@omaistuki.example"])
    link = reverse("grants:application", args=[organisation.pk, desk.cases[0].pk])
    assert all(link in message.text for message in messages)
    entry = TimelineEntry.objects.filter(organisation=organisation).latest("pk")
    assert "Avustusta myönnettiin 3 000 €." in entry.text.replace("\N{NO-BREAK SPACE}", " ")
    assert entry.link == link
    for user in (desk.presenter, desk.secretary, UserFactory(), staff("auditor")):
        with pytest.raises(Http404):
            issue_decision(granted, served_by=ServedBy.LETTER, by=user, now=SENT)


def test_letter_is_for_the_applicant_and_readers_of_the_case(county: County) -> None:
    desk = make_held()
    sender = Membership.objects.get(organisation=desk.cases[0].organisation).user
    other = Membership.objects.get(organisation=desk.cases[1].organisation).user
    made = record(desk)
    address = reverse("grants:decision_letter", args=[made[0].pk])
    assert signed_in(sender).get(address).status_code == 404
    issue_decision(made[0], served_by=ServedBy.ELECTRONIC, by=desk.coordinator, now=SENT)
    for user, status in (
        (sender, 200),
        (other, 404),
        (desk.coordinator, 200),
        (staff("payments_clerk"), 200),
        (desk.member, 404),
        (UserFactory(), 404),
    ):
        response = signed_in(user).get(address)
        assert response.status_code == status
        if status == 200:
            with pikepdf.open(io.BytesIO(b"".join(response.streaming_content))) as file:
                assert str(file.Root.Lang) == "fi"


def test_many_are_served_by_the_task_which_may_run_twice(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_held()
    set_clock(monkeypatch, SENT)
    keys = [row.pk for row in record(desk)]
    issue_decisions(keys, "letter", desk.coordinator.pk)
    issue_decisions(keys, "electronic", desk.coordinator.pk)
    assert set(Decision.objects.values_list("state", "served_by")) == {("issued", "letter")}
    assert RenderedDocument.objects.filter(kind="grants.decision").count() == 2


def test_decision_becomes_final_on_its_day_once(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_held(cases=1)
    (row,) = serve(desk)
    last_moment = datetime(2027, 3, 8, 23, 59, 59, tzinfo=HELSINKI)
    assert make_final(now=last_moment) == 0
    set_clock(monkeypatch, last_moment + timedelta(seconds=1))
    assert make_decisions_final() == 1
    assert make_decisions_final() == 0
    row.refresh_from_db()
    assert row.state == "final"
    assert row.is_final(date(2027, 3, 9))
    assert CaseEvent.objects.filter(verb="make_final").count() == 1
    assert "on lainvoimainen" in TimelineEntry.objects.latest("pk").text


# Pages


def test_record_and_serve_from_the_pages(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    from grants.workflow.conflicts import declare_no_conflicts

    desk = make_desk()
    propose_all(desk, ["3000.00", "0.00"])
    meeting = present(desk)
    declare_no_conflicts([desk.cases[0].pk], by=desk.secretary, now=TAKEN_UP)
    hold_meeting(meeting, by=desk.secretary, now=AFTER)
    assert "Kirjaa päätökset" in page(desk.secretary, "decisions", desk.call.pk)
    address = reverse("grants:decisions_record", args=[desk.call.pk])
    client = signed_in(desk.secretary)
    form = text(client.get(address))
    assert 'value="17.2.2027"' in form
    assert "Kirjataan esityksen mukaisina" in form
    first = desk.cases[0].pk
    data = {"section_number": "12", "decided_on": "1.1.2027", f"sum_{first}": "2 500", f"reasons_{first}": "Muutettu."}
    wrong = client.post(address, data)
    assert wrong.status_code == 409
    assert "Päätöspäivä on kokouspäivä tai sen jälkeen" in text(wrong)
    client.post(address, {**data, "decided_on": "17.2.2027"})
    assert list(Decision.objects.order_by("pk").values_list("sum", "reasons")) == [
        (Decimal("2500.00"), "Muutettu."),
        (Decimal("0.00"), "Toiminta ei vastaa haun tavoitteita."),
    ]
    set_clock(monkeypatch, SENT)
    desk_client = signed_in(desk.coordinator)
    listed = reverse("grants:decisions", args=[desk.call.pk])
    assert "Anna tiedoksi" in text(desk_client.get(listed))
    serving = reverse("grants:decisions_issue", args=[desk.call.pk])
    assert "2 päätöstä lähetetään" in text(desk_client.get(serving))
    assert desk_client.post(serving, {"served_by": "electronic"})["Location"] == listed
    shown = text(desk_client.get(listed))
    assert "Kaikki 2 päätöstä on annettu tiedoksi." in shown
    assert "8.3.2027" in shown
    assert desk_client.get(serving)["Location"] == listed
    assert "Kirjaa päätökset" not in text(client.get(listed))


def test_more_than_five_are_left_to_the_worker(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_held(cases=6)
    record(desk)
    asked: list[Any] = []
    monkeypatch.setattr("grants.views.deciding.issue_decisions.delay", lambda *given: asked.append(given))
    serving = reverse("grants:decisions_issue", args=[desk.call.pk])
    response = signed_in(desk.coordinator).post(serving, {"served_by": "letter"})
    listed = reverse("grants:decisions", args=[desk.call.pk])
    assert response["Location"] == f"{listed}?lahetetaan=1"
    keys = list(Decision.objects.order_by("pk").values_list("pk", flat=True))
    assert asked == [(keys, "letter", desk.coordinator.pk)]
    client = signed_in(desk.coordinator)
    progress = text(client.get(f"{listed}?lahetetaan=1", headers={"HX-Request": "true"}))
    assert "0 / 6" in progress
    assert 'hx-trigger="every 2s"' in progress
    assert "<html" not in progress
