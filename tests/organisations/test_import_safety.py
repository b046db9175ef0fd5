"""An extract that is broken, torn or not what it says it is harms nothing; a person confirms the unlikely."""

import bz2
import gzip
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from common.errors import Refused
from county.models import Municipality
from notifications.models import Message
from organisations.models import ImportRun, Organisation
from organisations.register.source import Reader, inspect
from organisations.tasks import nightly_import
from organisations.workflow import (
    discard_import,
    find_nightly_extract,
    import_register,
    request_import,
    run_import,
    take_import,
)
from organisations.workflow.nightly import last_night
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import NOW, OrganisationFactory

ImportText = Callable[..., ImportRun]
HEADER = "rekisterinumero;nimi"
pytestmark = pytest.mark.django_db


def extract(numbers: range) -> str:
    return f"{HEADER}\n" + "".join(f"{number};Yhdistys {number} ry\n" for number in numbers)


def packed(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", text)
    return buffer.getvalue()


# What is no extract


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(extract(range(1, 5)).encode(), mtime=0), "not_text"),
        (bz2.compress(extract(range(1, 5)).encode()), "not_text"),
        (packed(extract(range(1, 5))), "not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 xls", "not_text"),
        (b"%PDF-1.7\n", "not_text"),
        (extract(range(1, 5)).encode("utf-16"), "utf16"),
        (extract(range(1, 5)).encode("utf-16-be"), "not_text"),  # without a mark its letters are half NUL
        (b"\x00" * 100, "not_text"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b" \n\t\n", "empty_file"),
        (f"{HEADER}\n".encode(), "nothing_valid"),
        (b"rekisterinumero;nimi;rekisterinumero\n1;A;2\n", "column_twice"),
        (b"rekisterinumero\n1\n", "no_header"),
        (b'"rekisterinumero;nimi\n1;A ry\n', "no_header"),
        (b"{rikki", "nothing_valid"),
    ],
    ids=range(15),
)
def test_what_is_called_csv_and_is_not_is_refused_whole(import_text: ImportText, content: bytes, code: str) -> None:
    import_text(extract(range(1, 3)))

    with pytest.raises(Refused) as refused:
        import_text(content)

    assert refused.value.code == code
    assert Organisation.objects.filter(in_last_extract=True).count() == 2


def test_nul_bytes_cost_their_own_row_only(import_text: ImportText) -> None:
    run = import_text(f"{HEADER};sahkoposti\n1;A\x00B ry;\n2;Toinen ry;a\x00@b.fi\n3;Kolmas ry;\n")

    assert [(line.line_number, line.code) for line in run.lines.all()] == [
        (2, "control_characters"),
        (3, "field_control_characters"),
    ]
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Toinen ry", "Kolmas ry"}


def test_a_line_of_a_quarter_gigabyte_is_skipped_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "ote.csv"
    with path.open("wb") as out:
        out.write(f"{HEADER}\n".encode())
        out.seek(256 * 1024 * 1024, io.SEEK_CUR)  # a hole: zeros that take no room
        out.write(b"\n2;Seuraava ry\n")

    tracemalloc.start()
    rows = list(Reader(inspect(path), lambda _percent, _text: None))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [row[0] for row in rows] == [2, 3]
    assert rows[1][1] == ["2", "Seuraava ry"]
    assert peak < 8 * 1024 * 1024


# A torn extract


def test_a_torn_extract_is_held_and_changes_nothing(kunnat: dict[str, Municipality], tmp_path: Path) -> None:
    whole, torn = tmp_path / "ote.csv", tmp_path / "katkennut.csv"
    whole.write_text(extract(range(1, 101)))
    torn.write_text(extract(range(1, 71)).replace("Yhdistys 1 ry", "Muuttunut ry"))
    import_register(whole, now=NOW)

    with pytest.raises(Refused, match="30 järjestöä puuttuviksi") as held:
        import_register(torn, now=NOW)
    assert held.value.code == "held"
    assert Organisation.objects.filter(in_last_extract=True).count() == 100
    assert Organisation.objects.get(association_number=1).name == "Yhdistys 1 ry"
    with pytest.raises(CommandError, match="vahvista tuonti"):
        call_command("import_register", str(torn))

    call_command("import_register", str(torn), "--confirmed")

    assert Organisation.objects.filter(in_last_extract=True).count() == 70


def test_a_fifth_is_news_and_more_is_not(import_text: ImportText) -> None:
    import_text(extract(range(1, 101)))

    assert import_text(extract(range(1, 81))).counts["missing"] == 20  # exactly a fifth
    with pytest.raises(Refused):
        import_text(extract(range(1, 61)))  # 20 of 80
    assert import_text(extract(range(1, 65))).counts["missing"] == 16


@pytest.mark.django_db(transaction=True)
def test_a_held_upload_waits_for_a_person(kunnat: dict[str, Municipality], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("organisations.tasks.import_register_file.delay", lambda _pk: None)
    officer, other = staff("registrar"), staff("coordinator")
    for number in range(1, 101):
        OrganisationFactory(name=f"Yhdistys {number} ry", association_number=number, in_last_extract=True)
    upload = SimpleUploadedFile("ote.csv", extract(range(1, 51)).encode())
    run = run_import(request_import(upload, extract_on=NOW.date(), by=officer, now=NOW), now=NOW)

    assert (run.state, run.counts["missing"], bool(run.file)) == ("held", 50, True)
    assert Organisation.objects.filter(in_last_extract=True).count() == 100
    assert Message.objects.filter(kind="organisations.import").count() == 2
    client = signed_in(other)
    page = client.get(reverse("organisations:import_report", args=[run.pk])).content.decode()
    assert "Tuonti pysäytettiin: ote näyttää vajaalta" in page
    assert "Vahvista pysäytetty tuonti" in client.get(reverse("portal:desk")).content.decode()
    with pytest.raises(Refused):
        take_import(run, by=staff("auditor"), now=NOW)
    take_import(run, by=other, now=NOW)
    run.refresh_from_db()
    done = run_import(run, now=NOW)
    assert (done.state, done.confirmed_by) == ("finished", other)
    assert Organisation.objects.filter(in_last_extract=True).count() == 50
    with pytest.raises(Refused):
        discard_import(done, by=other, now=NOW)


# Every night


@pytest.mark.django_db(transaction=True)
def test_the_nightly_import_reads_what_is_new_once(
    kunnat: dict[str, Municipality], tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr("organisations.tasks.import_register_file.delay", sent.append)
    path = tmp_path / "ote.csv"
    assert find_nightly_extract(now=NOW) is None  # nothing configured
    settings.REGISTER_EXTRACT = str(path)  # type: ignore[attr-defined]
    path.write_text(extract(range(1, 31)))

    nightly_import()
    [key] = sent
    run = run_import(ImportRun.objects.get(pk=key), now=NOW)
    nightly_import()

    assert (run.state, run.is_nightly, run.by, bool(run.file)) == ("finished", True, None, False)
    assert sent == [key]
    assert (last_night() or {})["found"] == "nothing_new"
    page = signed_in(staff("coordinator")).get(reverse("organisations:register")).content.decode()
    assert "otteessa ei ollut uutta" in page
    assert "yöllinen" in page
    path.write_text(extract(range(1, 32)))
    nightly_import()
    assert len(sent) == 2


def test_a_missing_nightly_file_is_told_once(tmp_path: Path, settings: object) -> None:
    officer = staff("coordinator")
    settings.REGISTER_EXTRACT = str(tmp_path / "ei-ole.csv")  # type: ignore[attr-defined]

    assert find_nightly_extract(now=NOW) is None
    assert find_nightly_extract(now=NOW) is None

    failed = ImportRun.objects.get()
    assert (failed.state, failed.is_nightly) == ("failed", True)
    assert Message.objects.get().to_address == officer.email
    assert "Yöllinen tuonti ei onnistunut" in signed_in(officer).get(reverse("portal:desk")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_bad_nightly_file_is_told_once_and_not_read_again(
    kunnat: dict[str, Municipality], tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr("organisations.tasks.import_register_file.delay", sent.append)
    staff("registrar")
    path = tmp_path / "ote.csv"
    path.write_bytes(gzip.compress(b"x", mtime=0))
    settings.REGISTER_EXTRACT = str(path)  # type: ignore[attr-defined]

    nightly_import()
    run = run_import(ImportRun.objects.get(pk=sent[0]), now=NOW)
    nightly_import()

    assert (run.state, len(sent)) == ("failed", 1)
    assert "pakattu" in run.error
    assert Message.objects.get().subject == "Rekisterin yöllinen tuonti ei onnistunut"
    path.write_text(extract(range(1, 5)))
    nightly_import()
    run_import(ImportRun.objects.get(pk=sent[1]), now=NOW)
    desk = signed_in(staff("coordinator")).get(reverse("portal:desk")).content.decode()
    assert "Yöllinen tuonti ei onnistunut" not in desk


@pytest.mark.django_db(transaction=True)
def test_a_crash_lets_the_next_night_try_again(
    kunnat: dict[str, Municipality], tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from organisations.register import load as loading

    path = tmp_path / "ote.csv"
    path.write_text(extract(range(1, 5)))
    settings.REGISTER_EXTRACT = str(path)  # type: ignore[attr-defined]
    run = find_nightly_extract(now=NOW)
    assert run is not None
    with monkeypatch.context() as broken:
        broken.setattr(loading.statements, "APPLY", ("SELECT 1/0",))
        with pytest.raises(Exception, match="division by zero"):
            run_import(run, now=NOW)

    again = find_nightly_extract(now=NOW)

    assert again is not None
    assert run_import(again, now=NOW).state == "finished"


# Rows of an organisation that was merged


def test_a_row_of_a_merged_organisation_changes_nothing_and_is_told_quietly(import_text: ImportText) -> None:
    from tests.organisations.merging import merged

    import_text("rekisterinumero;y_tunnus;nimi\n1;;Jäävä ry\n2;0785533-5;Poistuva ry\n3;;Muu ry\n")
    stays, goes = (Organisation.objects.get(association_number=number) for number in (1, 2))
    merged(stays, goes, by=staff("coordinator"))

    run = import_text("rekisterinumero;y_tunnus;nimi\n1;;Jäävä ry\n2;0785533-5;Uusi nimi ry\n3;;Muu ry\n")

    assert [(line.kind, line.code, line.detail) for line in run.lines.all()] == [("quiet", "merged", "Jäävä ry")]
    assert Organisation.everything.get(pk=goes.pk).name == "Poistuva ry"
    assert run.counts["missing"] == 0
    stays.refresh_from_db()
    assert (stays.business_id, stays.in_last_extract) == ("0785533-5", True)


def test_a_number_that_moved_leads_the_extract_to_the_survivor(import_text: ImportText) -> None:
    from tests.organisations.merging import merged

    import_text("rekisterinumero;nimi\n2;Poistuva ry\n3;Muu ry\n")
    stays = OrganisationFactory(name="Käsin kirjattu ry", association_number=None)
    merged(stays, Organisation.objects.get(association_number=2), by=staff("coordinator"))

    run = import_text("rekisterinumero;nimi\n2;Rekisterin nimi ry\n3;Muu ry\n")

    stays.refresh_from_db()
    assert (stays.name, stays.association_number, stays.in_last_extract) == ("Rekisterin nimi ry", 2, True)
    assert [(line.code, line.detail) for line in run.lines.all()] == [("renamed", "Käsin kirjattu ry")]


def test_an_import_and_a_merge_do_not_mix(client: Client) -> None:
    from django.db import connections

    from organisations.workflow.imports import _LOCK, _UNLOCK
    from organisations.workflow.merging import lock_pair

    first, second = OrganisationFactory(), OrganisationFactory()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute(_LOCK)
        with pytest.raises(Refused) as refused:
            lock_pair(first.pk, second.pk)
        assert refused.value.code == "import_running"
        with other.cursor() as cursor:
            cursor.execute(_UNLOCK)
        assert lock_pair(second.pk, first.pk) == (second, first)
    finally:
        other.close()
