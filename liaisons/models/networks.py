"""Networks (verkostot) of organisations and the county: who convenes and belongs to them, goals, meetings, letters."""

from datetime import date, datetime
from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.times import format_date, local_date
from common.transitions import LifeCycle, State, Transition
from county.models import FALLBACK_LANGUAGE, AreaRow, LocalizedName
from liaisons.models.units import Unit
from organisations.models import Membership

NETWORK_MEMBER_LIFE = LifeCycle(
    name="liaisons.network_member",
    states=(
        State("asked", _("Pyytänyt mukaan"), _("Odottaa koollekutsujan vastausta"), "wait"),
        State("member", _("Jäsen"), tone="ok"),
        State("declined", _("Ei otettu mukaan"), tone="none"),
        State("left", _("Lähtenyt"), tone="none"),
        State("removed", _("Poistettu"), tone="none"),
    ),
    transitions=(
        Transition("accept", ("asked",), "member", "liaisons.network_member.handle", _("Ota mukaan")),
        Transition("decline", ("asked",), "declined", "liaisons.network_member.handle", _("Älä ota mukaan")),
        Transition("leave", ("asked", "member"), "left", "liaisons.network_member.own", _("Lähde verkostosta")),
        Transition("remove", ("member",), "removed", "liaisons.network_member.handle", _("Poista jäsen")),
        Transition(
            "lapse",
            ("asked", "member"),
            "left",
            "",
            _("Päättyy"),
            condition="the person no longer acts for the organisation",
        ),
    ),
)
NETWORK_GOAL_LIFE = LifeCycle(
    name="liaisons.network_goal",
    states=(
        State("going", _("Työn alla"), tone="info"),
        State("reached", _("Saavutettu"), tone="ok"),
        State("dropped", _("Luovuttu"), tone="none"),
    ),
    transitions=(
        Transition("follow", ("going", "dropped"), "reached", "liaisons.network_goal.edit", _("Kirjaa eteneminen")),
        Transition("follow", ("going", "reached"), "dropped", "liaisons.network_goal.edit", _("Kirjaa eteneminen")),
        Transition(
            "follow", ("going", "reached", "dropped"), "going", "liaisons.network_goal.edit", _("Kirjaa eteneminen")
        ),
    ),
)
LIVE_MEMBER = ("asked", "member")
MOST_CONVENERS = 9


class NetworkQuerySet(models.QuerySet["Network"]):
    """Questions about networks."""

    def on(self, day: date) -> Self:
        """Return those that have not ended by the day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["area_values"])
class Network(AreaRow, LocalizedName):
    """A network of a service area or a theme, from the area file or made in the portal. No personal data."""

    key = models.CharField(_("tunnus"), max_length=100, unique=True)
    description_fi = models.TextField(_("kuvaus suomeksi"), max_length=3000, blank=True)
    description_sv = models.TextField(_("kuvaus ruotsiksi"), max_length=3000, blank=True)
    description_en = models.TextField(_("kuvaus englanniksi"), max_length=3000, blank=True)
    theme = models.ForeignKey(
        "county.Theme", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("teema")
    )
    units = models.ManyToManyField(Unit, related_name="networks", blank=True, verbose_name=_("yksiköt"))
    conveners_wanted = models.PositiveSmallIntegerField(_("koollekutsujia"), default=2)
    meetings_min = models.PositiveSmallIntegerField(_("tapaamisia vuodessa vähintään"), null=True, blank=True)
    meetings_max = models.PositiveSmallIntegerField(_("tapaamisia vuodessa enintään"), null=True, blank=True)
    has_regional_forums = models.BooleanField(_("alueelliset foorumit"), default=False)
    order = models.PositiveIntegerField(_("järjestys"), default=0)
    ended_on = models.DateField(_("päättynyt"), null=True, blank=True)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("verkosto")
        verbose_name_plural = _("verkostot")
        ordering = ["order", "name_fi", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(conveners_wanted__gte=1, conveners_wanted__lte=MOST_CONVENERS),
                name="liaisons_network_conveners",
                violation_error_message=_("Koollekutsujia on 1–9."),
            ),
            models.CheckConstraint(
                condition=~Q(name_fi=""),
                name="liaisons_network_has_name",
                violation_error_message=_("Verkoston nimi puuttuu."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("liaisons:network", args=[self.pk])

    @property
    def description(self) -> tuple[str, str]:
        """Return the description in the active language, or the Finnish one, and its language."""
        language = (get_language() or FALLBACK_LANGUAGE)[:2]
        own = str(getattr(self, f"description_{language}", ""))
        return (own, language) if own else (self.description_fi, FALLBACK_LANGUAGE)


class NetworkMemberQuerySet(models.QuerySet["NetworkMember"]):
    """Questions about members."""

    def in_force(self, now: datetime) -> Self:
        """Return members whose account is in use and who, where they came from an organisation, still act for it."""
        acts = Membership.objects.in_force(now).filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
        return self.filter(Q(organisation__isnull=True) | Exists(acts), state="member", user__is_active=True)

    def conveners(self) -> Self:
        """Return those who convene, in the order in which they were named."""
        return self.filter(convener_place__isnull=False).order_by("convener_place")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["words"])
class NetworkMember(models.Model):
    """One person in one network: for an organisation, for a municipality, or (without either) for the county.

    Personal data: who belongs to what, and what they wrote when they asked; two years from leaving.
    """

    network = models.ForeignKey(Network, models.CASCADE, related_name="members", verbose_name=_("verkosto"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="networks", verbose_name=_("henkilö")
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="network_members",
        verbose_name=_("järjestö"),
    )
    municipality = models.ForeignKey(
        "county.Municipality", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kunta")
    )
    state = models.CharField(_("tila"), max_length=10, choices=NETWORK_MEMBER_LIFE.choices(), default="asked")
    words = models.CharField(_("terveiset"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("pyytänyt"))
    joined_at = models.DateTimeField(_("liittynyt"), null=True, blank=True)
    ended_at = models.DateTimeField(_("lähtenyt"), null=True, blank=True)
    convener_place = models.PositiveSmallIntegerField(_("monesko koollekutsuja"), null=True, blank=True)
    wants_mail = models.BooleanField(_("saa verkoston viestit"), default=True)

    objects = NetworkMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("verkoston jäsen")
        verbose_name_plural = _("verkoston jäsenet")
        ordering = ["user__full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "user"],
                condition=Q(state__in=LIVE_MEMBER),
                name="liaisons_networkmember_once",
                violation_error_message=_("Henkilö on jo mukana verkostossa tai pyytänyt mukaan."),
            ),
            models.UniqueConstraint(
                fields=["network", "convener_place"],
                name="liaisons_networkmember_place_once",
                violation_error_message=_("Paikalla on jo koollekutsuja."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=NETWORK_MEMBER_LIFE.keys()),
                name="liaisons_networkmember_state",
                violation_error_message=_("Tuntematon arvo."),
            ),
            models.CheckConstraint(
                condition=Q(convener_place__isnull=True)
                | Q(state="member", convener_place__gte=1, convener_place__lte=MOST_CONVENERS),
                name="liaisons_networkmember_convener",
                violation_error_message=_("Vain jäsen voi olla koollekutsuja."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_MEMBER, ended_at__isnull=True)
                | (~Q(state__in=LIVE_MEMBER) & Q(ended_at__isnull=False)),
                name="liaisons_networkmember_ended_has_time",
                violation_error_message=_("Lähteneellä jäsenellä on oltava aika."),
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(municipality__isnull=True),
                name="liaisons_networkmember_one_party",
                violation_error_message=_("Jäsen on mukana joko järjestön tai kunnan puolesta."),
            ),
            models.CheckConstraint(
                condition=~Q(state="member") | Q(joined_at__isnull=False),
                name="liaisons_networkmember_joined_has_time",
                violation_error_message=_("Jäsenellä on oltava liittymisaika."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.network}"

    @property
    def is_convener(self) -> bool:
        """Tell whether the person convenes the network."""
        return self.convener_place is not None


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class NetworkGoal(models.Model):
    """A goal that the network has agreed on, and how it goes. No personal data."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="goals")
    text = models.CharField(_("tavoite"), max_length=300)
    state = models.CharField(_("tila"), max_length=10, choices=NETWORK_GOAL_LIFE.choices(), default="going")
    progress = models.CharField(_("miten etenee"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("sovittu"))
    followed_at = models.DateTimeField(_("seurattu"), null=True, blank=True)

    class Meta:
        verbose_name = _("verkoston tavoite")
        verbose_name_plural = _("verkoston tavoitteet")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=NETWORK_GOAL_LIFE.keys()) & ~Q(text=""),
                name="liaisons_networkgoal_known",
                violation_error_message=_("Kirjoita tavoite."),
            ),
            models.CheckConstraint(
                condition=Q(state="going") | ~Q(progress=""),
                name="liaisons_networkgoal_ends_with_words",
                violation_error_message=_("Kirjoita, mitä saavutettiin tai miksi tavoitteesta luovuttiin."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return NETWORK_GOAL_LIFE.label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return NETWORK_GOAL_LIFE.tone(self.state)


class NetworkMeeting(models.Model):
    """A meeting of the network; where, agenda and memo are for members only.

    Personal data: what people write into a memo; five years from the meeting.
    """

    network = models.ForeignKey(Network, models.CASCADE, related_name="meetings")
    starts_at = models.DateTimeField(_("alkaa"))
    place = models.CharField(_("paikka"), max_length=200, blank=True)
    link = models.URLField(_("etäyhteyden osoite"), max_length=500, blank=True)
    agenda = models.TextField(_("asialista"), max_length=5000, blank=True)
    memo = models.TextField(_("muistio"), max_length=10000, blank=True)
    cancelled_at = models.DateTimeField(_("peruttu"), null=True, blank=True)

    class Meta:
        verbose_name = _("verkoston tapaaminen")
        verbose_name_plural = _("verkoston tapaamiset")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(place="", link=""),
                name="liaisons_networkmeeting_somewhere",
                violation_error_message=_("Kirjoita paikka tai etäyhteyden osoite."),
            ),
            models.UniqueConstraint(
                fields=["network", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="liaisons_networkmeeting_once",
                violation_error_message=_("Verkostolla on jo tapaaminen tähän aikaan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network}, {format_date(local_date(self.starts_at))}"


class NetworkLetter(models.Model):
    """A message of a convener to the members, first looked at, then sent once.

    Personal data: who wrote it and what; two years.
    """

    network = models.ForeignKey(Network, models.CASCADE, related_name="letters")
    subject = models.CharField(_("otsikko"), max_length=150)
    text = models.TextField(_("viesti"), max_length=5000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="network_letters", verbose_name=_("kirjoittaja")
    )
    written_at = models.DateTimeField(_("kirjoitettu"))
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    receivers = models.PositiveIntegerField(_("vastaanottajia"), null=True, blank=True)

    class Meta:
        verbose_name = _("verkoston viesti")
        verbose_name_plural = _("verkoston viestit")
        ordering = ["-written_at", "-pk"]
        constraints = [
            both_or_neither("liaisons_networkletter_sent_counts", "sent_at", "receivers"),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(text=""),
                name="liaisons_networkletter_says_something",
                violation_error_message=_("Kirjoita otsikko ja viesti."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
