"""Calls for candidates to a body's seats, and the candidates who are proposed."""

from datetime import date, datetime
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from common.transitions import LifeCycle, State, Transition
from liaisons.models.bodies import Body, Seat
from liaisons.models.meetings import Meeting

_MANAGE = "liaisons.nomination.manage"

NOMINATION = LifeCycle(
    "liaisons.nomination",
    states=(
        State("draft", _("Valmistelussa"), tone="none"),
        State("open", _("Avoinna"), tone="info"),
        State("chosen", _("Valittu, odottaa nimeämistä"), tone="wait"),
        State("finished", _("Paikat täytetty"), tone="ok"),
        State("cancelled", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("publish_nomination", ("draft",), "open", _MANAGE, _("Julkaise haku")),
        Transition("extend_nomination", ("open",), "open", _MANAGE, _("Jatka aikaa")),
        Transition(
            "choose_candidates",
            ("open",),
            "chosen",
            _MANAGE,
            _("Kirjaa valinta"),
            condition="the time for proposals is over",
        ),
        Transition("seat_candidates", ("chosen",), "finished", "liaisons.nomination.appoint", _("Kirjaa nimeäminen")),
        Transition("cancel_nomination", ("draft", "open", "chosen"), "cancelled", _MANAGE, _("Peru haku")),
    ),
)


class Asked(models.TextChoices):
    """Who is asked to propose candidates."""

    NGOS = "ngos", _("alueen järjestöt")
    MEMBERS = "members", _("valitsevan toimielimen jäsenjärjestöt")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class NominationCall(models.Model):
    """A call for candidates to seats of ``body``; ``chooser`` chooses among them.

    With ``chooser_appoints`` the choice fills the seats (JANE and the NGO seats of a partnership group, S004 §4);
    else the choice is a nomination, and another body appoints (osallisuusvaliokunta). ``in_pairs``: each member
    is chosen with a personal deputy. The choice and the appointment are facts of their own.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="nominations", verbose_name=_("mihin toimielimeen"))
    chooser = models.ForeignKey(Body, models.PROTECT, related_name="nominations_to_choose", verbose_name=_("valitsija"))
    chooser_appoints = models.BooleanField(_("valinta täyttää paikat"), default=False)
    title = models.CharField(_("otsikko"), max_length=200)
    criteria = models.TextField(_("mitä ehdokkaalta toivotaan"), max_length=4000)
    members = models.PositiveSmallIntegerField(_("varsinaisia jäseniä"))
    deputies = models.PositiveSmallIntegerField(_("varajäseniä"), default=0)
    in_pairs = models.BooleanField(_("varajäsenet ovat henkilökohtaisia"), default=False)
    valid_from = models.DateField(_("toimikausi alkaa"))
    valid_until = models.DateField(_("toimikausi päättyy"), null=True, blank=True)
    asked = models.CharField(_("keiltä ehdokkaita pyydetään"), max_length=10, choices=Asked.choices)
    deadline = models.DateTimeField(_("ehdotukset viimeistään"))
    state = models.CharField(_("tila"), max_length=10, choices=NOMINATION.choices(), default="draft", editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("luotu"))
    published_at = models.DateTimeField(_("julkaistu"), null=True, blank=True)
    announced_at = models.DateTimeField(_("kutsut lähetetty"), null=True, blank=True)
    chosen_on = models.DateField(_("valintapäivä"), null=True, blank=True)
    chosen_section = models.PositiveIntegerField(_("valinnan pykälä"), null=True, blank=True)
    chosen_reasons = models.TextField(_("valinnan perustelut"), max_length=4000, blank=True)
    chosen_meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kokous, jossa valittiin")
    )
    appointed_by = models.CharField(_("nimeäjä"), max_length=200, blank=True)
    appointed_on = models.DateField(_("nimetty"), null=True, blank=True)
    appointed_section = models.PositiveIntegerField(_("nimeämisen pykälä"), null=True, blank=True)
    appointed_case = models.CharField(_("nimeämisen asianumero"), max_length=60, blank=True)
    ended_at = models.DateTimeField(_("päättyi"), null=True, blank=True)
    cancel_reason = models.CharField(_("miksi peruttiin"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("ehdokashaku")
        verbose_name_plural = _("ehdokashaut")
        ordering = ["-deadline", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=NOMINATION.keys()), name="liaisons_nomination_known_state"),
            models.CheckConstraint(
                condition=Q(members__gte=1) | Q(deputies__gte=1),
                name="liaisons_nomination_some_seats",
                violation_error_message=_("Haussa on oltava vähintään yksi paikka."),
            ),
            models.CheckConstraint(
                condition=Q(in_pairs=False) | Q(deputies=F("members")),
                name="liaisons_nomination_pairs_are_even",
                violation_error_message=_(
                    "Henkilökohtaisia varajäseniä on oltava yhtä monta kuin varsinaisia jäseniä."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="liaisons_nomination_term_order",
                violation_error_message=_("Toimikausi päättyy ennen kuin se alkaa. Korjaa jompikumpi."),
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(deadline__gt=F("published_at")),
                name="liaisons_nomination_deadline_later",
                violation_error_message=_("Ehdotusten määräaika on jo mennyt. Valitse myöhempi aika."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(published_at__isnull=False),
                name="liaisons_nomination_open_is_published",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["chosen", "finished"]) | (Q(chosen_on__isnull=False) & ~Q(chosen_reasons="")),
                name="liaisons_nomination_chosen_with_reasons",
                violation_error_message=_("Kirjaa valinnan päivä ja perustelut."),
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | (Q(appointed_on__isnull=False) & ~Q(appointed_by="")),
                name="liaisons_nomination_finished_by_somebody",
                violation_error_message=_("Kirjaa, kuka nimesi ja milloin."),
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="liaisons_nomination_cancelled_with_reason",
                violation_error_message=_("Kerro, miksi haku peruttiin."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the call's public page."""
        return reverse("liaisons:public_nomination", args=[self.pk])

    def takes_proposals(self, now: datetime) -> bool:
        """Tell whether an NGO may propose a candidate now."""
        return self.state == "open" and now < self.deadline

    def label_at(self, now: datetime) -> tuple[Any, Tone]:
        """Return the state's name and tone; an open call whose time is over waits for the choice."""
        if self.state == "open" and now >= self.deadline:
            return _("Aika päättynyt, valinta tekemättä"), "wait"
        return NOMINATION.label(self.state), NOMINATION.tone(self.state)

    @property
    def term(self) -> tuple[date, date | None]:
        """Return the first and the last day of the seats."""
        return self.valid_from, self.valid_until


_OWN = "liaisons.candidate.withdraw"
_LINK = ""

CANDIDATE = LifeCycle(
    "liaisons.candidate",
    states=(
        State("proposed", _("Odottaa suostumusta"), tone="wait"),
        State("consented", _("Suostunut"), tone="info"),
        State("declined", _("Kieltäytynyt"), tone="none"),
        State("withdrawn", _("Ehdotus peruttu"), tone="none"),
        State("lapsed", _("Suostumusta ei saatu"), tone="none"),
        State("chosen", _("Valittu"), tone="ok"),
        State("not_chosen", _("Ei valittu"), tone="none"),
        State("seated", _("Nimetty"), tone="ok"),
    ),
    transitions=(
        Transition("consent", ("proposed",), "consented", _LINK, _("Suostun"), condition="the link is good"),
        Transition("decline", ("proposed", "consented"), "declined", _LINK, _("En suostu")),
        Transition("withdraw_candidate", ("proposed", "consented"), "withdrawn", _OWN, _("Peru ehdotus")),
        Transition("choose_candidates", ("consented",), "chosen", _MANAGE, condition="among the chosen"),
        Transition("choose_candidates", ("consented",), "not_chosen", _MANAGE, condition="not among the chosen"),
        Transition("choose_candidates", ("proposed",), "lapsed", _MANAGE, condition="no consent was given"),
        Transition("seat_candidates", ("chosen",), "seated", "liaisons.nomination.appoint"),
        Transition(
            "cancel_nomination",
            ("proposed", "consented", "chosen"),
            "withdrawn",
            _MANAGE,
            condition="the call is cancelled",
        ),
    ),
)
#: States in which a person is a candidate or may still become one.
LIVE = ("proposed", "consented", "chosen", "seated")


class Wish(models.TextChoices):
    """To which kind of seat a person is proposed."""

    MEMBER = "member", _("varsinaiseksi jäseneksi")
    DEPUTY = "deputy", _("varajäseneksi")
    EITHER = "either", _("kumpaan tahansa")


_PERSONAL = ["token_hash", "full_name", "email", "grounds", "answer_note", "consent_text"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=_PERSONAL)
class Candidate(models.Model):
    """A person whom an NGO proposes; a candidate only with their own consent, given through a link by e-mail.

    Only the link's hash is kept. ``consent_text`` is what the person was asked to consent to, word for word.
    ``pair`` is the member whose personal deputy this candidate was chosen to be.

    Personal data: name, e-mail and the grounds the NGO gave; needed for the choice and erased two years after the
    call has ended (the seat keeps who sits in it). A person who declined is erased with the others.
    """

    call = models.ForeignKey(NominationCall, models.PROTECT, related_name="candidates", verbose_name=_("ehdokashaku"))
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="candidates", verbose_name=_("järjestö")
    )
    full_name = models.CharField(_("ehdokkaan nimi"), max_length=150)
    email = models.EmailField(_("ehdokkaan sähköposti"))
    wish = models.CharField(_("mihin ehdotetaan"), max_length=10, choices=Wish.choices, default=Wish.EITHER)
    grounds = models.TextField(_("perustelut"), max_length=2000)
    state = models.CharField(_("tila"), max_length=10, choices=CANDIDATE.choices(), default="proposed", editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("ehdotettu"))
    is_late = models.BooleanField(_("saapui määräajan jälkeen"), default=False)
    received_as = models.CharField(_("miten ehdotus saatiin"), max_length=200, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    consent_text = models.TextField(_("mihin suostumus pyydettiin"), max_length=2000)
    consent_asked_at = models.DateTimeField(_("suostumus pyydetty"))
    consent_until = models.DateTimeField(_("suostumus viimeistään"))
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)
    answer_note = models.CharField(_("ehdokkaan viesti"), max_length=500, blank=True)
    chosen_as = models.CharField(_("valittiin"), max_length=10, choices=Wish.choices[:2], blank=True)
    pair = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="deputy", verbose_name=_("kenen varajäseneksi")
    )
    seat = models.OneToOneField(
        Seat, models.PROTECT, null=True, blank=True, related_name="candidate", verbose_name=_("paikka")
    )

    class Meta:
        verbose_name = _("ehdokas")
        verbose_name_plural = _("ehdokkaat")
        ordering = ["full_name", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=CANDIDATE.keys()), name="liaisons_candidate_known_state"),
            models.UniqueConstraint(
                F("call"),
                Lower("email"),
                condition=Q(state__in=LIVE),
                name="liaisons_candidate_once_a_call",
                violation_error_message=_("Tämä henkilö on jo ehdolla tässä haussa."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["chosen", "seated"]) | ~Q(chosen_as=""),
                name="liaisons_candidate_chosen_as_something",
            ),
            models.CheckConstraint(
                condition=Q(pair__isnull=True) | Q(chosen_as="deputy"),
                name="liaisons_candidate_only_deputy_has_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="seated", seat__isnull=False) | (~Q(state="seated") & Q(seat__isnull=True)),
                name="liaisons_candidate_seated_has_seat",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["consented", "declined", "chosen", "not_chosen", "seated"])
                | Q(answered_at__isnull=False),
                name="liaisons_candidate_consent_has_time",
                violation_error_message=_("Ehdokkaaksi voi valita vain henkilön, joka on itse suostunut."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def state_label(self) -> Any:
        """Return the state's name."""
        return CANDIDATE.label(self.state)

    @property
    def state_tone(self) -> Tone:
        """Return the tone of the state's tag."""
        return CANDIDATE.tone(self.state)
