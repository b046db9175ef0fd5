"""Change after award (muutoshakemus): what an organisation asks, what was decided, and who may decide what."""

from datetime import date
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from documents.models import RenderedDocument
from grants.award_terms import BUDGET, CONTENT, TIME, Terms, changed_parts, moved_percent
from grants.life_cycles_changes import CHANGE, DECIDED, IN_FORCE, OPEN, WRITABLE
from grants.models.decisions import Decision, reference

PARTS = {TIME: _("käyttöaika"), BUDGET: _("talousarvio"), CONTENT: _("sisältö")}

_WITHIN_GRANT = """
    IF NEW.decided IS NOT NULL AND (
        SELECT COALESCE(SUM((line->>'sum')::numeric), 0) FROM jsonb_array_elements(NEW.decided->'lines') AS line
    ) > (SELECT sum FROM grants_decision WHERE id = NEW.decision_id) THEN
        RAISE EXCEPTION 'grants_change_within_grant' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class ChangeQuerySet(models.QuerySet["ChangeRequest"]):
    """Changes by the question that is asked of them."""

    def open(self) -> Self:
        """Those that have not ended."""
        return self.filter(state__in=OPEN)

    def in_force(self) -> Self:
        """Those whose terms have been approved; of several the one decided last holds."""
        return self.filter(state__in=IN_FORCE)


@pgtrigger.register(
    pgtrigger.Protect(
        name="decided_change_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__letter__isnull=False),
    ),
    pgtrigger.Trigger(
        name="change_within_grant",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=_WITHIN_GRANT,
    ),
)
@pghistory.track()
class ChangeRequest(models.Model):
    """A change of how one grant is used, as a matter of its own with its own number once it is sent.

    ``before``, ``asked`` and ``decided`` are ``award_terms.Terms`` as JSON: what held when it was sent, what the
    organisation asks, and what was approved (none where nothing was). ``revision`` grows with each save. The decision
    is an office-holder's (``official_number`` of ``decider`` and year) or a body's (``section_number``). A decided
    change never changes. Personal data: names of those who wrote and handled it; kept as the case.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="changes", verbose_name=_("päätös"))
    case_number = models.CharField(_("asianumero"), max_length=60, unique=True, null=True, blank=True)
    state = models.CharField(_("tila"), max_length=10, choices=CHANGE.choices(), default="draft")
    before = models.JSONField(_("voimassa"))
    asked = models.JSONField(_("haettu"))
    decided = models.JSONField(_("päätetty muutos"), null=True, blank=True)
    why = models.TextField(_("miksi muutosta haetaan"), max_length=4000, blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("aloitettu"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    question = models.TextField(_("mitä pyydettiin täydentämään"), max_length=2000, blank=True)
    proposal = models.TextField(_("esitys päättäjälle"), max_length=4000, blank=True)
    agenda_item = models.ForeignKey(
        "liaisons.AgendaItem",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asia esityslistalla"),
    )
    laid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    laid_at = models.DateTimeField(_("esitetty"), null=True, blank=True)
    reasons = models.TextField(_("perustelut"), max_length=8000, blank=True)
    legal_basis = models.TextField(_("oikeusperuste"), max_length=2000, blank=True)
    decider = models.CharField(_("päättäjä"), max_length=200, blank=True)
    decided_on = models.DateField(_("päätetty"), null=True, blank=True)
    section_number = models.PositiveSmallIntegerField(_("pykälä"), null=True, blank=True)
    official_number = models.PositiveIntegerField(_("viranhaltijapäätöksen numero"), null=True, blank=True)
    official_year = models.PositiveSmallIntegerField(_("numeron vuosi"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")
    revision_ends_on = models.DateField(_("oikaisuvaatimus viimeistään"), null=True, blank=True)
    ended_at = models.DateTimeField(_("peruttu"), null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("muutoshakemus")
        verbose_name_plural = _("muutoshakemukset")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "sent_at"], name="grants_change_state_idx")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CHANGE.keys()), name="grants_change_state"),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(state__in=OPEN),
                name="grants_change_one_open",
                violation_error_message=_("Avustuksesta on jo avoin muutoshakemus. Jatka sitä."),
            ),
            both_or_neither("grants_change_sent", "sent_by", "sent_at", "case_number"),
            both_or_neither("grants_change_laid", "laid_by", "laid_at"),
            both_or_neither("grants_change_numbered", "official_number", "official_year"),
            both_or_neither(
                "grants_change_decided", "decided_on", "decided_by", "decided_at", "letter", "revision_ends_on"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | (Q(sent_at__isnull=False) & ~Q(why="")),
                name="grants_change_sent_has_facts",
                violation_error_message=_("Kirjoita, miksi muutosta haetaan."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, letter__isnull=False)
                | Q(~Q(state__in=DECIDED), letter__isnull=True, decided__isnull=True),
                name="grants_change_decided_has_letter",
            ),
            models.CheckConstraint(
                condition=Q(state__in=IN_FORCE, decided__isnull=False)
                | Q(~Q(state__in=IN_FORCE), decided__isnull=True),
                name="grants_change_approved_has_terms",
            ),
            models.CheckConstraint(
                condition=Q(letter__isnull=True) | (~Q(reasons="") & ~Q(legal_basis="") & ~Q(decider="")),
                name="grants_change_has_reasons",
                violation_error_message=_("Päätös tarvitsee perustelut ja oikeusperusteen."),
            ),
            models.CheckConstraint(
                condition=Q(letter__isnull=True, section_number__isnull=True, official_number__isnull=True)
                | Q(letter__isnull=False, section_number__isnull=False, official_number__isnull=True)
                | Q(letter__isnull=False, section_number__isnull=True, official_number__isnull=False),
                name="grants_change_one_way",
                violation_error_message=_("Päätöksellä on joko kokouksen pykälä tai viranhaltijapäätöksen numero."),
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(question=""),
                name="grants_change_returned_has_question",
                violation_error_message=_("Kirjoita, mitä järjestön pitää täydentää."),
            ),
            models.CheckConstraint(
                condition=~Q(state="laid") | (Q(laid_at__isnull=False) & ~Q(proposal="")),
                name="grants_change_laid_has_proposal",
                violation_error_message=_("Kirjoita, mitä päättäjälle esitetään."),
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(ended_at__isnull=False), name="grants_change_withdrawn_when"
            ),
            models.UniqueConstraint(
                fields=["decider", "official_year", "official_number"],
                name="grants_change_official_number",
                violation_error_message=_("Tämä viranhaltijapäätöksen numero on jo käytetty."),
            ),
        ]

    def __str__(self) -> str:
        return self.case_number or f"{self.decision_id}/{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("grants:change", args=[self.pk])

    @property
    def state_label(self) -> Any:
        """The officers' name of the state."""
        return CHANGE.label(self.state)

    @property
    def applicant_state_label(self) -> Any:
        """The applicant's name of the state."""
        return CHANGE.applicant_label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return CHANGE.tone(self.state)

    @property
    def is_writable(self) -> bool:
        """Tell whether the organisation may write in it."""
        return self.state in WRITABLE

    @property
    def is_open(self) -> bool:
        """Tell whether it has not ended."""
        return self.state in OPEN

    @property
    def is_approved(self) -> bool:
        """Tell whether something was approved."""
        return self.state in IN_FORCE

    @property
    def parts(self) -> list[Any]:
        """What is asked to change, in words."""
        return [PARTS[part] for part in changed_parts(self.terms_before, self.terms_asked)]

    @property
    def terms_before(self) -> Terms:
        """The terms that held when it was sent, or when the copy was taken."""
        return Terms.from_json(self.before)

    @property
    def terms_asked(self) -> Terms:
        """The terms that the organisation asks for."""
        return Terms.from_json(self.asked)

    @property
    def terms_decided(self) -> Terms | None:
        """The terms that were approved, if any."""
        return Terms.from_json(self.decided) if self.decided else None

    @property
    def reference(self) -> str:
        """The section of the minutes or the number of the office-holder's decision."""
        return reference(self.section_number, self.official_number, self.official_year)


@pghistory.track()
class ChangePowers(models.Model):
    """Which changes an officer approves alone (hallintosääntö), for the whole county: at most one row.

    Without the row everything goes to who granted. ``years_after``: the use period may last until the end of so many
    years after the call's. ``budget_percent``: as much of the grant may move between lines in one change. ``content``:
    the purpose may change. ``post`` is the title of the post whose number series the decisions run in.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    post = models.CharField(_("virka, jossa päätetään"), max_length=150)
    rule = models.CharField(_("mistä toimivalta tulee"), max_length=300)
    years_after = models.PositiveSmallIntegerField(
        _("kuinka monta vuotta avustusvuoden jälkeen"), default=1, validators=[MaxValueValidator(3)]
    )
    budget_percent = models.PositiveSmallIntegerField(
        _("rivien välillä siirtyvä osuus, %"), default=20, validators=[MaxValueValidator(100)]
    )
    content = models.BooleanField(_("myös sisältöä saa muuttaa"), default=False)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        verbose_name = _("toimivalta muutoksiin")
        verbose_name_plural = _("toimivallat muutoksiin")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="grants_powers_only_one"),
            models.CheckConstraint(
                condition=Q(years_after__lte=3, budget_percent__lte=100) & ~Q(post="") & ~Q(rule=""),
                name="grants_powers_sane",
                violation_error_message=_("Kerro virka ja mistä toimivalta tulee."),
            ),
        ]

    def __str__(self) -> str:
        return self.post

    def last_day(self, year: int) -> date:
        """Return the last day until which the use of a grant of that year may be lengthened alone."""
        return date(year + self.years_after, 12, 31)

    def covers(self, year: int, before: Terms, after: Terms) -> bool:
        """Tell whether an officer may decide the difference alone; ``year`` is the call's."""
        parts = changed_parts(before, after)
        return (
            (TIME not in parts or after.use_to <= self.last_day(year))
            and (BUDGET not in parts or moved_percent(before, after) <= self.budget_percent)
            and (CONTENT not in parts or self.content)
        )
