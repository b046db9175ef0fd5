"""The data folder: secrets and ports that stay, a lock for one owner, an environment without surprises."""

import socket
import stat
from pathlib import Path

import pytest

from config.embedded import manage
from config.embedded.datafolder import ROOT, DataFolder, Servers, choose
from config.embedded.postgres import Postgres
from config.embedded.processes import EmbeddedError


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """An empty data folder."""
    made = DataFolder(tmp_path / "data")
    made.create()
    return made


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PORTAL_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_made_once_and_closed_to_others(folder: DataFolder) -> None:
    first = folder.secrets()
    assert sorted(first) == ["postgres_password", "secret_key", "valkey_password"]
    assert len(set(first.values())) == 3
    assert min(map(len, first.values())) >= 50
    assert DataFolder(folder.path).secrets() == first
    assert mode(folder.path) == 0o700
    assert mode(folder.path / "secrets.json") == 0o600


def test_a_damaged_file_is_named_and_not_replaced(folder: DataFolder) -> None:
    (folder.path / "secrets.json").write_text("{", encoding="utf-8")
    with pytest.raises(EmbeddedError, match=r"secrets\.json is damaged"):
        folder.secrets()
    assert (folder.path / "secrets.json").read_text(encoding="utf-8") == "{"


def test_ports_stay_unless_somebody_took_them(folder: DataFolder) -> None:
    first = folder.assign_ports(web=8000)
    assert first["web"] == 8000
    assert len(set(first.values())) == 3
    assert folder.assign_ports(web=8000) == first
    with socket.create_server(("127.0.0.1", first["postgres"])):
        second = folder.assign_ports(web=8001)
    assert second["postgres"] != first["postgres"]
    assert (second["valkey"], second["web"]) == (first["valkey"], 8001)


def test_one_owner_at_a_time(folder: DataFolder) -> None:
    other = DataFolder(folder.path)
    assert folder.lock("bin/serve") is True
    assert other.lock("bin/manage") is False
    assert other.owner().startswith("bin/serve, process ")
    folder.unlock()
    assert other.lock("bin/manage") is True
    other.unlock()


def test_given_addresses_start_nothing(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.assign_ports(web=8000)
    embedded = folder.servers()
    assert embedded.postgres is not None
    assert embedded.valkey is not None
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    half = folder.servers()
    assert half.postgres is None
    assert half.valkey == embedded.valkey
    assert folder.environment(half, demonstration=False)["DATABASE_URL"] == "postgresql://elsewhere/db"
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    assert folder.servers() == Servers(None, None)


def test_the_environment_of_the_portal(folder: DataFolder) -> None:
    ports = folder.assign_ports(web=8123)
    environment = folder.environment(folder.servers(), demonstration=False)
    assert environment["DJANGO_SETTINGS_MODULE"] == "config.settings.embedded"
    assert environment["PORTAL_BASE_URL"] == "http://localhost:8123"
    assert environment["PORTAL_DATA_DIR"] == str(folder.path)
    assert environment["PORTAL_DEMONSTRATION"] == "no"
    assert environment["SECRET_KEY"] == folder.secrets()["secret_key"]
    assert environment["DATABASE_URL"].endswith(f"@127.0.0.1:{ports['postgres']}/portal")
    assert environment["REDIS_URL"].endswith(f"@127.0.0.1:{ports['valkey']}/0")


def test_the_folder_of_the_command_line() -> None:
    assert choose(None).path == ROOT / "var"
    assert choose("elsewhere").path == Path.cwd() / "elsewhere"


def test_another_major_version_of_postgres_is_refused(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", 1, "secret")
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("14\n", encoding="ascii")
    with pytest.raises(EmbeddedError, match="was made by PostgreSQL 14; this environment has 18"):
        server.create()


def test_a_long_path_goes_without_a_unix_socket(tmp_path: Path) -> None:
    long = Postgres(tmp_path / ("x" * 120), 5000, "secret")
    long.data.mkdir(parents=True)
    assert "unix_socket_directories=" in long.service().command
    assert "listen_addresses=127.0.0.1" in long.service().command


@pytest.mark.parametrize(
    ("given", "data", "command"),
    [
        (["migrate"], None, ["migrate"]),
        (["--data", "x", "shell", "-c", "1"], "x", ["shell", "-c", "1"]),
        (["load_area", "--data=x", "name"], "x", ["load_area", "name"]),
        (["test", "--", "--data", "y"], None, ["test", "--", "--data", "y"]),
    ],
)
def test_data_is_taken_out_of_the_command(given: list[str], data: str | None, command: list[str]) -> None:
    assert manage.split(given) == (data, command)


def test_data_without_a_folder_is_refused() -> None:
    with pytest.raises(EmbeddedError, match="needs the name of a folder"):
        manage.split(["migrate", "--data"])
