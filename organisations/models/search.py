"""What search reads besides names: one text an organisation, kept in step by the database itself."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _


class SearchText(models.Model):
    """Everything public that an organisation says of itself, a line each: name, descriptions, fields, activities.

    A copy of what its page shows already, without contacts and leaders of activities; it goes when they go.
    Only organisations that say something have a row, so a register import writes nothing here. Triggers write
    it (``organisations/migrations/_search_sql.py``), whoever changes the data and however many rows at once;
    ``search.reindex`` makes all again every night, because an activity that has ended leaves without a change.
    """

    organisation = models.OneToOneField(
        "organisations.Organisation", models.CASCADE, primary_key=True, related_name="search_text"
    )
    text = models.TextField(_("hakuteksti"))
    folded = models.GeneratedField(
        expression=Func(F("text"), function="fi_fold"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("hakuteksti")
        verbose_name_plural = _("hakutekstit")
        indexes = [GinIndex(OpClass("folded", "gin_trgm_ops"), name="search_text_trigram")]

    def __str__(self) -> str:
        return self.text.split("\n", 1)[0]
