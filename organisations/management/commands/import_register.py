"""``manage.py import_register FILE``: read a register extract (DOMAIN section 9) into the registry."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused
from organisations.models import ImportLine, ImportRun
from organisations.register.messages import COUNT_LABELS
from organisations.register.rows import parse_date
from organisations.workflow import import_register


class Command(BaseCommand):
    """Reads CSV or JSON Lines, shows progress, and says what changed."""

    help = "Import an association register extract (CSV or JSON Lines)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Report what would change; change nothing.")
        parser.add_argument("--extract-date", default="", help="The day of the extract (d.m.yyyy); default today.")
        parser.add_argument(
            "--confirmed", action="store_true", help="Take it though an unlikely share would be marked missing."
        )
        parser.add_argument("--lines", type=int, default=50, help="How many lines of the report to print (50).")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        extract_on = parse_date(options["extract_date"]) if options["extract_date"] else None
        if options["extract_date"] and extract_on is None:
            raise CommandError("Write --extract-date as 31.12.2026.")
        self._shown = -10
        with translation.override("fi"):
            try:
                import_register(
                    path,
                    now=clock.now(),
                    extract_on=extract_on,
                    progress=self._progress,
                    dry_run=options["dry_run"],
                    confirmed=options["confirmed"],
                    report=lambda run: self._report(run, options["lines"]),
                )
            except Refused as refused:
                raise CommandError(str(refused.message)) from refused
            if options["dry_run"]:
                self.stdout.write(_("Koeajo: mitään ei muutettu."))

    def _progress(self, percent: int, text: str) -> None:
        if percent >= self._shown + 5 or percent == 100:
            self._shown = percent
            self.stdout.write(f"{percent:3} % {text}")

    def _report(self, run: ImportRun, limit: int) -> None:
        self.stdout.write(f"{run.file_name}: {run.format}")
        if run.unknown_columns:
            names = ", ".join(run.unknown_columns)
            self.stdout.write(_("Tuntemattomat sarakkeet, joita ei luettu: %(names)s") % {"names": names})
        for key, label in COUNT_LABELS.items():
            self.stdout.write(f"{label}: {run.counts[key]}")
        shown = run.lines.order_by("kind", "line_number", "pk")[:limit]
        for line in shown:
            place = _("rivi %(number)s") % {"number": line.line_number} if line.line_number else "–"
            kind = ImportLine.Kind(line.kind).label
            self.stdout.write(f"{place} [{kind}] {line.raw_name}: {line.message}")
        left = run.lines.count() - len(shown)
        if left > 0:
            self.stdout.write(_("… ja %(count)s riviä lisää (--lines).") % {"count": left})
