"""The self-assessment: two published years and one that organisations answer now."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import User
from liaisons.models import SelfAssessment, Thesis
from liaisons.workflow.theses import (
    Given,
    announce_assessment,
    answer_assessment,
    close_assessment,
    open_assessment,
    publish_assessment,
    score_thesis,
    start_assessment,
)
from organisations.models import Organisation
from portal.demonstration.people import People

#: For each thesis: the county's scores of two years, its reasons, its evidence, organisations' usual score.
_SCORES = (
    ((3, 4), "Järjestöt kutsutaan suunnitelmien valmisteluun.", "Kommentointikierrokset ja osallisuusohjelma.", 3),
    ((3, 3), "Yhteisistä tavoitteista on sovittu, mutta käytännöt vaihtelevat.", "Järjestöyhteistyön asiakirja.", 2),
    ((4, 5), "Yhteyshenkilöt on nimetty kaikille tasoille.", "Yhteyshenkilöiden luettelo tässä palvelussa.", 4),
    ((2, 2), "Tiloja on tarjolla vain osassa kunnista.", "Tilavarausten määrä.", 2),
    ((4, 4), "Avustukset haetaan vuosittain ja perustelut annetaan.", "Vuosiraportti avustuksista.", 3),
    ((2, 3), "Asiakaspalautetta kerätään, kokemusasiantuntijoita käytetään vähän.", "Palauteraportti.", 3),
    ((3, 3), "Järjestöjen toiminnasta kerrotaan verkkosivuilla.", "Verkkosivujen järjestösivu.", 3),
)
_WORDS = (
    "Yhteyshenkilö vastaa nopeasti, kiitos siitä.",
    "Tiloja on vaikea saada iltaisin.",
    "",
    "Kuulluksi tuleminen riippuu yksiköstä.",
    "",
)


def make_assessments(
    organisations: list[Organisation], members: dict[int, User], people: People, now: datetime
) -> None:
    """Make the years through the verbs; last year's and the year before's are published."""
    theses = list(Thesis.objects.filter(is_current=True))
    answering = [row for row in organisations if row.pk in members][:12]
    if not theses:
        return
    for back in (2, 1):
        at = now - timedelta(days=365 * back)
        found = _open(theses, 2 - back, at, people)
        _answer(found, theses, answering, members, at)
        later = at + timedelta(days=31)
        close_assessment(found, by=people.coordinator, now=later)
        promises = "Avaamme tiloja iltakäyttöön ja sovimme kokemusasiantuntijoiden käytöstä jokaisessa yksikössä."
        publish_assessment(found, promises=promises, by=people.coordinator, now=later)
    at = now - timedelta(days=10)
    found = _open(theses[:3], 1, at, people)
    announce_assessment(found.pk, now=at)
    _answer(found, theses, answering[1:4], members, at)


def _open(theses: list[Thesis], column: int, at: datetime, people: People) -> SelfAssessment:
    by = people.coordinator
    found = start_assessment(year=at.year, by=by, now=at)
    for thesis, (scores, reasons, evidence, _usual) in zip(theses, _rows(), strict=False):
        score_thesis(found, thesis=thesis, score=scores[column], reasons=reasons, evidence=evidence, by=by, now=at)
    row = open_assessment(found, closes_at=at + timedelta(days=30), by=by, now=at)
    row.announced_at = at  # hundreds of letters at the first start would keep every other one waiting
    row.save(update_fields=["announced_at"])
    return row


def _rows() -> Iterator[tuple[tuple[int, int], str, str, int]]:
    """Yield the rows over and over: an area may have more theses than seven."""
    while True:
        yield from _SCORES


def _answer(
    found: SelfAssessment,
    theses: list[Thesis],
    organisations: list[Organisation],
    members: dict[int, User],
    at: datetime,
) -> None:
    for number, organisation in enumerate(organisations):
        scores = {}
        for place, (thesis, row) in enumerate(zip(theses, _rows(), strict=False)):
            score = min(max(row[3] + (number + place) % 3 - 1, 1), 5)
            scores[thesis.pk] = Given(score, _WORDS[number % len(_WORDS)] if place == number % len(theses) else "")
        by = members[organisation.pk]
        answer_assessment(found, organisation=organisation, scores=scores, by=by, now=at + timedelta(days=3))
