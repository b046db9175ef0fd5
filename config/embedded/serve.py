"""bin/serve: servers, database, web, worker and beat with one command, stopped with one Ctrl-C."""

import argparse
import sys
import time
import urllib.error
import urllib.request

from config.embedded.datafolder import ROOT, DataFolder, Servers, choose
from config.embedded.postgres import Postgres
from config.embedded.processes import EmbeddedError, Service, port_is_free
from config.embedded.supervisor import Log, Stopping, Supervisor

STOP_ORDER = ["web", "worker", "beat", "valkey", "postgres"]
READY_SECONDS = 90.0


def arguments(given: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="bin/serve",
        description="Set up and run the portal on this machine. Ctrl-C stops it; starting it again goes on.",
    )
    parser.add_argument("--port", type=int, default=8000, help="where the portal answers (8000)")
    parser.add_argument("--data", metavar="DIR", help="where everything is kept (var/)")
    parser.add_argument(
        "--area", metavar="NAME", help="the county, a file of config/areas/ (pyproject.toml names the default)"
    )
    parser.add_argument("--no-demo", action="store_true", help="start empty, without the demonstration")
    return parser.parse_args(given)


def say(text: str) -> None:
    """Show a line at once."""
    print(text, flush=True)


def start_servers(supervisor: Supervisor, servers: Servers) -> None:
    """Start what is not given from outside and wait until it answers."""
    if servers.postgres is not None:
        servers.postgres.create()
        supervisor.start(servers.postgres.service())
    if servers.valkey is not None:
        servers.valkey.create()
        supervisor.start(servers.valkey.service())
    if servers.postgres is not None:
        _wait_for_postgres(supervisor, servers.postgres)
    if servers.valkey is not None and not supervisor.wait_for(servers.valkey.answers, seconds=60):
        raise EmbeddedError("Valkey does not answer; the log says why.")


def _wait_for_postgres(supervisor: Supervisor, postgres: Postgres) -> None:
    # The supervisor starts it again when it dies, which is all that a stale lock file needs.
    if not supervisor.wait_for(postgres.answers, seconds=120):
        raise EmbeddedError("PostgreSQL does not answer; the log says why.")
    postgres.prepare()


def portal_environment(folder: DataFolder, servers: Servers, options: argparse.Namespace) -> dict[str, str]:
    """Return the environment of the portal; the first start decided whether the demonstration is in it."""
    demonstration = folder.read("started.json").get("demonstration", not options.no_demo)
    return folder.environment(servers, demonstration=demonstration)


def portal_services(folder: DataFolder, environment: dict[str, str], port: int) -> list[Service]:
    """Return web, worker and beat."""
    python = sys.executable
    web = ["-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    web += ["--threads", "4", "--no-sendfile", "--timeout", "60", "--graceful-timeout", "10", "--no-control-socket"]
    celery = ["-m", "celery", "-A", "config", "--quiet"]
    beat = ["beat", "--schedule", str(folder.path / "beat" / "schedule"), "--pidfile="]
    return [
        Service("web", [python, *web], ROOT, environment),
        Service("worker", [python, *celery, "worker", "-c", "2"], ROOT, environment, grace_seconds=30.0),
        Service("beat", [python, *celery, *beat], ROOT, environment, grace_seconds=10.0),
    ]


def readiness(port: int) -> str:
    """Ask /health/ready; return an empty string when all is well, else what it said."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/health/ready", headers={"Host": f"localhost:{port}"})
    try:
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310 (our own address)
            return ""
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(2000).decode(errors='replace').strip()}"
    except OSError as error:
        return str(getattr(error, "reason", error))


def wait_until_ready(supervisor: Supervisor, folder: DataFolder, port: int) -> None:
    """Wait for as long as it takes; after a while say what is missing."""
    asked = time.monotonic()
    told = False
    while reason := readiness(port):
        for _ in range(3):
            supervisor.pump()
        if not told and time.monotonic() - asked > READY_SECONDS:
            told = True
            say(f"The portal is not ready after {READY_SECONDS:.0f} s. /health/ready says: {reason}")
            say(f"Still trying. Everything that the programs say is in {folder.log}.")


def run(supervisor: Supervisor, folder: DataFolder, options: argparse.Namespace) -> None:
    """Start everything and stay until somebody stops it."""
    folder.assign_ports(web=options.port)
    servers = folder.servers()
    if servers.postgres is not None:
        servers.postgres.stop_leftover()
    start_servers(supervisor, servers)
    environment = portal_environment(folder, servers, options)
    prepare = [sys.executable, "-m", "config.embedded.prepare"]
    prepare += ["--area", options.area] if options.area else []
    if supervisor.run_to_end(Service("prepare", prepare, ROOT, environment)) != 0:
        raise EmbeddedError("The portal could not be prepared; what went wrong stands above.")
    environment = portal_environment(folder, servers, options)
    for service in portal_services(folder, environment, options.port):
        supervisor.start(service)
    wait_until_ready(supervisor, folder, options.port)
    say(f"Portal ready at http://localhost:{options.port}")
    accounts = [sys.executable, "-m", "config.embedded.prepare", "--accounts"]
    supervisor.run_to_end(Service("prepare", accounts, ROOT, environment))
    say("Ctrl-C stops the portal.")
    while True:
        supervisor.pump()


def main(given: list[str]) -> int:
    """Run bin/serve; return the exit code."""
    options = arguments(given)
    folder = choose(options.data)
    try:
        folder.create()
        if not folder.lock("bin/serve"):
            raise EmbeddedError(
                f"{folder.path} is in use by {folder.owner()}. Stop that one first, or choose another folder "
                "with --data."
            )
        if not port_is_free(options.port):
            raise EmbeddedError(
                f"Port {options.port} of this machine is taken by another program. Choose another one, for "
                f"example bin/serve --port {options.port + 1}."
            )
    except (EmbeddedError, OSError) as error:
        print(f"bin/serve: {error}", file=sys.stderr)
        return 1
    supervisor = Supervisor(Log(folder.log), say, lambda pids: folder.write("processes.json", pids))
    supervisor.listen_for_signals()
    code = 0
    try:
        run(supervisor, folder, options)
    except Stopping:
        say("Stopping …")
    except EmbeddedError as error:
        print(f"bin/serve: {error}\nThe log is {folder.log}.", file=sys.stderr)
        code = 1
    finally:
        supervisor.stop_all(STOP_ORDER)
        supervisor.close()
        folder.unlock()
    say("Stopped. Nothing is lost; bin/serve goes on from here.")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
