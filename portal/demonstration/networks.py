"""Networks at work: conveners, members, goals, a meeting with its memo and one to come, a letter, an asking."""

from datetime import date, datetime, timedelta

from accounts.models import User
from common.times import local_date
from liaisons.models import Network
from liaisons.workflow.network_work import (
    add_goal,
    draft_letter,
    follow_goal,
    plan_network_meeting,
    send_letter,
    write_network_memo,
)
from liaisons.workflow.networks import add_member, add_network, answer_asking, ask_to_join, describe_network
from organisations.models import Organisation
from portal.demonstration.calendar import at
from portal.demonstration.people import DOMAIN, People

_DESCRIPTION = (
    "Verkosto kokoaa yhteen järjestöt ja hyvinvointialueen palvelut, jotka kohtaavat samoja ihmisiä. Tapaamme neljä "
    "kertaa vuodessa, sovimme yhteisistä tavoitteista ja kerromme toisillemme, mitä on tulossa.\n\n"
    "Mukaan voi pyytää jokainen järjestö, joka toimii asian parissa. Koollekutsuja vastaa viikossa."
)
_MEMO = (
    "Läsnä kahdeksan järjestöä ja kaksi palveluyksikköä.\n"
    "Sovittiin, että yhteinen esite tehdään ennen kesää. Järjestöt lähettävät tekstinsä kuun loppuun mennessä.\n"
    "Seuraavassa tapaamisessa aiheena ohjaaminen ryhmiin."
)
_LETTER = (
    "Hei kaikki,\n\nlähetä ryhmäsi kevään ajat minulle perjantaihin mennessä, niin kokoan ne yhteiseen esitteeseen."
)
_GOALS = (
    ("Jokainen asiakas saa tiedon vertaistuen ryhmistä", "going", "Ohjauslappu on käytössä kolmella asemalla."),
    ("Yhteinen esite ryhmistä", "reached", "Esite on painettu ja jaettu sote-keskuksiin."),
    ("Yhteinen kuljetus tapahtumiin", "going", ""),
)


def make_networks(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Fill the first networks of the area; where it gives none, make one."""
    networks = list(Network.objects.order_by("order")[:2])
    if not networks:
        networks = [add_network(name_fi="Ikäihmisten järjestöverkosto", by=people.coordinator, now=now)]
    for place, network in enumerate(networks):
        _fill(network, organisations[place * 6 : place * 6 + 6], members, people, now)


def _fill(
    network: Network, organisations: list[Organisation], members: dict[int, User], people: People, now: datetime
) -> None:
    began = now - timedelta(days=200)
    describe_network(network, description_fi=_DESCRIPTION, by=people.coordinator, now=began)
    first, *others, asking = organisations
    convener = members[first.pk]
    add_member(
        network, email=convener.email, organisation=first.name, is_convener=True, by=people.coordinator, now=began
    )
    liaison = User.objects.filter(email=f"yhteyshenkilo@{DOMAIN}").first() or people.coordinator
    add_member(network, email=liaison.email, is_convener=True, by=people.coordinator, now=began)
    for place, organisation in enumerate(others):
        then = began + timedelta(days=5 + place)
        row = ask_to_join(network, organisation=organisation, by=members[organisation.pk], now=then)
        answer_asking(row, accept=True, by=convener, now=then + timedelta(days=1))
    ask_to_join(
        network,
        organisation=asking,
        words="Aloitamme syksyllä ryhmän ja haluaisimme kuulla muiden kokemuksia.",
        by=members[asking.pk],
        now=now - timedelta(days=2),
    )
    _work(network, convener, now)


def _work(network: Network, convener: User, now: datetime) -> None:
    """Goals, a held meeting with its memo, one to come, and a letter to the members."""
    began = now - timedelta(days=150)
    for number, (text, state, progress) in enumerate(_GOALS):
        goal = add_goal(network, text=text, by=convener, now=began + timedelta(minutes=number))
        if progress:
            follow_goal(goal, text=text, state=state, progress=progress, by=convener, now=now - timedelta(days=20))
    held = plan_network_meeting(
        network,
        starts_at=_midday(local_date(now) - timedelta(days=48)),
        place="Järjestötalo, kokoushuone Kaisla",
        agenda="Kuulumiset\nYhteinen esite\nKevään tapahtumat",
        by=convener,
        now=now - timedelta(days=80),
    )
    write_network_memo(held, memo=_MEMO, by=convener, now=now - timedelta(days=46))
    plan_network_meeting(
        network,
        starts_at=_midday(local_date(now) + timedelta(days=18)),
        place="Järjestötalo, kokoushuone Kaisla",
        link="https://etakokous.example/verkosto",
        agenda="Ohjaaminen ryhmiin\nEnsi vuoden tapaamiset",
        by=convener,
        now=now - timedelta(days=6),
    )
    letter = draft_letter(
        network, subject="Kevään ryhmien ajat", text=_LETTER, by=convener, now=now - timedelta(days=9)
    )
    send_letter(letter, by=convener, now=now - timedelta(days=9))


def _midday(day: date) -> datetime:
    return at(day, 13)
