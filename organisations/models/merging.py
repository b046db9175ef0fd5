"""Two organisations that are one: pairs that look alike, and the journal of what a merge moved."""

from datetime import datetime, timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

UNDO_WITHIN = timedelta(days=30)

MERGE_LIFE = LifeCycle(
    name="organisations.merge",
    states=(
        State("done", _("Yhdistetty"), tone="ok"),
        State("undone", _("Purettu"), tone="none"),
    ),
    transitions=(
        Transition(
            "unmerge",
            ("done",),
            "undone",
            "organisations.merge.undo",
            _("Pura yhdistäminen"),
            condition="within 30 days, and the survivor has not been merged into another meanwhile",
        ),
    ),
)

DUPLICATE_LIFE = LifeCycle(
    name="organisations.duplicate",
    states=(
        State("open", _("Odottaa"), tone="wait"),
        State("dismissed", _("Eri järjestöt"), tone="none"),
        State("merged", _("Yhdistetty"), tone="ok"),
    ),
    transitions=(
        Transition("dismiss", ("open",), "dismissed", "organisations.duplicate.decide", _("Ovat eri järjestöt")),
        Transition("reopen", ("dismissed",), "open", "organisations.duplicate.decide", _("Palauta tarkistettavaksi")),
        Transition("merge", ("open", "dismissed"), "merged", "organisations.merge", _("Yhdistä")),
        Transition("unmerge", ("merged",), "open", "organisations.merge", _("Yhdistäminen purettiin")),
    ),
)


@pghistory.track()
class MergeJournal(models.Model):
    """One merge: which organisation stayed, which vanished, who did it and why.

    Kept as long as the organisation: it tells where an old number, link or paper has gone. Names the officers who
    merged and unmerged.
    """

    survivor = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="+", verbose_name=_("jäävä järjestö")
    )
    vanished = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="+", verbose_name=_("poistuva järjestö")
    )
    vanished_name = models.CharField(_("poistuvan nimi"), max_length=500)
    reason = models.CharField(_("miksi"), max_length=500)
    state = models.CharField(_("tila"), max_length=10, choices=MERGE_LIFE.choices(), default="done")
    merged_at = models.DateTimeField(_("yhdistetty"))
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("yhdistäjä")
    )
    undone_at = models.DateTimeField(_("purettu"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("purkaja")
    )

    class Meta:
        verbose_name = _("yhdistäminen")
        verbose_name_plural = _("yhdistämiset")
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["vanished"],
                condition=Q(state="done"),
                name="merge_vanished_once",
                violation_error_message=_("Järjestö on jo yhdistetty toiseen."),
            ),
            models.CheckConstraint(
                condition=~Q(survivor=F("vanished")),
                name="merge_of_two",
                violation_error_message=_("Järjestöä ei voi yhdistää itseensä."),
            ),
            models.CheckConstraint(
                condition=Q(state="done", undone_at__isnull=True) | Q(state="undone", undone_at__isnull=False),
                name="merge_undone_has_time",
                violation_error_message=_("Puretulla yhdistämisellä on oltava aika."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="merge_has_reason",
                violation_error_message=_("Kirjoita, miksi järjestöt ovat sama."),
            ),
        ]

    def __str__(self) -> str:
        return self.vanished_name

    def get_absolute_url(self) -> str:
        return reverse("organisations:merge_journal", args=[self.pk])

    @property
    def undo_until(self) -> datetime:
        """The instant until which the merge can be undone."""
        return self.merged_at + UNDO_WITHIN

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return MERGE_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return MERGE_LIFE.tone(self.state)


class MergeMove(models.Model):
    """One row that a merge moved, changed or made: what stood in its fields before and after.

    ``before`` and ``after`` are by field (``organisation_id``), as JSON. Personal data: what stood in the changed
    fields, such as a contact address; kept with the journal so that the merge can be undone and explained.
    """

    class Action(models.TextChoices):
        MOVED = "moved", _("siirrettiin")
        CHANGED = "changed", _("muutettiin")
        MADE = "made", _("lisättiin")

    class Outcome(models.TextChoices):
        RESTORED = "restored", _("palautettiin")
        CHANGED = "changed", _("on muuttunut yhdistämisen jälkeen, jäi ennalleen")
        GONE = "gone", _("on poistettu yhdistämisen jälkeen")
        BLOCKED = "blocked", _("ei voitu palauttaa, koska uudempi tieto on sen paikalla")

    journal = models.ForeignKey(MergeJournal, models.CASCADE, related_name="moves", db_index=False)
    number = models.PositiveIntegerField(_("järjestys"))
    action = models.CharField(_("mitä tehtiin"), max_length=10, choices=Action.choices)
    model = models.CharField(_("taulu"), max_length=100)
    object_pk = models.CharField(_("rivin avain"), max_length=40)
    before = models.JSONField(_("ennen"), default=dict)
    after = models.JSONField(_("jälkeen"), default=dict)
    why = models.CharField(_("miksi"), max_length=300, blank=True)
    outcome = models.CharField(_("purettaessa"), max_length=10, choices=Outcome.choices, blank=True)

    class Meta:
        verbose_name = _("yhdistämisen siirto")
        verbose_name_plural = _("yhdistämisen siirrot")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["journal", "number"],
                name="merge_move_in_order",
                violation_error_message=_("Siirto on jo kirjattu."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_pk}"


class DuplicateCandidate(models.Model):
    """Two organisations that may be one; found after an import and each night.

    The pair stands once, the smaller key first. A pair that an officer has called different stays so.
    """

    class Reason(models.TextChoices):
        NUMBER = "number", _("Sama Y-tunnus kahdella")
        SAME_NAME = "same_name", _("Sama nimi")
        SIMILAR_NAME = "similar_name", _("Samankaltainen nimi ja sama kotipaikka")

    first = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="+")
    reason = models.CharField(_("miksi"), max_length=20, choices=Reason.choices)
    score = models.PositiveSmallIntegerField(_("samankaltaisuus"))
    state = models.CharField(_("tila"), max_length=10, choices=DUPLICATE_LIFE.choices(), default="open")
    found_at = models.DateTimeField(_("löydetty"))
    decided_at = models.DateTimeField(_("ratkaistu"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ratkaisija")
    )
    note = models.CharField(_("perustelu"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("mahdollinen kaksoiskappale")
        verbose_name_plural = _("mahdolliset kaksoiskappaleet")
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="duplicate_pair_once",
                violation_error_message=_("Pari on jo luettelossa."),
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="duplicate_smaller_first",
                violation_error_message=_("Pari on luettelossa kerran, pienempi avain ensin."),
            ),
            models.CheckConstraint(
                condition=Q(score__lte=100),
                name="duplicate_score_in_percent",
                violation_error_message=_("Samankaltaisuus on 0–100."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=DUPLICATE_LIFE.keys()),
                name="duplicate_state_known",
                violation_error_message=_("Tuntematon tila."),
            ),
        ]
        indexes = [models.Index(fields=["state", "-score"], name="duplicate_queue")]

    def __str__(self) -> str:
        return f"{self.first_id}–{self.second_id}"

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return DUPLICATE_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return DUPLICATE_LIFE.tone(self.state)
