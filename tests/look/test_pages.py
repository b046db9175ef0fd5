"""Pages that show what went wrong, messages, and the gallery that shows everything."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template
from django.test import Client

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
OWN = [
    *TEMPLATES.glob("*.html"),
    *(TEMPLATES / "components").glob("*.html"),
    *(TEMPLATES / "yhdyspinta").rglob("*.html"),
    *(TEMPLATES / "account").rglob("*.html"),
    *(TEMPLATES / "mfa").rglob("*.html"),
    *(TEMPLATES / "allauth").rglob("*.html"),
    *(TEMPLATES / "pdf").rglob("*.html"),
    *(TEMPLATES / "portal").rglob("*.html"),
]


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_compile_and_obey_the_content_security_policy(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    get_template(str(path.relative_to(TEMPLATES)))
    assert re.findall(r"\sstyle=|\son(?:click|change|submit|load|input)=|javascript:", source) == []
    executable = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", source)
    assert executable == []


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_pages_for_broken_moments_need_nothing(name: str) -> None:
    """No context, no database (this test has none), no translations."""
    html = get_template(name).render({})
    assert '<html lang="fi">' in html
    assert 'lang="sv"' in html
    assert 'lang="en"' in html
    assert "<h1>" in html


@pytest.mark.django_db
def test_a_wrong_address_is_told_kindly() -> None:
    answer = Client().get("/ei-tallaista-sivua/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "<h1>Sivua ei löytynyt</h1>" in page
    assert 'class="site-header"' in page


@pytest.mark.django_db
def test_the_gallery_shows_every_component() -> None:
    page = Client().get("/komponentit/")
    assert page.status_code == 200
    shown = {template.name for template in page.templates}
    components = {f"components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")}
    assert components - shown == {"components/tag.html"}  # shown by {% tag %}, the same markup


@pytest.mark.django_db
def test_every_component_says_what_it_takes() -> None:
    silent = [
        path.name
        for path in (TEMPLATES / "components").glob("*.html")
        if not path.read_text(encoding="utf-8").startswith("{% comment %}")
    ]
    assert silent == []


def test_the_error_page_of_a_form_says_so_in_its_title() -> None:
    html = engines["django"].from_string('{% include "components/error_summary.html" %}').render({})
    assert html.strip() == ""


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/tili/login/", "/tili/signup/", "/tili/password/reset/", "/tili/confirm-email/"])
def test_sign_in_pages_speak_finnish(path: str) -> None:
    page = Client().get(path).content.decode()
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.S)
    assert not re.search(r"\b(Sign|Password|Email|Please|Forgot|your)\b", text)
    assert page.count("<h1") == 1
