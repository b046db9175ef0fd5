"""A file of activities from Lähellä.fi: read, looked at, and then taken or left."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.transitions import LifeCycle, State, Transition

#: A file that was read is kept this long for looking at.
KEPT = timedelta(days=30)

ACTIVITY_IMPORT_LIFE = LifeCycle(
    name="organisations.activity_import",
    states=(
        State("read", _("Odottaa katsomista"), tone="wait"),
        State("taken", _("Otettu"), tone="ok"),
    ),
    transitions=(Transition("take", ("read",), "taken", "organisations.activity.import", _("Ota valitut tiedot")),),
)


class ActivityImport(models.Model):
    """What a Lähellä.fi file said about one organisation's activities; the file itself is not kept.

    ``rows`` is a list of plain dictionaries as ``organisations.lahella_reading.Row`` tells them; ``refused``
    the rows that could not be read, with the reason. Personal data: who uploaded, and what the file says of who
    leads; erased 30 days after reading.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="activity_imports")
    file_name = models.CharField(_("tiedosto"), max_length=150)
    rows = models.JSONField(_("rivit"), default=list)
    refused = models.JSONField(_("hylätyt rivit"), default=list)
    unknown_columns = models.JSONField(_("tuntemattomat sarakkeet"), default=list)
    state = models.CharField(_("tila"), max_length=10, choices=ACTIVITY_IMPORT_LIFE.choices(), default="read")
    created_at = models.DateTimeField(_("luettu"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tuoja")
    )
    taken_at = models.DateTimeField(_("otettu"), null=True, blank=True)
    added = models.PositiveIntegerField(_("lisätty"), null=True, blank=True)
    changed = models.PositiveIntegerField(_("muutettu"), null=True, blank=True)

    class Meta:
        verbose_name = _("Lähellä.fi-tuonti")
        verbose_name_plural = _("Lähellä.fi-tuonnit")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ACTIVITY_IMPORT_LIFE.keys()),
                name="activity_import_state_known",
                violation_error_message=_("Tuntematon tila."),
            ),
            models.CheckConstraint(
                condition=Q(state="read", taken_at__isnull=True) | Q(state="taken", taken_at__isnull=False),
                name="activity_import_taken_when",
                violation_error_message=_("Otetulla tuonnilla on oltava aika."),
            ),
            both_or_neither("activity_import_counted_when_taken", "taken_at", "added", "changed"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return ACTIVITY_IMPORT_LIFE.label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return ACTIVITY_IMPORT_LIFE.tone(self.state)
