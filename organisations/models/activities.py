"""Activities (toiminta) of an organisation: what a client can be guided to."""

from datetime import date, timedelta
from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.seams import Tone

#: How long a confirmation holds: what nobody has confirmed for a year is not shown to clients.
CONFIRMED_FOR = timedelta(days=365)


#: After this the organisation is asked whether the activity is still as told.
ASK_AFTER = timedelta(days=182)


class ActivityKind(models.TextChoices):
    """What kind of activity it is (S004 §6.1, S002 §5.5.3)."""

    PEER_GROUP = "peer_group", _("vertaisryhmä")
    MEETING_PLACE = "meeting_place", _("kohtaamispaikka")
    GUIDANCE = "guidance", _("neuvonta ja ohjaus")
    VOLUNTEERING = "volunteering", _("vapaaehtoistehtävä")
    EXPERTS_BY_EXPERIENCE = "experts_by_experience", _("koulutettu kokemustoimija")
    OTHER = "other", _("muu toiminta")


class Room(models.TextChoices):
    """Whether one can join now."""

    OPEN = "open", _("mahtuu mukaan")
    QUEUE = "queue", _("jonotuslista")
    FULL = "full", _("täynnä")


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Questions about activities."""

    def shown(self, on: date) -> Self:
        """Return those that everybody sees on the day.

        Published, not past, confirmed within a year, of an organisation that exists.
        """
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on),
            is_published=True,
            confirmed_on__gte=on - CONFIRMED_FOR,
            organisation__status__in=["registered", "liquidation"],
        )

    def running(self, on: date) -> Self:
        """Return those that have not ended, hidden and unconfirmed ones too."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


@pghistory.track(exclude=["updated_at"])
class Activity(models.Model):
    """A peer group, meeting place, guidance, volunteer opening or trained expert by experience.

    Entered once by the organisation, or linked from Lähellä.fi where it stands there already (``lahella_url``).
    Never holds anything about a client. ``leader`` may name a person with their consent; kept as long as the
    activity is, and a year after it has ended.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="activities")
    kind = models.CharField(_("laji"), max_length=30, choices=ActivityKind.choices)
    name = models.CharField(_("nimi"), max_length=200)
    description = models.TextField(_("kuvaus"), max_length=3000)
    target_groups = models.ManyToManyField(
        "county.TargetGroup", blank=True, related_name="activities", verbose_name=_("kohderyhmät")
    )
    life_situations = models.ManyToManyField(
        "county.LifeSituation", blank=True, related_name="activities", verbose_name=_("elämäntilanteet")
    )
    municipalities = models.ManyToManyField(
        "county.Municipality", blank=True, related_name="activities", verbose_name=_("kunnat")
    )
    is_remote = models.BooleanField(_("voi osallistua etänä"), default=False)
    place = models.CharField(_("paikka"), max_length=300, blank=True)
    when = models.CharField(_("aika"), max_length=300, blank=True)
    price = models.CharField(_("hinta"), max_length=200, blank=True)
    accessibility = models.CharField(_("esteettömyys"), max_length=500, blank=True)
    how_to_join = models.TextField(_("miten mukaan"), max_length=1000)
    leader = models.CharField(_("kuka ohjaa"), max_length=200, blank=True)
    room = models.CharField(_("onko tilaa"), max_length=20, choices=Room.choices, default=Room.OPEN)
    service_path = models.CharField(_("mitä palvelupolkua tukee"), max_length=300, blank=True)
    lahella_url = models.URLField(_("sivu Lähellä.fi-palvelussa"), max_length=300, blank=True)
    starts_on = models.DateField(_("alkaa"), null=True, blank=True)
    ends_on = models.DateField(_("päättyy"), null=True, blank=True)
    confirmed_on = models.DateField(_("vahvistettu"))
    is_published = models.BooleanField(_("julkaistu"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("muuttunut"), db_default=Now(), editable=False)  # kept by triggers

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("toiminta")
        verbose_name_plural = _("toiminnat")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="activity_ends_after_it_starts",
                violation_error_message=_("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ActivityKind.values) & Q(room__in=Room.values),
                name="activity_values_known",
                violation_error_message=_("Tuntematon laji tai tila."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="activity_has_name", violation_error_message=_("Nimi puuttuu.")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisations:activity", args=[self.pk])

    def is_past(self, on: date) -> bool:
        """Tell whether it has ended before the day."""
        return self.ends_on is not None and self.ends_on < on

    def is_unconfirmed(self, on: date) -> bool:
        """Tell whether nobody has confirmed it for a year: clients do not see it then."""
        return self.confirmed_on < on - CONFIRMED_FOR

    def state(self, on: date) -> tuple[Tone, str | Promise]:
        """Return the tone and the word of its tag on the organisation's own list."""
        if self.is_past(on):
            return "none", _("päättynyt")
        if not self.is_published:
            return "none", _("piilossa")
        if self.is_unconfirmed(on):
            return "bad", _("ei näy: vahvista tiedot")
        if self.confirmed_on < on - ASK_AFTER:
            return "wait", _("vahvista tiedot")
        return "ok", _("näkyy kaikille")
