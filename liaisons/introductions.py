"""Who has been introduced to liaison work and who lacks it: list, invitation, figures and reminders ask the same.

A person is introduced on the latest of two days: that of a valid record of the introduction, and the day that stands
in one of their appointments (also recorded there by hand before there were records).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from accounts.models import User
from common.times import local_date
from liaisons.models import AGREED, STANDING_SIGN_UPS, Appointment, TrainingRecord, TrainingSession, TrainingSignUp
from liaisons.responsible import covering

#: After how many years an introduction is old: the county's organisation and contracts have changed by then.
OLD_AFTER_YEARS = 2


def years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier; 29 February gives 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def held_on(day: date) -> QuerySet[Any]:
    """Return the appointments that make somebody a liaison person on the day: in force, to a post of the day."""
    held: QuerySet[Any] = Appointment.objects.on(day).filter(covering(day, "post__"))
    return held


def with_introduction(users: QuerySet[User], day: date) -> QuerySet[Any]:
    """Add ``is_liaison`` on the day and ``introduced_on``, None where the person has not been introduced."""
    taken = TrainingRecord.objects.introductions().filter(user=OuterRef("pk")).order_by("-completed_on")
    noted = Appointment.objects.filter(user=OuterRef("pk"), state__in=AGREED, introduced_on__isnull=False)
    found: QuerySet[Any] = users.annotate(
        is_liaison=Exists(held_on(day).filter(user=OuterRef("pk"))),
        introduced_on=Greatest(
            Subquery(taken.values("completed_on")[:1]),
            Subquery(noted.order_by("-introduced_on").values("introduced_on")[:1]),
        ),
    )
    return found


def liaison_people(day: date) -> QuerySet[Any]:
    """Return the liaison persons in force on the day, ``with_introduction``."""
    return with_introduction(User.objects.filter(is_active=True), day).filter(is_liaison=True)


def lacking(day: date) -> QuerySet[Any]:
    """Return the liaison persons in force who have not been introduced."""
    return liaison_people(day).filter(introduced_on__isnull=True)


def to_invite(session: TrainingSession, now: datetime) -> QuerySet[Any]:
    """Return whom an invitation to the introduction would reach: they lack it, and nobody has asked them here.

    Who has a place or a turn in another coming introduction, or has said no to this one, is left alone.
    """
    asked = TrainingSignUp.objects.filter(session=session)
    coming = TrainingSession.objects.introductions().coming(now)
    elsewhere = TrainingSignUp.objects.filter(state__in=STANDING_SIGN_UPS, session__in=coming.values("pk"))
    people = lacking(local_date(now)).exclude(pk__in=asked.values("user")).exclude(pk__in=elsewhere.values("user"))
    return people.order_by("full_name", "pk")


def introduction_day(user_id: int) -> date | None:
    """Return the day of the person's latest valid introduction, or None."""
    found: date | None = (
        TrainingRecord.objects.introductions().filter(user=user_id).aggregate(latest=Max("completed_on"))["latest"]
    )
    return found


def needs_introduction(user: Any, now: datetime) -> bool:
    """Tell whether the person is a liaison person in force who has not been introduced; one query."""
    return lacking(local_date(now)).filter(pk=user.pk).exists()


@dataclass(frozen=True)
class IntroductionFigures:
    """Liaison persons in force on a day, how many of them are introduced, and of how many it is long ago."""

    people: int
    introduced: int
    old: int

    @property
    def lacking(self) -> int:
        """Return how many lack the introduction."""
        return self.people - self.introduced

    @property
    def percentage(self) -> int | None:
        """Return the introduced as whole per cent of all, rounded down so that 100 means everybody; None of nobody."""
        return self.introduced * 100 // self.people if self.people else None


def introduction_figures(day: date) -> IntroductionFigures:
    """Count the liaison persons in force on the day; one query."""
    since = years_before(day, OLD_AFTER_YEARS)
    found = liaison_people(day).aggregate(
        people=Count("pk"),
        introduced=Count("pk", filter=Q(introduced_on__isnull=False)),
        old=Count("pk", filter=Q(introduced_on__lt=since)),
    )
    return IntroductionFigures(**found)
