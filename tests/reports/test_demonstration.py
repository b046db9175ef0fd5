"""What the demonstration says of the yearly report, and its co-operation document."""

import pytest
from django.test import Client

from accounts.models import User
from common import clock
from liaisons.models import RoundComment
from portal.demonstration import reports_talk
from reports.models import CooperationDocument, SectionComment, SectionQuestion
from tests.liaisons.factories import BodyFactory
from tests.liaisons.factories_rounds import member
from tests.organisations.factories import OrganisationFactory
from tests.reports.conftest import NOW, Readers, collected, frozen

pytestmark = pytest.mark.django_db


def test_two_comments_and_a_question_with_its_answer(coordinator: User, readers: Readers, field: None) -> None:
    draft = collected(coordinator)
    reports_talk.comment(draft, coordinator, NOW)
    assert SectionComment.objects.count() == 2
    report = frozen(coordinator)
    reports_talk.ask_and_answer(report, readers.former, coordinator, NOW)
    assert not SectionQuestion.objects.exists()
    reports_talk.ask_and_answer(report, readers.member, coordinator, NOW)
    assert SectionQuestion.objects.answered().count() == 1


def test_a_decided_document_with_answered_comments(coordinator: User) -> None:
    organisations = [OrganisationFactory() for _number in range(3)]
    members = {row.pk: member(row) for row in organisations}
    body = BodyFactory(kind="committee", name_fi="HYTE-lautakunta")
    reports_talk.decide_document(body, organisations, members, coordinator, clock.now())
    document = CooperationDocument.objects.get()
    assert (document.state, document.section) == ("decided", 10)
    assert RoundComment.objects.filter(answered_at__isnull=False).count() == 2
    assert (
        "Jokaisella palvelualueella on järjestöyhdyshenkilö." in Client().get("/yhteistyoasiakirja/").content.decode()
    )
