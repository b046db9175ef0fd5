"""What a call's terms choose between: when money follows a decision, what a missing use report does."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PayWhen(models.TextChoices):
    """When the money of a call may follow its decisions."""

    FINAL = "final", _("Kun päätös on lainvoimainen")
    ISSUED = "issued", _("Heti kun päätös on annettu tiedoksi")


class MissingReport(models.TextChoices):
    """What it does that a use report of the organisation is late: the thing waits, or is told to who handles it."""

    STOPS = "stops", _("Estää, kunnes selvitys on saapunut")
    FLAGS = "flags", _("Ei estä, mutta käsittelijä näkee sen")
