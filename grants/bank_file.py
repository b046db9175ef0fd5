"""The bank's file of a payment batch, checked against ISO's own schema before anybody gets it."""

import logging
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from common.errors import Refused
from grants.models import PaymentBatch
from grants.pain001 import credit_transfer

SCHEMA = Path(__file__).parent / "schemas" / "pain.001.001.09.xsd"
logger = logging.getLogger(__name__)


@cache
def schema() -> Any:
    """Return ISO 20022's schema of ``pain.001.001.09``, read once in a process and from this file only."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.XMLSchema(etree.parse(SCHEMA, parser))


def faults_of(written: bytes) -> list[str]:
    """Return what the schema has against the file, one sentence each; an empty list: it is valid."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        document = etree.fromstring(written, parser)
    except etree.XMLSyntaxError as error:
        return [str(error)]
    checker = schema()
    return [] if checker.validate(document) else [f"{row.line}: {row.message}" for row in checker.error_log]


def checked_transfer(batch: PaymentBatch, *, payer: str) -> bytes:
    """Return the batch's file. Raises ``Refused`` for one that ISO's schema does not take: no bank would either."""
    written = credit_transfer(batch, payer=payer)
    if faults := faults_of(written):
        logger.error("The bank file of batch %s is not valid: %s", batch.pk, "; ".join(faults[:5]))
        raise Refused(
            "grants.bank_file_invalid",
            _(
                "Pankin tiedosto ei ole maksuaineiston määritelmän (pain.001.001.09) mukainen, joten sitä ei anneta. "
                "Mitään ei ole maksettu. Ilmoita ylläpidolle; maksulistan saa taulukkona."
            ),
        )
    return written
