"""Formal meetings of a body and their agenda."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.times import format_date
from common.transitions import LifeCycle, State, Transition
from liaisons.models.bodies import Body

MEETING = LifeCycle(
    "liaisons.meeting",
    states=(
        State("planned", _("Suunniteltu"), tone="info"),
        State("held", _("Pidetty"), tone="wait"),
        State("minutes_checked", _("Pöytäkirja tarkastettu"), tone="ok"),
    ),
    transitions=(
        Transition("move_meeting", ("planned",), "planned", "liaisons.meeting.manage", _("Muuta aikaa tai paikkaa")),
        Transition("hold_meeting", ("planned",), "held", "liaisons.meeting.manage", _("Merkitse pidetyksi")),
        Transition(
            "check_minutes",
            ("held",),
            "minutes_checked",
            "liaisons.meeting.manage",
            _("Merkitse pöytäkirja tarkastetuksi"),
        ),
    ),
)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Meeting(models.Model):
    """A formal meeting of a body; ``state`` follows the table ``MEETING``. The minutes stand in another system."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name=_("toimielin"))
    starts_at = models.DateTimeField(_("alkaa"))
    place = models.CharField(_("paikka"), max_length=200, blank=True)
    state = models.CharField(_("tila"), max_length=20, choices=MEETING.choices(), default="planned", editable=False)
    minutes_url = models.URLField(_("linkki pöytäkirjaan"), blank=True)

    class Meta:
        verbose_name = _("kokous")
        verbose_name_plural = _("kokoukset")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MEETING.keys()), name="liaisons_meeting_known_state"),
            models.UniqueConstraint(
                fields=["body", "starts_at"],
                name="liaisons_meeting_one_at_a_time",
                violation_error_message=_("Toimielimellä on jo kokous samaan aikaan. Valitse toinen aika."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {format_date(self.starts_at)}"

    @property
    def state_label(self) -> Any:
        """Return the state's name on the screen."""
        return MEETING.label(self.state)

    @property
    def state_tone(self) -> str:
        """Return the tone of the state's tag."""
        return MEETING.tone(self.state)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AgendaItem(models.Model):
    """One matter on a meeting's agenda; ``section_number`` is its § in the minutes, entered when it is known."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("kokous"))
    title = models.CharField(_("otsikko"), max_length=300)
    case_label = models.CharField(_("asianumero"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("järjestys"))
    section_number = models.PositiveIntegerField(_("pykälä"), null=True, blank=True)

    class Meta:
        verbose_name = _("esityslistan asia")
        verbose_name_plural = _("esityslistan asiat")
        ordering = ["meeting", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "section_number"],
                name="liaisons_agendaitem_section_once",
                violation_error_message=_("Kokouksessa on jo asia tällä pykälällä. Tarkista numero pöytäkirjasta."),
            ),
            models.UniqueConstraint(fields=["meeting", "order"], name="liaisons_agendaitem_order_once"),
            models.UniqueConstraint(
                fields=["meeting", "case_label"],
                condition=~Q(case_label=""),
                name="liaisons_agendaitem_case_once",
                violation_error_message=_("Asia on jo tämän kokouksen esityslistalla."),
            ),
            models.CheckConstraint(
                condition=Q(section_number__isnull=True) | Q(section_number__gte=1),
                name="liaisons_agendaitem_section_positive",
                violation_error_message=_("Pykälän numero on vähintään 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_number} § {self.title}" if self.section_number else self.title
