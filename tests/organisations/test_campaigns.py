"""The launch campaign: to whom, by which way, in batches that nothing doubles, followed up and ended."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from common.errors import Refused
from county.models import Municipality
from documents.pdf import PdfUnavailable
from notifications.models import Message
from organisations import claim_codes, tasks
from organisations.batches import Left
from organisations.letters import SAMPLE_CODE, letters_pdf
from organisations.models import CAMPAIGN_LIFE, Campaign, ClaimCode, LetterBatch, Organisation
from organisations.policies.relations import may_send
from organisations.selections import Selection, clean_query
from organisations.workflow import campaigns
from organisations.workflow.campaigns import (
    close_campaign,
    discard_campaign,
    expire_codes,
    mark_printed,
    remind_unused,
    start_campaign,
)
from organisations.workflow.sending import change_draft
from tests import xlsx
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.documents.pdf_checks import assert_accessible
from tests.organisations.factories import NOW, OrganisationFactory, SectorFactory, member
from tests.organisations.factories_relations import (
    POSTAL,
    TEXT,
    make_campaign,
    reachable,
    run_campaign,
    sent_campaign,
)

pytestmark = pytest.mark.django_db


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def states(campaign: Campaign) -> dict[str, str]:
    rows = campaign.codes.select_related("organisation")
    return {row.organisation.name: f"{row.channel} {row.state}" for row in rows}


# Whom a selection means


def test_a_selection_is_the_registrys_filter_with_the_question_of_the_admin(kunnat: dict[str, Municipality]) -> None:
    sector = SectorFactory(name_fi="Kulttuuri")
    bare = OrganisationFactory(name="Ilman ry", domicile=kunnat["422"])
    bare.sectors.add(sector)
    led: Organisation = OrganisationFactory(name="Johdettu ry", domicile=kunnat["422"])
    member(led)
    lost = OrganisationFactory(name="Jäänyt ry", domicile=kunnat["167"])
    member(lost, "editor")
    OrganisationFactory(name="Purettu ry", status="dissolved")

    def names(query: str) -> list[str]:
        return [row.name for row in Selection(query, NOW).organisations]

    assert names("") == ["Ilman ry", "Johdettu ry", "Jäänyt ry"]
    assert names("paakayttaja=puuttuu") == ["Ilman ry", "Jäänyt ry"]
    assert names("paakayttaja=puuttuu&kunta=422") == ["Ilman ry"]
    assert names("paakayttaja=on") == ["Johdettu ry"]
    assert names("paakayttaja=jaanyt") == ["Jäänyt ry"]
    assert names("q=johd") == ["Johdettu ry"]
    words = Selection(f"kunta=422&ala={sector.pk}&paakayttaja=puuttuu", NOW).words()
    assert [(str(part["label"]), part["value"]) for part in words] == [
        ("Kunta", "Lieksa"),
        ("Toimiala", "Kulttuuri"),
        ("Pääkäyttäjä", "ei pääkäyttäjää"),
    ]


def test_what_is_kept_of_an_address() -> None:
    assert clean_query("?kunta=422&q=&sivu=3&ala=5") == "kunta=422&ala=5"
    assert clean_query("q=%3Cscript%3E") == "q=%3Cscript%3E"


# Sending


def test_each_organisation_gets_its_code_by_the_way_it_can_be_reached() -> None:
    reachable("Sähköposti ry", email="  Toimisto@Yhdistys.Example ")
    OrganisationFactory(name="Yhteys ry", email="ei osoite", contact_email="oma@yhdistys.example")
    OrganisationFactory(name="Kirje ry", **POSTAL)
    OrganisationFactory(name="Tavoittamaton ry", street_address="Koulukatu 3")

    campaign = sent_campaign()

    assert campaign.state == "open"
    assert states(campaign) == {
        "Sähköposti ry": "email sent",
        "Yhteys ry": "email sent",
        "Kirje ry": "letter sent",
        "Tavoittamaton ry": "none no_address",
    }
    assert set(Message.objects.values_list("to_address", flat=True)) == {
        "toimisto@yhdistys.example",
        "oma@yhdistys.example",
    }
    code = campaign.codes.get(organisation__name="Kirje ry")
    assert code.address == "Kirje ry\nKoulukatu 3\n81700 LIEKSA"
    assert code.expires_at == NOW + timedelta(days=90)
    assert ClaimCode.objects.exclude(code_hash=None).values("code_hash").distinct().count() == 3


def test_the_mail_says_everything_in_every_language_that_was_written() -> None:
    reachable()
    sent_campaign(subject_sv="Ta i bruk", text_sv="Bästa förening.")

    message = Message.objects.get()
    assert message.subject == "Ottakaa portaali käyttöön"
    for wanted in ("Hyvä yhdistys.", "Ta i bruk", "Bästa förening.", "/jarjestot/koodi/", "14.2.2027"):
        assert wanted in message.text
    assert message.text.startswith("Omaistuki ry")
    assert "järjestönne sähköpostiosoite yhdistysrekisterissä" in message.text


def test_starting_needs_a_text_and_somebody_and_happens_once() -> None:
    by = staff("coordinator")
    empty = campaigns.create_campaign(name="x", query="", by=by, now=NOW)

    assert code_of(lambda: start_campaign(empty, by=by, now=NOW)) == "no_text"
    campaign = make_campaign(by)
    assert code_of(lambda: start_campaign(campaign, by=by, now=NOW)) == "nobody"
    reachable()
    start_campaign(campaign, by=by, now=NOW)
    run_campaign(start_campaign(campaign, by=by, now=NOW))
    run_campaign(campaign)
    assert (Message.objects.count(), ClaimCode.objects.count()) == (1, 1)


def test_who_came_to_the_registry_later_gets_nothing_and_changes_are_refused() -> None:
    by = staff("coordinator")
    reachable()
    campaign = sent_campaign(by)
    reachable("Uusi ry")

    run_campaign(campaign)
    assert campaign.codes.count() == 1
    assert code_of(lambda: change_draft(campaign, data=TEXT, query="", by=by, now=NOW)) == "wrong_state"


def test_batches_go_on_where_the_one_before_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigns, "EMAILS_A_BATCH", 2)
    for number in range(5):
        reachable(f"Yhdistys{number} ry")
    by = staff("coordinator")
    campaign = start_campaign(make_campaign(by), by=by, now=NOW)
    campaigns.freeze_recipients(campaign.pk, now=NOW)

    left = [campaigns.send_batch(campaign.pk, now=NOW) for _batch in range(4)]

    assert left == [Left.MORE, Left.MORE, Left.MORE, Left.NOTHING]
    assert Message.objects.count() == 5


def test_a_batch_that_breaks_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        reachable(f"Yhdistys{number} ry")
    by = staff("coordinator")
    campaign = start_campaign(make_campaign(by), by=by, now=NOW)
    campaigns.freeze_recipients(campaign.pk, now=NOW)
    written, calls = campaigns.written, []

    def dies_at_the_second(code: str) -> str:
        calls.append(code)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return written(code)

    monkeypatch.setattr(campaigns, "written", dies_at_the_second)
    with pytest.raises(RuntimeError):
        campaigns.send_batch(campaign.pk, now=NOW)
    assert not Message.objects.exists()
    assert not campaign.codes.exclude(state="waiting").exists()
    run_campaign(campaign)
    assert Message.objects.count() == 3


def test_the_workers_task_does_the_whole_campaign() -> None:
    reachable()
    OrganisationFactory(name="Kirje ry", **POSTAL)
    by = staff("coordinator")
    campaign = start_campaign(make_campaign(by), by=by, now=NOW)

    tasks.send_campaign(campaign.pk)
    tasks.send_campaign(campaign.pk)

    campaign.refresh_from_db()
    assert (campaign.state, Message.objects.count(), LetterBatch.objects.count()) == ("open", 1, 1)


def test_letters_wait_where_no_pdf_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    OrganisationFactory(name="Kirje ry", **POSTAL)
    by = staff("coordinator")
    campaign = start_campaign(make_campaign(by), by=by, now=NOW)

    def unavailable(*_args: Any, **_kwargs: Any) -> bytes:
        raise PdfUnavailable("no pango")

    with monkeypatch.context() as patch:
        patch.setattr(campaigns, "letters_file", unavailable)
        tasks.send_campaign(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, states(campaign)) == ("sending", {"Kirje ry": "letter waiting"})
    assert "Kirjeitä ei voitu tehdä" in signed_in(by).get(campaign.get_absolute_url()).content.decode()
    tasks.send_campaign(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.fault) == ("open", "")


# Letters


def test_a_letter_a_page_with_its_address_in_the_window() -> None:
    campaign = make_campaign(text_sv="Bästa förening.", subject_sv="Ta i bruk")
    letters = [
        {"recipient": f"{name}\nKoulukatu 3\n81700 LIEKSA", "name": name, "code": "ACDE-FGHJ-KMNP", "until": NOW}
        for name in ("Ensimmäinen ry", "Toinen ry")
    ]

    data = letters_pdf(campaign, letters, now=NOW)

    assert_accessible(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 2


def test_printed_letters_are_erased(django_capture_on_commit_callbacks: Any) -> None:
    OrganisationFactory(name="Kirje ry", **POSTAL)
    by = staff("coordinator")
    sent_campaign(by)
    batch = LetterBatch.objects.get()
    client = signed_in(by)

    served = client.get(f"/hallinta/kampanjakirjeet/{batch.pk}/")
    assert b"".join(served.streaming_content).startswith(b"%PDF-")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/hallinta/kampanjakirjeet/{batch.pk}/tulostettu/").status_code == 302
        mark_printed(batch, by=by, now=NOW)
    assert client.get(f"/hallinta/kampanjakirjeet/{batch.pk}/").status_code == 404
    assert not default_storage.exists(batch.file.name)


# Follow-up


def test_reminding_gives_a_new_code_to_those_who_have_not_used_theirs() -> None:
    by = staff("coordinator")
    reachable("Unohti ry")
    reachable("Otti ry")
    OrganisationFactory(name="Kirje ry", **POSTAL)
    campaign = sent_campaign(by)
    campaign.codes.filter(organisation__name="Otti ry").update(state="used", used_at=NOW)
    before = dict(campaign.codes.values_list("organisation__name", "code_hash"))
    later = NOW + timedelta(days=30)

    assert remind_unused(campaign, who=["email"], by=by, now=later) == 1
    assert campaign.codes.get(organisation__name="Unohti ry").code_hash == before["Unohti ry"]  # until the new one goes
    run_campaign(campaign, now=later)

    after = dict(campaign.codes.values_list("organisation__name", "code_hash"))
    assert {name for name in before if before[name] != after[name]} == {"Unohti ry"}
    assert "aiempi koodi ei enää toimi" in Message.objects.latest("pk").text
    assert remind_unused(campaign, who=["letter"], by=by, now=later) == 1


def test_a_mail_that_came_back_becomes_a_letter_where_there_is_an_address() -> None:
    by = staff("coordinator")
    reachable("Posti ry", **POSTAL)
    reachable("Ei mitenkään ry")
    campaign = sent_campaign(by)
    Message.objects.update(state="failed", error="550")

    assert code_of(lambda: remind_unused(campaign, who=["email"], by=by, now=NOW)) == "nobody"
    assert remind_unused(campaign, who=["bounced"], by=by, now=NOW) == 1
    run_campaign(campaign)
    assert states(campaign) == {"Posti ry": "letter sent", "Ei mitenkään ry": "email sent"}
    assert (Message.objects.count(), LetterBatch.objects.count()) == (2, 1)


def test_closing_cancels_what_was_not_used_and_time_expires_it() -> None:
    by = staff("coordinator")
    reachable("Yksi ry")
    reachable("Kaksi ry")
    campaign = sent_campaign(by)
    campaign.codes.filter(organisation__name="Kaksi ry").update(state="used", used_at=NOW)

    assert expire_codes(now=NOW) == 0
    close_campaign(campaign, by=by, now=NOW)
    close_campaign(campaign, by=by, now=NOW)
    assert states(campaign) == {"Yksi ry": "email cancelled", "Kaksi ry": "email used"}
    other = sent_campaign(by, query="q=yksi")
    assert expire_codes(now=NOW + timedelta(days=90)) == 1
    assert states(other) == {"Yksi ry": "email expired"}


VERBS: dict[str, Callable[[Campaign, Any], object]] = {
    "start": lambda campaign, by: start_campaign(campaign, by=by, now=NOW),
    "discard": lambda campaign, by: discard_campaign(campaign, by=by, now=NOW),
    "remind": lambda campaign, by: remind_unused(campaign, who=["email"], by=by, now=NOW),
    "close": lambda campaign, by: close_campaign(campaign, by=by, now=NOW),
}
DONE_ONCE = {("start", "sending"), ("start", "open"), ("discard", "discarded"), ("close", "closed")}


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (verb, state)
        for verb in VERBS
        for state in CAMPAIGN_LIFE.keys()  # noqa: SIM118 - a life cycle is no dictionary
        if not CAMPAIGN_LIFE.allows(state, verb) and (verb, state) not in DONE_ONCE
    ],
)
def test_missing_edges_are_refused(verb: str, state: str) -> None:
    by = staff("coordinator")
    campaign = make_campaign(by)
    Campaign.objects.filter(pk=campaign.pk).update(state=state, started_at=NOW)

    assert code_of(lambda: VERBS[verb](campaign, by)) == "wrong_state"
    campaign.refresh_from_db()
    assert campaign.state == state


@pytest.mark.parametrize("role", ["registrar", "auditor", "payments_clerk", "administrator"])
def test_only_the_coordinator_runs_campaigns(role: str) -> None:
    by = staff(role)
    campaign = make_campaign()

    assert not may_send(by, NOW)
    assert code_of(lambda: campaigns.create_campaign(name="x", query="", by=by, now=NOW)) == "not_allowed"
    for verb in VERBS.values():
        assert code_of(lambda verb=verb: verb(campaign, by)) == "not_allowed"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "used"}, "claim_code_used_has_time"),
        ({"state": "sent", "code_hash": None}, "claim_code_sent_is_whole"),
        ({"channel": "none"}, "claim_code_address_or_none"),
        ({"state": "no_address"}, "claim_code_address_or_none"),
        ({"state": "lost"}, "claim_code_values_known"),
    ],
)
def test_constraints_of_a_code(values: dict[str, Any], constraint: str) -> None:
    reachable()
    code = sent_campaign().codes.get()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ClaimCode.objects.filter(pk=code.pk).update(**values)


def test_one_code_an_organisation_and_campaign() -> None:
    reachable()
    code = sent_campaign().codes.get()

    with pytest.raises(IntegrityError, match="claim_code_once"), transaction.atomic():
        ClaimCode.objects.create(campaign=code.campaign, organisation=code.organisation, channel="email")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"valid_days": 3}, "campaign_valid_days_range"),
        ({"state": "open"}, "campaign_started_has_text"),
        ({"state": "lost", "started_at": NOW}, "campaign_state_known"),
    ],
)
def test_constraints_of_a_campaign(values: dict[str, Any], constraint: str) -> None:
    campaign = make_campaign()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**values)


# Pages


def test_from_the_list_to_a_campaign_that_is_sent() -> None:
    reachable("Omaistuki ry")
    member(reachable("Johdettu ry"))
    client = signed_in(staff("coordinator"))

    page = client.get("/hallinta/jarjestot/?paakayttaja=puuttuu").content.decode()
    assert 'href="/hallinta/kampanjat/uusi/?paakayttaja=puuttuu"' in page
    new = "/hallinta/kampanjat/uusi/?paakayttaja=puuttuu"
    assert "rajaukseen kuului yksi järjestö" in client.get(new).content.decode()
    form = {"paakayttaja": "puuttuu", "q": "", "name": "Kevät", "valid_days": "60", **TEXT}
    missing = client.post("/hallinta/kampanjat/uusi/", {**form, "text_fi": ""}).content.decode()
    assert "Vastaa kohtaan ”Teksti suomeksi”." in missing
    answer = client.post("/hallinta/kampanjat/uusi/", form)
    campaign = Campaign.objects.get()
    assert (campaign.query, campaign.valid_days) == ("paakayttaja=puuttuu", 60)
    draft = client.get(answer["Location"]).content.decode()
    assert "Lähetä koodi yhdelle järjestölle" in draft
    assert "Esimerkiksi:" in draft
    assert client.get(f"{answer['Location']}kirje.pdf").content.startswith(b"%PDF-")
    client.post(f"{answer['Location']}toimi/", {"toimi": "start"})
    run_campaign(campaign)
    page = client.get(answer["Location"]).content.decode()
    assert "Omaistuki ry" in page
    assert "Johdettu ry" not in page


def test_a_draft_is_changed_until_it_is_sent() -> None:
    by = staff("coordinator")
    reachable()
    campaign = make_campaign(by)
    client = signed_in(by)
    form = {"q": "omais", "name": "Syksy", "valid_days": "90", **TEXT}

    assert client.post(f"/hallinta/kampanjat/{campaign.pk}/muokkaa/", form).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.name, campaign.query) == ("Syksy", "q=omais")
    run_campaign(start_campaign(campaign, by=by, now=NOW))
    assert client.get(f"/hallinta/kampanjat/{campaign.pk}/muokkaa/").status_code == 302


def test_the_follow_up_is_filtered_and_exported_as_seen() -> None:
    by = staff("coordinator")
    reachable("=Kaava ry")
    reachable("Palautui ry")
    campaign = sent_campaign(by)
    Message.objects.filter(to_address__startswith="palautui").update(state="failed")
    campaign.codes.filter(organisation__name="=Kaava ry").update(state="used", used_at=NOW, used_by=UserFactory())
    client, address = signed_in(by), campaign.get_absolute_url()

    def shown(query: str) -> list[str]:
        page = client.get(f"{address}{query}").content.decode()
        return [name for name in ("=Kaava ry", "Palautui ry") if f">{name}</a>" in page]

    assert shown("") == ["=Kaava ry", "Palautui ry"]
    assert shown("?tila=failed") == ["Palautui ry"]
    assert shown("?tila=used") == ["=Kaava ry"]
    assert shown("?tapa=letter") == []
    assert shown("?q=palaut") == ["Palautui ry"]
    lines = client.get(f"{address}jarjestot.csv?tila=used").content.decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("'=Kaava ry;")
    sheet = xlsx.read(client.get(f"{address}jarjestot.xlsx?tila=failed").content)
    assert [sheet.cells["A1"], sheet.cells["A2"]] == ["Järjestö", "Palautui ry"]
    assert "A3" not in sheet.cells
    assert client.get(f"{address}jarjestot.pdf").status_code == 404


def test_progress_is_told_until_it_is_over() -> None:
    by = staff("coordinator")
    reachable()
    campaign = start_campaign(make_campaign(by), by=by, now=NOW)
    campaigns.freeze_recipients(campaign.pk, now=NOW)
    client, address = signed_in(by), f"/hallinta/kampanjat/{campaign.pk}/edistyminen/"

    assert "0 / 1" in client.get(address).content.decode()
    run_campaign(campaign)
    assert client.get(address)["HX-Refresh"] == "true"


def test_the_sample_code_is_none() -> None:
    """The preview's code is no code: nobody takes it for one."""
    with pytest.raises(ValidationError):
        claim_codes.parse_code(SAMPLE_CODE)
