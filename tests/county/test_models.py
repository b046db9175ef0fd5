"""Names in three languages, one county only, what is missing, the settings page."""

import pytest
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common.policies import allowed
from county.checklist import missing_settings
from county.models import County, Municipality
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.county.factories import NOW, CountyFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db


def test_a_name_follows_the_language_and_falls_back_to_finnish() -> None:
    county = County(name_fi="Koealue", name_en="Test area")
    with translation.override("en"):
        assert (county.name, county.name_language) == ("Test area", "en")
    with translation.override("sv"):
        assert (county.name, county.name_language) == ("Koealue", "fi")


def test_a_finnish_name_on_a_swedish_page_is_marked() -> None:
    template = Template("{% load county %}{{ county|localized }}")
    county = County(name_fi="Koe & alue")
    with translation.override("sv"):
        assert template.render(Context({"county": county})) == '<span lang="fi">Koe &amp; alue</span>'
    with translation.override("fi"):
        assert template.render(Context({"county": county})) == "Koe &amp; alue"


def test_there_is_one_county_only() -> None:
    CountyFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        County.objects.create(id=2, code="19", name_fi="Toinen")
    with pytest.raises(IntegrityError), transaction.atomic():
        County.objects.create(code="19", name_fi="Toinen")


@pytest.mark.parametrize("code", ["90", "09a", "0900"])
def test_a_municipality_code_has_three_digits(code: str) -> None:
    row = MunicipalityFactory()
    with pytest.raises(Exception) as refused, transaction.atomic():  # noqa: PT011
        Municipality.objects.filter(pk=row.pk).update(code=code)
    assert refused.type.__name__ in {"IntegrityError", "DataError"}


def test_missing_settings_are_named_with_the_place_to_fill_them_in() -> None:
    county = CountyFactory(help_phone="013 1", email="a@example.org", letterhead="x")
    missing = missing_settings(county)
    assert len(missing) == 7
    assert missing[0] == (
        "Lisää asianumeron tunnus: se aloittaa jokaisen asianumeron.",
        "/hallinta/asetukset/#id_case_number_prefix",
    )


def test_only_coordinator_and_administrator_edit_settings() -> None:
    county = CountyFactory()
    for role, expected in (("coordinator", [county]), ("administrator", [county]), ("auditor", []), ("registrar", [])):
        assert list(allowed("county.settings.edit", staff(role), now=NOW)) == expected, role
    assert not allowed("county.settings.edit", UserFactory(), now=NOW).exists()


def test_settings_page_is_not_found_for_others_and_asks_strangers_to_sign_in() -> None:
    CountyFactory()
    assert signed_in(UserFactory()).get("/hallinta/asetukset/").status_code == 404
    response = Client().get("/hallinta/asetukset/")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def filled(**changes: str) -> dict[str, str]:
    return {"name_fi": "Koealueen hyvinvointialue", **changes}


def test_settings_are_saved() -> None:
    CountyFactory()
    client = signed_in(staff("coordinator"))
    page = client.get("/hallinta/asetukset/")
    assert page.status_code == 200
    assert "10 asetusta puuttuu" in page.text
    data = filled(help_phone="013 330 000", business_id="32213174", case_number_prefix="KOEHVA")
    response = client.post("/hallinta/asetukset/", data, follow=True)
    assert "Asetukset on tallennettu." in response.text
    county = County.objects.get()
    assert (county.help_phone, county.business_id, county.case_number_prefix) == ("013 330 000", "3221317-4", "KOEHVA")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("business_id", "1234567-8", "Y-tunnus ei ole oikein. Tarkista numerot, esimerkiksi 1234567-1."),
        ("case_number_prefix", "koe hva", "Kirjoita tunnus isoilla kirjaimilla ja numeroilla, esimerkiksi PKHVA."),
        ("case_number_class", "avustus", "Kirjoita luokka numeroina ja pisteinä, esimerkiksi 02.05.01."),
    ],
)
def test_wrong_settings_are_told(field: str, value: str, message: str) -> None:
    CountyFactory()
    response = signed_in(staff("administrator")).post("/hallinta/asetukset/", filled(**{field: value}))
    assert response.status_code == 200
    assert response.context["form"].errors == {field: [message]}
    assert getattr(County.objects.get(), field) == ""
