"""Contacts kept (yhteydenpidot): that somebody of the county met, called, visited or wrote to an organisation."""

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

KEPT_CONTACT_LIFE = LifeCycle(
    name="liaisons.kept_contact",
    states=(
        State("noted", _("Kirjattu"), tone="none"),
        State("open", _("Jatkuu"), tone="wait"),
        State("done", _("Hoidettu"), tone="ok"),
    ),
    transitions=(
        Transition(
            "correct",
            ("noted", "open"),
            "open",
            "liaisons.kept_contact.correct",
            _("Korjaa"),
            condition="a next step stands in it",
        ),
        Transition(
            "correct",
            ("noted", "open"),
            "noted",
            "liaisons.kept_contact.correct",
            _("Korjaa"),
            condition="no next step stands in it",
        ),
        Transition("correct", ("done",), "done", "liaisons.kept_contact.correct", _("Korjaa")),
        Transition("hand_on", ("open",), "open", "liaisons.kept_contact.work", _("Siirrä työkaverille")),
        Transition("close", ("open",), "done", "liaisons.kept_contact.work", _("Merkitse hoidetuksi")),
    ),
)


class ContactKind(models.TextChoices):
    """How the two were in touch."""

    MEETING = "meeting", _("tapaaminen")
    CALL = "call", _("puhelu")
    VISIT = "visit", _("vierailu")
    EMAIL = "email", _("sähköposti")
    OTHER = "other", _("muu yhteys")


class KeptContactQuerySet(models.QuerySet["KeptContact"]):
    """Questions about contacts kept."""

    def open(self) -> Self:
        """Return those whose next step waits."""
        return self.filter(state="open")

    def late(self, today: date) -> Self:
        """Return those whose next step's day has passed."""
        return self.filter(state="open", due_on__lt=today)


#: The audit trail is never erased, so it holds no words: what was mended is mended, what is erased is erased.
_WORDS = ["met", "about", "next_step", "result"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=_WORDS)
class KeptContact(models.Model):
    """One contact with an organisation in one line, and its next step until that has a result.

    Never holds anything about a client. Personal data: who was met, who wrote it, who does the next step; kept five
    years from the contact or from its result.
    """

    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="kept_contacts", verbose_name=_("järjestö")
    )
    met = models.CharField(_("kenen kanssa"), max_length=150, blank=True)
    kind = models.CharField(_("miten"), max_length=10, choices=ContactKind.choices)
    on = models.DateField(_("milloin"))
    about = models.CharField(_("mistä sovittiin tai puhuttiin"), max_length=300)
    state = models.CharField(_("tila"), max_length=10, choices=KEPT_CONTACT_LIFE.choices(), default="noted")
    next_step = models.CharField(_("seuraava askel"), max_length=200, blank=True)
    due_on = models.DateField(_("mihin mennessä"), null=True, blank=True)
    doer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts_to_follow",
        verbose_name=_("kuka tekee"),
    )
    result = models.CharField(_("tulos"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("hoidettu"), null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="contacts_kept", verbose_name=_("kirjaaja")
    )
    written_at = models.DateTimeField(_("kirjattu"))

    objects = KeptContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("yhteydenpito")
        verbose_name_plural = _("yhteydenpidot")
        ordering = ["-on", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "-on"], name="liaisons_contact_of_ngo"),
            models.Index(fields=["due_on"], name="liaisons_contact_due", condition=Q(state="open")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=KEPT_CONTACT_LIFE.keys()) & Q(kind__in=ContactKind.values),
                name="liaisons_contact_values_known",
                violation_error_message=_("Tuntematon arvo."),
            ),
            models.CheckConstraint(
                condition=~Q(about=""),
                name="liaisons_contact_says_something",
                violation_error_message=_("Kirjoita, mistä oli kyse."),
            ),
            models.CheckConstraint(
                condition=Q(next_step="", due_on__isnull=True, doer__isnull=True)
                | (~Q(next_step="") & Q(due_on__isnull=False, doer__isnull=False)),
                name="liaisons_contact_step_has_day_and_doer",
                violation_error_message=_("Seuraavalla askeleella on oltava päivä ja tekijä."),
            ),
            models.CheckConstraint(
                condition=Q(state="noted", next_step="") | (~Q(state="noted") & ~Q(next_step="")),
                name="liaisons_contact_open_has_step",
                violation_error_message=_("Kirjoita seuraava askel, jos asia jatkuu."),
            ),
            models.CheckConstraint(
                condition=(Q(state="done", done_at__isnull=False) & ~Q(result=""))
                | (~Q(state="done") & Q(done_at__isnull=True, result="")),
                name="liaisons_contact_done_has_result",
                violation_error_message=_("Hoidetulla asialla on oltava tulos ja aika."),
            ),
        ]

    def __str__(self) -> str:
        return self.about

    def get_absolute_url(self) -> str:
        return reverse("liaisons:kept_contact", args=[self.pk])

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return KEPT_CONTACT_LIFE.label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return KEPT_CONTACT_LIFE.tone(self.state)

    def is_late(self, today: date) -> bool:
        """Tell whether the next step's day has passed."""
        return self.state == "open" and self.due_on is not None and self.due_on < today


class KeptContactStep(models.Model):
    """What happened to the matter after it was written down, one line each. Never changed."""

    contact = models.ForeignKey(KeptContact, models.CASCADE, related_name="steps")
    text = models.CharField(_("mitä tapahtui"), max_length=600)
    at = models.DateTimeField(_("aika"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tekijä"),
    )

    class Meta:
        verbose_name = _("yhteydenpidon vaihe")
        verbose_name_plural = _("yhteydenpidon vaiheet")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="liaisons_contactstep_says_something",
                violation_error_message=_("Kirjoita teksti."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
