"""The bank's file of a payment batch: checked against ISO's own schema, read back with another parser."""

from decimal import Decimal

import pytest
from lxml import etree
from stdnum import iban

from county.models import County
from grants.bank_file import faults_of
from grants.pain001 import NAMESPACE, bank_text, credit_transfer
from tests.accounts.factories import signed_in, staff
from tests.grants import pain_reader
from tests.grants.factories import make_organisation
from tests.grants.factories_batches import COUNTY_IBAN, PAY_ON, make_payment_batch
from tests.grants.factories_money import FINAL, IBAN, make_payment
from tests.grants.test_payments import text

pytestmark = pytest.mark.django_db
IN = {"p": NAMESPACE}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: FINAL)


def test_the_file_says_what_was_approved() -> None:
    payments = [
        make_payment(state="released", sum="1000.50", organisation=make_organisation("Ystävät & Ælf ”Łódź” <ry>")),
        make_payment(state="released", sum="2000.00", organisation=make_organisation("Pitkä " + "nimi " * 30 + "ry")),
    ]
    batch = make_payment_batch(payments=payments, state="approved", pay_from=COUNTY_IBAN)
    County.objects.update_or_create(pk=1, defaults={"code": "14", "name_fi": "Pohjois-Karjalan hyvinvointialue"})
    client = signed_in(staff("payments_clerk"))
    answer = client.get(f"/hallinta/maksulistat/{batch.pk}/pankkiin.xml")
    assert answer["Content-Type"] == "application/xml"
    assert answer.content == client.get(f"/hallinta/maksulistat/{batch.pk}/pankkiin.xml").content
    document = etree.fromstring(answer.content)
    assert faults_of(answer.content) == []

    def all_of(path: str) -> list[str]:
        return [node.text for node in document.iterfind(f".//p:{path.replace('/', '/p:')}", IN)]

    transfers = all_of("CdtTrfTxInf/Amt/InstdAmt")
    assert transfers == ["1000.50", "2000.00"]
    assert all_of("GrpHdr/CtrlSum") == all_of("PmtInf/CtrlSum") == ["3000.50"]
    assert sum(map(Decimal, transfers)) == batch.sum
    assert all_of("GrpHdr/NbOfTxs") == ["2"]
    assert all_of("GrpHdr/MsgId") == [f"YP-{batch.pk}"]
    assert all_of("ReqdExctnDt/Dt") == [PAY_ON.isoformat()]
    assert all_of("PmtId/EndToEndId") == [f"YP{batch.pk}-1", f"YP{batch.pk}-2"]
    assert all_of("Dbtr/Nm") == ["Pohjois-Karjalan hyvinvointialue"]
    assert all_of("DbtrAcct/Id/IBAN") == [COUNTY_IBAN]
    assert all_of("CdtrAcct/Id/IBAN") == [IBAN, IBAN]
    assert all(map(iban.is_valid, [COUNTY_IBAN, IBAN]))
    first, second = all_of("Cdtr/Nm")
    assert first == "Ystävät lf odz ry"
    assert len(second) <= 70
    number = payments[0].decision.application.case_number
    assert all_of("RmtInf/Ustrd")[0] == f"Pohjois-Karjalan hyvinvointialue, avustus {number}, erä 1"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("3500.00</InstdAmt>", "3500.000001</InstdAmt>"),
        ("3500.00</InstdAmt>", "3500,00</InstdAmt>"),
        ('Ccy="EUR"', 'Ccy="euro"'),
        ("<ChrgBr>SLEV</ChrgBr>", "<ChrgBr>OUR</ChrgBr>"),
        ("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>SEPA</PmtMtd>"),
        ("<Nm>Hyvinvointialue</Nm>", "<Nm></Nm>"),
        ("<InstrId>", "<InstrId>" + "1" * 35),
        ("</GrpHdr>", "</GrpHdr><GrpHdr/>"),
        ("pain.001.001.09", "pain.001.001.03"),
        (f"<IBAN>{IBAN}</IBAN>", "<IBAN>123</IBAN>"),
        ("</Document>", ""),
    ],
)
def test_what_the_schema_does_not_take_is_a_fault(wrong: str, right: str) -> None:
    """The control twin: the check would not say "valid" to anything."""
    good = credit_transfer(make_payment_batch(state="approved", pay_from=COUNTY_IBAN), payer="Hyvinvointialue").decode()
    assert faults_of(good.encode()) == []
    assert wrong in good
    assert faults_of(good.replace(wrong, right, 1).encode()) != []


def test_a_file_that_is_not_valid_is_not_handed_out() -> None:
    """A county without a name makes an empty ``Nm``, which no bank takes: nobody gets such a file to send on."""
    batch = make_payment_batch(state="approved", pay_from=COUNTY_IBAN)
    County.objects.update_or_create(pk=1, defaults={"code": "14", "name_fi": "\u0416"})
    client = signed_in(staff("payments_clerk"))
    answer = client.get(f"/hallinta/maksulistat/{batch.pk}/pankkiin.xml", follow=True)
    assert answer["Content-Type"].startswith("text/html")
    assert "ei ole maksuaineiston määritelmän (pain.001.001.09) mukainen" in text(answer)


def test_without_an_account_there_is_no_bank_file() -> None:
    batch, client = make_payment_batch(state="approved"), signed_in(staff("payments_clerk"))
    page = text(client.get(f"/hallinta/maksulistat/{batch.pk}/"))
    assert "pankkiin.xml" not in page
    answer = client.get(f"/hallinta/maksulistat/{batch.pk}/pankkiin.xml", follow=True)
    assert "ei ole tiliä, jolta maksetaan" in text(answer)


@pytest.mark.parametrize(
    ("given", "told"),
    [("Åsa Öberg ry", "Åsa Öberg ry"), ("Café\tčaj\x07", "Café caj"), ("A" * 80, "A" * 70), ("日本", "")],
)
def test_letters_of_banks(given: str, told: str) -> None:
    assert bank_text(given, 70) == told


def a_file() -> str:
    payments = [make_payment(state="released", sum=total) for total in ("1000.50", "2000.00")]
    batch = make_payment_batch(payments=payments, state="approved", pay_from=COUNTY_IBAN)
    return credit_transfer(batch, payer="Pohjois-Karjalan hyvinvointialue").decode()


def test_another_reader_finds_what_was_approved_and_no_fault() -> None:
    payments = [
        make_payment(state="released", sum="1000.50", organisation=make_organisation("/ Ääni & 'Kuva' ry. //")),
        make_payment(state="released", sum="0.01", organisation=make_organisation("Pitkä " + "nimi, " * 30 + "ry")),
    ]
    batch = make_payment_batch(payments=payments, state="approved", pay_from=COUNTY_IBAN)
    found = pain_reader.read(credit_transfer(batch, payer="Pohjois-Karjalan hyvinvointialue"))
    assert found.faults == []
    assert (found.message_id, found.pay_on) == (f"YP-{batch.pk}", PAY_ON.isoformat())
    assert (found.payer, found.payer_iban) == ("Pohjois-Karjalan hyvinvointialue", COUNTY_IBAN)
    lines = list(batch.lines.order_by("number"))
    assert [(row.end_to_end, row.sum, row.currency, row.iban) for row in found.transfers] == [
        (line.reference, line.sum, "EUR", line.iban) for line in lines
    ]
    for transfer, payment in zip(found.transfers, payments, strict=True):
        assert str(payment.decision.application.case_number) in transfer.message


@pytest.mark.parametrize(
    ("wrong", "right", "fault"),
    [
        ("<NbOfTxs>2</NbOfTxs>", "<NbOfTxs>3</NbOfTxs>", "NbOfTxs 3"),
        ("<CtrlSum>3000.50</CtrlSum>", "<CtrlSum>3000.51</CtrlSum>", "CtrlSum 3000.51"),
        ('Ccy="EUR">1000.50<', 'Ccy="EUR">1000.5<', "InstdAmt: 1000.5"),
        ('Ccy="EUR">1000.50<', 'Ccy="EUR">0.00<', "InstdAmt: 0.00"),
        ("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>CHK</PmtMtd>", "PmtMtd"),
        ("<Id>NOTPROVIDED</Id>", "<Id>OKOYFIHH</Id>", "DbtrAgt"),
        ("<Othr><Id>NOTPROVIDED</Id></Othr>", "<BICFI>OKOYFI</BICFI>", "BICFI: OKOYFI"),
        (f"<IBAN>{IBAN}</IBAN>", f"<IBAN>{IBAN[:-1]}6</IBAN>", "IBAN"),
        ("<EndToEndId>YP", "<EndToEndId>/YP", "EndToEndId: slashes"),
        ("<EndToEndId>YP", "<EndToEndId>Yö", "EndToEndId: letters"),
        ("<Nm>Pohjois", "<Nm>Pohjois¤", "Nm: letters"),
        ("<Nm>Pohjois", "<Nm>" + "P" * 50, "letters"),
        ("<ChrgBr>SLEV</ChrgBr>", "", ""),
        ("<MsgId>", "<MsgId> ", "MsgId: spaces at its ends"),
        ("<BtchBookg>false</BtchBookg>", "<Btch>false</Btch>", "PmtInf: unknown Btch"),
        ("</GrpHdr>", "<MsgId>X</MsgId></GrpHdr>", "GrpHdr: wrong order"),
        ("pain.001.001.09", "pain.001.001.03", "namespace of Document"),
        ("</Document>", "", "not XML"),
    ],
)
def test_the_reader_finds_each_fault(wrong: str, right: str, fault: str) -> None:
    """The control twins: the reader would not say "no fault" to anything."""
    good = a_file()
    assert wrong in good
    faults = pain_reader.read(good.replace(wrong, right, 1).encode()).faults
    assert any(fault in told for told in faults) if fault else faults == []


def test_what_a_bank_may_be_told_besides_passes_both_checks() -> None:
    """A BIC and a Finnish reference number are of the message, though the portal writes neither today."""
    structured = (
        "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{ref}</Ref></CdtrRefInf></Strd></RmtInf>"
    )
    good = a_file().replace("<Othr><Id>NOTPROVIDED</Id></Othr>", "<BICFI>OKOYFIHH</BICFI>")
    head, _words, tail = good.partition("<Ustrd>")
    tail = tail.partition("</RmtInf>")[2]
    for reference, is_right in (("1234561", True), ("RF471234567890", True), ("1234567", False), ("12", False)):
        told = head + structured.format(ref=reference) + tail
        assert faults_of(told.encode()) == []
        assert (pain_reader.read(told.encode()).faults == []) is is_right, reference
