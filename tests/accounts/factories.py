"""People for tests: users, staff roles and signed-in clients."""

import time
from datetime import date
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.test import Client
from factory.django import DjangoModelFactory

from accounts.models import StaffRole, User

PASSWORD = "kesäinen-järvi-2026"


class UserFactory(DjangoModelFactory[User]):
    """A person with a verified e-mail address and the password ``PASSWORD``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"henkilo{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Henkilö {n}")
    language = "fi"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        password = kwargs.pop("password", PASSWORD)
        verified = kwargs.pop("verified", True)
        user = model_class.objects.create_user(kwargs.pop("email"), password, **kwargs)
        EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        return user


class StaffRoleFactory(DjangoModelFactory[StaffRole]):
    """A staff role that began long ago and has no end."""

    class Meta:
        model = StaffRole

    user = factory.SubFactory(UserFactory)
    role = "coordinator"
    valid_from = date(2020, 1, 1)
    reason = "Tehtävänkuva"


def staff(role: str = "coordinator", **fields: Any) -> User:
    """Return a new user who holds the staff role now."""
    user = UserFactory(**fields)
    StaffRoleFactory(user=user, role=role)
    return user


def sign_in(client: Client, user: User, *, second_factor: bool = True) -> Client:
    """Sign the user in, with or without the second factor, and return the client.

    The session then says what Django and allauth write after a real sign-in with a code; it is written once
    (``force_login`` writes and reads some twenty times, in nearly every test).
    """
    records: list[dict[str, Any]] = [{"method": "password", "at": time.time(), "email": user.email}]
    if second_factor:
        records.append({"method": "mfa", "at": time.time(), "type": "totp"})
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(user.pk)
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


def signed_in(user: User, *, second_factor: bool = True) -> Client:
    """Return a new client in which the user is signed in."""
    return sign_in(Client(), user, second_factor=second_factor)
