"""What grants show on an organisation's own page: applications, payments and reports, with how many there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.policies import allowed
from organisations.models import Organisation


@dataclass(frozen=True)
class GrantsPanel:
    """Counts of one organisation for ``template``."""

    organisation: Organisation
    applications: int
    payments: int
    use_reports: int
    template: str = "grants/own_panel.html"


def own_panel(user: Any, organisation: Organisation, now: datetime) -> Iterator[GrantsPanel]:
    """Yield the panel for a person who acts for the organisation; three queries."""
    applications = allowed("grants.application.view_own", user, now=now)
    payments = allowed("grants.payment.view_own", user, now=now)
    reports = allowed("grants.use_report.view_own", user, now=now)
    yield GrantsPanel(
        organisation,
        applications.filter(organisation=organisation).count(),
        payments.filter(decision__application__organisation=organisation).count(),
        reports.filter(decision__application__organisation=organisation).count(),
    )
