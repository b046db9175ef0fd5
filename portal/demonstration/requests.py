"""Co-operation requests between invented organisations and the county: new, late, answered."""

from datetime import datetime, timedelta

from accounts.models import User
from liaisons.workflow.requests import answer_request, ask_more, send_request, tell_helped
from organisations.models import Organisation
from portal.demonstration.people import People

#: Kind, subject, words, how many days ago, answer (empty: none), question.
_REQUESTS = (
    (
        "statement",
        "Lausunto STEA-hakemukseen",
        "Haemme avustusta omaishoitajien tukeen ja tarvitsemme lausunnon.",
        2,
        "",
        "",
    ),
    (
        "visit",
        "Muistihoitaja muistikahvilaan",
        "Voisiko joku kertoa muistisairaan palveluista huhtikuussa?",
        12,
        "",
        "",
    ),
    (
        "stand",
        "Esittelypiste sote-keskukseen",
        "Haluaisimme esitellä vapaaehtoistoimintaa torstaisin.",
        30,
        "Aulassa on tilaa joka toinen torstai klo 9–12. Ilmoittaudu vastaanotossa.",
        "",
    ),
    (
        "project_idea",
        "Yhteinen kyytihanke",
        "Etsimme kumppania kyytien järjestämiseen syrjäkylille.",
        6,
        "",
        "Missä kunnissa?",
    ),
    (
        "presentation",
        "Järjestö esittäytyy kotihoidon tiimille",
        "Kertoisimme ystävätoiminnasta.",
        45,
        "Tervetuloa tiimipalaveriin ensi kuussa.",
        "",
    ),
)


def make_requests(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Send the requests of the first organisations and answer some of them, in the coordinator's name."""
    for number, (kind, subject, text, days, answer, question) in enumerate(_REQUESTS):
        organisation = organisations[number % 3]
        by, at = members[organisation.pk], now - timedelta(days=days)
        made = send_request(kind=kind, subject=subject, text=text, organisation=organisation, by=by, now=at)
        later = at + timedelta(days=1)
        if question:
            ask_more(made, text=question, by=people.coordinator, now=later)
        if answer:
            answer_request(made, text=answer, result="given", by=people.coordinator, now=later)
        if answer and number % 2:
            tell_helped(made, helped="yes", by=by, now=later)
