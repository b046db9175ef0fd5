"""Which settings of the county are still missing."""

from county.models import County


def missing_settings(county: County) -> list[dict[str, str]]:
    """Return the missing settings as rows of label and url."""
    return []
