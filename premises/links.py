"""Addresses of pages that letters and lists of work point to."""

from django.urls import reverse


def desk_path() -> str:
    """Return the path of the manager's page: what waits for an answer."""
    return reverse("premises:desk")


def room_calendars_path(room: int) -> str:
    """Return the path of the page of a room's external calendars."""
    return reverse("premises:calendars", args=[room])
