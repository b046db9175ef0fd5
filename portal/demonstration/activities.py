"""Invented activities: peer groups, meeting places, guidance and volunteer openings over the whole region."""

import random
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from common.times import local_date
from county.models import LifeSituation, Municipality, TargetGroup
from organisations.models import Activity, Organisation
from organisations.workflow.activity_imports import read_activities

#: Kind, name, life situation, target group, description.
_MODELS = (
    (
        "peer_group",
        "Omaishoitajien vertaisryhmä",
        "Omaishoito",
        "Omaiset ja läheiset",
        "Juttelemme arjesta, jaamme vinkkejä ja juomme kahvit. Hoidettavalle on oma kerho.",
    ),
    (
        "meeting_place",
        "Avoin kohtaamispaikka",
        "Yksinäisyys",
        "Kaikki asukkaat",
        "Ovi on auki ja kahvi kuumana. Voit tulla yksin tai kaverin kanssa.",
    ),
    (
        "guidance",
        "Neuvontaa rahahuoliin",
        "Rahahuolet ja ruoka-apu",
        "Työikäiset",
        "Käymme läpi laskuja ja tukia yhdessä. Mukana on velkaneuvoja kerran kuussa.",
    ),
    (
        "volunteering",
        "Ystäväksi ikäihmiselle",
        "Haku vapaaehtoiseksi",
        "Ikäihmiset",
        "Etsimme ihmisiä, jotka käyvät ikäihmisen luona kahdesti kuussa. Saat koulutuksen ja tuen.",
    ),
    (
        "experts_by_experience",
        "Mielenterveyden kokemustoimija",
        "Mielen hyvinvointi",
        "Mielenterveyskuntoutujat",
        "Koulutettu kokemustoimija kertoo toipumisesta henkilöstölle tai ryhmälle.",
    ),
    (
        "peer_group",
        "Muistikahvila läheisille",
        "Muistisairaus",
        "Omaiset ja läheiset",
        "Tietoa muistisairaudesta ja tilaa omille kysymyksille.",
    ),
    (
        "peer_group",
        "Eroryhmä vanhemmille",
        "Ero tai perhekriisi",
        "Lapsiperheet",
        "Kuusi tapaamista eron jälkeisestä vanhemmuudesta. Lapsille on oma tekeminen.",
    ),
    (
        "peer_group",
        "Sururyhmä",
        "Läheisen kuolema",
        "Kaikki asukkaat",
        "Läheisensä menettäneet tapaavat ohjatussa ryhmässä.",
    ),
    (
        "meeting_place",
        "Perheiden aamukahvila",
        "Lapsiperheen arki",
        "Lapsiperheet",
        "Aamupalaa, leikkiä ja muiden vanhempien seuraa.",
    ),
    ("guidance", "Työnhakijan tuki", "Työttömyys", "Työttömät", "Autamme työhakemuksissa ja digiasioissa."),
    (
        "peer_group",
        "Sydänryhmä liikkuu",
        "Pitkäaikainen sairaus",
        "Pitkäaikaissairaat",
        "Kevyttä liikuntaa ja tietoa sydänsairauden kanssa elämisestä.",
    ),
    (
        "other",
        "Suomen kielen kahvila",
        "Suomeen muutto",
        "Maahan muuttaneet",
        "Puhumme suomea arjen asioista. Aiempaa kielitaitoa ei tarvita.",
    ),
)
_TIMES = (
    "Joka tiistai klo 17.30–19.00",
    "Parillisten viikkojen torstai klo 13–15",
    "Kuukauden ensimmäinen maanantai klo 10–12",
)


def make_activities(organisations: list[Organisation], now: datetime, dice: random.Random) -> None:
    """Give each municipality its activities: most in force, some full, hidden, past or long unconfirmed."""
    today = local_date(now)
    situations = {row.name_fi: row for row in LifeSituation.objects.all()}
    groups = {row.name_fi: row for row in TargetGroup.objects.all()}
    municipalities = list(Municipality.objects.filter(is_own=True).order_by("name_fi"))
    by_home: dict[int | None, list[Organisation]] = {}
    for organisation in organisations:
        by_home.setdefault(organisation.domicile_id, []).append(organisation)
    rows: list[tuple[Activity, Municipality, str, str]] = []
    for place in municipalities:
        homes = by_home.get(place.pk, organisations)
        for number, (kind, name, situation, group, text) in enumerate(_MODELS):
            if number and dice.random() < 0.25:
                continue
            organisation = organisations[0] if not number and place.name_fi == "Lieksa" else dice.choice(homes)
            rows.append((_activity(organisation, kind, name, text, place, today, dice), place, situation, group))
    Activity.objects.bulk_create(row[0] for row in rows)
    _link(rows, situations, groups)


def _activity(
    organisation: Organisation, kind: str, name: str, text: str, place: Municipality, today: date, dice: random.Random
) -> Activity:
    chance = dice.random()
    return Activity(
        organisation=organisation,
        kind=kind,
        name=name,
        description=text,
        place=f"Järjestötalo, Keskuskatu {dice.randrange(1, 40)}, {place.name_fi}",
        when=dice.choice(_TIMES),
        price="" if dice.random() < 0.8 else "2 € kahvista",
        accessibility="Kynnyksetön sisäänkäynti, induktiosilmukka." if dice.random() < 0.5 else "",
        how_to_join="Tule suoraan paikalle tai soita ensin ohjaajalle, puhelin 050 123 4567.",
        leader="Koulutettu vertaisohjaaja" if kind == "peer_group" else "",
        room="full" if chance < 0.08 else "queue" if chance < 0.15 else "open",
        is_remote=dice.random() < 0.15,
        ends_on=today - timedelta(days=20) if 0.9 < chance < 0.95 else None,
        confirmed_on=today - timedelta(days=dice.randrange(1, 150) if chance < 0.85 else dice.randrange(200, 330)),
        is_published=chance < 0.97,
    )


def wait_with_a_file(organisation: Organisation, by: User, now: datetime) -> None:
    """The organisation has read a file from Lähellä.fi and has not yet taken anything of it."""
    text = (
        "nimi;osoite;laji;kuvaus;elamantilanteet;kunnat;aika;miten_mukaan\n"
        "Senioreiden digikerho;https://www.lahella.fi/senioreiden-digikerho;neuvonta;Harjoitellaan puhelimen käyttöä.;;"
        "Lieksa;Keskiviikko klo 13;Tule paikalle, laite mukaan.\n"
        "Omaishoitajien vertaisryhmä;https://www.lahella.fi/omaishoitajat;vertaisryhmä;;Omaishoito;Lieksa, Nurmes;"
        "Tiistai klo 17;\n"
        ";;;Rivi ilman nimeä;;;;\n"
    )
    read_activities(organisation, SimpleUploadedFile("lahella-toiminta.csv", text.encode()), by=by, now=now)


def _link(
    rows: list[tuple[Activity, Municipality, str, str]],
    situations: dict[str, LifeSituation],
    groups: dict[str, TargetGroup],
) -> None:
    """Tie each activity to its municipality, life situation and target group."""
    many = Activity.municipalities.through, Activity.life_situations.through, Activity.target_groups.through
    many[0].objects.bulk_create(many[0](activity=a, municipality=place) for a, place, _s, _g in rows)
    many[1].objects.bulk_create(
        many[1](activity=a, lifesituation=situations[s]) for a, _p, s, _g in rows if s in situations
    )
    many[2].objects.bulk_create(many[2](activity=a, targetgroup=groups[g]) for a, _p, _s, g in rows if g in groups)
