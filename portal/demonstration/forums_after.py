"""What comes of the demonstration's events: topics, a memo, actions, ideas in all states, feedback."""

from datetime import date, datetime, timedelta
from typing import Any

from common.legal_dates import next_working_day
from common.times import local_date
from forums.models import Event, FeedbackValue, Idea
from forums.workflow.actions import drop_action, finish_action, save_action
from forums.workflow.feedback import Reply, ensure_round, give_feedback, write_summary
from forums.workflow.idea_follows import follow_idea, merge_idea
from forums.workflow.ideas import Given, enter_idea, give_idea, move_idea, publish_idea, refuse_idea
from forums.workflow.materials import add_link
from forums.workflow.memos import approve_memo, save_memo, set_memo_terms, start_memo
from forums.workflow.topics import TopicAnswer, answer_topic, propose_topic, support_topic
from forums.workflow.voices import Speaker
from organisations.models import Organisation
from portal.demonstration.forums import DemoEvents
from portal.demonstration.people import People

#: Title, text, days since it was given, and what was told of it since: days after publishing, verb, words.
_IDEAS: tuple[tuple[str, str, int, tuple[tuple[int, str, str], ...]], ...] = (
    (
        "Yhteinen ilmoitustaulu sote-keskuksiin",
        "Järjestöjen ryhmät näkyisivät aulassa, jossa ihmiset odottavat vuoroaan. Taulu päivitettäisiin kerran kuussa.",
        200,
        (
            (20, "prepare", "Selvitämme tilavastaavien kanssa, mihin taulut mahtuvat."),
            (75, "try", "Taulu on kokeiltavana Lieksassa ja Nurmeksessa kesään asti."),
            (130, "use", "Taulut tulevat kaikkiin sote-keskuksiin. Päivityksestä vastaa yhteyshenkilö."),
        ),
    ),
    (
        "Kyyti etäkylien tapahtumiin",
        "Moni jäisi kotiin ilman kyytiä. Voisiko palveluliikenteen auto ajaa tapahtumapäivinä yhden lisävuoron?",
        120,
        ((10, "prepare", "Kysymme kunnilta vuorojen hinnat."), (55, "try", "Kaksi vuoroa kokeillaan keväällä.")),
    ),
    (
        "Avustushakemuksen esitäyttö viime vuodesta",
        "Pieni yhdistys kirjoittaa samat tiedot joka vuosi. Ne voisi tuoda edellisestä hakemuksesta.",
        95,
        ((12, "prepare", "Selvitämme, mitkä tiedot voidaan tuoda ilman, että vanhentunut jää voimaan."),),
    ),
    ("Vertaistukijan käynti kotiutuksen jälkeen", "Sairaalasta kotiin lähtevälle kerrottaisiin ryhmästä.", 25, ()),
    (
        "Järjestöille oma neuvontapuhelin",
        "Yksi numero, josta kysyä avustuksista ja tiloista.",
        160,
        ((30, "leave", "Puhelinta ei avata: yhteyshenkilöt vastaavat samoihin kysymyksiin ja heidät löytää sivulta."),),
    ),
)
_MEMO = {
    "summary": "Foorumissa kuultiin, mitä edellisen foorumin toiveista syntyi, ja sovittiin kolmesta toimenpiteestä.",
    "agreed": "Ryhmien ajat kootaan yhteen paikkaan. Ilmoitustaulut laajenevat kaikkiin sote-keskuksiin.",
    "next": "Toimenpiteiden tilanne katsotaan kevään foorumissa.",
}
_BEST = (
    "Pöytäkeskustelut.",
    "Tapasin muita saman alueen järjestöjä.",
    "Selkeät puheenvuorot.",
    "Kahvitauko oli tarpeeksi pitkä.",
)
_CHANGE = ("Enemmän aikaa keskustelulle.", "Etäyhteyden ääni katkeili.", "Materiaalit etukäteen.")


def make_afters(events: DemoEvents, organisations: list[Organisation], people: People, now: datetime) -> None:
    """Make what comes before and after the events; again changes nothing."""
    if Idea.objects.exists():
        return
    _topics(events.coming_forum, people, now)
    _memo(events.held_forum, people)
    _actions(events, organisations, people, now)
    _ideas(events.held_forum, organisations, people, now)
    _feedback(events, people)


def _topics(event: Event, people: People, now: datetime) -> None:
    rows = (
        ("Tilojen varaaminen iltaisin", "Avainten noutaminen on vaikeaa.", None),
        ("Miten järjestö saa asiakkaita ohjattua", "", ("take", "Otetaan ohjelmaan: aihe koskee kaikkia.")),
        ("Valtionavustusten muutokset", "", ("direct", "Aiheesta kerrotaan maakunnallisessa koulutuksessa.")),
        ("Yhdistyksen verotus", "", ("decline", "Emme voi neuvoa verotuksessa. Vero-opas on aineistoissa.")),
    )
    then = now - timedelta(days=5)
    for title, text, answer in rows:
        topic = propose_topic(event, title=title, text=text, by=people.treasurer, now=then)
        support_topic(topic, by=people.editor, now=then)
        if answer:
            verb, reason = answer
            where = "JANE" if verb == "direct" else ""
            answer_topic(topic, answer=TopicAnswer(verb, reason, elsewhere=where), by=people.coordinator, now=now)


def _memo(event: Event, people: People) -> None:
    by, then = people.coordinator, event.ends_at + timedelta(hours=20)
    memo = start_memo(event, by=by, now=then)
    set_memo_terms(memo, writers=[people.editor], names_people=False, seen_by="public", by=by, now=then)
    save_memo(memo, base=1, texts=_MEMO, by=by, now=then)
    approve_memo(memo, by=by, now=then + timedelta(days=6))
    add_link(
        event,
        address="https://tallenne.example/jarjestofoorumi",
        title="Foorumin tallenne",
        language="fi",
        seen_by="public",
        by=by,
        now=then,
    )


def _actions(events: DemoEvents, organisations: list[Organisation], people: People, now: datetime) -> None:
    by, event = people.coordinator, events.held_forum
    then = event.ends_at + timedelta(days=1)

    def make(title: str, due_on: date, **facts: Any) -> Any:
        return save_action(None, values={"title": title, "due_on": due_on, **facts}, event=event, by=by, now=then)

    made = make(
        "Kootaan ryhmien ajat yhteen paikkaan",
        local_date(then) + timedelta(days=30),
        organisation=organisations[0],
        measure="Ryhmiä luettelossa",
        target="40",
    )
    finish_action(made, result="Luettelossa on 46 ryhmää.", by=by, now=then + timedelta(days=28))
    make("Sovitaan iltavarauksista talonmiesten kanssa", local_date(now) - timedelta(days=12), owner=by)
    make(
        "Nuorten vertaisryhmä aloittaa Nurmeksessa",
        local_date(now) + timedelta(days=20),
        phenomenon="Nuorten yksinäisyys",
        owner_name="Onni Heikura",
        owner_email="onni.heikura@nuoret.example",
        measure="Ryhmässä käyviä nuoria",
        target="12",
    )
    dropped = make("Painetaan yhteinen esite", local_date(then) + timedelta(days=45), owner=people.editor)
    drop_action(dropped, reason="Sähköinen luettelo korvaa esitteen.", by=by, now=then + timedelta(days=40))


def _ideas(event: Event, organisations: list[Organisation], people: People, now: datetime) -> None:
    by = people.coordinator
    made = []
    for place, (title, text, days, steps) in enumerate(_IDEAS):
        given_at = now - timedelta(days=days)
        given = Given(title, text, event if days < 62 else None, organisation=organisations[place])
        idea = give_idea(given, by=people.treasurer if place % 2 else people.editor, now=given_at)
        begun = given_at + timedelta(days=4)
        idea = publish_idea(idea, title=title, text=text, handler=by, by=by, now=begun)
        follow_idea(idea, supports=True, follows=True, by=people.chair, now=begun)
        for after, verb, words in steps:
            idea = move_idea(idea, verb=verb, words=words, by=by, now=begun + timedelta(days=after))
        made.append(idea)
    speaker = Speaker("Martta Mustonen", "martta.mustonen@posti.example")
    phone = enter_idea(
        Given("Taulu, jossa näkyvät ryhmät", "Aulaan taulu, josta näkee, milloin mikin ryhmä kokoontuu."),
        speaker=speaker,
        by=people.registrar,
        now=now - timedelta(days=40),
    )
    phone = publish_idea(phone, title=phone.title, text=phone.text, handler=by, by=by, now=now - timedelta(days=38))
    merge_idea(phone, into=made[0], by=by, now=now - timedelta(days=37))
    advert = give_idea(Given("Myydään käytettyjä tuoleja", "Soita."), by=people.editor, now=now - timedelta(days=9))
    refuse_idea(advert, words="Tämä on ilmoitus eikä idea yhteistyöstä.", by=by, now=now - timedelta(days=8))
    for title, days in (("Kulttuurikaveri mukaan konserttiin", 3), ("Yhteinen koulutuskalenteri", 1)):
        text = "Kerrotaan yhdessä paikassa, mitä on tarjolla, niin useampi pääsee mukaan."
        give_idea(Given(title, text), by=people.treasurer, now=now - timedelta(days=days))


def _feedback(events: DemoEvents, people: People) -> None:
    held = [event for event in events.coffees if event.state == "held"]
    for place, event in enumerate([*held, events.held_forum]):
        found = ensure_round(event)
        main, best, change = found.questions.all()
        for number in range(7 + place):
            rating = 3 + (number + place) % 3
            texts = {best.pk: _BEST[number % 4]} if number % 2 else {change.pk: _CHANGE[number % 3]}
            give_feedback(found, reply=Reply({main.pk: rating}, texts), now=event.ends_at + timedelta(hours=18))
    if FeedbackValue.objects.exists():
        found = ensure_round(events.held_forum)
        words = "Pöytäkeskusteluista pidettiin eniten. Ensi kerralla varaamme niille tunnin ja korjaamme etäyhteyden."
        day = next_working_day(local_date(events.held_forum.ends_at) + timedelta(days=5))
        then = events.held_forum.ends_at + (day - local_date(events.held_forum.ends_at))
        write_summary(found, summary=words, publish=True, by=people.coordinator, now=then)
