"""Addresses kept by language are those that Django makes."""

import pytest
from django.urls import reverse
from django.utils import translation

from common.links import fixed_url, row_url


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_they_are_djangos_own_in_every_language(language: str) -> None:
    with translation.override(language):
        assert fixed_url("portal:search") == reverse("portal:search")
        for key in (1, 98765):
            assert row_url("grants:case", key) == reverse("grants:case", args=[key])
