"""What only a browser knows: axe, narrow screens, large text, dark mode, life without JavaScript."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_playwright_axe import Axe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PATHS = ["/komponentit/", "/tili/login/", "/tili/signup/", "/tili/password/reset/", "/ei-tallaista/"]


def findings(page: Page, folder: Path) -> list[str]:
    results = Axe(output_directory=folder).run(page)
    return [f"{found['id']}: {node['html'][:160]}" for found in results["violations"] for node in found["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(live_server: Any, browser: Browser, path: str, scheme: Any, tmp_path: Path) -> None:
    page = browser.new_page(color_scheme=scheme, locale="fi-FI", viewport={"width": 1280, "height": 900})
    page.goto(f"{live_server.url}{path}")
    assert findings(page, tmp_path) == []
    page.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("large", [False, True], ids=["100 %", "200 %"])
def test_nothing_hangs_over_the_edge(live_server: Any, browser: Browser, path: str, large: bool) -> None:
    page = browser.new_page(viewport={"width": 640 if large else 320, "height": 800})
    page.goto(f"{live_server.url}{path}")
    if large:
        page.evaluate("document.documentElement.style.fontSize = '225%'")
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over == 0
    page.close()


def test_the_menu_opens_without_javascript(live_server: Any, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}, locale="fi-FI")
    page = context.new_page()
    page.goto(f"{live_server.url}/komponentit/")
    sign_in = page.get_by_role("link", name="Kirjaudu sisään").first
    assert not sign_in.is_visible()
    page.get_by_text("Valikko").click()
    assert sign_in.is_visible()
    context.close()


def test_the_keyboard_reaches_the_content_first(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/tili/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Siirry sisältöön"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sisalto"


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/tili/login/")
    page.get_by_role("button", name="Kirjaudu sisään").click()
    summary = page.get_by_role("alert")
    assert "Korjaa 2 kohtaa" in summary.inner_text()
    assert page.evaluate("document.activeElement.hasAttribute('data-focus')")
    assert page.title().startswith("Korjattavaa:")
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.id") == "id_login"


def test_a_counter_counts_while_one_writes(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/komponentit/")
    page.locator("#id_story").fill("Kahdeksan")
    assert page.locator("#id_story_counter").inner_text() == "9 / 1\u00a0000 merkkiä"


def test_the_content_security_policy_is_never_broken(live_server: Any, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in PATHS:
        page.goto(f"{live_server.url}{path}")
    assert [text for text in said if "Content Security Policy" in text or "Error" in text] == []
