"""Every page that a role reaches by following links: one page for each kind of address."""

import re
import urllib.parse
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page

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
# Also the links of a drawing, whose own ``href`` is not a text.
ADDRESSES = "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href)"
#: The page's own part as elements, what is said of them, and whether they hold a text; rows of one shape count once.
SHAPE = """() => {
  const told = ['class', 'role', 'type', 'lang', 'scope', 'tabindex', 'dir', 'aria-current', 'aria-sort', 'aria-hidden',
                'aria-expanded', 'aria-invalid', 'aria-live', 'hidden', 'open', 'disabled', 'checked'];
  const shape = node => {
    if (node.nodeType === 3) return node.data.trim() ? '.' : '';
    if (node.nodeType !== 1) return '';
    const names = [...node.attributes].map(one =>
      told.includes(one.name) ? `${one.name}=${one.value}` : `${one.name}${one.value.trim() ? '' : '!'}`).sort();
    const parts = [...node.childNodes].map(shape).filter(Boolean);
    return `<${node.tagName} ${names}>${parts.filter((part, n) => part !== parts[n - 1]).join('')}</>`;
  };
  return shape(document.querySelector('main') || document.body);
}"""
MOST = 200  # pages a role, against a chain of links without an end


@dataclass(frozen=True)
class Found:
    """A page that was reached: the name of its address, its path and the status of the answer."""

    name: str
    path: str
    status: int
    origin: str


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


def crawl(page: Page, starts: tuple[str, ...], skip: Iterable[str] = ()) -> Iterator[Found]:
    """Walk breadth-first and yield while the page stands open; files that are downloaded are left out.

    ``skip``: names of addresses that are passed by, such as public pages when a role's own are wanted.
    """
    queue: deque[tuple[str, str]] = deque((start, "") for start in starts)
    known = set(skip)
    opened = 0
    while queue and opened < MOST:
        path, origin = queue.popleft()
        name = name_of(path)
        if name in known:
            continue
        known.add(name)
        status = _open(page, path)
        reached = name_of(_path(page.url))
        if status is None or (reached != name and reached in known):
            continue
        opened += 1
        known.add(reached)
        yield Found(name, _path(page.url), status, origin)
        queue.extend((link, path) for link in _links(page) if name_of(link) not in known)


def _open(page: Page, path: str) -> int | None:
    """Return the status of the page, None for a file that is downloaded."""
    try:
        response = page.goto(path)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise
    return response.status if response else None


def _path(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _links(page: Page) -> list[str]:
    own = urllib.parse.urlsplit(page.url).netloc
    found: list[str] = page.eval_on_selector_all("a[href]", ADDRESSES)
    paths = [_path(link) for link in found if urllib.parse.urlsplit(link).netloc == own and link.startswith("http")]
    # A mail's links belong to the one who got it.
    here = "postilaatikko/" if "/postilaatikko/" in page.url else ""
    return [path for path in paths if not re.match(LEFT_OUT, path) and path.startswith(f"/{here}")]


def shape_of(page: Page) -> str:
    """Return the build of the page's own part (``main``), without its words: two pages of one build, one audit."""
    shape: str = page.evaluate(SHAPE)
    return shape
