"""Introductions and trainings (perehdytykset ja koulutukset): courses, their sessions, sign-ups, what was taken."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.times import local_date
from common.transitions import LifeCycle, State, Transition
from county.models import LocalizedName
from documents.models import RenderedDocument

TRAINING = LifeCycle(
    name="liaisons.training",
    states=(
        State("planned", _("Suunnitteilla"), tone="wait"),
        State("open", _("Avoinna"), _("Voit ilmoittautua"), "info"),
        State("held", _("Pidetty"), tone="ok"),
        State("cancelled", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("open", ("planned",), "open", "liaisons.training.manage", _("Avaa ilmoittautuminen")),
        Transition("hold", ("open",), "held", "liaisons.training.manage", _("Kirjaa osallistujat")),
        Transition("cancel", ("planned", "open"), "cancelled", "liaisons.training.manage", _("Peru koulutus")),
    ),
)
SIGN_UP = LifeCycle(
    name="liaisons.training_sign_up",
    states=(
        State("invited", _("Kutsuttu"), _("Sinut on kutsuttu"), "wait"),
        State("signed", _("Ilmoittautunut"), _("Sinulla on paikka"), "ok"),
        State("waiting", _("Jonossa"), _("Olet jonossa"), "wait"),
        State("cancelled", _("Perunut"), _("Peruit ilmoittautumisen"), "none"),
    ),
    transitions=(
        Transition(
            "sign_up",
            ("invited", "cancelled"),
            "signed",
            "liaisons.training.join",
            _("Ilmoittaudu"),
            condition="there is a place",
        ),
        Transition(
            "sign_up",
            ("invited", "cancelled"),
            "waiting",
            "liaisons.training.join",
            _("Ilmoittaudu jonoon"),
            condition="the session is full",
        ),
        Transition("move_up", ("waiting",), "signed", "", condition="a place became free; first in line first"),
        Transition(
            "cancel",
            ("invited", "signed", "waiting"),
            "cancelled",
            "liaisons.training_sign_up.cancel",
            _("Peru ilmoittautuminen"),
        ),
    ),
)
#: States of a session that is still to come.
TRAINING_COMING = ("planned", "open")
#: States of a sign-up of which the person has not let go.
STANDING_SIGN_UPS = ("signed", "waiting")
LONGEST_HOURS = Decimal(200)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrainingCourse(LocalizedName):
    """A course of the catalogue; ``hours`` is its length in hours of 60 minutes.

    One of them is the introduction of liaison persons (järjestöyhteistyön perehdytys), which every appointment
    needs (S000 §5.1.2). No personal data.
    """

    audience = models.CharField(_("kenelle"), max_length=300)
    learns = models.TextField(_("mitä koulutuksessa oppii"), max_length=3000)
    hours = models.DecimalField(_("kesto tunteina"), max_digits=4, decimal_places=1)
    is_introduction = models.BooleanField(_("yhteyshenkilöiden perehdytys"), default=False)
    is_offered = models.BooleanField(_("kurssia pidetään"), default=True)

    class Meta:
        verbose_name = _("kurssi")
        verbose_name_plural = _("kurssit")
        ordering = ["-is_introduction", "name_fi", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_introduction"],
                condition=Q(is_introduction=True),
                name="liaisons_course_one_introduction",
                violation_error_message=_("Yksi kurssi on jo yhteyshenkilöiden perehdytys. Muuta ensin se."),
            ),
            models.UniqueConstraint(
                fields=["name_fi"],
                name="liaisons_course_name_once",
                violation_error_message=_("Luettelossa on jo tämänniminen kurssi."),
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=LONGEST_HOURS),
                name="liaisons_course_hours_sane",
                violation_error_message=_("Kesto on yli 0 ja enintään 200 tuntia."),
            ),
            models.CheckConstraint(
                condition=~Q(name_fi="") & ~Q(audience="") & ~Q(learns=""),
                name="liaisons_course_complete",
                violation_error_message=_("Kirjoita kurssin nimi, kenelle se on ja mitä siinä oppii."),
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the page on which the course is changed."""
        return reverse("liaisons:course_edit", args=[self.pk])


class TrainingSessionQuerySet(models.QuerySet["TrainingSession"]):
    """Questions about sessions."""

    def coming(self, now: datetime) -> Self:
        """Return the sessions that are planned or open and have not ended."""
        return self.filter(state__in=TRAINING_COMING, ends_at__gte=now)

    def introductions(self) -> Self:
        """Return the sessions of the introduction of liaison persons."""
        return self.filter(course__is_introduction=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrainingSession(models.Model):
    """One time at which a course is held; ``state`` follows the table ``TRAINING``.

    ``town`` and whether it is remote are told to all who may take part; ``place`` and ``remote_url`` only to those who
    have a place in it. ``sequence`` grows with each change of time or place (iCalendar). Personal data: names of the
    leaders, as told to those who take part; erased with the session ten years after it.
    """

    course = models.ForeignKey(TrainingCourse, models.PROTECT, related_name="sessions", verbose_name=_("kurssi"))
    starts_at = models.DateTimeField(_("alkaa"))
    ends_at = models.DateTimeField(_("päättyy"))
    town = models.CharField(_("paikkakunta"), max_length=100, blank=True)
    place = models.CharField(_("paikka"), max_length=200, blank=True)
    remote_url = models.URLField(_("kokouslinkki"), max_length=500, blank=True)
    leaders = models.CharField(_("vetäjät"), max_length=300)
    led_by = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trainings_led",
        verbose_name=_("järjestö, joka pitää koulutuksen"),
    )
    capacity = models.PositiveSmallIntegerField(_("paikkoja"), null=True, blank=True)
    sign_up_until = models.DateTimeField(_("ilmoittaudu viimeistään"))
    note = models.TextField(_("ohje osallistujille"), max_length=2000, blank=True)
    state = models.CharField(_("tila"), max_length=12, choices=TRAINING.choices(), default="planned", editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("perustettu"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("perusti")
    )
    ended_at = models.DateTimeField(_("kirjattu pidetyksi tai peruttu"), null=True, blank=True)
    reason = models.CharField(_("perumisen syy"), max_length=300, blank=True)

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("koulutus")
        verbose_name_plural = _("koulutukset")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["state", "starts_at"], name="liaisons_training_when")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TRAINING.keys()), name="liaisons_training_known_state"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="liaisons_training_ends_after_start",
                violation_error_message=_("Koulutus päättyy ennen kuin se alkaa. Korjaa jompikumpi aika."),
            ),
            models.CheckConstraint(
                condition=Q(sign_up_until__lte=F("starts_at")),
                name="liaisons_training_sign_up_before_start",
                violation_error_message=_("Ilmoittautuminen päättyy viimeistään, kun koulutus alkaa."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                name="liaisons_training_capacity_positive",
                violation_error_message=_("Paikkoja on vähintään yksi. Jätä tyhjäksi, jos paikkoja ei rajata."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("open", "held")) | ~Q(place="") | ~Q(remote_url=""),
                name="liaisons_training_open_has_place",
                violation_error_message=_("Kirjoita paikka tai kokouslinkki ennen kuin avaat ilmoittautumisen."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("held", "cancelled"), ended_at__isnull=False)
                | (~Q(state__in=("held", "cancelled")) & Q(ended_at__isnull=True)),
                name="liaisons_training_ended_has_time",
                violation_error_message=_("Pidetyllä ja perutulla koulutuksella on oltava aika."),
            ),
        ]

    def __str__(self) -> str:
        return self.course.name

    def get_absolute_url(self) -> str:
        """Return the address of the page of those who may take part."""
        return reverse("liaisons:training", args=[self.pk])

    @property
    def state_label(self) -> str | Promise:
        """The state's name for the coordinator."""
        return TRAINING.label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return TRAINING.tone(self.state)

    @property
    def where(self) -> str | Promise:
        """Where it is as all who may take part are told: the town, remotely, or both; no address."""
        if not self.remote_url:
            return self.town or _("paikan päällä")
        return _("%(town)s ja etänä") % {"town": self.town} if self.town else _("etänä")

    @property
    def is_one_day(self) -> bool:
        """Tell whether it ends on the day on which it begins."""
        return local_date(self.starts_at) == local_date(self.ends_at)

    def takes_sign_ups(self, now: datetime) -> bool:
        """Tell whether people may still sign themselves up."""
        return self.state == "open" and now <= self.sign_up_until


class TrainingSignUpQuerySet(models.QuerySet["TrainingSignUp"]):
    """Questions about sign-ups."""

    def in_line(self) -> Self:
        """Return the waiting list, first in line first."""
        return self.filter(state="waiting").order_by("signed_at", "pk")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrainingSignUp(models.Model):
    """A person's invitation, place or turn in the waiting list of one session; one row a person and session.

    Personal data: who means to come and who came. Kept two years from the session; what was taken stays in
    ``TrainingRecord``.
    """

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="sign_ups", verbose_name=_("koulutus"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="training_sign_ups", verbose_name=_("henkilö")
    )
    state = models.CharField(_("tila"), max_length=12, choices=SIGN_UP.choices(), editable=False)
    invited_at = models.DateTimeField(_("kutsuttu"), null=True, blank=True)
    signed_at = models.DateTimeField(_("ilmoittautunut"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("peruttu"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("kirjasi")
    )
    attended = models.BooleanField(_("osallistui"), null=True, blank=True)

    objects = TrainingSignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("ilmoittautuminen")
        verbose_name_plural = _("ilmoittautumiset")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SIGN_UP.keys()), name="liaisons_signup_known_state"),
            models.UniqueConstraint(
                fields=["session", "user"],
                name="liaisons_signup_person_once",
                violation_error_message=_("Henkilö on jo tässä koulutuksessa."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=STANDING_SIGN_UPS) | Q(signed_at__isnull=False),
                name="liaisons_signup_place_has_time",
                violation_error_message=_("Ilmoittautumisella on oltava aika."),
            ),
            models.CheckConstraint(
                condition=Q(attended__isnull=True) | Q(state__in=STANDING_SIGN_UPS),
                name="liaisons_signup_attended_had_signed",
                violation_error_message=_("Vain ilmoittautunut voi osallistua. Ilmoita henkilö ensin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.session}"

    @property
    def state_label(self) -> str | Promise:
        """The state's name for the coordinator."""
        return SIGN_UP.label(self.state)

    @property
    def own_label(self) -> str | Promise:
        """The state's name for the person."""
        return SIGN_UP.applicant_label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return SIGN_UP.tone(self.state)


class TrainingRecordQuerySet(models.QuerySet["TrainingRecord"]):
    """Questions about what was taken."""

    def valid(self) -> Self:
        """Return those that nobody has taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def introductions(self) -> Self:
        """Return the valid records of the introduction of liaison persons."""
        return self.valid().filter(course__is_introduction=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrainingRecord(models.Model):
    """What a person has taken: in a session of ours, or earlier elsewhere with its ``source``.

    A wrong one is taken back (``withdrawn_at``), never lost. ``certificate`` is the PDF, made when somebody first
    opens it. Personal data: name, course, day; kept ten years with its certificate (docs/decisions/0020).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="training_records", verbose_name=_("henkilö")
    )
    course = models.ForeignKey(TrainingCourse, models.PROTECT, related_name="records", verbose_name=_("kurssi"))
    session = models.ForeignKey(
        TrainingSession, models.PROTECT, null=True, blank=True, related_name="records", verbose_name=_("koulutus")
    )
    completed_on = models.DateField(_("suoritettu"))
    hours = models.DecimalField(_("tunteja"), max_digits=4, decimal_places=1, null=True, blank=True)
    organiser = models.CharField(_("järjestäjä"), max_length=300)
    source = models.CharField(_("mistä tieto on"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("kirjattu"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("kirjasi")
    )
    certificate = models.OneToOneField(
        RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("todistus")
    )
    withdrawn_at = models.DateTimeField(_("peruttu"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("perui")
    )

    objects = TrainingRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("koulutussuoritus")
        verbose_name_plural = _("koulutussuoritukset")
        ordering = ["-completed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course", "completed_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="liaisons_record_taken_once_a_day",
                violation_error_message=_("Suoritus on jo kirjattu tälle päivälle."),
            ),
            models.CheckConstraint(
                condition=Q(session__isnull=False) | ~Q(source=""),
                name="liaisons_record_has_source",
                violation_error_message=_("Kirjoita, mistä tieto on, esimerkiksi todistus tai esihenkilön ilmoitus."),
            ),
            models.CheckConstraint(
                condition=Q(certificate__isnull=True) | Q(session__isnull=False),
                name="liaisons_record_certificate_is_ours",
                violation_error_message=_("Todistuksen voi antaa vain omasta koulutuksesta."),
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gt=0, hours__lte=LONGEST_HOURS),
                name="liaisons_record_hours_sane",
                violation_error_message=_("Kesto on yli 0 ja enintään 200 tuntia."),
            ),
            both_or_neither("liaisons_record_withdrawn_by", "withdrawn_at", "withdrawn_by"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.course}"
