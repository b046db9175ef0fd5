"""The self-assessment for tests, made through the verbs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from common import clock
from liaisons.area_theses import SEVEN
from liaisons.models import NgoAssessment, SelfAssessment, Thesis
from liaisons.workflow.theses import Given, answer_assessment, open_assessment, score_thesis, start_assessment
from organisations.models import Organisation
from tests.accounts.factories import staff
from tests.organisations.factories import OrganisationFactory, member


def seven_theses() -> list[Thesis]:
    """Return the seven theses, made as an area file makes them."""
    for order, text in enumerate(SEVEN):
        Thesis.objects.get_or_create(area_key=text, defaults={"name_fi": text, "order": order})
    return list(Thesis.objects.all())


def open_year(
    *, by: Any = None, now: datetime | None = None, year: int = 2026, scored: int | None = 4
) -> SelfAssessment:
    """Return a year that is open for a month; ``scored`` is the county's score of each thesis, None leaves it out."""
    now = now or clock.now()
    by = by or staff("coordinator")
    theses = seven_theses()
    made = start_assessment(year=year, by=by, now=now)
    if scored:
        for thesis in theses:
            score_thesis(made, thesis=thesis, score=scored, reasons="Sovittu.", evidence="Päätös 12 §.", by=by, now=now)
    return open_assessment(made, closes_at=now + timedelta(days=30), by=by, now=now)


def answered(
    found: SelfAssessment,
    score: int = 2,
    words: str = "",
    organisation: Organisation | None = None,
    only: Mapping[int, Given] | None = None,
) -> NgoAssessment:
    """Return an organisation's answer: the same score to every thesis."""
    organisation = organisation or OrganisationFactory()
    scores = only or {thesis.pk: Given(score, words) for thesis in Thesis.objects.all()}
    at = (found.opened_at or clock.now()) + timedelta(minutes=1)
    return answer_assessment(found, organisation=organisation, scores=scores, by=member(organisation), now=at)
