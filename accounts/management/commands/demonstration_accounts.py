from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from accounts.demonstration import DEMO_PASSWORD
from accounts.models import User
from accounts.roles import roles_in_force
from common import clock


class Command(BaseCommand):
    help = "Prints the demonstration accounts, one a line: role, e-mail, password, and where the codes are."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("There are no demonstration accounts outside the demonstration.")
        now = clock.now()
        rows = [(", ".join(_described(user, now)) or "–", user.email, DEMO_PASSWORD) for user in _with_password()]
        head = ("Rooli", "Sähköposti", "Salasana")
        widths = [max(len(row[column]) for row in [head, *rows]) for column in range(2)]
        for row in [head, *rows]:
            self.stdout.write(f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}")
        self.stdout.write("")
        self.stdout.write(f"Kertakäyttökoodit ja kaikki sähköposti: {settings.BASE_URL}/postilaatikko/")


def _with_password() -> QuerySet[User]:
    """Return the accounts with which one can sign in; the other invented people have no password."""
    accounts = User.objects.filter(is_demonstration=True, is_active=True)
    return accounts.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk")


def _described(user: User, now: Any) -> list[str]:
    return [f"{role.label} ({role.scope})" if role.scope else role.label for role in roles_in_force(user, now)]
