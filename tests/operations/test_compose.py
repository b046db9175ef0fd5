"""No engine runs here, so these tests read what docker-compose.yml, Dockerfile and docs/operations.md say.

Every service, variable, path, module and option they name has to exist.
"""

import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from django.urls import resolve
from gunicorn.config import Config

from config.embedded.setup import missing_system_packages
from tests.operations.settings_read import variables

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

ONCE = {"prepare"}
PORTAL = {"prepare", "web", "worker", "beat"}
SERVICE_KEYS = {
    "build": str,
    "image": str,
    "restart": str,
    "volumes": list,
    "environment": dict,
    "command": list,
    "depends_on": dict,
    "healthcheck": dict,
    "ports": list,
    "profiles": list,
    "stop_grace_period": str,
}
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period"}


def test_the_file_has_the_shape_of_a_compose_file() -> None:
    assert set(COMPOSE) == {"name", "x-portal", "services", "volumes"}
    assert set(SERVICES) == {"postgres", "valkey", "prepare", "web", "worker", "beat", "proxy", "clamav"}
    for name, service in SERVICES.items():
        for key, value in service.items():
            assert isinstance(value, SERVICE_KEYS[key]), f"{name}.{key}"
        assert "image" in service, name
        assert service["restart"] == ("no" if name in ONCE else "unless-stopped"), name
        for key, value in service.get("environment", {}).items():
            assert isinstance(value, str), f"{name}.{key} must be a text"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert set(check) == HEALTH_KEYS
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert len(check["test"]) >= 2
    for key in ("interval", "timeout", "start_period"):
        assert re.fullmatch(r"\d+s", check[key])
    assert check["retries"] >= 3


def test_services_wait_for_services_that_exist_and_can_be_waited_for() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, f"{name} waits for {other}"
            expected = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how == {"condition": expected}, f"{name} waits for {other}"


def test_volumes_are_declared_and_mounted_files_exist() -> None:
    used = set()
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_file(), source
            else:
                used.add(source)
    assert used == set(COMPOSE["volumes"])


def test_the_portal_gets_every_setting_it_needs_and_none_that_nobody_reads() -> None:
    known = variables()
    for name in PORTAL:
        given = SERVICES[name]["environment"]
        assert {variable.name for variable in known.values() if variable.needed} <= set(given)
        assert set(given) - set(known) == {"DJANGO_SETTINGS_MODULE"}
        assert given["DJANGO_SETTINGS_MODULE"] == "config.settings.production"
        assert given["PORTAL_DATA_DIR"] == "/var/lib/portal"
        assert SERVICES[name]["volumes"] == ["portal-data:/var/lib/portal"]


def test_addresses_inside_name_services_and_their_passwords() -> None:
    environment = SERVICES["web"]["environment"]
    database = re.fullmatch(r"postgresql://(\w+):\$\{(\w+):\?[^}]+}@(\w+):5432/(\w+)", environment["DATABASE_URL"])
    assert database is not None
    user, password, host, name = database.groups()
    server = SERVICES[host]["environment"]
    assert (server["POSTGRES_USER"], server["POSTGRES_DB"]) == (user, name)
    assert f"${{{password}:?" in server["POSTGRES_PASSWORD"]
    broker = re.fullmatch(r"redis://:\$\{(\w+):\?[^}]+}@(\w+):6379/0", environment["REDIS_URL"])
    assert broker is not None
    assert f"${{{broker[1]}:?" in SERVICES[broker[2]]["environment"]["REDISCLI_AUTH"]


def test_every_variable_of_the_file_is_explained() -> None:
    named = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    explained = set(_table("variable")) | set(_table("variable of docker-compose.yml"))
    assert named - explained == set()
    assert set(_table("variable of docker-compose.yml")) <= named


@pytest.mark.django_db  # the entry point asks whether demonstration accounts are there
def test_commands_run_programs_and_options_that_exist() -> None:
    _check_gunicorn(SERVICES["web"]["command"])
    _check_gunicorn(_dockerfile_command())
    python, flag, module, *options = SERVICES["prepare"]["command"]
    assert (python, flag) == ("python", "-m")
    assert importlib.util.find_spec(module) is not None
    assert options[0] == "--area"
    for name, command in (("worker", worker), ("beat", beat)):
        program, app_flag, app, sub, *options = SERVICES[name]["command"]
        assert (program, app_flag, app, sub) == ("celery", "-A", "config", name)
        offered = {option for parameter in command.params for option in parameter.opts}
        assert {word.split("=")[0] for word in options if word.startswith("--")} <= offered


def _check_gunicorn(command: list[str]) -> None:
    program, *options = [re.sub(r"\$\{\w+:-(\w+)}", r"\1", word) for word in command]
    assert program == "gunicorn"
    parsed = Config().parser().parse_args(options)
    assert parsed.args == ["config.wsgi:application"]
    assert parsed.bind == ["0.0.0.0:8000"]
    module, _, name = parsed.args[0].partition(":")
    assert hasattr(importlib.import_module(module), name)


def _dockerfile_command() -> list[str]:
    found = re.search(r"^CMD (\[.*])$", DOCKERFILE, re.M)
    assert found is not None
    command: list[str] = yaml.safe_load(found[1])
    return command


def test_the_image_copies_what_exists_and_installs_what_the_setup_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = re.search(r"^FROM python:(\d+)\.(\d+)-slim$", DOCKERFILE, re.M)
    assert version is not None
    assert project["requires-python"] == ">=3.12"
    assert (int(version[1]), int(version[2])) >= (3, 12)
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    monkeypatch.setattr("config.embedded.setup._library", lambda name: False)
    for package in missing_system_packages(development=False):
        assert f" {package} " in DOCKERFILE, package
    for script in re.findall(r"^RUN (bin/\w+)", DOCKERFILE, re.M):
        assert (ROOT / script).stat().st_mode & 0o111, script


def test_the_image_keeps_what_runs() -> None:
    ignored = set((ROOT / ".dockerignore").read_text(encoding="utf-8").split())
    wanted = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    wanted |= {"bin", "locale", "manage.py", "pyproject.toml", "requirements.txt", "static", "templates"}
    assert wanted & ignored == set()
    assert {".git", ".venv", ".env", "var"} <= ignored


def test_the_proxy_asks_the_web_service_at_an_address_that_exists() -> None:
    text = (ROOT / "config" / "servers" / "Caddyfile").read_text(encoding="utf-8")
    host, port = re.findall(r"reverse_proxy (\w+):(\d+)", text)[0]
    assert SERVICES[host]["command"][SERVICES[host]["command"].index("--bind") + 1].endswith(f":{port}")
    assert set(re.findall(r"\{\$(\w+)}", text)) <= set(SERVICES["proxy"]["environment"])
    assert text.count("{") == text.count("}")
    for path in ("/health/live", "/health/ready"):
        assert resolve(path)
    assert f"health_uri {'/health/live'}" in text
    assert "/health/live" in " ".join(SERVICES["web"]["healthcheck"]["test"])


def test_the_page_for_operators_agrees_with_the_settings() -> None:
    told = _table("variable")
    known = variables()
    assert set(told) - set(known) == {"DJANGO_SETTINGS_MODULE"}
    assert set(known) - set(told) == set()
    for name, variable in known.items():
        needed, default, _ = told[name]
        assert needed == ("yes" if variable.needed else "no"), name
        if variable.default is not None:
            assert default.strip("`") == variable.default, name


def test_the_page_for_operators_names_files_that_exist() -> None:
    for name in re.findall(r"`((?:bin|config|tests)/[\w/.-]+)`", OPERATIONS):
        assert (ROOT / name).exists(), name


def _table(first_column: str) -> dict[str, list[str]]:
    """Return the rows of the table whose first column has this heading, by the name in it."""
    rows: dict[str, list[str]] = {}
    inside = False
    for line in OPERATIONS.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == first_column:
            inside = True
        elif inside and not cells[0].startswith("---"):
            rows[cells[0].strip("`")] = cells[1:]
    return rows
