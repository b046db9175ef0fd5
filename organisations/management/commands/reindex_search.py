"""``manage.py reindex_search``: write every organisation's search text anew."""

from typing import Any

from django.core.management.base import BaseCommand

from common import clock
from common.times import local_date
from organisations.search import reindex


class Command(BaseCommand):
    help = "Writes the search texts of organisations anew; they are kept in step by themselves and every night."

    def handle(self, *args: Any, **options: Any) -> None:
        number = reindex(on=local_date(clock.now()))
        self.stdout.write(f"{number} search texts are up to date.")
