"""Rooms brought from a sheet: what was read, kept for looking at until it is taken."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither


class RoomImport(models.Model):
    """What a sheet said about sites and rooms; the file itself is not kept.

    ``rows`` are the rows as ``premises.sheet_reading.Row`` tells them, ``refused`` those that could not be read, with
    the reason. Rows are emptied when they are taken. Personal data: who uploaded; a reading that nobody took is
    erased after 30 days.
    """

    file_name = models.CharField(_("tiedosto"), max_length=150)
    rows = models.JSONField(_("rivit"), default=list)
    refused = models.JSONField(_("hylätyt rivit"), default=list)
    unknown_columns = models.JSONField(_("tuntemattomat sarakkeet"), default=list)
    created_at = models.DateTimeField(_("luettu"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tuoja")
    )
    taken_at = models.DateTimeField(_("otettu"), null=True, blank=True)
    changed = models.PositiveIntegerField(_("muutettuja ja lisättyjä"), null=True, blank=True)

    class Meta:
        verbose_name = _("tilojen tuonti")
        verbose_name_plural = _("tilojen tuonnit")
        ordering = ["-created_at", "-pk"]
        constraints = [both_or_neither("premises_import_taken", "taken_at", "changed")]

    def __str__(self) -> str:
        return self.file_name
