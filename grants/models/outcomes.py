"""What may become of an application: the outcome of a proposal, a decision and a claim for revision."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """How an application was decided (hallintolaki 434/2003 44 §: the decision says what was decided)."""

    GRANTED = "granted", _("Myönnetty")
    PARTLY = "partly", _("Myönnetty osittain")
    REJECTED = "rejected", _("Hylätty")
    NOT_EXAMINED = "not_examined", _("Jätetty tutkimatta")


GRANTS = (Outcome.GRANTED.value, Outcome.PARTLY.value)


def outcome_of(total: Decimal, asked: Decimal | None, *, not_examined: bool = False) -> Outcome:
    """Return the outcome that the sum in euros and the asked sum mean; nothing granted may also be not examined."""
    if total > 0:
        return Outcome.PARTLY if asked is not None and total < asked else Outcome.GRANTED
    return Outcome.NOT_EXAMINED if not_examined else Outcome.REJECTED


def fits_sum(name: str, or_else: Q | None = None) -> models.CheckConstraint:
    """Return a constraint: a grant has a sum, a rejection and what was not examined have none."""
    granted = Q(outcome__in=GRANTS, sum__gt=0)
    refused = Q(outcome__in=[Outcome.REJECTED.value, Outcome.NOT_EXAMINED.value], sum=0)
    return models.CheckConstraint(
        condition=granted | refused | or_else if or_else else granted | refused,
        name=name,
        violation_error_message=_("Myönnettäessä summa on suurempi kuin nolla, muuten nolla."),
    )
