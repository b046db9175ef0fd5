"""Draws the life cycles into docs/life-cycles.md; the tables are data (common.transitions)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from common.transitions import LIFE_CYCLES, LifeCycle

TARGET = Path("docs") / "life-cycles.md"
HEAD = "# Life cycles\n\nDrawn by `bin/manage draw_life_cycles` from the tables in the code; do not edit by hand.\n"


def drawn() -> str:
    """Return the whole document: a diagram and a table for each life cycle, by name."""
    with translation.override("fi"):
        return HEAD + "".join(_one(LIFE_CYCLES[name]) for name in sorted(LIFE_CYCLES))


def _one(cycle: LifeCycle) -> str:
    lines = [f"\n## {cycle.name}\n", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {state.key}: {state.label}" for state in cycle.states]
    lines += [f"    {source} --> {edge.target}: {edge.verb}" for edge in cycle.transitions for source in edge.sources]
    lines += ["```", "", "| state | for officers | for the applicant |", "| --- | --- | --- |"]
    lines += [f"| {s.key} | {s.label} | {cycle.applicant_label(s.key)} |" for s in cycle.states]
    lines += ["", "| verb | from | to | permission |", "| --- | --- | --- | --- |"]
    lines += [f"| {e.verb} | {', '.join(e.sources)} | {e.target} | {e.permission} |" for e in cycle.transitions]
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Draw the life cycles into docs/life-cycles.md; with --check only say whether it is up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / TARGET
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != drawn():
                raise CommandError(f"{TARGET} is not what the code says: run bin/manage draw_life_cycles.")
            return
        path.write_text(drawn(), encoding="utf-8")
        self.stdout.write(f"{TARGET}: {len(LIFE_CYCLES)} life cycles")
