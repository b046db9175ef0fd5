"""A yearly report on the agenda of a body's meeting."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.annual import AnnualReport

_OF_PUBLISHED = """
    IF NOT EXISTS (SELECT 1 FROM reports_annualreport WHERE id = NEW.report_id AND state = 'frozen') THEN
        RAISE EXCEPTION 'only a published report is put on an agenda'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reports_matter_of_published';
    END IF;
    RETURN NEW;
"""


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class ReportMatter(models.Model):
    """A published report as a matter of one meeting; a report may be dealt with in many meetings, once in each.

    Personal data: who put it there, an official; kept as long as the report.
    """

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="matters", verbose_name=_("raportti"))
    meeting = models.ForeignKey(
        "liaisons.Meeting", models.PROTECT, related_name="report_matters", verbose_name=_("kokous")
    )
    item = models.OneToOneField(
        "liaisons.AgendaItem", models.PROTECT, related_name="report_matter", verbose_name=_("esityslistan asia")
    )
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("lisäsi"))
    put_at = models.DateTimeField(_("lisätty"))

    class Meta:
        verbose_name = _("raportti kokouksessa")
        verbose_name_plural = _("raportit kokouksissa")
        ordering = ["put_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "meeting"],
                name="reports_matter_once_a_meeting",
                violation_error_message=_("Raportti on jo tämän kokouksen esityslistalla."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="matter_of_published", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_OF_PUBLISHED
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.item_id}"
