"""Where the register and the organisation's own word disagree: the queue, and values kept over the register's."""

from datetime import date
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition
from documents.models import StoredFile


class RegisterField(models.TextChoices):
    """A field of the register data about which something can be said."""

    NAME = "name", _("nimi")
    LEGAL_FORM = "legal_form", _("yhteisömuoto")
    DOMICILE = "domicile_id", _("kotipaikka")
    REGISTERED_ON = "registered_on", _("rekisteröintipäivä")
    STATUS = "status", _("tila rekisterissä")
    STREET_ADDRESS = "street_address", _("katuosoite")
    POSTCODE = "postcode", _("postinumero")
    POST_TOWN = "post_town", _("postitoimipaikka")
    EMAIL = "email", _("sähköposti rekisterissä")
    PHONE = "phone", _("puhelin rekisterissä")
    WEBSITE = "website", _("verkkosivu rekisterissä")
    SIGNING_RULE = "signing_rule", _("nimenkirjoitustapa")
    BUSINESS_ID = "business_id", _("Y-tunnus")
    ASSOCIATION_NUMBER = "association_number", _("yhdistysrekisterinumero")
    SIGNATORIES = "signatories", _("nimenkirjoittajat")


#: The register alone says these: by them an organisation is known, or the law gives them effect (503/1989).
REGISTER_ALONE = (RegisterField.BUSINESS_ID, RegisterField.ASSOCIATION_NUMBER, RegisterField.SIGNATORIES)
KEEPABLE_FIELDS = tuple(field for field in RegisterField if field not in REGISTER_ALONE)

REVIEW_LIFE = LifeCycle(
    name="organisations.review",
    states=(
        State("open", _("Odottaa ratkaisua"), _("Hyvinvointialue tarkistaa"), tone="wait"),
        State("asked", _("Kysytty järjestöltä"), _("Odottaa vastaustasi"), tone="info"),
        State("kept", _("Järjestön tieto pidettiin"), _("Ilmoituksesi hyväksyttiin"), tone="ok"),
        State("taken", _("Rekisterin tieto jäi voimaan"), tone="none"),
    ),
    transitions=(
        Transition(
            "take_register", ("open", "asked"), "taken", "organisations.review.decide", _("Ota rekisterin tieto")
        ),
        Transition("keep_own", ("open", "asked"), "kept", "organisations.review.decide", _("Pidä järjestön tieto")),
        Transition("ask", ("open",), "asked", "organisations.review.decide", _("Kysy järjestöltä")),
        Transition("answer", ("asked",), "open", "organisations.review.answer", _("Vastaa")),
        Transition("agree", ("open", "asked"), "taken", "", _("Ote sanoo nyt samaa"), condition="an import brings it"),
    ),
)
OPEN_STATES = ("open", "asked")


class RegisterOverrideQuerySet(models.QuerySet["RegisterOverride"]):
    """Questions about overrides."""

    def in_force(self, on: date) -> Self:
        """Return those that hold on the day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=on))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RegisterOverride(models.Model):
    """A value that stands over the register's: entered by an officer, or the organisation's own word.

    ``value`` is what the organisation's column holds, as text (a municipality by its key). ``register_value`` is
    what the last extract said. Kept until its day, or until the extract says the same. Personal data: who
    verified it; contact details of the organisation that may name a person.
    """

    class Source(models.TextChoices):
        ORGANISATION = "organisation", _("järjestön ilmoitus")
        OFFICER = "officer", _("kirjattu käsin")

    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="register_overrides", db_index=False
    )
    field = models.CharField(_("tieto"), max_length=30, choices=[(f.value, f.label) for f in KEEPABLE_FIELDS])
    value = models.TextField(_("arvo"))
    register_value = models.TextField(_("rekisterin arvo"), blank=True)
    source = models.CharField(_("lähde"), max_length=20, choices=Source.choices)
    reason = models.CharField(_("perustelu"), max_length=500, blank=True)
    until = models.DateField(_("voimassa"), null=True, blank=True)
    verified_on = models.DateField(_("tarkistettu"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tarkistaja")
    )

    objects = RegisterOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("rekisterin ohi pidetty tieto")
        verbose_name_plural = _("rekisterin ohi pidetyt tiedot")
        ordering = ["organisation", "field"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "field"],
                name="override_once_a_field",
                violation_error_message=_("Tälle tiedolle on jo pidetty arvo. Muuta sitä."),
            ),
            models.CheckConstraint(
                condition=Q(field__in=[field.value for field in KEEPABLE_FIELDS]),
                name="override_field_known",
                violation_error_message=_("Tätä tietoa ei voi pitää rekisterin ohi."),
            ),
            models.CheckConstraint(
                condition=Q(source="officer") | (Q(until__isnull=False) & ~Q(reason="")),
                name="override_of_organisation_ends",
                violation_error_message=_("Järjestön ilmoituksella on oltava perustelu ja viimeinen päivä."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("verified_on")),
                name="override_ends_later",
                violation_error_message=_("Viimeinen päivä on ennen tarkistuspäivää."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.get_field_display()}"


@pghistory.track()
class ReviewItem(models.Model):
    """One disagreement about one field: found by an import, or reported by the organisation.

    Personal data: who reported and what they wrote; kept two years after the decision.
    """

    class Source(models.TextChoices):
        IMPORT = "import", _("ote muuttui")
        ORGANISATION = "organisation", _("järjestö ilmoitti virheestä")

    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="register_reviews", verbose_name=_("järjestö")
    )
    field = models.CharField(_("tieto"), max_length=30, choices=RegisterField.choices)
    source = models.CharField(_("lähde"), max_length=20, choices=Source.choices)
    state = models.CharField(_("tila"), max_length=10, choices=REVIEW_LIFE.choices(), default="open")
    register_value = models.TextField(_("rekisterissä"), blank=True)
    own_value = models.TextField(_("järjestön mukaan"), blank=True)
    note = models.TextField(_("selvitys"), max_length=2000, blank=True)
    run = models.ForeignKey(
        "organisations.ImportRun", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tuonti")
    )
    opened_at = models.DateTimeField(_("ilmoitettu"))
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ilmoittaja")
    )
    question = models.TextField(_("kysymys järjestölle"), max_length=1000, blank=True)
    answer = models.TextField(_("järjestön vastaus"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("kysytty"), null=True, blank=True)
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)
    decided_at = models.DateTimeField(_("ratkaistu"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ratkaisija")
    )
    decision_reason = models.CharField(_("perustelu"), max_length=500, blank=True)
    kept_until = models.DateField(_("pidetään asti"), null=True, blank=True)

    class Meta:
        verbose_name = _("rekisteritiedon tarkistus")
        verbose_name_plural = _("rekisteritietojen tarkistukset")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "field"],
                condition=Q(state__in=OPEN_STATES),
                name="review_one_open_a_field",
                violation_error_message=_("Tästä tiedosta on jo ilmoitus, jota tarkistetaan."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, decided_at__isnull=True)
                | (~Q(state__in=OPEN_STATES) & Q(decided_at__isnull=False)),
                name="review_decided_has_time",
                violation_error_message=_("Ratkaistulla tarkistuksella on oltava aika."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=REVIEW_LIFE.keys()) & Q(field__in=RegisterField.values),
                name="review_values_known",
                violation_error_message=_("Tuntematon tila tai tieto."),
            ),
        ]
        indexes = [models.Index("state", "opened_at", name="review_queue")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.get_field_display()}"

    def get_absolute_url(self) -> str:
        return reverse("organisations:review", args=[self.pk])

    @property
    def state_label(self) -> str | Promise:
        """The state's name for officers."""
        return REVIEW_LIFE.label(self.state)

    @property
    def applicant_label(self) -> str | Promise:
        """The state's name for the organisation."""
        return REVIEW_LIFE.applicant_label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return REVIEW_LIFE.tone(self.state)

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for somebody."""
        return self.state in OPEN_STATES

    @property
    def can_be_kept(self) -> bool:
        """Tell whether a value of this field may stand over the register's."""
        return self.field not in REGISTER_ALONE


class ReviewFile(StoredFile):
    """The register extract that the organisation gave with its report; erased together with the item."""

    item = models.OneToOneField(ReviewItem, models.CASCADE, related_name="attachment")

    class Meta(StoredFile.Meta):
        verbose_name = _("virheilmoituksen liite")
        verbose_name_plural = _("virheilmoitusten liitteet")
