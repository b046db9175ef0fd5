"""Front page and what waits for me."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def front(request: HttpRequest) -> HttpResponse:
    """The public front page."""
    return render(request, "portal/front.html")


def next_steps(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    return render(request, "portal/front.html")
