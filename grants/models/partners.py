"""Joint applications (yhteishakemus): the partners of the organisation that applies, and who does what for how much.

The organisation that applies (hakijana toimiva järjestö) is the only party of the decision: it answers for the use
and the reports (688/2001 7 § as a model). What stands here tells what each partner has confirmed that it does, and
with which part of the money.
"""

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MoneyField
from grants.life_cycles_partners import PARTNER
from grants.models.applications import Application
from grants.models.triggers import any_changed
from organisations.models import Organisation

#: So many partners may stand in one application.
MOST_PARTNERS = 20

#: What a partner confirms: when one of these changes, that partner confirms again.
TERMS = ("name", "task", "grant_share", "own_share")


class AnsweredVia(models.TextChoices):
    """How a partner's answer came."""

    PORTAL = "portal", _("Yhdyspinnassa")
    LINK = "link", _("sähköpostin linkillä")
    PAPER = "paper", _("paperilla")


class LeadShare(models.Model):
    """What the applying organisation itself does in a joint application, and with which part of the money, in euros.

    ``grant_share`` is its part of the asked grant, ``own_share`` what it pays from other money.
    """

    application = models.OneToOneField(Application, models.CASCADE, related_name="lead_share")
    task = models.TextField(_("mitä järjestönne tekee"), max_length=1000)
    grant_share = MoneyField(_("osuus avustuksesta"), null=True, blank=True)
    own_share = MoneyField(_("muu rahoitus"), null=True, blank=True)

    class Meta:
        verbose_name = _("hakijan osuus yhteishakemuksessa")
        verbose_name_plural = _("hakijoiden osuudet yhteishakemuksissa")
        constraints = [
            models.CheckConstraint(
                condition=(Q(grant_share__isnull=True) | Q(grant_share__gte=0))
                & (Q(own_share__isnull=True) | Q(own_share__gte=0)),
                name="grants_lead_share_positive",
                violation_error_message=_("Osuus ei voi olla pienempi kuin nolla."),
            )
        ]

    def __str__(self) -> str:
        return self.task[:60]


class CurrentPartners(models.Manager["ApplicationPartner"]):
    """The partners that belong to the application now."""

    def get_queryset(self) -> models.QuerySet["ApplicationPartner"]:
        """Leave out those that were removed after they had been sent; a partner's name needs its organisation."""
        return super().get_queryset().filter(removed_at__isnull=True).select_related("organisation")


_PERSONAL = ["token_hash", "contact_name", "contact_email", "answered_name", "answer_note"]


@pgtrigger.register(
    pgtrigger.Protect(
        name="confirmed_terms_stay",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="confirmed", new__state="confirmed") & any_changed(*TERMS),
    )
)
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=_PERSONAL)
class ApplicationPartner(models.Model):
    """A partner of a joint application: an organisation of the register, or one that is not there, by its name.

    ``confirmed_terms`` is the hash of what was confirmed (``grants.joint.digest``); the database refuses other terms
    under a confirmation that stands. A partner whose people are not in the portal answers through a link in a mail:
    only its hash is kept, it is good until ``link_until`` and for one answer. What was sent is never deleted: a
    partner taken out of a reopened application gets ``removed_at``.

    Personal data: the contact person and address of a partner, and who answered. Kept as long as the application
    (docs/data-protection.md); of the address only what the link needed.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="joint_applications",
        verbose_name=_("järjestö"),
    )
    name = models.CharField(_("kumppanin nimi"), max_length=200, blank=True)
    contact_name = models.CharField(_("yhteyshenkilö"), max_length=150, blank=True)
    contact_email = models.EmailField(_("yhteyshenkilön sähköposti"), blank=True)
    task = models.TextField(_("mitä kumppani tekee"), max_length=1000)
    grant_share = MoneyField(_("osuus avustuksesta"), null=True, blank=True)
    own_share = MoneyField(_("muu rahoitus"), null=True, blank=True)
    state = models.CharField(_("tila"), max_length=12, choices=PARTNER.choices(), default="named", editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("vahvistus pyydetty"), null=True, blank=True)
    times_asked = models.PositiveSmallIntegerField(default=0, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    link_until = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    answered_name = models.CharField(_("vastaaja"), max_length=150, blank=True)
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)
    answered_via = models.CharField(max_length=8, choices=AnsweredVia.choices, blank=True)
    answer_note = models.TextField(_("kumppanin viesti"), max_length=1000, blank=True)
    confirmed_terms = models.CharField(max_length=64, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CurrentPartners()
    everything = models.Manager()  # noqa: DJ012 - a second manager, not a field

    class Meta:
        verbose_name = _("yhteishakemuksen kumppani")
        verbose_name_plural = _("yhteishakemusten kumppanit")
        ordering = ["application", "pk"]
        indexes = [models.Index(fields=["organisation", "state"], name="grants_partner_organisation")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["application", "organisation"],
                condition=Q(removed_at__isnull=True, organisation__isnull=False),
                name="grants_partner_once",
                violation_error_message=_("Tämä järjestö on jo kumppanina hakemuksessa."),
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, name="") | (Q(organisation__isnull=True) & ~Q(name="")),
                name="grants_partner_named",
                violation_error_message=_("Valitse järjestö rekisteristä tai kirjoita kumppanin nimi."),
            ),
            models.CheckConstraint(
                condition=(Q(grant_share__isnull=True) | Q(grant_share__gte=0))
                & (Q(own_share__isnull=True) | Q(own_share__gte=0)),
                name="grants_partner_share_positive",
                violation_error_message=_("Osuus ei voi olla pienempi kuin nolla."),
            ),
            models.CheckConstraint(condition=Q(state__in=PARTNER.keys()), name="grants_partner_state"),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (Q(answered_at__isnull=False) & ~Q(answered_via="") & ~Q(confirmed_terms="")),
                name="grants_partner_confirmed_has_facts",
            ),
            models.CheckConstraint(
                condition=Q(token_hash__isnull=True) | Q(link_until__isnull=False),
                name="grants_partner_link_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The partner's name, from the register where it is there."""
        return self.organisation.name if self.organisation else self.name

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return PARTNER.label(self.state)

    @property
    def state_tone(self) -> Any:
        """The tone of the state's tag."""
        return PARTNER.tone(self.state)
