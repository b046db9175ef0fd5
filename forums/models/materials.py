"""Materials (aineistot) of an event: files and links, before and after, for everybody or for those who took part."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile


class SeenBy(models.TextChoices):
    """Who sees a material or a memo."""

    PUBLIC = "public", _("kaikki, jotka näkevät tapahtuman")
    PARTICIPANTS = "participants", _("tapahtumaan ilmoittautuneet")


class MaterialFile(StoredFile):
    """A file of an event. ``title`` says what it is: the file's name alone tells little to a screen reader."""

    event = models.ForeignKey("forums.Event", models.PROTECT, related_name="files", verbose_name=_("tapahtuma"))
    title = models.CharField(_("mitä tiedostossa on"), max_length=200)
    language = models.CharField(_("tiedoston kieli"), max_length=2, choices=settings.LANGUAGES, default="fi")
    seen_by = models.CharField(_("kuka näkee"), max_length=12, choices=SeenBy.choices, default=SeenBy.PUBLIC)

    class Meta(StoredFile.Meta):
        verbose_name = _("aineiston tiedosto")
        verbose_name_plural = _("aineiston tiedostot")
        ordering = ["uploaded_at", "pk"]
        constraints: ClassVar[list[Any]] = [
            *StoredFile.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(title=""),
                name="forums_materialfile_has_title",
                violation_error_message=_("Kirjoita, mitä tiedostossa on."),
            ),
        ]


class MaterialLink(models.Model):
    """A link to something elsewhere that belongs to the event."""

    event = models.ForeignKey("forums.Event", models.CASCADE, related_name="links", verbose_name=_("tapahtuma"))
    title = models.CharField(_("mitä linkissä on"), max_length=200)
    address = models.URLField(_("osoite"), max_length=1000)
    language = models.CharField(_("kieli"), max_length=2, choices=settings.LANGUAGES, default="fi")
    seen_by = models.CharField(_("kuka näkee"), max_length=12, choices=SeenBy.choices, default=SeenBy.PUBLIC)
    added_at = models.DateTimeField(_("lisätty"))

    class Meta:
        verbose_name = _("aineiston linkki")
        verbose_name_plural = _("aineiston linkit")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="forums_materiallink_has_title",
                violation_error_message=_("Kirjoita, mitä linkissä on."),
            )
        ]

    def __str__(self) -> str:
        return self.title
