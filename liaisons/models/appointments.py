"""Appointments to posts: who, for which term, who stands in and when they are away."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Term, TermQuerySet
from common.times import local_date
from common.transitions import LifeCycle, State, Transition
from liaisons.models.posts import Post
from liaisons.models.terms import DateRange, no_overlap

APPOINTMENT = LifeCycle(
    "liaisons.appointment",
    states=(
        State("proposed", _("Odottaa hyväksymistä"), tone="wait"),
        State("accepted", _("Hyväksytty"), tone="ok"),
        State("declined", _("Ei ottanut vastaan"), tone="bad"),
        State("withdrawn", _("Peruttu"), tone="none"),
        State("ended", _("Päätetty"), tone="none"),
    ),
    transitions=(
        Transition("accept", ("proposed",), "accepted", "liaisons.appointment.answer", _("Ota tehtävä vastaan")),
        Transition("decline", ("proposed",), "declined", "liaisons.appointment.answer", _("En ota tehtävää vastaan")),
        Transition("withdraw", ("proposed",), "withdrawn", "liaisons.appointment.manage", _("Peru nimeäminen")),
        Transition(
            "end",
            ("accepted",),
            "ended",
            "liaisons.appointment.end",
            _("Päätä tehtävä"),
            condition="by the coordinator or the person; in force to its last day",
        ),
    ),
)
#: States in which the person has said yes: such an appointment is in force on the days of its term.
AGREED = ("accepted", "ended")
#: States that reserve the post for the term.
STANDING = ("proposed", *AGREED)
ENDING_SOON = timedelta(days=60)

_SOLE_IS_THE_POSTS = """
    NEW.is_sole := NOT (SELECT allows_many FROM liaisons_post WHERE id = NEW.post_id);
    RETURN NEW;
"""


class AppointmentQuerySet(TermQuerySet):
    """Questions about appointments."""

    def on(self, day: date) -> Self:
        """Return those in force on the day: the person had accepted by then and the term covers it."""
        covered = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        return self.filter(covered, state__in=AGREED, accepted_on__lte=day, valid_from__lte=day)

    def in_force(self, now: datetime) -> Self:
        """Return those in force now; an appointment that nobody has accepted never is."""
        return self.on(local_date(now))

    def unaccepted(self) -> Self:
        """Return those that wait for the person's answer."""
        return self.filter(state="proposed")

    def ending_soon(self, day: date) -> Self:
        """Return those in force on the day whose term ends within 60 days."""
        return self.on(day).filter(valid_until__lte=day + ENDING_SOON)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Appointment(Term):
    """A person named to a post for a term. In force only when the person has accepted (S000: *named liaison
    persons did not know that they were named*); ``state`` follows the table ``APPOINTMENT``.

    Personal data: name, work telephone, share of working time and supervisor of a public officer, needed so that
    NGOs know whom to ask and the county sees that somebody answers. The telephone is shown to everybody only where
    the person has chosen so; the e-mail address never stands on a public page. Erased six years after the end;
    what nobody accepted, a year after it closed (docs/data-protection.md).
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments", verbose_name=_("tehtävä"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="liaison_appointments", verbose_name=_("henkilö")
    )
    state = models.CharField(
        _("tila"), max_length=12, choices=APPOINTMENT.choices(), default="proposed", editable=False
    )
    is_sole = models.BooleanField(default=True, editable=False)  # kept in step with the post by a trigger

    working_time = models.PositiveSmallIntegerField(_("osuus työajasta, prosenttia"), null=True, blank=True)
    tasks = models.TextField(_("sovitut tehtävät"), max_length=2000, blank=True)
    supervisor = models.CharField(_("esihenkilö"), max_length=150, blank=True)
    source = models.CharField(_("mihin nimeäminen perustuu"), max_length=200, blank=True)
    introduced_on = models.DateField(_("perehdytetty"), null=True, blank=True)

    phone = models.CharField(_("työpuhelin"), max_length=40, blank=True)
    shows_phone = models.BooleanField(_("puhelinnumeron saa näyttää kaikille"), default=False)
    shows_email = models.BooleanField(_("sähköpostiosoitteen saa näyttää kirjautuneille"), default=False)

    proposed_at = models.DateTimeField(_("nimetty"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("nimeäjä")
    )
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)
    accepted_on = models.DateField(_("hyväksytty"), null=True, blank=True)
    closed_at = models.DateTimeField(_("päätetty"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("päättäjä")
    )
    reason = models.CharField(_("syy"), max_length=300, blank=True)

    objects: ClassVar[Any] = AppointmentQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = _("nimeäminen tehtävään")
        verbose_name_plural = _("nimeämiset tehtäviin")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=APPOINTMENT.keys()), name="liaisons_appointment_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=AGREED, accepted_on__isnull=False)
                | (~Q(state__in=AGREED) & Q(accepted_on__isnull=True)),
                name="liaisons_appointment_accepted_by_person",
                violation_error_message=_("Tehtävä on voimassa vasta, kun henkilö on ottanut sen vastaan."),
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(valid_until__isnull=False),
                name="liaisons_appointment_ended_has_last_day",
                violation_error_message=_("Anna viimeinen päivä."),
            ),
            models.CheckConstraint(
                condition=Q(working_time__isnull=True) | Q(working_time__range=(1, 100)),
                name="liaisons_appointment_working_time_percent",
                violation_error_message=_("Osuus työajasta on 1–100 prosenttia."),
            ),
            ExclusionConstraint(
                name="liaisons_appointment_one_holder",
                expressions=[
                    (F("post"), RangeOperators.EQUAL),
                    (DateRange(F("valid_from"), F("valid_until"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_sole=True, state__in=STANDING),
                violation_error_message=_(
                    "Tehtävään on jo nimetty henkilö osaksi tästä ajasta. Päätä tai peru ensin se nimeäminen."
                ),
            ),
            ExclusionConstraint(
                name="liaisons_appointment_person_once",
                expressions=[
                    (F("post"), RangeOperators.EQUAL),
                    (F("user"), RangeOperators.EQUAL),
                    (DateRange(F("valid_from"), F("valid_until"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=STANDING),
                violation_error_message=_("Henkilö on jo nimetty tähän tehtävään osaksi tästä ajasta."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sole_is_the_posts",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_SOLE_IS_THE_POSTS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.post}"

    def is_agreed_on(self, day: date) -> bool:
        """Tell whether the appointment is in force on the day: accepted by then, and the term covers it."""
        return self.accepted_on is not None and self.accepted_on <= day and self.is_in_force(day)

    def is_over(self, day: date) -> bool:
        """Tell whether the appointment can never be in force from that day on."""
        return self.state not in STANDING or (self.valid_until is not None and self.valid_until < day)

    @property
    def state_label(self) -> Any:
        """Return the state's name on the screen."""
        return APPOINTMENT.label(self.state)

    @property
    def state_tone(self) -> str:
        """Return the tone of the state's tag."""
        return APPOINTMENT.tone(self.state)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Substitute(Term):
    """Who stands in when the holder is away: lowest ``order`` first.

    Personal data: a public officer's duty; erased with the appointment.
    """

    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="substitutes", verbose_name=_("nimeäminen")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="substitutions", verbose_name=_("sijainen")
    )
    order = models.PositiveSmallIntegerField(_("järjestys"), default=1)

    class Meta(Term.Meta):
        verbose_name = _("sijainen")
        verbose_name_plural = _("sijaiset")
        ordering = ["order", "pk"]
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(order__gte=1),
                name="liaisons_substitute_order_from_one",
                violation_error_message=_("Järjestysnumero on vähintään 1."),
            ),
            no_overlap(
                "liaisons_substitute_once",
                _("Henkilö on jo sijaisena osan tästä ajasta."),
                "appointment",
                "user",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Absence(Term):
    """Days on which a person does not answer, in any of their posts or as anybody's substitute.

    Personal data: that somebody is away, never why. Erased a year after its end.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("henkilö")
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("kirjattu"))

    class Meta(Term.Meta):
        verbose_name = _("poissaolo")
        verbose_name_plural = _("poissaolot")
        ordering = ["valid_from", "pk"]
        constraints = [
            *Term.Meta.constraints,
            no_overlap(
                "liaisons_absence_one_at_a_time",
                _("Poissaolo on jo kirjattu osalle näistä päivistä. Muuta vanhaa poissaoloa."),
                "user",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.valid_from}"
