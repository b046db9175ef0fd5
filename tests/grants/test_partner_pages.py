"""Joint applications on the pages: naming, the partner's own page and link, paper, officers, conflicts, the letter."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from common.legal_dates import ServedBy
from common.policies import allowed
from grants import link_tries
from grants.case_checks import check_list
from grants.cases import cases_of, choose
from grants.distribution import situation_of
from grants.joint import digest
from grants.models import Application, ApplicationPartner, FormVersion, GrantCall
from grants.workflow.calls import copy_call, publish_call
from grants.workflow.conflicts import declare_no_conflicts, likely_conflicts
from grants.workflow.decisions import issue_decision, record_decisions
from grants.workflow.handling import assign_assessor, open_handling
from grants.workflow.paper import discard_paper_application, enter_paper_application, start_paper_application
from grants.workflow.proposals import propose
from grants.workflow.receipts import ensure_receipt
from liaisons.workflow import hold_meeting
from notifications.models import Message
from organisations.models import Organisation
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.call_pages import count, set_clock, text
from tests.grants.factories import CLOSES, NOW, body_of, make_application, make_call, make_member, make_organisation
from tests.grants.factories_handling import AFTER, MEETING_AT, TAKEN_UP, Desk, make_desk, present
from tests.grants.factories_partners import (
    ask,
    confirm,
    fresh,
    make_joint,
    make_joint_call,
    name_partner,
    outsider,
    token_of,
)
from tests.grants.test_decisions import words
from tests.grants.test_earlier_grants import run_of, take
from tests.grants.test_partners import ngo, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    set_clock(monkeypatch, NOW)


@pytest.fixture
def signatory() -> User:
    return make_member(make_organisation("Kumppani ry"), "signatory", full_name="Siiri Signatory")


def address(name: str, *args: Any) -> str:
    return reverse(f"grants:{name}", args=args)


def own(application: Application, name: str, *args: Any) -> str:
    return address(name, application.organisation_id, application.pk, *args)


def test_from_the_task_list_to_a_confirmed_partner(signatory: User) -> None:
    draft = make_joint()
    client, theirs = signed_in(draft.created_by), signed_in(signatory)
    listed, new = own(draft, "application_partners"), own(draft, "application_partner_new")
    assert listed in text(client.get(own(draft, "application")))
    assert new in text(client.get(listed))
    given = {"task": "Kokoaa ryhmät", "grant_share": "1 500", "own_share": "500"}
    assert client.post(new, given).status_code == 422
    both = {**given, "organisation": "Kumppani ry", "name": "Joku muu"}
    assert "ei molempia" in text(client.post(new, both))
    refused = client.post(new, {**given, "name": "Seurakunta"})
    assert refused.status_code == 409
    assert "Kokoaa ryhmät" in text(refused), "what was typed stays"
    sent = text(client.post(new, {**given, "organisation": "Kumppani ry"}, follow=True))
    assert "Vahvistusta ei ole pyydetty" in sent
    partner = draft.partners.get()
    client.post(own(draft, "application_partner_ask", partner.pk))
    page = address("partnership", partner.organisation_id, partner.pk)
    assert page in text(theirs.get(address("partnerships", partner.organisation_id)))
    shown = text(theirs.get(page))
    for told in ("Omaishoitajien vertaisryhmät Lieksassa", "Kokoaa ryhmät", "vastaa siitä kokonaan", "Liitteet"):
        assert told in shown, told
    assert theirs.post(page, {"seen": digest(partner)}).status_code == 422
    assert theirs.post(page, {"answer": "decline", "seen": digest(partner)}).status_code == 422
    stale = theirs.post(page, {"answer": "confirm", "seen": "vanha"})
    assert stale.status_code == 409
    assert digest(partner) in text(stale), "the new terms are there to be read and confirmed"
    theirs.post(page, {"answer": "confirm", "seen": digest(partner)})
    assert "Vahvistettu" in text(client.get(listed))
    assert "Mitään ei enää puutu" not in text(client.get(own(draft, "application_review")))
    assert "Hakija ry" in text(client.get(own(draft, "application_review")))
    sent_off = client.post(own(draft, "application_review"), follow=True)
    assert "Siiri Signatory" in text(client.get(own(draft, "application")))
    assert sent_off.status_code == 200


def test_an_old_tab_keeps_what_was_typed(signatory: User) -> None:
    draft = make_joint()
    partner = name_partner(draft, ngo(signatory))
    client, page = signed_in(draft.created_by), own(draft, "application_partner", partner.pk)
    assert digest(partner) in text(client.get(page))
    ApplicationPartner.objects.filter(pk=partner.pk).update(task="Toisen välilehden tehtävä")
    typed = {"task": "Oma kirjoitukseni", "grant_share": "1500", "own_share": "500", "seen": digest(partner)}
    late = client.post(page, typed)
    assert late.status_code == 409
    assert "Oma kirjoitukseni" in text(late)
    assert "Toisen välilehden tehtävä" in text(late)
    client.post(page, {**typed, "seen": digest(fresh(partner))})
    assert fresh(partner).task == "Oma kirjoitukseni"
    client.post(own(draft, "application_partner_remove", partner.pk))
    again = client.post(own(draft, "application_partner_remove", partner.pk))
    assert again.status_code == 302, "removed twice it is removed once"
    assert client.get(page).status_code == 404


def test_the_question_of_partners_is_not_asked_beside_the_page(signatory: User) -> None:
    draft = make_joint()
    client = signed_in(draft.created_by)
    pages = draft.form_version.definition["pages"]
    asked = next(page for page in pages if any(q["type"] == "partners" for q in page["questions"]))
    shown = text(client.get(own(draft, "application_page", asked["key"])))
    assert "Lisää kumppani" not in shown
    assert client.get(own(draft, "application_page", "yhteishakemus")).status_code == 404
    alone = make_joint_alone()
    assert "Lisää kumppani" in text(signed_in(alone.created_by).get(own(alone, "application_page", asked["key"])))
    assert signed_in(alone.created_by).get(own(alone, "application_partners")).status_code == 404


def make_joint_alone() -> Application:
    return make_application(organisation=make_organisation("Yksin ry"))


def test_the_term_is_set_told_and_frozen() -> None:
    officer = staff("coordinator")
    call = make_call(state="draft", by=officer, opens_at=NOW + timedelta(days=1))
    client, page = signed_in(officer), address("call_edit_basics", call.pk)
    assert "Saavatko järjestöt hakea yhdessä?" in text(client.get(page))
    kept = {"title_fi": call.title_fi, "summary_fi": call.summary_fi, "year": "2027", "contact_name": "Kaisa"}
    client.post(page, {**kept, "contact_phone": "013 123", "joint": "demanded", "joint_shares": "on"})
    call.refresh_from_db()
    assert (call.joint, call.joint_shares) == ("demanded", True)
    publish_call(call, by=officer, now=NOW)
    assert "Tähän haetaan yhdessä" in text(Client().get(address("call", call.pk)))
    keys = [one["key"] for one in FormVersion.objects.get(call=call).definition["pages"]]
    assert keys.count("yhteishakemus") == 1
    assert client.get(address("form_preview", call.pk)).status_code == 200


class TestLink:
    """The page of a personal link."""

    @pytest.fixture
    def partner(self) -> ApplicationPartner:
        return ask(outsider(make_joint()))

    def test_reads_answers_and_is_used(self, partner: ApplicationPartner) -> None:
        client, page = Client(), address("partner_link", token_of(partner))
        first = client.get(page)
        assert "Omaishoitajien vertaisryhmät Lieksassa" in text(first)
        assert first["Referrer-Policy"] == "same-origin"
        assert "no-store" in first["Cache-Control"]
        data = {"answer": "confirm", "seen": digest(partner)}
        assert client.post(page, data).status_code == 422, "who answers is asked"
        after = client.post(page, {**data, "name": "Diana Diakoni"}, follow=True)
        assert "Linkillä on jo vastattu" in text(after)
        assert "Omaishoitajien" not in text(after), "an answered link shows the application no more"
        again = {"answer": "decline", "note": "Ei", "name": "Joku muu", "seen": ""}
        assert client.post(page, again).status_code == 409
        assert fresh(partner).state == "confirmed"

    def test_expired_and_forged(self, partner: ApplicationPartner, monkeypatch: pytest.MonkeyPatch) -> None:
        page = address("partner_link", token_of(partner))
        set_clock(monkeypatch, NOW + timedelta(days=14))
        shown = text(Client().get(page))
        assert "Vastausaika on päättynyt" in shown
        assert "Omaishoitajien" not in shown
        late = {"answer": "confirm", "seen": digest(partner), "name": "Diana"}
        assert Client().post(page, late).status_code == 409
        assert Client().get(page.replace("/yhteishakemus/", "/yhteishakemus/x")).status_code == 404

    def test_guessing_is_stopped(self, partner: ApplicationPartner) -> None:
        client, page = Client(), address("partner_link", token_of(partner))
        for _try in range(link_tries.MOST):
            assert client.get(address("partner_link", "arvaus")).status_code == 404
        assert client.get(page).status_code == 404
        other = Client(REMOTE_ADDR="192.0.2.7")
        assert other.get(page).status_code == 200, "others are not stopped"


def test_entered_from_paper_as_confirmed(monkeypatch: pytest.MonkeyPatch, signatory: User) -> None:
    after = CLOSES + timedelta(days=1)
    set_clock(monkeypatch, after)
    officer = staff("registrar")
    call = make_joint_call()
    draft = start_paper_application(
        organisation=make_organisation("Hakija ry"),
        call=call,
        channel="post",
        arrived_at=CLOSES - timedelta(hours=1),
        by=officer,
        now=after,
    )
    client = signed_in(officer)
    listed, new = address("paper_partners", call.pk, draft.pk), address("paper_partner_new", call.pk, draft.pk)
    assert listed in text(client.get(address("paper", call.pk, draft.pk)))
    assert new in text(client.get(listed))
    given = {"organisation": "Kumppani ry", "task": "Kokoaa", "grant_share": "100", "contact_name": "Siiri"}
    client.post(new, given)
    client.post(address("paper_lead", call.pk, draft.pk), {"task": "Johtaa", "grant_share": "2900"})
    row = draft.partners.get()
    assert (row.state, row.answered_via, row.answered_at) == ("confirmed", "paper", draft.arrived_at)
    seen = {"task": "Kokoaa ryhmät", "grant_share": "100", "seen": digest(row)}
    client.post(address("paper_partner", call.pk, draft.pk, row.pk), seen)
    assert (fresh(row).state, fresh(row).task) == ("confirmed", "Kokoaa ryhmät")
    assert signed_in(signatory).get(address("partnership", row.organisation_id, row.pk)).status_code == 404
    draft.answers = {"title": "Ryhmät", "asked_sum": "3000.00"}
    draft.title, draft.asked_sum = "Ryhmät", Decimal(3000)
    draft.save()
    submission = enter_paper_application(draft, by=officer, now=after)
    assert submission.content["joint"]["partners"][0]["confirmed_via"] == "paper"
    assert signed_in(signatory).get(address("partnership", row.organisation_id, row.pk)).status_code == 200
    assert Message.objects.get(kind="grants.joint_told").to_user == signatory


def test_an_officer_of_a_partner_does_not_enter_the_paper(monkeypatch: pytest.MonkeyPatch, signatory: User) -> None:
    after = CLOSES + timedelta(days=1)
    officer, other = staff("registrar"), staff("coordinator")
    make_member(ngo(signatory), "viewer", user=officer)
    begun = {"channel": "post", "arrived_at": CLOSES - timedelta(hours=1), "now": after}
    draft = start_paper_application(
        organisation=make_organisation("Hakija ry"), call=make_joint_call(), by=other, **begun
    )
    with pytest.raises(Refused) as refused:
        name_partner(draft, ngo(signatory), by=officer, now=after)
    assert refused.value.code == "own_organisation"
    name_partner(draft, ngo(signatory), by=other, now=after)
    assert not allowed("grants.application.paper", officer, now=after).exists()
    discard_paper_application(draft, by=other, now=after)


# The handling


def make_joint_desk(signatory: User, *, assessors: int = 0) -> Desk:
    """Return a call in handling with one joint application."""
    desk = make_desk(cases=0, opened=False, joint="allowed")
    draft = make_joint(call=desk.call)
    confirm(name_partner(draft, ngo(signatory)), signatory)
    send(draft, now=NOW + timedelta(hours=1))
    desk.cases.append(draft)
    open_handling(desk.call, by=desk.coordinator, now=TAKEN_UP)
    for number in range(assessors):
        person = UserFactory(full_name=f"Eero {number}")
        assign_assessor(desk.call, user=person, until=None, by=desk.coordinator, now=TAKEN_UP)
        desk.assessors.append(person)
    desk.fresh()
    return desk


def test_a_place_in_a_partner_is_the_same_conflict(monkeypatch: pytest.MonkeyPatch, signatory: User) -> None:
    set_clock(monkeypatch, TAKEN_UP)
    desk = make_joint_desk(signatory, assessors=2)
    insider, free = desk.assessors
    make_member(ngo(signatory), "viewer", user=insider)
    case = desk.cases[0]
    assert likely_conflicts(insider, [case]) == {case.pk}
    assert likely_conflicts(free, [case]) == set()
    share = situation_of(desk.call, desk.coordinator, TAKEN_UP).shares[0]
    keys = {row.user_id: row.pk for row in situation_of(desk.call, desk.coordinator, TAKEN_UP).assessors}
    assert share.barred == {keys[insider.pk]}
    page = text(signed_in(insider).get(address("declare", case.pk)))
    assert "olet todennäköisesti esteellinen" in page
    assert "Kumppani ry" in page, "who declares must know of the partners"
    assert "Omaishoitajien" not in page


def test_officers_see_the_partners(monkeypatch: pytest.MonkeyPatch, signatory: User) -> None:
    set_clock(monkeypatch, TAKEN_UP)
    desk = make_joint_desk(signatory)
    case, client = desk.cases[0], signed_in(desk.coordinator)
    take(run_of("Saaja;Vuosi;Myönnetty\nKumppani ry;2025;7000\n", desk.coordinator, funder="STEA"))
    page = text(client.get(address("case", case.pk)))
    for told in ("Kumppani ry", "Kokoaa ryhmät Nurmeksessa", "Kumppanin Kumppani ry aiemmat avustukset", "7 000 €"):
        assert told in page, told
    assert "kumppanit: Kumppani ry" in text(client.get(address("call_handling", desk.call.pk)))
    rows = cases_of(desk.call, desk.coordinator, TAKEN_UP)
    assert [row.pk for row in choose(rows, {"q": "kumppani r"})] == [case.pk]
    exported = client.get(address("call_cases_csv", desk.call.pk))
    assert "Kumppani ry" in b"".join(exported).decode("utf-8-sig")
    assert all(item.hint is None or item.hint.text for item in check_list(case, TAKEN_UP))
    county = text(client.get(reverse("organisations:county_page", args=[ngo(signatory).pk])))
    assert "kumppanina, hakija Hakija ry" in county
    receipt = ensure_receipt(case.submissions.get(), now=TAKEN_UP)
    assert receipt is not None
    assert "Nurmeksessa" in words(receipt)


def test_the_partner_follows_the_case_and_reads_the_decision(monkeypatch: pytest.MonkeyPatch, signatory: User) -> None:
    set_clock(monkeypatch, TAKEN_UP)
    desk = make_joint_desk(signatory)
    case, theirs = desk.cases[0], signed_in(signatory)
    row = case.partners.get()
    page = address("partnership", row.organisation_id, row.pk)
    assert "Käsittelyssä" in text(theirs.get(page))
    assert theirs.post(page, {"answer": "decline", "note": "Ei", "seen": ""}).status_code == 404
    propose(case, sum=Decimal(3000), reasons="Vaikuttavaa.", by=desk.coordinator, now=TAKEN_UP)
    desk.fresh()
    hold_meeting(present(desk), by=desk.secretary, now=AFTER)
    made = record_decisions(
        desk.fresh(), section_number=12, decided_on=MEETING_AT.date(), by=desk.secretary, now=AFTER
    )[0]
    set_clock(monkeypatch, AFTER)
    letter_page = address("partnership_letter", row.organisation_id, row.pk)
    assert "3 000 €" not in text(theirs.get(page)), "nothing before it has been served"
    assert theirs.get(letter_page).status_code == 404
    served = issue_decision(made, served_by=ServedBy.ELECTRONIC, by=desk.coordinator, now=AFTER)
    shown = text(theirs.get(page))
    assert "Järjestölle Hakija ry on myönnetty 3 000 €" in shown
    assert body_of(theirs.get(letter_page)).startswith(b"%PDF")
    letter = words(served.letter)
    assert "Kuka vastaa mistä" in letter
    assert "Nurmeksessa" in letter
    assert "Myönnetty" in text(theirs.get(address("partnerships", row.organisation_id)))
    panel = text(theirs.get(reverse("organisations:own", args=[row.organisation_id])))
    assert "Yhteishakemukset kumppanina" in panel
    assert signed_in(UserFactory()).get(letter_page).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_lists_take_a_fixed_number_of_queries(signatory: User, number: int) -> None:
    partner = ngo(signatory)
    drafts = [
        make_joint(organisation=make_organisation(f"Hakija {one} ry"), call=make_joint_call(title_fi=f"Haku {one}"))
        for one in range(number)
    ]
    for draft in drafts:
        ask(name_partner(draft, partner))
        for one in range(number):
            outsider(draft, name=f"Ulkopuolinen {one}", contact_email=f"u{one}@example.org")
    assert count(signed_in(signatory), address("partnerships", partner.pk)) <= 12
    assert count(signed_in(drafts[0].created_by), own(drafts[0], "application_partners")) <= 12
    found: Organisation = drafts[0].organisation
    assert count(signed_in(drafts[0].created_by), address("own_applications", found.pk)) <= 14


@pytest.mark.parametrize("number", [1, 3])
def test_the_officers_list_of_a_joint_call(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    set_clock(monkeypatch, TAKEN_UP)
    desk = make_desk(cases=number, joint="allowed")
    for case in desk.cases:
        ApplicationPartner.objects.create(
            application=case, organisation=make_organisation("K ry"), task="x", added_by=case.created_by, added_at=NOW
        )
    assert count(signed_in(desk.coordinator), address("call_handling", desk.call.pk)) <= 14
    assert declare_no_conflicts([case.pk for case in desk.cases], by=desk.coordinator, now=TAKEN_UP) == number


def test_a_copied_call_keeps_the_term() -> None:
    call: GrantCall = make_joint_call(joint_shares=False)
    copied = copy_call(call, year=2028, by=call.created_by, now=NOW)
    assert (copied.joint, copied.joint_shares) == ("allowed", False)
    keys = [one["key"] for one in copied.form_versions.get().definition["pages"]]
    assert "yhteishakemus" not in keys, "the page comes when the copy is published"
