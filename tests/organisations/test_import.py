"""The register extract comes in: what enters, what warns, what is refused, what changes (DOMAIN section 9)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from common.errors import Refused
from county.models import Municipality
from organisations.models import EarlierName, ImportRun, Organisation, Signatory
from organisations.workflow import import_register
from tests.organisations.factories import NOW, OrganisationFactory

SAMPLE = Path(__file__).parent / "data" / "register_sample.csv"
HEADER = "rekisterinumero;y_tunnus;nimi;kotipaikka;kotipaikka_koodi;rekisterointipaiva;tila"
ImportText = Callable[..., ImportRun]


def lines(run: ImportRun, kind: str = "") -> list[tuple[int | None, str, str, str]]:
    found = run.lines.filter(kind=kind) if kind else run.lines.all()
    return [(line.line_number, line.code, line.detail, line.raw_name) for line in found]


def test_sample_enters_with_exactly_its_faults_reported(kunnat: dict[str, Municipality]) -> None:
    run = import_register(SAMPLE, now=NOW)

    assert run.format == "CSV, puolipiste, UTF-8 (BOM)"
    assert run.unknown_columns == []
    assert run.state == "finished"
    assert lines(run, "refused") == [
        (16, "number_conflict", "101764", "Liperin Sydänväki ry"),
        (17, "number_conflict", "101764", "Toisen Nimen Yhdistys ry"),
        (21, "no_name", "", ""),
        (23, "no_number", "", "Joensuun Näkövammaisten Kerho ry"),
    ]
    assert lines(run, "warning") == [
        (9, "business_id_wrong", "1234567-8", "Juuan Näkövammaisten Kerho ry"),
        (11, "municipality_unknown", "Atlantis", "Joensuun Nuorten Paja ry"),
        (13, "date_wrong", "31.2.2011", "Kiteen Nuorten Paja ry"),
    ]
    assert run.counts == {
        "rows": 52,
        "new": 48,
        "changed": 0,
        "unchanged": 0,
        "warnings": 3,
        "refused": 4,
        "missing": 0,
        "returned": 0,
        "reviews": 0,
    }
    assert Organisation.objects.count() == 48


def test_fields_of_a_row_are_kept_as_the_register_says(kunnat: dict[str, Municipality]) -> None:
    import_register(SAMPLE, now=NOW)

    row = Organisation.objects.get(association_number=98970)
    assert (row.name, row.business_id, row.domicile_id) == ("Ilomantsin Liikuntaväki ry", "1764803-0", kunnat["146"].pk)
    assert (row.registered_on, row.status, row.legal_form) == (date(1992, 12, 15), "registered", "association")
    assert (row.in_last_extract, row.missing_since) == (True, None)
    assert list(row.earlier_names.order_by("name").values_list("name", flat=True)) == [
        "Vanha Nimi ry",
        "Vielä Vanhempi Nimi ry",
    ]
    assert list(row.signatories.order_by("name").values_list("name", "role")) == [
        ("Esimerkki Aino", "puheenjohtaja"),
        ("Malli Eino", "sihteeri"),
    ]
    dissolved = Organisation.objects.get(association_number=28253)
    assert (dissolved.status, dissolved.status_on) == ("dissolved", date(2024, 5, 2))
    assert Organisation.objects.get(association_number=118647).registered_on == date(1987, 6, 15)  # ISO
    assert Organisation.objects.get(association_number=198365).domicile_id == kunnat["564"].pk  # Swedish name
    assert Organisation.objects.get(association_number=168211).name == "Välilyöntien Yhdistys ry"


def test_doubtful_fields_are_left_empty(kunnat: dict[str, Municipality]) -> None:
    import_register(SAMPLE, now=NOW)

    assert Organisation.objects.get(association_number=218034).business_id is None
    assert Organisation.objects.get(association_number=184376).domicile is None
    assert Organisation.objects.get(association_number=78445).registered_on is None


def test_formulas_and_markup_are_stored_as_they_are(import_text: ImportText) -> None:
    run = import_text(
        f'{HEADER}\n1;;"=HYPERLINK(""http://example.test"",""Avaa"")";;;;\n2;;<b>Lihava</b> & \\N ry;;;;\n'
    )

    assert run.counts["new"] == 2
    assert list(Organisation.objects.order_by("association_number").values_list("name", flat=True)) == [
        '=HYPERLINK("http://example.test","Avaa")',
        "<b>Lihava</b> & \\N ry",
    ]


def test_second_import_changes_nothing_and_doubles_nothing(kunnat: dict[str, Municipality]) -> None:
    import_register(SAMPLE, now=NOW)
    before = list(Organisation.objects.order_by("pk").values())
    names, people = EarlierName.objects.count(), Signatory.objects.count()

    again = import_register(SAMPLE, now=NOW)

    assert again.counts["new"] == again.counts["changed"] == again.counts["missing"] == 0
    assert again.counts["unchanged"] == 48
    assert list(Organisation.objects.order_by("pk").values()) == before
    assert (EarlierName.objects.count(), Signatory.objects.count()) == (names, people)


def test_changes_are_written_and_reported_field_by_field(import_text: ImportText) -> None:
    import_text(f"{HEADER};nimenkirjoittajat\n10;;Vanha ry;Joensuu;167;1.1.2000;rekisterissä;A B, pj | C D, siht\n")
    organisation = Organisation.objects.get(association_number=10)
    organisation.description_fi = "Oma kuvaus"
    organisation.save()

    run = import_text(f"{HEADER};nimenkirjoittajat\n10;0785533-5;Uusi ry;Lieksa;422;1.1.2000;selvitystilassa;E F, pj\n")

    assert lines(run) == [
        (2, "renamed", "Vanha ry", "Uusi ry"),
        (2, "changed", "business_id,domicile_id,status,signatories", "Uusi ry"),
    ]
    organisation.refresh_from_db()
    assert (organisation.name, organisation.business_id, organisation.status) == ("Uusi ry", "0785533-5", "liquidation")
    assert organisation.description_fi == "Oma kuvaus"
    assert list(organisation.earlier_names.values_list("name", flat=True)) == ["Vanha ry"]
    assert list(organisation.signatories.values_list("name", "role")) == [("E F", "pj")]


def test_doubtful_or_absent_values_do_not_erase_what_was_known(import_text: ImportText) -> None:
    import_text(f"{HEADER};sahkoposti\n10;0785533-5;Vakaa ry;Joensuu;167;1.1.2000;rekisterissä;a@example.org\n")

    run = import_text(f"{HEADER}\n10;1234567-8;Vakaa ry;Atlantis;;31.2.2011;outo\n")

    organisation = Organisation.objects.get(association_number=10)
    assert organisation.business_id == "0785533-5"
    assert organisation.domicile is not None
    assert organisation.domicile.code == "167"
    assert (organisation.registered_on, organisation.status) == (date(2000, 1, 1), "registered")
    assert organisation.email == "a@example.org"
    assert [code for _line, code, _detail, _name in lines(run)] == [
        "business_id_wrong",
        "municipality_unknown",
        "status_unknown",
        "date_wrong",
    ]


def test_an_emptied_cell_empties_the_field(import_text: ImportText) -> None:
    import_text(f"{HEADER};sahkoposti\n10;;Vakaa ry;;;;;a@example.org\n")

    import_text(f"{HEADER};sahkoposti\n10;;Vakaa ry;;;;;\n")

    assert Organisation.objects.get(association_number=10).email == ""


def test_rows_gone_from_the_extract_are_marked_and_come_back(import_text: ImportText) -> None:
    import_text(f"{HEADER}\n1;;Pysyvä ry;;;;\n2;;Katoava ry;;;;\n")
    by_hand = OrganisationFactory(name="Käsin lisätty ry", association_number=3)

    gone = import_text(f"{HEADER}\n1;;Pysyvä ry;;;;\n")

    assert lines(gone) == [(None, "missing", "", "Katoava ry")]
    lost = Organisation.objects.get(association_number=2)
    assert (lost.in_last_extract, lost.missing_since) == (False, date(2026, 11, 16))
    by_hand.refresh_from_db()
    assert by_hand.missing_since is None

    back = import_text(f"{HEADER}\n1;;Pysyvä ry;;;;\n2;;Katoava ry;;;;\n")

    assert lines(back) == [(3, "returned", "", "Katoava ry")]
    lost.refresh_from_db()
    assert (lost.in_last_extract, lost.missing_since) == (True, None)


def test_a_refused_row_still_stands_in_the_extract(import_text: ImportText) -> None:
    import_text(f"{HEADER}\n1;;Pysyvä ry;;;;\n2;;Epäselvä ry;;;;\n")

    run = import_text(f"{HEADER}\n1;;Pysyvä ry;;;;\n2;;Epäselvä ry;;;;\n2;;Toinen ry;;;;\n")

    assert run.counts["missing"] == 0
    kept = Organisation.objects.get(association_number=2)
    assert (kept.name, kept.in_last_extract) == ("Epäselvä ry", True)


def test_same_business_id_is_the_same_organisation(import_text: ImportText) -> None:
    import_text(f"{HEADER}\n;0785533-5;Säätiö sr;;;;\n")

    run = import_text(f"{HEADER}\n77;0785533-5;Säätiö sr;;;;\n")

    assert run.counts["new"] == 0
    assert Organisation.objects.get().association_number == 77
    assert lines(run) == [(2, "changed", "association_number", "Säätiö sr")]


def test_business_id_of_another_organisation_is_not_taken(import_text: ImportText) -> None:
    import_text(f"{HEADER}\n1;0785533-5;Haltija ry;;;;\n")

    run = import_text(f"{HEADER}\n1;;Haltija ry;;;;\n2;0785533-5;Toinen ry;;;;\n")

    assert lines(run) == [(3, "business_id_taken", "0785533-5", "Toinen ry")]
    assert Organisation.objects.get(association_number=1).business_id == "0785533-5"
    assert Organisation.objects.get(association_number=2).business_id is None


def test_the_same_business_id_with_two_names_is_taken_from_neither(import_text: ImportText) -> None:
    run = import_text(f"{HEADER}\n1;0785533-5;Yksi ry;;;;\n2;0785533-5;Kaksi ry;;;;\n3;;Kolmas ry;;;;\n")

    assert lines(run) == [
        (2, "number_conflict", "0785533-5", "Yksi ry"),
        (3, "number_conflict", "0785533-5", "Kaksi ry"),
    ]
    assert Organisation.objects.get().association_number == 3


def test_a_repeated_row_is_taken_once(import_text: ImportText) -> None:
    run = import_text(f"{HEADER}\n1;;Sama ry;;;;\n1;;Sama  ry;;;;\n")

    assert run.counts["new"] == 1
    assert lines(run) == [(3, "repeated", "", "Sama ry")]


@pytest.mark.parametrize(
    ("row", "code", "detail"),
    [
        ("1;;;;;;", "no_name", ""),
        (";;Nimi ry;;;;", "no_number", ""),
        ("0;;Nimi ry;;;;", "no_number", "0"),
        ("1234567;;Nimi ry;;;;", "no_number", "1234567"),
        (";1234567-8;Nimi ry;;;;", "no_number", "1234567-8"),
        (f"1;;{'N' * 501};;;;", "long_name", ""),
        ("1;;Nimi\x07 ry;;;;", "control_characters", ""),
        ("1;;Nimi\x00 ry;;;;", "control_characters", ""),
        ("1;;Nimi ry", "few_columns", "3 / 7"),
        ("1;;Nimi;ry;;;;x", "many_columns", "8 / 7"),
        ('1;;"Nimi ry;;;;', "open_quote", ""),
        (f"1;;{'N' * 1_000_000};;;;", "long_line", "1000007"),
    ],
)
def test_a_refused_row_says_why_and_harms_nothing(import_text: ImportText, row: str, code: str, detail: str) -> None:
    run = import_text(f"{HEADER}\n{row}\n2;;Seuraava ry;;;;\n")

    assert [(line, why, what) for line, why, what, _name in lines(run)] == [(2, code, detail)]
    assert Organisation.objects.get().name == "Seuraava ry"


def test_a_name_of_500_characters_enters(import_text: ImportText) -> None:
    import_text(f"{HEADER}\n1;;{'Ä' * 500};;;;\n")

    assert len(Organisation.objects.get().name) == 500


@pytest.mark.parametrize(
    ("text", "encoding", "form"),
    [
        ("rekisterinumero;nimi\n1;Åbo ry\n", "utf-8", "CSV, puolipiste, UTF-8"),
        ("rekisterinumero;nimi\n1;Åbo ry\n", "utf-8-sig", "CSV, puolipiste, UTF-8 (BOM)"),
        ("rekisterinumero;nimi\r\n1;Åbo ry\r\n", "cp1252", "CSV, puolipiste, Windows-1252"),
        ("nimi,rekisterinumero\nÅbo ry,1\n", "utf-8", "CSV, pilkku, UTF-8"),
        ('"NIMI","Rekisterinumero"\n"Åbo ry","000.001"\n', "cp1252", "CSV, pilkku, Windows-1252"),
        ('{"AssociationNameInfo": "Åbo ry", "AssociationNumber": 1}\n', "utf-8", "JSON Lines, UTF-8"),
    ],
)
def test_form_is_detected_and_said(import_text: ImportText, text: str, encoding: str, form: str) -> None:
    run = import_text(text, encoding=encoding)

    assert run.format == form
    assert Organisation.objects.values_list("association_number", "name").get() == (1, "Åbo ry")


def test_one_broken_line_does_not_change_the_encoding_of_the_others(import_text: ImportText) -> None:
    whole = "rekisterinumero;nimi\n1;Hämeen ry\n2;Ähtärin ry\n".encode()
    run = import_text(whole + "3;Töysän ry\n".encode("cp1252"))

    assert run.format == "CSV, puolipiste, UTF-8"
    assert [(line, code) for line, code, _detail, _name in lines(run)] == [(4, "encoding")]
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Hämeen ry", "Ähtärin ry"}


def test_unknown_columns_are_named_and_order_does_not_matter(import_text: ImportText) -> None:
    run = import_text("väri;nimi;lempikala;rekisterinumero\nsininen;Kala ry;hauki;5\n")

    assert run.unknown_columns == ["lempikala", "väri"]
    assert Organisation.objects.get().name == "Kala ry"


def test_a_quoted_cell_may_hold_line_ends_and_delimiters(import_text: ImportText) -> None:
    import_text(
        'rekisterinumero;nimi;nimenkirjoitustapa\n1;"Rivi\nnimi; ""oikea"" ry";yksin\n2;Toinen ry;kaksi yhdessä\n'
    )

    assert list(Organisation.objects.order_by("association_number").values_list("name", "signing_rule")) == [
        ('Rivi nimi; "oikea" ry', "yksin"),
        ("Toinen ry", "kaksi yhdessä"),
    ]


def test_an_inner_quote_is_a_letter(import_text: ImportText) -> None:
    import_text('rekisterinumero;nimi\n1;Kerho 5" ry\n2;Toinen ry\n')

    assert Organisation.objects.order_by("association_number").first().name == 'Kerho 5" ry'  # type: ignore[union-attr]


def test_json_lines_of_the_register_interface(import_text: ImportText) -> None:
    run = import_text(
        '{"AssociationNameInfo": [{"AssociationNameType": "P", "AssociationName": "Susimusa ry",'
        ' "AssociationNameStatus": "R"}, {"AssociationNameType": "P", "AssociationName": "Sysimusa ry",'
        ' "AssociationNameStatus": "VE"}], "BusinessId": "2686723-5", "AssociationNumber": "195.883",'
        ' "Domicile": "564", "RegistryDate": "2007-02-27T00:00:00.000+00:00", "AssociationStatus": "R", "Muu": 1}\n'
        '{"AssociationNameInfo": [{"AssociationName": "Päättynyt ry"}], "AssociationNumber": 7,'
        ' "Domicile": "Uleåborg", "AssociationStatus": "L"}\n'
        '["ei olio"]\n'
        '{"AssociationNameInfo": [{"AssociationName": "\\ud800 ry"}], "AssociationNumber": 8}\n'
        "{rikki\n",
        name="ote.jsonl",
    )

    assert run.unknown_columns == ["Muu"]
    first = Organisation.objects.get(association_number=195883)
    assert (first.name, first.business_id, first.registered_on) == ("Susimusa ry", "2686723-5", date(2007, 2, 27))
    assert (first.domicile and first.domicile.name_fi, first.legal_form) == ("Oulu", "association")
    assert list(first.earlier_names.values_list("name", flat=True)) == ["Sysimusa ry"]
    second = Organisation.objects.get(association_number=7)
    assert (second.status, second.domicile and second.domicile.name_fi) == ("removed", "Oulu")
    assert [(line, code) for line, code, _detail, _name in lines(run, "refused")] == [
        (3, "not_json"),
        (4, "control_characters"),
        (5, "not_json"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
        (b"PK\x03\x04\x00\x00\x00", "not_text"),
        (b"etunimi;sukunimi\nAino;Esimerkki\n", "no_header"),
        (b"nimi;kotipaikka\nYksi ry;Joensuu\n", "no_header"),
        (b"nimi;nimi;rekisterinumero\na;b;1\n", "column_twice"),
        (b"nimi;rekisterinumero\n", "nothing_valid"),
        (b"nimi;rekisterinumero\n;1\n", "nothing_valid"),
    ],
)
def test_a_file_that_is_no_extract_is_refused_whole(import_text: ImportText, content: bytes, code: str) -> None:
    import_text(f"{HEADER}\n1;;Pysyvä ry;;;;\n")

    with pytest.raises(Refused) as refused:
        import_text(content)

    assert refused.value.code == code
    assert Organisation.objects.get().in_last_extract is True
    assert ImportRun.objects.order_by("-pk").values_list("state", "error").first() == (
        "failed",
        str(refused.value.message),
    )


def test_a_crash_on_the_way_leaves_nothing_half_done(import_text: ImportText, monkeypatch: pytest.MonkeyPatch) -> None:
    from organisations.register import load as loading

    import_text(f"{HEADER}\n1;;Ennen ry;;;;\n")
    statements = (*loading.statements.APPLY[:-1], "SELECT 1/0")
    monkeypatch.setattr(loading.statements, "APPLY", statements)

    with pytest.raises(Exception, match="division by zero"):
        import_text(f"{HEADER}\n1;;Jälkeen ry;;;;\n2;;Uusi ry;;;;\n")

    assert Organisation.objects.get().name == "Ennen ry"
    failed = ImportRun.objects.get(state="failed")
    assert (failed.counts, failed.lines.count()) == ({}, 0)
    assert "Rekisteriä ei muutettu" in failed.error


def test_dry_run_reports_and_changes_nothing(
    kunnat: dict[str, Municipality], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_register", str(SAMPLE), "--dry-run")

    shown = capsys.readouterr().out
    assert "Uusia järjestöjä: 48" in shown
    assert "rivi 13 [huomautus] Kiteen Nuorten Paja ry: Päivää ”31.2.2011” ei ole. Kenttä jätettiin tyhjäksi." in shown
    assert "Koeajo: mitään ei muutettu." in shown
    assert (Organisation.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_command_imports_and_tells_the_form(
    kunnat: dict[str, Municipality], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_register", str(SAMPLE), "--extract-date", "1.11.2026")

    shown = capsys.readouterr().out
    assert "register_sample.csv: CSV, puolipiste, UTF-8 (BOM)" in shown
    assert "100 % Valmis" in shown
    assert ImportRun.objects.get().extract_on == date(2026, 11, 1)


def test_command_refuses_a_file_that_is_not_there(db: None) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_register", "olematon.csv")
