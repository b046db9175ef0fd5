"""Applications that come on paper: when they arrived decides, an officer enters them, and it shows in every place."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from common.policies import allowed
from documents.uploads import check_upload
from grants.models import Application, GrantCall, PaperOriginal
from grants.workflow.applications import reopen_application, submit_application
from grants.workflow.drafts import copy_to_columns, start_application
from grants.workflow.handling import open_handling
from grants.workflow.paper import (
    discard_paper_application,
    enter_paper_application,
    set_arrival,
    start_paper_application,
)
from grants.workflow.receipts import ensure_receipt
from notifications.models import Message
from organisations.models import Organisation
from tests.accounts.factories import signed_in, staff
from tests.grants.call_pages import count, set_clock, text
from tests.grants.factories import (
    CLOSES,
    NOW,
    OPENS,
    PDF,
    attach,
    body_of,
    complete_answers,
    make_application,
    make_call,
    make_member,
    make_organisation,
)
from tests.grants.test_decisions import words

pytestmark = pytest.mark.django_db

AFTER = CLOSES + timedelta(days=1)
IN_TIME = CLOSES - timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, AFTER)


@pytest.fixture
def registrar() -> User:
    return staff("registrar", full_name="Riitta Registratur")


@pytest.fixture
def call() -> GrantCall:
    return make_call()


def begin(call: GrantCall, by: User, *, arrived_at: datetime = IN_TIME, now: datetime = AFTER, **fields: Any) -> Any:
    organisation: Organisation = fields.pop("organisation", None) or make_organisation()
    return start_paper_application(
        organisation=organisation, call=call, channel="post", arrived_at=arrived_at, by=by, now=now, **fields
    )


def fill(application: Application, **answers: Any) -> Application:
    """Write title and sum only (or what is given), as an officer whose paper says no more."""
    application.answers = answers or {"title": "Vertaisryhmät", "asked_sum": "3000.00"}
    copy_to_columns(application, application.form_version.definition)
    application.save()
    return application


def entered(call: GrantCall, by: User, *, now: datetime = AFTER, **fields: Any) -> Application:
    draft = fill(begin(call, by, now=now, **fields))
    enter_paper_application(draft, by=by, now=now)
    return Application.objects.select_related("call", "organisation", "form_version").get(pk=draft.pk)


def code_of(verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        verb(*args, **kwargs)
    return refused.value.code


def where(name: str, application: Application, *more: Any) -> str:
    return reverse(f"grants:{name}", args=[application.call_id, application.pk, *more])


# When it arrived


def test_what_arrived_before_closing_and_is_entered_after_it_is_in_time(call: GrantCall, registrar: User) -> None:
    found = entered(call, registrar)
    assert (found.state, found.received_at, found.is_late) == ("submitted", IN_TIME, False)
    assert found.submitted_by == registrar
    assert found.submissions.get().received_at == IN_TIME


def test_what_arrived_at_closing_is_entered_and_shown_as_late(call: GrantCall, registrar: User) -> None:
    found = entered(call, registrar, arrived_at=CLOSES)
    assert found.is_late
    client = signed_in(registrar)
    assert "Myöhässä" in text(client.get(reverse("grants:call_handling", args=[call.pk])))
    assert "Myöhässä" in text(client.get(reverse("grants:case", args=[found.pk])))
    assert "merkitty myöhästyneeksi" in Message.objects.get(kind="grants.paper_receipt").text


@pytest.mark.parametrize(
    ("arrived_at", "code"),
    [(AFTER + timedelta(minutes=1), "in_future"), (OPENS - timedelta(minutes=1), "before_opening")],
)
def test_an_impossible_arrival_is_refused(call: GrantCall, registrar: User, arrived_at: datetime, code: str) -> None:
    assert code_of(begin, call, registrar, arrived_at=arrived_at) == code
    draft = begin(call, registrar)
    assert code_of(set_arrival, draft, channel="email", arrived_at=arrived_at, by=registrar, now=AFTER) == code


def test_in_handling_it_is_handled_with_the_others_and_after_presenting_it_is_too_late(
    call: GrantCall, registrar: User
) -> None:
    waiting = fill(begin(call, registrar))
    open_handling(call, by=staff("coordinator"), now=AFTER)
    assert entered(call, registrar).state == "in_handling"
    GrantCall.objects.filter(pk=call.pk).update(state="presented")
    assert code_of(enter_paper_application, waiting, by=registrar, now=AFTER) == "paper_closed"


# Who


def test_only_coordinator_and_registrar_enter_and_nobody_for_an_own_organisation(
    call: GrantCall, registrar: User
) -> None:
    organisation = make_organisation()
    address = reverse("grants:paper_new", args=[call.pk])
    statuses = {role: signed_in(staff(role)).get(address).status_code for role in ("coordinator", "auditor")}
    assert statuses == {"coordinator": 200, "auditor": 404}
    assert signed_in(make_member(organisation)).get(address).status_code == 404
    make_member(organisation, "viewer", user=registrar)
    assert code_of(begin, call, registrar, organisation=organisation) == "own_organisation"


def test_members_do_not_see_the_unsent_one_and_then_see_it(call: GrantCall, registrar: User) -> None:
    organisation = make_organisation()
    member, other = make_member(organisation), make_member(make_organisation("Toinen ry"))
    draft = fill(begin(call, registrar, organisation=organisation, now=NOW, arrived_at=NOW))
    own = reverse("grants:application", args=[organisation.pk, draft.pk])
    for permission in ("view_own", "edit", "submit"):
        assert not allowed(f"grants.application.{permission}", member, now=NOW).filter(pk=draft.pk).exists()
    assert signed_in(member).get(own).status_code == 404
    assert code_of(start_application, organisation=organisation, call=call, by=member, now=NOW) == "on_paper"
    assert code_of(submit_application, draft, by=member, now=NOW) == "not_a_sender"
    assert not Application.objects.unfinished(NOW).exists()
    assert signed_in(member).get(where("paper", draft)).status_code == 404
    enter_paper_application(draft, by=registrar, now=NOW)
    assert "Kirjattu paperilta, saapunut" in text(signed_in(member).get(own))
    assert signed_in(other).get(own).status_code == 404


def test_a_new_version_sent_in_the_portal_stands_as_sent_there(call: GrantCall, registrar: User) -> None:
    organisation = make_organisation()
    member = make_member(organisation)
    found = entered(call, registrar, organisation=organisation, arrived_at=NOW, now=NOW)
    reopen_application(found, by=member, now=NOW)
    assert signed_in(registrar).get(where("paper", found)).status_code == 404
    draft = Application.objects.get(pk=found.pk)
    draft = fill(draft, **complete_answers())
    for slot in call.attachment_slots.filter(required=True):
        attach(draft, slot, by=member, now=NOW)
    submission = submit_application(draft, by=member, now=NOW + timedelta(hours=1))
    draft.refresh_from_db()
    assert "source" not in submission.content
    assert (draft.arrival_channel, draft.arrived_at, draft.entered_by) == ("", None, None)
    assert draft.submissions.get(number=1).content["source"]["channel"] == "post"


# One of an organisation and call


def test_the_organisations_own_draft_blocks_with_words_and_stays(call: GrantCall, registrar: User) -> None:
    own = make_application(call=call, title="Oma luonnos")
    response = signed_in(registrar).post(
        reverse("grants:paper_new", args=[call.pk]),
        {"organisation": own.organisation.name, "arrived_at": "8.12.2026 klo 15.45", "channel": "post"},
    )
    assert response.status_code == 409
    assert "oma luonnos, jota se ei lähettänyt" in text(response)
    assert 'value="8.12.2026 klo 15.45"' in text(response)
    assert Application.objects.get().title == "Oma luonnos"
    with pytest.raises(Refused, match="pyydä sitä lähettämään luonnos"):
        begin(call, registrar, organisation=own.organisation, arrived_at=NOW, now=NOW)


def test_twice_makes_one(call: GrantCall, registrar: User) -> None:
    organisation = make_organisation()
    make_member(organisation)
    first, second = (begin(call, registrar, organisation=organisation) for _press in range(2))
    assert first == second
    fill(first)
    client = signed_in(registrar)
    for _press in range(2):
        assert client.post(where("paper_review", first)).headers["Location"] == reverse("grants:case", args=[first.pk])
    assert first.submissions.count() == 1
    assert Message.objects.filter(kind="grants.paper_receipt").count() == 2  # the admin and the contact address
    assert first.events.filter(verb="enter_paper_application").count() == 1
    assert code_of(begin, call, registrar, organisation=organisation) == "has_application"


def test_the_database_keeps_the_facts_of_paper_together(call: GrantCall, registrar: User) -> None:
    found = entered(call, registrar)
    for wrong in ({"arrived_at": None}, {"arrival_channel": "fax"}, {"received_at": AFTER}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.filter(pk=found.pk).update(**wrong)


# Content


def test_incomplete_is_entered_with_its_gaps_but_title_and_sum_are_needed(call: GrantCall, registrar: User) -> None:
    draft = fill(begin(call, registrar), title="Vertaisryhmät")
    client = signed_in(registrar)
    refused = client.post(where("paper_review", draft))
    assert refused.status_code == 409
    assert "Kirjoita ainakin toiminnan nimi ja haettu summa" in text(refused)
    fill(draft)
    client.post(where("paper_review", draft))
    case = text(client.get(reverse("grants:case", args=[draft.pk])))
    assert "Hakemuksesta puuttuu" in case
    assert "Liite puuttuu: Säännöt." in case
    assert Application.objects.get(pk=draft.pk).asked_sum == Decimal("3000.00")


def test_snapshot_receipt_and_history_tell_the_source(call: GrantCall, registrar: User) -> None:
    scan = check_upload(SimpleUploadedFile("paperi.pdf", PDF))
    found = entered(call, registrar, upload=scan)
    submission = found.submissions.get()
    source = submission.content["source"]
    assert (source["channel"], source["entered_by"], source["late"]) == ("post", "Riitta Registratur", False)
    assert source["original"]["sha256"] == found.paper_original.sha256
    assert datetime.fromisoformat(submission.content["received_at"]) == IN_TIME
    receipt = ensure_receipt(submission, now=AFTER)
    said = words(receipt)
    assert "Kirjattu paperilta, saapunut 8.12.2026 klo 15.45, kirjaaja Riitta Registratur." in said
    assert "Lähettäjä" not in said
    event = found.events.get(verb="enter_paper_application")
    assert "Se saapui postitse" in event.text


# Pages


def test_an_officer_fills_in_the_applicants_pages_and_enters(call: GrantCall) -> None:
    officer = staff("coordinator")
    client = signed_in(officer)
    organisation = make_organisation()
    handling = text(client.get(reverse("grants:call_handling", args=[call.pk])))
    assert reverse("grants:paper_new", args=[call.pk]) in handling
    response = client.post(
        reverse("grants:paper_new", args=[call.pk]),
        {
            "organisation": organisation.name,
            "arrived_at": "8.12.2026 klo 15.45",
            "channel": "counter",
            "upload": SimpleUploadedFile("paperi.pdf", PDF),
        },
    )
    draft = Application.objects.get()
    assert response.headers["Location"] == where("paper", draft)
    assert "(1 kirjaus kesken)" in text(client.get(reverse("grants:call_handling", args=[call.pk])))
    tasks = text(client.get(where("paper", draft)))
    assert "paperi.pdf" in tasks
    key = next(
        one["key"]
        for one in draft.form_version.definition["pages"]
        if any(question["key"] == "title" for question in one.get("questions", []))
    )
    page = where("paper_page", draft, key)
    assert client.get(page).status_code == 200
    saved = client.post(page, {"revision": "0", "title": "Vertaisryhmät", "back": "1"})
    assert saved.headers["Location"] == where("paper", draft)
    draft.refresh_from_db()
    assert (draft.title, draft.saved_by) == ("Vertaisryhmät", officer)
    assert text(client.get(where("paper_review", draft))).count("Kirjaa saapuneeksi") > 0
    slot = call.attachment_slots.first()
    assert slot is not None
    attached = client.post(
        where("paper_attachments", draft), {"slot": slot.pk, f"slot-{slot.pk}": SimpleUploadedFile("a.pdf", PDF)}
    )
    assert attached.headers["Location"] == where("paper_attachments", draft)
    listed = text(client.get(where("paper_attachments", draft)))
    file = draft.attachments.get()
    assert where("paper_attachment", draft, file.pk) in listed
    assert "siakirjasalk" not in listed  # it would show there before the application has been entered
    assert body_of(client.get(reverse("grants:case_original", args=[draft.pk]))) == PDF
    corrected = client.post(where("paper_arrival", draft), {"arrived_at": "8.12.2026 klo 16.30", "channel": "email"})
    assert corrected.headers["Location"] == where("paper", draft)
    assert "Myöhässä" in text(client.get(where("paper", draft)))


def test_discarding_leaves_nothing_and_an_entered_one_is_not_discarded(call: GrantCall, registrar: User) -> None:
    scan = check_upload(SimpleUploadedFile("paperi.pdf", PDF))
    draft = begin(call, registrar, upload=scan)
    client = signed_in(registrar)
    assert client.get(where("paper_discard", draft)).status_code == 200
    assert client.post(where("paper_discard", draft)).status_code == 302
    assert not Application.objects.exists()
    assert not PaperOriginal.objects.exists()
    found = entered(call, registrar)
    assert code_of(discard_paper_application, found, by=registrar, now=AFTER) == "wrong_state"


def test_the_list_of_those_being_entered_has_a_fixed_number_of_queries(call: GrantCall, registrar: User) -> None:
    client, address = signed_in(registrar), reverse("grants:paper_new", args=[call.pk])
    begin(call, registrar)
    few = count(client, address)
    for number in range(2):
        begin(call, registrar, organisation=make_organisation(f"Järjestö {number} ry"))
    assert count(client, address) == few <= 12
