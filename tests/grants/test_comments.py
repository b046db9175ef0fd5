"""Comments inside an organisation: who reads and writes them, what is told, and that no officer sees them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from common.errors import Refused
from common.policies import allowed
from grants.models import Application, ApplicationComment
from grants.workflow.applications import submit_application
from grants.workflow.comments import finish_comment, write_comment
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants import factories
from tests.grants.factories import NOW
from tests.grants.test_handling_pages import count
from tests.organisations.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def draft() -> Application:
    organisation = factories.make_organisation()
    person = factories.make_member(organisation, full_name="Aino Esimerkki")
    return factories.make_application(organisation=organisation, by=person)


def reader(application: Application) -> Any:
    """Return a member who only reads."""
    return MembershipFactory(
        organisation=application.organisation, user=UserFactory(full_name="Pekka Puheenjohtaja"), role="viewer"
    ).user


def address(application: Application, name: str = "application_comments", *more: int) -> str:
    return reverse(f"grants:{name}", args=[application.organisation_id, application.pk, *more])


def test_a_reader_comments_on_a_page_and_the_writer_is_told_once(draft: Application) -> None:
    chair = reader(draft)
    page = draft.form_version.definition["pages"][0]
    client = signed_in(chair)
    for _press in range(2):
        answer = client.post(address(draft), {"text": "Summa on liian suuri.", "page": page["key"]})
        assert answer.status_code == 302
    assert ApplicationComment.objects.get().written_by == chair
    assert [message.to_user for message in Message.objects.filter(kind="grants.comment")] == [draft.created_by]
    own = signed_in(draft.created_by)
    assert "Kommentit: yksi avoinna" in " ".join(own.get(address(draft, "application")).content.decode().split())
    shown = own.get(address(draft)).content.decode()
    assert "Summa on liian suuri." in shown
    assert page["title_fi"] in shown
    done = address(draft, "application_comment_finish", ApplicationComment.objects.get().pk)
    assert own.post(done).status_code == 302
    assert own.post(done).status_code == 302
    assert ApplicationComment.objects.get().done_by == draft.created_by
    assert "Ei avoimia kommentteja" in own.get(address(draft)).content.decode()


def test_nobody_of_the_county_or_another_organisation_sees_them(draft: Application) -> None:
    comment = write_comment(draft, text="Vain meille.", by=draft.created_by, now=NOW)
    for person in (
        staff("coordinator"),
        staff("registrar"),
        factories.make_member(factories.make_organisation("B ry")),
    ):
        assert not allowed("grants.comment.view", person, now=NOW).exists()
        assert signed_in(person).get(address(draft)).status_code == 404
        assert signed_in(person).post(address(draft, "application_comment_finish", comment.pk)).status_code == 404


@pytest.mark.parametrize(
    ("given", "code"), [({"text": "  "}, "no_text"), ({"text": "x", "page": "muu"}, "unknown_page")]
)
def test_what_is_refused(draft: Application, given: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        write_comment(draft, **given, by=draft.created_by, now=NOW)
    assert refused.value.code == code


def test_after_sending_they_are_read_but_not_written_and_the_text_stays() -> None:
    sent = factories.make_submitted(organisation=factories.make_organisation())
    ApplicationComment.objects.create(application=sent, text="Lue vielä.", written_by=sent.submitted_by, written_at=NOW)
    client = signed_in(sent.submitted_by)
    shown = client.get(address(sent)).content.decode()
    assert "Lue vielä." in shown
    assert "Tallenna kommentti" not in shown
    late = client.post(address(sent), {"text": "Ehdinkö vielä?"})
    assert late.status_code == 409
    assert "Ehdinkö vielä?" in late.content.decode()
    assert ApplicationComment.objects.count() == 1


def test_no_comment_is_in_what_is_sent() -> None:
    organisation = factories.make_organisation()
    by = factories.make_member(organisation)
    sent = factories.make_submitted(organisation=organisation, by=by)
    ApplicationComment.objects.create(application=sent, text="Salaisuus", written_by=by, written_at=NOW)
    content = submit_application(sent, by=by, now=NOW + timedelta(minutes=1)).content
    assert "Salaisuus" not in str(content)


def test_a_fixed_number_of_queries(draft: Application) -> None:
    client = signed_in(draft.created_by)
    counts = []
    for number in range(3):
        comment = write_comment(draft, text=f"Kommentti {number}", by=draft.created_by, now=NOW)
        if number == 1:
            finish_comment(comment, by=draft.created_by, now=NOW)
        counts.append(count(client, address(draft)))
    assert counts[0] == counts[2] <= 15
