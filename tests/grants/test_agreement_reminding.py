"""Reminding by hand of agreements that wait for an organisation: each once a day, only what waits."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from grants.models import Side
from grants.workflow.agreement_reminding import remind_agreements, waiting_parties
from notifications.models import Message
from tests.accounts.factories import signed_in, staff
from tests.grants.factories import NOW, make_organisation
from tests.grants.factories_agreements import Table
from tests.grants.test_handling_pages import set_clock, text

pytestmark = pytest.mark.django_db
SUBJECT = "Muistutus: sopimus odottaa"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


def reminded() -> list[str]:
    found = Message.objects.filter(subject__startswith=SUBJECT).order_by("pk")
    return list(found.values_list("subject", flat=True))


def remind(table: Table, now: Any = NOW) -> int:
    return remind_agreements([table.agreement.pk], by=table.coordinator, now=now)


def test_only_what_waits_for_the_organisation_and_once_a_day() -> None:
    table = Table()
    assert remind(table) == 0, "a draft waits for nobody but the county"
    table.write()
    assert [party.organisation for party in waiting_parties(table.agreement)] == [table.organisation]
    assert remind(table) == 1
    assert remind(table) == 0, "twice is once"
    people = len(reminded())
    assert people == 2, "those who fill in for the organisation"
    assert remind(table, NOW + timedelta(days=1)) == 1
    table.write(Side.ORGANISATION, now=NOW + timedelta(days=1), purpose="Vertaistukea Nurmekseen.")
    assert remind(table, NOW + timedelta(days=2)) == 0, "now it is the county's turn"
    assert table.agreement.notes.filter(verb="remind").count() == 2


def test_of_signing_those_who_have_not_signed() -> None:
    table = Table()
    table.write()
    table.write(Side.ORGANISATION, purpose="Vertaistukea Nurmekseen.")
    table.approve(Side.COUNTY, 2)
    assert table.agreement.state == "signing"
    assert remind(table) == 1
    assert reminded()[0] == f"Muistutus: sopimus odottaa hyväksyntäänne: {table.agreement.title}"
    table.approve(Side.ORGANISATION, 2)
    assert remind(table, NOW + timedelta(days=1)) == 0, "it is in force"


def test_from_the_list_and_not_by_others() -> None:
    table, other = Table(), Table(make_organisation("Toinen ry"), title="Toinen sopimus")
    table.write()
    client = signed_in(table.coordinator)
    page = client.get(reverse("grants:agreements")).content.decode()
    assert f'value="{table.agreement.pk}"' in page
    assert f'name="valittu" value="{other.agreement.pk}"' not in page, "a draft is not offered"
    here = reverse("grants:agreements_remind")
    assert "Valitse ensin sopimukset" in text(client.post(here, {}, follow=True))
    keys = [str(table.agreement.pk), str(other.agreement.pk), "x"]
    done = client.post(here, {"valittu": keys, "tila": "negotiating"}, follow=True)
    assert done.redirect_chain[-1][0].endswith("?tila=negotiating")
    assert "Muistutus on lähetetty yhdestä sopimuksesta." in text(done)
    assert "Yhdestä sopimuksesta ei muistutettu" in text(done)
    for role in ("auditor", "registrar"):
        assert signed_in(staff(role)).post(here, {"valittu": keys}).status_code == 404
    assert remind_agreements([table.agreement.pk], by=staff("registrar"), now=NOW + timedelta(days=3)) == 0
