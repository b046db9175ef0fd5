from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from portal.demonstration import load_demonstration


class Command(BaseCommand):
    """Loads the invented year once; again changes nothing."""

    help = "Load the demonstration year (only under bin/serve)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_demonstration(now=clock.now(), say=lambda text: self.stdout.write(f"  {text}"))
        except RuntimeError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Esittely on ladattu." if loaded else "Esittely on jo ladattu.")
