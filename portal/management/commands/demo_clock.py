"""Move the demonstration's clock, so that closing instants and revision periods pass while you wait."""

import re
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from kombu.exceptions import OperationalError

from common import clock
from common.times import HELSINKI, format_instant

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
# What beat would ask for within minutes; after a move it is due now.
_DUE = ("grants.make_decisions_final", "notifications.decide_reminders")


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
        before = clock.shift()
        if options["reset"]:
            clock.move(-before)
        elif options["forward"]:
            clock.move(_span(options["forward"]))
        elif options["to"]:
            clock.move(_instant(options["to"]) - clock.now())
        self.stdout.write(f"Esittelyn kello: {format_instant(clock.now())}")
        if clock.shift() != before:
            self._ask_what_is_due()

    def _ask_what_is_due(self) -> None:
        """Ask the worker at once for what beat would ask for later, so that the move is seen immediately."""
        try:
            for name in _DUE:
                current_app.send_task(name, expires=600, retry=False)
        except OperationalError:
            self.stdout.write("Työjono ei vastaa. Ajastetut työt tehdään, kun palvelu on käynnissä.")


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
