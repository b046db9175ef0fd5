"""Reminders and things to do of drafts that wait to be sent."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.reminders import draft_reminders
from grants.todos_applications import draft_todos
from tests.accounts.factories import UserFactory
from tests.grants import factories
from tests.grants.factories import CLOSES, NOW

SECOND = timedelta(seconds=1)


@pytest.mark.django_db
class TestReminders:
    def reminders(self, now):
        return [(one.to.email, one.dedup_key.rsplit(":", 2)[1]) for one in draft_reminders(now)]

    def test_seven_two_and_one_days_before(self):
        application = factories.make_application(complete=False)
        person = application.created_by
        factories.make_member(application.organisation, "viewer")
        week = CLOSES - timedelta(days=7)
        assert self.reminders(week - SECOND) == []
        assert self.reminders(week) == [(person.email, "7")]
        assert self.reminders(CLOSES - timedelta(days=2)) == [(person.email, "2")]
        assert self.reminders(CLOSES - SECOND) == [(person.email, "1")]
        assert self.reminders(CLOSES) == []

    def test_not_of_a_step_before_the_draft_began(self):
        began = CLOSES - timedelta(days=5)
        factories.make_application(complete=False, now=began)
        assert self.reminders(began) == []
        assert len(self.reminders(CLOSES - timedelta(days=2))) == 1

    def test_sent_ones_are_left_alone(self):
        factories.make_submitted()
        assert self.reminders(CLOSES - SECOND) == []

    def test_todo_says_how_far_it_is(self):
        application = factories.make_application()
        todo = next(iter(draft_todos(application.created_by, NOW)))
        assert todo.due == CLOSES
        assert "8 osaa 8:sta valmiina" in todo.detail
        assert todo.target == ("organisation", application.organisation_id)
        assert list(draft_todos(UserFactory(), NOW)) == []

    def test_same_queries_at_one_and_three_drafts(self):
        organisation = factories.make_organisation()
        person = factories.make_member(organisation)
        counts = []
        for more in (1, 2):
            for _ in range(more):
                factories.make_application(organisation=organisation, by=person)
            with CaptureQueriesContext(connection) as queries:
                list(draft_todos(person, NOW))
                list(draft_reminders(CLOSES - SECOND))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 9, json.dumps([q["sql"][:120] for q in queries.captured_queries])
