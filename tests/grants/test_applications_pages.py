"""The applicant's pages through the browser's door: what people see, type and are told."""

import json
import re
import subprocess
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants.models import Application
from grants.workflow.drafts import save_page, seen_digest
from tests.accounts.factories import UserFactory, signed_in
from tests.grants import factories
from tests.grants.factories import CLOSES, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    """Set the server's clock."""
    travels = []

    def travel(instant):
        for traveller in travels:
            traveller.stop()
        travels.clear()
        traveller = time_machine.travel(instant, tick=False)
        traveller.start()
        travels.append(traveller)

    travel(NOW)
    yield travel
    for traveller in travels:
        traveller.stop()


@pytest.fixture
def draft(at):
    person = factories.make_member(organisation := factories.make_organisation(), full_name="Aino Esimerkki")
    return factories.make_application(organisation=organisation, by=person)


def client_of(application):
    return signed_in(application.created_by)


def url(name, application, *more):
    return reverse(f"grants:{name}", args=[application.organisation_id, application.pk, *more])


def hidden(response):
    """Return what the form carries besides its fields."""
    html = response.content.decode()
    return {
        "revision": re.search(r'name="revision"\s+id="revision"\s+value="(\d+)"', html)[1],
        "seen": re.search(r'name="seen"\s+id="seen"\s+value="(\w+)"', html)[1],
        "opened": re.search(r'name="opened"\s+id="opened"\s+value="([^"]*)"', html)[1],
    }


def post_page(client, application, key, data, *, opened=None, autosave=False):
    address = url("application_page", application, key)
    opened = opened or hidden(client.get(address))
    return client.post(f"{address}?autosave=1" if autosave else address, {**opened, **data})


def stored(application):
    return Application.objects.get(pk=application.pk)


def test_start_leads_twice_to_the_same_draft(at):
    call = factories.make_call()
    organisation = factories.make_organisation()
    client = signed_in(factories.make_member(organisation, "editor"))
    address = reverse("grants:start", args=[organisation.pk, call.pk])
    first, second = client.post(address), client.post(address)
    application = Application.objects.get()
    assert first.url == second.url == url("application", application)
    assert client.get(first.url).status_code == 200


def test_viewer_cannot_start_and_is_told(at):
    call, organisation = factories.make_call(), factories.make_organisation()
    client = signed_in(factories.make_member(organisation, "viewer"))
    response = client.post(reverse("grants:start", args=[organisation.pk, call.pk]), follow=True)
    assert "Sinulla ei ole oikeutta aloittaa hakemusta" in response.content.decode()
    assert not Application.objects.exists()


def test_task_list_counts_what_is_done_and_says_what_is_missing(at):
    application = factories.make_application(complete=True, targets={"people_reached": 40, "meetings": None})
    html = client_of(application).get(url("application", application)).content.decode()
    assert "<b>7 / 8</b>" in html
    assert "Tavoite puuttuu: tapaamisia. Tavoite puuttuu: vapaaehtoisia. Lisäksi 1 kohta." in html
    assert "17 päivää jäljellä" in html
    assert "Vastaa hyvinvoinnin vajeisiin" in html


def test_task_list_shows_a_budget_that_does_not_balance(at):
    application = factories.make_application()
    application.answers["budget"]["income"] = [{"source": "Oma osuus", "sum": "1000.00"}]
    application.save()
    html = client_of(application).get(url("application", application)).content.decode()
    assert "Korjattavaa" in html
    assert "Menot 6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}€ ja tulot 5\N{NO-BREAK SPACE}500\N{NO-BREAK SPACE}€" in html
    assert "ero 500\N{NO-BREAK SPACE}€" in html


def test_page_saves_and_goes_on_to_the_next(draft):
    client = client_of(draft)
    response = post_page(client, draft, "toiminta", {"title": "Uusi nimi", "description": "a\r\nb"})
    assert response.url == url("application_page", draft, "tavoitteet")
    after = stored(draft)
    assert (after.title, after.answers["title"], after.answers["description"]) == ("Uusi nimi", "Uusi nimi", "a\nb")
    assert after.revision == draft.revision + 1


@pytest.mark.parametrize(
    ("key", "field", "typed", "message"),
    [
        ("talousarvio", "asked_sum", "neljä tonnia", "Kirjoita summa euroina, esimerkiksi 4 500"),
        ("talousarvio", "asked_sum", "-5", "Summa ei voi olla pienempi kuin nolla."),
        ("talousarvio", "asked_sum", "99999999999999", "Summa on liian suuri."),
        ("talousarvio", "budget-expenses-0-total", "1.000", "Kirjoita summa euroina"),
        ("tavoitteet", "targets-meetings", "noin sata", "Kirjoita kokonaisluku numeroina"),
        ("tavoitteet", "targets-meetings", "-1", "Luku ei voi olla pienempi kuin nolla."),
        ("jarjesto", "contact_email", "toimisto(at)example", "Kirjoita koko sähköpostiosoite"),
        ("jarjesto", "contact_phone", "soita ja kysy", "Kirjoita puhelinnumero numeroina"),
        ("vastuuhenkilot", "responsible-0-email", "aino", "Kirjoita koko sähköpostiosoite"),
        ("muu-rahoitus", "funding-0-year", "ensi vuonna", "Kirjoita vuosi neljällä numerolla"),
        ("muu-rahoitus", "funding-0-kind", "naapuri", "Valitse oikea vaihtoehto"),
        ("alue", "municipalities", "999", "Valitse oikea vaihtoehto"),
    ],
)
def test_bad_input_is_explained_and_stays_on_the_page(draft, key, field, typed, message):
    client = client_of(draft)
    before = stored(draft).answers
    response = post_page(
        client, draft, key, {field: typed, "budget-expenses-rows": 2, "budget-income-rows": 1, "goals": "Uusi tavoite"}
    )
    html = response.content.decode()
    assert response.status_code == 200
    assert message in html
    if field != "municipalities" and field != "funding-0-kind":
        assert typed in html
    if field == "asked_sum":
        assert stored(draft).answers["asked_sum"] == before["asked_sum"]
    if key == "tavoitteet":
        assert stored(draft).answers["goals"] == "Uusi tavoite"


def test_sums_are_read_as_finns_type_them(draft):
    client = client_of(draft)
    post_page(client, draft, "talousarvio", {"asked_sum": "4 500,50 €", "budget-expenses-rows": "1"})
    after = stored(draft)
    assert after.answers["asked_sum"] == "4500.50"
    assert str(after.asked_sum) == "4500.50"


def test_too_long_text_is_kept_whole_and_counted(draft):
    text = "ä" * 3100
    post_page(client_of(draft), draft, "toiminta", {"title": "Nimi", "description": text})
    assert stored(draft).answers["description"] == text
    html = client_of(draft).get(url("application_page", draft, "toiminta")).content.decode()
    assert "on liian pitkä: 3100 merkkiä, kun enintään 3000 mahtuu" in html


def test_rows_can_be_added_without_javascript(draft):
    client = client_of(draft)
    response = post_page(
        client,
        draft,
        "talousarvio",
        {
            "asked_sum": "4500",
            "budget-expenses-0-what": "Matkat",
            "budget-expenses-0-total": "100",
            "budget-expenses-rows": "5",
            "budget-income-rows": "3",
            "add_row": "budget-expenses",
        },
    )
    html = response.content.decode()
    assert 'name="budget-expenses-7-what"' in html
    assert 'name="budget-expenses-8-what"' not in html
    assert stored(draft).answers["budget"]["expenses"] == [{"what": "Matkat", "total": "100.00", "grant": None}]
    assert re.search(r'name="budget-expenses-5-what"[^>]*autofocus', html)


def test_larger_sums_are_asked_about_their_effects(at):
    application = factories.make_application(asked="9000.00")
    client = client_of(application)
    assert (
        "Kuka hyötyy ja mikä muuttuu?"
        not in client.get(url("application_page", application, "toiminta")).content.decode()
    )
    larger = factories.make_application(asked="10000.00", call=application.call)
    html = client_of(larger).get(url("application_page", larger, "toiminta")).content.decode()
    assert "Kuka hyötyy ja mikä muuttuu?" in html


def test_autosave_answers_with_fragments_and_a_new_revision(draft):
    client = client_of(draft)
    opened = hidden(client.get(url("application_page", draft, "toiminta")))
    response = post_page(client, draft, "toiminta", {"title": "Välillä"}, opened=opened, autosave=True)
    assert "Tallennettu klo 14.32" in response.content.decode()
    again = hidden(response)
    assert int(again["revision"]) == int(opened["revision"]) + 1
    assert "<html" not in response.content.decode()
    assert stored(draft).title == "Välillä"


def test_stale_save_shows_both_texts_and_loses_neither(draft, at):
    client = client_of(draft)
    opened = hidden(client.get(url("application_page", draft, "toiminta")))
    other = factories.make_member(draft.organisation, "editor", full_name="Eino Malli")
    page = next(p for p in draft.form_version.definition["pages"] if p["key"] == "toiminta")
    save_page(
        draft,
        page=page,
        answers={"title": "Einon nimi"},
        revision=draft.revision,
        seen=seen_digest(page, draft.answers),
        by=other,
        now=NOW + timedelta(minutes=1),
    )
    at(NOW + timedelta(minutes=2))
    response = post_page(client, draft, "toiminta", {"title": "Ainon nimi"}, opened=opened)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Eino Malli tallensi tämän sivun 21.11.2026 klo\N{NO-BREAK SPACE}14.33" in html
    assert "Einon nimi" in html
    assert 'value="Ainon nimi"' in html
    assert stored(draft).title == "Einon nimi"
    assert (
        "Toinen henkilö muutti samaa sivua"
        in post_page(client, draft, "toiminta", {"title": "Ainon nimi"}, opened=opened, autosave=True).content.decode()
    )
    post_page(client, draft, "toiminta", {"title": "Ainon nimi"}, opened=hidden(response))
    assert stored(draft).title == "Ainon nimi"


def test_two_people_on_different_pages_do_not_disturb_each_other(draft, at):
    client = client_of(draft)
    opened = hidden(client.get(url("application_page", draft, "tavoitteet")))
    other = factories.make_member(draft.organisation, "editor")
    post_page(signed_in(other), draft, "toiminta", {"title": "Toisen nimi"})
    at(NOW + timedelta(minutes=2))
    response = post_page(client, draft, "tavoitteet", {"goals": "Omat tavoitteet"}, opened=opened)
    assert response.status_code == 302
    after = stored(draft).answers
    assert (after["title"], after["goals"]) == ("Toisen nimi", "Omat tavoitteet")


def test_own_autosave_on_its_way_is_no_conflict(draft, at):
    client = client_of(draft)
    opened = hidden(client.get(url("application_page", draft, "toiminta")))
    post_page(client, draft, "toiminta", {"title": "Kesk"}, opened=opened, autosave=True)
    response = post_page(client, draft, "toiminta", {"title": "Kesken"}, opened=opened)
    assert response.status_code == 302
    assert stored(draft).title == "Kesken"


def test_old_tab_of_the_same_person_is_told(draft, at):
    client = client_of(draft)
    opened = hidden(client.get(url("application_page", draft, "toiminta")))
    post_page(client, draft, "toiminta", {"title": "Uudessa välilehdessä"})
    at(NOW + timedelta(seconds=30))
    assert post_page(client, draft, "toiminta", {"title": "Vanhassa"}, opened=opened).status_code == 409


def test_nothing_is_saved_at_the_closing_instant_and_the_text_stays(draft, at):
    client = client_of(draft)
    opened = hidden(client.get(url("application_page", draft, "toiminta")))
    at(CLOSES - timedelta(seconds=1))
    assert post_page(client, draft, "toiminta", {"title": "15.59.59"}, opened=opened).status_code == 302
    opened = hidden(client.get(url("application_page", draft, "toiminta")))
    at(CLOSES)
    response = post_page(client, draft, "toiminta", {"title": "16.00.00"}, opened=opened)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Haku päättyi 8.12.2026 klo\N{NO-BREAK SPACE}16.00.00" in html
    assert 'value="16.00.00"' in html
    assert stored(draft).title == "15.59.59"
    fragment = post_page(client, draft, "toiminta", {"title": "x"}, opened=opened, autosave=True).content.decode()
    assert "Ei tallennettu." in fragment


@pytest.mark.parametrize(
    "name",
    [
        "application",
        "application_review",
        "application_submitted",
        "application_attachments",
        "application_withdraw",
        "application_reopen",
    ],
)
def test_another_organisations_people_find_nothing(draft, name):
    stranger = factories.make_member(factories.make_organisation("Toinen ry"))
    assert signed_in(stranger).get(url(name, draft)).status_code == 404
    foreign = reverse(f"grants:{name}", args=[stranger.memberships.get().organisation_id, draft.pk])
    assert signed_in(stranger).get(foreign).status_code == 404
    assert signed_in(UserFactory()).get(url("application_page", draft, "toiminta")).status_code == 404


def test_viewer_reads_but_does_not_write(draft):
    client = signed_in(factories.make_member(draft.organisation, "viewer"))
    assert client.get(url("application", draft)).status_code == 200
    assert client.get(url("application_page", draft, "toiminta")).url == url("application", draft)
    response = client.post(url("application_page", draft, "toiminta"), {"title": "Lukijan nimi", "revision": "0"})
    assert response.url == url("application", draft)
    assert stored(draft).title == draft.title


def test_signing_in_comes_first(client, draft):
    response = client.get(url("application", draft))
    assert response.status_code == 302
    assert "kirjaudu" in response.url or "login" in response.url


# Attachments


def slots(application):
    return list(application.call.attachment_slots.all())


def upload(client, application, slot, name, content):
    return client.post(
        url("application_attachments", application),
        {"slot": slot.pk, f"slot-{slot.pk}": SimpleUploadedFile(name, content)},
        follow=True,
    )


def test_attachment_is_put_replaced_and_removed(at):
    application = factories.make_application(complete=False)
    client, slot = client_of(application), slots(application)[0]
    assert "Puuttuu" in client.get(url("application_attachments", application)).content.decode()
    assert "saannot.pdf" in upload(client, application, slot, "saannot.pdf", factories.PDF).content.decode()
    upload(client, application, slot, "uudet.pdf", factories.PDF)
    only = application.attachments.get()
    assert only.name == "uudet.pdf"
    assert type(only).everything.count() == 1
    download = client.get(url("application_attachment", application, only.pk))
    assert factories.body_of(download) == factories.PDF
    assert download["Content-Disposition"].startswith("attachment")
    client.post(url("application_attachments", application), {"remove": only.pk})
    assert not application.attachments.exists()


def test_several_files_go_into_a_slot_for_several(at):
    application = factories.make_application(complete=False)
    client, slot = client_of(application), slots(application)[2]
    for name in ("a.pdf", "b.pdf"):
        upload(client, application, slot, name, factories.PDF)
    assert [one.name for one in application.attachments.all()] == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("saannot.pdf", b"MZ\x90\x00" + b"\x00" * 200, "sisältö ei ole sitä, mitä sen nimi lupaa"),
        ("ohjelma.exe", b"MZ\x90\x00", "ei voi liittää"),
        ("tyhja.pdf", b"", "Tiedosto on tyhjä"),
    ],
)
def test_a_lying_file_is_refused_with_a_reason(at, name, content, message):
    application = factories.make_application(complete=False)
    response = upload(client_of(application), application, slots(application)[0], name, content)
    assert message in response.content.decode()
    assert not application.attachments.exists()


def test_another_organisations_attachment_is_not_served(draft):
    stranger = factories.make_member(factories.make_organisation("Toinen ry"))
    address = url("application_attachment", draft, draft.attachments.all()[0].pk)
    assert signed_in(stranger).get(address).status_code == 404


def test_slot_of_another_call_is_refused(draft):
    other = factories.make_call()
    response = upload(client_of(draft), draft, other.attachment_slots.all()[0], "a.pdf", factories.PDF)
    assert "Liitepaikkaa ei ole tässä haussa" in response.content.decode()


# The list


def test_list_has_the_same_queries_at_one_and_three_rows(at):
    organisation = factories.make_organisation()
    person = factories.make_member(organisation)
    client = signed_in(person)
    address = reverse("grants:own_applications", args=[organisation.pk])
    assert "Ei vielä hakemuksia" in client.get(address).content.decode()
    counts = []
    for more in (1, 2):
        for _ in range(more):
            factories.make_application(organisation=organisation, by=person)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 13, json.dumps([q["sql"][:150] for q in queries.captured_queries], indent=1)


def test_list_says_state_and_next_step(at):
    organisation = factories.make_organisation()
    person = factories.make_member(organisation)
    factories.make_submitted(organisation=organisation, by=person)
    factories.make_application(organisation=organisation, by=person, complete=False)
    factories.make_call(title_fi="Kerta-avustus 2027")
    html = signed_in(person).get(reverse("grants:own_applications", args=[organisation.pk])).content.decode()
    assert "Lähetetty" in html
    assert "0 / 8 osaa valmiina. Lähetä viimeistään 8.12.2026" in html
    assert "Kerta-avustus 2027" in html


def test_the_draft_is_a_pdf_until_it_is_sent(draft):
    client = client_of(draft)
    assert "luonnos.pdf" in client.get(url("application_review", draft)).content.decode()
    answer = client.get(url("application_draft_pdf", draft))
    assert answer["Content-Type"] == "application/pdf"
    assert "luonnos" in answer["Content-Disposition"]
    text = subprocess.run(["pdftotext", "-", "-"], input=answer.content, capture_output=True, check=True).stdout
    words = " ".join(text.decode().split())
    assert "Ennen lähettämistä" not in words
    assert "LUONNOS" in words
    assert "ei ole lähetetty" in words
    assert draft.organisation.name in words
    draft.attachments.all().delete()
    answer = client.get(url("application_draft_pdf", draft))
    text = subprocess.run(["pdftotext", "-", "-"], input=answer.content, capture_output=True, check=True).stdout
    assert "Ennen lähettämistä" in text.decode()  # what is missing is told on paper too
    sent = factories.make_submitted(organisation=draft.organisation)
    assert client.get(url("application_draft_pdf", sent)).status_code == 302
