"""The kinds of messages that people may choose about. Each room registers its own in ``AppConfig.ready()``."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Kind:
    """A kind of message: ``key`` such as ``grants.draft_reminder``, a plain label and what it is for.

    ``required`` kinds are sent whatever people choose, because law or the matter itself demands it.
    ``roles`` are the keys of the roles (``common.seams.Role.key``) that get it; empty means that anyone may.
    """

    key: str
    label: Text
    help: Text = ""
    required: bool = False
    roles: frozenset[str] = frozenset()


KINDS: dict[str, Kind] = {}


def register_kind(key: str, label: Text, *, help: Text = "", required: bool = False, roles: Iterable[str] = ()) -> Kind:
    """Add a kind; the same key again replaces it (reloads in development)."""
    KINDS[key] = Kind(key, label, help, required, frozenset(roles))
    return KINDS[key]


def kind_label(key: str) -> Text:
    """Return the plain name of a kind, or the key of one nobody registered."""
    return KINDS[key].label if key in KINDS else key


def is_required(key: str) -> bool:
    """Tell whether the kind is sent whatever people choose."""
    return key in KINDS and KINDS[key].required


def optional_kinds(roles: set[str]) -> list[Kind]:
    """Return the kinds that a person with these roles may choose about, in the order of registration."""
    return [kind for kind in KINDS.values() if not kind.required and (not kind.roles or kind.roles & roles)]
