"""How long a proposal takes: 40 rooms, 200 applicants with three wished times and rooms each, evenings contested.

``python -m benchmarks.season --rooms 40 --applicants 200`` makes the round in a database of its own, gathers what is
possible, lets HiGHS choose twice, and checks that nothing clashes, that nobody has too many
turns and that both choices are the same. Ends with 1 when the whole takes over ``--seconds`` or a check fails.
"""

import argparse
import os
import random
import sys
import time
from datetime import time as clock
from typing import Any

ROOMS, APPLICANTS, SECONDS, SEED = 40, 200, 120.0, 7


def setup() -> None:
    """Start Django with the settings of the tests."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()


def fill(rooms: int, applicants: int) -> Any:
    """Make a round with its applications and return it."""
    from organisations.models import Organisation
    from premises.models import SeasonApplication, SeasonRoomWish, SeasonTimeWish
    from tests.premises.factories import NOW, SiteFactory
    from tests.premises.seasons import a_room, open_round

    dice = random.Random(SEED)
    sites = [SiteFactory() for _number in range(max(1, rooms // 5))]
    spaces = [
        a_room(site=sites[n % len(sites)], capacity=dice.choice([8, 12, 20, 40]), tidy_minutes=15) for n in range(rooms)
    ]
    season = open_round(spaces)
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Yhdistys {n} ry", association_number=5000 + n, legal_form="association")
        for n in range(applicants)
    )
    for organisation in organisations:
        row = SeasonApplication.objects.create(
            round=season,
            organisation=organisation,
            state="sent",
            purpose="Vertaisryhmä",
            number=dice.randint(4, 20),
            turns_wanted=dice.choice([1, 1, 2]),
            any_room=dice.random() < 0.3,
            made_at=NOW,
            changed_at=NOW,
            sent_at=NOW,
        )
        popular = dice.sample(spaces[: rooms // 3 or 1], k=min(2, rooms // 3 or 1)) + dice.sample(spaces, k=1)
        wished = list(dict.fromkeys(popular))
        SeasonRoomWish.objects.bulk_create(
            SeasonRoomWish(application=row, room=room, rank=rank) for rank, room in enumerate(wished, 1)
        )
        SeasonTimeWish.objects.bulk_create(
            SeasonTimeWish(
                application=row,
                rank=rank,
                weekday=dice.choice([0, 1, 1, 2, 2, 3, 4]),
                earliest=clock(17),
                latest=clock(dice.choice([17, 18, 19])),
                minutes=dice.choice([90, 120]),
            )
            for rank in range(1, 4)
        )
    return season


def measure(options: argparse.Namespace) -> int:
    """Measure, print and check."""
    from premises.seasons.gathering import gather
    from premises.seasons.proposing import propose, quota

    season = fill(options.rooms, options.applicants)
    started = time.perf_counter()
    problem = gather(season)
    gathered = time.perf_counter()
    first = propose(problem)
    chosen = time.perf_counter()
    second = propose(problem)
    given = [problem.option(one) for one in first.chosen]
    served = len({one.applicant for one in given})
    print(f"{options.rooms} rooms, {options.applicants} applicants: {len(problem.possible)} possible turns")
    print(f"gathering {gathered - started:.1f} s, choosing {chosen - gathered:.1f} s")
    print(f"{len(given)} turns to {served} applicants, {'proven best' if first.is_proven else 'best found'}")
    clashing = [(a, b) for a in range(len(given)) for b in range(a) if given[a].clashes(given[b])]
    most = {one.pk: quota(problem, one) for one in problem.applications}
    too_many = [pk for pk, limit in most.items() if sum(one.applicant == pk for one in given) > limit]
    same = first.chosen == second.chosen
    print(f"clashes {len(clashing)}, over the most turns {len(too_many)}, the same twice: {same}")
    failed = bool(clashing or too_many or not same or chosen - started > options.seconds)
    return 1 if failed else 0


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=ROOMS, help="rooms of the round (40)")
    parser.add_argument("--applicants", type=int, default=APPLICANTS, help="applications (200)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long the proposal may take (120)")
    options = parser.parse_args()
    setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure(options)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
