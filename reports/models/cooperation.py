"""The document of co-operation with NGOs (järjestöyhteistyön asiakirja), renewed each council term (S004 §5)."""

from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition
from documents.models import RenderedDocument

CHAPTER_LENGTH = 10_000
_MANAGE = "reports.cooperation.manage"
COOPERATION = LifeCycle(
    "reports.cooperation",
    (
        State("draft", _("Luonnos"), tone="wait"),
        State("commenting", _("Kommentoitavana"), tone="info"),
        State("decided", _("Päätetty"), tone="ok"),
        State("replaced", _("Korvattu uudella"), tone="none"),
    ),
    (
        Transition("send_for_comments", ("draft",), "commenting", _MANAGE, _("Lähetä kommenteille")),
        Transition(
            "back_to_draft",
            ("commenting",),
            "draft",
            _MANAGE,
            _("Palauta luonnokseksi"),
            condition="its comment round is over or was cancelled",
        ),
        Transition(
            "decide_document",
            ("commenting",),
            "decided",
            _MANAGE,
            _("Kirjaa päätös"),
            condition="every comment has its answer and the round has been published",
        ),
        Transition("replace_document", ("decided",), "replaced", "", _("Uusi asiakirja korvaa tämän")),
    ),
)

# What was decided stays; the only thing that may still happen to it is that a newer one replaces it.
_STAYS = """
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'state' - 'replaced_on') IS DISTINCT FROM
        (to_jsonb(OLD) - 'state' - 'replaced_on') OR OLD.state = 'replaced' OR NEW.state NOT IN ('decided', 'replaced')
    THEN
        RAISE EXCEPTION 'a decided document does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reports_cooperation_stays';
    END IF;
    RETURN NEW;
"""
_CHAPTER_STAYS = """
    IF EXISTS (
        SELECT 1 FROM reports_cooperationdocument
        WHERE id IN (NEW.document_id, OLD.document_id) AND state IN ('decided', 'replaced')
    ) THEN
        RAISE EXCEPTION 'chapters of a decided document do not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reports_chapter_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class CooperationQuerySet(models.QuerySet["CooperationDocument"]):
    """Documents by what is asked of them."""

    def decided(self) -> Self:
        """Those that anybody may read: in force, or replaced by a newer one."""
        return self.filter(state__in=["decided", "replaced"])

    def in_force(self) -> Self:
        """The one that is in force, if any."""
        return self.filter(state="decided")


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(condition=pghistory.AnyChange("state")), fields=["id", "state"]
)
class CooperationDocument(models.Model):
    """One edition of the document, for a council's term. A decided one is frozen with its PDF.

    ``contents`` is the frozen document: chapters with their texts and what the portal knew of them on the day of the
    decision, in Finnish. Personal data: which officials made and decided it; kept as long as the document.
    """

    first_year = models.PositiveSmallIntegerField(_("valtuustokausi alkaa"))
    last_year = models.PositiveSmallIntegerField(_("valtuustokausi päättyy"))
    edition = models.PositiveSmallIntegerField(_("laitos"), default=1)
    state = models.CharField(_("tila"), max_length=10, choices=COOPERATION.choices(), default="draft", editable=False)
    round = models.ForeignKey(
        "liaisons.CommentRound", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kierros")
    )
    body = models.ForeignKey(
        "liaisons.Body", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("päättäjä")
    )
    decided_on = models.DateField(_("päätetty"), null=True, blank=True)
    section = models.PositiveIntegerField(_("pykälä"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("päätös kirjattu"), null=True, blank=True)
    contents = models.JSONField(default=dict, blank=True)
    document = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")
    replaced_on = models.DateField(_("korvattu"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("aloitettu"))

    objects = CooperationQuerySet.as_manager()

    class Meta:
        verbose_name = _("järjestöyhteistyön asiakirja")
        verbose_name_plural = _("järjestöyhteistyön asiakirjat")
        ordering = ["-first_year", "-edition"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=COOPERATION.keys()), name="reports_cooperation_state"),
            models.CheckConstraint(
                condition=Q(last_year__gt=F("first_year")),
                name="reports_cooperation_term_order",
                violation_error_message=_("Valtuustokausi päättyy ennen kuin se alkaa."),
            ),
            models.UniqueConstraint(fields=["first_year", "edition"], name="reports_cooperation_edition"),
            models.UniqueConstraint(
                fields=["first_year"],
                condition=Q(state__in=["draft", "commenting"]),
                name="reports_cooperation_one_in_preparation",
                violation_error_message=_("Tämän valtuustokauden asiakirjaa valmistellaan jo. Jatka sitä."),
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="decided"),
                name="reports_cooperation_one_in_force",
                violation_error_message=_("Voimassa on jo toinen asiakirja."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "commenting"],
                    body=None,
                    decided_on=None,
                    section=None,
                    decided_by=None,
                    decided_at=None,
                    document=None,
                )
                | Q(
                    state__in=["decided", "replaced"],
                    round__isnull=False,
                    body__isnull=False,
                    decided_on__isnull=False,
                    section__gte=1,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    document__isnull=False,
                ),
                name="reports_cooperation_decided_whole",
                violation_error_message=_("Kirjaa päättäjä, päivä ja pykälä. Pykälän numero on vähintään 1."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(round__isnull=False), name="reports_cooperation_has_round"
            ),
            models.CheckConstraint(
                condition=Q(state="replaced", replaced_on__isnull=False)
                | (~Q(state="replaced") & Q(replaced_on__isnull=True)),
                name="reports_cooperation_replaced_on",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="decided_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["decided", "replaced"]),
                func=_STAYS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.term}/{self.edition}"

    def get_absolute_url(self) -> str:
        """Return the address of the decided document; that of the one in force stays the same for good."""
        if self.state == "decided":
            return reverse("reports:cooperation")
        return reverse("reports:cooperation_old", args=[self.pk])

    @property
    def term(self) -> str:
        """Return the council's term as ``2025–2029``."""
        return f"{self.first_year}–{self.last_year}"

    @property
    def is_open(self) -> bool:
        """Tell whether its texts may still be written."""
        return self.state in ("draft", "commenting")

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return COOPERATION.label(self.state)

    @property
    def tone(self) -> str:
        """The state's tone."""
        return COOPERATION.tone(self.state)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class CooperationChapter(models.Model):
    """The text of one chapter; what the portal knows stands beside it by itself.

    ``version`` grows with each saving, so that nobody writes over words that they have not seen. Personal data: who
    wrote it, an official; kept as long as the document.
    """

    document = models.ForeignKey(
        CooperationDocument, models.CASCADE, related_name="chapters", verbose_name=_("asiakirja")
    )
    key = models.SlugField(_("luku"), max_length=50)
    text = models.TextField(_("teksti"), max_length=CHAPTER_LENGTH, blank=True)
    version = models.PositiveIntegerField(_("versio"), default=1)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kirjoitti")
    )
    written_at = models.DateTimeField(_("kirjoitettu"))

    class Meta:
        verbose_name = _("asiakirjan luku")
        verbose_name_plural = _("asiakirjan luvut")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "key"],
                name="reports_chapter_once",
                violation_error_message=_("Luvulla on jo teksti."),
            ),
            models.CheckConstraint(condition=~Q(key=""), name="reports_chapter_has_key"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="chapter_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_CHAPTER_STAYS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.key}"
