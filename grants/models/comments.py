"""What an organisation's people say to each other of an application before it is sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models.applications import Application


class ApplicationCommentQuerySet(models.QuerySet["ApplicationComment"]):
    """Comments by what is left of them."""

    def waiting(self) -> "ApplicationCommentQuerySet":
        """Return the comments that nobody has marked as dealt with."""
        return self.filter(done_at__isnull=True)


class ApplicationComment(models.Model):
    """A comment inside the applying organisation; no officer sees it, and it is no part of what is sent.

    ``page`` is the key of the form's page that it concerns, empty for the whole application. Personal data: what
    people write, and who. Gone with the application.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="comments", verbose_name=_("hakemus"))
    page = models.SlugField(_("hakemuksen sivu"), max_length=50, blank=True)
    text = models.TextField(_("kommentti"), max_length=2000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("kirjoittaja")
    )
    written_at = models.DateTimeField(_("kirjoitettu"))
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("hoitaja")
    )
    done_at = models.DateTimeField(_("hoidettu"), null=True, blank=True)

    objects = ApplicationCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("kommentti hakemuksesta")
        verbose_name_plural = _("kommentit hakemuksesta")
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="grants_comment_has_text", violation_error_message=_("Kirjoita kommentti.")
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
