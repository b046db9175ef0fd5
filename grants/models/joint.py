"""Whether organisations apply together in a call."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Joint(models.TextChoices):
    """Whether several organisations may, or must, apply together (yhteishakemus)."""

    NO = "no", _("Ei: jokainen järjestö hakee yksin")
    ALLOWED = "allowed", _("Saa hakea yksin tai yhdessä kumppanien kanssa")
    DEMANDED = "demanded", _("Haetaan yhdessä: ainakin yksi kumppani vaaditaan")
