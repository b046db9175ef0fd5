"""Move the demonstration's clock, so that closing instants and revision periods pass while you wait."""

import re
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.times import HELSINKI, format_instant

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class Command(BaseCommand):
    """``bin/manage demo_clock --forward 20d`` or ``--to "1.3.2027 9.00"``; nothing moves without them."""

    help = "Show or move the demonstration's clock (only under bin/serve)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forward", help="how far, such as 20d, 3h or 90m")
        parser.add_argument("--to", help='the instant in Finland, such as "1.3.2027 9.00"')
        parser.add_argument("--reset", action="store_true", help="back to the real time")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Only the demonstration's clock can be moved.")
        if options["reset"]:
            clock.move(-clock.shift())
        elif options["forward"]:
            clock.move(_span(options["forward"]))
        elif options["to"]:
            clock.move(_instant(options["to"]) - clock.now())
        self.stdout.write(f"Esittelyn kello: {format_instant(clock.now())}")


def _span(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([dhm])", text)
    if not found:
        raise CommandError(f"Not a span of time: {text}. Write for instance 20d, 3h or 90m.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _instant(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%d.%m.%Y %H.%M").replace(tzinfo=HELSINKI)
    except ValueError as error:
        raise CommandError(f'Not an instant: {text}. Write for instance "1.3.2027 9.00".') from error
