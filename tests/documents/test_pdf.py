"""PDF/UA-1: readable for everybody, made without a network, stored once, served as stored."""

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.test import RequestFactory

from county.models import County
from documents import accessibility, pdf
from documents.models import RenderedDocument
from documents.views import FileDamaged, serve
from tests.accounts.factories import UserFactory
from tests.documents.pdf_checks import assert_accessible
from tests.notifications.factories import NOW


@pytest.fixture(autouse=True)
def letters(settings: Any, tmp_path: Path) -> None:
    """Make the templates beside these tests visible and keep files apart."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [Path(__file__).parent / "templates", *engine["DIRS"]]}]
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }


def letter(text: str = "Hyvä vastaanottaja", title: str = "Avustuspäätös", language: str = "fi") -> bytes:
    return pdf.render_pdf("test/letter.html", {"text": text}, title=title, language=language)


@pytest.mark.django_db
def test_a_letter_is_readable_for_everybody() -> None:
    data = letter()
    assert_accessible(data)
    with pikepdf.open(io.BytesIO(data)) as file:
        assert str(file.Root.Lang) == "fi"
        with file.open_metadata() as metadata:
            assert metadata["dc:title"] == "Avustuspäätös"
            assert metadata["pdfuaid:part"] == "1"
        assert "/Filter" not in file.Root.Metadata
        assert all(int(mark.F) & 4 for page in file.pages for mark in page.get("/Annots", []))
        tags = list(accessibility._nodes(file.Root.StructTreeRoot.K))
        scopes = [str(tag.A.Scope) for tag in tags if tag.S == "/TH"]
        assert scopes == ["/Column", "/Column", "/Row"]
        assert [str(tag.Alt) for tag in tags if tag.S == "/Figure"] == ["Summat kasvoivat"]
        fonts = {str(item.FontName)[8:] for item in file.objects if _is_font(item)}
    assert {name.split("-")[0] for name in fonts} == {"Source"}


def _is_font(item: Any) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"


@pytest.mark.django_db
def test_the_portals_own_letter_is_readable_for_everybody() -> None:
    County.objects.create(code="15", name_fi="Esimerkin hyvinvointialue", letterhead="Kirjaamo\nKatu 1")
    context = {"case_number": "EHVA/1/02.05.01/2026", "recipient": "Esimerkki ry\nKatu 2", "document_date": NOW.date()}
    data = pdf.render_pdf("pdf/base.html", context, title="Päätös", language="fi")
    assert_accessible(data)
    with pikepdf.open(io.BytesIO(data)) as file:
        assert len(file.pages) == 1


@pytest.mark.django_db
def test_the_text_follows_the_language() -> None:
    data = letter(language="sv")
    with pikepdf.open(io.BytesIO(data)) as file:
        assert str(file.Root.Lang) == "sv"


@pytest.mark.django_db
def test_what_people_write_stays_text() -> None:
    assert_accessible(letter(text='<img src="https://example.org/x.png"><script>alert(1)</script>'))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('<html lang="fi">', "<html>", "The document has no language."),
        ("<title>Avustuspäätös</title>", "", "The document has no title."),
        ("<title>Summat kasvoivat</title>", "", "A figure has no alternative text."),
        ("<h2>Summat</h2>", "<h3>Summat</h3>", "Heading levels are skipped: 1 is followed by 3."),
        ("<h1>Avustuspäätös</h1>", "<p>Avustuspäätös</p>", "The first heading is not of level 1."),
    ],
)
def test_a_document_that_not_everybody_can_read_is_refused(before: str, after: str, fault: str) -> None:
    html = render_to_string("test/letter.html", {"text": "T", "title": "Avustuspäätös", "language": "fi"})
    assert before in html
    data = pdf.complete(pdf._write(html.replace(before, after)))
    assert accessibility.faults(data) == [fault]
    with pytest.raises(AssertionError):
        assert_accessible(data)
    with pytest.raises(pdf.InaccessibleDocument, match=fault[:20]):
        pdf.store_pdf(data, kind="test", title="T", language="fi", by=None, now=NOW)


def test_headers_without_scope_are_found() -> None:
    html = render_to_string("test/letter.html", {"text": "T", "title": "T", "language": "fi"})
    assert accessibility.faults(pdf._write(html)) == ["A table header has no scope."] * 3


@pytest.mark.parametrize("title", ["", "   "])
def test_without_a_title_nothing_is_rendered(title: str) -> None:
    with pytest.raises(ValueError, match="title and a language"):
        letter(title=title)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x.png",
        "http://127.0.0.1:1/x.png",
        "file:///etc/hostname",
        "/static/../pyproject.toml",
        "/static/%2e%2e/pyproject.toml",
        "/etc/hostname",
        "/fonts/../__init__.py",
        "/static/css/missing.css",
    ],
)
def test_a_document_reaches_our_own_files_only(address: str) -> None:
    html = f'<html lang="fi"><title>T</title><h1>T</h1><img src="{address}" alt="x"></html>'
    with pytest.raises(ValueError, match="A document may not use"):
        pdf._write(html)


@pytest.mark.django_db
def test_without_pango_the_message_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert pdf.available() is False
    with pytest.raises(pdf.PdfUnavailable, match="PDF-tiedostoa ei voida nyt tehdä"):
        letter()


def store(**changes: Any) -> RenderedDocument:
    values: dict[str, Any] = {
        "kind": "grants.decision",
        "title": "Avustuspäätös",
        "language": "fi",
        "by": UserFactory(),
        "now": NOW,
        "case_number": "PKHVA/214/02.05.01/2026",
    }
    return pdf.store_pdf(letter(), **(values | changes))


@pytest.mark.django_db
def test_a_document_is_stored_with_its_hash_and_served_as_stored() -> None:
    document = store()
    document.refresh_from_db()
    assert document.name == "avustuspaatos-pkhva-214-02-05-01-2026.pdf"
    assert (document.pages, len(document.sha256)) == (1, 64)
    assert "avustus" not in document.file.name
    response = serve(RequestFactory().get("/"), document)
    data = b"".join(response)  # type: ignore[arg-type]
    response.file_to_stream.close()
    assert_accessible(data)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{document.name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.django_db
@pytest.mark.parametrize("damage", [b"%PDF-1.7 something else", None])
def test_a_changed_or_missing_file_is_never_served(damage: bytes | None, tmp_path: Path) -> None:
    document = store()
    path = tmp_path / document.file.name
    path.write_bytes(damage) if damage else path.unlink()
    with pytest.raises(FileDamaged):
        serve(RequestFactory().get("/"), document)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["sha256", "file", "title", "case_number", "created_at", "pages"])
def test_the_database_keeps_a_document_as_it_is(field: str) -> None:
    document = store()
    change = {"pages": 9, "created_at": NOW.replace(year=2027), "sha256": "0" * 64}.get(field, "toinen")
    with pytest.raises(DatabaseError, match="pgtrigger: Cannot"), transaction.atomic():
        RenderedDocument.objects.filter(pk=document.pk).update(**{field: change})
    with pytest.raises(DatabaseError, match="pgtrigger: Cannot"), transaction.atomic():
        RenderedDocument.objects.filter(pk=document.pk).delete()


@pytest.mark.django_db
def test_the_maker_may_be_forgotten_but_not_the_document() -> None:
    document = store()
    document.created_by.delete()
    document.refresh_from_db()
    assert document.created_by is None
