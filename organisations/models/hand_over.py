"""Handing the duty of admin over: from one person to the next, from a day on, once the next has accepted."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition
from organisations.models.people import Invitation, Membership

HAND_OVER_LIFE = LifeCycle(
    name="organisations.hand_over",
    states=(
        State("waiting", _("Odottaa uuden pääkäyttäjän hyväksyntää"), tone="wait"),
        State("accepted", _("Hyväksytty"), tone="ok"),
        State("declined", _("Uusi pääkäyttäjä ei suostunut"), tone="none"),
        State("expired", _("Vanhentunut"), tone="none"),
        State("cancelled", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("accept", ("waiting",), "accepted", "organisations.hand_over.accept", _("Ota vastaan")),
        Transition("decline", ("waiting",), "declined", "organisations.hand_over.accept", _("En ota vastaan")),
        Transition("expire", ("waiting",), "expired", "", _("Vanhenee")),
        Transition(
            "cancel",
            ("waiting", "accepted"),
            "cancelled",
            "organisations.hand_over.cancel",
            _("Peru luovutus"),
            condition="an accepted one only before its day",
        ),
    ),
)


@pghistory.track()
class HandOver(models.Model):
    """One admin hands over to another person, who has a role already (``incoming_user``) or is invited.

    When the other accepts, the terms of both are written at once, so that nothing has to run on the day: the
    outgoing admin's term ends the day before ``on`` and the incoming one's begins on it. What stood before is
    kept here, so that it can be cancelled until the day.

    Personal data: who handed over to whom; kept as long as the memberships.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="hand_overs")
    outgoing = models.ForeignKey(Membership, models.CASCADE, related_name="hand_overs", verbose_name=_("luovuttaja"))
    incoming_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uusi pääkäyttäjä"),
    )
    invitation = models.OneToOneField(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="hand_over", verbose_name=_("kutsu")
    )
    on = models.DateField(_("alkaen"))
    stays_as_viewer = models.BooleanField(_("luovuttaja jää lukijaksi"), default=True)
    state = models.CharField(_("tila"), max_length=20, choices=HAND_OVER_LIFE.choices(), default="waiting")
    started_at = models.DateTimeField(_("aloitettu"))
    expires_at = models.DateTimeField(_("hyväksyttävä viimeistään"))
    ended_at = models.DateTimeField(_("ratkaistu"), null=True, blank=True)
    effective_on = models.DateField(_("voimaan"), null=True, blank=True)

    # What acceptance changed, so that it can be undone before its day
    new_admin = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    new_viewer = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    earlier_role = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    outgoing_until = models.DateField(null=True, blank=True)
    earlier_role_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("pääkäyttäjyyden luovutus")
        verbose_name_plural = _("pääkäyttäjyyden luovutukset")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["outgoing"],
                condition=Q(state="waiting"),
                name="hand_over_one_waiting",
                violation_error_message=_("Pääkäyttäjyyden luovutus on jo kesken. Peru se ensin."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=HAND_OVER_LIFE.keys()),
                name="hand_over_state_known",
                violation_error_message=_("Tuntematon tila."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="hand_over_ended_has_time",
                violation_error_message=_("Ratkaistulla luovutuksella on oltava aika."),
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(effective_on__isnull=False, incoming_user__isnull=False),
                name="hand_over_accepted_by_somebody",
                violation_error_message=_("Hyväksytyllä luovutuksella on oltava vastaanottaja ja päivä."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outgoing} → {self.incoming_name}"

    @property
    def incoming_name(self) -> Any:
        """The next admin's name, or the invited address."""
        if self.incoming_user_id:
            return self.incoming_user
        return self.invitation.email if self.invitation else ""

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return HAND_OVER_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return HAND_OVER_LIFE.tone(self.state)
