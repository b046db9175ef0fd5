"""How many organisations have taken the portal into use: figures for the yearly report."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from common.seams import Figure, Period
from common.times import local_date
from county.models import Municipality
from organisations.models import Membership, MembershipRole, Organisation, RegisterStatus


def organisations_with_admin(period: Period) -> tuple[int, int]:
    """Return how many registered organisations of the county had an admin on the period's last day, of how many.

    Three queries. The register's state is that of the time of asking; memberships are those of the day.
    """
    last = local_date(period.end)
    rows = Organisation.objects.filter(status=RegisterStatus.REGISTERED)
    if Municipality.objects.filter(is_own=True).exists():
        rows = rows.filter(domicile__is_own=True)
    admins = Membership.objects.filter(role=MembershipRole.ADMIN, valid_from__lt=last).exclude(valid_until__lt=last)
    return rows.filter(pk__in=admins.values("organisation")).count(), rows.count()


def admin_figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam."""
    with_admin, all_of_them = organisations_with_admin(period)
    yield Figure(
        key="organisations.with_admin",
        label=_("Järjestöjä, jotka asioivat portaalissa"),
        value=with_admin,
        definition=_("Alueen rekisterissä olevat järjestöt, joilla on pääkäyttäjä jakson lopussa."),
    )
    share = Decimal(with_admin * 100) / all_of_them if all_of_them else Decimal(0)
    yield Figure(
        key="organisations.with_admin_share",
        label=_("Portaalissa asioivien osuus järjestöistä"),
        value=share.quantize(Decimal("0.1")),
        unit="%",
        definition=_("Pääkäyttäjän saaneiden järjestöjen osuus alueen rekisterissä olevista järjestöistä."),
    )
