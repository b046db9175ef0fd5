"""An agreement during its term: the implementation plan as it goes, what each side says of it, talks that were held."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models.agreements import Agreement, AgreementParty, Side


class PlanState(models.TextChoices):
    """How far a row of the implementation plan is."""

    OPEN = "open", _("Aloittamatta")
    DOING = "doing", _("Kesken")
    DONE = "done", _("Tehty")
    LEFT = "left", _("Jätettiin tekemättä")


#: state -> the tone of its tag
PLAN_TONES = {PlanState.OPEN: "info", PlanState.DOING: "wait", PlanState.DONE: "ok", PlanState.LEFT: "none"}


class AgreementPlanRow(models.Model):
    """A row of the implementation plan of an agreement in force; what, who and when are as they were agreed."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="plan_rows")
    order = models.PositiveSmallIntegerField()
    what = models.CharField(_("mitä"), max_length=300)
    who = models.CharField(_("kuka"), max_length=200, blank=True)
    when = models.CharField(_("milloin"), max_length=100, blank=True)
    state = models.CharField(_("tila"), max_length=6, choices=PlanState.choices, default=PlanState.OPEN)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("toteuttamissuunnitelman rivi")
        verbose_name_plural = _("toteuttamissuunnitelman rivit")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "order"], name="grants_agreement_plan_order"),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="grants_agreement_plan_state"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return PLAN_TONES[PlanState(self.state)]


class Grade(models.TextChoices):
    """How the agreement works, in words."""

    WELL = "well", _("Toimii hyvin")
    MOSTLY = "mostly", _("Toimii pääosin")
    POORLY = "poorly", _("Vaatii muutoksia")
    NOT = "not", _("Ei toimi")


class AgreementEvaluation(models.Model):
    """What one side said of the agreement on a day; both sides read it. Personal data: who wrote; as the agreement."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="evaluations")
    side = models.CharField(max_length=12, choices=Side.choices)
    party = models.ForeignKey(AgreementParty, models.PROTECT, null=True, blank=True, related_name="+")
    grade = models.CharField(_("miten sopimus toimii"), max_length=6, choices=Grade.choices)
    words = models.TextField(_("perustelut"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sopimuksen arviointi")
        verbose_name_plural = _("sopimuksen arvioinnit")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side=Side.COUNTY, party__isnull=True) | Q(side=Side.ORGANISATION, party__isnull=False),
                name="grants_agreement_evaluation_side",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="grants_agreement_evaluation_words"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.get_grade_display()}"


class AgreementTalk(models.Model):
    """A talk on how the agreement works. Personal data: who took part; kept as the agreement."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="talks")
    held_on = models.DateField(_("keskustelun päivä"))
    people = models.TextField(_("paikalla"), max_length=1000)
    words = models.TextField(_("mitä sovittiin"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("arviointikeskustelu")
        verbose_name_plural = _("arviointikeskustelut")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(people="") & ~Q(words=""),
                name="grants_agreement_talk_told",
                violation_error_message=_("Kirjoita, ketkä olivat paikalla ja mitä sovittiin."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.held_on}"
