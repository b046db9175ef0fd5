"""Co-funders' decisions, the term and yearly shares of the co-funded project, and what comes after it."""

from datetime import date
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from documents.models import StoredFile
from grants.life_cycles_negotiations import COFUNDING, CONTINUITY, SMALLER, UNDECIDED
from grants.models.agreements import Agreement
from grants.models.applications import Application


class CoFunder(models.TextChoices):
    """Who else pays for the project."""

    STEA = "stea", _("STEA")
    ESF = "esf", _("Euroopan sosiaalirahasto (ESR+), ELY-keskus")
    MUNICIPALITY = "municipality", _("kunta")
    FOUNDATION = "foundation", _("säätiö")
    OTHER = "other", _("muu rahoittaja")


class CoFunding(models.Model):
    """What one other funder was asked for the project, and what it decided; sums in euros.

    ``is_condition``: the grant is paid only after this funder's decision. Where the decision is smaller than what was
    asked, ``settled_note`` tells how the officer settled it. Personal data: who wrote; kept with the case.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="cofunding")
    funder = models.CharField(_("rahoittajan laji"), max_length=12, choices=CoFunder.choices)
    name = models.CharField(_("rahoittajan nimi"), max_length=150)
    asked_sum = MoneyField(_("haettu summa"))
    state = models.CharField(_("tilanne"), max_length=8, choices=COFUNDING.choices(), default="asked")
    granted_sum = MoneyField(_("myönnetty summa"), null=True, blank=True)
    decided_on = models.DateField(_("päätöspäivä"), null=True, blank=True)
    reference = models.CharField(_("päätöksen numero"), max_length=100, blank=True)
    is_condition = models.BooleanField(_("avustuksen maksaminen odottaa tätä päätöstä"), default=False)
    settled_note = models.TextField(_("miten pienempi rahoitus vaikuttaa"), max_length=2000, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("muun rahoittajan päätös")
        verbose_name_plural = _("muiden rahoittajien päätökset")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "funder", "name"],
                name="grants_cofunding_once",
                violation_error_message=_("Tämä rahoittaja on jo luettelossa. Päivitä sen tilanne."),
            ),
            models.CheckConstraint(
                condition=Q(asked_sum__gt=0) & ~Q(name=""),
                name="grants_cofunding_asked",
                violation_error_message=_("Kirjoita rahoittajan nimi ja summa, joka on suurempi kuin nolla."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDECIDED, granted_sum__isnull=True, decided_on__isnull=True)
                | Q(state="granted", granted_sum__gte=F("asked_sum"), decided_on__isnull=False)
                | Q(state="partly", granted_sum__gt=0, granted_sum__lt=F("asked_sum"), decided_on__isnull=False)
                | Q(state="refused", granted_sum=0, decided_on__isnull=False),
                name="grants_cofunding_decision_fits_sum",
                violation_error_message=_("Tarkista myönnetty summa ja päätöspäivä: niiden täytyy sopia tilanteeseen."),
            ),
            both_or_neither("grants_cofunding_settled", "settled_by", "settled_at"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_note="")
                | (Q(settled_at__isnull=False) & ~Q(settled_note="")),
                name="grants_cofunding_settled_says_how",
                violation_error_message=_("Kirjoita, miten pienempi rahoitus otetaan huomioon."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return COFUNDING.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return COFUNDING.tone(self.state)

    @property
    def is_undecided(self) -> bool:
        """Tell whether the funder's decision has not come."""
        return self.state in UNDECIDED

    @property
    def is_waited_for(self) -> bool:
        """Tell whether the payment of the grant waits for this funder."""
        return self.is_condition and (self.is_undecided or self.is_smaller)

    @property
    def is_smaller(self) -> bool:
        """Tell whether the funder gave less than was asked and no officer has settled it."""
        return self.state in SMALLER and self.settled_at is None


class CoFundingFile(StoredFile):
    """The decision of another funder as it was given us.

    Personal data: names in the decision. Kept with the case.
    """

    cofunding = models.ForeignKey(CoFunding, models.PROTECT, related_name="files")

    class Meta(StoredFile.Meta):
        verbose_name = _("muun rahoittajan päätös tiedostona")
        verbose_name_plural = _("muiden rahoittajien päätökset tiedostoina")
        ordering = ["pk"]


@pghistory.track()
class CoFundedProject(models.Model):
    """The term of the co-funded project; it may pass the grant's own year. Both days included."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="cofunded_project")
    name = models.CharField(_("hankkeen nimi"), max_length=200)
    starts_on = models.DateField(_("hanke alkaa"))
    ends_on = models.DateField(_("hanke päättyy"))

    class Meta:
        verbose_name = _("osarahoitettu hanke")
        verbose_name_plural = _("osarahoitetut hankkeet")
        indexes = [models.Index(fields=["ends_on"], name="grants_cofunded_ends")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="grants_cofunded_term_order",
                violation_error_message=_("Hanke päättyy ennen kuin se alkaa. Korjaa jompikumpi päivä."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> range:
        """The calendar years that the term touches."""
        return range(self.starts_on.year, self.ends_on.year + 1)


@pghistory.track()
class ProjectShare(models.Model):
    """The county's share of the project in one year, in euros.

    ``is_conditional``: promised on the condition that a later budget has the money.
    """

    project = models.ForeignKey(CoFundedProject, models.CASCADE, related_name="shares")
    year = models.PositiveSmallIntegerField(_("vuosi"))
    sum = MoneyField(_("hyvinvointialueen osuus"))
    is_conditional = models.BooleanField(_("edellyttää, että talousarviossa on rahaa"), default=False)

    class Meta:
        verbose_name = _("hyvinvointialueen osuus vuodelta")
        verbose_name_plural = _("hyvinvointialueen osuudet vuosittain")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["project", "year"], name="grants_share_year_once"),
            models.CheckConstraint(
                condition=Q(sum__gt=0),
                name="grants_share_positive",
                violation_error_message=_("Osuuden täytyy olla suurempi kuin nolla."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.sum}"


class Afterwards(models.TextChoices):
    """How the activity goes on when the project has ended."""

    OWN = "own", _("Toiminta jatkuu järjestön omin varoin")
    COUNTY = "county", _("Toiminta jatkuu hyvinvointialueen palveluna")
    AGREEMENT = "agreement", _("Toiminta jatkuu sopimuksella hyvinvointialueen kanssa")
    ENDS = "ends", _("Toiminta päättyy")


@pghistory.track()
class Continuity(models.Model):
    """The question "Miten toiminta jatkuu", the organisation's answer and the county's view.

    Personal data: who answered and who wrote the view; kept with the case.
    """

    project = models.OneToOneField(CoFundedProject, models.PROTECT, related_name="continuity")
    state = models.CharField(_("tila"), max_length=10, choices=CONTINUITY.choices(), default="asked")
    asked_at = models.DateTimeField(_("kysytty"))
    due_on = models.DateField(_("vastattava viimeistään"))
    plan = models.CharField(_("miten toiminta jatkuu"), max_length=10, choices=Afterwards.choices, blank=True)
    text = models.TextField(_("vastaus"), max_length=6000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)
    view = models.TextField(_("hyvinvointialueen näkemys"), max_length=4000, blank=True)
    viewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    viewed_at = models.DateTimeField(_("näkemys kirjattu"), null=True, blank=True)
    agreement = models.ForeignKey(Agreement, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("toiminnan jatko hankkeen jälkeen")
        verbose_name_plural = _("toiminnan jatko hankkeiden jälkeen")
        indexes = [models.Index(fields=["state", "due_on"], name="grants_continuity_due")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CONTINUITY.keys()), name="grants_continuity_state"),
            both_or_neither("grants_continuity_answered", "answered_by", "answered_at"),
            both_or_neither("grants_continuity_viewed", "viewed_by", "viewed_at"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True, plan="", text="")
                | (Q(plan__in=Afterwards.values, answered_at__isnull=False) & ~Q(state="asked") & ~Q(text="")),
                name="grants_continuity_answer_has_words",
                violation_error_message=_("Valitse, miten toiminta jatkuu, ja kerro siitä."),
            ),
            models.CheckConstraint(
                condition=Q(state="viewed", viewed_at__isnull=False) & ~Q(view="")
                | (~Q(state="viewed") & Q(viewed_at__isnull=True, view="")),
                name="grants_continuity_view_has_words",
                violation_error_message=_("Kirjoita hyvinvointialueen näkemys."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.state}"

    @property
    def state_label(self) -> Any:
        """The officers' name of the state."""
        return CONTINUITY.label(self.state)

    @property
    def applicant_state_label(self) -> Any:
        """The applicant's name of the state."""
        return CONTINUITY.applicant_label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return CONTINUITY.tone(self.state)

    def is_late(self, today: date) -> bool:
        """Tell whether the answer is late on the day."""
        return self.state == "asked" and today > self.due_on
