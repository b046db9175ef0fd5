"""The county's own organisation: a tree of units with dates, the names they have had, and what became of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import Term, TermQuerySet
from county.models import AreaRow, LocalizedName
from liaisons.models.terms import no_overlap

#: The day on which the wellbeing services counties took over their duties; units of an area file begin then.
COUNTIES_BEGAN = date(2023, 1, 1)

_NO_CYCLE = """
    IF NEW.parent_id IS NOT NULL AND EXISTS (
        WITH RECURSIVE above(id, parent_id) AS (
            SELECT id, parent_id FROM liaisons_unit WHERE id = NEW.parent_id
            UNION
            SELECT unit.id, unit.parent_id FROM liaisons_unit unit JOIN above ON unit.id = above.parent_id
        )
        SELECT 1 FROM above WHERE id = NEW.id
    ) AND NEW.parent_id <> NEW.id THEN
        RAISE EXCEPTION 'unit % would stand under itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'liaisons_unit_no_cycle';
    END IF;
    RETURN NEW;
"""


class UnitKind(models.TextChoices):
    """The levels of the county's own organisation (S001, S002 §5.2, S004 §3.1)."""

    SERVICE_AREA = "service_area", _("toimialue")
    SERVICE_LINE = "service_line", _("palvelualue")
    SERVICE_DISTRICT = "service_district", _("alueellinen palvelualue")
    UNIT = "unit", _("yksikkö")


class UnitQuerySet(TermQuerySet):
    """Questions about units."""

    def on(self, day: date) -> Self:
        """Return the units that exist on the day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Unit(AreaRow, LocalizedName, Term):
    """A part of the county's organisation. A tree; names and units have dates, since they change.

    The columns say what is true today; what was and what will be stands in ``versions``. ``municipalities`` are
    those that the unit serves; none means the whole county, or what the unit above it serves.
    """

    key = models.SlugField(_("tunnus"), max_length=200, unique=True)
    kind = models.CharField(_("taso"), max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("kuuluu")
    )
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    municipalities = models.ManyToManyField(
        "county.Municipality", blank=True, related_name="units", verbose_name=_("kunnat, joita yksikkö palvelee")
    )

    objects: ClassVar[Any] = UnitQuerySet.as_manager()

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
        triggers = [
            pgtrigger.Trigger(
                name="no_cycle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),  # type: ignore[no-untyped-call]
                func=_NO_CYCLE,
            )
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the unit's page for officers."""
        return reverse("liaisons:unit", args=[self.pk])

    def version_on(self, day: date) -> "UnitVersion | None":
        """Return the version in use on the day; the first one before the unit began; None where none is kept.

        Reads ``versions.all()``: prefetch it for a list.
        """
        versions = sorted(self.versions.all(), key=lambda version: version.valid_from)
        reached = [version for version in versions if version.valid_from <= day]
        return reached[-1] if reached else next(iter(versions), None)

    def name_on(self, day: date) -> str:
        """Return the unit's name on the day in the active language: an old case keeps its old unit's name."""
        version = self.version_on(day)
        return version.name if version else self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class UnitVersion(LocalizedName, Term):
    """What a unit was called and where it belonged, from a day to a day; one version at a time."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="versions", verbose_name=_("yksikkö"))
    parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kuului yksikköön")
    )
    reason = models.CharField(_("peruste"), max_length=200, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("yksikön vaihe")
        verbose_name_plural = _("yksikön vaiheet")
        ordering = ["unit", "valid_from"]
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("unit")),
                name="liaisons_unitversion_not_its_own_parent",
                violation_error_message=_("Yksikkö ei voi kuulua itseensä. Valitse toinen yksikkö."),
            ),
            no_overlap(
                "liaisons_unitversion_one_at_a_time",
                _("Yksiköllä on jo nimi ja paikka tälle ajalle. Valitse toinen päivä."),
                "unit",
            ),
        ]


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class UnitSuccession(models.Model):
    """``after`` continues the work of ``before`` from a day: one row in a renewal, several in a split or a merge."""

    before = models.ForeignKey(Unit, models.PROTECT, related_name="successions", verbose_name=_("vanha yksikkö"))
    after = models.ForeignKey(Unit, models.PROTECT, related_name="precursions", verbose_name=_("uusi yksikkö"))
    on = models.DateField(_("alkaen"))

    class Meta:
        verbose_name = _("yksikön seuraaja")
        verbose_name_plural = _("yksiköiden seuraajat")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="liaisons_unitsuccession_once"),
            models.CheckConstraint(
                condition=~Q(before=F("after")),
                name="liaisons_unitsuccession_another_unit",
                violation_error_message=_("Yksikkö ei voi olla oma seuraajansa. Valitse toinen yksikkö."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


def below(units: Iterable[Any], root_id: int) -> set[int]:
    """Return the ids of ``root_id`` and all units under it, read from rows with ``pk`` and ``parent_id``."""
    children: dict[int | None, list[int]] = {}
    for unit in units:
        children.setdefault(unit.parent_id, []).append(unit.pk)
    found, waiting = {root_id}, [root_id]
    while waiting:
        new = [pk for pk in children.get(waiting.pop(), []) if pk not in found]
        found.update(new)
        waiting.extend(new)
    return found
