from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import StaffRoleKind, User
from accounts.workflow import grant_role
from common import clock
from common.errors import Refused
from common.times import local_date


class Command(BaseCommand):
    help = "Gives a staff role from today on: the way to make the first administrator of a new installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=StaffRoleKind.values)
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError("No such user. The person signs up first, then gets the role.")
        try:
            granted = grant_role(
                user,
                options["role"],
                valid_from=local_date(now),
                valid_until=None,
                reason=options["reason"],
                by=None,
                now=now,
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{granted}")
