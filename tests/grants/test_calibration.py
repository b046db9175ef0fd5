"""The practice example of a call: written, shown, practised once, compared, and never part of the real scores."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from grants.calibration import compare_tries
from grants.models import Assessment, CalibrationExample, CalibrationScore, CalibrationTry, Score
from grants.workflow.assessment import Scored
from grants.workflow.calibration import practise, remove_example, save_example, show_example
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all, score
from tests.grants.test_handling_pages import page, set_clock, text

pytestmark = pytest.mark.django_db
REASON = "Tarve on osoitettu luvuilla."


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


@pytest.fixture
def desk() -> Desk:
    return make_desk(cases=1, assessors=3)


def scores_of(desk: Desk, share: float = 0.5) -> list[Scored]:
    return [Scored(row.pk, int(row.weight * share), REASON) for row in desk.call.criteria.all()]


def write(desk: Desk, *, shown: bool = True, **fields: Any) -> CalibrationExample:
    given = {"title": "Keksityt kyydit", "text": "Kylä kuskaa kauppaan.", "scores": scores_of(desk), **fields}
    found = save_example(desk.call, **{"by": desk.coordinator, "now": TAKEN_UP, **given})
    return show_example(found, by=desk.coordinator, now=TAKEN_UP) if shown else found


def give(example: CalibrationExample, by: User, share: float = 1.0) -> CalibrationTry:
    points = {row.criterion_id: int(row.most * share) for row in example.scores.all()}
    return practise(example, points=points, by=by, now=TAKEN_UP)


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


def test_example_needs_points_and_reasons_of_every_criterion_and_stays_once_practised(desk: Desk) -> None:
    assert code_of(lambda: write(desk, text=" ")) == "no_text"
    assert code_of(lambda: write(desk, scores=scores_of(desk)[1:])) == "score_missing"
    first = scores_of(desk)[0]
    bare = [Scored(first.criterion_id, 1, " "), *scores_of(desk)[1:]]
    assert code_of(lambda: write(desk, scores=bare)) == "score_missing"
    over = [Scored(first.criterion_id, 101, REASON), *scores_of(desk)[1:]]
    assert code_of(lambda: write(desk, scores=over)) == "too_many_points"
    with pytest.raises(Http404):
        write(desk, by=desk.assessors[0])
    example = write(desk)
    assert write(desk) == example, "saved again it is the same"
    give(example, desk.assessors[0])
    assert code_of(lambda: write(desk, title="Toinen")) == "practised"
    with pytest.raises(IntegrityError, match="within_weight"), transaction.atomic():
        CalibrationScore.objects.update(points=200)
    remove_example(example, by=desk.coordinator, now=TAKEN_UP)
    assert not CalibrationTry.objects.exists()


def test_practised_once_by_an_assessor_of_the_call_and_only_when_shown(desk: Desk) -> None:
    hidden = write(desk, shown=False)
    with pytest.raises(Http404):
        give(hidden, desk.assessors[0])
    example = write(desk)
    with pytest.raises(Http404):
        give(example, desk.member)
    some = {row.criterion_id: 1 for row in list(example.scores.all())[1:]}
    person = desk.assessors[0]
    assert code_of(lambda: practise(example, points=some, by=person, now=TAKEN_UP)) == "points_missing"
    too_many = {row.criterion_id: row.most + 1 for row in example.scores.all()}
    assert code_of(lambda: practise(example, points=too_many, by=person, now=TAKEN_UP)) == "too_many_points"
    first = give(example, person)
    assert give(example, person, 0.1) == first
    assert give(example, person, 0.1).points == first.points
    propose_all(desk, ["3000.00"])
    present(desk)
    with pytest.raises(Http404):
        give(example, desk.assessors[1])
    assert code_of(lambda: write(desk)) == "wrong_state"


def test_spread_has_counts_of_three_or_more_and_nothing_goes_to_the_real_scores(desk: Desk) -> None:
    example = write(desk)
    one, two, three = desk.assessors
    give(example, one)
    give(example, two)
    few = compare_tries(example, None)
    assert (few.tries, few.has_spread, [row.counts for row in few.rows if row.counts]) == (2, False, [])
    own = give(example, three, 0.0)
    seen = compare_tries(example, own)
    first = seen.rows[0]
    assert first.counts == ((0, 1), (first.most, 2))
    assert (first.own, first.apart, first.middle) == (0, -first.model, float(first.most))
    assert not Assessment.objects.exists()
    assert not Score.objects.exists()
    before = page(desk.coordinator, "call_handling", desk.call.pk)
    assert "Keksityt kyydit" not in before
    score(desk.cases[0], one)
    assert Assessment.objects.get().total == sum(int(row.weight * 0.8) for row in desk.call.criteria.all())


def test_coordinator_writes_and_shows_it_and_the_assessor_practises_on_the_page(desk: Desk) -> None:
    client = signed_in(desk.coordinator)
    address = reverse("grants:calibration", args=[desk.call.pk])
    assert address in client.get(reverse("grants:call_assessors", args=[desk.call.pk])).content.decode()
    assert "Esimerkkiä ei ole vielä" in text(client.get(address))
    wrong = client.post(address, {"title": "Keksityt kyydit", "text": "Kylä kuskaa."})
    assert wrong.status_code == 422
    assert "Anna pisteet." in text(wrong)
    assert 'value="Keksityt kyydit"' in wrong.content.decode()
    posted = {"title": "Keksityt kyydit", "text": "Kylä kuskaa."}
    for row in desk.call.criteria.all():
        posted |= {f"points_{row.pk}": "2", f"reason_{row.pk}": REASON}
    assert client.post(address, posted).status_code == 302
    person = signed_in(desk.assessors[0])
    own = reverse("grants:practise", args=[desk.call.pk])
    assert person.get(own).status_code == 404
    assert "Harjoittele ensin" not in page(desk.assessors[0], "assessments")
    client.post(reverse("grants:calibration_show", args=[desk.call.pk]))
    assert "Harjoittele ensin" in page(desk.assessors[0], "assessments")
    seen = text(person.get(own))
    assert "Kylä kuskaa." in seen
    assert REASON not in seen, "the model is seen after one's own points"
    missing = person.post(own, {})
    assert missing.status_code == 422
    points = {f"points_{row.pk}": "1" for row in desk.call.criteria.all()}
    assert person.post(own, points).url == own
    after = text(person.get(own))
    assert REASON in after
    assert "(-1)" in after
    assert "Kaikkien pisteet näytetään, kun vähintään kolme" in after
    assert "Katso harjoituksesi ja malli" in page(desk.assessors[0], "assessments")
    assert str(desk.assessors[0]) not in text(client.get(address))
    client.post(reverse("grants:calibration_remove", args=[desk.call.pk]))
    assert not CalibrationExample.objects.exists()


def test_others_find_no_page_of_it_and_queries_are_few(desk: Desk) -> None:
    example = write(desk)
    for user in (desk.assessors[0], desk.member, staff("auditor"), UserFactory()):
        assert signed_in(user).get(reverse("grants:calibration", args=[desk.call.pk])).status_code in (403, 404)
    for user in (desk.coordinator, desk.member, UserFactory()):
        assert signed_in(user).get(reverse("grants:practise", args=[desk.call.pk])).status_code in (403, 404)
    counts = []
    for person in desk.assessors:
        give(example, person)
        with CaptureQueriesContext(connection) as queries:
            compare_tries(example, None)
        counts.append(len(queries))
    assert counts == [2, 2, 2]
