"""Files that go with the messages of a case, in both directions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from grants.models.case_work import CaseMessage


class MessageFile(StoredFile):
    """A file that was sent with a message; read by whoever reads the message, never changed.

    Personal data: what people write into their files, and who sent them. Kept with the case.
    """

    message = models.ForeignKey(CaseMessage, models.CASCADE, related_name="files", verbose_name=_("viesti"))

    class Meta(StoredFile.Meta):
        verbose_name = _("viestin liite")
        verbose_name_plural = _("viestien liitteet")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
