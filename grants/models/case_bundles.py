"""Bundles of cases: the chosen cases of a call as one PDF for an assessor, a member or an officer."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from grants.models.applications import Application
from grants.models.calls import GrantCall


class BundleState(models.TextChoices):
    """How far a bundle is."""

    WAITING = "waiting", _("Tehdään")
    READY = "ready", _("Valmis")
    FAILED = "failed", _("Ei onnistunut")


class CaseBundleQuerySet(models.QuerySet["CaseBundle"]):
    """Bundles by the question that is asked of them."""

    def current(self, now: datetime) -> Self:
        """Those that have not expired."""
        return self.filter(expires_at__gt=now)


class CaseBundle(models.Model):
    """One person's bundle of cases, made by the worker; ``done`` of ``total`` cases have been written.

    It is served to that person only, while every case in it may still be read. Personal data: what the applications
    hold, and who read them; erased with its file at ``expires_at``.
    """

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="bundles", verbose_name=_("haku"))
    made_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("lukija"))
    state = models.CharField(_("tila"), max_length=8, choices=BundleState.choices, default=BundleState.WAITING)
    language = models.CharField(_("kieli"), max_length=2, default="fi")
    total = models.PositiveSmallIntegerField(_("hakemuksia"))
    done = models.PositiveSmallIntegerField(_("tehty"), default=0)
    asked_at = models.DateTimeField(_("pyydetty"))
    expires_at = models.DateTimeField(_("poistuu"))

    objects = CaseBundleQuerySet.as_manager()

    class Meta:
        verbose_name = _("hakemusnippu")
        verbose_name_plural = _("hakemusniput")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["expires_at"], name="grants_bundle_expires_idx")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BundleState.values), name="grants_bundle_state"),
            models.CheckConstraint(condition=Q(total__gt=0, done__lte=F("total")), name="grants_bundle_done_of_total"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="grants_bundle_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.made_for_id}: {self.total}"

    def get_absolute_url(self) -> str:
        return reverse("grants:case_bundle", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return {"waiting": "wait", "ready": "ok"}.get(self.state, "bad")

    @property
    def ready_file(self) -> Any:
        """The file, or None while it is not there."""
        return getattr(self, "file", None)


class BundledCase(models.Model):
    """One case in a bundle; a case that could not be read any more when the bundle was made is taken out."""

    bundle = models.ForeignKey(CaseBundle, models.CASCADE, related_name="cases")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("nipun hakemus")
        verbose_name_plural = _("nipun hakemukset")
        ordering = ["bundle", "order"]
        constraints = [models.UniqueConstraint(fields=["bundle", "application"], name="grants_bundled_case_once")]

    def __str__(self) -> str:
        return f"{self.bundle_id}: {self.application_id}"


class CaseBundleFile(StoredFile):
    """The PDF of a bundle, kept privately until the bundle expires."""

    bundle = models.OneToOneField(CaseBundle, models.CASCADE, related_name="file")

    class Meta(StoredFile.Meta):
        verbose_name = _("hakemusnipun tiedosto")
        verbose_name_plural = _("hakemusnippujen tiedostot")
