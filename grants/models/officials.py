"""Office-holders who decide grants (päättävä viranhaltija), and the numbers of their decisions."""

from datetime import datetime
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Term, TermQuerySet
from liaisons.models.terms import no_overlap


class DecidingOfficialQuerySet(TermQuerySet):
    """Holders of deciding posts by the question that is asked of them."""

    def holding(self, user: Any, now: datetime) -> Self:
        """Return the posts in which the person decides at ``now``, as holder or as deputy."""
        return self.in_force(now).filter(user=user.pk or 0)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class DecidingOfficial(Term):
    """A person decides grants in a post (virka) for a term, as its holder or as the deputy.

    ``post`` is the title as the kinds of grant name it (``GrantKind.decided_by_post_fi``): whoever holds the post
    decides every kind that the rules (hallintosääntö) delegate to it. ``reason`` is the decision by which the person
    holds the post or stands in. Nobody gives it to themselves.

    Personal data: an official's public duty; kept as long as the decisions that were made in it.
    """

    post = models.CharField(_("virka"), max_length=150)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deciding_posts", verbose_name=_("henkilö")
    )
    is_deputy = models.BooleanField(_("sijainen"), default=False)
    reason = models.CharField(_("peruste"), max_length=300)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("antaja"))
    given_at = models.DateTimeField(_("annettu"))

    objects: ClassVar[Any] = DecidingOfficialQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = _("päättävä viranhaltija")
        verbose_name_plural = _("päättävät viranhaltijat")
        ordering = ["post", "is_deputy", "user__full_name", "pk"]
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(post="") & ~Q(reason=""),
                name="grants_official_has_post",
                violation_error_message=_("Kerro virka ja peruste, jolla henkilö hoitaa sitä."),
            ),
            models.CheckConstraint(
                condition=~Q(given_by=F("user")),
                name="grants_official_not_own",
                violation_error_message=_("Et voi nimetä itseäsi päättäjäksi."),
            ),
            no_overlap(
                "grants_official_one_at_a_time",
                _("Henkilö hoitaa jo tätä virkaa osan tästä ajasta. Päätä ensin vanha tehtävä."),
                "user",
                "post",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.post}"


class OfficialNumberSeries(models.Model):
    """The last number of an office-holder's decisions (viranhaltijapäätöksen numero) in a post and year.

    Taken in the transaction that decides, under the row's lock, so that there are neither gaps nor doubles.
    """

    post = models.CharField(max_length=150)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("viranhaltijapäätösten numerosarja")
        verbose_name_plural = _("viranhaltijapäätösten numerosarjat")
        constraints = [models.UniqueConstraint(fields=["post", "year"], name="grants_official_series")]

    def __str__(self) -> str:
        return f"{self.post} {self.year}: {self.last}"
