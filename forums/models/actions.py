"""Actions (toimenpiteet): who does what by when, and how one sees that it helped."""

from datetime import date
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from forums.life_cycles_after import ACTION


class ActionQuerySet(models.QuerySet["Action"]):
    """Questions about actions."""

    def open(self) -> Self:
        """Return those that are not done."""
        return self.filter(state="open")

    def late(self, today: date) -> Self:
        """Return the open ones whose day has gone."""
        return self.open().filter(due_on__lt=today)


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["owner_name", "owner_email"]
)
class Action(models.Model):
    """One action; ``state`` follows the table ``ACTION``.

    From a phenomenon (ilmiö) through measures to an indicator: ``phenomenon``, ``title``, ``measure`` with ``target``
    and, once done, ``result``. Personal data: the owner's name and e-mail address where they have no account; erased
    two years after the end.
    """

    title = models.CharField(_("toimenpide"), max_length=200)
    text = models.TextField(_("tarkemmin"), max_length=3000, blank=True)
    phenomenon = models.CharField(_("ilmiö"), max_length=200, blank=True)
    event = models.ForeignKey(
        "forums.Event", models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("tapahtuma")
    )
    idea = models.ForeignKey(
        "forums.Idea", models.SET_NULL, null=True, blank=True, related_name="actions", verbose_name=_("idea")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="actions_owned",
        verbose_name=_("vastuuhenkilö"),
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="event_actions",
        verbose_name=_("vastuujärjestö"),
    )
    owner_name = models.CharField(_("vastuuhenkilön nimi"), max_length=150, blank=True)
    owner_email = models.EmailField(_("vastuuhenkilön sähköposti"), blank=True)
    due_on = models.DateField(_("valmis viimeistään"))
    measure = models.CharField(_("mittari"), max_length=200, blank=True)
    target = models.CharField(_("tavoite"), max_length=200, blank=True)
    result = models.TextField(_("tulos"), max_length=2000, blank=True)
    is_public = models.BooleanField(_("näkyy kaikille tapahtuman sivulla"), default=True)
    state = models.CharField(_("tila"), max_length=10, choices=ACTION.choices(), default="open", editable=False)
    reason = models.CharField(_("miksi luovuttiin"), max_length=500, blank=True)
    closed_at = models.DateTimeField(_("päättynyt"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("kirjattu"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects: ClassVar[Any] = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("toimenpide")
        verbose_name_plural = _("toimenpiteet")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="forums_action_due")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ACTION.keys()), name="forums_action_known_state"),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="forums_action_has_title",
                violation_error_message=_("Kirjoita, mitä tehdään."),
            ),
            models.CheckConstraint(
                condition=~Q(state="open")
                | Q(owner__isnull=False)
                | Q(organisation__isnull=False)
                | (~Q(owner_name="") & ~Q(owner_email="")),
                name="forums_action_has_owner",
                violation_error_message=_("Valitse, kuka vastaa: henkilö, järjestö tai nimi ja sähköposti."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(result=""),
                name="forums_action_done_has_result",
                violation_error_message=_("Kerro, mitä saatiin aikaan."),
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""),
                name="forums_action_dropped_has_reason",
                violation_error_message=_("Kerro, miksi toimenpiteestä luovutaan."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="forums_action_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(target="") | ~Q(measure=""),
                name="forums_action_target_has_measure",
                violation_error_message=_("Kirjoita mittari, jota tavoite koskee."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the action's page."""
        return reverse("forums:action", args=[self.pk])

    @property
    def state_label(self) -> Any:
        """Return the state's name."""
        return ACTION.label(self.state)

    @property
    def tone(self) -> Tone:
        """Return the tone of the state's tag."""
        return ACTION.tone(self.state)

    def is_late(self, today: date) -> bool:
        """Tell whether the day has gone and it is not done."""
        return self.state == "open" and self.due_on < today

    @property
    def shown_owner(self) -> str:
        """Return who answers for it: the organisation, else the person; all who see the action see it."""
        if self.organisation is not None:
            return str(self.organisation)
        return str(self.owner.full_name) if self.owner is not None else self.owner_name
