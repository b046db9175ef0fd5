"""Co-operation requests between invented organisations and the county: new, late, answered."""

from datetime import datetime, timedelta

from accounts.models import User
from common.times import local_date
from liaisons.models import Post
from liaisons.workflow.needs import end_need, save_need
from liaisons.workflow.requests import answer_request, ask_more, record_request, send_request, tell_helped
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
    record_request(
        caller={
            "came_by": "phone",
            "caller_name": "Toivo Turunen",
            "caller_email": "",
            "caller_phone": "050 000 0000",
        },
        kind="other",
        subject="Mistä kylätalolle sydäniskuri?",
        text="Kyläyhdistyksen puheenjohtaja kysyi, saako hyvinvointialueelta apua laitteen hankintaan.",
        by=people.coordinator,
        now=now - timedelta(days=1),
    )
    _make_needs(organisations, members, people, now)


def _make_needs(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Publish what service areas need: one open with an idea, one that has ended with its outcome."""
    post = Post.objects.on(local_date(now)).by_level()[0]
    by = people.coordinator
    earlier = now - timedelta(days=80)
    ended = save_need(
        None,
        title="Kaveri ensimmäiselle ryhmäkäynnille",
        text="Moni jättää tulematta ryhmään, koska ei uskalla lähteä yksin. Kuka voisi tulla mukaan?",
        post=post,
        open_until=local_date(earlier + timedelta(days=30)),
        by=by,
        now=earlier,
    )
    end_need(ended, outcome="Kaksi yhdistystä aloitti saattajatoiminnan Joensuussa ja Lieksassa.", by=by, now=now)
    need = save_need(
        None,
        title="Kuntoutujien vertaisryhmiä kylille",
        text="Aivoverenkiertohäiriön jälkeen vertaistukea on vain keskuksissa. Hyvinvointialue voi antaa tilan ja "
        "kuntoutusohjaajan ensimmäisille kerroille. Kenellä olisi vertaisohjaajia?",
        post=post,
        open_until=local_date(now + timedelta(days=45)),
        by=by,
        now=now - timedelta(days=9),
    )
    first = organisations[0]
    send_request(
        kind="project_idea",
        subject="Vertaisryhmä kylätalolle kerran kuussa",
        text="Meillä on kaksi koulutettua ohjaajaa ja kylätalo käytössä.",
        organisation=first,
        need=need,
        by=members[first.pk],
        now=now - timedelta(days=3),
    )
