"""Hand-outs (ohjauslaput): what a professional gives to a client to take along. Nothing about the client, ever."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Handout(models.Model):
    """A chosen set of activities that is printed; the key cannot be guessed and tells nothing.

    No personal data. Erased after two years; the counts stay.
    """

    key = models.CharField(max_length=32, unique=True, editable=False)
    activities = models.ManyToManyField(
        "organisations.Activity",
        through="organisations.HandoutItem",
        related_name="handouts",
        verbose_name=_("toiminta"),
    )
    unit_name = models.CharField(_("yksikkö"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("tehty"))

    class Meta:
        verbose_name = _("ohjauslappu")
        verbose_name_plural = _("ohjauslaput")
        indexes = [models.Index("created_at", name="handout_by_age")]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("organisations:handout", args=[self.key])


class HandoutItem(models.Model):
    """One activity of a hand-out, in its place."""

    handout = models.ForeignKey(Handout, models.CASCADE, related_name="items")
    activity = models.ForeignKey("organisations.Activity", models.CASCADE, related_name="handout_items")
    order = models.PositiveSmallIntegerField(_("järjestys"))

    class Meta:
        verbose_name = _("ohjauslapun rivi")
        verbose_name_plural = _("ohjauslapun rivit")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["handout", "activity"], name="handout_item_once")]

    def __str__(self) -> str:
        return f"{self.order}"


class MonthlyCount(models.Model):
    """How many in a month, by life situation and municipality; neither needs to be known."""

    month = models.DateField(_("kuukausi"))
    life_situation = models.ForeignKey(
        "county.LifeSituation", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("elämäntilanne")
    )
    municipality = models.ForeignKey(
        "county.Municipality", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("kunta")
    )
    number = models.PositiveIntegerField(_("määrä"), default=0)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="%(app_label)s_%(class)s_first_of_month",
                violation_error_message=_("Kuukausi on kuun ensimmäinen päivä."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.month}: {self.number}"


class HandoutCount(MonthlyCount):
    """Hand-outs of a month by unit, life situation and municipality. No personal data; kept for the statistics."""

    unit_key = models.CharField(_("yksikön tunnus"), max_length=200, blank=True)
    unit_name = models.CharField(_("yksikkö"), max_length=200, blank=True)

    class Meta(MonthlyCount.Meta):
        verbose_name = _("ohjauslappujen määrä")
        verbose_name_plural = _("ohjauslappujen määrät")
        constraints = [
            *MonthlyCount.Meta.constraints,
            models.UniqueConstraint(
                fields=["month", "unit_key", "life_situation", "municipality"],
                name="handout_count_once",
                nulls_distinct=False,
            ),
        ]


class SearchMiss(MonthlyCount):
    """How often nothing was found for a life situation in a municipality. No personal data."""

    class Meta(MonthlyCount.Meta):
        verbose_name = _("haku ilman tulosta")
        verbose_name_plural = _("haut ilman tulosta")
        constraints = [
            *MonthlyCount.Meta.constraints,
            models.UniqueConstraint(
                fields=["month", "life_situation", "municipality"], name="search_miss_once", nulls_distinct=False
            ),
        ]
