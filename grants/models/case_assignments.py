"""Which assessor has which case, when a call's cases have been shared among its assessors."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grants.models.applications import Application
from grants.models.assessment import AssessorAssignment

_OF_ONE_CALL = """
    IF (SELECT call_id FROM grants_application WHERE id = NEW.application_id)
        <> (SELECT call_id FROM grants_assessorassignment WHERE id = NEW.assignment_id) THEN
        RAISE EXCEPTION 'grants_case_assignment_of_one_call' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@pgtrigger.register(
    pgtrigger.Trigger(
        name="case_assignment_of_one_call",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=_OF_ONE_CALL,
    )
)
@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class CaseAssignment(models.Model):
    """One assessor has one case to assess (hakemuksen arvioija).

    A call without any row is assessed by every assessor in full; with rows each has only their own. A row of somebody
    who has declared a conflict of interest, or whose task has ended, stays as the record of what was shared: it is
    only not active (``grants.distribution``). Personal data: who assesses what, kept with the case.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="case_assignments")
    assignment = models.ForeignKey(AssessorAssignment, models.CASCADE, related_name="case_assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(_("jaettu"))

    class Meta:
        verbose_name = _("arvioijan hakemus")
        verbose_name_plural = _("arvioijien hakemukset")
        constraints = [
            models.UniqueConstraint(fields=["application", "assignment"], name="grants_one_case_assignment"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.assignment_id}"
