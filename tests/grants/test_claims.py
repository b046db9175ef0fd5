"""Claims for revision, the appeal after them, and when a decision is final."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.urls import reverse

from common.times import HELSINKI
from grants.models import Decision, DecisionVersion, RevisionClaim, UseReport
from grants.workflow.claims import decide_claim, file_claim, note_appeal, note_court, propose_claim, register_claim
from grants.workflow.conflicts import declare_conflict
from grants.workflow.decisions import (
    Minutes,
    make_final,
    record_publication,
)
from liaisons.workflow import hold_meeting
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories_handling import (
    AFTER,
    TAKEN_UP,
    Desk,
    make_desk,
    make_held,
    present,
    propose_all,
)
from tests.grants.test_decisions import words
from tests.grants.test_decisions_hold import _county, code_of, record, sender, served  # noqa: F401
from tests.grants.test_handling_pages import text

pytestmark = pytest.mark.django_db
SENT = datetime(2027, 2, 19, 10, 0, tzinfo=HELSINKI)  # received 22.2., revision until 8.3., final 9.3.
IN_TIME = datetime(2027, 3, 8, 23, 0, tzinfo=HELSINKI)
LATE = datetime(2027, 3, 9, 0, 30, tzinfo=HELSINKI)
COURT = "Itä-Suomen hallinto-oikeus\nMinna Canthin katu 64, Kuopio"


def decided(claim: RevisionClaim, desk: Desk, **given: Any) -> RevisionClaim:
    now = datetime(2027, 3, 20, 9, 0, tzinfo=HELSINKI)
    outcome = given.get("outcome", "accepted")
    propose_claim(claim, outcome=outcome, sum=None, reasons="Perusteltu.", by=desk.coordinator, now=now)
    values = {
        "outcome": outcome,
        "reasons": "Uusi selvitys muuttaa arvion.",
        "new_sum": None,
        "decided_on": date(2027, 3, 18),
        "section_number": 30,
        "court": COURT,
        "by": desk.secretary,
        "now": now,
        **given,
    }
    return decide_claim(claim, **values)


# Claims, appeal, finality


def test_a_claim_holds_its_own_decision_back_and_no_other() -> None:
    desk = make_held()
    first, second = served(desk)
    by = sender(first)
    claim = file_claim(first, demand=" Summaa on nostettava. ", by=by, now=IN_TIME)
    assert file_claim(first, demand="Summaa on nostettava.", by=by, now=IN_TIME) == claim
    assert (claim.is_late, claim.state, claim.claimant) == (False, "received", "party")
    assert claim.case_number != first.application.case_number
    received = Message.objects.filter(kind="grants.claim", to_address=by.email).get()
    assert claim.case_number in received.text
    assert make_final(now=LATE) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("issued", "final")
    done = decided(claim, desk, outcome="rejected")
    assert done.appeal_ends_on == date(2027, 4, 22)  # 20.3. + 3 = 23.3.; + 30
    assert "Valitusosoitus" in words(done.letter)
    assert make_final(now=datetime(2027, 4, 22, 23, 59, tzinfo=HELSINKI)) == 0
    note_appeal(done, appealed_on=date(2027, 4, 20), by=desk.secretary, now=datetime(2027, 4, 21, 9, tzinfo=HELSINKI))
    later = datetime(2027, 9, 2, 9, 0, tzinfo=HELSINKI)
    assert make_final(now=later) == 0
    court = {"result": "Valitus hylätään.", "decided_on": date(2027, 8, 30), "final_on": date(2027, 10, 1)}
    note_court(done, **court, by=desk.secretary, now=later)
    assert make_final(now=later) == 0
    assert make_final(now=datetime(2027, 10, 1, 9, 0, tzinfo=HELSINKI)) == 1


def test_a_late_claim_is_taken_and_the_final_decision_stays_final() -> None:
    desk = make_held(cases=1)
    (row,) = served(desk)
    assert make_final(now=LATE) == 1
    claim = file_claim(row, demand="Myöhässä, anteeksi.", by=sender(row), now=LATE)
    row.refresh_from_db()
    assert (claim.is_late, row.state) == (True, "final")
    assert "määräajan jälkeen" in Message.objects.filter(kind="grants.claim").latest("pk").text
    in_time = register_claim(
        row,
        claimant="party",
        name="Järjestö 1 ry",
        demand="Kirjaamossa jo 5.3.",
        arrived_at=datetime(2027, 3, 5, 12, 0, tzinfo=HELSINKI),
        by=staff("registrar"),
        now=LATE,
    )
    row.refresh_from_db()
    assert (in_time.is_late, row.state) == (False, "issued")


def test_an_accepted_claim_makes_a_new_version_within_the_appropriation() -> None:
    desk = make_held(appropriation=Decimal("9000.00"), maximum_sum=Decimal("9000.00"), asked="9000.00")
    granted, rejected = served(desk)
    claim = file_claim(rejected, demand="Pyydämme avustusta.", by=sender(rejected), now=IN_TIME)
    over = {"new_sum": Decimal("6000.01"), "outcome": "partly"}
    assert code_of(lambda: decided(claim, desk, **over)) == "over_appropriation"
    assert Decision.objects.get(pk=rejected.pk).sum == 0
    done = decided(claim, desk, outcome="partly", new_sum=Decimal("6000.00"))
    assert decided_again(done, desk) == done
    rejected.refresh_from_db()
    assert (rejected.sum, rejected.outcome, rejected.version) == (Decimal("6000.00"), "partly", 2)
    assert desk.fresh().decided_total == Decimal("9000.00")
    assert UseReport.objects.filter(decision=rejected).exists()
    old, new = rejected.versions.all()
    assert (old.outcome, new.kind, new.sum) == ("rejected", "claim", Decimal("6000.00"))
    assert "Oikaisuvaatimusohje" in words(old.letter)
    assert "Oikaisuvaatimusohje" not in words(new.letter)
    client = signed_in(sender(rejected))
    for number in (1, 2):
        assert status_of(client, reverse("grants:decision_version", args=[rejected.pk, number])) == 200
        stranger = signed_in(sender(granted))
        assert stranger.get(reverse("grants:decision_version", args=[rejected.pk, number])).status_code == 404
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        DecisionVersion.objects.filter(pk=old.pk).update(sum=1)


def status_of(client: Any, address: str) -> int:
    """Return the answer's status; the file that it carries is read to its end, which closes it."""
    response = client.get(address)
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    return int(response.status_code)


def decided_again(claim: RevisionClaim, desk: Desk) -> RevisionClaim:
    return decide_claim(
        claim,
        outcome="partly",
        reasons="x",
        new_sum=Decimal(1),
        decided_on=date(2027, 3, 18),
        section_number=30,
        court=COURT,
        by=desk.secretary,
        now=datetime(2027, 3, 21, 9, 0, tzinfo=HELSINKI),
    )


def test_who_has_a_conflict_or_no_part_reaches_no_claim() -> None:
    desk = make_held(cases=1)
    colleague = staff("coordinator")
    declare_conflict(desk.cases[0], has_conflict=True, ground="Hallituksessa.", by=colleague, now=TAKEN_UP)
    (row,) = served(desk)
    claim = file_claim(row, demand="x", by=sender(row), now=IN_TIME)
    address = reverse("grants:claim", args=[claim.pk])
    for user, status in (
        (desk.coordinator, 200),
        (staff("registrar"), 200),
        (colleague, 404),
        (staff("payments_clerk"), 404),
        (sender(row), 404),
        (UserFactory(), 404),
    ):
        assert signed_in(user).get(address).status_code == status
    for user in (desk.secretary, colleague):
        with pytest.raises(Http404):
            propose_claim(claim, outcome="rejected", sum=None, reasons="x", by=user, now=LATE)
    with pytest.raises(Http404):
        file_claim(row, demand="x", by=UserFactory(), now=IN_TIME)


def test_members_of_the_county_have_their_own_period() -> None:
    desk = make_held(cases=1)
    (row,) = served(desk, minutes=Minutes(published_on=date(2027, 2, 18)))
    # 18.2. + 7 = 25.2.; + 14 = 11.3.: later than the party's 8.3.
    assert (row.members_end_on, row.final_on) == (date(2027, 3, 11), date(2027, 3, 12))
    given = {
        "claimant": "member",
        "name": "Jaana Jäsen",
        "email": "jaana@example.org",
        "demand": "Päätös on väärä.",
        "by": staff("registrar"),
        "now": datetime(2027, 3, 12, 9, 0, tzinfo=HELSINKI),
    }
    claim = register_claim(row, arrived_at=datetime(2027, 3, 11, 15, 0, tzinfo=HELSINKI), **given)
    assert not claim.is_late
    assert Message.objects.filter(kind="grants.claim", to_address="jaana@example.org").exists()
    assert make_final(now=datetime(2027, 3, 13, 9, 0, tzinfo=HELSINKI)) == 0
    own = signed_in(sender(row)).get(reverse("grants:own_claim", args=[row.application.organisation_id, claim.pk]))
    assert own.status_code == 404
    late = register_claim(
        row, arrived_at=datetime(2027, 3, 12, 8, 0, tzinfo=HELSINKI), **{**given, "demand": "Toinen."}
    )
    assert late.is_late
    future = {**given, "demand": "Kolmas.", "arrived_at": datetime(2027, 3, 14, 8, 0, tzinfo=HELSINKI)}
    assert code_of(lambda: register_claim(row, **future)) == "bad_arrival"


def test_publication_is_recorded_afterwards() -> None:
    desk = make_held(cases=1)
    (row,) = served(desk)
    now = datetime(2027, 3, 5, 9, 0, tzinfo=HELSINKI)
    too_soon = {"published_on": date(2027, 2, 16), "by": desk.secretary, "now": now}
    assert code_of(lambda: record_publication(desk.call, **too_soon)) == "bad_publication"
    given = {"published_on": date(2027, 3, 4), "by": desk.secretary, "now": now}
    assert record_publication(desk.call, **given) == 1
    assert record_publication(desk.call, **given) == 0
    row.refresh_from_db()
    assert (row.members_end_on, row.final_on) == (date(2027, 3, 25), date(2027, 3, 26))  # notice 11.3., then 14 days


# Pages


def test_from_the_applicants_page_to_the_decided_claim() -> None:
    desk = make_desk(cases=1)
    propose_all(desk, ["3000.00"])
    hold_meeting(present(desk), by=desk.secretary, now=AFTER)
    (row,) = served(desk)
    application, client = row.application, signed_in(sender(row))
    own = reverse("grants:application", args=[application.organisation_id, application.pk])
    filing = reverse("grants:claim_new", args=[application.organisation_id, application.pk])
    assert filing in text(client.get(own))
    assert client.post(filing, {"demand": " "}).status_code == 409
    shown = text(client.post(filing, {"demand": "Lisää <b>rahaa</b>."}, follow=True))
    assert "Oikaisuvaatimus on saapunut." in shown
    assert "&lt;b&gt;rahaa" in shown
    claim = RevisionClaim.objects.get()
    assert claim.case_number in text(client.get(own))
    officer, secretary = signed_in(desk.coordinator), signed_in(desk.secretary)
    assert claim.get_absolute_url() in text(officer.get(reverse("grants:claims")))
    step = reverse("grants:claim_propose", args=[claim.pk])
    assert step in text(officer.get(claim.get_absolute_url()))
    assert officer.post(step, {"outcome": "rejected"}).status_code == 409
    assert officer.post(step, {"outcome": "rejected", "reasons": "Ei uutta."}).status_code == 302
    deciding = reverse("grants:claim_decide", args=[claim.pk])
    data = {
        "section_number": "31",
        "decided_on": "18.2.2027",
        "outcome": "rejected",
        "reasons": "Ei uutta.",
        "court": COURT,
        "served_by": "electronic",
    }
    assert secretary.post(deciding, {**data, "court": ""}).status_code == 409
    assert secretary.post(deciding, data).status_code == 302
    claim.refresh_from_db()
    assert claim.state == "decided"
    assert status_of(client, reverse("grants:claim_letter", args=[claim.pk])) == 200
    assert "Hylätty" in text(client.get(reverse("grants:own_claim", args=[application.organisation_id, claim.pk])))
