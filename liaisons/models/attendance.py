"""Who was asked to a meeting, what they answered, who came, and who withdrew from a matter."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from liaisons.models.bodies import Seat
from liaisons.models.meetings import AgendaItem, Meeting


class AttendanceRole(models.TextChoices):
    """As what a person takes part in a meeting."""

    MEMBER = "member", _("jäsen")
    DEPUTY = "deputy", _("varajäsen")
    EXPERT = "expert", _("asiantuntija")
    PRESENTER = "presenter", _("esittelijä")
    SECRETARY = "secretary", _("sihteeri")
    VISITOR = "visitor", _("muu osallistuja")


#: Those who sit in the body; the others serve or visit it.
SEATED = ("member", "deputy", "expert")
_BY_SEAT = Q(role__in=SEATED)


class Reply(models.TextChoices):
    """What a person answered to the notice. ``released``: a deputy who is not needed after all."""

    NONE = "", _("ei ole vastannut")
    COMING = "coming", _("tulee")
    ABSENT = "absent", _("ei pääse")
    RELEASED = "released", _("ei enää tarvita")


class Presence(models.TextChoices):
    """Whether a person was there. ``excused``: the absence was told beforehand."""

    NONE = "", _("ei merkitty")
    PRESENT = "present", _("läsnä")
    EXCUSED = "excused", _("poissa, ilmoitti esteestä")
    ABSENT = "absent", _("poissa")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["note"])
class Attendance(models.Model):
    """One person and one meeting: asked as what, answered what, was there from when to when.

    A deputy called in names the member's row in ``stands_in_for``; only such a deputy votes. A visitor has a name
    and no account.

    Personal data: name and presence at a meeting, part of its minutes and kept with them; ``note`` (why somebody
    cannot come) is erased a year after the meeting.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances", verbose_name=_("kokous"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("henkilö"),
    )
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="attendances")
    role = models.CharField(_("osallistuu"), max_length=10, choices=AttendanceRole.choices)
    name = models.CharField(_("nimi"), max_length=150)
    task = models.CharField(_("tehtävä tai edustettu taho"), max_length=200, blank=True)
    stands_in_for = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="deputy", verbose_name=_("kenen sijasta")
    )
    reply = models.CharField(_("vastaus"), max_length=10, choices=Reply.choices, blank=True, default="")
    replied_at = models.DateTimeField(_("vastattu"), null=True, blank=True)
    note = models.CharField(_("viesti sihteerille"), max_length=300, blank=True)
    presence = models.CharField(_("läsnäolo"), max_length=10, choices=Presence.choices, blank=True, default="")
    arrived_at = models.DateTimeField(_("saapui"), null=True, blank=True)
    left_at = models.DateTimeField(_("poistui"), null=True, blank=True)

    class Meta:
        verbose_name = _("läsnäolo")
        verbose_name_plural = _("läsnäolot")
        ordering = ["meeting", "role", "name", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=Q(user__isnull=False),
                name="liaisons_attendance_person_once",
                violation_error_message=_("Henkilö on jo kokouksen osallistujissa."),
            ),
            models.CheckConstraint(
                condition=(_BY_SEAT & Q(seat__isnull=False, user__isnull=False)) | (~_BY_SEAT & Q(seat__isnull=True)),
                name="liaisons_attendance_seated_by_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(role="deputy") | Q(stands_in_for__isnull=True),
                name="liaisons_attendance_only_deputy_stands_in",
                violation_error_message=_("Vain varajäsen voi tulla jäsenen sijaan."),
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True, left_at__isnull=True) | Q(presence="present"),
                name="liaisons_attendance_times_of_the_present",
                violation_error_message=_("Saapumis- ja poistumisaika merkitään vain läsnä olleelle."),
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(arrived_at__isnull=True) | Q(left_at__gt=F("arrived_at")),
                name="liaisons_attendance_left_later",
                violation_error_message=_("Henkilö poistui ennen kuin saapui. Korjaa jompikumpi aika."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_role_display()})"

    @property
    def may_vote(self) -> bool:
        """Tell whether the person's seat has a vote in this meeting."""
        return self.role == "member" or (self.role == "deputy" and self.stands_in_for_id is not None)


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class ItemConflict(models.Model):
    """A person withdrew from a matter because of a conflict of interest (434/2003 27–30 §); shown in the minutes.

    ``part`` names one case of a matter that holds many (its case number, ``part_title`` its party); empty is the
    whole matter. A member may withdraw before the notice has made their ``attendance``: it is joined then, and until
    then ``user`` and ``name`` say who. With ``is_private`` the ground is shown to nobody but the person, and the
    minutes name the law instead.

    Personal data: the ground as the person gave it; kept with the minutes, which must tell it.
    """

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="conflicts", verbose_name=_("asia"))
    attendance = models.ForeignKey(
        Attendance, models.PROTECT, null=True, blank=True, related_name="conflicts", verbose_name=_("osallistuja")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="item_conflicts",
        verbose_name=_("henkilö"),
    )
    name = models.CharField(_("nimi"), max_length=150, blank=True)
    part = models.CharField(_("asian osa"), max_length=60, blank=True, default="")
    part_title = models.CharField(_("asian osan nimi"), max_length=200, blank=True, default="")
    ground = models.CharField(_("peruste"), max_length=500)
    is_private = models.BooleanField(_("perustetta ei näytetä muille"), default=False)
    declared_at = models.DateTimeField(_("ilmoitettu"))

    class Meta:
        verbose_name = _("esteellisyys")
        verbose_name_plural = _("esteellisyydet")
        ordering = ["item", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "attendance", "part"],
                name="liaisons_itemconflict_once",
                violation_error_message=_("Esteellisyys on jo kirjattu tähän asiaan."),
            ),
            models.UniqueConstraint(
                fields=["item", "user", "part"],
                name="liaisons_itemconflict_person_once",
                violation_error_message=_("Esteellisyys on jo kirjattu tähän asiaan."),
            ),
            models.CheckConstraint(
                condition=Q(attendance__isnull=False) | Q(user__isnull=False),
                name="liaisons_itemconflict_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(ground=""),
                name="liaisons_itemconflict_ground",
                violation_error_message=_("Kerro, mihin esteellisyys perustuu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.item_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Say who also where the person is known only by their place in the meeting."""
        if self.attendance is not None:
            self.name = self.name or self.attendance.name
            self.user_id = self.user_id or self.attendance.user_id
        super().save(*args, **kwargs)

    @property
    def shown_ground(self) -> str:
        """Return what others may read of the ground: a private one only as the law that it rests on."""
        return "hallintolaki 28 §" if self.is_private else self.ground
