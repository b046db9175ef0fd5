"""What happened with an organisation, in words; every room's verbs write here in their own transaction."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """Who reads an entry."""

    PUBLIC = "public", _("kaikki")
    ORGANISATION = "organisation", _("järjestö ja hyvinvointialue")
    COUNTY = "county", _("vain hyvinvointialue")


class TimelineEntry(models.Model):
    """One event of the relationship between the county and the organisation.

    Personal data: who acted. Kept with the organisation; the person's name falls off when the person is
    anonymised.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="timeline")
    at = models.DateTimeField(_("aika"))
    text = models.CharField(_("tapahtuma"), max_length=500)
    visibility = models.CharField(_("näkyvyys"), max_length=20, choices=Visibility.choices)
    link = models.CharField(_("osoite"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tekijä")
    )

    class Meta:
        verbose_name = _("tapahtuma")
        verbose_name_plural = _("tapahtumat")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["organisation", "-at"], name="timeline_by_organisation")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values),
                name="timeline_visibility_known",
                violation_error_message=_("Tuntematon näkyvyys."),
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def own_link(self) -> str:
        """The address as the organisation's people may open it; empty when it is the officers' page."""
        return "" if "/hallinta/" in self.link else self.link

    @property
    def county_link(self) -> str:
        """The address as officers may open it; empty when it is the organisation's own page."""
        return "" if "/omat/" in self.link else self.link
