"""The bodies that decide and advise: what they have been called, who sits in them and who serves them."""

from datetime import date
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import Term
from county.models import AreaRow, LocalizedName
from liaisons.models.terms import DateRange, no_overlap


class BodyKind(models.TextChoices):
    """What a body is: who it belongs to and whether it may decide."""

    COMMITTEE = "committee", _("lautakunta")
    NGO_COUNCIL = "ngo_council", _("järjestöjen neuvottelukunta")
    LOCAL_NGO_COUNCIL = "local_ngo_council", _("paikallinen järjestöneuvosto")
    PARTNERSHIP_GROUP = "partnership_group", _("alueellinen kumppanuusryhmä")
    NETWORK = "network", _("verkosto")
    PARTICIPATION_BODY = "participation_body", _("vaikuttamistoimielin")
    STEERING_GROUP = "steering_group", _("ohjausryhmä")


class RecordKind(models.TextChoices):
    """How a body's meetings are written down: in the county's own system, or here as minutes or as a memo."""

    ELSEWHERE = "elsewhere", _("pöytäkirja toisessa järjestelmässä")
    MINUTES = "minutes", _("pöytäkirja")
    MEMO = "memo", _("muistio")


class Party(models.TextChoices):
    """On whose side a person sits in a body (the parties of a partnership group, S004 §4)."""

    NGO = "ngo", _("järjestöt")
    COUNTY = "county", _("hyvinvointialue")
    MUNICIPALITY = "municipality", _("kunnat")
    REGIONAL_COUNCIL = "regional_council", _("maakuntaliitto")
    PARISH = "parish", _("seurakunnat")
    BUSINESS = "business", _("yritys- ja elinkeinoelämä")


class Body(AreaRow, LocalizedName):
    """A body (toimielin). ``decides`` lists keys of grant kinds, ``reads`` what is brought to it for information.

    ``is_self_run``: not the county's own body; its own secretary runs its members, meetings and nominations, and
    the county sees what is shared. ``quorum`` is the number of voters that a meeting needs; empty means more than
    half of the members (611/2021). The name columns say what is true today, ``names`` what was.
    """

    key = models.SlugField(_("tunnus"), max_length=100, unique=True)
    kind = models.CharField(_("laji"), max_length=20, choices=BodyKind.choices)
    under = models.CharField(_("minkä alainen"), max_length=200, blank=True)
    run_by = models.CharField(_("kuka pyörittää"), max_length=200, blank=True)
    is_self_run = models.BooleanField(_("oma sihteeri pyörittää"), default=False)
    municipality = models.ForeignKey(
        "county.Municipality", models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name=_("kunta")
    )
    regional_group = models.ForeignKey(
        "county.RegionalGroup", models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name=_("alue")
    )
    record_kind = models.CharField(
        _("miten kokous kirjataan"), max_length=10, choices=RecordKind.choices, default=RecordKind.ELSEWHERE
    )
    quorum = models.PositiveSmallIntegerField(_("päätösvaltaisuuteen tarvitaan"), null=True, blank=True)
    decides = models.JSONField(_("päättää avustuksista"), default=list, blank=True)
    reads = models.JSONField(_("saa luettavakseen"), default=list, blank=True)
    assumed = models.BooleanField(_("oletus, tarkista"), default=False)
    draft = models.BooleanField(_("vasta luonnos"), default=False)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta:
        verbose_name = _("toimielin")
        verbose_name_plural = _("toimielimet")
        ordering = ["order", "name_fi"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quorum__isnull=True) | Q(quorum__gte=1),
                name="liaisons_body_quorum_positive",
                violation_error_message=_("Päätösvaltaisuuteen tarvitaan vähintään yksi jäsen."),
            ),
            models.CheckConstraint(
                condition=Q(record_kind__in=RecordKind.values), name="liaisons_body_record_kind_known"
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the body's public page."""
        return reverse("liaisons:public_body", args=[self.pk])

    @property
    def writes_here(self) -> bool:
        """Tell whether the body's minutes or memos are written in the portal."""
        return self.record_kind != RecordKind.ELSEWHERE

    def name_on(self, day: date) -> str:
        """Return the body's name on the day in the active language: old minutes keep the old name.

        Reads ``names.all()``: prefetch it for a list.
        """
        versions = sorted(self.names.all(), key=lambda version: version.valid_from)
        reached = [version for version in versions if version.valid_from <= day]
        found = reached[-1] if reached else next(iter(versions), None)
        return found.name if found else self.name

    def voters_needed(self, members: int) -> int:
        """Return how many voters a meeting needs when the body has so many members."""
        return self.quorum or members // 2 + 1


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class BodyName(LocalizedName, Term):
    """What a body was called, from a day to a day; one name at a time."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="names", verbose_name=_("toimielin"))
    reason = models.CharField(_("peruste"), max_length=200, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("toimielimen nimi")
        verbose_name_plural = _("toimielinten nimet")
        ordering = ["body", "valid_from"]
        constraints = [
            *Term.Meta.constraints,
            no_overlap(
                "liaisons_bodyname_one_at_a_time",
                _("Toimielimellä on jo nimi tälle ajalle. Valitse myöhempi päivä."),
                "body",
            ),
        ]


class SeatRole(models.TextChoices):
    """How a person sits in a body; an expert has no vote."""

    MEMBER = "member", _("varsinainen jäsen")
    DEPUTY = "deputy", _("varajäsen")
    EXPERT = "expert", _("asiantuntija")


#: The seats that decide, as member or in a member's place.
DECIDING = (SeatRole.MEMBER.value, SeatRole.DEPUTY.value)


class Position(models.TextChoices):
    """Who presides."""

    NONE = "", _("ei")
    CHAIR = "chair", _("puheenjohtaja")
    VICE_CHAIR = "vice_chair", _("varapuheenjohtaja")


class SeatRequirement(AreaRow):
    """How many seats of a kind the rules give a body, and who chooses to them.

    ``party`` empty means all sides together. ``chooser`` chooses whom to name; with ``chooser_appoints`` its choice
    fills the seat, else it only nominates and the body that appoints decides.
    """

    body = models.ForeignKey(Body, models.CASCADE, related_name="requirements", verbose_name=_("toimielin"))
    role = models.CharField(_("tehtävä"), max_length=10, choices=SeatRole.choices)
    party = models.CharField(_("taho"), max_length=20, choices=Party.choices, blank=True)
    number = models.PositiveSmallIntegerField(_("paikkoja"))
    chooser = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="chooses", verbose_name=_("kuka valitsee")
    )
    chooser_appoints = models.BooleanField(_("valinta täyttää paikan"), default=False)
    source = models.CharField(_("lähde"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("paikkamäärä")
        verbose_name_plural = _("paikkamäärät")
        ordering = ["body", "-role", "party"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "role", "party"],
                name="liaisons_seatrequirement_once",
                violation_error_message=_("Näille paikoille on jo määrä. Muuta sitä."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="liaisons_seatrequirement_some",
                violation_error_message=_("Paikkoja on vähintään yksi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id}: {self.number} × {self.role} {self.party}".strip()


def _known_with(name: str, who: str, *fields: str) -> models.CheckConstraint:
    """Refuse a day or § of a decision without the one who made it, and the maker without the day."""
    none = Q(**{who: ""}) & Q(**{f"{field}__isnull": True for field in fields})
    return models.CheckConstraint(
        condition=none | (~Q(**{who: ""}) & Q(**{f"{fields[0]}__isnull": False})),
        name=name,
        violation_error_message=_("Kirjaa sekä se, kuka päätti, että päivä."),
    )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Seat(Term):
    """A seat in a body for a term: the member, or the deputy (of one member, where deputies are personal).

    Nomination and appointment are facts of their own: who nominated, when, by which §; who appointed, when, by
    which § and case. ``organisation`` is the NGO of the registry that is represented; the text beside it says
    what is not in the registry.

    Personal data: who sits in a public body is public by law (611/2021, 621/1999). The row is kept as long as
    the decisions of the body, since the record of a decision names those who made it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats", verbose_name=_("henkilö"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="seats", verbose_name=_("toimielin"))
    role = models.CharField(_("tehtävä"), max_length=10, choices=SeatRole.choices, default=SeatRole.MEMBER)
    position = models.CharField(_("puheenjohto"), max_length=10, choices=Position.choices, blank=True, default="")
    deputy_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("kenen varajäsen")
    )
    party = models.CharField(_("taho"), max_length=20, choices=Party.choices, blank=True)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("edustettu järjestö"),
    )
    organisation_represented = models.CharField(_("edustettu taho"), max_length=200, blank=True)
    nominated_by = models.CharField(_("nimennyt"), max_length=200, blank=True)
    nominated_on = models.DateField(_("nimetty"), null=True, blank=True)
    nominated_section = models.PositiveIntegerField(_("nimeämisen pykälä"), null=True, blank=True)
    appointed_by = models.CharField(_("valinnut"), max_length=200, blank=True)
    appointed_on = models.DateField(_("valittu"), null=True, blank=True)
    appointed_section = models.PositiveIntegerField(_("valinnan pykälä"), null=True, blank=True)
    appointed_case = models.CharField(_("valinnan asianumero"), max_length=60, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("paikka toimielimessä")
        verbose_name_plural = _("paikat toimielimissä")
        ordering = ["-role", "user__full_name", "pk"]
        constraints: ClassVar[list[Any]] = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(role="deputy") | Q(deputy_for__isnull=True),
                name="liaisons_seat_only_deputy_stands_in",
                violation_error_message=_("Vain varajäsen voi olla toisen jäsenen sijainen."),
            ),
            models.CheckConstraint(
                condition=Q(role="member") | Q(position=""),
                name="liaisons_seat_only_member_presides",
                violation_error_message=_("Vain varsinainen jäsen voi olla puheenjohtaja."),
            ),
            _known_with("liaisons_seat_nomination_whole", "nominated_by", "nominated_on", "nominated_section"),
            _known_with("liaisons_seat_appointment_whole", "appointed_by", "appointed_on", "appointed_section"),
            no_overlap(
                "liaisons_seat_one_at_a_time",
                _("Henkilöllä on jo paikka tässä toimielimessä samaan aikaan. Päätä ensin vanha paikka."),
                "user",
                "body",
            ),
            ExclusionConstraint(
                name="liaisons_seat_one_chair",
                expressions=[
                    (F("body"), RangeOperators.EQUAL),
                    (F("position"), RangeOperators.EQUAL),
                    (DateRange(F("valid_from"), F("valid_until"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=~Q(position=""),
                violation_error_message=_("Toimielimellä on jo puheenjohtaja tai varapuheenjohtaja samaan aikaan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.body} ({self.get_role_display()})"

    @property
    def represents(self) -> str:
        """Return whom the person represents: the NGO of the registry, else the text, else the side."""
        if self.organisation:
            return self.organisation.name
        return self.organisation_represented or str(self.get_party_display() if self.party else "")


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
