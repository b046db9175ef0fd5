"""A reader of ``pain.001.001.09`` that shares no code with what writes it: what the file says, and what is wrong in it.

Read with expat straight into paths, not with the tree that the portal builds. ``ORDER`` is the order of elements of the
published message definition (CustomerCreditTransferInitiationV09 and the types below it that a SEPA credit transfer
uses), with how often each may stand; elements that are not in it are told as unknown. The other rules are those of the
Finnish banks' guides to the message and of the SEPA rulebook: letters, lengths, sums, IBAN, BIC, reference numbers.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
#: element -> its children in order: (name, least, most); ``most`` 0 is without limit.
ORDER: dict[str, tuple[tuple[str, int, int], ...]] = {
    "": (("Document", 1, 1),),
    "Document": (("CstmrCdtTrfInitn", 1, 1),),
    "CstmrCdtTrfInitn": (("GrpHdr", 1, 1), ("PmtInf", 1, 0)),
    "GrpHdr": (("MsgId", 1, 1), ("CreDtTm", 1, 1), ("NbOfTxs", 1, 1), ("CtrlSum", 0, 1), ("InitgPty", 1, 1)),
    "PmtInf": (
        ("PmtInfId", 1, 1),
        ("PmtMtd", 1, 1),
        ("BtchBookg", 0, 1),
        ("NbOfTxs", 0, 1),
        ("CtrlSum", 0, 1),
        ("PmtTpInf", 0, 1),
        ("ReqdExctnDt", 1, 1),
        ("Dbtr", 1, 1),
        ("DbtrAcct", 1, 1),
        ("DbtrAgt", 1, 1),
        ("UltmtDbtr", 0, 1),
        ("ChrgBr", 0, 1),
        ("CdtTrfTxInf", 1, 0),
    ),
    "PmtTpInf": (("InstrPrty", 0, 1), ("SvcLvl", 0, 0), ("LclInstrm", 0, 1), ("CtgyPurp", 0, 1)),
    "SvcLvl": (("Cd", 1, 1),),
    "CtgyPurp": (("Cd", 1, 1),),
    "ReqdExctnDt": (("Dt", 1, 1),),
    "CdtTrfTxInf": (
        ("PmtId", 1, 1),
        ("PmtTpInf", 0, 1),
        ("Amt", 1, 1),
        ("ChrgBr", 0, 1),
        ("UltmtDbtr", 0, 1),
        ("CdtrAgt", 0, 1),
        ("Cdtr", 0, 1),
        ("CdtrAcct", 0, 1),
        ("UltmtCdtr", 0, 1),
        ("Purp", 0, 1),
        ("RmtInf", 0, 1),
    ),
    "PmtId": (("InstrId", 0, 1), ("EndToEndId", 1, 1), ("UETR", 0, 1)),
    "Amt": (("InstdAmt", 1, 1),),
    **dict.fromkeys(("InitgPty", "Dbtr", "Cdtr", "UltmtDbtr", "UltmtCdtr"), (("Nm", 0, 1), ("PstlAdr", 0, 1))),
    **dict.fromkeys(("DbtrAcct", "CdtrAcct"), (("Id", 1, 1), ("Ccy", 0, 1))),
    "Id": (("IBAN", 0, 1),),
    **dict.fromkeys(("DbtrAgt", "CdtrAgt"), (("FinInstnId", 1, 1),)),
    "FinInstnId": (("BICFI", 0, 1), ("Nm", 0, 1), ("Othr", 0, 1)),
    "Othr": (("Id", 1, 1),),
    "Purp": (("Cd", 1, 1),),
    "RmtInf": (("Ustrd", 0, 1), ("Strd", 0, 1)),
    "Strd": (("CdtrRefInf", 1, 1),),
    "CdtrRefInf": (("Tp", 1, 1), ("Ref", 1, 1)),
    "Tp": (("CdOrPrtry", 1, 1),),
    "CdOrPrtry": (("Cd", 1, 1),),
}
#: The most letters of a text by its element; names are 140 in the message and 70 in SEPA.
LENGTHS = {
    **dict.fromkeys(("MsgId", "PmtInfId", "InstrId", "EndToEndId", "Ref"), 35),
    "Nm": 70,
    "Ustrd": 140,
    "NbOfTxs": 15,
}
IDS = ("MsgId", "PmtInfId", "InstrId", "EndToEndId")
LATIN = re.compile(r"[A-Za-z0-9/?:().,'+ -]*")
NORDIC = re.compile(r"[A-Za-z0-9ÅÄÖåäöÉéÜü/?:().,'+ -]*")
BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
SUM = re.compile(r"[0-9]{1,16}\.[0-9]{2}")


@dataclass(frozen=True)
class Transfer:
    """One credit transfer as a bank reads it."""

    end_to_end: str
    sum: Decimal
    currency: str
    name: str
    iban: str
    message: str


@dataclass
class Read:
    """What the file says and what is wrong in it."""

    message_id: str = ""
    pay_on: str = ""
    payer: str = ""
    payer_iban: str = ""
    transfers: list[Transfer] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class _Node:
    name: str
    attributes: dict[str, str]
    children: list["_Node"] = field(default_factory=list)
    text: str = ""

    def all(self, path: str) -> list["_Node"]:
        here = [self]
        for name in path.split("/"):
            here = [child for node in here for child in node.children if child.name == name]
        return here

    def say(self, path: str) -> str:
        found = self.all(path)
        return found[0].text if found else ""


def read(data: bytes) -> Read:
    """Read the file; broken XML is a fault too."""
    told = Read()
    root = _Node("", {})
    stack = [root]
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        space, _gap, local = name.rpartition(" ")
        if space != NAMESPACE:
            told.faults.append(f"namespace of {local}: {space}")
        node = _Node(local, attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_name: str) -> None:
        stack.pop()

    def text(words: str) -> None:
        stack[-1].text += words

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = lambda *_facts: told.faults.append("a document type declaration")
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        told.faults.append(f"not XML: {error}")
        return told
    _check_order(root, told.faults)
    if not told.faults:
        _say(root.children[0].children[0], told)
    return told


def _check_order(node: _Node, faults: list[str]) -> None:
    """Each child is known, in its place, and neither too few nor too many of it."""
    known = ORDER.get(node.name)
    if known is None:
        if node.children:
            faults.append(f"{node.name}: text expected")
        elif not node.text.strip():
            faults.append(f"{node.name}: empty")
        return
    if node.name == "Id" and not node.children and node.text == "NOTPROVIDED":
        return
    places = {name: place for place, (name, _least, _most) in enumerate(known)}
    names = [child.name for child in node.children]
    unknown = [name for name in names if name not in places]
    faults.extend(f"{node.name}: unknown {name}" for name in unknown)
    order = [places[name] for name in names if name in places]
    if order != sorted(order):
        faults.append(f"{node.name}: wrong order")
    for name, least, most in known:
        count = names.count(name)
        if count < least or (most and count > most):
            faults.append(f"{node.name}: {count} of {name}")
    for child in node.children:
        _check_order(child, faults)


def _say(message: _Node, told: Read) -> None:
    header, blocks = message.all("GrpHdr")[0], message.all("PmtInf")
    told.message_id = header.say("MsgId")
    transfers = []
    for block in blocks:
        own = [_transfer(node, told.faults) for node in block.all("CdtTrfTxInf")]
        _check_totals(block, own, told.faults)
        _check_block(block, told.faults)
        transfers += own
    _check_totals(header, transfers, told.faults)
    told.transfers = transfers
    told.pay_on, told.payer = blocks[0].say("ReqdExctnDt/Dt"), blocks[0].say("Dbtr/Nm")
    told.payer_iban = blocks[0].say("DbtrAcct/Id/IBAN")
    _check_time(header.say("CreDtTm"), told)
    doubled = len(transfers) - len({row.end_to_end for row in transfers})
    if doubled:
        told.faults.append("EndToEndId: the same twice")
    _check_texts(message, told.faults)


def _transfer(node: _Node, faults: list[str]) -> Transfer:
    amount = node.all("Amt/InstdAmt")[0]
    if not SUM.fullmatch(amount.text) or Decimal(amount.text) <= 0 or Decimal(amount.text) > Decimal("999999999.99"):
        faults.append(f"InstdAmt: {amount.text}")
    if amount.attributes != {"Ccy": "EUR"}:
        faults.append(f"InstdAmt: {amount.attributes}")
    account = node.say("CdtrAcct/Id/IBAN")
    if not is_iban(account):
        faults.append(f"IBAN: {account}")
    if not node.say("Cdtr/Nm"):
        faults.append("Cdtr: no name")
    reference = node.say("RmtInf/Strd/CdtrRefInf/Ref")
    if reference and node.say("RmtInf/Ustrd"):
        faults.append("RmtInf: both a reference and words")
    if reference and not is_reference(reference):
        faults.append(f"Ref: {reference}")
    if reference and node.say("RmtInf/Strd/CdtrRefInf/Tp/CdOrPrtry/Cd") != "SCOR":
        faults.append("Ref: not SCOR")
    return Transfer(
        node.say("PmtId/EndToEndId"),
        _decimal(amount.text),
        amount.attributes.get("Ccy", ""),
        node.say("Cdtr/Nm"),
        account,
        reference or node.say("RmtInf/Ustrd"),
    )


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _check_totals(node: _Node, transfers: list[Transfer], faults: list[str]) -> None:
    if node.say("NbOfTxs") != str(len(transfers)):
        faults.append(f"{node.name}: NbOfTxs {node.say('NbOfTxs')}")
    total = sum((row.sum for row in transfers), Decimal(0))
    if node.say("CtrlSum") and _decimal(node.say("CtrlSum")) != total:
        faults.append(f"{node.name}: CtrlSum {node.say('CtrlSum')}")


def _check_block(block: _Node, faults: list[str]) -> None:
    if block.say("PmtMtd") != "TRF":
        faults.append("PmtMtd")
    if block.say("ChrgBr") not in ("", "SLEV"):
        faults.append("ChrgBr")
    if not is_iban(block.say("DbtrAcct/Id/IBAN")):
        faults.append("IBAN of the payer")
    agent = block.all("DbtrAgt/FinInstnId")[0]
    if not agent.say("BICFI") and agent.say("Othr/Id") != "NOTPROVIDED":
        faults.append("DbtrAgt: neither BIC nor NOTPROVIDED")
    try:
        date.fromisoformat(block.say("ReqdExctnDt/Dt"))
    except ValueError:
        faults.append("ReqdExctnDt")


def _check_time(text: str, told: Read) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        told.faults.append("CreDtTm")


def _check_texts(node: _Node, faults: list[str]) -> None:
    """Lengths and letters of every text; identifiers are of plain Latin letters without slashes at their ends."""
    if node.name in LENGTHS and not 1 <= len(node.text) <= LENGTHS[node.name]:
        faults.append(f"{node.name}: {len(node.text)} letters")
    if node.name == "BICFI" and not BIC.fullmatch(node.text):
        faults.append(f"BICFI: {node.text}")
    letters = LATIN if node.name in IDS else NORDIC
    if not node.children and not letters.fullmatch(node.text):
        faults.append(f"{node.name}: letters")
    if node.name in IDS and (node.text.startswith("/") or node.text.endswith("/") or "//" in node.text):
        faults.append(f"{node.name}: slashes")
    if node.text != node.text.strip() and not node.children:
        faults.append(f"{node.name}: spaces at its ends")
    for child in node.children:
        _check_texts(child, faults)


def is_iban(text: str) -> bool:
    """Tell whether it is an IBAN by its check digits (ISO 13616), and a Finnish one by its length too."""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", text) or (text.startswith("FI") and len(text) != 18):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def is_reference(text: str) -> bool:
    """Tell whether it is a Finnish reference number (weights 7, 3, 1) or an international one (RF, ISO 11649)."""
    if text.startswith("RF"):
        return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1
    if not re.fullmatch(r"[0-9]{4,20}", text):
        return False
    weighed = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(text[:-1])))
    return (10 - weighed % 10) % 10 == int(text[-1])
