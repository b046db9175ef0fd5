"""Pages of other rooms from which matters were brought to the agenda, through the seam."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from common import seams
from common.seams import MatterLink


def links_of(items: list[int], user: Any, now: datetime) -> dict[int, list[MatterLink]]:
    """Return the links of the matters that the person may open, by matter; one query a room."""
    found: dict[int, list[MatterLink]] = defaultdict(list)
    if items:
        for provider in seams.matter_links:
            for link in provider(items, user, now):
                found[link.item].append(link)
    return found
