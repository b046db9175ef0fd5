"""What the officers' list searches: one text an application, the answers as they were last sent."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

from grants.models.applications import Application


class ApplicationSearch(models.Model):
    """The answers of a sent application as one text, so that an officer finds a case by what it says.

    A copy of the answers without the rows of contact persons; it is written when the application is sent and
    goes with it. Only a case that the person may read is found by it (``grants.case_search.matching``).
    """

    application = models.OneToOneField(Application, models.CASCADE, primary_key=True, related_name="search_text")
    text = models.TextField(_("hakuteksti"))
    folded = models.GeneratedField(
        expression=Func(F("text"), function="fi_fold"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("hakemuksen hakuteksti")
        verbose_name_plural = _("hakemusten hakutekstit")
        indexes = [GinIndex(OpClass("folded", "gin_trgm_ops"), name="grants_search_trigram")]

    def __str__(self) -> str:
        return str(self.application_id)
