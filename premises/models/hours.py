"""When a site is open, how one gets in, and when a space is closed."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Term
from premises.models.sites import Room, Site


class Weekday(models.IntegerChoices):
    """Monday first, as in ``datetime.date.weekday``."""

    MONDAY = 0, _("maanantai")
    TUESDAY = 1, _("tiistai")
    WEDNESDAY = 2, _("keskiviikko")
    THURSDAY = 3, _("torstai")
    FRIDAY = 4, _("perjantai")
    SATURDAY = 5, _("lauantai")
    SUNDAY = 6, _("sunnuntai")


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(closes__gt=F("opens")),
        name=name,
        violation_error_message=_("Sulkemisaika on ennen avaamisaikaa. Korjaa jompikumpi."),
    )


class OpeningHours(models.Model):
    """Hours of one weekday in which rooms can be booked; local wall-clock times, several rows a day allowed.

    A room without rows of its own follows its site's. ``is_after_hours`` tells that the house is then unstaffed and
    one gets in as the room's instructions say.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="opening_hours", verbose_name=_("toimipaikka"))
    room = models.ForeignKey(
        Room, models.CASCADE, null=True, blank=True, related_name="opening_hours", verbose_name=_("tila")
    )
    weekday = models.PositiveSmallIntegerField(_("viikonpäivä"), choices=Weekday.choices)
    opens = models.TimeField(_("avataan"))
    closes = models.TimeField(_("suljetaan"))
    is_after_hours = models.BooleanField(_("talossa ei ole henkilökuntaa"), default=False)

    class Meta:
        verbose_name = _("aukioloaika")
        verbose_name_plural = _("aukioloajat")
        ordering = ["weekday", "opens"]
        constraints = [
            _ends_after_start("premises_hours_order"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="premises_hours_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H.%M}–{self.closes:%H.%M}"


class OpeningException(models.Model):
    """Days on which the hours are others (``opens`` and ``closes``), or on which the place is closed (both empty)."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="opening_exceptions", verbose_name=_("toimipaikka"))
    room = models.ForeignKey(
        Room, models.CASCADE, null=True, blank=True, related_name="opening_exceptions", verbose_name=_("tila")
    )
    first_day = models.DateField(_("ensimmäinen päivä"))
    last_day = models.DateField(_("viimeinen päivä"))
    opens = models.TimeField(_("avataan"), null=True, blank=True)
    closes = models.TimeField(_("suljetaan"), null=True, blank=True)
    reason = models.CharField(_("miksi"), max_length=200)

    class Meta:
        verbose_name = _("poikkeava aukiolo")
        verbose_name_plural = _("poikkeavat aukiolot")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="premises_exception_days",
                violation_error_message=_("Viimeinen päivä on ennen ensimmäistä. Korjaa jompikumpi."),
            ),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, closes__gt=F("opens")),
                name="premises_exception_hours",
                violation_error_message=_("Anna sekä avaamis- että sulkemisaika, tai jätä kumpikin tyhjäksi."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class WayIn(models.TextChoices):
    """How one gets in."""

    OPEN = "open", _("ovi on auki")
    STAFF = "staff", _("henkilökunta avaa")
    KEY = "key", _("avain noudetaan")
    CODE = "code", _("ovikoodi")


class AccessInstruction(Term):
    """How one gets in from a day to a day; told only to who has a confirmed booking, and to the manager.

    A code is never on a public page, in a list or in a search.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="access_instructions", verbose_name=_("toimipaikka"))
    room = models.ForeignKey(
        Room, models.CASCADE, null=True, blank=True, related_name="access_instructions", verbose_name=_("tila")
    )
    way_in = models.CharField(_("miten sisään"), max_length=10, choices=WayIn.choices)
    text = models.TextField(_("ohje varaajalle"), max_length=1000)

    class Meta(Term.Meta):
        verbose_name = _("kulkuohje")
        verbose_name_plural = _("kulkuohjeet")
        ordering = ["valid_from", "pk"]
        constraints: ClassVar[list[Any]] = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(text=""), name="premises_access_has_words", violation_error_message=_("Kirjoita ohje.")
            ),
        ]


class ClosureSource(models.TextChoices):
    """Where a closure comes from."""

    MANAGER = "manager", _("tilavastaava")
    CALENDAR = "calendar", _("ulkoinen kalenteri")


@pghistory.track()
class Closure(models.Model):
    """A time in which the county needs a space itself (sulku), with holds of its own like a booking.

    ``uid`` is the event's in an external calendar. Personal data: none but the official who made it.
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="closures", verbose_name=_("tila"))
    starts_at = models.DateTimeField(_("alkaa"))
    ends_at = models.DateTimeField(_("päättyy"))
    reason = models.CharField(_("miksi"), max_length=200)
    source = models.CharField(_("mistä"), max_length=10, choices=ClosureSource.choices, default=ClosureSource.MANAGER)
    calendar = models.ForeignKey(
        "premises.ExternalCalendar",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("ulkoinen kalenteri"),
    )
    uid = models.CharField(max_length=250, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tekijä")
    )
    made_at = models.DateTimeField(_("tehty"))
    ended_at = models.DateTimeField(_("poistettu"), null=True, blank=True)

    class Meta:
        verbose_name = _("sulku")
        verbose_name_plural = _("sulut")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["room", "starts_at"], name="premises_closure_times")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="premises_closure_order",
                violation_error_message=_("Sulku päättyy ennen kuin se alkaa. Korjaa ajat."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="premises_closure_reason", violation_error_message=_("Kirjoita syy.")
            ),
            models.UniqueConstraint(
                fields=["room", "uid", "starts_at"],
                condition=~Q(uid="") & Q(ended_at__isnull=True),
                name="premises_closure_uid_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
