"""Verification and observations: dated answers that never change, observations with a second person and a reply."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404

from common.errors import Refused
from notifications.models import Message
from organisations.models import (
    OBSERVATION_LIFE,
    SHEET_LIFE,
    Observation,
    TimelineEntry,
    Verification,
    VerificationSheet,
)
from organisations.relation_todos import relation_todos
from organisations.workflow.observations import (
    confirm_observation,
    make_observation,
    observations_for,
    observations_in_force,
    reply_to_observation,
    withdraw_observation,
)
from organisations.workflow.verifications import (
    begin_sheet,
    change_sheet,
    current_sheet,
    months_later,
    newest,
    publish_sheet,
    verify,
)
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories_handling import make_desk
from tests.organisations.factories import NOW, OrganisationFactory, member
from tests.organisations.factories_relations import answers, make_sheet, make_verification, proposed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 16)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


# The sheet


def test_versions_of_the_sheet_follow_each_other_and_a_published_one_never_changes() -> None:
    by = staff("coordinator")
    first = make_sheet(by)
    draft = begin_sheet(by=by, now=NOW)
    assert (first.version, draft.version, begin_sheet(by=by, now=NOW).pk) == (1, 2, draft.pk)
    questions = [{"key": "rules", "fi": "Säännöt nähty?", "sv": "", "en": ""}]

    change_sheet(draft, questions=questions, valid_months=24, by=by, now=NOW)
    publish_sheet(draft, by=by, now=NOW)
    publish_sheet(draft, by=by, now=NOW)

    first.refresh_from_db()
    current = current_sheet()
    assert current is not None
    assert (first.state, current.version, current.valid_months) == ("replaced", 2, 24)
    for sheet in (first, current):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            VerificationSheet.objects.filter(pk=sheet.pk).update(questions=[])
        assert code_of(
            lambda sheet=sheet: change_sheet(sheet, questions=questions, valid_months=1, by=by, now=NOW)
        ) == (  # type: ignore[misc]
            "wrong_state"
        )


def test_a_sheet_has_questions_and_is_written_by_the_coordinator() -> None:
    by = staff("coordinator")
    draft = begin_sheet(by=by, now=NOW)

    assert code_of(lambda: change_sheet(draft, questions=[], valid_months=12, by=by, now=NOW)) == "no_questions"
    for role in ("registrar", "auditor"):
        assert code_of(lambda role=role: publish_sheet(draft, by=staff(role), now=NOW)) == "not_allowed"  # type: ignore[misc]
        with pytest.raises(Http404):
            begin_sheet(by=staff(role), now=NOW)
    assert SHEET_LIFE.verbs_from("replaced") == ()
    VerificationSheet.objects.filter(pk=draft.pk).update(state="replaced", published_at=NOW)
    assert code_of(lambda: publish_sheet(draft, by=by, now=NOW)) == "wrong_state"


@pytest.mark.parametrize(
    ("state", "constraint"),
    [("draft", "verification_sheet_one_draft"), ("published", "verification_sheet_one_published")],
)
def test_one_draft_and_one_in_use(state: str, constraint: str) -> None:
    at = None if state == "draft" else NOW
    VerificationSheet.objects.create(version=1, state=state, created_at=NOW, published_at=at)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        VerificationSheet.objects.create(version=2, state=state, created_at=NOW, published_at=at)


def test_the_sheet_is_edited_on_its_page() -> None:
    by = staff("coordinator")
    client = signed_in(by)

    assert "Tee ensimmäinen lomake" in client.get("/hallinta/tarkistuslomakkeet/").content.decode()
    address = client.post("/hallinta/tarkistuslomakkeet/")["Location"]
    form = {"valid_months": "6", "fi_rules": "Säännöt on nähty.", "sv_rules": "Stadgarna har setts.", "fi_q1": "Uusi?"}
    assert client.post(address, {**form, "publish": "1"})["Location"] == "/hallinta/tarkistuslomakkeet/"
    sheet = VerificationSheet.objects.get()
    assert (sheet.state, sheet.valid_months) == ("published", 6)
    assert [question["key"] for question in sheet.questions] == ["rules", "q1"]
    assert "Uusi?" in client.get(address).content.decode()
    assert "Stadgarna har setts." in client.get(f"/sv{address}").content.decode()


# Verification


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 16), 12, date(2027, 11, 16)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_later(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


def test_the_newest_counts_and_the_earlier_ones_stay_as_they_were() -> None:
    by, organisation, sheet = staff("registrar"), OrganisationFactory(), make_sheet()
    first = make_verification(organisation, sheet, by, days=10)
    second = make_verification(organisation, sheet, by, days=100)

    assert list(newest(by, NOW)) == [second]
    for field in ("answers", "valid_until", "outcome"):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Verification.objects.filter(pk=first.pk).update(**{field: {} if field == "answers" else "2099-01-01"})
    assert TimelineEntry.objects.filter(organisation=organisation, visibility="county").count() == 2


def test_refusals_of_a_verification() -> None:
    by, organisation, sheet = staff("coordinator"), OrganisationFactory(), make_sheet()
    known: dict[str, Any] = {
        "sheet": sheet,
        "answers": answers(sheet),
        "outcome": "passed",
        "valid_until": TODAY,
        "summary": "",
        "by": by,
        "now": NOW,
    }

    assert code_of(lambda: verify(organisation, **{**known, "answers": {}})) == "unanswered"
    wrong = {**answers(sheet), "rules": {"value": "perhaps", "note": ""}}
    assert code_of(lambda: verify(organisation, **{**known, "answers": wrong})) == "unanswered"
    assert (
        code_of(lambda: verify(organisation, **{**known, "valid_until": TODAY - timedelta(days=1)})) == "before_today"
    )
    for role in ("auditor", "payments_clerk"):
        assert code_of(lambda role=role: verify(organisation, **{**known, "by": staff(role)})) == "not_allowed"  # type: ignore[misc]
    publish_sheet(begin_sheet(by=by, now=NOW), by=by, now=NOW)
    assert code_of(lambda: verify(organisation, **known)) == "old_sheet"


def test_what_runs_out_soon_waits_for_the_coordinator() -> None:
    coordinator, sheet = staff("coordinator"), make_sheet()
    make_verification(OrganisationFactory(), sheet, coordinator, days=60)
    make_verification(OrganisationFactory(), sheet, coordinator, days=61)

    titles = [todo.title for todo in relation_todos(coordinator, NOW)]
    assert titles == ["1 järjestön tarkistus vanhenee pian tai on vanhentunut"]
    assert not list(relation_todos(staff("registrar"), NOW))


def test_a_verification_is_made_and_read_on_its_pages() -> None:
    client, organisation = signed_in(staff("registrar")), OrganisationFactory(name="Omaistuki ry")
    address = f"/hallinta/jarjestot/{organisation.pk}/tarkistus/"

    assert "Tarkistuslomake puuttuu" in client.get(address).content.decode()
    sheet = make_sheet()
    form = {f"value_{question['key']}": "yes" for question in sheet.questions}
    form |= {"note_rules": "Nähty 2024", "outcome": "lacking", "valid_until": "1.1.2100", "summary": "Kesken."}
    missing = client.post(address, {**form, "value_rules": ""}).content.decode()
    assert "Valitse vastaus kohtaan ”1. Järjestön säännöt on nähty.”." in missing
    assert client.post(address, form)["Location"] == f"/hallinta/jarjestot/{organisation.pk}/"
    found = Verification.objects.get()
    page = client.get(f"/hallinta/tarkistukset/{found.pk}/").content.decode()
    assert "Nähty 2024" in page
    assert "puutteita" in page
    assert "Omaistuki ry" in client.get("/hallinta/tarkistukset/?tila=lacking").content.decode()
    assert "ei ole tarkistuksia" in client.get("/hallinta/tarkistukset/?tila=vanhenee").content.decode()


# Observations


def test_an_observation_is_in_force_when_a_second_person_has_confirmed_it() -> None:
    organisation = OrganisationFactory(name="Omaistuki ry")
    admin = member(organisation)
    observation, coordinator = proposed(organisation), staff("coordinator")
    assert observations_in_force(organisation, NOW) == []

    confirm_observation(observation, by=coordinator, now=NOW)
    confirm_observation(observation, by=coordinator, now=NOW)

    assert observations_in_force(organisation, NOW) == [observation]
    message = Message.objects.get()
    assert (message.to_user, message.subject) == (admin, "Hyvinvointialue on kirjannut huomion: Omaistuki ry")
    assert f"/omat/{organisation.pk}/huomiot/{observation.pk}/" in message.text
    assert "Tilinpäätös tuli myöhässä" not in message.text  # read in the portal, not in the mail


def test_nobody_confirms_their_own_also_around_the_verb() -> None:
    coordinator = staff("coordinator")
    observation = proposed(by=coordinator)

    assert code_of(lambda: confirm_observation(observation, by=coordinator, now=NOW)) == "not_allowed"
    with pytest.raises(IntegrityError, match="observation_second_person"), transaction.atomic():
        Observation.objects.filter(pk=observation.pk).update(
            state="confirmed", confirmed_by=coordinator, confirmed_at=NOW
        )


def test_in_force_is_between_its_days_and_the_weightiest_first() -> None:
    organisation, coordinator = OrganisationFactory(), staff("coordinator")

    def confirmed(**fields: Any) -> Observation:
        return confirm_observation(proposed(organisation, **fields), by=coordinator, now=NOW)

    info = confirmed(level="information")
    serious = confirmed(level="serious", valid_until=TODAY)
    confirmed(valid_from=TODAY + timedelta(days=1))
    confirmed(valid_from=TODAY - timedelta(days=9), valid_until=TODAY - timedelta(days=1))

    assert observations_in_force(organisation, NOW) == [serious, info]
    assert observations_for(coordinator, organisation, NOW) == [serious, info]
    assert observations_for(staff("payments_clerk"), organisation, NOW) == []
    assert observations_for(member(organisation), organisation, NOW) == []


def test_withdrawing_needs_a_reason_and_is_told_to_who_was_told() -> None:
    organisation, coordinator = OrganisationFactory(), staff("coordinator")
    member(organisation, "signatory")
    quiet = proposed(organisation)

    assert code_of(lambda: withdraw_observation(quiet, reason=" ", by=coordinator, now=NOW)) == "no_reason"
    withdraw_observation(quiet, reason="Erehdys", by=coordinator, now=NOW)
    assert not Message.objects.exists()
    told = confirm_observation(proposed(organisation), by=coordinator, now=NOW)
    withdraw_observation(told, reason="Asia on korjattu.", by=coordinator, now=NOW)
    withdraw_observation(told, reason="Asia on korjattu.", by=coordinator, now=NOW)
    assert Message.objects.filter(subject__startswith="Huomio on peruttu").count() == 1
    assert observations_in_force(organisation, NOW) == []


def test_the_organisation_answers_and_the_coordinator_hears() -> None:
    organisation, coordinator = OrganisationFactory(name="Omaistuki ry"), staff("coordinator")
    admin, viewer = member(organisation), member(organisation, "viewer")
    observation = confirm_observation(proposed(organisation), by=coordinator, now=NOW)

    reply_to_observation(observation, text=" Rahastonhoitaja vaihtui. ", by=admin, now=NOW)
    reply_to_observation(observation, text="Rahastonhoitaja vaihtui.", by=admin, now=NOW)

    assert [reply.text for reply in observation.replies.all()] == ["Rahastonhoitaja vaihtui."]
    assert Message.objects.get(to_user=coordinator).subject == "Järjestö vastasi huomioon: Omaistuki ry"
    for person in (viewer, UserFactory(), coordinator):
        assert code_of(lambda by=person: reply_to_observation(observation, text="x", by=by, now=NOW)) == "not_allowed"  # type: ignore[misc]
    assert code_of(lambda: reply_to_observation(observation, text=" ", by=admin, now=NOW)) == "no_text"
    unconfirmed = proposed(organisation)
    assert code_of(lambda: reply_to_observation(unconfirmed, text="x", by=admin, now=NOW)) == "not_allowed"


VERBS: dict[str, Callable[[Observation, Any], object]] = {
    "confirm": lambda row, by: confirm_observation(row, by=by, now=NOW),
    "withdraw": lambda row, by: withdraw_observation(row, reason="x", by=by, now=NOW),
}
DONE_ONCE = {("confirm", "confirmed"), ("withdraw", "withdrawn")}


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (verb, state)
        for verb in VERBS
        for state in OBSERVATION_LIFE.keys()  # noqa: SIM118 - a life cycle is no dictionary
        if not OBSERVATION_LIFE.allows(state, verb) and (verb, state) not in DONE_ONCE
    ],
)
def test_missing_edges_are_refused(verb: str, state: str) -> None:
    by, row = staff("coordinator"), proposed()
    withdrawn = {"withdrawn_at": NOW, "withdrawn_by": by, "withdrawn_reason": "x"} if state == "withdrawn" else {}
    Observation.objects.filter(pk=row.pk).update(state=state, **withdrawn)

    assert code_of(lambda: VERBS[verb](row, by)) == "wrong_state"


@pytest.mark.parametrize("role", ["auditor", "payments_clerk", "administrator"])
def test_only_the_coordinator_and_the_registrar_write_and_confirm(role: str) -> None:
    by, row = staff(role), proposed()
    values: dict[str, Any] = {"level": "remark", "text": "x", "valid_from": TODAY, "valid_until": None}

    assert code_of(lambda: make_observation(row.organisation, **values, by=by, now=NOW)) == "not_allowed"
    for verb in VERBS.values():
        assert code_of(lambda verb=verb: verb(row, by)) == "not_allowed"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "confirmed"}, "observation_confirmed_by_somebody"),
        ({"confirmed_at": NOW}, "observation_confirmed_who_and_when"),
        ({"state": "withdrawn"}, "observation_withdrawn_with_reason"),
        ({"valid_until": date(2020, 1, 1)}, "observation_term_order"),
        ({"level": "grave"}, "observation_values_known"),
    ],
)
def test_constraints_of_an_observation(values: dict[str, Any], constraint: str) -> None:
    row = proposed()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Observation.objects.filter(pk=row.pk).update(**values)


def test_a_term_the_wrong_way_round_is_refused_in_words() -> None:
    assert code_of(lambda: proposed(valid_until=TODAY - timedelta(days=1))) == "term_order"


def test_an_observation_on_its_pages() -> None:
    organisation = OrganisationFactory(name="Omaistuki ry")
    writer, second, admin = staff("registrar"), staff("coordinator"), member(organisation)
    address = f"/hallinta/jarjestot/{organisation.pk}/huomio/"
    form = {"level": "serious", "text": "Hallitus puuttuu.", "valid_from": "1.11.2026", "valid_until": ""}

    assert signed_in(writer).post(address, form).status_code == 302
    row = Observation.objects.get()
    case = f"/hallinta/huomiot/{row.pk}/"
    own = signed_in(writer).get(case).content.decode()
    assert "Toinen henkilö vahvistaa sen." in own
    assert "Vahvista huomio</button>" not in own
    assert signed_in(admin).get(f"/omat/{organisation.pk}/huomiot/{row.pk}/").status_code == 404
    assert "Vahvista huomio: Omaistuki ry" in signed_in(second).get("/hallinta/").content.decode()
    assert signed_in(second).post(case, {"confirm": "1"}).status_code == 302
    assert "Hallitus puuttuu." in signed_in(admin).get(f"/omat/{organisation.pk}/huomiot/").content.decode()
    own_page = f"/omat/{organisation.pk}/huomiot/{row.pk}/"
    assert signed_in(admin).post(own_page, {"text": "Valitsemme hallituksen."}).status_code == 302
    assert "Valitsemme hallituksen." in signed_in(second).get(case).content.decode()
    no_reason = signed_in(second).post(case, {"withdraw": "1", "reason": ""}).content.decode()
    assert "Vastaa kohtaan ”Perustelu”." in no_reason
    assert signed_in(second).post(case, {"withdraw": "1", "reason": "Korjattu."}).status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert "Omaistuki ry" in signed_in(second).get("/hallinta/huomiot/?tila=withdrawn").content.decode()
    public = signed_in(UserFactory()).get(f"/jarjestot/{organisation.pk}/").content.decode()
    assert "Hallitus puuttuu." not in public
    assert "huomio" not in public.lower()


def test_handling_of_a_grant_sees_what_is_in_force() -> None:
    desk = make_desk(cases=1)
    case = desk.cases[0]
    confirm_observation(proposed(case.organisation), by=staff("coordinator"), now=NOW)

    page = signed_in(desk.coordinator).get(f"/hallinta/hakemukset/{case.pk}/").content.decode()
    assert "Järjestöstä on voimassa olevia huomioita" in page
