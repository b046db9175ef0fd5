"""Pictures and floor plans of rooms."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from premises.models.sites import Room


class RoomFileKind(models.TextChoices):
    """What a room's file is."""

    PHOTO = "photo", _("valokuva")
    PLAN = "plan", _("pohjakuva")


class RoomFile(StoredFile):
    """A photo or a floor plan; public with its room. ``alt`` tells it to who cannot see it. No people in photos."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="files", verbose_name=_("tila"))
    kind = models.CharField(_("laji"), max_length=10, choices=RoomFileKind.choices)
    alt = models.CharField(_("mitä kuvassa on"), max_length=250)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta(StoredFile.Meta):
        verbose_name = _("tilan kuva")
        verbose_name_plural = _("tilojen kuvat")
        ordering = ["order", "pk"]
        constraints: ClassVar[list[Any]] = [
            *StoredFile.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="premises_roomfile_alt",
                violation_error_message=_("Kerro sanoin, mitä kuvassa on."),
            ),
        ]
