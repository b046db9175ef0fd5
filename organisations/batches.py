"""Work of the worker in batches: what is left after one of them, and going on until there is nothing."""

import time
from collections.abc import Callable
from enum import Enum

CHUNK = 2000
RUN_SECONDS = 30.0


class Left(Enum):
    """What is left after a batch."""

    MORE = "more"
    WITH_ANOTHER = "with_another"  # another worker holds the last rows
    NOTHING = "nothing"


def work(batch: Callable[[], Left], *, seconds: float = RUN_SECONDS) -> Left:
    """Do batches for at most so long, so that other work gets its turn; return what is left."""
    end = time.monotonic() + seconds
    left = Left.MORE
    while left is Left.MORE and time.monotonic() < end:
        left = batch()
    return left
