"""Who acts for an organisation: memberships, claims to represent, invitations."""

from datetime import datetime
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.models import Term, TermQuerySet
from common.transitions import LifeCycle, State, Transition
from documents.models import StoredFile


class MembershipRole(models.TextChoices):
    """What a person may do for the organisation."""

    ADMIN = "admin", _("pääkäyttäjä")
    EDITOR = "editor", _("muokkaaja")
    SIGNATORY = "signatory", _("nimenkirjoittaja")
    VIEWER = "viewer", _("lukija")


ROLE_EXPLANATIONS = {
    MembershipRole.ADMIN: _(
        "Pääkäyttäjä pitää järjestön tiedot ajan tasalla, kutsuu muita ja lähettää hakemukset ja selvitykset."
    ),
    MembershipRole.EDITOR: _("Muokkaaja täyttää hakemuksia ja selvityksiä ja pitää järjestön tiedot ajan tasalla."),
    MembershipRole.SIGNATORY: _(
        "Nimenkirjoittaja täyttää ja lähettää hakemukset ja selvitykset ja ilmoittaa tilinumeron."
    ),
    MembershipRole.VIEWER: _("Lukija näkee järjestön hakemukset, päätökset ja selvitykset mutta ei muuta niitä."),
}


class MembershipQuerySet(TermQuerySet):
    """Questions about memberships."""

    def in_force(self, now: datetime) -> Self:
        """Return those whose term covers ``now`` and that nobody has ended."""
        return super().in_force(now).filter(ended_at__isnull=True)

    def of(self, user: Any) -> Self:
        """Return the memberships of a person."""
        return self.filter(user=user)


@pghistory.track()
class Membership(Term):
    """A person's right to act for an organisation, from a day to a day.

    Personal data: who represented the organisation and when, needed to know who did what; kept six years from
    its end (records plan, handling of grants). An ended membership gives no access from that instant, even if
    its last day has not yet passed.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("henkilö")
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="memberships", verbose_name=_("järjestö")
    )
    role = models.CharField(_("rooli"), max_length=20, choices=MembershipRole.choices)
    source = models.CharField(_("peruste"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("päätetty"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("päättäjä")
    )

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = _("jäsenyys")
        verbose_name_plural = _("jäsenyydet")
        constraints = [
            *Term.Meta.constraints,
            ExclusionConstraint(
                name="membership_one_in_force",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("organisation"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_until"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("Henkilöllä on jo rooli tässä järjestössä samaan aikaan."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=MembershipRole.values),
                name="membership_role_known",
                violation_error_message=_("Tuntematon rooli."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(valid_until__isnull=False),
                name="membership_ended_has_last_day",
                violation_error_message=_("Päätetyllä jäsenyydellä on oltava viimeinen päivä."),
            ),
        ]
        indexes = [models.Index("organisation", "valid_from", name="membership_by_organisation")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    @property
    def explanation(self) -> str | Promise:
        """One sentence on what the role lets the person do."""
        return ROLE_EXPLANATIONS[MembershipRole(self.role)]


CLAIM_LIFE = LifeCycle(
    name="organisations.claim",
    states=(
        State("waiting", _("Odottaa käsittelyä"), _("Odottaa hyvinvointialueen hyväksyntää"), "wait"),
        State("approved", _("Hyväksytty"), tone="ok"),
        State("refused", _("Hylätty"), tone="bad"),
        State("withdrawn", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("approve", ("waiting",), "approved", "organisations.claim.decide", _("Hyväksy")),
        Transition("refuse", ("waiting",), "refused", "organisations.claim.decide", _("Hylkää")),
        Transition("withdraw", ("waiting",), "withdrawn", "organisations.claim.own", _("Peru pyyntö")),
    ),
)


class CameBy(models.TextChoices):
    """How a claim reached the county; what an officer enters for somebody says where it comes from."""

    PORTAL = "portal", _("portaalissa")
    PAPER = "paper", _("paperilla")
    EMAIL = "email", _("sähköpostilla")
    PHONE = "phone", _("puhelimitse")


@pghistory.track()
class Claim(models.Model):
    """ "Edustan tätä järjestöä": a person asks for the right to act, the coordinator checks.

    Personal data: the person's position in the NGO and the evidence given, needed to decide; kept two years
    after the decision.
    """

    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="claims", verbose_name=_("järjestö")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="organisation_claims", verbose_name=_("pyytäjä")
    )
    role = models.CharField(_("rooli"), max_length=20, choices=MembershipRole.choices)
    position = models.CharField(_("asemasi järjestössä"), max_length=200)
    evidence = models.TextField(_("mistä asemasi näkyy"), max_length=2000)
    state = models.CharField(_("tila"), max_length=20, choices=CLAIM_LIFE.choices(), default="waiting")
    created_at = models.DateTimeField(_("lähetetty"))
    decided_at = models.DateTimeField(_("ratkaistu"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("käsittelijä"),
    )
    decision_reason = models.CharField(_("perustelu"), max_length=1000, blank=True)
    code = models.ForeignKey(
        "organisations.ClaimCode",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("käyttöönottokoodi"),
    )
    came_by = models.CharField(
        _("miten pyyntö tuli"), max_length=10, choices=CameBy.choices, default=CameBy.PORTAL, db_default="portal"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("kirjaaja")
    )

    class Meta:
        verbose_name = _("edustuspyyntö")
        verbose_name_plural = _("edustuspyynnöt")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(state="waiting"),
                name="claim_one_waiting",
                violation_error_message=_("Olet jo pyytänyt oikeutta edustaa tätä järjestöä. Pyyntö odottaa."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="claim_decided_has_time",
                violation_error_message=_("Ratkaistulla pyynnöllä on oltava aika."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLAIM_LIFE.keys()) & Q(role__in=MembershipRole.values),
                name="claim_values_known",
                violation_error_message=_("Tuntematon tila tai rooli."),
            ),
            models.CheckConstraint(
                condition=Q(came_by__in=CameBy.values),
                name="claim_came_by_known",
                violation_error_message=_("Tuntematon tapa, jolla pyyntö tuli."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("organisations:claim_case", args=[self.pk])

    @property
    def state_label(self) -> str | Promise:
        """The state's name for officers."""
        return CLAIM_LIFE.label(self.state)

    @property
    def applicant_label(self) -> str | Promise:
        """The state's name for the claimant."""
        return CLAIM_LIFE.applicant_label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return CLAIM_LIFE.tone(self.state)


class ClaimFile(StoredFile):
    """The minutes extract that shows the claimant's position; erased together with the claim."""

    claim = models.OneToOneField(Claim, models.CASCADE, related_name="attachment")

    class Meta(StoredFile.Meta):
        verbose_name = _("edustuspyynnön liite")
        verbose_name_plural = _("edustuspyynnön liitteet")


INVITATION_LIFE = LifeCycle(
    name="organisations.invitation",
    states=(
        State("sent", _("Lähetetty"), tone="wait"),
        State("accepted", _("Hyväksytty"), tone="ok"),
        State("expired", _("Vanhentunut"), tone="none"),
        State("withdrawn", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("accept", ("sent",), "accepted", "organisations.invitation.accept", _("Hyväksy kutsu")),
        Transition("expire", ("sent",), "expired", "", _("Vanhenee")),
        Transition("withdraw", ("sent",), "withdrawn", "organisations.manage_people", _("Peru kutsu")),
    ),
)


@pghistory.track(exclude=["token_hash"])
class Invitation(models.Model):
    """An invitation by e-mail to act for the organisation; only the token's hash is kept.

    Personal data: the invited e-mail address; erased with the row a year after the invitation has ended.
    """

    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="invitations", verbose_name=_("järjestö")
    )
    email = models.EmailField(_("sähköposti"))
    role = models.CharField(_("rooli"), max_length=20, choices=MembershipRole.choices)
    valid_until = models.DateField(_("rooli päättyy"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(_("tila"), max_length=20, choices=INVITATION_LIFE.choices(), default="sent")
    sent_at = models.DateTimeField(_("lähetetty"))
    expires_at = models.DateTimeField(_("voimassa"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("kutsuja")
    )
    ended_at = models.DateTimeField(_("päättyi"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("hyväksyjä")
    )

    class Meta:
        verbose_name = _("kutsu")
        verbose_name_plural = _("kutsut")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                F("organisation"),
                Lower("email"),
                condition=Q(state="sent"),
                name="invitation_one_open",
                violation_error_message=_("Tähän osoitteeseen on jo lähetetty kutsu. Peru se ensin."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")),
                name="invitation_expires_later",
                violation_error_message=_("Kutsun on oltava voimassa lähettämisen jälkeen."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=INVITATION_LIFE.keys()) & Q(role__in=MembershipRole.values),
                name="invitation_values_known",
                violation_error_message=_("Tuntematon tila tai rooli."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} – {self.organisation}"

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return INVITATION_LIFE.label(self.state)

    @property
    def explanation(self) -> str | Promise:
        """One sentence on what the offered role lets the person do."""
        return ROLE_EXPLANATIONS[MembershipRole(self.role)]

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return INVITATION_LIFE.tone(self.state)
