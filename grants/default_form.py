"""The form that a new call begins with: eight short pages, in three languages."""

from decimal import Decimal
from typing import Any

from grants.form_definition import ATTACHMENTS, Definition, Page, Question

#: From this asked sum on Helsinki's form, our model, also asks who benefits and what changes.
EFFECTS_FROM = 10_000
Texts = tuple[str, str, str]


def _texts(name: str, texts: Texts | None) -> dict[str, str]:
    return dict(zip((f"{name}_fi", f"{name}_sv", f"{name}_en"), texts, strict=True)) if texts else {}


def _question(key: str, kind: str, label: Texts, help: Texts | None = None, **more: Any) -> Question:
    more.setdefault("required", True)
    return {"key": key, "type": kind, **_texts("label", label), **_texts("help", help), **more}


def _page(key: str, group: str, title: Texts, intro: Texts | None, *questions: Question, **more: Any) -> Page:
    return {
        "key": key,
        "group": group,
        **_texts("title", title),
        **_texts("intro", intro),
        "questions": list(questions),
        **more,
    }


def definition(call: Any) -> Definition:
    """Return the definition for the call (``maximum_sum`` decides whether the larger sums' question is there)."""
    return {
        "pages": [
            _organisation(),
            _responsible(),
            _activity(Decimal(call.maximum_sum) >= EFFECTS_FROM),
            _goals(),
            _area(),
            _budget(),
            _funding(),
            _attachments(),
        ]
    }


def _organisation() -> Page:
    return _page(
        "jarjesto",
        "applicant",
        ("Järjestön tiedot", "Organisationens uppgifter", "About the organisation"),
        (
            "Rekisteritiedot tulevat yhdistysrekisterin otteesta, eikä niitä tarvitse kirjoittaa uudelleen.",
            "Registeruppgifterna kommer från utdraget ur föreningsregistret och behöver inte skrivas på nytt.",
            "The register data come from the register extract and need not be written again.",
        ),
        _question(
            "contact_email",
            "short_text",
            (
                "Mistä sähköpostista teidät tavoittaa?",
                "På vilken e-postadress når vi er?",
                "At which e-mail address can we reach you?",
            ),
            (
                "Lähetämme tähän kuittauksen, lisätietopyynnöt ja päätöksen. Anna osoite, jota joku todella lukee.",
                "Hit skickar vi kvittensen, begäran om uppgifter och beslutet. Ge en adress som någon verkligen läser.",
                "We send the receipt, questions and the decision here. Give an address that somebody really reads.",
            ),
            format="email",
            max_length=254,
            copies_to="contact_email",
        ),
        _question(
            "contact_phone",
            "short_text",
            ("Puhelinnumero", "Telefonnummer", "Telephone number"),
            None,
            format="phone",
            max_length=40,
            required=False,
        ),
        show="register",
    )


def _responsible() -> Page:
    return _page(
        "vastuuhenkilot",
        "applicant",
        ("Hakemuksesta vastaavat", "Ansvariga för ansökan", "Who is responsible"),
        None,
        _question(
            "responsible",
            "contacts",
            (
                "Ketkä vastaavat hakemuksesta ja toiminnasta?",
                "Vem ansvarar för ansökan och verksamheten?",
                "Who is responsible for the application and the activity?",
            ),
            (
                "Anna ainakin yksi henkilö, joka osaa vastata kysymyksiin. Tietoja käytetään vain tässä asiassa.",
                "Ange minst en person som kan svara på frågor. Uppgifterna används endast i detta ärende.",
                "Give at least one person who can answer questions. The data are used in this matter only.",
            ),
        ),
    )


def _activity(with_effects: bool) -> Page:
    questions = [
        _question(
            "title",
            "short_text",
            ("Toiminnan nimi", "Verksamhetens namn", "Name of the activity"),
            (
                "Lyhyt nimi, josta toiminnan tunnistaa. Esimerkiksi: Omaishoitajien vertaisryhmät Lieksassa.",
                "Ett kort namn som verksamheten känns igen på.",
                "A short name by which the activity is recognised.",
            ),
            max_length=120,
            copies_to="title",
        ),
        _question(
            "description",
            "text",
            ("Mitä teette avustuksella?", "Vad gör ni med understödet?", "What will you do with the grant?"),
            (
                "Kerro, mitä teette, kuinka usein ja kuka toiminnan toteuttaa.",
                "Berätta vad ni gör, hur ofta och vem som genomför verksamheten.",
                "Tell what you do, how often, and who does it.",
            ),
            max_length=3000,
        ),
        _question(
            "target_group",
            "text",
            ("Kenelle toiminta on tarkoitettu?", "För vem är verksamheten avsedd?", "Whom is the activity for?"),
            (
                "Kerro, keitä ja kuinka monta ihmistä tavoitatte. Älä kirjoita kenenkään terveystietoja.",
                "Berätta vilka och hur många människor ni når. Skriv inte någons hälsouppgifter.",
                "Tell who and how many people you reach. Do not write anybody's health information.",
            ),
            max_length=2000,
        ),
        _question(
            "open_to_all",
            "choice",
            (
                "Voivatko muutkin kuin jäsenet osallistua?",
                "Kan även andra än medlemmar delta?",
                "May others than members take part?",
            ),
            None,
            choices=[
                {
                    "key": "yes",
                    "label_fi": "Kyllä, toiminta on avointa",
                    "label_sv": "Ja, verksamheten är öppen",
                    "label_en": "Yes, the activity is open",
                },
                {"key": "partly", "label_fi": "Osittain", "label_sv": "Delvis", "label_en": "Partly"},
                {
                    "key": "no",
                    "label_fi": "Ei, vain jäsenet",
                    "label_sv": "Nej, endast medlemmar",
                    "label_en": "No, members only",
                },
            ],
        ),
    ]
    if with_effects:
        questions.append(
            _question(
                "effects",
                "text",
                ("Kuka hyötyy ja mikä muuttuu?", "Vem har nytta och vad förändras?", "Who benefits and what changes?"),
                (
                    "Kysymme tämän, koska haette vähintään 10 000 euroa.",
                    "Vi frågar detta eftersom ni ansöker om minst 10 000 euro.",
                    "We ask this because you apply for at least 10,000 euros.",
                ),
                max_length=2000,
                min_sum_euros=EFFECTS_FROM,
            )
        )
    return _page(
        "toiminta",
        "activity",
        ("Mitä teette ja kenelle", "Vad ni gör och för vem", "What you do and for whom"),
        None,
        *questions,
    )


def _goals() -> Page:
    return _page(
        "tavoitteet",
        "activity",
        ("Tavoitteet ja seuranta", "Mål och uppföljning", "Goals and follow-up"),
        None,
        _question(
            "goals",
            "text",
            ("Mitä tavoittelette?", "Vad strävar ni efter?", "What do you aim at?"),
            (
                "Kerro, mikä on vuoden lopussa paremmin kuin alussa.",
                "Berätta vad som är bättre i slutet av året än i början.",
                "Tell what is better at the end of the year than at its beginning.",
            ),
            max_length=2000,
        ),
        _question(
            "targets",
            "indicators",
            ("Tavoitteet lukuina", "Målen i siffror", "Goals in figures"),
            (
                "Arvio riittää. Samoja lukuja kysytään käyttöselvityksessä. Jos jokin ei koske teitä, kirjoita 0.",
                "En uppskattning räcker. Samma siffror frågas i redovisningen. Skriv 0 om något inte gäller er.",
                "An estimate is enough. The use report asks for the same figures. Write 0 if one does not concern you.",
            ),
            indicators=["people_reached", "meetings", "volunteers", "volunteer_hours"],
        ),
        _question(
            "follow_up",
            "text",
            ("Miten seuraatte, toteutuvatko tavoitteet?", "Hur följer ni upp målen?", "How do you follow the goals?"),
            (
                "Esimerkiksi osallistujaluettelo, lyhyt palautekysely tai keskustelu ryhmässä.",
                "Till exempel deltagarlista, kort enkät eller samtal i gruppen.",
                "For example a list of participants, a short survey or a talk in the group.",
            ),
            max_length=1500,
        ),
    )


def _area() -> Page:
    return _page(
        "alue",
        "activity",
        ("Kunnat ja kumppanit", "Kommuner och partner", "Municipalities and partners"),
        None,
        _question(
            "municipalities",
            "municipalities",
            (
                "Missä kunnissa toiminta on?",
                "I vilka kommuner finns verksamheten?",
                "In which municipalities does it take place?",
            ),
            ("Valitse yksi tai useampi.", "Välj en eller flera.", "Choose one or more."),
            copies_to="municipalities",
        ),
        _question(
            "partners",
            "partners",
            ("Keiden kanssa teette yhteistyötä?", "Vilka samarbetar ni med?", "With whom do you co-operate?"),
            (
                "Esimerkiksi kunta, toinen järjestö, seurakunta tai sote-keskus. Jätä tyhjäksi, jos heitä ei ole.",
                "Till exempel kommunen, en annan organisation, församlingen eller social- och hälsocentralen.",
                "For example the municipality, another NGO, the parish or the health centre.",
            ),
            required=False,
        ),
    )


def _budget() -> Page:
    return _page(
        "talousarvio",
        "money",
        ("Talousarvio", "Budget", "Budget"),
        None,
        _question(
            "asked_sum",
            "money",
            ("Kuinka paljon haette?", "Hur mycket ansöker ni om?", "How much do you apply for?"),
            None,
            copies_to="asked_sum",
        ),
        _question(
            "budget",
            "budget",
            ("Menot ja tulot", "Utgifter och inkomster", "Costs and income"),
            (
                "Kirjoita koko toiminnan menot ja niistä avustuksella maksettava osa. Menot ja tulot ovat yhtä suuret.",
                "Skriv verksamhetens alla utgifter och den del som betalas med understödet. Utgifter och inkomster "
                "ska stämma överens.",
                "Write all costs of the activity and the part paid with the grant. Costs and income must match.",
            ),
        ),
        _question(
            "budget_reasons",
            "text",
            ("Miksi nämä menot?", "Varför dessa utgifter?", "Why these costs?"),
            (
                "Kerro lyhyesti, jos jokin rivi on uusi tai poikkeaa viime vuodesta.",
                "Berätta kort om någon rad är ny eller avviker från förra året.",
                "Tell briefly if a row is new or differs from last year.",
            ),
            max_length=1000,
            required=False,
        ),
        show="bank_account",
    )


def _funding() -> Page:
    return _page(
        "muu-rahoitus",
        "money",
        ("Muu rahoitus", "Övrig finansiering", "Other funding"),
        (
            "Kerro tämän vuoden ja kahden edellisen vuoden avustukset ja ne, joista odotatte päätöstä.",
            "Uppge understöd för i år och de två föregående åren samt dem som ni väntar beslut på.",
            "Tell the grants of this year and the two years before, and those you wait to be decided.",
        ),
        _question(
            "other_funding",
            "choice",
            (
                "Onko teillä muita avustuksia tai hakemuksia?",
                "Har ni andra understöd eller ansökningar?",
                "Do you have other grants or applications?",
            ),
            None,
            choices=[
                {"key": "no", "label_fi": "Ei", "label_sv": "Nej", "label_en": "No"},
                {
                    "key": "yes",
                    "label_fi": "Kyllä, luettelemme ne alla",
                    "label_sv": "Ja, vi räknar upp dem nedan",
                    "label_en": "Yes, we list them below",
                },
            ],
        ),
        _question(
            "funding",
            "funding",
            ("Muut avustukset", "Andra understöd", "Other grants"),
            (
                "Jätä tyhjäksi, jos vastasit Ei.",
                "Lämna tomt om du svarade Nej.",
                "Leave empty if you answered No.",
            ),
            required=False,
            required_if={"question": "other_funding", "is": "yes"},
        ),
    )


def _attachments() -> Page:
    return _page(
        "liitteet",
        "attachments",
        ("Liitteet", "Bilagor", "Attachments"),
        (
            "Lisää tiedosto jokaiseen kohtaan. Voit vaihtaa tiedoston, kunnes hakemus on lähetetty.",
            "Lägg till en fil på varje punkt. Du kan byta filen tills ansökan har skickats.",
            "Add a file in each place. You may change the file until the application has been sent.",
        ),
        kind=ATTACHMENTS,
    )
