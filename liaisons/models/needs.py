"""Needs (tarpeet) that the county's service areas publish: with what they would like organisations' ideas."""

from datetime import date
from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition
from liaisons.models.posts import Post

NEED_LIFE = LifeCycle(
    name="liaisons.need",
    states=(
        State("published", _("Ideoita toivotaan"), tone="info"),
        State("ended", _("Päättynyt"), tone="none"),
    ),
    transitions=(Transition("end", ("published",), "ended", "liaisons.need.manage", _("Päätä ja kerro tulos")),),
)


class NeedQuerySet(models.QuerySet["Need"]):
    """Questions about needs."""

    def open(self, today: date) -> Self:
        """Return those to which ideas may be sent on the day."""
        return self.filter(state="published", open_until__gte=today)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Need(models.Model):
    """What a service area needs and cannot do alone; ideas come as co-operation requests to its post.

    Public from its first day to its end; what came of it (``outcome``) is told when it ends. Personal data: none but
    who published it.
    """

    title = models.CharField(_("otsikko"), max_length=150)
    text = models.TextField(_("mitä tarvitaan"), max_length=4000)
    post = models.ForeignKey(Post, models.PROTECT, related_name="needs", verbose_name=_("kenelle ideat tulevat"))
    theme = models.ForeignKey(
        "county.Theme", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("teema")
    )
    published_on = models.DateField(_("julkaistu"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("julkaisija")
    )
    open_until = models.DateField(_("ideoita voi lähettää"))
    state = models.CharField(_("tila"), max_length=10, choices=NEED_LIFE.choices(), default="published")
    outcome = models.TextField(_("mitä tarpeesta tuli"), max_length=2000, blank=True)
    ended_at = models.DateTimeField(_("päättynyt"), null=True, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("palvelualueen tarve")
        verbose_name_plural = _("palvelualueiden tarpeet")
        ordering = ["open_until", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="published", ended_at__isnull=True)
                | (Q(state="ended", ended_at__isnull=False) & ~Q(outcome="")),
                name="liaisons_need_ends_with_outcome",
                violation_error_message=_("Kerro, mitä tarpeesta tuli."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""),
                name="liaisons_need_has_words",
                violation_error_message=_("Kirjoita otsikko ja mitä tarvitaan."),
            ),
            models.CheckConstraint(
                condition=Q(open_until__gte=F("published_on")),
                name="liaisons_need_open_after_publishing",
                violation_error_message=_("Ideoita voi lähettää vähintään julkaisupäivän."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("liaisons:need", args=[self.pk])

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return NEED_LIFE.tone(self.state)

    def takes_ideas(self, today: date) -> bool:
        """Tell whether an idea may be sent on the day."""
        return self.state == "published" and self.open_until >= today
