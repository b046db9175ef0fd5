"""Finding by words: Finnish forms, parts of compounds, numbers, order, near matches, odd input."""

from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from county.models import LifeSituation, Municipality, TargetGroup
from organisations import facets, finnish, numbers
from organisations.filters import OrganisationFilter
from organisations.models import Activity, Organisation
from organisations.search import find, find_similar, hits, understand
from tests.organisations.factories import OrganisationFactory, SectorFactory
from tests.organisations.finding import LIST, names, queries_of

pytestmark = pytest.mark.django_db

# What is typed, and what must be found by it.
FORMS = [
    ("mielenterveys", "Mielenterveysyhdistys Toivo ry"),
    ("mielenterveyden", "Lieksan Mielenterveysyhdistys ry"),
    ("mielenterveyteen", "Mielenterveyden tuki ry"),
    ("omaishoitajille", "Omaishoitajat ja läheiset ry"),
    ("omaishoitajille", "Lieksan omaishoitaja ry"),
    ("omaishoitajien", "Omaishoitajat ry"),
    ("omaishoito", "Omaishoitajat ry"),
    ("omainen", "Omaisten yhdistys ry"),
    ("yhdistyksen", "Kyläyhdistys ry"),
    ("yhdistykset", "Suomen Yhdistys ry"),
    ("kunta", "Kuntien tuki ry"),
    ("kunnan", "Kuntalaisten ääni ry"),
    ("tuki", "Vertaistuen ystävät ry"),
    ("vertaistuki", "Vertaistukea kaikille ry"),
    ("vertaistuen", "Joensuun Vertaistuki ry"),
    ("kerhon", "Muistikerho ry"),
    ("lapsi", "Lasten ystävät ry"),
    ("lasten", "Lapsiperheet ry"),
    ("lapsille", "Lapsiperheet ry"),
    ("nuori", "Nuorten paja ry"),
    ("nuorille", "Nuorisoseura ry"),
    ("vanhusten", "Vanhustyö ry"),
    ("vanhuksille", "Vanhusten ystävät ry"),
    ("ikäihminen", "Ikäihmisten kerho ry"),
    ("ikäihmisille", "Ikäihmiset ry"),
    ("sairaudet", "Harvinaissairaus ry"),
    ("sairauksien", "Sairauden kanssa ry"),
    ("sydän", "Sydämen asialla ry"),
    ("sydämen", "Sydänyhdistys ry"),
    ("muistisairaille", "Muistisairaat ry"),
    ("muistisairas", "Muistisairaiden omaiset ry"),
    ("näkövammainen", "Näkövammaiset ry"),
    ("näkövammaisten", "Näkövammainen ja työ ry"),
    ("päihde", "Päihteetön elämä ry"),
    ("päihteistä", "Päihdetyö ry"),
    ("liikunta", "Liikunnan ilo ry"),
    ("liikuntaa", "Liikuntaväki ry"),
    ("työtön", "Työttömät ry"),
    ("työttömille", "Joensuun Työttömien yhdistys ry"),
    ("perheille", "Monikkoperheet ry"),
    ("eläkeläisten", "Eläkeläiset ry"),
    ("kylän", "Kyläyhdistys ry"),
    ("veteraanien", "Sotaveteraanit ry"),
    ("maahanmuuttajille", "Maahanmuuttajat ry"),
    ("syöpä", "Syövän sairastaneet ry"),
    ("syövän", "Syöpäyhdistys ry"),
    ("vapaaehtoinen", "Vapaaehtoiset ry"),
    ("yksinäinen", "Yksinäisyyttä vastaan ry"),
    ("kaupungin", "Kaupunki kukkii ry"),
    ("miehet", "Miesten piiri ry"),
    ("nainen", "Naisten linja ry"),
    ("asunnottomille", "Asunnottomien yö ry"),
    ("rikoksen", "Rikosuhripäivystys ry"),
    ("väkivaltaa", "Väkivallan vastustajat ry"),
    ("metsästyksen", "Metsästysseura ry"),
    ("MIELENTERVEYS", "Mielenterveysyhdistys ry"),
    ("nakovammaisille", "Näkövammaiset ry"),
    ("yhd", "Yhdessä ry"),
]


@pytest.mark.parametrize(("typed", "name"), FORMS)
def test_an_inflected_word_or_a_part_of_a_compound_finds_the_name(typed: str, name: str) -> None:
    right = OrganisationFactory(name=name)
    OrganisationFactory(name="Zzz Filatelia ry")

    assert list(find(typed, Organisation.objects.all())) == [right]


@pytest.mark.parametrize("typed", ["omaishoitajille", "sairauksien", "työttömille"])
def test_a_form_does_not_find_everything(typed: str) -> None:
    for name in ("Oma tupa ry", "Saimaan purjehtijat ry", "Työväen näyttämö ry", "Hoivapalvelut ry"):
        OrganisationFactory(name=name)

    assert not find(typed, Organisation.objects.all()).exists()


@given(st.text(max_size=130))
def test_any_text_is_understood(text: str) -> None:
    query = understand(text)

    assert len(query.words) <= finnish.MAX_WORDS
    assert all(word.needles and all(word.needles) for word in query.words)
    assert not find(text, Organisation.objects.filter(name="Tätä ei ole")).exists()


@pytest.mark.parametrize(
    "typed",
    [
        "'",
        '"',
        "%",
        "_",
        "\\",
        "\\'",
        "%%%",
        "<script>alert(1)</script>",
        "🙂",
        "ry",
        "ja",
        "ry ry ja",
        "- –",
        "a" * 100,
        "a b c d e f g h i j k l",
        "'; DROP TABLE organisations_organisation; --",
        "ß",
        "İstanbul",
        "Œ",
        "{}",
        "%(x)s",
    ],
)
def test_odd_input_harms_nothing(typed: str, client: Client) -> None:
    OrganisationFactory(name="Tavallinen Yhdistys ry")

    for suffix in ("", ".csv", ".xlsx"):
        address = f"{LIST}jarjestot{suffix}" if suffix else LIST
        answer = client.get(address, {"q": typed, "kunta": typed, "ala": typed, "jarjesta": typed, "sivu": typed})
        assert answer.status_code == 200
    assert Organisation.objects.count() == 1
    assert "<script>alert(1)" not in client.get(LIST, {"q": typed}).content.decode()


def test_stop_words_are_left_out_beside_others_and_looked_for_alone(client: Client) -> None:
    OrganisationFactory(name="Sydän ja mieli ry")
    OrganisationFactory(name="Kylätupa rf")

    assert names(client, "?q=sydän+ry") == names(client, "?q=sydän") == ["Sydän ja mieli ry"]
    assert names(client, "?q=ry") == ["Sydän ja mieli ry"]


def test_short_words_are_found_where_a_word_begins(client: Client) -> None:
    OrganisationFactory(name="Ii ry")
    OrganisationFactory(name="Kiinteistöväki ry")

    assert names(client, "?q=ii") == ["Ii ry"]


def test_accents_numbers_and_earlier_names(client: Client) -> None:
    first = OrganisationFactory(name="Äänekosken Näkövammaiset ry", association_number=123456)
    second = OrganisationFactory(name="Uusi Nimi ry", association_number=7, business_id="0785533-5")
    second.earlier_names.create(name="Entinen Kerho ry")

    for words, found in (
        ("?q=näkövamm", [first.name]),
        ("?q=aanekosken+nako", [first.name]),
        ("?q=NÄKÖVAMMAISET+ry", [first.name]),
        ("?q=123.456", [first.name]),
        ("?q=123456", [first.name]),
        ("?q=0785533-5", [second.name]),
        ("?q=07855335", [second.name]),
        ("?q=entinen+kerho", [second.name]),
        ("?q=entisen+kerhon", [second.name]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?q=%00", [first.name, second.name]),
    ):
        assert sorted(names(client, words)) == sorted(found), words
    assert "Aiempi nimi:" in client.get(f"{LIST}?q=entinen").content.decode()


def test_the_best_finds_come_first_each_degree_in_finnish_order(
    client: Client, kunnat: dict[str, Municipality]
) -> None:
    for name in ("Suomen Sydän ry", "Sydän", "Sydänväki ry", "Erosydän ry", "Älä sydäntä ry", "Åbo sydän ry"):
        OrganisationFactory(name=name)
    OrganisationFactory(name="Aivan muu ry").earlier_names.create(name="Sydänkerho ry")
    told = OrganisationFactory(name="Aakkosissa ensin ry", description_fi="Autamme sydänpotilaita.")

    assert names(client, "?q=sydän") == [
        "Sydän",
        "Sydänväki ry",
        "Suomen Sydän ry",
        "Åbo sydän ry",
        "Älä sydäntä ry",
        "Erosydän ry",
        told.name,
        "Aivan muu ry",
    ]
    assert names(client, "?q=sydän&jarjesta=nimi")[:3] == [told.name, "Aivan muu ry", "Erosydän ry"]


def test_a_number_comes_before_names_that_hold_it(client: Client) -> None:
    OrganisationFactory(name="123 ry")
    OrganisationFactory(name="Oikea ry", association_number=123)

    assert names(client, "?q=123") == ["Oikea ry", "123 ry"]


def test_a_municipality_among_the_words_is_a_place(client: Client, kunnat: dict[str, Municipality]) -> None:
    OrganisationFactory(name="Omaishoitajat ry", domicile=kunnat["422"])
    OrganisationFactory(name="Lieksan Omaistuki ry", domicile=kunnat["422"])
    OrganisationFactory(name="Joensuun Omaishoitajat ry", domicile=kunnat["167"])

    assert names(client, "?q=omaishoitajat+Lieksassa") == ["Omaishoitajat ry"]
    assert names(client, "?q=lieksa") == ["Lieksan Omaistuki ry", "Omaishoitajat ry"]
    assert not find("omaistuki Kitee", Organisation.objects.all()).exists()


def test_what_the_organisation_tells_finds_it(client: Client, kunnat: dict[str, Municipality]) -> None:
    group = TargetGroup.objects.create(name_fi="Omaishoitajat", name_sv="Närståendevårdare")
    situation = LifeSituation.objects.create(name_fi="Läheisen muistisairaus")
    one = OrganisationFactory(name="Kolmas sektori ry", domicile=kunnat["422"])
    one.description_sv = "Vi ordnar träffar för anhöriga."
    one.save()
    one.sectors.add(SectorFactory(name_fi="Kylä- ja asukasyhdistykset", name_en="Village associations"))
    activity = Activity.objects.create(
        organisation=one,
        kind="peer_group",
        name="Torstaikerho",
        description="Vertaisryhmä, jossa kahvitellaan.",
        how_to_join="Soita.",
        confirmed_on=date(2026, 11, 1),
    )
    activity.target_groups.add(group)
    activity.life_situations.add(situation)

    for words in (
        "anhöriga",
        "träffar",
        "asukasyhdistys",
        "village",
        "vertaisryhmässä",
        "torstaikerhon",
        "omaishoitajille",
        "närståendevårdare",
        "muistisairauden",
        "omaishoitajille Lieksassa",
        "sektori kahvitellaan",
    ):
        assert names(client, f"?q={words}") == [one.name], words
    page = client.get(f"{LIST}?q=vertaisryhmiä").content.decode()
    assert "<mark>Vertaisryhmä,</mark> jossa kahvitellaan." in page


def test_typing_errors_are_forgiven_only_when_nothing_was_found(client: Client) -> None:
    OrganisationFactory(name="Mielenterveysyhdistys Toivo ry")
    OrganisationFactory(name="Kalakerho ry")

    page = client.get(f"{LIST}?q=mielentreveys").content.decode()

    assert "Mielenterveysyhdistys Toivo ry" in page
    assert "Haulla ”mielentreveys” ei löytynyt järjestöjä. Tarkoititko jotakin näistä?" in page
    assert "Tarkoititko" not in client.get(f"{LIST}?q=mielenterveys").content.decode()
    assert not find_similar("kvanttimekaniikka", Organisation.objects.all()).exists()


def test_near_matches_stay_within_the_filters(client: Client, kunnat: dict[str, Municipality]) -> None:
    OrganisationFactory(name="Mielenterveysyhdistys Toivo ry", domicile=kunnat["167"])

    assert names(client, "?q=mielentreveys&kunta=422") == []


def test_very_many_are_walked_in_the_same_order_as_few_are_sorted(kunnat: dict[str, Municipality]) -> None:
    for number in range(12):
        OrganisationFactory(name=f"{'Åäöbc'[number % 5]} Kerho {number} ry", domicile=kunnat["422"])
        OrganisationFactory(name=f"Kerho {number} ry", status="dissolved" if number % 3 == 0 else "registered")
    rows = Organisation.objects.all()
    query = understand("kerho")
    conditions = OrganisationFilter({}, queryset=rows).conditions

    for order in facets.ORDERS:
        for offset in (0, 5, 10, 15):
            asked = {"order": order, "offset": offset, "limit": 5}
            few = facets.look(rows, query, conditions, **asked)
            many = facets.look(rows, query, conditions, **asked, most=3)
            assert few.page == many.page, (order, offset)
            assert few.total == 20
            assert (many.total, many.matching, many.counts) == (None, None, {})


def test_when_the_filters_leave_few_they_are_counted(kunnat: dict[str, Municipality]) -> None:
    for number in range(6):
        OrganisationFactory(name=f"Kerho {number} ry", domicile=kunnat["422" if number < 2 else "167"])
    found = OrganisationFilter("q=kerho&kunta=422", queryset=Organisation.objects.all())

    counted = facets.look(found.queryset, found.query, found.conditions, order="nimi", offset=0, limit=5, most=4)

    assert counted.total == 2
    assert counted.matching is None
    assert len(counted.page) == 2
    assert "kunta" not in counted.counts  # within itself there are too many to count
    assert counted.counts["muoto"] == {"association": 2}


def test_search_over_all_uses_the_same_finding() -> None:
    OrganisationFactory(name="Ilomantsin Liikuntaväki ry")
    OrganisationFactory(name="Purettu Liikunta ry", status="dissolved")

    assert [hit.title for hit in hits(None, "liikunnan", 5)] == ["Ilomantsin Liikuntaväki ry"]
    assert [hit.title for hit in hits(None, "purettu", 5)] == ["Purettu Liikunta ry"]
    assert [hit.title for hit in hits(None, "ilomantsun liikuntavaki", 5)] == ["Ilomantsin Liikuntaväki ry"]
    assert len(list(hits(None, "ry", 1))) == 1


@pytest.mark.parametrize("query", ["", "?q=yhdistys", "?q=yhdistys&kunta=167&ala=1", "?q=kertomus", "?q=yhdistsy"])
def test_queries_do_not_grow_with_the_rows(query: str, client: Client, kunnat: dict[str, Municipality]) -> None:
    sector = SectorFactory()

    def fill(number: int) -> None:
        for _ in range(number):
            one = OrganisationFactory(domicile=kunnat["167"], description_fi="Kertomuksemme")
            one.sectors.add(sector)
            one.earlier_names.create(name=f"Entinen {one.pk}")

    fill(1)
    client.get(f"{LIST}{query}")
    first = queries_of(client, f"{LIST}{query}")
    fill(2)

    assert queries_of(client, f"{LIST}{query}") == first
    assert first <= 12


def test_a_needle_is_never_longer_than_what_was_typed_plus_its_gradation() -> None:
    word = finnish.understand("omaishoitajille", "omaishoitaj")

    assert word.needles == ("omaishoitaj",)
    assert word.typed == numbers.fold("omaishoitajille")
