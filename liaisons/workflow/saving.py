"""What the verbs share: the person behind an address, and a constraint's own sentence as the refusal."""

from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import User
from common.errors import Refused


def person_of(email: str, full_name: str) -> User:
    """Return the user of the address, made without a password when there is none: they set it by reset."""
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    return user or User.objects.create_user(address, full_name=full_name)


def save_checked(row: Any, code: str) -> None:
    """Save a row whose constraints are asked first, so that the person gets the constraint's own sentence."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(code, " ".join(error.messages)) from None
    row.save()
