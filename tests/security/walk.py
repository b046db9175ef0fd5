"""Walks the resolver: every route of the portal with the arguments it needs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One route: its name (or path, where it has none) and the names of its arguments."""

    name: str
    arguments: tuple[str, ...]


def _walk(
    patterns: list[URLPattern | URLResolver], namespace: str, path: str, arguments: tuple[str, ...]
) -> Iterator[Route]:
    for pattern in patterns:
        here = path + str(pattern.pattern)
        needed = (*arguments, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, here, needed)
        else:
            yield Route(f"{namespace}{pattern.name}" if pattern.name else f"/{here}", needed)


def routes() -> dict[str, Route]:
    """Return all routes by name; a name that stands twice (ours before allauth's) is one route."""
    return {route.name: route for route in _walk(list(get_resolver().url_patterns), "", "", ())}
