"""An officer on the telephone opens the page that a person sees: read-only, for a while, and on record."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ReadOnlyVisit(models.Model):
    """One opening of an organisation's own page by an officer, as one of its people sees it.

    Personal data: which officer looked at whose page and why (906/2019 17 §, log of use); erased after five years.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="read_only_visits")
    seen_as = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("kenen sivu")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("avaaja"))
    reason = models.CharField(_("miksi"), max_length=300)
    opened_at = models.DateTimeField(_("avattu"))
    until = models.DateTimeField(_("katseltavissa asti"))

    class Meta:
        verbose_name = _("katselukerta")
        verbose_name_plural = _("katselukerrat")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("opened_at")), name="read_only_visit_ends"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="read_only_visit_has_reason",
                violation_error_message=_("Kirjoita, miksi avaat sivun."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.seen_as}"
