"""Ideas (ideat): given by anyone, public with their fate, renewed within 60 days, followed, merged."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from forums.life_cycles_after import IDEA, IDEA_LIVE, IDEA_PUBLIC
from forums.models.voices import Voice, once_each

#: What is told of a live idea holds so long; then its handler tells again.
RENEWED_WITHIN = timedelta(days=60)
#: A new idea is read and published within so many days.
PUBLISHED_WITHIN = timedelta(days=7)


class CameBy(models.TextChoices):
    """How the idea came."""

    PORTAL = "portal", _("tässä palvelussa")
    PHONE = "phone", _("puhelimessa")
    EVENT = "event", _("tapahtumassa")


class IdeaQuerySet(models.QuerySet["Idea"]):
    """Questions about ideas."""

    def public(self) -> Self:
        """Return those in the public register."""
        return self.filter(state__in=IDEA_PUBLIC)

    def live(self) -> Self:
        """Return those that must be renewed."""
        return self.filter(state__in=IDEA_LIVE)

    def late(self, now: datetime) -> Self:
        """Return those of which nothing has been told for 60 days."""
        return self.live().filter(renewed_at__lt=now - RENEWED_WITHIN)


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["name", "email", "user"]
)
class Idea(Voice):
    """One idea; ``state`` follows the table ``IDEA``, ``words`` tell of the state to everybody.

    Personal data: see ``Voice``. The giver's organisation is shown, the person's name only where ``shows_name``.
    """

    title = models.CharField(_("otsikko"), max_length=150)
    text = models.TextField(_("idea"), max_length=4000)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas",
        verbose_name=_("järjestö"),
    )
    shows_name = models.BooleanField(_("nimeni saa näyttää"), default=False)
    event = models.ForeignKey(
        "forums.Event", models.SET_NULL, null=True, blank=True, related_name="ideas", verbose_name=_("tapahtuma")
    )
    theme = models.ForeignKey(
        "county.Theme", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("teema")
    )
    came_by = models.CharField(_("miten tuli"), max_length=10, choices=CameBy.choices, default=CameBy.PORTAL)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    state = models.CharField(_("tila"), max_length=12, choices=IDEA.choices(), default="waiting", editable=False)
    words = models.TextField(_("mitä ideasta nyt kerrotaan"), max_length=2000, blank=True)
    given_at = models.DateTimeField(_("annettu"), editable=False)
    published_at = models.DateTimeField(_("julkaistu"), null=True, blank=True, editable=False)
    renewed_at = models.DateTimeField(_("tila kerrottu viimeksi"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("päättynyt"), null=True, blank=True, editable=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas_handled",
        verbose_name=_("kuka vie eteenpäin"),
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("yhdistetty ideaan")
    )
    agreement = models.ForeignKey(
        "grants.Agreement", models.SET_NULL, null=True, blank=True, related_name="ideas", verbose_name=_("sopimus")
    )

    objects: ClassVar[Any] = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideat")
        ordering = ["-published_at", "-given_at", "-pk"]
        indexes = [models.Index(fields=["state", "renewed_at"], name="forums_idea_renewal")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=IDEA.keys()), name="forums_idea_known_state"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""),
                name="forums_idea_has_words",
                violation_error_message=_("Kirjoita otsikko ja idea."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("in_use", "not_taken", "refused")) | ~Q(words=""),
                name="forums_idea_end_has_words",
                violation_error_message=_("Kerro, mitä ideasta tuli tai miksi sitä ei toteuteta."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=IDEA_PUBLIC) | Q(published_at__isnull=False, renewed_at__isnull=False),
                name="forums_idea_public_has_times",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="forums_idea_merged_points",
                violation_error_message=_("Valitse idea, johon tämä yhdistetään."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="forums_idea_not_into_itself",
                violation_error_message=_("Ideaa ei voi yhdistää itseensä."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the idea's public page."""
        return reverse("forums:idea", args=[self.pk])

    @property
    def due_at(self) -> datetime | None:
        """Return by when the state must be told again; None for what has ended or is not public."""
        return self.renewed_at + RENEWED_WITHIN if self.renewed_at and self.state in IDEA_LIVE else None

    def is_late(self, now: datetime) -> bool:
        """Tell whether nothing has been told for more than 60 days."""
        due = self.due_at
        return due is not None and due < now

    @property
    def state_label(self) -> Any:
        """Return the state's name."""
        return IDEA.label(self.state)

    @property
    def tone(self) -> Tone:
        """Return the tone of the state's tag."""
        return IDEA.tone(self.state)

    @property
    def shown_giver(self) -> str:
        """Return who gave it as everybody may read it; empty where nobody may."""
        parts = [self.name if self.shows_name else "", str(self.organisation or "")]
        return ", ".join(part for part in parts if part)


class IdeaStep(models.Model):
    """One step in the life of an idea, public: when, which state, what was told. Not who: that is in the history."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="steps", verbose_name=_("idea"))
    state = models.CharField(_("tila"), max_length=12, choices=IDEA.choices())
    words = models.TextField(_("mitä kerrottiin"), max_length=2000, blank=True)
    at = models.DateTimeField(_("milloin"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("idean vaihe")
        verbose_name_plural = _("ideoiden vaiheet")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(IDEA.label(self.state))


class IdeaFollow(Voice):
    """Somebody follows an idea (mail when its state changes) and perhaps supports it. Personal data: see ``Voice``."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="follows", verbose_name=_("idea"))
    supports = models.BooleanField(_("kannattaa"), default=False)
    follows = models.BooleanField(_("seuraa"), default=True)
    at = models.DateTimeField(_("milloin"))

    class Meta:
        verbose_name = _("idean seuraaminen")
        verbose_name_plural = _("ideoiden seuraamiset")
        ordering = ["at", "pk"]
        constraints = [
            *once_each("idea", "forums_idea_follow"),
            models.CheckConstraint(condition=Q(supports=True) | Q(follows=True), name="forums_idea_follow_something"),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id}"
