"""The gallery: every component in its states, with invented names, for those who build and check pages.

Its texts are examples and stand in Finnish only; the page says so with ``lang``.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import public_page
from common import charts
from common.facets import Chip, Choice, Facet
from common.money import EuroFormField
from common.seams import Todo
from common.tile_map import Place, TileMap, levels, tile_map
from liaisons.differences import difference

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MUNICIPALITIES = [("276", "Kontiolahti"), ("422", "Lieksa"), ("541", "Nurmes"), ("167", "Joensuu")]


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Toiminnan nimi", max_length=120, help_text="Nimi näkyy päätöksessä ja raportissa.")
    amount = EuroFormField(
        label="Kuinka paljon haette?",
        help_text="Vähintään 500 €, enintään 15 000 €. Yli 10 000 € hakevilta kysymme myös vaikutuksista.",
        min_value=500,
    )
    starts = forms.DateField(label="Toiminta alkaa", help_text="Esimerkiksi 1.3.2027.")
    people = forms.IntegerField(
        label="Montako ihmistä tavoitatte?", widget=forms.TextInput(attrs={"class": "short", "data-unit": "henkilöä"})
    )
    municipality = forms.ChoiceField(label="Kotipaikka", choices=[("", "Valitse"), *MUNICIPALITIES])
    audience = forms.ChoiceField(
        label="Kenelle toiminta on ensisijaisesti?",
        choices=[("families", "Lapsiperheet"), ("aged", "Ikäihmiset"), ("carers", "Omaishoitajat")],
        widget=forms.RadioSelect,
    )
    areas = forms.MultipleChoiceField(
        label="Missä kunnissa toimitte?",
        help_text="Valitse kaikki, joissa toimintaa on vähintään kerran kuussa.",
        choices=MUNICIPALITIES,
        widget=forms.CheckboxSelectMultiple,
    )
    story = forms.CharField(
        label="Mitä teette?",
        help_text="Kerro kuten kertoisit naapurille: mitä, kenelle, missä ja kuinka usein.",
        widget=forms.Textarea(attrs={"maxlength": 1000}),
    )
    reason = forms.CharField(
        label="Miksi nämä menot?", required=False, widget=forms.Textarea(attrs={"maxlength": 500, "class": "small"})
    )
    rules = forms.FileField(label="Säännöt", required=False, help_text="PDF tai kuva, enintään 20 Mt.")
    accept = forms.BooleanField(label="Vakuutan tiedot oikeiksi ja saan edustaa järjestöä")


class CostForm(forms.Form):
    """A row of a budget."""

    what = forms.CharField(label="Mihin")
    amount = EuroFormField(label="Summa")


class FilterForm(forms.Form):
    """A list's filters."""

    q = forms.CharField(label="Hae", required=False)
    municipality = forms.ChoiceField(label="Kunta", required=False, choices=[("", "Kaikki 13"), *MUNICIPALITIES])
    state = forms.ChoiceField(label="Tila", required=False, choices=[("", "Kaikki"), ("sent", "Lähetetty")])


def _todos() -> list[Todo]:
    return [
        Todo(
            title="Toimita vuoden 2025 käyttöselvitys",
            url="#todo",
            button="Jatka selvitystä",
            due=NOW - timedelta(days=6),
            detail="Selvityksen jälkeen avustuksen toinen erä 1 500 € voidaan maksaa.",
        ),
        Todo(
            title="Täydennä hakemusta PKHVA/214/02.05.01/2026",
            url="#todo",
            button="Täydennä",
            due=NOW + timedelta(hours=5),
            detail="Pyysimme uuden talousarvion.",
        ),
        Todo(
            title="Lähetä Toiminta-avustus 2027 -hakemus",
            url="#todo",
            button="Jatka hakemusta",
            due=NOW + timedelta(days=17, hours=4),
            detail="5 osaa 8:sta valmiina.",
        ),
        Todo(
            title="Vahvista järjestön tiedot",
            url="#todo",
            button="Tarkista tiedot",
            detail="Tiedot vahvistettiin viimeksi 3.12.2025. Se vie noin kaksi minuuttia.",
            quiet=True,
        ),
    ]


def _tasks() -> list[dict[str, str]]:
    return [
        {"label": "Järjestön tiedot", "url": "#tasks", "tone": "ok", "word": "Valmis"},
        {
            "label": "Tavoitteet ja seuranta",
            "url": "#tasks",
            "tone": "wait",
            "word": "Kesken",
            "detail": "Puuttuu: tavoite tapaamisten määrälle",
        },
        {
            "label": "Talousarvio",
            "url": "#tasks",
            "tone": "bad",
            "word": "Korjattavaa",
            "detail": "Menot 18 400 € ja tulot 17 900 € eivät täsmää: ero 500 €",
        },
        {"label": "Liitteet", "url": "#tasks", "tone": "none", "word": "Ei aloitettu"},
        {"label": "Tarkista ja lähetä", "url": "", "tone": "none", "word": "Avautuu, kun muut osat ovat valmiina"},
    ]


def _charts() -> dict[str, Any]:
    granted = [
        ("Joensuu", 61200, 58000),
        ("Lieksa", 24100, 15800),
        ("Kitee", 18900, 19400),
        ("Nurmes", 17300, 12100),
        ("Liperi", 12600, 12900),
    ]
    return {
        "bars": charts.bars(
            key="granted",
            heading="Avustukset kasvoivat eniten Lieksassa",
            note="Vihreä palkki: 2025. Ohut viivoitettu palkki: 2024.",
            rows=[charts.Bar(name, value, before, hot=name == "Lieksa") for name, value, before in granted],
            row_label="Kunta",
            value_label="2025",
            previous_label="2024",
            written=charts.in_euros,
        ),
        "line": charts.line(
            key="asked",
            heading="Hakemuksia tulee joka vuosi enemmän kuin rahaa riittää",
            points=["2021", "2022", "2023", "2024", "2025"],
            series=[
                charts.Series("Haettu", [310000, 402000, 455000, 512000, 598400]),
                charts.Series("Myönnetty", [150000, 150000, 165000, 168000, 178200]),
            ],
            row_label="Vuosi",
            written=charts.in_euros,
        ),
        "single": charts.line(
            key="hours",
            heading="Vapaaehtoistunnit ylittivät pandemiaa edeltävän tason",
            points=["2021", "2022", "2023", "2024", "2025"],
            series=[charts.Series("Tunteja", [21200, 27900, 31000, 35500, 39800])],
            row_label="Vuosi",
        ),
        "share": charts.share(
            key="themes",
            heading="Lähes puolet avustuksista meni yksinäisyyden vähentämiseen",
            parts=[
                charts.Part("Yksinäisyyden vähentäminen", 82000, hot=True),
                charts.Part("Omaishoitajien tuki", 51200),
                charts.Part("Liikunta ja toimintakyky", 30000),
                charts.Part("Muut", 15000),
            ],
            row_label="Teema",
            value_label="Myönnetty",
            written=charts.in_euros,
        ),
    }


def _maps() -> dict[str, TileMap]:
    counts = [
        ("Nurmes", 210, 1, 0),
        ("Lieksa", 248, 2, 1),
        ("Juuka", 96, 1, 1),
        ("Kontiolahti", 187, 2, 2),
        ("Joensuu", 1588, 2, 3),
        ("Rääkkylä", 90, 1, 4),
    ]
    shades = levels([count for _name, count, _column, _row in counts])
    posts = (("Nurmes", "nimetty", 0, "ok"), ("Lieksa", "sijainen", 1, "wait"), ("Juuka", "puuttuu", 2, "bad"))
    return {
        "levels": tile_map(
            key="kartta",
            heading="Eniten järjestöjä on Joensuussa",
            note="Sävy ja palkki kertovat, mihin neljännekseen kunta kuuluu.",
            places=[
                Place(name, str(count), column, row, level=shade, url="#kartta")
                for (name, count, column, row), shade in zip(counts, shades, strict=True)
            ],
            head=("Kunta", "Järjestöjä"),
        ),
        "tones": tile_map(
            key="kattavuus",
            heading="Juuasta puuttuu yhdyshenkilö",
            places=[Place(name, word, column, 0, tone=tone) for name, word, column, tone in posts],  # type: ignore[arg-type]
            head=("Kunta", "Yhdyshenkilö"),
            legend=("✓ nimetty", "◔ sijainen", "✕ puuttuu"),
        ),
    }


def _facets() -> dict[str, Any]:
    return {
        "facets": [
            Facet(
                "kunta",
                "Kunta",
                (Choice("422", "Lieksa", 42, chosen=True), Choice("167", "Joensuu", 310), Choice("541", "Nurmes", 7)),
            ),
            Facet("ala", "Toimiala", (Choice("1", "Sosiaali- ja terveysalan yhdistykset", 61),)),
        ],
        "chips": [Chip("Haku", "omaishoitaja", "#facets"), Chip("Kunta", "Lieksa", "#facets")],
    }


def _lists() -> dict[str, Any]:
    return {
        "pieces": difference("Päätettiin kokoontua maanantaina.", "Päätettiin kokoontua tiistaina klo 16."),
        "facts": [
            {"label": "Hakemuksia", "value": "130", "note": "112 ehdot täyttävää"},
            {"label": "Haettu", "value": "598 400 €"},
            {"label": "Esitetty", "value": "163 500 €", "note": "74 hakijalle"},
            {"label": "Jäljellä", "value": "16 500 €", "note": "määräraha 180 000 €", "tone": "left"},
        ],
        "details": [
            {"label": "Y-tunnus", "value": "0000000-0"},
            {"label": "Kotipaikka", "value": "Lieksa"},
            {"label": "Verkkosivut", "value": "www.esimerkki.example", "url": "#details"},
            {"label": "Esittely ruotsiksi", "value": ""},
        ],
        "timeline": [
            {"at": NOW - timedelta(days=1), "text": "Täydennyspyyntö lähetetty.", "by": "Minna Malli"},
            {"at": NOW - timedelta(days=5), "text": "Arviot valmiit: 84 ja 80 pistettä."},
            {
                "at": NOW - timedelta(days=23),
                "text": "Hakemus saapui.",
                "url": "#timeline",
                "link": "Vastaanottokuittaus",
            },
        ],
        "files": [
            {"name": "Säännöt.pdf", "url": "#files", "size": 348160, "at": NOW, "remove_url": "#files"},
            {
                "name": "Hyvin-pitkä-tiedostonimi-jossa-on-kaikki-vuosikokouksen-pöytäkirjat-2016-2026.pdf",
                "url": "",
                "size": 4404019,
                "tone": "wait",
                "word": "Tarkistetaan",
            },
        ],
        "tabs": [
            {"url": "#tabs", "label": "Hakemus", "current": True},
            {"url": "#tabs", "label": "Arviointi", "count": "2/2"},
            {"url": "#tabs", "label": "Liitteet", "count": 5},
            {"url": "#tabs", "label": "Viestit", "count": 0},
            {"url": "#tabs", "label": "Historia"},
        ],
        "tones": [
            ("ok", "Valmis"),
            ("wait", "Kesken"),
            ("info", "Käsittelyssä"),
            ("bad", "Korjattavaa"),
            ("none", "Ei aloitettu"),
        ],
        "applications": [
            {"name": name, "place": place, "asked": asked, "tone": tone, "word": word}
            for name, place, asked, tone, word in (
                ("Lieksan Omaistuki ry", "Lieksa", 9000, "ok", "Esitetään"),
                ("Kontiolahden Muistikerho ry", "Kontiolahti", 15000, "ok", "Esitetään"),
                ("Joensuun Vertaistupa ry", "Joensuu", 12500, "wait", "Pisteet eroavat"),
                ("Rääkkylän Kylätupa ry", "Rääkkylä", 3000, "bad", "Selvitys 2025 puuttuu"),
            )
        ],
        "actions": [
            {"url": "#casebar", "label": "Jatka määräaikaa"},
            {"url": "#casebar", "label": "Ota käsittelyyn", "second": True},
        ],
    }


@public_page
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in its states."""
    wrong = ExampleForm(
        {
            "virheet-name": "Omaisten vertaisryhmä",
            "virheet-amount": "4.500",
            "virheet-starts": "31.2.2027",
            "virheet-areas": ["422", "541"],
            "virheet-audience": "",
            "virheet-story": "Tapaamme viikoittain Lieksassa ja Nurmeksessa.",
        },
        prefix="virheet",
    )
    rows = forms.formset_factory(CostForm, extra=0)
    budget = rows(
        {
            "menot-TOTAL_FORMS": "2",
            "menot-INITIAL_FORMS": "2",
            "menot-0-what": "Vertaisohjaajien palkkiot",
            "menot-0-amount": "6 000",
            "menot-1-what": "Matkat",
            "menot-1-amount": "",
        },
        prefix="menot",
    )
    context = {
        "now": NOW,
        "due": NOW + timedelta(days=6),
        "example": ExampleForm(),
        "wrong": wrong,
        "budget": budget,
        "filter_form": FilterForm({"q": "omais"}, auto_id="suodatin_%s"),
        "todos": _todos(),
        "tasks": _tasks(),
        "charts": _charts(),
        "maps": _maps(),
        **_facets(),
        "page": Paginator(range(310), 25).get_page(5),
        **_lists(),
    }
    return render(request, "portal/gallery.html", context)
