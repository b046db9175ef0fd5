"""Walking through a running portal: people who sign in, pages that are looked at, mail that has come."""

import base64
import hashlib
import hmac
import json
import re
import struct
import time
import urllib.parse
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import lxml.html
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, ViewportSize, expect
from pytest_playwright_axe import Axe

from accounts.demonstration import DEMO_PASSWORD, PERIOD, totp_secret
from common.times import HELSINKI
from tests.journeys import builds
from tests.journeys.inside import Inside
from tests.operations.running import wait_for

DOMAIN = "yhdyspinta.example"
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 320, "height": 640}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A busy machine may answer late; the journeys ask what is right, the benchmarks how fast it is.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)
SIGN_IN = {
    "fi": {
        "prefix": "",
        "email": "Sähköposti",
        "password": "Salasana",
        "in": "Kirjaudu sisään",
        "out": "Kirjaudu ulos",
    },
    "sv": {"prefix": "/sv", "email": "E-post", "password": "Lösenord", "in": "Logga in", "out": "Logga ut"},
}


def _picture(page: Page, path: Path) -> None:
    """Keep a picture; a busy browser that cannot draw just now is asked again."""
    for left in (2, 1, 0):
        try:
            page.screenshot(path=path, full_page=True, caret="initial")
        except Error:
            if not left:
                raise
            page.wait_for_timeout(1000)
        else:
            return


@dataclass(frozen=True)
class Place:
    """Where the portal runs: its address, and a process inside it for the journeys' own commands."""

    url: str
    inside: Inside

    def manage(self, *command: str) -> str:
        """Run a management command in the portal and return what it printed."""
        return self.inside.manage(*command)

    def ground(self, step: str, **given: Any) -> dict[str, Any]:
        """Take a step of ``tests.journeys.ground`` inside the portal, now by its clock, and return what it told."""
        script = (
            "import json; from common import clock; from tests.journeys import ground; "
            f"print('ground|' + json.dumps(ground.whole({step!r}, now=clock.now(), **{given!r})))"
        )
        lines = self.manage("shell", "-v", "0", "--no-imports", "-c", script).splitlines()
        told: dict[str, Any] = json.loads(next(line for line in lines if line.startswith("ground|"))[7:])
        return told

    def clock(self, *move: str) -> datetime:
        """Return the demonstration's clock to the minute, after moving it (``--forward 20d``)."""
        found = re.search(r"kello: (.+)", self.manage("demo_clock", *move))
        assert found
        return datetime.strptime(found[1].strip(), "%d.%m.%Y klo %H.%M").replace(tzinfo=HELSINKI)


def code(email: str, period: int) -> str:
    """Return the six digits that the app of a demonstration account shows (RFC 6238)."""
    digest = hmac.new(base64.b32decode(totp_secret(email)), struct.pack(">Q", period), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def axe(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands."""
    told = {"options": {"resultTypes": ["violations"]}, "html_report_generated": False, "json_report_generated": False}
    results = Axe(use_minified_file=True).run(page, **told)
    return [f"{found['id']}: {node['html'][:200]}" for found in results["violations"] for node in found["nodes"]]


def _audit(page: Page) -> list[str]:
    """Return what is wrong with the page as it stands; axe reads it where it holds a part that is new to it."""
    document = lxml.html.document_fromstring(page.content())
    found = builds.faults_of(document)
    if not builds.is_read(document):
        found += axe(page)
        if not found:
            builds.keep_read(document)
    return found


@dataclass
class Walk:
    """The people of one journey, each with a browser of their own, and what was found on the way."""

    portal: Place
    browser: Browser
    pictures: Path | None = None
    findings: list[str] = field(default_factory=list)
    people: dict[str, BrowserContext] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    _codes: dict[str, int] = field(default_factory=dict)
    seen: int = 0
    _without_scripts: list[BrowserContext] = field(default_factory=list)

    # People

    def visitor(self, *, scripts: bool = True) -> Page:
        """Return a page of somebody who has not signed in."""
        context = self.browser.new_context(
            base_url=self.portal.url,
            locale="fi-FI",
            timezone_id="Europe/Helsinki",
            viewport=WIDE,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        if not scripts:
            self._without_scripts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.findings.append(f"{page.url}: script: {error}"))
        page.on("console", lambda said: self._heard(page, said.type, said.text))
        page.on("response", lambda response: self._answered(response))
        return page

    def sign_in(self, name: str, *, scripts: bool = True, language: str = "fi") -> Page:
        """Return the page of a demonstration account (``koordinaattori``), signed in through the sign-in page.

        The same person comes back to the same page. ``name`` may be a whole address.
        """
        words = SIGN_IN[language]
        email = name if "@" in name else f"{name}@{DOMAIN}"
        if email in self.people:
            return self.people[email].pages[0]
        page = self.visitor(scripts=scripts)
        page.goto(f"{words['prefix']}/tili/login/")
        page.get_by_label(words["email"]).fill(email)
        page.get_by_label(words["password"], exact=True).fill(DEMO_PASSWORD)
        page.get_by_role("main").get_by_role("button", name=words["in"]).click()
        self._second_factor(page, email)
        expect(page.get_by_role("button", name=words["out"])).to_be_attached()
        self.people[email] = page.context
        return page

    def leave(self, name: str) -> None:
        """Close the windows of somebody, who may then sign in anew."""
        self.people.pop(name if "@" in name else f"{name}@{DOMAIN}").close()

    def _second_factor(self, page: Page, email: str) -> None:
        """Give the app's code where it is asked for; a code is good only once."""
        for _attempt in range(3):
            if "/2fa/authenticate" not in page.url:
                return
            used = self._codes.get(email, 0)
            wait_for(lambda last=used: int(time.time()) // PERIOD > last, PERIOD + 5, "a new code")  # type: ignore[misc]
            self._codes[email] = int(time.time()) // PERIOD
            page.get_by_role("textbox").first.fill(code(email, self._codes[email]))
            page.get_by_role("main").get_by_role("button", name="Kirjaudu sisään").click()

    def close(self) -> None:
        """Close every browser window."""
        for context in self.browser.contexts:
            context.close()

    # Pages

    def see(self, page: Page, heading: str | re.Pattern[str], *, picture: str = "") -> None:
        """Wait for the page with this first heading, look at it with axe and keep a picture where they are wanted."""
        expect(page.get_by_role("heading", level=1).first).to_contain_text(heading)
        self.seen += 1
        if self.pictures:
            name = picture or urllib.parse.urlsplit(page.url).path.strip("/").replace("/", "_") or "etusivu"
            # The caret stays: hiding it leaves style attributes behind, which the security policy then speaks of.
            _picture(page, self.pictures / f"{self.seen:03d}-{name[:80]}.png")
        over = page.evaluate(OVERFLOW)
        if over:
            self.findings.append(f"{page.url}: {over} px over the edge")
        if page.context not in self._without_scripts:  # axe needs them; the same pages are walked with scripts too
            self.findings += [f"{page.url}: {found}" for found in _audit(page)]

    def go(self, page: Page, path: str, heading: str | re.Pattern[str]) -> None:
        """Open an address and look at it."""
        page.goto(path)
        self.see(page, heading)

    def click(self, page: Page, name: str, *, role: Any = "button", exact: bool = False) -> None:
        """Press the first button, or follow the first link, of that name in the content."""
        page.get_by_role("main").get_by_role(role, name=name, exact=exact).first.click()

    def _heard(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and "404" not in text and "409" not in text:
            self.findings.append(f"{page.url}: console: {text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.findings.append(f"{response.url}: status {response.status}")

    # Mail

    def mails(self, to: str, subject: str) -> int:
        """Return how many messages of that subject have come to the address, as the mail catcher's page says."""
        query = urllib.parse.urlencode({"q": to})
        page = self.visitor()
        page.goto(f"/postilaatikko/?{query}")
        count = page.get_by_role("link", name=subject).count()
        page.context.close()
        return count

    def wait_for_mail(self, to: str, subject: str, count: int = 1) -> None:
        """Wait until exactly so many messages have come."""
        found = 0

        def come() -> bool:
            nonlocal found
            found = self.mails(to, subject)
            return found >= count

        # A first start sends the demonstration's own two thousand letters before ours.
        wait_for(come, 180, f"{count} × {subject} to {to}")
        assert found == count
