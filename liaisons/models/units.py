"""The county's own organisation: a tree of units with dates."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Term
from county.models import AreaRow, LocalizedName

#: The day on which the wellbeing services counties took over their duties; units of an area file begin then.
COUNTIES_BEGAN = date(2023, 1, 1)


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
