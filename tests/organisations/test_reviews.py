"""Register data in dispute: values kept over the register through imports, reports, questions, decisions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common.errors import Refused
from county.models import Municipality
from documents.uploads import check_upload
from notifications.models import Message
from organisations.models import ImportRun, Organisation, RegisterOverride, ReviewItem
from organisations.register.values import Shown, read_typed, stored_text
from organisations.retention import registry_retention
from organisations.workflow import (
    answer_review,
    ask_organisation,
    enter_organisation,
    keep_own_value,
    report_register_error,
    take_register_value,
)
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import NOW, MembershipFactory, OrganisationFactory, member
from tests.organisations.merging import merged
from tests.organisations.test_pages import count_queries

pytestmark = pytest.mark.django_db
ImportText = Callable[..., ImportRun]
HEADER = "rekisterinumero;y_tunnus;nimi;kotipaikka;rekisterointipaiva;tila;katuosoite"
NEXT_YEAR = date(2027, 11, 16)


def report(organisation: Organisation, field: str, value: str, by: Any = None) -> ReviewItem:
    return report_register_error(
        organisation,
        field=field,
        value=value,
        note="Muutosilmoitus on tehty.",
        attachment=None,
        by=by or member(organisation),
        now=NOW,
    )


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as told:
        act()
    return told.value.code


def lines(run: ImportRun) -> list[tuple[str, str, str]]:
    return [(line.kind, line.code, line.detail) for line in run.lines.all()]


# Kept through imports


def test_a_kept_value_stands_through_imports_until_its_day(import_text: ImportText) -> None:
    import_text(f"{HEADER}\n10;;Vanha ry;Joensuu;;;Koulutie 1\n")
    organisation, officer = Organisation.objects.get(), staff("coordinator")
    item = report(organisation, "name", "Uusi Nimi ry")
    keep_own_value(item, until=NEXT_YEAR, reason="Päätös nähty.", by=officer, now=NOW)
    organisation.refresh_from_db()
    assert organisation.name == "Uusi Nimi ry"
    assert list(organisation.earlier_names.values_list("name", flat=True)) == ["Vanha ry"]

    run = import_text(f"{HEADER}\n10;;Vanha ry;Joensuu;;;Koulutie 2\n")

    organisation.refresh_from_db()
    assert (organisation.name, organisation.street_address) == ("Uusi Nimi ry", "Koulutie 2")
    assert lines(run) == [("changed", "changed", "street_address"), ("quiet", "own_word_kept", "name")]
    assert ReviewItem.objects.filter(state="open").count() == 0  # the same disagreement is not asked again

    over = import_text(f"{HEADER}\n10;;Vanha ry;Joensuu;;;Koulutie 2\n", extract_on=NEXT_YEAR + timedelta(days=1))

    organisation.refresh_from_db()
    assert organisation.name == "Vanha ry"
    assert ("quiet", "own_word_over", "name") in lines(over)
    assert not RegisterOverride.objects.exists()


def test_the_extract_that_says_the_same_ends_the_override(import_text: ImportText) -> None:
    import_text(f"{HEADER}\n10;;Yhdistys ry;Joensuu;;;Koulutie 1\n")
    organisation = Organisation.objects.get()
    item = report(organisation, "street_address", "Uusitie 5")
    keep_own_value(item, until=NEXT_YEAR, reason="Nähty.", by=staff("registrar"), now=NOW)

    run = import_text(f"{HEADER}\n10;;Yhdistys ry;Joensuu;;;Uusitie 5\n")

    assert lines(run) == [("quiet", "own_word_agrees", "street_address")]
    assert not RegisterOverride.objects.exists()


def test_news_of_the_register_opens_one_review(import_text: ImportText, kunnat: dict[str, Municipality]) -> None:
    import_text(f"{HEADER}\n10;;Yhdistys ry;Joensuu;;;\n")
    organisation = Organisation.objects.get()
    item = report(organisation, "domicile_id", str(kunnat["422"].pk))
    keep_own_value(item, until=NEXT_YEAR, reason="Muuttanut.", by=staff("registrar"), now=NOW)

    first = import_text(f"{HEADER}\n10;;Yhdistys ry;Kitee;;;\n")
    import_text(f"{HEADER}\n10;;Yhdistys ry;Nurmes;;;\n")

    opened = ReviewItem.objects.get(state="open")
    assert first.counts["reviews"] == 1
    assert (opened.source, opened.field, opened.own_value) == ("import", "domicile_id", str(kunnat["422"].pk))
    assert opened.register_value == str(kunnat["541"].pk)  # the newest word of the register
    organisation.refresh_from_db()
    assert organisation.domicile == kunnat["422"]
    take_register_value(opened, by=staff("coordinator"), now=NOW)
    organisation.refresh_from_db()
    assert organisation.domicile == kunnat["541"]
    assert not RegisterOverride.objects.exists()


def test_a_report_on_which_the_extract_comes_to_agree_is_settled(import_text: ImportText) -> None:
    import_text(f"{HEADER}\n10;;Yhdistys ry;Joensuu;;;Koulutie 1\n")
    item = report(Organisation.objects.get(), "street_address", "Uusitie 5")

    import_text(f"{HEADER}\n10;;Yhdistys ry;Joensuu;;;Uusitie 5\n")

    item.refresh_from_db()
    assert (item.state, item.decided_by) == ("taken", None)
    assert item.decision_reason == "Ote sanoo nyt samaa kuin järjestö."


def test_a_preview_neither_opens_nor_ends_anything(import_text: ImportText) -> None:
    import_text(f"{HEADER}\n10;;Yhdistys ry;Joensuu;;;Koulutie 1\n")
    item = report(Organisation.objects.get(), "street_address", "Uusitie 5")
    keep_own_value(item, until=NEXT_YEAR, reason="Nähty.", by=staff("registrar"), now=NOW)

    import_text(f"{HEADER}\n10;;Yhdistys ry;Joensuu;;;Muutie 9\n", dry_run=True)

    assert RegisterOverride.objects.get().register_value == "Koulutie 1"
    assert ReviewItem.objects.filter(state="open").count() == 0


# Entered by hand


def test_an_organisation_entered_by_hand_is_joined_by_its_number(
    import_text: ImportText, kunnat: dict[str, Municipality]
) -> None:
    import_text(f"{HEADER}\n1;;Muu ry;;;;\n")
    made = enter_organisation(
        {"name": "Kerho ry", "association_number": 77, "domicile": kunnat["422"], "phone": "013 1"},
        source="Säännöt",
        by=staff("coordinator"),
        now=NOW,
    )
    assert (made.in_last_extract, made.missing_since) == (False, None)

    run = import_text(f"{HEADER};puhelin\n1;;Muu ry;;;;;\n77;0785533-5;Kerho ry;Kitee;1.2.2026;rekisterissä;Tie 1;\n")

    made.refresh_from_db()
    assert run.counts["new"] == 0
    assert (made.business_id, made.street_address, made.in_last_extract) == ("0785533-5", "Tie 1", True)
    assert (made.domicile, made.phone) == (kunnat["422"], "013 1")  # what was entered stands until looked at
    opened = ReviewItem.objects.get()
    assert (opened.field, opened.register_value) == ("domicile_id", str(kunnat["260"].pk))
    assert set(RegisterOverride.objects.values_list("field", flat=True)) == {"domicile_id", "phone"}


def test_entering_by_hand_checks_right_source_and_numbers() -> None:
    officer, taken = staff("registrar"), OrganisationFactory(association_number=5, business_id="0785533-5")
    merged(OrganisationFactory(association_number=6, business_id="1572860-0"), taken, by=officer)

    assert refused(lambda: enter_organisation({"name": "A"}, source="x", by=staff("auditor"), now=NOW)) == "not_allowed"
    assert refused(lambda: enter_organisation({"name": "A"}, source=" ", by=officer, now=NOW)) == "no_source"
    for values in ({"association_number": 5}, {"business_id": "0785533-5"}):  # also those of a merged organisation
        named = {"name": "A ry", **values}
        assert refused(lambda given=named: enter_organisation(given, source="x", by=officer, now=NOW)) == "number_taken"


def test_the_page_for_entering_by_hand(client: Client, kunnat: dict[str, Municipality]) -> None:
    desk = signed_in(staff("coordinator"))
    address = reverse("organisations:organisation_new")

    assert address in desk.get(reverse("organisations:register")).content.decode()
    empty = desk.get(f"{reverse('organisations:organisations')}?q=olematon").content.decode()
    assert f"{address}?nimi=olematon" in empty
    assert address not in client.get(f"{reverse('organisations:organisations')}?q=olematon").content.decode()
    assert 'value="Olematon ry"' in desk.get(f"{address}?nimi=Olematon+ry").content.decode()
    wrong = desk.post(address, {"name": "A ry", "association_number": "x", "business_id": "1234567-8", "source": "s"})
    page = wrong.content.decode()
    assert "Numero ei ole oikein. Kirjoita se muodossa 123.456." in page
    assert "Y-tunnus ei ole oikein." in page
    done = desk.post(
        address,
        {"name": "Kylätupa", "legal_form": "", "domicile": kunnat["422"].pk, "source": "Puhelu 12.11."},
        follow=True,
    ).content.decode()
    assert "Tiedot on kirjattu käsin, ne eivät ole rekisteriotteesta." in done
    made = Organisation.objects.get(name="Kylätupa")
    assert made.timeline.get().text == "Järjestö kirjattiin rekisteriin käsin: Puhelu 12.11."


# Reports, questions, decisions


def test_a_report_reaches_the_officers_and_is_open_once() -> None:
    organisation, officers = OrganisationFactory(), [staff("coordinator"), staff("registrar")]
    editor = member(organisation, "editor")

    item = report(organisation, "phone", "013 9", by=editor)

    told = Message.objects.filter(kind="organisations.review")
    assert {message.to_address for message in told} == {officer.email for officer in officers}
    assert refused(lambda: report(organisation, "phone", "013 8")) == "already_open"
    assert refused(lambda: report(organisation, "email", "a@b.fi", by=member(organisation, "viewer"))) == "not_allowed"
    assert refused(lambda: report(organisation, "name", organisation.name)) == "same"
    with pytest.raises(IntegrityError, match="review_one_open_a_field"), transaction.atomic():
        ReviewItem.objects.create(organisation=organisation, field="phone", source="import", opened_at=NOW)
    take_register_value(item, reason="Rekisteri on oikeassa.", by=officers[0], now=NOW)
    report(organisation, "phone", "013 8")  # a decided one makes room for the next


def test_asking_and_answering_goes_both_ways() -> None:
    organisation, officer = OrganisationFactory(), staff("coordinator")
    admin = member(organisation)
    item = report(organisation, "phone", "013 9", by=admin)
    Message.objects.all().delete()

    assert refused(lambda: ask_organisation(item, question=" ", by=officer, now=NOW)) == "no_question"
    ask_organisation(item, question="Milloin numero vaihtui?", by=officer, now=NOW)
    assert Message.objects.get().to_address == admin.email
    page = signed_in(admin).get(reverse("organisations:own", args=[organisation.pk])).content.decode()
    assert "Vastaa kysymykseen rekisteritiedosta" in page
    assert refused(lambda: ask_organisation(item, question="Uudelleen?", by=officer, now=NOW)) == "wrong_state"
    viewer = member(organisation, "viewer")
    assert refused(lambda: answer_review(item, answer="x", by=viewer, now=NOW)) == "not_allowed"
    address = reverse("organisations:own_review", args=[organisation.pk, item.pk])
    assert "Vastaa kohtaan" in signed_in(admin).post(address, {"answer": ""}).content.decode()
    signed_in(admin).post(address, {"answer": "Syksyllä."})
    item.refresh_from_db()
    assert (item.state, item.answer) == ("open", "Syksyllä.")
    assert Message.objects.filter(to_address=officer.email).count() == 1
    lonely = ReviewItem.objects.create(organisation=OrganisationFactory(), field="name", source="import", opened_at=NOW)
    assert refused(lambda: ask_organisation(lonely, question="?", by=officer, now=NOW)) == "nobody"


def test_keeping_has_its_conditions() -> None:
    organisation, officer = OrganisationFactory(), staff("coordinator")
    numbered = report(organisation, "business_id", "0785533-5")
    empty = report(organisation, "website", "")
    item = report(organisation, "phone", "013 9")

    def keep(which: ReviewItem, **changed: Any) -> Callable[[], ReviewItem]:
        given: dict[str, Any] = {"until": NEXT_YEAR, "reason": "Nähty.", "by": officer, "now": NOW, **changed}
        return lambda: keep_own_value(which, **given)

    assert refused(keep(numbered)) == "register_alone"
    assert refused(keep(empty)) == "no_value"
    assert refused(keep(item, reason="")) == "no_reason"
    assert refused(keep(item, until=NOW.date())) == "past_day"
    assert refused(keep(item, by=staff("auditor"))) == "not_allowed"
    keep(item)()
    keep(item)()  # twice does not do it twice
    assert RegisterOverride.objects.get().value == "013 9"
    assert refused(lambda: take_register_value(item, by=officer, now=NOW)) == "wrong_state"


@pytest.mark.parametrize(
    "broken",
    [
        {"source": "organisation", "reason": "x"},  # without a last day
        {"source": "organisation", "until": NEXT_YEAR},  # without a reason
        {"source": "officer", "field": "business_id"},
        {"source": "officer", "until": date(2020, 1, 1)},
    ],
)
def test_the_database_refuses_a_broken_override(broken: dict[str, Any]) -> None:
    known = {"organisation": OrganisationFactory(), "field": "phone", "value": "1", "verified_on": NOW.date()}
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterOverride.objects.create(**{**known, **broken})


def test_the_officers_page_decides(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory(domicile=kunnat["167"], in_last_extract=True)
    item = report_register_error(
        organisation,
        field="domicile_id",
        value=str(kunnat["422"].pk),
        note="Kokous päätti.",
        attachment=check_upload(SimpleUploadedFile("ote.txt", b"Ote")),
        by=member(organisation),
        now=NOW,
    )
    desk, address = signed_in(staff("registrar")), reverse("organisations:review", args=[item.pk])

    assert "Lieksa" in desk.get(reverse("organisations:reviews")).content.decode()
    assert "Ratkaise rekisteritiedon tarkistus" in desk.get(reverse("portal:desk")).content.decode()
    page = desk.get(address).content.decode()
    assert "Joensuu" in page
    assert "Kokous päätti." in page
    served = desk.get(reverse("organisations:review_file", args=[item.pk]))
    assert b"".join(served.streaming_content) == b"Ote"  # type: ignore[attr-defined]
    wrong = desk.post(address, {"keep": "1", "pida-until": "1.1.2020", "pida-reason": "Nähty."}).content.decode()
    assert "Valitse päivä, joka on vielä edessä." in wrong
    desk.post(address, {"keep": "1", "pida-until": "16.11.2037", "pida-reason": "Nähty."})
    item.refresh_from_db()
    assert (item.state, item.kept_until) == ("kept", date(2037, 11, 16))
    public = Client().get(organisation.get_absolute_url()).content.decode()
    assert "Kotipaikka: järjestön ilmoitus, tarkistettu" in public
    assert "Lieksa" in public


def test_the_organisations_page_reports(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory(domicile=kunnat["167"])
    client = signed_in(member(organisation, "editor"))
    listed = reverse("organisations:own_reviews", args=[organisation.pk])
    address = reverse("organisations:report_error", args=[organisation.pk])

    assert listed in client.get(reverse("organisations:own", args=[organisation.pk])).content.decode()
    assert listed in client.get(organisation.get_absolute_url()).content.decode()
    assert "Ilmoituksia ei ole" in client.get(listed).content.decode()
    wrong = client.post(address, {"field": "domicile_id", "value": "Atlantis", "note": "x"}).content.decode()
    assert "Tätä emme ymmärtäneet." in wrong
    done = client.post(address, {"field": "domicile_id", "value": "lieksa", "note": "Muutimme."})
    item = ReviewItem.objects.get()
    assert item.own_value == str(kunnat["422"].pk)
    assert "Hyvinvointialue tarkistaa" in client.get(done["Location"]).content.decode()
    assert "Lieksa" in client.get(listed).content.decode()
    stranger = signed_in(member(OrganisationFactory()))
    assert stranger.get(done["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        ("registered_on", "12.3.1946", "1946-03-12"),
        ("registered_on", "31.2.2011", None),
        ("legal_form", "Säätiö", "foundation"),
        ("status", "purettu", "dissolved"),
        ("status", "outo", None),
        ("postcode", "8170", None),
        ("business_id", "785533-5", "0785533-5"),
        ("association_number", "123.456", "123456"),
        ("association_number", "nolla", None),
        ("name", " Uusi   nimi ry ", "Uusi nimi ry"),
        ("phone", "1" * 51, None),
    ],
)
def test_typed_values_are_read_as_the_field_holds_them(field: str, typed: str, read: str | None) -> None:
    assert read_typed(field, typed) == read


def test_values_are_shown_in_words(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory(
        domicile=kunnat["422"], registered_on=date(1946, 3, 12), association_number=98970
    )
    shown = Shown()

    words = [
        shown(field, stored_text(organisation, field))
        for field in ("domicile_id", "registered_on", "association_number", "legal_form", "status", "business_id")
    ]
    assert words == ["Lieksa", "12.3.1946", "98.970", "rekisteröity yhdistys (ry)", "rekisterissä", ""]


@pytest.mark.parametrize("place", ["reviews", "own_reviews"])
def test_lists_have_steady_queries(place: str, kunnat: dict[str, Municipality]) -> None:
    home = OrganisationFactory()
    officer = staff("coordinator")
    client = signed_in(officer if place == "reviews" else member(home))
    address = reverse(f"organisations:{place}", args=[] if place == "reviews" else [home.pk])
    fields = iter(["domicile_id", "phone", "email"])

    def more(count: int) -> int:
        for _number in range(count):
            organisation = OrganisationFactory() if place == "reviews" else home
            ReviewItem.objects.create(
                organisation=organisation, field=next(fields), source="import", opened_at=NOW, own_value="1"
            )
        client.get(address)
        return count_queries(client, address)

    one = more(1)
    assert one == more(2)
    assert one <= 12


def test_a_merged_persons_reports_stay_readable() -> None:
    stays, goes = OrganisationFactory(), OrganisationFactory()
    admin = MembershipFactory(organisation=goes).user
    item = report(goes, "phone", "013 9", by=admin)

    merged(stays, goes, by=staff("coordinator"))

    address = reverse("organisations:own_review", args=[stays.pk, item.pk])
    assert signed_in(admin).get(address).status_code == 200


def test_a_decided_dispute_goes_with_its_file_after_two_years(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory(domicile=kunnat["167"])
    known = {"value": str(kunnat["422"].pk), "note": "Muutimme.", "by": member(organisation), "now": NOW}
    attachment = check_upload(SimpleUploadedFile("ote.txt", b"Ote"))
    item = report_register_error(organisation, field="domicile_id", **known, attachment=attachment)
    storage, stored = item.attachment.file.storage, str(item.attachment.file.name)
    later = NOW + timedelta(days=731)
    assert registry_retention(later)["organisations.ReviewItem"] == 0, "what waits for a decision stays"
    ReviewItem.objects.filter(pk=item.pk).update(
        state="kept", kept_until=date(2037, 1, 1), decided_at=NOW, decided_by=staff("registrar")
    )
    assert registry_retention(NOW + timedelta(days=729))["organisations.ReviewItem"] == 0
    assert storage.exists(stored)
    assert registry_retention(later)["organisations.ReviewItem"] == 1
    assert not storage.exists(stored)
