"""One assertion for every PDF of the portal: everybody can read it."""

import page

from documents import accessibility


def assert_accessible(data: bytes) -> None:
    """Fail unless the file passes our own rules and the validator's profile of PDF/UA-1."""
    assert accessibility.faults(data) == []
    report = page.validate_pdf_bytes(data, profile=page.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, str(report)
