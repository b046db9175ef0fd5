"""The county's units, and the bodies that decide and advise: seats, appointments, meetings and their agenda."""

from datetime import date
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from common.models import Term
from common.times import format_date
from common.transitions import LifeCycle, State, Transition
from county.models import AreaRow, LocalizedName

#: The day on which the wellbeing services counties took over their duties; units of an area file begin then.
COUNTIES_BEGAN = date(2023, 1, 1)

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


class DateRange(Func):
    """``daterange(from, until, '[]')``: both ends included, an open end is null."""

    function = "daterange"
    output_field = DateRangeField()


def _no_overlap(name: str, message: Any, *fields: str) -> ExclusionConstraint:
    """Refuse two rows with the same ``fields`` whose terms share a day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((F(field), RangeOperators.EQUAL) for field in fields),
            (DateRange(F("valid_from"), F("valid_until"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
        ],
        violation_error_message=message,
    )


class UnitKind(models.TextChoices):
    """The levels of the county's own organisation (S001, S002 §5.2, S004 §3.1)."""

    SERVICE_AREA = "service_area", _("toimialue")
    SERVICE_LINE = "service_line", _("palvelualue")
    SERVICE_DISTRICT = "service_district", _("alueellinen palvelualue")
    UNIT = "unit", _("yksikkö")


class Unit(AreaRow, LocalizedName, Term):
    """A part of the county's organisation. A tree; names and units have dates, since they change."""

    key = models.SlugField(_("tunnus"), max_length=200, unique=True)
    kind = models.CharField(_("taso"), max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("kuuluu")
    )
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta(Term.Meta):
        verbose_name = _("yksikkö")
        verbose_name_plural = _("yksiköt")
        ordering = ["order", "name_fi"]
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="liaisons_unit_not_its_own_parent",
                violation_error_message=_("Yksikkö ei voi kuulua itseensä. Valitse toinen yksikkö."),
            ),
        ]


class BodyKind(models.TextChoices):
    """What a body is: who it belongs to and whether it may decide."""

    COMMITTEE = "committee", _("lautakunta")
    NGO_COUNCIL = "ngo_council", _("järjestöjen neuvottelukunta")
    LOCAL_NGO_COUNCIL = "local_ngo_council", _("paikallinen järjestöneuvosto")
    NETWORK = "network", _("verkosto")
    PARTICIPATION_BODY = "participation_body", _("vaikuttamistoimielin")
    STEERING_GROUP = "steering_group", _("ohjausryhmä")


class Body(AreaRow, LocalizedName):
    """A body (toimielin). ``decides`` lists keys of grant kinds, ``reads`` what is brought to it for information."""

    key = models.SlugField(_("tunnus"), max_length=100, unique=True)
    kind = models.CharField(_("laji"), max_length=20, choices=BodyKind.choices)
    under = models.CharField(_("minkä alainen"), max_length=200, blank=True)
    run_by = models.CharField(_("kuka pyörittää"), max_length=200, blank=True)
    decides = models.JSONField(_("päättää avustuksista"), default=list, blank=True)
    reads = models.JSONField(_("saa luettavakseen"), default=list, blank=True)
    assumed = models.BooleanField(_("oletus, tarkista"), default=False)
    draft = models.BooleanField(_("vasta luonnos"), default=False)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta:
        verbose_name = _("toimielin")
        verbose_name_plural = _("toimielimet")
        ordering = ["order", "name_fi"]


class SeatRole(models.TextChoices):
    """How a person sits in a body."""

    MEMBER = "member", _("varsinainen jäsen")
    DEPUTY = "deputy", _("varajäsen")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Seat(Term):
    """A seat in a body for a term: the member, or the deputy (of one member, where deputies are personal).

    Personal data: who sits in a public body is public by law (611/2021, 621/1999). The row is kept as long as
    the decisions of the body, since the record of a decision names those who made it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats", verbose_name=_("henkilö"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="seats", verbose_name=_("toimielin"))
    role = models.CharField(_("tehtävä"), max_length=10, choices=SeatRole.choices, default=SeatRole.MEMBER)
    deputy_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("kenen varajäsen")
    )
    organisation_represented = models.CharField(_("edustettu järjestö"), max_length=200, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("paikka toimielimessä")
        verbose_name_plural = _("paikat toimielimissä")
        ordering = ["-role", "user__full_name", "pk"]
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(role="deputy") | Q(deputy_for__isnull=True),
                name="liaisons_seat_only_deputy_stands_in",
                violation_error_message=_("Vain varajäsen voi olla toisen jäsenen sijainen."),
            ),
            _no_overlap(
                "liaisons_seat_one_at_a_time",
                _("Henkilöllä on jo paikka tässä toimielimessä samaan aikaan. Päätä ensin vanha paikka."),
                "user",
                "body",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.body} ({self.get_role_display()})"


class AppointmentRole(models.TextChoices):
    """Duties to a body without a seat in it."""

    PRESENTER = "presenter", _("esittelijä")
    SUBSTITUTE_PRESENTER = "substitute_presenter", _("varaesittelijä")
    SECRETARY = "secretary", _("sihteeri")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class BodyAppointment(Term):
    """A duty to a body for a term: presenter, substitute presenter or secretary.

    Personal data: an official's public duty; kept as long as the decisions that were presented.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="body_appointments", verbose_name=_("henkilö")
    )
    body = models.ForeignKey(Body, models.PROTECT, related_name="appointments", verbose_name=_("toimielin"))
    role = models.CharField(_("tehtävä"), max_length=20, choices=AppointmentRole.choices)

    class Meta(Term.Meta):
        verbose_name = _("tehtävä toimielimessä")
        verbose_name_plural = _("tehtävät toimielimissä")
        ordering = ["role", "user__full_name", "pk"]
        constraints = [
            *Term.Meta.constraints,
            _no_overlap(
                "liaisons_bodyappointment_one_at_a_time",
                _("Henkilöllä on jo sama tehtävä tässä toimielimessä samaan aikaan. Päätä ensin vanha tehtävä."),
                "user",
                "body",
                "role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.body} ({self.get_role_display()})"


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
