"""``manage.py load_area NAME``: load or update the county from its area file and say what changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import clock
from county.area import AreaError, load_area


class Command(BaseCommand):
    """Exit code 1, with line and reason, when the file is refused; then nothing has been loaded."""

    help = "Load or update the county from config/areas/NAME.toml; rows edited in the portal are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="name of the file without .toml, such as pohjois-karjala")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        try:
            report = load_area(name, clock.now(), dry_run=options["dry_run"])
        except AreaError as error:
            raise CommandError(
                _("Aluetta ”%(name)s” ei ladattu, mitään ei muutettu. %(error)s") % {"name": name, "error": error}
            ) from None
        self.stdout.write(report.text())
        if options["dry_run"]:
            self.stdout.write(_("Tämä oli kokeilu: mitään ei tallennettu."))
