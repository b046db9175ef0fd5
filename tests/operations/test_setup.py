"""The environment is made once: stamps, stale catalogues, packages that are missing."""

import os
from pathlib import Path

import pytest

from config.embedded import setup


def test_an_installed_lock_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "STAMP", tmp_path / "installed.json")
    monkeypatch.setattr(setup, "_run", ran.append)
    monkeypatch.setattr(setup, "_try", lambda command: True)

    def installed() -> list[str]:
        done = [command[-1].rsplit("/", 1)[1] for command in ran]
        ran.clear()
        return done

    setup.install("requirements.txt")
    setup.install("requirements.txt")
    assert installed() == ["requirements.txt"]
    setup.install("requirements-dev.txt")
    setup.install("requirements-dev.txt")
    setup.install("requirements.txt")  # the development lock holds it
    assert installed() == ["requirements-dev.txt"]
    (tmp_path / "requirements.txt").write_text("changed", encoding="utf-8")
    setup.install("requirements.txt")
    assert installed() == ["requirements.txt"]
    setup.install("requirements-dev.txt")
    assert installed() == ["requirements-dev.txt"]


def test_a_failed_installation_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "STAMP", tmp_path / "installed.json")
    monkeypatch.setattr(setup, "PYTHON", Path("/bin/false"))
    for _ in range(2):
        with pytest.raises(setup.SetupError, match="This did not work: /bin/false -m pip install"):
            setup.install("requirements.txt")


def test_only_stale_catalogues_are_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = tmp_path / "locale" / "sv" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "päätös"\nmsgstr "beslut"\n',
        encoding="utf-8",
    )
    compiled = catalogue.with_suffix(".mo")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    setup.compile_catalogues()
    assert "beslut" in compiled.read_bytes().decode(errors="replace")
    os.utime(compiled, (2_000_000_000, 2_000_000_000))
    setup.compile_catalogues()
    assert compiled.stat().st_mtime == 2_000_000_000
    os.utime(catalogue, (2_100_000_000, 2_100_000_000))
    setup.compile_catalogues()
    assert compiled.stat().st_mtime < 2_000_000_000


def test_missing_packages_are_printed_where_we_may_not_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "_library", lambda name: "pango" not in name)
    monkeypatch.setattr(setup, "_is_root_with_apt", lambda: False)
    assert setup.missing_system_packages(development=False) == {"libpangoft2-1.0-0": "PDF documents"}
    setup.install_system_packages(development=False)
    assert capsys.readouterr().out.splitlines() == [
        "Without these packages some things do not work: PDF documents. An administrator types",
        "    apt-get update && apt-get install -y --no-install-recommends libpangoft2-1.0-0",
        "and then bin/setup --again. Going on without them.",
    ]


def test_a_failed_installation_of_packages_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[list[str]] = []
    monkeypatch.setattr(setup, "TRIED", tmp_path / "tried")
    monkeypatch.setattr(setup, "_library", lambda name: False)
    monkeypatch.setattr(setup, "_is_root_with_apt", lambda: True)
    monkeypatch.setattr(setup, "_apt_install", lambda packages: bool(tried.append(packages)))
    setup.install_system_packages(development=False)
    setup.install_system_packages(development=False)
    assert tried == [["libharfbuzz-subset0", "libpangoft2-1.0-0"]]
