"""What surveys give to the other rooms: what waits for the coordinator, what is erased and when, one's own data."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.personal_data import personal_data
from common import seams
from common.policies import allowed
from common.seams import Todo
from common.times import local_date
from notifications.kinds import register_kind
from reports.models import OpenAnswer, Survey, SurveyAnswer, SurveyInvitation

#: Answers are of no use to anybody after this: the published tables do not change.
ANSWERS_KEPT = timedelta(days=365)


def survey_todos(user: Any, now: datetime) -> Iterable[Todo]:
    """Yield the surveys whose days are over or that wait for publication; one query."""
    today = local_date(now)
    rows = allowed("reports.survey.manage", user, now=now).filter(
        Q(state="closed") | Q(state="open", closes_on__lt=today)
    )
    for survey in rows.order_by("closes_on", "pk")[:10]:
        yield Todo(
            title=_("Julkaise kyselyn tulokset: %(name)s") % {"name": survey.name},
            url=reverse("reports:survey_desk", args=[survey.pk]),
            button=_("Avaa kysely"),
            target=("survey", survey.pk),
        )


def survey_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam.

    Invited addresses go once the results are published, answers a year later. A survey that was never published loses
    both a year after its last day.
    """
    old = local_date(now) - ANSWERS_KEPT
    forgotten = Q(closes_on__lt=old)
    told = Survey.objects.filter(Q(state="published") | forgotten).values("pk")
    past = Survey.objects.filter(Q(published_on__lt=old) | (forgotten & ~Q(state="published"))).values("pk")
    return {
        "reports.SurveyInvitation": SurveyInvitation.objects.filter(survey__in=told).delete()[0],
        "reports.SurveyAnswer": SurveyAnswer.objects.filter(survey__in=past).delete()[0],
        "reports.OpenAnswer": OpenAnswer.objects.filter(question__survey__in=past).delete()[0],
    }


def own_survey_data(user: Any) -> dict[str, Any]:
    """Return to which surveys the person's address is invited, and the surveys they made. Nobody knows the answers."""
    fields = ("name_fi", "opens_on", "closes_on", "state")
    invited = SurveyInvitation.objects.filter(email__iexact=user.email)
    return {
        "invitations": list(invited.values("survey__name_fi", "survey__closes_on")),
        "surveys_made": list(Survey.objects.filter(made_by=user).values(*fields)),
    }


def join() -> None:
    """Register all of this; called once, when the room is ready."""
    seams.todos.register("reports.surveys", survey_todos)
    seams.retention.register("reports.surveys", survey_retention)
    personal_data.register("reports.surveys", own_survey_data)
    register_kind("reports.survey_invite", gettext_lazy("Kutsu kyselyyn"))
    register_kind("reports.survey_remind", gettext_lazy("Muistutus kyselystä"))
