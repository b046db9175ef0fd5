"""Each gate of our own: quiet about the project, loud about a fault put in on purpose."""

import itertools
import shutil
from pathlib import Path

import pytest

from config.gates import imports, layers, lockfiles, module_length, run, servers, translations

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that the lock gate reads."""
    for name in ("pyproject.toml", *lockfiles.LOCKS):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_lock_files_of_the_project_are_clean() -> None:
    assert lockfiles.problems(ROOT) == []


def test_an_address_in_a_lock_file_is_found(copy: Path) -> None:
    lock = copy / "requirements.txt"
    address = "https:" + "//index.example/simple"
    lock.write_text(f"--index-url {address}\n" + lock.read_text(encoding="utf-8"), encoding="utf-8")
    assert lockfiles.problems(copy) == [f"requirements.txt:1: an address: --index-url {address}"]


def test_a_package_without_hash_or_not_locked_is_found(copy: Path) -> None:
    lock = copy / "requirements.txt"
    lock.write_text(lock.read_text(encoding="utf-8") + "lonely==1.0\n", encoding="utf-8")
    project = copy / "pyproject.toml"
    text = project.read_text(encoding="utf-8").replace("dependencies = [\n", 'dependencies = [\n  "Not_There>=1",\n', 1)
    project.write_text(text, encoding="utf-8")
    assert lockfiles.problems(copy) == [
        "requirements.txt: lonely has no hash",
        "requirements.txt: not-there is not locked; run bin/lock",
    ]


def test_every_import_is_declared_and_a_forgotten_one_is_found(copy: Path) -> None:
    assert imports.problems(ROOT) == []
    (copy / "room").mkdir()
    (copy / "tests").mkdir()
    lines = "import os\nimport room.other\nimport polib\nimport weasyprint.css\nfrom nowhere_at_all import x\n"
    (copy / "room" / "module.py").write_text(lines, encoding="utf-8")
    (copy / "tests" / "test_module.py").write_text(lines, encoding="utf-8")
    assert imports.problems(copy) == [
        "room/module.py: imports nowhere_at_all, which pyproject.toml does not declare for it",
        "room/module.py: imports polib, which pyproject.toml does not declare for it",
        "tests/test_module.py: imports nowhere_at_all, which pyproject.toml does not declare for it",
    ]


def test_a_long_module_is_found(tmp_path: Path) -> None:
    (tmp_path / "short.py").write_text("x = 1\n" * 500, encoding="utf-8")
    (tmp_path / "long.py").write_text("x = 1\n" * 501, encoding="utf-8")
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001.py").write_text("x = 1\n" * 900, encoding="utf-8")
    assert module_length.problems(tmp_path) == ["long.py: 501 lines; at most 500, split it by concept"]


def test_every_room_has_a_layer_and_a_forgotten_one_is_found(tmp_path: Path) -> None:
    assert layers.problems(ROOT) == []
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text.replace('  "forums",\n', '  "(forums)",\n'), encoding="utf-8")
    for room in (*layers.rooms(ROOT), "cellar"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    assert layers.problems(tmp_path)[:2] == [
        "cellar stands in no layer",
        "forums is there now: take the brackets off its layer",
    ]


def test_missing_fuzzy_and_broken_translations_are_found(tmp_path: Path) -> None:
    catalogue = tmp_path / "django.po"
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#: a.py\nmsgid "hakemus"\nmsgstr "ansökan"\n\n'
        '#: b.html\nmsgid "päätös"\nmsgstr ""\n\n'
        '#: c.py\n#, fuzzy\nmsgid "maksatus"\nmsgstr "betalning"\n\n'
        '#: d.py\n#, python-format\nmsgid "%(count)d kpl"\nmsgstr "%(number)d st"\n',
        encoding="utf-8",
    )
    found = translations.problems("sv", catalogue)
    assert found[:2] == ["sv: no translation: 'päätös' (b.html)", "sv: fuzzy: 'maksatus' (c.py)"]
    assert any("format specifications" in line or "count" in line for line in found[2:])
    assert translations.problems("sv", tmp_path / "none.po") == []


@pytest.mark.parametrize(
    ("given", "names", "last"),
    [
        (["--gates"], "lock files", "mypy"),
        ([], "lock files", "tests"),
        (["--all"], "lock files", "in the browser"),
    ],
)
def test_flags_choose_what_runs(given: list[str], names: str, last: str) -> None:
    options, rest = run.arguments(given)
    steps = [*run.gates(), *run.test_steps(options, rest)]
    assert rest == []
    assert (steps[0].name, steps[-1].name) == (names, last)


def test_every_test_of_all_runs_in_one_step() -> None:
    """However a test is marked, one run of pytest takes it, and only one; screenshots have a flag of their own."""
    chosen = [step.command[step.command.index("-m", 3) + 1] for step in run.test_steps(*run.arguments(["--all"]))]
    names = ("slow", "matrix", "browser")
    for marks in itertools.product((True, False), repeat=3):
        known = dict(zip(names, marks, strict=True)) | {"screenshots": False}
        if known["matrix"] and known["browser"]:
            continue  # the routes are asked without one
        assert [eval(one, {}, known) for one in chosen].count(True) == 1, known


def test_other_arguments_go_straight_to_pytest() -> None:
    options, rest = run.arguments(["tests/grants", "-k", "submit", "-x"])
    steps = run.test_steps(options, rest)
    assert [step.command[-4:] for step in steps] == [["tests/grants", "-k", "submit", "-x"]]


def test_what_failed_is_said_last(capsys: pytest.CaptureFixture[str]) -> None:
    good = run.Step("ruff", ["true"], "ruff found faults")
    bad = run.Step("mypy", ["false"], "mypy found faults")
    assert run.run(good, {"PATH": "/usr/bin:/bin"}) is True
    assert run.run(bad, {"PATH": "/usr/bin:/bin"}) is False
    assert run.report([good, bad], [bad], 3.2) == 1
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[-2].startswith("=== 1 of 2 steps passed in 3 s")
    assert lines[-1] == "FAILED mypy: mypy found faults"
    assert run.report([good], [], 1.0) == 0


def test_a_kept_cluster_goes_on_only_where_migrations_were_added() -> None:
    kept = {"python and user": "3.13 0", "requirements.txt": "a", "grants/migrations/0001_initial.py": "b"}
    assert servers.earlier(kept, {**kept, "grants/migrations/0002_more.py": "c"})
    assert servers.earlier(kept, kept)
    assert not servers.earlier(kept, {**kept, "grants/migrations/0001_initial.py": "changed"})
    assert not servers.earlier(kept, {**kept, "requirements.txt": "changed"})
    assert not servers.earlier({**kept, "grants/migrations/0002_gone.py": "c"}, kept), "what was applied and is gone"
    assert not servers.earlier(kept, {**kept, "portal/management/commands/build_fonts.py": "c"})
