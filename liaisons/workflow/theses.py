"""The yearly self-assessment: begun, scored by the county, opened to organisations, closed, published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from common.policies import get_allowed
from liaisons.asked import people_of
from liaisons.letters import letter, said
from liaisons.models import ASSESSMENT, CountyScore, NgoAssessment, NgoScore, Score, SelfAssessment, Thesis
from liaisons.policies.theses import may_manage_assessments
from liaisons.workflow.saving import save_checked
from organisations.models import Organisation
from organisations.workflow.guards import require


@dataclass(frozen=True)
class Given:
    """An organisation's score of a thesis (1–5) and perhaps words."""

    score: int
    words: str = ""


@transaction.atomic
def start_assessment(*, year: int, by: Any, now: datetime) -> SelfAssessment:
    """Begin a year; the same year again returns what is there. Refused: not_allowed, no_theses, refused."""
    if not may_manage_assessments(by, now):
        raise Refused("not_allowed", _("Vain koordinaattori voi aloittaa arvioinnin."))
    there = SelfAssessment.objects.filter(year=year).first()
    if there:
        return there
    if not Thesis.objects.filter(is_current=True).exists():
        raise Refused("no_theses", _("Alueella ei ole teesejä. Lisää ne aluetiedostoon."))
    made = SelfAssessment(year=year, created_by=by, created_at=now)
    save_checked(made, "assessment_refused")
    return made


def _locked(found: SelfAssessment, by: Any, now: datetime) -> SelfAssessment:
    row: SelfAssessment = get_allowed("liaisons.assessment.manage", by, now=now, lock=True, pk=found.pk)
    _settle(row, now)
    return row


def _settle(row: SelfAssessment, now: datetime) -> None:
    """Close an open one whose time is over."""
    if row.state == "open" and row.state_at(now) == "closed":
        row.state = ASSESSMENT.check(row.state, "close_assessment")
        row.save(update_fields=["state"])


@transaction.atomic
def score_thesis(
    found: SelfAssessment, *, thesis: Thesis, score: int, reasons: str, evidence: str, by: Any, now: datetime
) -> CountyScore:
    """Write the county's score of a thesis; it may be changed until the year is published. Refused: published."""
    row = _locked(found, by, now)
    if row.state == "published":
        raise Refused("published", _("Vuosi on jo julkaistu, eikä pisteitä voi enää muuttaa."))
    known = CountyScore.objects.filter(assessment=row, thesis=thesis).first()
    given = known or CountyScore(assessment=row, thesis=thesis)
    given.score, given.reasons, given.evidence = score, reasons.strip(), evidence.strip()
    given.by, given.at = by, now
    save_checked(given, "score_refused")
    return given


@transaction.atomic
def open_assessment(found: SelfAssessment, *, closes_at: datetime, by: Any, now: datetime) -> SelfAssessment:
    """Open the year to organisations and let a worker write to them; again changes nothing. Refused: closing_past."""
    from liaisons.tasks import run_assessments

    row = _locked(found, by, now)
    if row.state == "open":
        return row
    target = ASSESSMENT.check(row.state, "open_assessment")
    if closes_at <= now:
        raise Refused("closing_past", _("Vastausajan loppu on jo mennyt. Valitse myöhempi aika."))
    row.state, row.opened_at, row.closes_at = target, now, closes_at
    row.save(update_fields=["state", "opened_at", "closes_at"])
    transaction.on_commit(run_assessments.delay)
    return row


@transaction.atomic
def extend_assessment(found: SelfAssessment, *, closes_at: datetime, by: Any, now: datetime) -> SelfAssessment:
    """Give organisations more time. Refused: wrong_state once it is over, not_later."""
    row = _locked(found, by, now)
    ASSESSMENT.check(row.state, "extend_assessment")
    if row.closes_at and closes_at < row.closes_at:
        raise Refused("not_later", _("Uuden päättymisajan on oltava entistä myöhempi."))
    row.closes_at = closes_at
    row.save(update_fields=["closes_at"])
    return row


@transaction.atomic
def close_assessment(found: SelfAssessment, *, by: Any, now: datetime) -> SelfAssessment:
    """Stop taking answers now; again changes nothing. Refused: wrong_state."""
    row = _locked(found, by, now)
    if row.state == "closed":
        return row
    row.state = ASSESSMENT.check(row.state, "close_assessment")
    row.save(update_fields=["state"])
    return row


def announce_assessment(assessment_id: int, *, now: datetime) -> int:
    """Ask the region's registered organisations to answer, once; return how many letters were written.

    Only those with people in the portal are asked: an answer needs a sign-in.
    """
    with transaction.atomic():
        row = SelfAssessment.objects.select_for_update(of=("self",)).filter(pk=assessment_id).first()
        if row is None or not row.takes_answers(now) or row.announced_at:
            return 0
        count = 0
        for organisation, people in people_of(assessed_by(), now).items():
            count += sum(_ask(row, organisation, person, now) is not None for person in people)
        row.announced_at = now
        row.save(update_fields=["announced_at"])
    return count


def assessed_by() -> Any:
    """Return the organisations that are asked: registered ones that have their domicile or work in the county."""
    here = Organisation.objects.filter(Q(domicile__is_own=True) | Q(municipalities__is_own=True))
    return Organisation.objects.filter(status="registered", pk__in=here.values("pk"))


def _ask(row: SelfAssessment, organisation: Organisation, person: User, now: datetime) -> Any:
    return letter(
        "assessment_open",
        person,
        said(_("Kuinka järjestöystävällinen hyvinvointialue on? Arvio %(year)s"), year=row.year),
        [
            said(
                _("%(ngo)s voi arvioida hyvinvointialuetta teesi teesiltä %(until)s asti."),
                ngo=organisation.name,
                until=row.closes_at,
            ),
            _("Vastaukset lasketaan yhteen. Järjestön nimeä ei näytetä, eikä alle viidestä vastauksesta mitään."),
        ],
        path=reverse("liaisons:own_assessment", args=[organisation.pk, row.year]),
        button=_("Arvioi"),
        key=f"{row.pk}:{organisation.pk}:{person.pk}",
        now=now,
    )


@transaction.atomic
def answer_assessment(
    found: SelfAssessment,
    *,
    organisation: Organisation,
    scores: Mapping[int, Given],
    by: Any,
    now: datetime,
) -> NgoAssessment:
    """Give the organisation's answer, or change it until closing; a thesis left out of ``scores`` is "cannot say".

    Refused: not_allowed, closed, empty.
    """
    require("organisations.prepare", by, organisation, now)
    row = SelfAssessment.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    if not row.takes_answers(now):
        raise Refused("closed", _("Vastausaika on päättynyt, eikä vastausta voi enää lähettää."))
    current = dict(Thesis.objects.filter(is_current=True).in_bulk())
    given = {thesis: value for thesis, value in scores.items() if thesis in current}
    if not given:
        raise Refused("empty", _("Arvioi ainakin yksi teesi."))
    answer, _made = NgoAssessment.objects.update_or_create(
        assessment=row, organisation=organisation, defaults={"answered_by": by, "answered_at": now}
    )
    answer.scores.all().delete()
    NgoScore.objects.bulk_create(
        NgoScore(answer=answer, thesis=current[thesis], score=Score(value.score), words=value.words.strip()[:1000])
        for thesis, value in given.items()
    )
    return answer


def unscored(found: SelfAssessment) -> list[Thesis]:
    """Return the theses in use that the county has not scored this year."""
    scored = CountyScore.objects.filter(assessment=found).values("thesis")
    return list(Thesis.objects.filter(is_current=True).exclude(pk__in=scored))


@transaction.atomic
def publish_assessment(found: SelfAssessment, *, promises: str = "", by: Any, now: datetime) -> SelfAssessment:
    """Make the year public with what will be improved; again changes nothing. Refused: wrong_state, missing."""
    row = _locked(found, by, now)
    if row.state == "published":
        return row
    target = ASSESSMENT.check(row.state, "publish_assessment")
    missing = unscored(row)
    if missing:
        raise Refused(
            "missing",
            _("Arviota ei voi vielä julkaista. Hyvinvointialueen pisteet puuttuvat: %(theses)s.")
            % {"theses": "; ".join(thesis.name for thesis in missing)},
        )
    row.state, row.published_at, row.promises = target, now, promises.strip()
    row.save(update_fields=["state", "published_at", "promises"])
    return row
