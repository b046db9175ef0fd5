"""Comment rounds: one published with its answers, one that waits for answers, one open, one to come."""

from datetime import datetime, timedelta

from accounts.models import User
from liaisons.models import CommentRound, RoundComment
from liaisons.workflow.round_comments import enter_comment, save_drafts, send_comments
from liaisons.workflow.rounds import (
    add_part,
    announce_round,
    answer_comments,
    confirm_round,
    move_due_rounds,
    publish_round,
    start_round,
    write_summary,
)
from organisations.models import Organisation
from portal.demonstration.people import People

_PARTS = (
    (
        "Lähtökohdat",
        "Järjestöt tavoittavat ihmisiä, joita palvelut eivät tavoita. "
        "Yhteistyö perustuu luottamukseen ja säännölliseen vuoropuheluun.",
        "Tunnistatteko järjestönne tästä?",
    ),
    (
        "Tavoitteet",
        "Asiakkaita ohjataan järjestöjen toimintaan osana hoito- ja palvelupolkuja. Jokaisessa yksikössä on nimetty "
        "yhteyshenkilö järjestöille.",
        "Mikä tavoite puuttuu?",
    ),
    (
        "Tilat ja avustukset",
        "Hyvinvointialueen tilat ovat järjestöjen käytössä maksutta, kun ne ovat vapaina. "
        "Avustusten haku on vuosittain.",
        "",
    ),
)
_WORDS = (
    "Ohjaus järjestöihin on hyvä tavoite, mutta kirjatkaa, kuka siitä vastaa.",
    "Vapaaehtoisten jaksaminen puuttuu luonnoksesta kokonaan.",
    "Toivomme, että tiloja saa varata myös iltaisin ja viikonloppuisin.",
    "Pienillä yhdistyksillä ei ole työntekijöitä: pitäkää hakemukset lyhyinä.",
    "Kokemusasiantuntijat pitää ottaa mukaan jo valmisteluun.",
)
_SUMMARY = (
    "Kommenteissa toivottiin selkeää vastuuta ohjaamisesta, iltakäyttöä tiloihin ja kevyempiä hakemuksia. "
    "Luonnokseen lisättiin vastuuhenkilöt ja vapaaehtoisten tuki. Tilojen iltakäyttö selvitetään kevään aikana."
)


def make_rounds(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Make the rounds through the verbs, as the coordinator and the organisations' own people."""
    asked = [row for row in organisations if row.pk in members][:5]
    published = _round("Järjestöyhteistyön asiakirja", people, now - timedelta(days=120))
    _comment(published, asked, members)
    ended = _end(published)
    rows = list(RoundComment.objects.filter(round=published).order_by("pk").values_list("pk", flat=True))
    split = len(rows) // 2
    by = people.coordinator
    answer_comments(
        published, rows[:split], outcome="taken", answer="Kirjattiin asiakirjan lukuun 2.", by=by, now=ended
    )
    answer_comments(
        published,
        rows[split:],
        outcome="partly",
        answer="Asia on tärkeä. Se selvitetään kevään aikana, ja siitä kerrotaan järjestöille.",
        by=by,
        now=ended,
    )
    write_summary(published, summary=_SUMMARY, by=by, now=ended)
    publish_round(published, by=by, now=ended)

    waiting = _round("Omaishoidon tuen toimintamalli", people, now - timedelta(days=28))
    _comment(waiting, asked[:3], members)
    late = _end(waiting)
    if len(organisations) > 5:
        enter_comment(
            waiting,
            organisation=organisations[5],
            part=waiting.parts.get(number=2),
            text="Vertaisryhmille tarvitaan aika, jolloin hoidettavalle on sijaishoito.",
            source="phone",
            source_note="puheenjohtajan puhelu",
            by=by,
            now=late,
        )
    answered = RoundComment.objects.filter(round=waiting).order_by("pk").values_list("pk", flat=True)[:1]
    answer_comments(waiting, answered, outcome="taken", answer="Vastuut kirjattiin malliin.", by=by, now=late)

    current = _round("Hyvinvointisuunnitelman luonnos", people, now - timedelta(days=4))
    announce_round(current.pk, now=now - timedelta(days=4))
    _comment(current, asked[1:3], members)
    if asked:
        first = asked[0]
        save_drafts(
            current,
            organisation=first,
            texts={None: "Kysytään vielä hallitukselta. Tavoitteet ovat oikeat, mutta mittarit"},
            by=members[first.pk],
            now=now - timedelta(days=1),
        )
    _round("Osallisuusohjelman luonnos", people, now - timedelta(days=2), opens=now + timedelta(days=12))


def _round(title: str, people: People, at: datetime, *, opens: datetime | None = None) -> CommentRound:
    by = people.coordinator
    start = opens or at
    made = start_round(
        title=title,
        asks="Lue luonnos ja kerro, mitä siitä puuttuu ja mitä muuttaisit. Kommentit käsitellään ennen päätöstä.",
        opens_at=start,
        closes_at=start + timedelta(days=21),
        by=by,
        now=at,
    )
    for name, text, question in _PARTS:
        add_part(made, title=name, text=text, question=question, by=by, now=at)
    row = confirm_round(made, by=by, now=at)
    row.announced_at = at  # hundreds of letters at the first start would keep every other one waiting
    row.save(update_fields=["announced_at"])
    return row


def _comment(found: CommentRound, organisations: list[Organisation], members: dict[int, User]) -> None:
    parts = list(found.parts.order_by("number"))
    for number, organisation in enumerate(organisations):
        texts: dict[int | None, str] = {parts[number % len(parts)].pk: _WORDS[number % len(_WORDS)]}
        if number % 2:
            texts[None] = "Kiitos selkeästä luonnoksesta."
        at = found.opens_at + timedelta(days=2, hours=number)
        send_comments(found, organisation=organisation, texts=texts, by=members[organisation.pk], now=at)


def _end(found: CommentRound) -> datetime:
    """Close the round and return an instant after it."""
    later = found.closes_at + timedelta(hours=1)
    move_due_rounds(now=later)
    found.refresh_from_db()
    return later
