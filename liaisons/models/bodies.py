"""The bodies that decide and advise: who sits in them and who serves them."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Term
from county.models import AreaRow, LocalizedName
from liaisons.models.terms import no_overlap


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
            no_overlap(
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
            no_overlap(
                "liaisons_bodyappointment_one_at_a_time",
                _("Henkilöllä on jo sama tehtävä tässä toimielimessä samaan aikaan. Päätä ensin vanha tehtävä."),
                "user",
                "body",
                "role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.body} ({self.get_role_display()})"
