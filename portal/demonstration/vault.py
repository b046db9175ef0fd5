"""Documents that invented organisations keep in their vaults."""

from datetime import datetime

from accounts.models import User
from common.times import local_date
from organisations.models import Organisation
from organisations.models.vault import newest_expected
from organisations.workflow.vault import add_document
from portal.demonstration.cases import paper

KEEPERS = 12
#: Kind, name of the file, and of how many years back it is kept.
_PAPERS = (
    ("rules", "Säännöt", 0),
    ("accounts", "Tilinpäätös", 2),
    ("activity_report", "Toimintakertomus", 2),
    ("audit_report", "Toiminnantarkastuskertomus", 1),
    ("plan", "Toimintasuunnitelma", 1),
)


def make_vaults(organisations: list[Organisation], members: dict[int, User], now: datetime) -> None:
    """Fill the vaults of the first organisations; the budget of the year is still missing from all."""
    today = local_date(now)
    for organisation in organisations[:KEEPERS]:
        for kind, name, years in _PAPERS:
            newest = newest_expected(kind, today)
            for back in range(max(years, 1)):
                add_document(
                    organisation,
                    kind=kind,
                    year=None if newest is None else newest - back,
                    upload=paper(name if newest is None else f"{name} {newest - back}"),
                    by=members[organisation.pk],
                    now=now,
                )
