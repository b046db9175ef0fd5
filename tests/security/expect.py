"""What a route answers to whom, as data."""

from dataclasses import dataclass
from typing import Literal

from tests.security.world import ANONYMOUS, ROLES


@dataclass(frozen=True)
class Expect:
    """Who gets in; all others get 404 (a stranger is sent to sign in), or are sent to ``else_to``.

    ``method`` is what the test sends: ``post`` for routes that only act. ``public`` routes may send a person
    on to sign in by themselves, such as the second page of signing in.
    """

    who: frozenset[str]
    public: bool = False
    method: Literal["get", "post"] = "get"
    else_to: str = ""

    def lets_in(self, role: str) -> bool:
        """Tell whether the role gets an answer other than 404."""
        return self.public or role in self.who


SIGNED = frozenset(ROLES) - {ANONYMOUS}
PUBLIC = Expect(frozenset(ROLES), public=True)
PUBLIC_POST = Expect(frozenset(ROLES), public=True, method="post")
SIGNED_IN = Expect(SIGNED)
SIGNED_IN_POST = Expect(SIGNED, method="post")
NOBODY = Expect(frozenset())  # only the owner of the thing, and nobody in the test's world owns one


def only(*roles: str, method: Literal["get", "post"] = "get", else_to: str = "") -> Expect:
    """Return the expectation that these roles get in and all others do not."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"Unknown roles: {unknown}")
    return Expect(frozenset(roles), method=method, else_to=else_to)
