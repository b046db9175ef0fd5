"""Whom to ask in an organisation: its contact persons, public or for the county only."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ContactVisibility(models.TextChoices):
    """Who sees a contact person."""

    PUBLIC = "public", _("kaikki")
    COUNTY = "county", _("vain hyvinvointialue")


class ContactQuerySet(models.QuerySet["Contact"]):
    """Questions about contact persons."""

    def in_office(self, on: date) -> Self:
        """Return those whose duty has begun and not ended on the day."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=on), since__lte=on)

    def public(self, on: date) -> Self:
        """Return those in office whom everybody may see."""
        return self.in_office(on).filter(visibility=ContactVisibility.PUBLIC)


class Contact(models.Model):
    """A contact person of an organisation, in office from a day to a day.

    Personal data: name, duty and how to reach the person, entered by the organisation with the person's consent
    so that clients (public) or the county's officers can ask; erased two years after the person has left.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="contacts")
    name = models.CharField(_("nimi"), max_length=150)
    duty = models.CharField(_("tehtävä"), max_length=150, blank=True)
    about = models.CharField(_("missä asioissa"), max_length=200, blank=True)
    email = models.EmailField(_("sähköposti"), blank=True)
    phone = models.CharField(_("puhelin"), max_length=50, blank=True)
    visibility = models.CharField(
        _("kuka näkee"), max_length=20, choices=ContactVisibility.choices, default=ContactVisibility.COUNTY
    )
    consented_on = models.DateField(_("suostumus julkaisemiseen"), null=True, blank=True)
    since = models.DateField(_("alkaen"))
    left_on = models.DateField(_("päättyi"), null=True, blank=True)
    left_reason = models.CharField(_("miksi päättyi"), max_length=300, blank=True)
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("seuraaja")
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("yhteyshenkilö")
        verbose_name_plural = _("yhteyshenkilöt")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone=""),
                name="contact_can_be_reached",
                violation_error_message=_("Anna sähköpostiosoite tai puhelinnumero."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, left_reason="") | (Q(left_on__isnull=False) & ~Q(left_reason="")),
                name="contact_left_with_reason",
                violation_error_message=_("Kirjaa sekä päivä että syy."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=models.F("since")),
                name="contact_left_after_since",
                violation_error_message=_("Päättymispäivä on ennen alkamispäivää."),
            ),
            models.CheckConstraint(
                condition=Q(visibility="county") | Q(consented_on__isnull=False),
                name="contact_public_with_consent",
                violation_error_message=_("Julkinen yhteystieto tarvitsee henkilön suostumuksen."),
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=ContactVisibility.values),
                name="contact_visibility_known",
                violation_error_message=_("Tuntematon näkyvyys."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.duty}" if self.duty else self.name
