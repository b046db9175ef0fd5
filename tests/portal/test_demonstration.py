"""The demonstration is loaded once, whole, and only where it belongs."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from accounts.models import User
from common.times import HELSINKI
from documents.models import RenderedDocument
from grants.models import Application, Decision, GrantCall, Payment, UseReport
from liaisons.models import Seat
from notifications.models import Message
from organisations.models import Campaign, Contact, Mailing, Organisation
from portal.demonstration import load_demonstration
from reports.models import AnnualReport
from tests.documents.pdf_checks import assert_accessible

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=HELSINKI)


def test_production_refuses(db: Any, settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(RuntimeError, match="DEMONSTRATION"):
        load_demonstration(now=NOW)
    with pytest.raises(CommandError, match="DEMONSTRATION"):
        call_command("load_demonstration")
    assert not User.objects.exists()


def test_without_an_area_nothing_is_made(db: Any, settings: Any) -> None:
    settings.DEMONSTRATION = True
    with pytest.raises(RuntimeError, match="area"):
        load_demonstration(now=NOW)
    assert not User.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_other_area_has_its_demonstration_too(settings: Any, tmp_path: Path) -> None:
    settings.DEMONSTRATION = True
    settings.DATA_DIR = tmp_path
    call_command("load_area", "pohjois-pohjanmaa", verbosity=0)
    assert load_demonstration(now=NOW, small=True)
    assert Seat.objects.filter(body__kind="ngo_council").count() >= 6
    assert Application.objects.filter(state="decided").exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_a_small_year_is_whole_and_a_second_load_changes_nothing(settings: Any, tmp_path: Path) -> None:
    settings.DEMONSTRATION = True
    settings.DATA_DIR = tmp_path
    call_command("load_area", "pohjois-karjala", verbosity=0)
    said: list[str] = []
    assert load_demonstration(now=NOW, say=said.append, small=True)
    assert said == [
        "Yhteyshenkilöt",
        "Järjestöt",
        "Haku 2024",
        "Haku 2025",
        "Haku 2026",
        "Haku 2027",
        "Vuosiraportti 2025",
        "Järjestöjen väki",
    ]
    assert Organisation.objects.count() == 405
    states = dict(GrantCall.objects.order_by().values_list("state").annotate(n=Count("pk")))
    assert states == {"decided": 4, "published": 2, "presented": 1, "handling": 1}
    assert Decision.objects.filter(official_number__isnull=False).count() == 5
    kinds = set(Application.objects.values_list("state", flat=True))
    assert {"draft", "submitted", "withdrawn", "decided"} <= kinds
    assert Decision.objects.filter(sum=0).exists()
    assert set(Payment.objects.values_list("state", flat=True)) >= {"planned", "paid"}
    assert {"approved", "returned"} <= set(UseReport.objects.values_list("state", flat=True))
    telling = Organisation.objects.exclude(description_fi="")
    assert telling.count() == 150
    assert telling.filter(search_text__text__contains="vertais").exists()
    assert 0 < telling.filter(confirmed_at__lt=NOW - timedelta(days=365)).count() < 50
    assert set(Contact.objects.values_list("visibility", flat=True)) == {"public", "county"}
    assert Contact.objects.filter(left_on__isnull=False, successor__isnull=False).exists()
    codes = set(Campaign.objects.get().codes.values_list("state", flat=True))
    assert {"sent", "opened", "used", "no_address"} <= codes
    assert Mailing.objects.get().state == "sent"
    report = AnnualReport.objects.select_related("document").get()
    assert (report.year, report.state, report.readings.count()) == (2025, "frozen", 1)
    document: Any = report.document
    with document.file.open("rb") as file:
        assert_accessible(file.read())
    counted = [model.objects.count() for model in (User, Organisation, Application, Message, RenderedDocument)]
    assert not load_demonstration(now=NOW, small=True)
    assert counted == [model.objects.count() for model in (User, Organisation, Application, Message, RenderedDocument)]
