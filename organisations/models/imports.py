"""The report of an import of the register extract."""

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from common.transitions import LifeCycle, State, Transition
from organisations.register.messages import describe

LINE_TONES: dict[str, Tone] = {
    "refused": "bad",
    "warning": "wait",
    "changed": "info",
    "missing": "wait",
    "returned": "ok",
    "new": "ok",
    "quiet": "none",
}

IMPORT_LIFE = LifeCycle(
    name="organisations.import_run",
    states=(
        State("waiting", _("Odottaa vuoroa"), tone="wait"),
        State("running", _("Käynnissä"), tone="info"),
        State("previewed", _("Esikatseltu, ei viety"), tone="wait"),
        State("held", _("Pysäytetty, odottaa vahvistusta"), tone="bad"),
        State("finished", _("Valmis"), tone="ok"),
        State("failed", _("Ei onnistunut"), tone="bad"),
        State("discarded", _("Hylätty"), tone="none"),
    ),
    transitions=(
        Transition("start", ("waiting", "running"), "running", "organisations.register.import", _("Aloita")),
        Transition("finish", ("running",), "finished", "organisations.register.import", _("Valmis")),
        Transition(
            "preview",
            ("running",),
            "previewed",
            "organisations.register.import",
            _("Esikatselu valmis"),
            condition="a person asked first to see what would change",
        ),
        Transition(
            "hold",
            ("running",),
            "held",
            "organisations.register.import",
            _("Pysäytetty"),
            condition="a fifth of the organisations or more would be marked missing and nobody has confirmed it",
        ),
        Transition("take", ("previewed", "held"), "waiting", "organisations.register.import", _("Vie rekisteriin")),
        Transition("discard", ("previewed", "held"), "discarded", "organisations.register.import", _("Hylkää")),
        Transition("fail", ("waiting", "running"), "failed", "organisations.register.import", _("Keskeytyi")),
    ),
)


class ImportRun(models.Model):
    """One reading of an extract: which file, what came of it.

    The file itself is kept only until it has been taken or discarded (it holds the signatories' names); its hash
    stays. ``preview_only`` says that a person wants to see first; ``confirmed_by`` has seen and takes it.
    """

    file_name = models.CharField(_("tiedosto"), max_length=255)
    file = models.FileField(_("tiedosto"), upload_to="register/", blank=True, max_length=300)
    sha256 = models.CharField(_("tiiviste"), max_length=64, blank=True)
    format = models.CharField(_("muoto"), max_length=100, blank=True)
    extract_on = models.DateField(_("otteen päivä"))
    state = models.CharField(_("tila"), max_length=20, choices=IMPORT_LIFE.choices(), default="waiting")
    created_at = models.DateTimeField(_("pyydetty"))
    started_at = models.DateTimeField(_("alkoi"), null=True, blank=True)
    finished_at = models.DateTimeField(_("päättyi"), null=True, blank=True)
    preview_only = models.BooleanField(_("vain esikatselu"), default=False, db_default=False)
    is_nightly = models.BooleanField(_("yöllinen"), default=False, db_default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vahvistaja")
    )
    counts = models.JSONField(_("luvut"), default=dict, blank=True)
    unknown_columns = models.JSONField(_("tuntemattomat sarakkeet"), default=list, blank=True)
    error = models.TextField(_("virhe"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tuoja")
    )

    class Meta:
        verbose_name = _("rekisteriotteen tuonti")
        verbose_name_plural = _("rekisteriotteen tuonnit")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=IMPORT_LIFE.keys()),
                name="import_run_state_known",
                violation_error_message=_("Tuntematon tila."),
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return IMPORT_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return IMPORT_LIFE.tone(self.state)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens to this run."""
        return self.state in ("finished", "failed", "discarded")

    @property
    def waits_for_person(self) -> bool:
        """Tell whether it has been looked through and a person decides whether it is taken."""
        return self.state in ("previewed", "held")


class ImportLine(models.Model):
    """One remark of the report: a row refused, entered with a warning, changed, missing or back again."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("hylätty")
        WARNING = "warning", _("huomautus")
        CHANGED = "changed", _("muuttunut")
        MISSING = "missing", _("ei enää otteessa")
        RETURNED = "returned", _("palannut otteeseen")
        NEW = "new", _("uusi")
        QUIET = "quiet", _("tiedoksi")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines", db_index=False)
    line_number = models.PositiveIntegerField(_("rivi"), null=True, blank=True)
    kind = models.CharField(_("laji"), max_length=20, choices=Kind.choices)
    code = models.CharField(_("syy"), max_length=40)
    detail = models.CharField(_("tarkenne"), max_length=500, blank=True)
    raw_name = models.CharField(_("nimi rivillä"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        "organisations.Organisation", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("tuontiraportin rivi")
        verbose_name_plural = _("tuontiraportin rivit")
        ordering = ["line_number", "pk"]
        indexes = [models.Index("run", "kind", "line_number", name="import_line_by_kind")]

    def __str__(self) -> str:
        return f"{self.line_number}: {self.code}"

    @property
    def message(self) -> str:
        """The remark in words."""
        return describe(self.code, self.detail)

    @property
    def tone(self) -> Tone:
        """The tone of the remark's tag."""
        return LINE_TONES[self.kind]
