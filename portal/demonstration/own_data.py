"""What invented organisations tell of themselves: descriptions, groups, reach, counts, contacts, confirmations."""

import random
from datetime import date, datetime, timedelta

from accounts.models import User
from common.times import local_date
from county.models import TargetGroup
from organisations.models import Contact, ContactVisibility, Organisation, Reach, RunBy

TELLING = 150

#: A part of the name; the description in Finnish; target groups.
_MODELS = (
    (
        "omais",
        "Tuemme omaistaan tai läheistään hoitavia. Järjestämme vertaisryhmiä, neuvontaa ja virkistystä sekä autamme "
        "löytämään oikean palvelun.\n\nToimintaan voi tulla ilman jäsenyyttä.",
        ("Omaiset ja läheiset", "Ikäihmiset"),
    ),
    (
        "muisti",
        "Olemme muistisairaiden ja heidän läheistensä yhdistys. Muistikahvilassa saa tietoa ja seuraa, ja "
        "vertaisohjaajamme tulevat tarvittaessa kotiin.",
        ("Ikäihmiset", "Omaiset ja läheiset"),
    ),
    (
        "miel",
        "Ylläpidämme kohtaamispaikkaa, johon saa tulla sellaisena kuin on. Ohjelmassa on ryhmiä, yhteisiä lounaita ja "
        "kuntouttavaa tekemistä.",
        ("Mielenterveyskuntoutujat",),
    ),
    (
        "päihde",
        "Tarjoamme päihteetöntä yhdessäoloa ja koulutettujen vertaisten tukea toipumiseen. Läheisillä on oma ryhmä.",
        ("Päihde- ja riippuvuustoipujat", "Omaiset ja läheiset"),
    ),
    (
        "perhe",
        "Autamme perheitä arjessa: perhekahvila, lastenhoitoapu ja ryhmät vanhemmille. Kaikki toiminta on maksutonta.",
        ("Lapsiperheet",),
    ),
    (
        "nuor",
        "Nuoret suunnittelevat toiminnan itse. Pajalla korjataan pyöriä, tehdään musiikkia ja etsitään työpaikkoja.",
        ("Nuoret",),
    ),
    (
        "työttömi",
        "Autamme työnhakijoita hakemuksissa, digiasioissa ja arjen sujumisessa. Ruokailu on avoin kaikille.",
        ("Työttömät", "Työikäiset"),
    ),
    (
        "monikulttuuri",
        "Kohtaamispaikka uusille ja vanhoille asukkaille. Suomen kielen kahvila, läksyapua ja neuvontaa.",
        ("Maahan muuttaneet",),
    ),
    (
        "seniori",
        "Liikumme, laulamme ja retkeilemme yhdessä. Vapaaehtoisemme käyvät ystävänä niiden luona, jotka eivät pääse "
        "kotoaan.",
        ("Ikäihmiset",),
    ),
    (
        "",
        "Kokoamme yhteen ihmisiä, joita sama asia koskettaa. Järjestämme joka kuukausi illan, jossa on alustus ja "
        "aikaa jutella.\n\nUudet ovat tervetulleita, ja ensimmäisellä kerralla joku on ovella vastassa.",
        ("Kaikki asukkaat",),
    ),
)
_ACCESSIBILITY = (
    "Kynnyksetön sisäänkäynti ja inva-WC. Kokoustilassa on induktiosilmukka.",
    "Tilat ovat toisessa kerroksessa ilman hissiä. Sovi etukäteen, niin tapaamme kirjastossa.",
    "Bussipysäkki on 200 metrin päässä. Avustaja tulee mukaan maksutta. Puhumme selkokieltä.",
)
_FIRST = ("Aino", "Eino", "Helmi", "Onni", "Lyyli", "Veikko", "Saimi", "Urho", "Impi", "Toivo")
_DUTIES = (
    ("puheenjohtaja", "järjestön yhteiset asiat"),
    ("sihteeri", "jäsenyys ja kokoukset"),
    ("toiminnanohjaaja", "ryhmät ja vapaaehtoistyö"),
)


def make_own_data(
    organisations: list[Organisation], members: dict[int, User], now: datetime, dice: random.Random
) -> None:
    """Let about 150 organisations tell of themselves: most confirmed within a year, some long ago, some never."""
    telling = [organisations[0], *dice.sample(organisations[1:], k=min(TELLING, len(organisations)) - 1)]
    groups = {row.name_fi: row for row in TargetGroup.objects.all()}
    through = Organisation.target_groups.through
    links = []
    for organisation in telling:
        text, names = _model(organisation)
        _tell(organisation, text, members[organisation.pk], now, dice)
        links += [through(organisation=organisation, targetgroup=groups[name]) for name in names if name in groups]
    Organisation.objects.bulk_update(telling, _FIELDS)
    through.objects.bulk_create(links)
    Contact.objects.bulk_create(
        contact for organisation in telling for contact in _contacts(organisation, local_date(now), dice)
    )
    left = Contact.objects.filter(left_on__isnull=False)
    for contact in left:
        contact.successor = Contact.objects.filter(organisation=contact.organisation_id, left_on=None).first()
    Contact.objects.bulk_update(left, ["successor"])


_FIELDS = (
    *("description_fi", "description_sv", "reach", "run_by", "member_count", "volunteer_count", "employee_count"),
    *("is_service_producer", "accessibility", "contact_email", "contact_phone", "contact_website", "links"),
    *("lahella_url", "lahella_checked_on", "confirmed_at", "confirmed_by"),
)


def _model(organisation: Organisation) -> tuple[str, tuple[str, ...]]:
    name = organisation.name.lower()
    return next((text, names) for part, text, names in _MODELS if part in name)


def _tell(organisation: Organisation, text: str, by: User, now: datetime, dice: random.Random) -> None:
    number = organisation.association_number
    page = f"https://www.yhdistys{number}.example.org"
    organisation.description_fi = text
    if dice.random() < 0.2:
        organisation.description_sv = "Vi ordnar kamratstöd och gemensam verksamhet. Alla är välkomna."
    organisation.reach = dice.choices(Reach.values, (6, 3, 2, 0.3))[0]
    organisation.run_by = dice.choices(RunBy.values, (6, 3, 1))[0]
    organisation.member_count = dice.randrange(12, 900)
    organisation.volunteer_count = dice.randrange(3, 60)
    organisation.employee_count = 0 if organisation.run_by == RunBy.VOLUNTEERS else dice.randrange(1, 9)
    organisation.is_service_producer = organisation.run_by == RunBy.EMPLOYEES
    organisation.accessibility = dice.choice(_ACCESSIBILITY) if dice.random() < 0.7 else ""
    organisation.contact_email = f"info@yhdistys{number}.example.org"
    organisation.contact_phone = f"050 555 {dice.randrange(1000, 9999)}"
    organisation.contact_website = page
    organisation.links = f"{page}/uutiset" if dice.random() < 0.4 else ""
    if dice.random() < 0.3:
        organisation.lahella_url = f"https://www.lahella.fi/esittely/{number}"
        organisation.lahella_checked_on = local_date(now) - timedelta(days=dice.randrange(10, 300))
    chance = dice.random()
    if chance < 0.85:
        days = dice.randrange(5, 320) if chance < 0.7 else dice.randrange(340, 900)
        organisation.confirmed_at, organisation.confirmed_by = now - timedelta(days=days), by


def _contacts(organisation: Organisation, today: date, dice: random.Random) -> list[Contact]:
    """Return one to three contact persons; some public, some for the county only, a few who have left."""
    found: list[Contact] = []
    for duty, about in dice.sample(_DUTIES, k=dice.randrange(1, 4)):
        since = today - timedelta(days=dice.randrange(60, 1500))
        is_public = dice.random() < (0.5 if found else 0.85)
        person = Contact(
            organisation=organisation,
            name=f"{dice.choice(_FIRST)} Esimerkki",
            duty=duty,
            about=about,
            email=f"{duty}@yhdistys{organisation.association_number}.example.org",
            phone=f"050 555 {dice.randrange(1000, 9999)}" if dice.random() < 0.7 else "",
            visibility=ContactVisibility.PUBLIC if is_public else ContactVisibility.COUNTY,
            consented_on=since if is_public else None,
            since=since,
        )
        if found and dice.random() < 0.12:
            person.left_on, person.left_reason = today - timedelta(days=dice.randrange(5, 50)), "Toimikausi päättyi."
        found.append(person)
    return found
