"""What the round's rules say of each applicant: plain weights, added up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from common.times import day_start
from premises.models import Booking, BookingSource, SeasonApplication, SeasonRound

#: Everybody's points before the rules are counted.
BASE = 10
#: How much a wish is worth by its place, in hundredths; 0 is a room that was not wished for by name.
ROOM_WORTH: Mapping[int, int] = {1: 100, 2: 85, 3: 70, 4: 60, 5: 50, 0: 35}
TIME_WORTH: Mapping[int, int] = {1: 100, 2: 90, 3: 80, 4: 70, 5: 60}
LAST_SEASON = timedelta(days=365)


@dataclass(frozen=True)
class Standing:
    """What is known of an applicant: new or not, what share of last season's turns was used, target group met."""

    is_new: bool
    use: float
    is_target: bool

    def points(self, rules: SeasonRound) -> float:
        """Return the points without the size of the room, which depends on the room."""
        ruled = rules.first_timers * self.is_new + rules.target_weight * self.is_target + rules.last_use * self.use
        return BASE + float(ruled)


def standings(season: SeasonRound, applications: Collection[SeasonApplication]) -> dict[int, Standing]:
    """Return by application what the rules look at; three queries.

    New is who has had no turn of an earlier round. Use is counted from the year before the season in the round's
    rooms: times that were held, out of those and the ones released as not needed.
    """
    organisations = {one.organisation_id for one in applications}
    before = Booking.objects.filter(organisation__in=organisations, source=BookingSource.SEASON)
    known = set(before.order_by().values_list("organisation", flat=True).distinct())
    start = day_start(season.first_day)
    last = Booking.objects.filter(
        organisation__in=organisations,
        room__in=season.rooms.values("pk"),
        starts_at__gte=start - LAST_SEASON,
        starts_at__lt=min(start, season.closes_at),
        state__in=("confirmed", "not_needed"),
    )
    counted = last.order_by().values("organisation").annotate(all=Count("pk"), held=Count("pk", Q(state="confirmed")))
    use = {row["organisation"]: row["held"] / row["all"] for row in counted}
    wanted = set(season.target_groups.values_list("pk", flat=True))
    through = SeasonApplication.target_groups.through.objects
    pairs = through.filter(seasonapplication__in=[one.pk for one in applications], targetgroup__in=wanted)
    met = set(pairs.values_list("seasonapplication_id", flat=True))
    return {
        one.pk: Standing(one.organisation_id not in known, use.get(one.organisation_id, 0.0), one.pk in met)
        for one in applications
    }


def score(
    points: float, *, room_rank: int, time_rank: int, fill: float, size_weight: int, days: int, days_free: int
) -> int:
    """Return how much one possible turn is worth: the applicant's points, the wish's place, the days that are free."""
    wish = ROOM_WORTH[room_rank] * TIME_WORTH.get(time_rank, 50)
    return max(1, round((points + size_weight * min(1.0, fill)) * wish * days_free / (days * 100) * 10))
