"""The thematic call of the demonstration has the light form and the usual eligibility questions."""

from datetime import datetime

from grants.models import GrantCall
from grants.workflow.eligibility import add_usual_questions
from grants.workflow.forms import begin_form
from portal.demonstration.people import People


def make_light(call: GrantCall, people: People, now: datetime) -> None:
    """Give the draft the light form and the usual eligibility questions."""
    begin_form(call.pk, "light", revision=0, by=people.coordinator, now=now)
    add_usual_questions(call.pk, by=people.coordinator, now=now)
