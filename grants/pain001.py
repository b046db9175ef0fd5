"""A payment batch as a SEPA credit transfer for the bank: ISO 20022 ``pain.001.001.09``.

One payment block, in euros, to Finnish accounts (IBAN only, no BIC: Regulation (EU) 260/2012 art. 5). The same batch
gives the same bytes each time, with the same message number, so that a bank recognises a file that is sent twice.
"""

import re
import unicodedata
from decimal import Decimal
from xml.etree import ElementTree as ET

from common.times import helsinki
from grants.models import PaymentBatch
from grants.payment_files import lines_of

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MOST_NAME, MOST_TEXT = 70, 140
#: What banks of the Nordic countries take: the Latin letters of SEPA and those of Finnish and Swedish.
_OTHER = re.compile(r"[^A-Za-z0-9ÅÄÖåäöÉéÜü/?:().,'+ -]")


def bank_text(text: str, most: int) -> str:
    """Return the text in letters that banks take, at most ``most`` long: no other accents or marks."""
    told = "".join(letter if not _OTHER.match(letter) else _plain(letter) for letter in text)
    return " ".join(_OTHER.sub(" ", told).split())[:most].strip()


def _plain(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))


def credit_transfer(batch: PaymentBatch, *, payer: str) -> bytes:
    """Return the file of an approved batch with a ``pay_from`` account; ``payer``: the county's name."""
    root = ET.Element("Document", {"xmlns": NAMESPACE})
    message = ET.SubElement(root, "CstmrCdtTrfInitn")
    name = bank_text(payer, MOST_NAME)
    header = ET.SubElement(message, "GrpHdr")
    _text(header, "MsgId", f"YP-{batch.pk}")
    made = batch.approved_at or batch.made_at
    _text(header, "CreDtTm", helsinki(made).replace(microsecond=0).isoformat())
    _totals(header, batch)
    _text(header, "InitgPty/Nm", name)
    block = ET.SubElement(message, "PmtInf")
    _text(block, "PmtInfId", f"YP-{batch.pk}-1")
    _text(block, "PmtMtd", "TRF")
    _text(block, "BtchBookg", "false")
    _totals(block, batch)
    _text(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _text(block, "ReqdExctnDt/Dt", batch.pay_on.isoformat())
    _text(block, "Dbtr/Nm", name)
    _text(block, "DbtrAcct/Id/IBAN", batch.pay_from)
    _text(block, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    _text(block, "ChrgBr", "SLEV")
    for line in lines_of(batch):
        application = line.payment.decision.application
        transfer = ET.SubElement(block, "CdtTrfTxInf")
        ids = ET.SubElement(transfer, "PmtId")
        _text(ids, "InstrId", line.reference)
        _text(ids, "EndToEndId", line.reference)
        _text(transfer, "Amt/InstdAmt", _euros(line.sum)).set("Ccy", "EUR")
        _text(transfer, "Cdtr/Nm", bank_text(line.holder, MOST_NAME) or line.reference)
        _text(transfer, "CdtrAcct/Id/IBAN", line.iban)
        told = f"{payer}, avustus {application.case_number}, erä {line.payment.number}"
        _text(transfer, "RmtInf/Ustrd", bank_text(told, MOST_TEXT))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _totals(parent: ET.Element, batch: PaymentBatch) -> None:
    _text(parent, "NbOfTxs", str(batch.count))
    _text(parent, "CtrlSum", _euros(batch.sum))


def _euros(value: Decimal) -> str:
    return f"{value:.2f}"


def _text(parent: ET.Element, path: str, text: str) -> ET.Element:
    """Add the elements of ``path`` one inside the other, the innermost with the text; return that."""
    here = parent
    for name in path.split("/"):
        here = ET.SubElement(here, name)
    here.text = text
    return here
