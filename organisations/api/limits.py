"""So many requests a minute from one address, counted in the shared cache for all web processes together."""

import hashlib
import ipaddress
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 60  # seconds


def client(request: HttpRequest) -> str:
    """Return the address to count by: our own proxies taken off (TRUSTED_PROXY_COUNT), an IPv6 network as one."""
    address: str = get_adapter().get_client_ip(request)
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6:
        return str(ipaddress.ip_network(f"{known}/64", strict=False))
    return str(known)


def seconds_to_wait(request: HttpRequest, now: datetime) -> int:
    """Count this request; return 0 when it may go on, else the seconds until it may.

    The counter goes up in one step in the cache, so requests at the same moment cannot miss each other; the
    address stands in it only as a hash, for two minutes.
    """
    second = int(now.timestamp())
    window = second // WINDOW
    who = hashlib.sha256(f"{window}|{client(request)}".encode()).hexdigest()[:32]
    key = f"open-data:{who}"
    cache.add(key, 0, WINDOW * 2)
    if cache.incr(key) <= settings.OPEN_DATA_REQUESTS_PER_MINUTE:
        return 0
    return (window + 1) * WINDOW - second
