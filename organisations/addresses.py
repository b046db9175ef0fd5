"""Where an organisation is reached: the register's own e-mail first, then what it has given, then the post."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from organisations.models import Channel, Organisation


def email_of(organisation: Organisation) -> str:
    """Return the e-mail of the register, else the contact address, in small letters; empty when neither is one."""
    for address in (organisation.email, organisation.contact_email):
        cleaned = address.strip().lower()
        try:
            validate_email(cleaned)
        except ValidationError:
            continue
        return cleaned
    return ""


def postal_address(organisation: Organisation) -> str:
    """Return the lines of an envelope, name first; empty when the register has no full address."""
    if not (organisation.postcode and organisation.post_town):
        return ""
    lines = [
        organisation.name,
        organisation.street_address,
        f"{organisation.postcode} {organisation.post_town.upper()}",
    ]
    return "\n".join(line for line in lines if line)


def reach(organisation: Organisation) -> tuple[str, str]:
    """Return the channel and the address by which the organisation gets its code."""
    if email := email_of(organisation):
        return Channel.EMAIL, email
    if address := postal_address(organisation):
        return Channel.LETTER, address[:400]
    return Channel.NONE, ""
