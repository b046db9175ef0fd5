"""So many sign-ups a minute from one network address, and so many letters an hour to one mailbox."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from organisations.api.limits import client

MINUTE, HOUR = 60, 3600
LETTERS_AN_HOUR = 20


def is_too_many(request: HttpRequest, email: str, now: datetime) -> bool:
    """Count this sign-up; tell whether it is one too many. Addresses stand in the cache only as hashes, for two spans.

    The mailbox is counted apart, so that nobody can fill a stranger's mail from many addresses.
    """
    over_address = _count("address", client(request), MINUTE, now) > settings.SIGN_UPS_PER_MINUTE
    return over_address or (bool(email) and _count("mailbox", email.casefold(), HOUR, now) > LETTERS_AN_HOUR)


def _count(what: str, who: str, window: int, now: datetime) -> int:
    span = int(now.timestamp()) // window
    key = f"sign-up:{hashlib.sha256(f'{what}|{span}|{who}'.encode()).hexdigest()[:32]}"
    cache.add(key, 0, window * 2)
    return int(cache.incr(key))
