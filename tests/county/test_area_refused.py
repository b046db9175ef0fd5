"""A bad area file is refused whole, with the line and the reason."""

from pathlib import Path

import pytest

from county.area import AreaError
from county.area.colours import contrast
from county.area.file import AreaFile, index_lines
from county.models import County, Municipality
from tests.county.factories import SMALL_AREA, load_text

pytestmark = pytest.mark.django_db


def changed(old: str, new: str) -> str:
    assert SMALL_AREA.count(old) == 1, old
    return SMALL_AREA.replace(old, new)


LAST = SMALL_AREA.count("\n")

BAD = {
    "syntax": (changed('short_name = "Koe"', 'short_name = "Koe'), 5, "Tiedosto ei ole kelvollista TOML-muotoa"),
    "unknown section": (SMALL_AREA + "\n[hedelmat]\nfi = 1\n", LAST + 2, "Tuntematon kohta ”hedelmat”."),
    "unknown key": (changed('short_name = "Koe"', 'lyhyt = "Koe"'), 5, "Tuntematon kohta ”lyhyt”."),
    "unknown language": (changed("name.sv", "name.no"), 4, "Tuntematon kohta ”no”. Tässä voi olla: en, fi, sv."),
    "missing key": (
        changed('decided_by = "lautakunta"\n', "").replace('procedure = "call"\n', ""),
        43,
        "Kohta ”procedure” puuttuu.",
    ),
    "missing section": ('[titles]\nmunicipal.fi = "x"\n', 1, "Kohta ”county” puuttuu."),
    "wrong type": (changed('short_name = "Koe"', "short_name = 7"), 5, "Kohdan ”short_name” pitää olla tekstiä."),
    "too long": (
        changed('short_name = "Koe"', f'short_name = "{"K" * 61}"'),
        5,
        "Kohdan ”short_name” teksti on liian pitkä: 61 merkkiä, enintään 60.",
    ),
    "wrong choice": (
        changed('procedure = "call"', 'procedure = "arvonta"'),
        46,
        "Kohdan ”procedure” arvo ”arvonta” ei kelpaa. Käytä jotakin näistä: call, negotiated, direct.",
    ),
    "wrong shape": (
        changed('code = "090"', 'code = "90"'),
        12,
        'Kohta ”code” on väärää muotoa. Kirjoita se näin: "090".',
    ),
    "wrong truth": (changed("assumed = true", 'assumed = "kyllä"'), 21, "Kohdan ”assumed” pitää olla true tai false."),
    "no such municipality": (
        changed('code = "090"', 'code = "999"').replace('["090"]', '["167"]'),
        12,
        "Kuntaa 999 ei ole Suomen kuntaluettelossa (4/2024).",
    ),
    "foreign municipality": (changed('["090"]', '["564"]'), 20, "Kuntaa ”564” ei ole tällä alueella."),
    "no such parent": (changed('under = "sote"', 'under = "talous"'), 30, "Yksikköä ”talous” ei ole tiedostossa."),
    "circle": (
        changed('key = "sote"\n', 'key = "sote"\nunder = "kotihoito"\n'),
        25,
        "Yksiköt ovat kehässä: sote.",
    ),
    "no such body": (
        changed('decided_by = "lautakunta"', 'decided_by = "hallitus"'),
        47,
        "Toimielintä ”hallitus” ei ole tiedostossa.",
    ),
    "no such grant kind": (
        changed('decides = ["toiminta-avustus"]', 'decides = ["tuki"]'),
        38,
        "Avustuslajia ”tuki” ei ole tiedostossa.",
    ),
    "key twice": (changed('key = "kotihoito"', 'key = "sote"'), 29, "Tunnus ”sote” on jo käytössä rivillä 24."),
    "contrast": (
        SMALL_AREA + '\n[colours]\npine_700 = "#7FBFA0"\n',
        LAST + 3,
        "Värien white ja pine_700 kontrasti on 2,1, pienin sallittu 4,5. Valitse tummempi sävy.",
    ),
    "no colour": (
        SMALL_AREA + '\n[colours]\npine_700 = "vihreä"\n',
        LAST + 3,
        'Kohta ”pine_700” on väärää muotoa. Kirjoita se näin: "#12332B".',
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_refused_with_line_and_reason(case: str, tmp_path: Path) -> None:
    text, line, reason = BAD[case]
    with pytest.raises(AreaError) as refused:
        load_text(tmp_path, text)
    assert (refused.value.line, str(refused.value.reason)[: len(reason)]) == (line, reason)
    assert str(refused.value).startswith(f"Rivi {line}: ")
    assert not County.objects.exists()
    assert not Municipality.objects.exists()


def test_a_bad_file_leaves_what_was_loaded_before(tmp_path: Path) -> None:
    load_text(tmp_path)
    with pytest.raises(AreaError):
        load_text(
            tmp_path, changed('short_name = "Koe"', 'short_name = "Uusi"').replace('"lautakunta"\n', '"poissa"\n', 1)
        )
    assert County.objects.get().short_name == "Koe"


def test_wrong_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "koe.toml").write_bytes('[county]\ncode = "14"\nname.fi = "Köe"\n'.encode("latin-1"))
    with pytest.raises(AreaError) as refused:
        AreaFile.read(tmp_path / "koe.toml")
    assert (refused.value.line, refused.value.reason) == (
        3,
        "Tiedosto ei ole UTF-8-muotoa. Tallenna se UTF-8-merkistöllä.",
    )


def test_colours_that_can_be_read_are_taken(tmp_path: Path) -> None:
    load_text(tmp_path, SMALL_AREA + '\n[colours]\npine_700 = "#203A6B"\n')
    assert County.objects.get().colours == {"pine_700": "#203A6B"}


def test_contrast_of_black_and_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)


def test_line_index_knows_tables_dotted_keys_and_arrays() -> None:
    text = '# [not.a.table]\n[[a]]\nb.fi = "x = [1"\nc = [\n  "d = 1",\n  { e = 2 },\n] # ]\n[[a]]\nb.fi = "y"\n'
    lines = index_lines(text)
    assert lines[("a", 0)] == 2
    assert lines[("a", 0, "b", "fi")] == 3
    assert lines[("a", 0, "c")] == 4
    assert lines[("a", 1, "b", "fi")] == 9
    assert ("a", 0, "d") not in lines
    assert AreaFile("x", {}, lines).line(("a", 0, "c", 1, "e")) == 4
