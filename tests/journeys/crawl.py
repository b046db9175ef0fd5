"""Every page that a role reaches by following links: one page for each kind of address.

The pages are fetched with the cookies of the browser and read as they come; opening each in the browser would take
ten times as long, and shows nothing of a link that leads nowhere.
"""

import functools
import re
import urllib.parse
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

# Roles by account; None is a visitor. Where each one starts.
ROLES: dict[str | None, tuple[str, ...]] = {
    None: ("/", "/postilaatikko/", "/komponentit/", "/tili/login/", "/tili/signup/", "/tili/password/reset/"),
    "jarjesto": ("/omat/", "/avustukset/", "/jarjestot/"),
    "koordinaattori": ("/omat/", "/hallinta/"),
    "kirjaamo": ("/omat/", "/hallinta/"),
    "maksut": ("/omat/", "/hallinta/"),
    "tarkastaja": ("/omat/", "/hallinta/"),
    "paakayttaja": ("/omat/", "/hallinta/"),
    "arvioija": ("/omat/",),
    "esittelija": ("/omat/",),
    "sihteeri": ("/omat/",),
    "jasen2": ("/omat/",),
}
LEFT_OUT = r"/(sv|en|static|api|tili/logout)(/|$)"  # the API answers with data, not with pages
MOST = 900  # pages a role, against a chain of links without an end


@dataclass(frozen=True)
class Found:
    """A page that was reached: its path, the status of the answer, the page that led to it, and itself."""

    path: str
    status: int
    origin: str
    document: lxml.html.HtmlElement


@functools.cache
def name_of(path: str) -> str:
    """Return the name of the address, with its filters' names; empty for what is no page."""
    bare, _mark, query = path.partition("?")
    try:
        match = resolve(urllib.parse.unquote(bare))
    except Resolver404:
        return f"404 {bare}"
    kind = match.kwargs.get("kind", "")
    names = sorted(set(urllib.parse.parse_qs(query)) - {"next", "sivu"})
    return " ".join([match.view_name or bare, kind, *names]).strip()


def crawl(page: Page, starts: tuple[str, ...]) -> Iterator[Found]:
    """Walk breadth-first as whom ``page`` is signed in, and yield each page; what is no HTML is left out."""
    queue: deque[tuple[str, str]] = deque((start, "") for start in starts)
    known: set[str] = set()
    opened = 0
    while queue:
        path, origin = queue.popleft()
        name = name_of(path)
        if name in known:
            continue
        known.add(name)
        answer = page.request.get(path, max_retries=3)  # a web process that is renewed drops its connections
        reached = name_of(_path(answer.url))
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        if not is_page or (reached != name and reached in known):
            continue
        known.add(reached)
        opened += 1
        assert opened <= MOST, f"more than {MOST} kinds of pages; the last was {path}"
        document = lxml.html.document_fromstring(answer.text())
        yield Found(_path(answer.url), answer.status, origin, document)
        queue.extend((link, path) for link in _links(document, answer.url) if name_of(link) not in known)


def _path(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _links(document: lxml.html.HtmlElement, url: str) -> list[str]:
    own = urllib.parse.urlsplit(url).netloc
    found = [urllib.parse.urljoin(url, link) for link in document.xpath("//*[local-name()='a']/@href")]
    paths = [_path(link) for link in found if urllib.parse.urlsplit(link).netloc == own and link.startswith("http")]
    # A mail's links belong to the one who got it.
    here = "postilaatikko/" if "/postilaatikko/" in url else ""
    return [path for path in paths if not re.match(LEFT_OUT, path) and path.startswith(f"/{here}")]
