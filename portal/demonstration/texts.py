"""What the invented applicants, assessors and the committee write."""

ACTIVITIES = (
    ("Omaishoitajien vertaisryhmät", "omaishoitajat", "Kokoamme omaishoitajat kerran viikossa yhteen."),
    ("Muistikahvila", "muistisairaat ja heidän läheisensä", "Pidämme muistikahvilaa kahdesti kuussa."),
    ("Kylän yhteinen ruokapöytä", "yksin asuvat ikäihmiset", "Syömme yhdessä joka torstai kylätalolla."),
    ("Nuorten iltakahvila", "13–17-vuotiaat nuoret", "Avaamme kahvilan kahtena iltana viikossa."),
    ("Liikuntaa kaikille", "vähän liikkuvat aikuiset", "Järjestämme matalan kynnyksen ryhmäliikuntaa."),
    ("Sydäntukihenkilöt", "sydänsairaudesta toipuvat", "Koulutamme tukihenkilöitä ja välitämme tukea."),
    ("Kuntouttavat retket", "mielenterveyskuntoutujat", "Teemme ohjattuja retkiä lähiluontoon."),
    ("Digiapua ikäihmisille", "ikäihmiset", "Neuvomme puhelimen ja tietokoneen käytössä kirjastoissa."),
    ("Perheiden olohuone", "pienten lasten perheet", "Pidämme avointa olohuonetta arkiaamuisin."),
    ("Kotoutujien kohtaamispaikka", "maahan muuttaneet", "Järjestämme kielikahvilaa ja tukihenkilöitä."),
    ("Päihteetön perjantai", "päihdekuntoutujat", "Avaamme kohtaamispaikan joka perjantai."),
    ("Arjen turva", "kylien asukkaat", "Harjoittelemme varautumista ja kotitapaturmien ehkäisyä."),
)
GOALS = "Osallistujat kokevat, etteivät jää yksin, ja tietävät mistä saavat apua."
FOLLOW_UP = "Osallistujaluettelo joka kerralla ja lyhyt kysely keväällä ja syksyllä."
EFFECTS = "Kotona pärjätään pidempään ja raskaampien palvelujen tarve vähenee."
LEGAL_BASIS = "Laki hyvinvointialueesta 611/2021, hallintolaki 434/2003 ja hyvinvointialueen hallintosääntö."
GUIDE = (
    "Avustusta voi hakea rekisteröity yleishyödyllinen järjestö, joka toimii alueella tai jonka avustettava toiminta "
    "kohdistuu kokonaan alueen asukkaisiin.\n\n"
    "Avustusta myönnetään toimintaan, joka edistää hyvinvointia, terveyttä ja turvallisuutta ja täydentää "
    "hyvinvointialueen palveluja. Samaan toimintaan ei myönnetä avustusta, jos kunta rahoittaa sen kokonaan.\n\n"
    "Myöhässä saapunutta hakemusta ei käsitellä. Jos jotakin puuttuu, pyydämme täydennystä."
)
GUIDE_SV = (
    "Understöd kan sökas av en registrerad allmännyttig organisation som verkar i området eller vars verksamhet helt "
    "riktar sig till områdets invånare.\n\nEn ansökan som kommer för sent behandlas inte."
)
GUIDE_EN = (
    "Grants are for registered non-profit organisations that work in the region, or whose activity is wholly for its "
    "people.\n\nA late application is not handled."
)
CRITERIA = (
    ("Vastaa hyvinvoinnin vajeisiin", "Svarar mot brister i välfärden", "Answers gaps in wellbeing", 30),
    ("Tavoittaa kohderyhmän", "Når målgruppen", "Reaches the target group", 25),
    ("Täydentää palveluja", "Kompletterar tjänsterna", "Complements services", 25),
    ("Seuranta ja arviointi", "Uppföljning och utvärdering", "Follow-up and evaluation", 20),
)
ANCHORS = (
    ("Ei kerrota tai ei vastaa perustetta", "Framgår inte", "Not told or does not meet the criterion"),
    ("Vastaa osittain", "Uppfylls delvis", "Meets the criterion in part"),
    ("Vastaa erinomaisesti ja perustellusti", "Uppfylls utmärkt", "Meets the criterion very well"),
)
SLOTS = (
    ("Säännöt", "Stadgar", "Rules of the association", "rules"),
    ("Vahvistettu tilinpäätös", "Fastställt bokslut", "Confirmed annual accounts", "accounts"),
)
REASONS_SCORE = (
    "Tarve on kuvattu hyvin ja kohderyhmä on selvä.",
    "Toiminta on vakiintunutta ja tavoittaa ne, joille se on tarkoitettu.",
    "Yhteistyö palvelujen kanssa jää hakemuksessa ohueksi.",
    "Seuranta on suunniteltu ja mittarit ovat järkevät.",
)
REASONS_GRANT = (
    "Toiminta vastaa hakuohjeen painopisteitä ja tavoittaa kohderyhmänsä. Summa on suhteutettu määrärahaan.",
    "Vertaistuki täydentää hyvinvointialueen palveluja, ja seuranta on suunniteltu hyvin.",
    "Toiminta ehkäisee yksinäisyyttä ja tukee arjessa pärjäämistä koko kunnassa.",
)
REASONS_REJECT = (
    "Hakemuksen pisteet jäivät alle muiden, eikä määräraha riitä.",
    "Toiminta ei kohdistu hakuohjeen mukaisiin painopisteisiin.",
)
QUESTION = "Kertokaa vielä, mihin loput avustuksesta käytettiin."
DONE = "Ryhmä kokoontui suunnitelman mukaan. Mukana oli joka kerralla myös uusia ihmisiä."
CHANGED = "Osallistujat kertoivat kyselyssä, että arki on kevyempää ja ystäviä on enemmän."
LEARNED = "Kyyti on monelle edellytys. Ensi vuonna sovimme kimppakyydit jo ilmoittautuessa."
FINDINGS = (
    "Vertaistuki tavoitti ihmisiä myös pienissä kunnissa.\n"
    "Vapaaehtoistunteja kertyi enemmän kuin suunnitelmissa arvioitiin.\n"
    "Kyytien puute rajoittaa osallistumista useassa kunnassa."
)
PROPOSALS = (
    "Pidetään haun aika ja ehdot ennallaan, jotta järjestöt voivat suunnitella.\n"
    "Kokeillaan kevyempää lomaketta alle 3 000 euron avustuksiin.\n"
    "Kerrotaan terveysasemilla, mitä toimintaa lähellä on."
)

CAMPAIGN = {
    "subject_fi": "Ottakaa järjestöportaali käyttöön",
    "text_fi": (
        "Hyvä yhdistyksen puheenjohtaja tai sihteeri\n\n"
        "Hyvinvointialueella ja järjestöillä on nyt yhteinen asiointipaikka, Yhdyspinta. Siellä haetaan avustukset, "
        "pidetään yhdistyksen tiedot ajan tasalla ja kerrotaan toiminnasta asukkaille ja ammattilaisille.\n\n"
        "Yhdistyksenne on jo rekisterissä. Ottakaa se omaksenne alla olevalla koodilla. Se, joka syöttää koodin, "
        "saa pääkäyttäjän oikeudet ja voi kutsua mukaan muut.\n\n"
        "Jos ette ole oikea henkilö, antakaa tämä kirje sille, joka hoitaa yhdistyksenne asioita."
    ),
    "subject_sv": "Ta föreningsportalen i bruk",
    "text_sv": (
        "Välfärdsområdet och föreningarna har nu en gemensam plats för ärenden, Yhdyspinta. Där söker ni bidrag, "
        "håller föreningens uppgifter uppdaterade och berättar om er verksamhet.\n\n"
        "Er förening finns redan i registret. Ta över den med koden i detta brev."
    ),
}

MAILING = {
    "subject_fi": "Kutsu järjestöjen aamukahville",
    "text_fi": (
        "Hei\n\n"
        "Tervetuloa järjestöjen ja hyvinvointialueen aamukahville. Kerromme tulevan vuoden avustushauista ja kuulemme, "
        "mitä teille kuuluu.\n\n"
        "Ohjelma ja ilmoittautuminen: https://yhdyspinta.example/tapahtumat/\n\n"
        "Terveisin järjestökoordinaattori"
    ),
}

OBSERVATIONS = (
    "Edellisen vuoden tilinpäätös toimitettiin kolme kuukautta myöhässä. Seuraava tilinpäätös pyydetään ennen "
    "avustuksen toista erää.",
    "Kokousilmoituksen mukaan yhdistyksellä ei ole sääntöjen mukaista hallitusta. Asia on selvitettävä ennen uutta "
    "päätöstä.",
)
OBSERVATION_REPLY = (
    "Rahastonhoitajamme vaihtui kesken vuoden, siksi tilinpäätös viivästyi. Uusi tilitoimisto hoitaa kirjanpidon tästä "
    "vuodesta alkaen."
)
