"""Rights to statements asked of liaison people: officers ask and follow, whoever answers for the post answers.

The asked one sees only the applicant's name and the sum until they have declared that they have no conflict of
interest, then the case read-only while it is prepared; who declared one sees no more of it.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from common.policies import policy
from grants.models import Application, CaseStatement
from grants.policies.base import has_declared
from grants.policies.case_work import cases_to_follow, cases_to_supplement
from liaisons.policies.posts import posts_answered

#: States in which the asked one reads the case.
READING_STATES = ("asked", "given")


def before_statement(user: Any, now: datetime) -> Q:
    """Return a condition on applications: a statement of them is asked of the person, and they are still prepared."""
    asked = CaseStatement.objects.filter(
        application=OuterRef("pk"), state__in=READING_STATES, post__in=posts_answered(user, now).values("pk")
    )
    return Q(Exists(asked), state="in_handling", call__state="handling")


@policy("grants.statement.ask")
def cases_to_ask_of(user: Any, now: datetime) -> QuerySet[Application]:
    """The coordinator asks while the case is prepared."""
    return cases_to_supplement(user, now)


@policy("grants.statement.follow")
def statements_to_follow(user: Any, now: datetime) -> QuerySet[CaseStatement]:
    """Statements of the cases whose work is followed, in every state."""
    return CaseStatement.objects.filter(application__in=cases_to_follow(user, now))


@policy("grants.statement.manage")
def statements_to_manage(user: Any, now: datetime) -> QuerySet[CaseStatement]:
    """The coordinator gives more time and cancels while the case is prepared."""
    return CaseStatement.objects.filter(application__in=cases_to_supplement(user, now))


@policy("grants.statement.listed")
def statements_of_own_posts(user: Any, now: datetime) -> QuerySet[CaseStatement]:
    """Requests to the posts for which the person answers: of each the applicant's name and the sum may be listed."""
    if not user.is_authenticated:
        return CaseStatement.objects.none()
    return CaseStatement.objects.filter(post__in=posts_answered(user, now).values("pk"))


@policy("grants.statement.give")
def statements_to_give(user: Any, now: datetime) -> QuerySet[CaseStatement]:
    """Whoever answers for the post reads the request and answers it, once they have declared no conflict."""
    rows = statements_of_own_posts(user, now)
    return rows.filter(has_declared(user, False, "application")) if user.is_authenticated else rows
