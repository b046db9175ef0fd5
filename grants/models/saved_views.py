"""The filters of the officers' inbox, and of a call's list of applications, that a person has saved under a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grants.models.calls import GrantCall


class SavedView(models.Model):
    """One person's own filter of the inbox, or of one call's list; ``query`` is the filter as it stands in the address.

    Personal data: whose it is. Erased with the account, or when its owner removes it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_grant_views", verbose_name=_("käyttäjä")
    )
    call = models.ForeignKey(
        GrantCall, models.CASCADE, null=True, blank=True, related_name="saved_views", verbose_name=_("haku")
    )
    name = models.CharField(_("nimi"), max_length=60)
    query = models.CharField(_("rajaus"), max_length=500)
    saved_at = models.DateTimeField(_("tallennettu"))

    class Meta:
        verbose_name = _("tallennettu näkymä")
        verbose_name_plural = _("tallennetut näkymät")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                condition=Q(call__isnull=True),
                name="grants_saved_view_name_once",
                violation_error_message=_("Sinulla on jo tämän niminen näkymä."),
            ),
            models.UniqueConstraint(
                fields=["user", "call", "name"],
                condition=Q(call__isnull=False),
                name="grants_saved_view_name_in_call",
                violation_error_message=_("Sinulla on jo tämän niminen näkymä."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="grants_saved_view_has_name",
                violation_error_message=_("Anna näkymälle nimi."),
            ),
            models.CheckConstraint(
                condition=~Q(query=""),
                name="grants_saved_view_has_filter",
                violation_error_message=_("Rajaa luetteloa ensin."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the list with the filter."""
        return f"{self.list_url}?{self.query}"

    @property
    def list_url(self) -> str:
        """The inbox, or the call's list."""
        return reverse("grants:call_handling", args=[self.call_id]) if self.call_id else reverse("grants:inbox")
