"""When the contents of a case are erased from the portal, and that it was done."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models.applications import Application


@pgtrigger.register(
    pgtrigger.Protect(
        name="erasure_is_kept",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__erased_at__isnull=False),
    )
)
class CaseErasure(models.Model):
    """The day on which a case that the records system holds goes from the portal, told to the organisation before it.

    Tiedonhallintalaki 906/2019 21 §: what is not needed any more is erased without delay after its time. ``due_on`` is
    set when the organisation is told (``grants.retention``); ``erased_at`` and ``files`` are the proof that it was
    done, and then the row stays. Personal data: none.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="erasure", verbose_name=_("hakemus"))
    planned_at = models.DateTimeField(_("päätetty"))
    due_on = models.DateField(_("hävitetään"))
    erased_at = models.DateTimeField(_("hävitetty"), null=True, blank=True)
    files = models.PositiveIntegerField(_("tiedostoja"), default=0)

    class Meta:
        verbose_name = _("asian hävittäminen")
        verbose_name_plural = _("asioiden hävittämiset")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | Q(files=0),
                name="grants_erasure_counts_when_done",
                violation_error_message=_("Tiedostoja lasketaan vasta, kun asia on hävitetty."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.due_on}"
