"""What a paper application brings with it: by which channel it came, and the scan of the original."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile


class ArrivalChannel(models.TextChoices):
    """How an application that did not come through the portal reached the registry office."""

    POST = "post", _("Postitse")
    EMAIL = "email", _("Sähköpostilla")
    COUNTER = "counter", _("Asiointipisteeseen")


class PaperOriginal(StoredFile):
    """The scan of the paper from which an officer entered the application; one for each application.

    Personal data: what the applicant wrote and signed on the paper. Kept as long as the application
    (docs/data-protection.md). Its hash stands in the submission's frozen content.
    """

    application = models.OneToOneField("grants.Application", models.CASCADE, related_name="paper_original")

    class Meta(StoredFile.Meta):
        verbose_name = _("alkuperäinen paperihakemus")
        verbose_name_plural = _("alkuperäiset paperihakemukset")


def read_source(content: dict[str, Any]) -> dict[str, Any] | None:
    """Return how the submission of this content came on paper, its instants and channel to be shown; else None."""
    source = content.get("source")
    if not source:
        return None
    return {
        **source,
        "channel_label": ArrivalChannel(source["channel"]).label,
        "arrived_at": datetime.fromisoformat(source["arrived_at"]),
        "entered_at": datetime.fromisoformat(source["entered_at"]),
    }
