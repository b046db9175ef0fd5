"""Pages of calls for everybody: what is open, one call whole, the first step of an application."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from grants.models import CallGuideline
from grants.workflow import calls as verbs
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
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


def test_public_list_shows_open_coming_and_earlier(client: Client) -> None:
    make_call()
    make_call(title_fi="Tuleva", opens_at=NOW + timedelta(days=3), closes_at=NOW + timedelta(days=9))
    make_call(title_fi="Mennyt 2025", year=2025, closes_at=NOW - timedelta(days=1))
    make_call(state="draft", title_fi="Luonnos")
    make_call(state="decided", title_fi="Päätetty 2026", year=2026)
    page = text(client.get("/avustukset/"))
    now_part, rest = page.split("Tulossa</h2>")
    coming, past = rest.split("Aiemmat haut</h2>")
    assert "Toiminta-avustus 2027" in now_part
    assert "17 päivää jäljellä" in now_part
    assert "Haku päättyy" in now_part
    assert "8.12.2026 klo 16.00" in now_part
    assert "Avautuu 24.11.2026 klo 14.32" in coming
    assert "Mennyt 2025" in past
    assert "Hakuaika on päättynyt" in past
    assert "Luonnos" not in page
    year = text(client.get("/avustukset/?vuosi=2026"))
    assert "Päätetty 2026" in year
    assert "Mennyt 2025" not in year
    assert client.get("/avustukset/?vuosi=kissa&sivu=99").status_code == 200


def test_empty_list_teaches(client: Client) -> None:
    page = text(client.get("/avustukset/"))
    assert "Juuri nyt mikään haku ei ole auki" in page
    assert reverse("organisations:organisations") in page


def test_time_left_is_hours_within_two_days(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_call()
    set_clock(monkeypatch, CLOSES - timedelta(hours=47, minutes=30))
    assert "47 tuntia jäljellä" in text(client.get("/avustukset/"))
    set_clock(monkeypatch, CLOSES - timedelta(hours=49))
    assert "2 päivää jäljellä" in text(client.get("/avustukset/"))


def test_call_page_tells_what_an_applicant_needs(client: Client) -> None:
    call = make_call(kind=make_kind(eligible_fi="Rekisteröity <b>järjestö</b>."))
    page = text(client.get(f"/avustukset/{call.pk}/"))
    for part in (
        "Rekisteröity &lt;b&gt;järjestö&lt;/b&gt;.",
        "200 000 €",
        "15 000 € <small>enintään, vähintään 500 €</small>",
        "Vastaa hyvinvoinnin vajeisiin",
        "enintään 30 pistettä",
        "Erinomaisesti",
        "Ohjeen on hyväksynyt Aluehallitus 17.9.2026 § 69.",
        "Vahvistettu tilinpäätös",
        "Kaisa Koordinaattori",
        "arviolta viimeistään 31.3.2027",
        f"?next=/avustukset/{call.pk}/",
    ):
        assert part in page
    draft = make_call(state="draft", title_fi="Luonnos")
    assert client.get(f"/avustukset/{draft.pk}/").status_code == 404


def test_guide_is_plain_text_in_paragraphs(client: Client) -> None:
    call = make_call(state="draft")
    CallGuideline.objects.filter(call=call).update(text_fi="Yksi\r\nrivi\r\n\r\n<script>alert(1)</script>")
    verbs.publish_call(call, by=staff("coordinator"), now=NOW)
    page = client.get(f"/avustukset/{call.pk}/").content.decode()
    assert "<p>Yksi<br>rivi</p><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in page


def test_finnish_texts_are_marked_in_swedish(client: Client) -> None:
    call = make_call(title_sv="Verksamhetsunderstöd 2027")
    page = text(client.get(f"/sv/avustukset/{call.pk}/"))
    assert "<h1>Verksamhetsunderstöd 2027</h1>" in page
    assert f'<span lang="fi">{call.summary_fi}</span>' in page
    assert '<span lang="fi">Vastaa hyvinvoinnin vajeisiin</span>' in page


def test_first_step_depends_on_who_reads() -> None:
    call = make_call()
    address = f"/avustukset/{call.pk}/"
    nobody = text(signed_in(UserFactory()).get(address))
    assert "Et ole vielä minkään järjestön muokkaaja" in nobody
    organisation = make_organisation()
    editor = make_member(organisation, "editor")
    start = reverse("grants:start", args=[organisation.pk, call.pk])
    assert f'action="{start}"' in text(signed_in(editor).get(address))
    viewer = make_member(organisation, "viewer")
    assert start not in text(signed_in(viewer).get(address))
    other = make_organisation("Nurmeksen kylät ry")
    make_member(other, "admin", user=editor)
    assert "Valitse järjestö, jonka puolesta haet." in text(signed_in(editor).get(address))
    draft = make_application(call=call, organisation=organisation, by=editor, complete=False)
    page = text(signed_in(editor).get(address))
    assert reverse("grants:application", args=[organisation.pk, draft.pk]) in page
    assert "Jatka hakemusta" in page
    assert start not in page


def test_extension_and_cancelling_are_told_to_everybody(client: Client, coordinator: User) -> None:
    call = make_call()
    verbs.extend_call(call, closes_at=CLOSES + timedelta(days=1), reason="Verkkokatkos.", by=coordinator, now=NOW)
    page = text(client.get(f"/avustukset/{call.pk}/"))
    assert "Haku päättyy 9.12.2026 klo 16.00. Aiempi päättymisaika oli 8.12.2026 klo 16.00. Verkkokatkos." in page
    verbs.cancel_call(call, reason="Määräraha poistui.", by=coordinator, now=NOW)
    page = text(client.get(f"/avustukset/{call.pk}/"))
    assert "Peruttu 21.11.2026. Määräraha poistui." in page
    assert "Aloita hakemus" not in page


def test_public_list_has_a_fixed_number_of_queries(client: Client) -> None:
    def one_of_each(number: int) -> None:
        make_call(title_fi=f"Auki {number}")
        make_call(title_fi=f"Tulossa {number}", opens_at=NOW + timedelta(days=2))
        make_call(title_fi=f"Ohi {number}", closes_at=NOW - timedelta(days=2))

    one_of_each(1)
    one = count(client, "/avustukset/")
    one_of_each(2)
    one_of_each(3)
    assert count(client, "/avustukset/") == one <= 12


def test_call_page_has_a_fixed_number_of_queries() -> None:
    organisation = make_organisation()
    reader = signed_in(make_member(organisation))
    small, large = make_call(state="draft", title_fi="Pieni"), make_call(state="draft", title_fi="Suuri")
    small.criteria.exclude(weight=30).delete()
    coordinator = staff("coordinator")
    for call in (small, large):
        verbs.publish_call(call, by=coordinator, now=NOW)
    one = count(reader, f"/avustukset/{small.pk}/")
    assert count(reader, f"/avustukset/{large.pk}/") == one <= 17
    public = count(Client(), f"/avustukset/{small.pk}/")
    assert count(Client(), f"/avustukset/{large.pk}/") == public <= 12
