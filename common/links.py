"""Addresses that every page holds many of, cheaply: an address depends on its name and the language alone."""

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

#: Stands in an address for the key of a row; no other part of an address has so many digits.
_KEY = 9_876_543_210_123


@lru_cache(maxsize=1000)
def _reversed(name: str, keys: tuple[int, ...], *_where: str | None) -> str:
    return reverse(name, args=keys)


def fixed_url(name: str) -> str:
    """Return the address of a page without parameters, in the active language."""
    return _reversed(name, (), get_language(), get_urlconf(), get_script_prefix())


def row_url(name: str, key: int) -> str:
    """Return the address of a page whose one parameter is the key of a row, in the active language."""
    pattern = _reversed(name, (_KEY,), get_language(), get_urlconf(), get_script_prefix())
    return pattern.replace(str(_KEY), str(key))
