"""The bare floor: a signed-in page of 20 rows with a search box, in Django's own project as ``startproject`` makes it.

No rights, no languages, no layout: what Django itself takes for session, person, count, rows and a template. Pages are
compared with it in the same process and in turn, because a machine that does other work makes both slower.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, override_settings
from django.urls import path

ROWS = 20
MIDDLEWARE = [
    "benchmarks.floor.own_addresses",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
PAGE = Engine().from_string(
    "<!DOCTYPE html><html lang='fi'><head><title>Hakemukset</title></head><body><p>{{ user.email }}</p>"
    "<form><label>Hae <input name='q' value='{{ q }}'></label><button>Hae</button></form><table>"
    "<tr><th>Nimi</th><th>Haettu</th><th>Asianumero</th><th>Tila</th></tr>{% for row in page %}"
    "<tr><td><a href='/{{ row.pk }}/'>{{ row.organisation.name }}</a></td><td>{{ row.asked_sum }}</td>"
    "<td>{{ row.case_number }}</td><td>{{ row.state }}</td></tr>{% endfor %}</table>"
    "<p>{{ page.number }} / {{ page.paginator.num_pages }}</p></body></html>"
)


def rows(request: HttpRequest) -> HttpResponse:
    """The page: three queries (person, count, rows)."""
    from grants.models import Application

    user: Any = request.user
    found = Application.objects.select_related("organisation").only(
        "asked_sum", "case_number", "state", "organisation__name"
    )
    q = request.GET.get("q", "")
    if q:
        found = found.filter(title__icontains=q)
    page = Paginator(found.order_by("pk"), ROWS).get_page(request.GET.get("page"))
    return HttpResponse(PAGE.render(Context({"page": page, "q": q, "user": user})))


urlpatterns = [path("", rows)]


def own_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let the request be answered by this module's page; changing the settings would empty the portal's caches."""

    def answer(request: Any) -> HttpResponse:
        request.urlconf = "benchmarks.floor"
        return get_response(request)

    return answer


def bare_page(client: Client) -> Callable[[], object]:
    """Return what asks for the bare page as the person who is signed in with the client."""
    bare = Client()
    bare.cookies = client.cookies
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        bare.handler.load_middleware()

    def ask() -> None:
        answer = bare.get("/?q=vertais")
        assert answer.status_code == 200, answer.status_code
        assert answer.content.count(b"<tr>") == ROWS + 1

    return ask


def in_turn(act: Callable[[], object], floor: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the medians of this process's milliseconds of both, asked in turn; three rounds do not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 3):
        for found, one in zip(times, (act, floor), strict=True):
            before = time.process_time()
            one()
            if number >= 3:
                found.append((time.process_time() - before) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])
