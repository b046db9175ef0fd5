"""Confirmation by a signatory or an extract of the minutes, where the call demands it."""

from typing import Any

import pgtrigger
import pytest
import time_machine
from django.urls import reverse

from common.errors import Refused
from grants.models import Application, AttachmentSlot
from grants.workflow.applications import submit_application
from tests.accounts.factories import UserFactory, signed_in
from tests.grants import factories
from tests.grants.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def make_draft(*, minutes: bool = False) -> Application:
    call = factories.make_call(signatory_demanded=True)
    if minutes:
        with pgtrigger.ignore("grants.AttachmentSlot:published_slot_stays"):  # made while the call was a draft
            AttachmentSlot.objects.create(
                call=call, order=9, name_fi="Pöytäkirjanote", vault_kind="minutes", required=False
            )
    return factories.make_application(call=call, organisation=factories.make_organisation())


def review(draft: Application) -> str:
    return reverse("grants:application_review", args=[draft.organisation_id, draft.pk])


def test_an_admin_does_not_send_alone_and_is_told_who_does() -> None:
    draft = make_draft()
    factories.make_member(draft.organisation, "signatory", user=UserFactory(full_name="Niilo Nimenkirjoittaja"))
    client = signed_in(draft.created_by)
    shown = client.get(review(draft)).content.decode()
    assert "lähettää nimenkirjoittaja: Niilo Nimenkirjoittaja" in shown
    assert "Lähetät järjestön" not in shown
    assert client.post(review(draft)).status_code == 409
    with pytest.raises(Refused) as refused:
        submit_application(draft, by=draft.created_by, now=NOW)
    assert refused.value.code == "not_confirmed"
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_signatory_sends_and_the_submission_says_so() -> None:
    draft = make_draft()
    signatory = factories.make_member(draft.organisation, "signatory")
    assert submit_application(draft, by=signatory, now=NOW).content["confirmed_by"] == "signatory"


def test_an_extract_of_the_minutes_confirms_what_an_admin_sends() -> None:
    draft = make_draft(minutes=True)
    slot = draft.call.attachment_slots.get(vault_kind="minutes")
    assert "pöytäkirjanotteen" in signed_in(draft.created_by).get(review(draft)).content.decode()
    factories.attach(draft, slot, by=draft.created_by)
    assert submit_application(draft, by=draft.created_by, now=NOW).content["confirmed_by"] == "minutes"


def test_other_calls_ask_nothing() -> None:
    sent = factories.make_submitted(organisation=factories.make_organisation())
    assert "confirmed_by" not in sent.submissions.get().content
