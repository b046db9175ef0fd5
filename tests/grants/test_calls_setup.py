"""The officer's pages of calls: who may, the list, a new call, the pages of a draft, the verbs."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.times import HELSINKI
from grants.models import CallGuideline, Criterion, GrantCall
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.call_pages import count, set_clock, text
from tests.grants.factories import (
    CLOSES,
    NOW,
    make_application,
    make_call,
    make_kind,
    make_member,
    make_organisation,
    make_submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


# Who may


OFFICER_PAGES = [
    "call_edit",
    "call_edit_basics",
    "call_edit_money",
    "call_edit_guide",
    "call_edit_criteria",
    "call_criterion_new",
    "call_edit_attachments",
    "call_attachment_new",
    "call_edit_form",
    "call_preview",
    "form_preview",
    "form_start",
    "form_page_new",
    "call_eligibility",
    "call_eligibility_new",
    "call_publish",
    "call_cancel",
    "call_copy",
]


@pytest.mark.parametrize("name", OFFICER_PAGES)
def test_set_up_is_the_coordinators(name: str, desk: Client) -> None:
    call = make_call(state="draft")
    address = reverse(f"grants:{name}", args=[call.pk])
    assert desk.get(address).status_code == 200
    for user in (UserFactory(), staff("auditor"), make_member(make_organisation())):
        assert signed_in(user).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_lists_are_for_staff(desk: Client) -> None:
    assert desk.get("/hallinta/haut/").status_code == 200
    assert signed_in(staff("auditor")).get("/hallinta/haut/").status_code == 200
    assert signed_in(UserFactory()).get("/hallinta/haut/").status_code == 404
    assert signed_in(staff("auditor")).get("/hallinta/haut/uusi/").status_code == 404


def test_officers_list_has_a_fixed_number_of_queries(desk: Client) -> None:
    make_submitted(call=make_call())
    one = count(desk, "/hallinta/haut/")
    for number in range(2):
        call = make_call(title_fi=f"Haku {number}")
        make_submitted(call=call, organisation=make_organisation(f"Järjestö {number} ry"))
    assert count(desk, "/hallinta/haut/") == one <= 12


def test_list_tells_what_has_been_asked(desk: Client) -> None:
    call = make_call()
    make_submitted(call=call, asked="4500.00")
    make_submitted(call=call, asked="1500.00", organisation=make_organisation("Toinen ry"))
    make_application(call=call, organisation=make_organisation("Kolmas ry"), complete=False)
    page = text(desk.get("/hallinta/haut/"))
    assert "6 000 €" in page
    assert "+ 1 kesken" in page
    assert "Toiminta-avustus 2027" in text(desk.get("/hallinta/haut/?tila=avoin&vuosi=2027"))
    empty = text(desk.get("/hallinta/haut/?tila=peruttu"))
    assert "Rajaukseen ei sovi yksikään haku" in empty


def test_empty_officers_list_offers_the_first_step(desk: Client) -> None:
    page = text(desk.get("/hallinta/haut/"))
    assert "Ei vielä hakuja" in page
    assert "/hallinta/haut/uusi/" in page


# A new call


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "title_fi": "Toiminta-avustus 2028",
        "summary_fi": "Järjestöjen toimintaan.",
        "year": "2028",
        "opens_at": "10.11.2027 klo 9.00",
        "closes_at": "8.12.2027 klo 16.00",
        "use_report_due_on": "31.3.2029",
        "decision_expected_on": "",
        "appropriation": "180 000",
        "minimum_sum": "500",
        "maximum_sum": "15.000,00 €",
        "minimum_points": "15",
        **changes,
    }


def test_new_call_reads_times_and_sums_as_finns_type_them(desk: Client, coordinator: User) -> None:
    kind = make_kind()
    response = desk.post("/hallinta/haut/uusi/", filled(kind=kind.pk))
    call = GrantCall.objects.get()
    assert response["Location"] == reverse("grants:call_edit", args=[call.pk])
    assert call.closes_at == datetime(2027, 12, 8, 16, 0, tzinfo=HELSINKI)
    assert (call.appropriation, call.maximum_sum) == (Decimal(180000), Decimal(15000))
    assert (call.contact_name, call.contact_email) == (coordinator.full_name, coordinator.email)
    again = desk.post("/hallinta/haut/uusi/", filled(kind=kind.pk))
    assert "on jo haku ”Toiminta-avustus 2028”" in text(again)
    assert GrantCall.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (
            {"closes_at": "1.11.2027 klo 16.00"},
            "closes_at",
            "Haku päättyy ennen kuin se alkaa. Korjaa jompikumpi aika.",
        ),
        ({"appropriation": "0"}, "appropriation", "Määrärahan täytyy olla suurempi kuin nolla."),
        (
            {"maximum_sum": "200000"},
            "maximum_sum",
            "Suurin haettava summa on vähintään pienin summa ja enintään määräraha.",
        ),
        ({"closes_at": "8.12.2027"}, "closes_at", "Kellonaika puuttuu. Kirjoita esimerkiksi 8.12.2026 klo 16.00."),
        ({"appropriation": "paljon"}, "appropriation", "Emme ymmärtäneet kirjoitustasi ”paljon”"),
        ({"year": "27"}, "year", "Kirjoita vuosi neljällä numerolla, esimerkiksi 2027."),
        ({"use_report_due_on": "keväällä"}, "use_report_due_on", "Kirjoita se näin: 8.12.2026."),
    ],
)
def test_faults_stand_at_their_fields_and_what_was_typed_stays(
    desk: Client, change: dict[str, str], field: str, message: str
) -> None:
    kind = make_kind()
    response = desk.post("/hallinta/haut/uusi/", filled(kind=kind.pk, **change))
    assert response.status_code == 200
    form = response.context["form"]
    assert any(message in str(error) for error in form.errors[field])
    page = text(response)
    assert f'value="{change[field]}"' in page
    assert 'value="Toiminta-avustus 2028"' in page
    assert not GrantCall.objects.exists()


# Pages of a draft


def address(name: str, call: GrantCall, *more: int) -> str:
    return reverse(f"grants:{name}", args=[call.pk, *more])


def test_task_list_says_how_far_each_page_is(desk: Client) -> None:
    call = make_call(state="draft", contact_name="")
    call.criteria.all().delete()
    CallGuideline.objects.filter(call=call).update(section=None)
    tasks = {str(task["label"]): task["word"] for task in desk.get(address("call_edit", call)).context["tasks"]}
    assert tasks == {
        "Perustiedot": "Kesken",
        "Raha ja ajat": "Valmis",
        "Hakuohje": "Kesken",
        "Arviointiperusteet": "Ei aloitettu",
        "Liitteet": "Valmis",
        "Lomake": "Valmis",
        "Kelpoisuuskysymykset": "Valmis",
    }
    page = text(desk.get(address("call_publish", call)))
    assert "3 asiaa puuttuu" in page
    assert address("call_edit_guide", call) in page
    assert "Julkaise haku</button>" not in page


def test_draft_is_saved_page_by_page_and_published(desk: Client) -> None:
    call = make_call(state="draft")
    response = desk.post(
        address("call_edit_basics", call),
        {"title_fi": "Uusi nimi", "summary_fi": "S", "year": "2027", "contact_name": "K", "contact_phone": "013 1"},
    )
    assert response["Location"] == address("call_edit_money", call)
    guide = {"text_fi": "Ohje", "decided_by": "Aluehallitus", "decided_on": "19.9.2026", "section": "69", "back": "1"}
    assert desk.post(address("call_edit_guide", call), guide)["Location"] == address("call_edit", call)
    assert "Kaikki tarvittava on paikallaan" in text(desk.get(address("call_publish", call)))
    page = text(desk.post(address("call_publish", call), follow=True))
    assert "Haku on julkaistu ja avoinna 8.12.2026 klo 16.00 asti." in page
    call.refresh_from_db()
    assert (call.state, call.title_fi, call.guidelines.get().text_fi) == ("published", "Uusi nimi", "Ohje")


def test_guide_may_be_saved_before_it_is_decided(desk: Client) -> None:
    call = make_call(state="draft")
    data = {"text_fi": "Ohje", "decided_by": "", "decided_on": "", "section": ""}
    assert desk.post(address("call_edit_guide", call), data).status_code == 302
    assert call.guidelines.get().section is None
    assert "(valinnainen)" not in text(desk.get(address("call_edit_guide", call))).split("Ohjeen teksti")[0]


def test_published_call_refuses_edits_and_keeps_what_was_typed(desk: Client) -> None:
    call = make_call()
    assert desk.get(address("call_edit_guide", call))["Location"] == address("call_edit", call)
    response = desk.post(address("call_edit_guide", call), {"text_fi": "Pitkä ja huolella kirjoitettu ohje"})
    assert response.status_code == 409
    page = text(response)
    assert "Haku on julkaistu, joten sen tietoja, ohjetta" in page
    assert "Pitkä ja huolella kirjoitettu ohje" in page
    assert "Haku on julkaistu, joten sen tietoja, ohjetta" in text(desk.get(address("call_edit", call)))


def levels(*rows: tuple[str, str], initial: int = 0) -> dict[str, str]:
    data = {
        "levels-TOTAL_FORMS": str(len(rows)),
        "levels-INITIAL_FORMS": str(initial),
        "levels-MIN_NUM_FORMS": "0",
        "levels-MAX_NUM_FORMS": "30",
    }
    for number, (points, anchor) in enumerate(rows):
        data |= {f"levels-{number}-points": points, f"levels-{number}-anchor_fi": anchor}
    return data


def test_criteria_are_added_changed_and_removed_without_scripts(desk: Client) -> None:
    call = make_call(state="draft")
    call.criteria.exclude(weight=30).delete()
    data = {"name_fi": "Vaikuttaa", "weight": "20", **levels(("0", "Ei"), ("20", "Paljon"), ("", ""))}
    assert desk.post(address("call_criterion_new", call), data).status_code == 302
    row = Criterion.objects.get(name_fi="Vaikuttaa")
    assert (row.order, [level.points for level in row.levels.all()]) == (2, [0, 20])
    first, last = row.levels.all()
    change = {
        "name_fi": "Vaikuttaa kauan",
        "weight": "20",
        **levels(("0", "Ei lainkaan"), ("20", "Paljon"), ("10", "Jonkin verran"), initial=2),
        "levels-0-id": str(first.pk),
        "levels-1-id": str(last.pk),
        "levels-1-DELETE": "on",
        "more": "1",
    }
    response = desk.post(address("call_criterion", call, row.pk), change)
    assert response["Location"] == f"{address('call_criterion', call, row.pk)}#tasot"
    assert [(level.points, level.anchor_fi) for level in row.levels.all()] == [
        (0, "Ei lainkaan"),
        (10, "Jonkin verran"),
    ]
    assert desk.get(address("call_criterion_remove", call, row.pk)).status_code == 200
    assert desk.post(address("call_criterion_remove", call, row.pk)).status_code == 302
    assert [criterion.weight for criterion in call.criteria.all()] == [30]


def test_faults_of_a_criterion_stand_at_their_fields(desk: Client) -> None:
    call = make_call(state="draft")
    call.criteria.exclude(weight=30).delete()
    data = {"name_fi": "Vaikuttaa", "weight": "71", **levels(("72", "Liikaa"), ("5", "A"), ("5", "B"))}
    response = desk.post(address("call_criterion_new", call), data)
    assert response.context["form"].errors == {
        "weight": ["Perusteet antavat yhdessä enintään 100 pistettä. Tälle perusteelle jää enintään 70."]
    }
    assert [form.errors for form in response.context["levels"]] == [
        {"points": ["Peruste antaa enintään 71 pistettä."]},
        {},
        {"points": ["Samoille pisteille on jo toinen kuvaus. Muuta pisteitä tai poista toinen."]},
    ]
    assert "Liikaa" in text(response)
    assert Criterion.objects.filter(name_fi="Vaikuttaa").count() == 0
    zero = desk.post(address("call_criterion_new", call), {"name_fi": "Nolla", "weight": "0", **levels()})
    assert "Pisteitä on vähintään 1 ja enintään 100." in zero.context["form"].errors["weight"]


def test_another_calls_criterion_is_not_found(desk: Client) -> None:
    call, other = make_call(state="draft"), make_call(state="draft", title_fi="Toinen")
    row = other.criteria.first()
    assert row is not None
    assert desk.get(address("call_criterion", call, row.pk)).status_code == 404
    assert desk.post(address("call_criterion_remove", call, row.pk)).status_code == 404
    assert other.criteria.count() == 4


def test_attachments_are_added_changed_and_removed(desk: Client) -> None:
    call = make_call(state="draft")
    desk.post(address("call_attachments_usual", call))
    assert call.attachment_slots.count() == 8
    desk.post(address("call_attachment_new", call), {"name_fi": "Muu", "help_fi": "Vuodelta 2026"})
    slot = call.attachment_slots.get(name_fi="Muu")
    assert (slot.order, slot.required) == (9, False)
    desk.post(address("call_attachment", call, slot.pk), {"name_fi": "Muu liite", "required": "on"})
    desk.post(address("call_attachment_remove", call, call.attachment_slots.get(name_fi="Säännöt").pk))
    names = list(call.attachment_slots.values_list("name_fi", flat=True))
    assert "Muu liite" in names
    assert "Säännöt" not in names
    published = make_call(title_fi="Julkaistu")
    desk.post(address("call_attachments_usual", published))
    assert published.attachment_slots.count() == 3


def test_form_is_previewed_as_the_applicant_meets_it(desk: Client) -> None:
    page = text(desk.get(address("call_edit_form", make_call(state="draft"))))
    for part in ("1. Järjestön tiedot", "Keiden kanssa teette yhteistyötä?", "Menot ja tulot", "Säännöt"):
        assert part in page
    assert "Palvelu tarvitsee tämän." in page
    published = text(desk.get(address("call_edit_form", make_call(title_fi="Julkaistu"))))
    assert "Se ei enää muutu." in published
    assert "<button" not in published.split("<main")[1].split("</main")[0]


def test_extending_cancelling_and_copying_have_their_pages(desk: Client) -> None:
    call = make_call()
    assert "8.12.2026 klo 16.00" in text(desk.get(address("call_extend", call)))
    early = desk.post(address("call_extend", call), {"closes_at": "1.12.2026 klo 16.00", "reason": "Katkos"})
    assert "Uuden päättymisajan pitää olla myöhemmin" in early.context["form"].errors["closes_at"][0]
    assert 'value="1.12.2026 klo 16.00"' in text(early)
    desk.post(address("call_extend", call), {"closes_at": "9.12.2026 klo 16.00", "reason": "Katkos"})
    call.refresh_from_db()
    assert call.closes_at == CLOSES + timedelta(days=1)
    desk.post(address("call_copy", call), {"year": "2028"})
    copy = GrantCall.objects.get(year=2028)
    assert copy.state == "draft"
    assert "on jo haku" in desk.post(address("call_copy", call), {"year": "2028"}).context["form"].errors["year"][0]
    assert desk.post(address("call_cancel", call), {"reason": ""}).context["form"].errors["reason"] == [
        "Kirjoita syy. Se näkyy hakijoille."
    ]
    desk.post(address("call_cancel", call), {"reason": "Ei rahaa"})
    call.refresh_from_db()
    assert call.state == "cancelled"
    assert desk.get(address("call_extend", call)).status_code == 302
