"""Who speaks: a person of the portal, or somebody with a name and an e-mail address confirmed by a link."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Voice(models.Model):
    """What a person gave or supports. Without ``user`` the address counts once it has been confirmed.

    Personal data: name and e-mail address, for telling what came of it; never shown to others without consent, and
    erased two years after the matter ended.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("henkilö"),
    )
    name = models.CharField(_("nimi"), max_length=150, blank=True)
    email = models.EmailField(_("sähköposti"), blank=True)
    language = models.CharField(_("kieli"), max_length=2, choices=settings.LANGUAGES, default="fi")
    confirmed_at = models.DateTimeField(_("osoite vahvistettu"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def address(self) -> object:
        """Return whom a letter goes to: the user, the confirmed address, or None."""
        return self.user or (self.email if self.confirmed_at and self.email else None)


def once_each(owner: str, name: str) -> list[models.BaseConstraint]:
    """Return the constraints: one row for a person and one for an address, of one ``owner``."""
    return [
        models.UniqueConstraint(fields=[owner, "user"], condition=Q(user__isnull=False), name=f"{name}_person_once"),
        models.UniqueConstraint(
            fields=[owner, "email"], condition=Q(user__isnull=True) & ~Q(email=""), name=f"{name}_address_once"
        ),
    ]
