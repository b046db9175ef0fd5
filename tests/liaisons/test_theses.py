"""The self-assessment: once a year, sums of five or more, the county's own word beside the organisations'."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.policies import allowed
from liaisons.area_theses import SEVEN
from liaisons.models import CountyScore, NgoAssessment, NgoScore, SelfAssessment, Thesis
from liaisons.tasks import run_assessments
from liaisons.theses import answer_count, compared, over_years, sums_of
from liaisons.thesis_seams import assessment_panel, assessment_retention, assessment_todos, assessments_of_year
from liaisons.workflow.theses import (
    Given,
    announce_assessment,
    answer_assessment,
    close_assessment,
    extend_assessment,
    open_assessment,
    publish_assessment,
    score_thesis,
    start_assessment,
    unscored,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.county.factories import SMALL_AREA, load_text
from tests.liaisons.factories_theses import answered, open_year, seven_theses
from tests.organisations.factories import OrganisationFactory, member, municipalities

pytestmark = pytest.mark.django_db


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def published_year(year: int = 2026, answers: int = 5, score: int = 2, county: int = 4) -> SelfAssessment:
    """Return a published year with that many answers of the score."""
    by = staff("coordinator")
    found = open_year(by=by, year=year, scored=county)
    for number in range(answers):
        answered(found, score, f"Sana {number}.")
    later = clock.now() + timedelta(minutes=5)
    close_assessment(found, by=by, now=later)
    return publish_assessment(found, promises="Lisäämme tiloja.", by=by, now=later)


def test_a_year_from_scores_to_publication() -> None:
    by, now = staff("coordinator"), clock.now()
    assert code_of(lambda: start_assessment(year=2026, by=by, now=now)) == "no_theses"
    theses = seven_theses()
    assert code_of(lambda: start_assessment(year=2026, by=staff("registrar"), now=now)) == "not_allowed"
    assert code_of(lambda: start_assessment(year=1999, by=by, now=now)) == "assessment_refused"
    found = start_assessment(year=2026, by=by, now=now)
    assert start_assessment(year=2026, by=by, now=now) == found
    words: dict[str, Any] = {"reasons": "Sovittu.", "evidence": "Päätös.", "by": by, "now": now}
    assert code_of(lambda: score_thesis(found, thesis=theses[0], score=6, **words)) == "score_refused"
    assert code_of(lambda: score_thesis(found, thesis=theses[0], score=4, **{**words, "evidence": " "}))
    assert code_of(lambda: open_assessment(found, closes_at=now, by=by, now=now)) == "closing_past"
    until = now + timedelta(days=30)
    for _twice in range(2):
        open_assessment(found, closes_at=until, by=by, now=now)
    assert code_of(lambda: extend_assessment(found, closes_at=now, by=by, now=now)) == "not_later"
    extend_assessment(found, closes_at=until + timedelta(days=1), by=by, now=now)
    score_thesis(found, thesis=theses[0], score=3, **words)
    score_thesis(found, thesis=theses[0], score=4, **words)
    assert CountyScore.objects.get().score == 4
    assert len(unscored(found)) == 6
    for _twice in range(2):
        close_assessment(found, by=by, now=now)
    with pytest.raises(Refused) as refused:
        publish_assessment(found, by=by, now=now)
    assert SEVEN[6] in str(refused.value.message)
    for thesis in theses[1:]:
        score_thesis(found, thesis=thesis, score=4, **words)
    for _twice in range(2):
        publish_assessment(found, promises="Parannamme.", by=by, now=now)
    assert code_of(lambda: score_thesis(found, thesis=theses[0], score=5, **words)) == "published"


def test_the_regions_organisations_are_asked_once() -> None:
    towns = municipalities()
    admin = member(OrganisationFactory(domicile=towns["422"]))
    member(OrganisationFactory(domicile=towns["564"]))
    found = open_year()
    assert run_assessments() == 1
    assert announce_assessment(found.pk, now=clock.now()) == 0
    mail = Message.objects.get(kind="liaisons.assessment_open")
    assert mail.to_address == admin.email
    assert "nimeä ei näytetä" in mail.text


def test_an_answer_is_one_a_year_and_changes_until_closing() -> None:
    found = open_year()
    ngo, now = OrganisationFactory(), clock.now()
    admin = member(ngo)
    theses = seven_theses()
    give: dict[str, Any] = {"organisation": ngo, "by": admin, "now": now}
    assert code_of(lambda: answer_assessment(found, scores={10**9: Given(3)}, **give)) == "empty"
    answer_assessment(found, scores={theses[0].pk: Given(3, "Hyvä."), theses[1].pk: Given(1)}, **give)
    answer_assessment(found, scores={theses[0].pk: Given(5, "Parempi.")}, **give)
    assert NgoAssessment.objects.count() == 1
    assert [(row.score, row.words) for row in NgoScore.objects.all()] == [(5, "Parempi.")]
    late = {**give, "now": found.closes_at}
    assert code_of(lambda: answer_assessment(found, scores={theses[0].pk: Given(1)}, **late)) == "closed"
    for stranger in (member(ngo, "viewer"), staff("coordinator"), member(OrganisationFactory())):
        other = {**give, "by": stranger}
        assert (
            code_of(lambda other=other: answer_assessment(found, scores={theses[0].pk: Given(1)}, **other))
            == "not_allowed"
        )
    assert allowed("liaisons.ngoassessment.own", member(ngo, "viewer"), now=now).count() == 1
    for officer in ("coordinator", "auditor", "administrator"):
        assert not allowed("liaisons.ngoassessment.own", staff(officer), now=now).exists()


def test_nothing_is_shown_of_fewer_than_five() -> None:
    by = staff("coordinator")
    found = open_year(by=by)
    theses = seven_theses()
    for number in range(4):
        answered(found, 1, f"Tunnistettava {number}")
    assert answer_count(found) is None
    now = clock.now()
    assert all(row.mean is None for row in sums_of(found, now)), "nothing before closing"
    later = now + timedelta(minutes=9)
    assert all(row.mean is None for row in sums_of(close_assessment(found, by=by, now=later), later))
    found = publish_assessment(found, by=by, now=later)
    for row in sums_of(found, later):
        assert (row.number, row.mean, row.counts, row.words, row.gap) == (None, None, (), (), None)
    page = Client().get(found.get_absolute_url()).content.decode()
    assert "alle viisi" in page
    assert "Tunnistettava" not in page
    assert "Tunnistettava" not in signed_in(by).get(reverse("liaisons:assessment", args=[found.pk])).content.decode()

    second = open_year(by=by, year=2027)
    for _number in range(4):
        answered(second, 3, "Piilossa")
    answered(second, only={theses[0].pk: Given(5, "Näkyy")})
    second = close_assessment(second, by=by, now=later)
    first, *others = sums_of(second, later)
    assert (first.number, first.mean) == (5, Decimal("3.4"))
    assert dict(first.counts)["5 toteutuu kaikkialla ja jatkuvasti"] == 1
    assert first.words == ("Näkyy", "Piilossa", "Piilossa", "Piilossa", "Piilossa")
    assert {(row.number, row.words) for row in others} == {(None, ())}


def test_gaps_are_named_and_years_compared() -> None:
    found = published_year(2025, score=2, county=4)
    sums = sums_of(found, clock.now())
    assert sums[0].gap == 2
    assert "2 pistettä paremmaksi kuin järjestöt" in sums[0].gap_words
    chart = compared(sums)
    assert chart.heading.startswith("Suurin ero")
    assert chart.table.rows[0][1:] == ("4", "2")
    assert over_years(SelfAssessment.objects.all()) is None
    published_year(2026, answers=4, score=5, county=3)
    years = over_years(allowed("liaisons.assessment.public", UserFactory(), now=clock.now()))
    assert years is not None
    assert years.years == (2025, 2026)
    assert years.rows[0].cells == (("4", "2"), ("3", "–"))
    assert years.chart.table.rows == (("2025", "4", "2"), ("2026", "3", "–"))
    close = published_year(2027, score=4, county=4)
    assert "lähellä toisiaan" in compared(sums_of(close, clock.now())).heading
    assert "lähellä" in sums_of(close, clock.now())[0].gap_words


@pytest.mark.parametrize(
    ("model", "fields", "constraint"),
    [
        (SelfAssessment, {"state": "gone"}, "assessment_known_state"),
        (SelfAssessment, {"state": "published"}, "assessment_published_has_time"),
        (SelfAssessment, {"closes_at": None}, "assessment_open_has_times"),
        (SelfAssessment, {"year": 1999}, "assessment_year"),
        (CountyScore, {"score": 0}, "countyscore_one_to_five"),
        (CountyScore, {"evidence": ""}, "countyscore_with_reasons"),
        (NgoScore, {"score": 6}, "ngoscore_one_to_five"),
    ],
)
def test_the_database_defends_it(model: Any, fields: dict[str, Any], constraint: str) -> None:
    answered(open_year())
    with pytest.raises(IntegrityError, match=f"liaisons_{constraint}"), transaction.atomic():
        model.objects.update(**fields)


def test_the_database_takes_one_answer_of_a_year() -> None:
    answer = answered(open_year())
    fields = {"assessment": answer.assessment, "organisation": answer.organisation, "answered_at": clock.now()}
    with pytest.raises(IntegrityError, match="liaisons_ngoassessment_once_a_year"), transaction.atomic():
        NgoAssessment.objects.create(**fields)


# Area, seams


def test_an_area_gives_its_own_theses_or_the_seven(tmp_path: Any) -> None:
    load_text(tmp_path)
    assert list(Thesis.objects.values_list("name_fi", flat=True)) == list(SEVEN)
    own = SMALL_AREA + '\n[friendly_county_theses]\nfi = ["kuuntelee", "maksaa järjestöavustuksia"]\nsv = ["lyssnar"]\n'
    load_text(tmp_path, own)
    current = Thesis.objects.filter(is_current=True)
    assert [(row.name_fi, row.name_sv) for row in current] == [
        ("kuuntelee", "lyssnar"),
        ("maksaa järjestöavustuksia", ""),
    ]
    assert Thesis.objects.count() == 8
    load_text(tmp_path)
    assert Thesis.objects.filter(is_current=True).count() == 7


def test_todos_panel_calendar_and_retention() -> None:
    towns = municipalities()
    by = staff("coordinator")
    ngo = OrganisationFactory(domicile=towns["422"])
    admin = member(ngo)
    found = open_year(by=by)
    now = clock.now()
    assert [todo.detail for todo in assessment_todos(admin, now)] == [ngo.name]
    assert [panel.answered for panel in assessment_panel(admin, ngo, now)] == [False]
    answered(found, organisation=ngo)
    assert not list(assessment_todos(admin, now))
    assert [panel.answered for panel in assessment_panel(admin, ngo, now)] == [True]
    assert found.closes_at
    later = found.closes_at + timedelta(hours=1)
    assert [todo.title for todo in assessment_todos(by, later)] == ["Julkaise järjestöystävällisyyden arvio 2026"]
    assert not list(assessment_panel(admin, ngo, later))
    assert len(list(assessments_of_year(now.date(), later.date()))) == 1
    assert assessment_retention(later)["liaisons.NgoAssessment.answered_by"] == 0
    assert assessment_retention(later + timedelta(days=740))["liaisons.NgoAssessment.answered_by"] == 1


# Pages


def test_from_a_new_year_to_the_public_page() -> None:
    towns = municipalities()
    ngo = OrganisationFactory(domicile=towns["422"])
    desk, own = signed_in(staff("coordinator")), signed_in(member(ngo))
    public = reverse("liaisons:theses")
    assert "Alueella ei ole teesejä" in Client().get(public).content.decode()
    seven_theses()
    assert SEVEN[0] in Client().get(public).content.decode()
    assert public in Client().get(reverse("liaisons:directory")).content.decode()
    desk.post(reverse("liaisons:assessments"), {"year": "2026"})
    found = SelfAssessment.objects.get()
    page = reverse("liaisons:assessment", args=[found.pk])
    for thesis in Thesis.objects.all():
        scoring = reverse("liaisons:assessment_score", args=[found.pk, thesis.pk])
        assert scoring in desk.get(page).content.decode()
        desk.post(scoring, {"score": "4", "reasons": "Sovittu.", "evidence": "Päätös 12 §."})
    desk.post(reverse("liaisons:assessment_open", args=[found.pk]), {"closes_at": "1.6.2090 klo 16.00"})
    address = reverse("liaisons:own_assessment", args=[ngo.pk, 2026])
    assert address in own.get(reverse("organisations:own", args=[ngo.pk])).content.decode()
    assert address in own.get(public).content.decode()
    first = Thesis.objects.all()[0]
    without = own.post(address, {f"sanat-{first.pk}": "Sanat ilman pisteitä"})
    assert without.status_code == 422
    assert "Sanat ilman pisteitä" in without.content.decode()
    thanks = own.post(address, {f"pisteet-{first.pk}": "2", f"sanat-{first.pk}": "Voisi olla parempi."}, follow=True)
    assert "Arvionne on tallessa" in thanks.content.decode()
    assert "Voisi olla parempi." in thanks.content.decode()
    assert "Voisi olla parempi." not in desk.get(page).content.decode()
    for _number in range(4):
        answered(SelfAssessment.objects.get(), 2, "Sama täällä.")
    SelfAssessment.objects.update(opened_at=clock.now() - timedelta(days=2), closes_at=clock.now())
    late = own.post(address, {f"pisteet-{first.pk}": "5", f"sanat-{first.pk}": "Myöhässä"})
    assert late.status_code == 422
    assert "Myöhässä" in late.content.decode()
    desk.post(reverse("liaisons:assessment_publish", args=[found.pk]), {"promises": "Lisäämme tiloja."})
    text = Client().get(public).content.decode()
    for words in ("Lisäämme tiloja.", "Keskiarvo 2,0, vastauksia 5.", "Sama täällä.", "Päätös 12 §.", "Suurin ero"):
        assert words in text
    assert ngo.name not in text
    assert Client().get(reverse("liaisons:public_assessment", args=[2026])).status_code == 200
    assert Client().get(reverse("liaisons:public_assessment", args=[2025])).status_code == 404


def test_pages_have_a_fixed_number_of_queries() -> None:
    by = staff("coordinator")
    ngo = OrganisationFactory()
    admin = member(ngo)
    published_year(2024)
    published_year(2025)
    current = open_year(by=by)
    answered(current, organisation=ngo)
    addresses = [
        (by, reverse("liaisons:assessments")),
        (by, reverse("liaisons:assessment", args=[current.pk])),
        (admin, reverse("liaisons:theses")),
        (admin, reverse("liaisons:own_assessment", args=[ngo.pk, current.year])),
    ]

    def counts() -> list[int]:
        numbers = []
        for person, address in addresses:
            client = signed_in(person)
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            numbers.append(len(queries))
        return numbers

    before = counts()
    published_year(2023)
    answered(current)
    answered(current)
    after = counts()
    assert after == before
    assert max(after) <= 16, after
