"""Co-operation requests (yhteistyöpyynnöt): what organisations ask of the county, one thread each until its answer."""

from datetime import date
from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition
from documents.models import StoredFile
from liaisons.models.needs import Need
from liaisons.models.posts import Post, Power

REQUEST_LIFE = LifeCycle(
    name="liaisons.request",
    states=(
        State("received", _("Saapunut"), _("Vastaanotettu"), "wait"),
        State("in_progress", _("Käsittelyssä"), tone="info"),
        State("waiting_asker", _("Odottaa lähettäjää"), _("Odottaa sinun vastaustasi"), "wait"),
        State("answered", _("Vastattu"), _("Vastattu: kerro, auttoiko vastaus"), "ok"),
        State("closed", _("Päättynyt"), tone="ok"),
        State("withdrawn", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("take", ("received",), "in_progress", "liaisons.request.handle", _("Ota käsittelyyn")),
        Transition(
            "transfer",
            ("received", "in_progress", "waiting_asker"),
            "received",
            "liaisons.request.handle",
            _("Siirrä toiselle"),
        ),
        Transition(
            "ask_more", ("received", "in_progress"), "waiting_asker", "liaisons.request.handle", _("Kysy lisää")
        ),
        Transition("reply", ("waiting_asker",), "in_progress", "liaisons.request.own", _("Vastaa kysymykseen")),
        Transition(
            "answer",
            ("received", "in_progress", "waiting_asker"),
            "answered",
            "liaisons.request.handle",
            _("Anna vastaus"),
        ),
        Transition("helped", ("answered",), "closed", "liaisons.request.own", _("Kerro, auttoiko vastaus")),
        Transition("reopen", ("answered",), "in_progress", "liaisons.request.own", _("Vastaus ei auttanut")),
        Transition(
            "close", ("answered",), "closed", "", _("Päätä"), condition="nothing was said for 30 days after the answer"
        ),
        Transition(
            "withdraw",
            ("received", "in_progress", "waiting_asker"),
            "withdrawn",
            "liaisons.request.own",
            _("Peru pyyntö"),
        ),
    ),
)
OPEN_STATES = ("received", "in_progress", "waiting_asker")


class RequestKind(models.TextChoices):
    """What is asked (S000, S003: the usual reasons why organisations turn to the county)."""

    STATEMENT = "statement", _("lausunto ulkopuoliseen rahoitushakuun")
    LETTER_OF_INTENT = "letter_of_intent", _("aiekirje tai aiesopimus")
    STEERING_GROUP = "steering_group", _("hyvinvointialueen edustaja ohjausryhmään")
    VISIT = "visit", _("ammattilaisen vierailu ryhmään (jalkautuminen)")
    HOURS = "hours", _("ammattilaisen vastaanottoaika järjestön tiloissa")
    EXPERT_BY_EXPERIENCE = "expert_by_experience", _("kokemustoimija kehittämistyöhön")
    PRESENTATION = "presentation", _("järjestö esittelee toimintaansa henkilöstölle")
    STAND = "stand", _("järjestön esittelypiste sote-keskuksessa tai sairaalassa")
    PROJECT_IDEA = "project_idea", _("hankeidea")
    OTHER = "other", _("muu asia tai kysymys")


#: The power without which an answer in the county's name would promise too much (practitioners cannot give it).
NEEDS_POWER = {
    RequestKind.STATEMENT: Power.STATEMENT,
    RequestKind.LETTER_OF_INTENT: Power.LETTER_OF_INTENT,
    RequestKind.STEERING_GROUP: Power.REPRESENTATIVE,
}


class Result(models.TextChoices):
    """What came of it."""

    GIVEN = "given", _("saatiin, mitä pyydettiin")
    PARTLY = "partly", _("saatiin osittain")
    ADVICE = "advice", _("neuvottiin")
    PASSED_ON = "passed_on", _("ohjattiin toisaalle")
    REFUSED = "refused", _("ei voitu antaa")


class Helped(models.TextChoices):
    """What the asker says of the answer."""

    YES = "yes", _("kyllä")
    PARTLY = "partly", _("osittain")
    NO = "no", _("ei")


class CameBy(models.TextChoices):
    """How the request reached the county."""

    PORTAL = "portal", _("portaalissa")
    PHONE = "phone", _("puhelimitse")
    EMAIL = "email", _("sähköpostilla")
    LETTER = "letter", _("kirjeellä tai lomakkeella")
    TALK = "talk", _("tavatessa")


class CooperationRequestQuerySet(models.QuerySet["CooperationRequest"]):
    """Questions about requests."""

    def open(self) -> Self:
        """Return those that have no answer yet."""
        return self.filter(state__in=OPEN_STATES)

    def late(self, today: date) -> Self:
        """Return those that wait for the county past the promised day."""
        return self.filter(state__in=("received", "in_progress"), due_on__lt=today)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class CooperationRequest(models.Model):
    """One request with its thread; ``post`` answers for it, whoever holds the post on the day.

    What came by telephone or on paper is written in by an officer: it has no ``asked_by`` but the caller's name and
    how to reach them. Never holds anything about a client. Personal data: who asked and what the people wrote; kept
    five years from the end (co-operation with organisations in the records plan).
    """

    kind = models.CharField(_("mitä pyydetään"), max_length=30, choices=RequestKind.choices)
    subject = models.CharField(_("otsikko"), max_length=200)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cooperation_requests",
        verbose_name=_("järjestö"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cooperation_requests",
        verbose_name=_("lähettäjä"),
    )
    came_by = models.CharField(_("miten tuli"), max_length=10, choices=CameBy.choices, default=CameBy.PORTAL)
    caller_name = models.CharField(_("yhteydenottaja"), max_length=150, blank=True)
    caller_email = models.EmailField(_("yhteydenottajan sähköposti"), blank=True)
    caller_phone = models.CharField(_("yhteydenottajan puhelin"), max_length=40, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kirjaaja"),
    )
    need = models.ForeignKey(
        Need,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas",
        verbose_name=_("tarve, johon idea vastaa"),
    )
    municipality = models.ForeignKey(
        "county.Municipality", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kunta")
    )
    theme = models.ForeignKey(
        "county.Theme", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("teema")
    )
    needed_by = models.DateField(_("tarvitaan viimeistään"), null=True, blank=True)
    post = models.ForeignKey(Post, models.PROTECT, related_name="requests", verbose_name=_("vastaava tehtävä"))
    routed_because = models.CharField(_("miksi sille"), max_length=300, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("käsittelijä"),
    )
    state = models.CharField(_("tila"), max_length=20, choices=REQUEST_LIFE.choices(), default="received")
    next_step = models.CharField(_("seuraava askel"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("lähetetty"))
    due_on = models.DateField(_("vastaus luvattu viimeistään"))
    first_reply_at = models.DateTimeField(_("ensimmäinen vastaus"), null=True, blank=True)
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)
    closed_at = models.DateTimeField(_("päättynyt"), null=True, blank=True)
    result = models.CharField(_("tulos"), max_length=20, choices=Result.choices, blank=True)
    helped = models.CharField(_("auttoiko vastaus"), max_length=10, choices=Helped.choices, blank=True)

    objects = CooperationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("yhteistyöpyyntö")
        verbose_name_plural = _("yhteistyöpyynnöt")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="liaisons_request_due"),
            models.Index(fields=["organisation", "-created_at"], name="liaisons_request_of_ngo"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=REQUEST_LIFE.keys())
                & Q(kind__in=RequestKind.values)
                & Q(result__in=["", *Result.values])
                & Q(came_by__in=CameBy.values)
                & Q(helped__in=["", *Helped.values]),
                name="liaisons_request_values_known",
                violation_error_message=_("Tuntematon arvo."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("answered", "closed")) | (Q(answered_at__isnull=False) & ~Q(result="")),
                name="liaisons_request_ends_with_an_answer",
                violation_error_message=_("Pyyntö päättyy vain vastaukseen, jolla on tulos."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("closed", "withdrawn"), closed_at__isnull=False)
                | (~Q(state__in=("closed", "withdrawn")) & Q(closed_at__isnull=True)),
                name="liaisons_request_closed_has_time",
                violation_error_message=_("Päättyneellä pyynnöllä on oltava aika."),
            ),
            models.CheckConstraint(
                condition=Q(came_by="portal", asked_by__isnull=False)
                | (~Q(came_by="portal") & Q(asked_by__isnull=True) & ~Q(caller_name="")),
                name="liaisons_request_has_asker",
                violation_error_message=_("Kirjoita, kuka otti yhteyttä."),
            ),
            models.CheckConstraint(
                condition=~Q(subject=""),
                name="liaisons_request_has_subject",
                violation_error_message=_("Otsikko puuttuu."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("liaisons:request", args=[self.pk])

    @property
    def asker(self) -> str:
        """The person who asked, by name: an account's, or the one who called or wrote."""
        return str(self.asked_by) if self.asked_by else self.caller_name

    @property
    def asking_side(self) -> str:
        """The organisation for which it was asked, else the person."""
        return str(self.organisation) if self.organisation else self.asker

    @property
    def state_label(self) -> str | Promise:
        """The state's name for those who answer."""
        return REQUEST_LIFE.label(self.state)

    @property
    def asker_label(self) -> str | Promise:
        """The state's name for the asker."""
        return REQUEST_LIFE.applicant_label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return REQUEST_LIFE.tone(self.state)

    @property
    def is_open(self) -> bool:
        """Tell whether it has no answer yet."""
        return self.state in OPEN_STATES

    @property
    def power(self) -> Power | None:
        """The delegated power that the promise it asks for needs, or None."""
        return NEEDS_POWER.get(RequestKind(self.kind))

    def is_late(self, today: date) -> bool:
        """Tell whether the county is past its promise."""
        return self.state in ("received", "in_progress") and self.due_on < today


class RequestEntry(models.Model):
    """One line of the thread: what the asker or the county wrote, an inner note, or what happened. Never changed."""

    class Kind(models.TextChoices):
        ASKER = "asker", _("lähettäjä")
        COUNTY = "county", _("hyvinvointialue")
        NOTE = "note", _("sisäinen muistiinpano")
        EVENT = "event", _("tapahtuma")

    request = models.ForeignKey(CooperationRequest, models.CASCADE, related_name="entries")
    kind = models.CharField(_("laji"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("teksti"), max_length=5000)
    at = models.DateTimeField(_("aika"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kirjoittaja"),
    )

    class Meta:
        verbose_name = _("pyynnön merkintä")
        verbose_name_plural = _("pyynnön merkinnät")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["asker", "county", "note", "event"]) & ~Q(text=""),
                name="liaisons_requestentry_known",
                violation_error_message=_("Kirjoita teksti."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class RequestAttachment(StoredFile):
    """A file sent with a line of the thread; whoever may read the line may open it, and it goes with the request."""

    entry = models.ForeignKey(RequestEntry, models.CASCADE, related_name="attachments", verbose_name=_("merkintä"))

    class Meta(StoredFile.Meta):
        verbose_name = _("pyynnön liite")
        verbose_name_plural = _("pyyntöjen liitteet")
        ordering = ["pk"]
