"""What is said of the yearly report, and the co-operation document from its first draft to its decision."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from common.policies import may
from common.times import local_date
from liaisons.models import Body, CommentRound, RoundComment
from liaisons.workflow.round_comments import send_comments
from liaisons.workflow.rounds import answer_comments, move_due_rounds, publish_round, write_summary
from organisations.models import Organisation
from reports import told, workflow
from reports.cooperation import terms
from reports.models import AnnualReport
from reports.workflow import cooperation

_COMMENTS = {
    "kaytto": "Selvitykset tulivat ajallaan. Eniten ihmisiä tavoitettiin kohtaamispaikoissa, joihin voi tulla ilman "
    "ilmoittautumista.",
    "edustus": "Osa paikoista odottaa järjestöjen nimeämisiä. Nimeämiset ratkaistaan syksyn kokouksissa.",
}
_QUESTION = "Kuinka moni avustuksen saanut järjestö toimii alle viidentuhannen asukkaan kunnassa?"
_ANSWER = "Noin joka kolmas. Tieto lisätään ensi vuoden raporttiin omaksi luvukseen."
_CHAPTERS = {
    "johdanto": "Hyvinvointialue tukee järjestöjä, jotta asukkaat voivat hyvin ja pääsevät mukaan. Laki hyvinvointi"
    "alueesta (611/2021) ja laki sosiaali- ja terveydenhuollon järjestämisestä (612/2021, 6–7 §) velvoittavat "
    "yhteistyöhön.\n\nTässä asiakirjassa kerrotaan, miten teemme yhteistyötä järjestöjen kanssa.",
    "yhdyshenkilot": "Jokaisella palvelualueella on järjestöyhdyshenkilö. Hän vastaa järjestöjen kysymyksiin, vie "
    "viestejä päättäjille ja auttaa löytämään oikean työntekijän.",
    "avustukset": "Avustukset haetaan kerran vuodessa. Päätöksen perusteet julkaistaan haun yhteydessä, ja "
    "jokainen hakija saa perustellun päätöksen.",
    "tilat": "Tiloja saa käyttää maksutta, kun ne ovat vapaina. Yksikkö arvioi, sopiiko tila toimintaan.",
    "foorumit": "Järjestöfoorumit ovat avoimia kaikille järjestöille. Etäkahveille voi tulla ilman ilmoittautumista.",
    "seuranta": "Lautakunta seuraa yhteistyötä vuosittain. Järjestöjen palaute kysytään jokaisen tilaisuuden jälkeen.",
}
_WORDS = (
    "Yhdyshenkilöiden työaika pitää kirjata näkyviin.",
    "Hyvä, että tilat ovat maksuttomia. Iltakäyttö puuttuu.",
)
_REPLY = "Työaika ja iltakäyttö kirjattiin luvun tekstiin."


def comment(report: AnnualReport, by: User, now: datetime) -> None:
    """Comment the draft's sections that are there."""
    known = told.places(report)
    for section, text in _COMMENTS.items():
        if section in known:
            workflow.save_comment(report, section=section, text=text, version=0, by=by, now=now)


def ask_and_answer(report: AnnualReport, asker: User, by: User, now: datetime) -> None:
    """A question of the committee's chair and its answer; where another body reads the report there is none."""
    if may("reports.annual.ask", asker, report, now=now):
        asked = workflow.ask_question(report, section="avustukset", text=_QUESTION, by=asker, now=now)
        workflow.answer_question(asked, answer=_ANSWER, by=by, now=now + timedelta(days=3))


def decide_document(
    body: Body, organisations: list[Organisation], members: dict[int, User], by: User, now: datetime
) -> None:
    """The document of the council's term: written, commented by two organisations, answered and decided."""
    begun = now - timedelta(days=110)
    document = cooperation.begin_document(terms(local_date(begun))[0], by=by, now=begun)
    for key, text in _CHAPTERS.items():
        cooperation.save_chapter(document, key=key, text=text, version=0, by=by, now=begun)
    document = cooperation.send_for_comments(
        document,
        asks="Puuttuuko jotain tärkeää? Asiakirjasta päätetään syksyllä.",
        closes_at=begun + timedelta(days=21),
        by=by,
        now=begun,
    )
    found = CommentRound.objects.get(pk=document.round_id)  # type: ignore[misc]
    found.announced_at = begun  # the letters of the demonstration would keep every other one waiting
    found.save(update_fields=["announced_at"])
    _comment(found, [row for row in organisations if row.pk in members][: len(_WORDS)], members)
    ended = begun + timedelta(days=22)
    move_due_rounds(now=ended)
    rows: list[Any] = list(RoundComment.objects.filter(round=found).values_list("pk", flat=True))
    answer_comments(found, rows, outcome="taken", answer=_REPLY, by=by, now=ended)
    write_summary(found, summary="Kommenttien perusteella tekstiin lisättiin työaika ja iltakäyttö.", by=by, now=ended)
    publish_round(found, by=by, now=ended)
    decided = ended + timedelta(days=14)
    cooperation.decide_document(document, body=body, decided_on=local_date(decided), section=10, by=by, now=decided)


def _comment(found: CommentRound, organisations: list[Organisation], members: dict[int, User]) -> None:
    part = found.parts.order_by("number").first()
    if part is None:
        return
    at = found.opens_at + timedelta(days=2)
    for organisation, words in zip(organisations, _WORDS, strict=False):
        send_comments(found, organisation=organisation, texts={part.pk: words}, by=members[organisation.pk], now=at)
