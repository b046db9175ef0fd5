"""Statutory negotiations (lakisääteinen neuvottelu, 612/2021 §§ 6–7): who was invited, who came, what was agreed."""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.seams import Tone
from common.transitions import Label
from forums.negotiation_cycle import NEGOTIATION

#: What must stand before the record is complete; the workflow says the same in words.
_COMPLETE_HAS_ALL = """
IF NEW.state = 'complete' THEN
    IF NOT EXISTS (SELECT 1 FROM forums_negotiationgoal WHERE negotiation_id = NEW.id)
       OR NOT EXISTS (SELECT 1 FROM forums_negotiationparty WHERE negotiation_id = NEW.id AND present)
       OR EXISTS (
           SELECT 1 FROM unnest(ARRAY['county', 'municipality', 'authority', 'parish', 'business', 'ngo']) AS wanted
           WHERE NOT EXISTS (
               SELECT 1 FROM forums_negotiationparty p
               WHERE p.negotiation_id = NEW.id AND p.kind = wanted AND p.invited_at IS NOT NULL
           )
       )
       OR EXISTS (
           SELECT 1 FROM forums_event e
           JOIN county_regionalgroup_municipalities m ON m.regionalgroup_id = e.regional_group_id
           WHERE e.id = NEW.event_id AND NOT EXISTS (
               SELECT 1 FROM forums_negotiationparty p
               WHERE p.negotiation_id = NEW.id AND p.municipality_id = m.municipality_id AND p.invited_at IS NOT NULL
           )
       )
    THEN
        RAISE EXCEPTION 'forums_negotiation_complete_has_all' USING ERRCODE = 'check_violation';
    END IF;
END IF;
RETURN NEW;
"""


class PartyKind(models.TextChoices):
    """The parties with which the law and the county's document ask to negotiate."""

    COUNTY = "county", _("hyvinvointialue")
    MUNICIPALITY = "municipality", _("kunta")
    AUTHORITY = "authority", _("muu viranomainen")
    PARISH = "parish", _("seurakunta")
    BUSINESS = "business", _("yritys- ja elinkeinoelämä")
    NGO = "ngo", _("järjestö")


class InvitedHow(models.TextChoices):
    """How a party was invited."""

    PORTAL = "portal", _("kutsukirje portaalista")
    EMAIL = "email", _("sähköposti")
    LETTER = "letter", _("kirje")
    TALK = "talk", _("puhelin tai tapaaminen")


class Outcome(models.TextChoices):
    """How a goal came true by the next negotiation."""

    REACHED = "reached", _("toteutui")
    PARTLY = "partly", _("toteutui osittain")
    NOT = "not", _("ei toteutunut")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Negotiation(models.Model):
    """The record of one statutory negotiation; ``state`` follows the table ``NEGOTIATION``.

    Complete only when every demanded party was invited (each municipality of the group by itself), presence, minutes
    and a goal stand. ``document`` is the record as it was when it was last complete; while it is being corrected the
    earlier one stands. Personal data: who was present, in the parties' rows and in the document; kept as long as the
    county's documents.
    """

    event = models.OneToOneField(
        "forums.Event", models.PROTECT, related_name="negotiation", verbose_name=_("tapahtuma")
    )
    invitation = models.TextField(_("kutsun saatesanat"), max_length=3000, blank=True)
    minutes = models.TextField(_("muistio"), max_length=50000, blank=True)
    minutes_url = models.URLField(_("linkki pöytäkirjaan"), max_length=500, blank=True)
    state = models.CharField(_("tila"), max_length=10, choices=NEGOTIATION.choices(), default="open", editable=False)
    created_at = models.DateTimeField(_("aloitettu"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("aloitti")
    )
    completed_at = models.DateTimeField(_("kirjattu kokonaan"), null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("merkitsi kirjatuksi"),
    )
    document = models.OneToOneField(
        "documents.RenderedDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("kirjaus tiedostona"),
    )

    class Meta:
        verbose_name = _("lakisääteinen neuvottelu")
        verbose_name_plural = _("lakisääteiset neuvottelut")
        ordering = ["-event__starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NEGOTIATION.keys()), name="forums_negotiation_state"),
            models.CheckConstraint(
                condition=Q(state="open") | (Q(completed_at__isnull=False) & (~Q(minutes="") | ~Q(minutes_url=""))),
                name="forums_negotiation_complete_has_minutes",
                violation_error_message=_(
                    "Kirjoita muistio tai anna linkki pöytäkirjaan ennen kuin merkitset käydyksi."
                ),
            ),
            both_or_neither("forums_negotiation_completed_who", "completed_at", "completed_by"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="complete_has_all",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_COMPLETE_HAS_ALL,
            )
        ]

    def __str__(self) -> str:
        return str(self.event)

    def get_absolute_url(self) -> str:
        return reverse("forums:negotiation", args=[self.event_id])

    @property
    def state_label(self) -> Label:
        """Return the state in words."""
        return NEGOTIATION.label(self.state)

    @property
    def tone(self) -> Tone:
        """Return the tone of the state's tag."""
        return NEGOTIATION.tone(self.state)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["people"])
class NegotiationParty(models.Model):
    """One party: invited when, how and by whom; whether it came, and who.

    Personal data: name and e-mail of the contact, names of those present; kept with the record.
    """

    negotiation = models.ForeignKey(Negotiation, models.CASCADE, related_name="parties")
    kind = models.CharField(_("osapuoli"), max_length=12, choices=PartyKind.choices)
    municipality = models.ForeignKey(
        "county.Municipality", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kunta")
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="negotiation_parties",
        verbose_name=_("järjestö"),
    )
    name = models.CharField(_("nimi"), max_length=200)
    contact = models.CharField(_("yhteyshenkilö"), max_length=150, blank=True)
    email = models.EmailField(_("sähköposti"), blank=True)
    invited_at = models.DateTimeField(_("kutsuttu"), null=True, blank=True)
    invited_how = models.CharField(_("miten kutsuttiin"), max_length=10, choices=InvitedHow.choices, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kutsui")
    )
    present = models.BooleanField(_("oli paikalla"), null=True, blank=True)
    people = models.CharField(_("paikalla olleiden nimet"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("neuvottelun osapuoli")
        verbose_name_plural = _("neuvottelun osapuolet")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PartyKind.values) & ~Q(name=""),
                name="forums_negotiationparty_known",
                violation_error_message=_("Kirjoita osapuolen nimi."),
            ),
            models.CheckConstraint(
                condition=Q(kind="municipality", municipality__isnull=False)
                | (~Q(kind="municipality") & Q(municipality__isnull=True)),
                name="forums_negotiationparty_municipality",
                violation_error_message=_("Valitse kunta, kun osapuoli on kunta."),
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(kind__in=("ngo", "parish", "business")),
                name="forums_negotiationparty_organisation",
                violation_error_message=_(
                    "Vain järjestöllä, seurakunnalla tai yrityksellä voi olla sivu järjestöissä."
                ),
            ),
            models.UniqueConstraint(
                fields=["negotiation", "municipality"],
                name="forums_negotiationparty_municipality_once",
                violation_error_message=_("Kunta on jo osapuolena."),
            ),
            models.UniqueConstraint(
                fields=["negotiation", "organisation"],
                name="forums_negotiationparty_organisation_once",
                violation_error_message=_("Järjestö on jo osapuolena."),
            ),
            models.CheckConstraint(
                condition=Q(invited_at__isnull=True, invited_by__isnull=True, invited_how="")
                | (Q(invited_at__isnull=False, invited_by__isnull=False) & ~Q(invited_how="")),
                name="forums_negotiationparty_invited_whole",
                violation_error_message=_("Kutsusta kirjataan aika, tapa ja kutsuja."),
            ),
            models.CheckConstraint(
                condition=~Q(present=True) | ~Q(people=""),
                name="forums_negotiationparty_present_named",
                violation_error_message=_("Kirjoita, ketkä olivat paikalla osapuolen puolesta."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class NegotiationGoal(models.Model):
    """A goal agreed in a negotiation, and what had come of it by the next one. No personal data."""

    negotiation = models.ForeignKey(Negotiation, models.CASCADE, related_name="goals")
    text = models.CharField(_("tavoite"), max_length=500)
    outcome = models.CharField(_("miten toteutui"), max_length=10, choices=Outcome.choices, blank=True)
    outcome_note = models.CharField(_("mistä sen näkee"), max_length=500, blank=True)
    followed_at = models.DateTimeField(_("seurattu"), null=True, blank=True)
    followed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kirjasi")
    )

    class Meta:
        verbose_name = _("neuvottelun tavoite")
        verbose_name_plural = _("neuvottelun tavoitteet")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="forums_negotiationgoal_has_text",
                violation_error_message=_("Kirjoita tavoite."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", followed_at__isnull=True)
                | (Q(outcome__in=Outcome.values, followed_at__isnull=False) & ~Q(outcome_note="")),
                name="forums_negotiationgoal_followed_whole",
                violation_error_message=_("Kirjoita, mistä toteutumisen näkee."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class NegotiationMeasure(models.Model):
    """Something that somebody promised to do by a day. Personal data: the owner's name; kept with the record."""

    negotiation = models.ForeignKey(Negotiation, models.CASCADE, related_name="measures")
    text = models.CharField(_("toimenpide"), max_length=500)
    owner = models.CharField(_("vastuutaho"), max_length=200)
    due_on = models.DateField(_("viimeistään"))
    done_at = models.DateTimeField(_("tehty"), null=True, blank=True)
    done_note = models.CharField(_("mitä tehtiin"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("neuvottelun toimenpide")
        verbose_name_plural = _("neuvottelun toimenpiteet")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(owner=""),
                name="forums_negotiationmeasure_has_words",
                violation_error_message=_("Kirjoita toimenpide ja kuka siitä vastaa."),
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(done_note=""),
                name="forums_negotiationmeasure_done_told",
                violation_error_message=_("Kirjoita, mitä tehtiin."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


def demanded_kinds() -> list[Any]:
    """Return the kinds of party that must be invited, in the order in which they are shown."""
    return list(PartyKind)
