"""A liaison person's own page as it is handed to the ``panels`` seam."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OwnPostsDesk:
    """The page of one's own posts; a room with something to do there answers to this class."""
