"""Demonstration accounts exist only in the demonstration, and production refuses to start beside them."""

import time
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts.demonstration import DEMO_PASSWORD, current_code, make_account, totp_secret
from accounts.guards import refuse_demonstration_accounts
from accounts.models import User
from tests.accounts.factories import StaffRoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings: Any) -> Any:
    settings.DEMONSTRATION = True
    return settings


def test_an_account_signs_in_with_the_printed_password_and_the_code_of_its_secret(demonstration: Any) -> None:
    user = make_account("Aino@esittely.example", "Aino Järvinen")
    assert make_account("aino@esittely.example", "Aino Järvinen") == user
    assert user.check_password(DEMO_PASSWORD)
    assert user.is_demonstration
    assert EmailAddress.objects.get(user=user).verified
    authenticator = Authenticator.objects.get(user=user)
    assert validate_totp_code(totp_secret(user.email), current_code(authenticator, time.time()))
    assert totp_secret("a@b.fi") != totp_secret("b@b.fi")


def test_outside_the_demonstration_none_is_made_or_shown(settings: Any) -> None:
    settings.DEMONSTRATION = True
    authenticator = Authenticator.objects.get(user=make_account("aino@esittely.example", "Aino"))
    settings.DEMONSTRATION = False
    with pytest.raises(RuntimeError):
        make_account("b@esittely.example", "B")
    with pytest.raises(PermissionError):
        current_code(authenticator, 0)
    with pytest.raises(CommandError):
        call_command("demonstration_accounts")


def test_the_command_prints_role_address_and_password(demonstration: Any) -> None:
    StaffRoleFactory(user=make_account("aino@esittely.example", "Aino"), role="registrar")
    out = StringIO()
    call_command("demonstration_accounts", stdout=out)
    assert f"Kirjaamo  aino@esittely.example  {DEMO_PASSWORD}" in out.getvalue()
    assert "/postilaatikko/" in out.getvalue()


def test_production_refuses_to_start_beside_demonstration_accounts(settings: Any) -> None:
    refuse_demonstration_accounts()
    User.objects.create_user("aino@esittely.example", is_demonstration=True)
    with pytest.raises(ImproperlyConfigured, match="passwords are public"):
        refuse_demonstration_accounts()
    assert "accounts.E001" in [error.id for error in run_checks(databases=["default"])]
    settings.DEMONSTRATION = True
    refuse_demonstration_accounts()
    assert "accounts.E001" not in [error.id for error in run_checks(databases=["default"])]
