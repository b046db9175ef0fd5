"""Pages of changes after award: the organisation's way, the officers' way, what stays typed, fixed queries."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from grants.award_terms import terms_of
from grants.models import ChangePowers, ChangeRequest, Phrase
from grants.workflow.change_decisions import lay_change
from liaisons.models import BodyAppointment
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_member, make_organisation
from tests.grants.factories_changes import NEXT_SUMMER, NOW, TODAY, TOO_LATE, ChangeDesk, moved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def desk() -> ChangeDesk:
    return ChangeDesk()


def text(response: Any) -> str:
    page = response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ").replace("<wbr>", "")
    return " ".join(page.split())


def fields_of(desk: ChangeDesk, **changes: Any) -> dict[str, str]:
    """Return what a browser sends of the form as it stands, with changes."""
    terms = terms_of(desk.fresh())
    sent = {"use_to": terms.use_to.strftime("%d.%m.%Y"), "purpose": terms.purpose, "why": "", "revision": "0"}
    for number, line in enumerate(terms.lines, 1):
        sent |= {f"what-{number}": line.what, f"sum-{number}": str(line.sum).replace(".", ",")}
    return sent | changes


def test_the_organisation_asks_and_reads_the_decision(desk: ChangeDesk) -> None:
    own, org = signed_in(desk.person), desk.organisation.pk
    grant = text(own.get(reverse("grants:application", args=[org, desk.decision.application_id])))
    new = reverse("grants:own_change_new", args=[org, desk.decision.pk])
    assert new in grant
    assert "1.1.2027 – 31.12.2027" in grant
    assert reverse("grants:own_changes", args=[org]) in text(own.get(reverse("organisations:own", args=[org])))
    assert new in text(own.get(reverse("grants:own_changes", args=[org])))
    assert "Aloita muutoshakemus" in text(own.get(new))
    edit = own.post(new).headers["Location"]
    made = ChangeRequest.objects.get()
    assert "jo kesken" in text(own.get(new))
    bad = own.post(edit, fields_of(desk, **{"why": "Retki <b>siirtyi</b>.", "sum-1": "sata"}))
    assert bad.status_code == 409
    assert "Retki &lt;b&gt;siirtyi&lt;/b&gt;." in text(bad), "the text typed is kept"
    short = own.post(edit, fields_of(desk, **{"sum-1": "1,00"}), follow=True)
    assert "Jaa riveille vielä" in text(short)
    assert "Lähetä muutoshakemus</button>" not in text(short)
    stale = own.post(edit, fields_of(desk, why="Muuta."))
    assert stale.status_code == 409
    assert 'name="revision" value="1"' in text(stale)
    page = own.post(edit, fields_of(desk, use_to="30.6.2028", why="Retki siirtyi.", revision="1"), follow=True)
    assert "30.6.2028" in text(page)
    preview = reverse("grants:own_change_preview", args=[org, made.pk])
    assert own.post(preview).status_code == 302
    made.refresh_from_db()
    one = reverse("grants:own_change", args=[org, made.pk])
    assert made.case_number in text(own.get(one))
    officer = signed_in(desk.coordinator)
    decision = fields_of(desk, outcome="approved", reasons="Sopii.", legal_basis="Hakuohje.", use_to="30.6.2028")
    assert officer.post(reverse("grants:change_decide", args=[made.pk]), decision).status_code == 302
    read = text(own.get(one))
    assert "Muutos on hyväksytty" in read
    assert "30.9.2028" in read, "the report's due day followed"
    letter = own.get(reverse("grants:change_letter", args=[made.pk]))
    assert b"".join(letter.streaming_content).startswith(b"%PDF")
    report = text(own.get(reverse("grants:use_report", args=[org, desk.report.pk])))
    assert "1.1.2027 – 30.6.2028" in report
    payer = text(officer.get(reverse("grants:plan_payment", args=[desk.decision.pk])))
    assert "1.1.2027 – 30.6.2028" in payer


def test_a_sender_is_named_to_who_may_not_send(desk: ChangeDesk) -> None:
    made = desk.drafted()
    preview = reverse("grants:own_change_preview", args=[desk.organisation.pk, made.pk])
    editor = signed_in(desk.editor)
    assert "Odottaa lähettäjää" in text(editor.get(preview))
    assert editor.post(preview).status_code == 404
    withdraw = reverse("grants:own_change_withdraw", args=[desk.organisation.pk, made.pk])
    own = signed_in(desk.person)
    assert "Peru muutoshakemus" in text(own.get(withdraw))
    assert own.post(withdraw, follow=True).status_code == 200
    assert ChangeRequest.objects.get().state == "withdrawn"


def test_too_late_is_said(desk: ChangeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(year=2028))
    own = signed_in(desk.person)
    new = reverse("grants:own_change_new", args=[desk.organisation.pk, desk.decision.pk])
    assert "päättyi 31.12.2027" in text(own.get(new))
    assert own.post(new).status_code == 409
    grant = text(own.get(reverse("grants:application", args=[desk.organisation.pk, desk.decision.application_id])))
    assert new not in grant
    assert "päättyi 31.12.2027" in grant


def test_officers_see_ask_lay_and_the_secretary_records(desk: ChangeDesk) -> None:
    sent = desk.sent(use_to=TOO_LATE, lines=moved(desk.terms(), "600.00"))
    officer = signed_in(desk.coordinator)
    assert reverse("grants:changes") in text(officer.get(reverse("portal:desk")))
    assert sent.case_number in text(officer.get(reverse("grants:changes"), {"tila": "avoin", "q": sent.case_number}))
    assert "Muutoshakemuksia ei ole" in text(officer.get(reverse("grants:changes"), {"tila": "rejected"}))
    page = text(officer.get(sent.get_absolute_url()))
    assert "Kuljetukset" in page
    assert "17,1" in page.replace("17.1", "17,1")
    assert "Esitä päättäjälle" in page
    assert reverse("grants:change_decide", args=[sent.pk]) not in page
    case = text(officer.get(reverse("grants:case", args=[desk.decision.application_id])))
    assert sent.get_absolute_url() in case
    county = text(officer.get(reverse("organisations:county_page", args=[desk.organisation.pk])))
    assert sent.get_absolute_url() in county
    refusal = officer.post(
        reverse("grants:change_decide", args=[sent.pk]),
        fields_of(desk, outcome="rejected", reasons="Ei sovi.", legal_basis="x"),
    )
    assert refusal.status_code == 409
    assert "Ei sovi." in text(refusal)
    assert officer.post(reverse("grants:change_return", args=[sent.pk]), {"question": ""}).status_code == 409
    assert officer.post(reverse("grants:change_lay", args=[sent.pk]), {"proposal": "Hyväksytään."}).status_code == 302
    secretary = UserFactory()
    body = desk.decision.application.call.kind.decided_by
    BodyAppointment.objects.create(user=secretary, body=body, role="secretary", valid_from="2020-01-01")
    minutes = signed_in(secretary)
    assert sent.case_number in text(minutes.get(reverse("grants:changes")))
    record = reverse("grants:change_record", args=[sent.pk])
    assert record in text(minutes.get(sent.get_absolute_url()))
    Phrase.objects.create(title="Sama tarkoitus", text_fi="Tarkoitus ei muutu.", edited_at=NOW)
    picked = minutes.post(
        record, fields_of(desk, outcome="partly", reasons="Alku.", phrase=str(Phrase.objects.get().pk), insert="1")
    )
    assert "Alku. Tarkoitus ei muutu." in text(picked)
    given = fields_of(desk, outcome="partly", reasons="Sopii.", legal_basis="Hakuohje.", use_to="30.6.2028")
    given |= {"decided_on": TODAY.strftime("%d.%m.%Y"), "section_number": "9"}
    assert minutes.post(record, given).status_code == 302
    sent.refresh_from_db()
    assert (sent.state, sent.section_number, sent.terms_decided.use_to) == ("partly", 9, NEXT_SUMMER)


def test_the_powers_are_set_on_their_page() -> None:
    desk = ChangeDesk(powers=False)
    officer = signed_in(desk.coordinator)
    page = reverse("grants:change_powers")
    assert page in text(officer.get(reverse("grants:changes")))
    given = {"post": "järjestöpäällikkö", "rule": "", "years_after": "1", "budget_percent": "10"}
    assert officer.post(page, given).status_code == 409
    assert officer.post(page, {**given, "rule": "Hallintosääntö 45 §", "content": "on"}).status_code == 302
    assert ChangePowers.objects.get().content
    assert signed_in(staff("auditor")).get(page).status_code == 404


def test_lists_ask_a_fixed_number_of_queries(desk: ChangeDesk) -> None:
    officer, own = signed_in(desk.coordinator), signed_in(desk.person)

    def count(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    desk.approved()
    listed, mine = reverse("grants:changes"), reverse("grants:own_changes", args=[desk.organisation.pk])
    before = count(officer, listed), count(own, mine)
    desk.approved(use_to=NEXT_SUMMER.replace(month=7))
    lay_change(desk.sent(purpose="Muuta."), proposal="x", by=desk.coordinator, now=NOW)
    assert (count(officer, listed), count(own, mine)) == before
    assert max(before) <= 12


def test_strangers_see_nothing(desk: ChangeDesk) -> None:
    sent = desk.sent()
    other = signed_in(make_member(make_organisation("Toinen ry")))
    assert other.get(sent.get_absolute_url()).status_code == 404
    assert other.get(reverse("grants:own_change", args=[desk.organisation.pk, sent.pk])).status_code == 404
    assert other.get(reverse("grants:changes")).status_code == 404
