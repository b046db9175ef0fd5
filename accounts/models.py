"""People: a user is an e-mail address; what they may do are facts with a term."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.models import Term


class UserManager(BaseUserManager["User"]):
    """Makes users from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password they sign in after resetting it."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create the technical superuser of the command line."""
        return self.create_user(email, password, is_superuser=True, **fields)


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in.

    Personal data: name and e-mail address, kept while the person has a role or a case, then anonymised by
    the retention task (docs/data-protection.md). Never a personal identity code.
    """

    email = models.EmailField(_("sähköpostiosoite"), unique=True)
    full_name = models.CharField(_("nimi"), max_length=150, blank=True)
    phone = models.CharField(_("puhelin"), max_length=40, blank=True)
    language = models.CharField(_("kieli"), max_length=2, default="fi", choices=settings.LANGUAGES)
    is_active = models.BooleanField(_("käytössä"), default=True)
    is_demonstration = models.BooleanField(_("esittelytunnus"), default=False, editable=False)
    date_joined = models.DateTimeField(_("tunnus luotu"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("käyttäjä")
        verbose_name_plural = _("käyttäjät")
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_any_case")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_staff(self) -> bool:
        """Django's admin is a last resort: only for the administrator."""
        return self.is_superuser


class StaffRoleKind(models.TextChoices):
    """The roles that are given by name; the others come from memberships, appointments and seats."""

    COORDINATOR = "coordinator", _("Järjestökoordinaattori")
    REGISTRAR = "registrar", _("Kirjaamo")
    PAYMENTS_CLERK = "payments_clerk", _("Maksatuksen käsittelijä")
    AUDITOR = "auditor", _("Tarkastaja")
    ADMINISTRATOR = "administrator", _("Pääkäyttäjä")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StaffRole(Term):
    """A staff role of a person for a term; when the term ends, so does the access.

    Personal data: who held which right and why, kept as long as the decisions made under it are kept
    (docs/data-protection.md), so a person with roles cannot be deleted, only anonymised.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="staff_roles", verbose_name=_("käyttäjä"))
    role = models.CharField(_("rooli"), max_length=20, choices=StaffRoleKind.choices)
    reason = models.CharField(_("peruste"), max_length=200, blank=True)
    end_reason = models.CharField(_("päättämisen syy"), max_length=200, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("virkarooli")
        verbose_name_plural = _("virkaroolit")
        constraints = [
            *Term.Meta.constraints,
            ExclusionConstraint(
                name="accounts_staffrole_one_at_a_time",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from",
                            "valid_until",
                            Value("[]"),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Henkilöllä on jo tämä rooli osan tästä ajasta. Tarkista päivät."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
