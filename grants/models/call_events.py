"""What happened to a call after it was made: dated facts with author and reason, never changed afterwards."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from grants.models.calls import GrantCall


class CallVerb(models.TextChoices):
    """What was done to the call."""

    CREATED = "created", _("Haku perustettiin")
    COPIED = "copied", _("Haku kopioitiin aiemmasta")
    ASKED = "asked", _("Julkaisua pyydettiin")
    RETURNED = "returned", _("Haku palautettiin korjattavaksi")
    PUBLISHED = "published", _("Haku julkaistiin")
    EXTENDED = "extended", _("Hakuaikaa jatkettiin")
    CANCELLED = "cancelled", _("Haku peruttiin")
    BUDGET = "budget", _("Talousarvio päätettiin")
    INVITED = "invited", _("Järjestö kutsuttiin hakemaan")
    UNINVITED = "uninvited", _("Kutsu peruttiin")


@pgtrigger.register(
    pgtrigger.Protect(name="call_event_stays", operation=pgtrigger.Update | pgtrigger.Delete),
)
class CallEvent(models.Model):
    """One thing that was done to a call; an extension says the closing instant before and after it.

    The reason of an extension and of a cancellation is public: applicants plan by the closing time.
    """

    call = models.ForeignKey(GrantCall, models.PROTECT, related_name="call_events")
    verb = models.CharField(max_length=10, choices=CallVerb.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("syy"), max_length=500, blank=True)
    closed_before = models.DateTimeField(null=True, blank=True)
    closes_after = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("haun tapahtuma")
        verbose_name_plural = _("haun tapahtumat")
        ordering = ["-at", "-pk"]
        constraints = [
            both_or_neither("grants_call_event_extension", "closed_before", "closes_after"),
            models.CheckConstraint(
                condition=Q(closes_after__isnull=True) | Q(closes_after__gt=F("closed_before")),
                name="grants_call_event_only_longer",
                violation_error_message=_("Hakuaikaa voi vain pidentää."),
            ),
            models.CheckConstraint(
                condition=~Q(verb__in=["extended", "cancelled", "returned"]) | ~Q(reason=""),
                name="grants_call_event_has_reason",
                violation_error_message=_("Kirjoita syy. Se näkyy hakijoille."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.at:%d.%m.%Y}"
