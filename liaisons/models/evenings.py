"""NGO evenings (järjestöillat): what municipalities hold for the NGOs of their own place."""

from datetime import datetime
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class NgoEveningQuerySet(models.QuerySet["NgoEvening"]):
    """Questions about NGO evenings."""

    def coming(self, now: datetime) -> Self:
        """Return those that are not over and not cancelled, the next first."""
        return self.filter(ends_at__gte=now, cancelled_at__isnull=True).order_by("starts_at", "pk")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class NgoEvening(models.Model):
    """An evening that a municipality's liaison person announces; public, and one that is cancelled says so.

    Personal data: none but who announced it.
    """

    municipality = models.ForeignKey(
        "county.Municipality", models.PROTECT, related_name="ngo_evenings", verbose_name=_("kunta")
    )
    title = models.CharField(_("nimi"), max_length=150)
    starts_at = models.DateTimeField(_("alkaa"))
    ends_at = models.DateTimeField(_("päättyy"))
    place = models.CharField(_("paikka"), max_length=200)
    text = models.TextField(_("mistä puhutaan ja miten ilmoittaudutaan"), max_length=2000, blank=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("ilmoittaja")
    )
    cancelled_at = models.DateTimeField(_("peruttu"), null=True, blank=True)

    objects = NgoEveningQuerySet.as_manager()

    class Meta:
        verbose_name = _("kunnan järjestöilta")
        verbose_name_plural = _("kuntien järjestöillat")
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["starts_at"], name="liaisons_evening_start")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="liaisons_evening_ends_after_start",
                violation_error_message=_("Ilta päättyy ennen kuin se alkaa. Tarkista kellonajat."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(place=""),
                name="liaisons_evening_has_words",
                violation_error_message=_("Kirjoita nimi ja paikka."),
            ),
            models.UniqueConstraint(
                fields=["municipality", "starts_at", "title"],
                condition=Q(cancelled_at__isnull=True),
                name="liaisons_evening_once",
                violation_error_message=_("Sama ilta on jo ilmoitettu."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("liaisons:evening", args=[self.pk])
