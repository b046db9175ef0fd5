"""Filters: what they keep, their counts within the others, chips, the state, stored searches, sorting, empty pages."""

from collections.abc import Callable
from datetime import date

import pytest
from django.http import QueryDict
from django.test import Client

from county.models import Municipality, TargetGroup, Theme
from organisations.filters import OrganisationFilter
from organisations.models import Organisation
from tests.organisations.factories import OrganisationFactory, SectorFactory
from tests.organisations.finding import LIST, counts, names

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(kunnat: dict[str, Municipality]) -> dict[str, Organisation]:
    """Five organisations: where they are, what they do, how they stand."""
    culture, care = SectorFactory(name_fi="Kulttuuri"), SectorFactory(name_fi="Sote")
    theme, group = Theme.objects.create(name_fi="Elintavat"), TargetGroup.objects.create(name_fi="Ikäihmiset")
    made = {
        "home": OrganisationFactory(name="Kotona ry", domicile=kunnat["422"], reach="local"),
        "works": OrganisationFactory(name="Käy töissä ry", domicile=kunnat["167"], reach="county"),
        "fund": OrganisationFactory(name="Lieksan säätiö", domicile=kunnat["422"], legal_form="foundation"),
        "ending": OrganisationFactory(name="Loppuva ry", domicile=kunnat["167"], status="liquidation"),
        "gone": OrganisationFactory(name="Mennyt ry", domicile=kunnat["422"], status="dissolved"),
        "away": OrganisationFactory(name="Oulun ry", domicile=kunnat["564"]),
    }
    made["works"].municipalities.add(kunnat["422"], kunnat["167"])
    made["works"].sectors.add(culture, care)
    made["home"].sectors.add(care)
    made["home"].themes.add(theme)
    made["fund"].target_groups.add(group)
    return made


def key(model: type, name: str) -> int:
    found: int = model.objects.get(name_fi=name).pk  # type: ignore[attr-defined]
    return found


def test_each_filter_narrows_and_within_one_the_choices_widen(client: Client, field: dict[str, Organisation]) -> None:
    from county.models import Sector

    care, culture = key(Sector, "Sote"), key(Sector, "Kulttuuri")
    for query, found in (
        ("?kunta=422", ["home", "works", "fund"]),
        ("?kunta=422&kunta=167", ["home", "works", "fund", "ending"]),
        (f"?ala={care}", ["home", "works"]),
        (f"?ala={care}&ala={culture}", ["home", "works"]),
        (f"?ala={culture}", ["works"]),
        (f"?teema={key(Theme, 'Elintavat')}", ["home"]),
        (f"?ryhma={key(TargetGroup, 'Ikäihmiset')}", ["fund"]),
        ("?ulottuvuus=county", ["works"]),
        ("?muoto=foundation", ["fund"]),
        (f"?kunta=422&ala={care}&ulottuvuus=local", ["home"]),
        ("?tila=dissolved", ["gone"]),
        ("?tila=registered&tila=dissolved&kunta=422", ["home", "works", "fund", "gone"]),
        ("?q=lieksan&muoto=foundation", ["fund"]),
    ):
        assert sorted(names(client, query)) == sorted(field[name].name for name in found), query


def test_what_is_not_understood_does_not_narrow(client: Client, field: dict[str, Organisation]) -> None:
    everything = names(client)

    assert len(everything) == 5
    assert (
        names(client, "?kunta=999&ala=x&ala=-1&ala=99999999999999999999&tila=nonsense&jarjesta=x&sivu=x") == everything
    )
    assert names(client, "?kunta=422&kunta=999") == names(client, "?kunta=422")


def test_the_dissolved_are_left_out_until_asked_for_and_the_page_says_so(
    client: Client, field: dict[str, Organisation]
) -> None:
    page = client.get(LIST).content.decode()

    assert "Mennyt ry" not in page
    assert "Yksi purettu tai rekisteristä poistettu jätettiin pois." in page
    assert 'href="?tila=registered&amp;tila=liquidation&amp;tila=dissolved&amp;tila=removed"' in page
    everything = client.get(f"{LIST}?tila=registered&tila=liquidation&tila=dissolved&tila=removed").content.decode()
    assert "Mennyt ry" in everything
    assert "jätettiin pois" not in everything
    alone = client.get(f"{LIST}?q=mennyt").content.decode()
    assert "Löytyi 0 järjestöä" in alone
    assert 'href="?q=mennyt&amp;tila=registered&amp;tila=liquidation&amp;tila=dissolved&amp;tila=removed"' in alone


def test_counts_stand_beside_each_choice_within_the_other_filters(
    client: Client, field: dict[str, Organisation]
) -> None:
    from county.models import Sector

    assert counts(client, "", "kunta") == {"Joensuu": "2", "Lieksa": "3"}  # Oulu is not the county's own
    assert counts(client, "", "ala") == {"Kulttuuri": "1", "Sote": "2"}
    assert counts(client, "", "teema") == {"Elintavat": "1"}
    assert counts(client, "", "ryhma") == {"Ikäihmiset": "1"}
    assert counts(client, "", "muoto") == {"rekisteröity yhdistys (ry)": "4", "säätiö": "1"}
    assert counts(client, "", "tila") == {"rekisterissä": "4", "selvitystilassa": "1", "purettu": "1"}
    # Within its own filter the other choices stay; the others shrink.
    assert counts(client, "?kunta=422", "kunta") == {"Joensuu": "2", "Lieksa": "3"}
    assert counts(client, "?kunta=422", "ala") == {"Kulttuuri": "1", "Sote": "2"}
    assert counts(client, f"?ala={key(Sector, 'Kulttuuri')}", "kunta") == {"Joensuu": "1", "Lieksa": "1"}
    assert counts(client, "?kunta=422", "tila") == {"rekisterissä": "3", "selvitystilassa": "0", "purettu": "1"}
    # A chosen one stays on the page at nothing.
    assert counts(client, "?kunta=422&muoto=foundation&ulottuvuus=county", "muoto")["säätiö"] == "0"
    assert counts(client, "?q=lieksan", "kunta") == {"Joensuu": "1", "Lieksa": "3"}  # a word that names a place


def test_every_count_is_what_choosing_it_gives(client: Client, field: dict[str, Organisation]) -> None:
    rows = Organisation.objects.all()
    for asked in ("", "kunta=422", "q=ry", "q=ry&muoto=association", "tila=dissolved", "kunta=422&ulottuvuus=local"):
        found = OrganisationFilter(asked, queryset=rows).found("1")
        assert found.total == OrganisationFilter(asked, queryset=rows).qs.count()
        for facet in found.facets:
            for choice in facet.choices:
                query = QueryDict(asked, mutable=True)
                query.setlist(facet.name, [choice.value])
                assert choice.count == OrganisationFilter(query, queryset=rows).qs.count(), (asked, facet.name, choice)


def test_chips_take_one_thing_away_each(client: Client, field: dict[str, Organisation]) -> None:
    found = OrganisationFilter(
        "q=ry&kunta=422&kunta=167&tila=dissolved&jarjesta=nimi", queryset=Organisation.objects.all()
    )

    assert [(chip.label, chip.value, chip.query) for chip in found.chips] == [
        ("Haku", "ry", "?kunta=422&kunta=167&tila=dissolved&jarjesta=nimi"),
        ("Kunta", "Lieksa", "?q=ry&kunta=167&tila=dissolved&jarjesta=nimi"),
        ("Kunta", "Joensuu", "?q=ry&kunta=422&tila=dissolved&jarjesta=nimi"),
        ("Tila rekisterissä", "purettu", "?q=ry&kunta=422&kunta=167&jarjesta=nimi"),
    ]
    assert OrganisationFilter("", queryset=Organisation.objects.all()).chips == []


@pytest.mark.parametrize(
    "stored",
    [
        "kunta=422&ulottuvuus=local",
        "?kunta=422&ulottuvuus=local",
        {"kunta": ["422"], "ulottuvuus": "local"},
        QueryDict("kunta=422&ulottuvuus=local"),
    ],
)
def test_a_stored_search_is_the_same_selection(stored: object, field: dict[str, Organisation]) -> None:
    found = OrganisationFilter(stored, queryset=Organisation.objects.all())  # type: ignore[arg-type]

    assert list(found.qs) == [field["home"]]
    assert found.qs.count() == 1


def test_orders_are_links_that_keep_the_search(client: Client, field: dict[str, Organisation]) -> None:
    Organisation.objects.filter(pk=field["home"].pk).update(registered_on=date(2020, 1, 1))
    Organisation.objects.filter(pk=field["fund"].pk).update(registered_on=date(1990, 1, 1))

    assert names(client, "?kunta=422&jarjesta=-rekisteroity") == ["Kotona ry", "Lieksan säätiö", "Käy töissä ry"]
    assert names(client, "?kunta=422&jarjesta=rekisteroity") == ["Lieksan säätiö", "Kotona ry", "Käy töissä ry"]
    assert names(client, "?kunta=422&jarjesta=-nimi") == ["Lieksan säätiö", "Käy töissä ry", "Kotona ry"]
    page = client.get(f"{LIST}?kunta=422&sivu=1").content.decode()
    assert 'href="?kunta=422&amp;jarjesta=-rekisteroity"' in page
    assert "osuvin ensin" not in page
    assert "osuvin ensin" in client.get(f"{LIST}?q=ry").content.decode()


def test_finnish_alphabetical_order_is_the_default(client: Client) -> None:
    for name in ("Öljy ry", "Aura ry", "Ähtäri ry", "Zeniitti ry", "Åbo ry", "aamu ry"):
        OrganisationFactory(name=name)

    assert names(client) == ["aamu ry", "Aura ry", "Zeniitti ry", "Åbo ry", "Ähtäri ry", "Öljy ry"]
    assert "Löytyi 6 järjestöä" in client.get(LIST).content.decode()


def test_pages_of_a_long_list(client: Client) -> None:
    for number in range(30):
        OrganisationFactory(name=f"Yhdistys {number:02} ry")

    assert len(names(client)) == 25
    assert names(client, "?sivu=2") == [f"Yhdistys {number} ry" for number in range(25, 30)]
    assert names(client, "?sivu=99") == names(client, "?sivu=2")
    assert names(client, "?sivu=-3") == names(client, "?sivu=0") == names(client)
    assert 'href="?q=yhdistys&amp;sivu=2"' in client.get(f"{LIST}?q=yhdistys").content.decode()


def test_more_than_can_be_counted_says_so(
    client: Client, field: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("organisations.facets.look.__kwdefaults__", {"most": 3})
    monkeypatch.setattr("organisations.facets.MOST", 3)
    page = client.get(LIST).content.decode()

    assert "Löytyi yli 3 järjestöä" in page
    assert "Valintojen vieressä näkyvät määrät, kun rajaat hakua." in page
    assert names(client) == ["Kotona ry", "Käy töissä ry", "Lieksan säätiö", "Loppuva ry", "Oulun ry"][:25]
    assert counts(client, "", "muoto")["säätiö"] == ""
    assert counts(client, "?muoto=foundation", "kunta") == {"Lieksa": "1"}


def test_empty_pages_teach(client: Client, kunnat: dict[str, Municipality]) -> None:
    assert "Järjestörekisteri on vielä tyhjä" in client.get(LIST).content.decode()
    OrganisationFactory(name="Kotona ry", domicile=kunnat["422"])

    page = client.get(f"{LIST}?q=kotona&kunta=167").content.decode()

    assert "Näin löydät järjestön" in page
    assert "Poista rajaukset: ilman niitä löytyy yksi järjestö" in page
    assert 'href="?q=kotona"' in page
    assert "Kerro siitä meille" in page


def test_names_and_words_are_escaped(client: Client) -> None:
    OrganisationFactory(name="<script>alert(1)</script> ry", description_fi="<img src=x> kuvaus")

    for query in ("", "?q=%3Cscript%3E", "?q=kuvaus", "?q=%3Cb%3Eeiole"):
        page = client.get(f"{LIST}{query}").content.decode()
        assert "<script>alert(1)" not in page
        assert "<img src=x>" not in page
        assert "<b>eiole" not in page


def test_a_swedish_page_marks_finnish_data(client: Client, kunnat: dict[str, Municipality]) -> None:
    one = OrganisationFactory(domicile=kunnat["426"])
    one.sectors.add(SectorFactory(name_fi="Kulttuuri"))

    page = client.get(f"/sv{LIST}").content.decode()

    assert '<span lang="sv">Libelits</span>' in page
    assert '<span lang="fi">Kulttuuri</span>' in page


def test_the_list_starts_from_the_policy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from common import policies

    OrganisationFactory(name="Näkyvä ry")
    OrganisationFactory(name="Piilotettu ry")
    seen: Callable[..., object] = lambda user, now: Organisation.objects.exclude(name="Piilotettu ry")  # noqa: E731
    monkeypatch.setitem(policies.POLICIES, "organisations.view", seen)  # type: ignore[arg-type]

    assert names(client) == ["Näkyvä ry"]
    assert names(client, "?q=piilotettu") == []
    assert "Löytyi yksi järjestö" in client.get(f"{LIST}?q=ry").content.decode()
    assert "Piilotettu" not in client.get("/jarjestot/jarjestot.csv").content.decode()
