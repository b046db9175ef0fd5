"""The finder and the hand-outs: three steps, counts, what nobody found, the printed sheet."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.seams import UnitName
from common.times import local_date
from county.models import LifeSituation, Municipality
from documents.accessibility import faults
from organisations.models import Activity, Handout, HandoutCount, SearchMiss
from organisations.workflow.handouts import make_handout
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import NOW, OrganisationFactory

pytestmark = pytest.mark.django_db
FINDER = reverse("organisations:finder")
NOBODY: Any = AnonymousUser()


@pytest.fixture
def care(kunnat: dict[str, Municipality]) -> LifeSituation:
    """A life situation with one activity in Lieksa that everybody sees."""
    situation = LifeSituation.objects.create(name_fi="Omaishoito")
    activity = make("Omaishoitajien vertaisryhmä")
    activity.life_situations.set([situation])
    activity.municipalities.set([kunnat["422"]])
    return situation


def make(name: str, **fields: Any) -> Activity:
    told: dict[str, Any] = {"kind": "peer_group", "description": "Kahvia", "how_to_join": "Soita ohjaajalle"}
    organisation = OrganisationFactory(contact_phone="050 123 4567")
    confirmed = local_date(clock.now())
    return Activity.objects.create(
        **{**told, "name": name, "organisation": organisation, "confirmed_on": confirmed, **fields}
    )


def test_an_activity_is_found_in_three_steps_and_handed_out(care: LifeSituation) -> None:
    client = Client()
    first = client.get(FINDER).content.decode()
    assert f'href="?tilanne={care.pk}"' in first
    second = client.get(FINDER, {"tilanne": care.pk}).content.decode()
    assert "Lieksa" in second
    third = client.get(FINDER, {"tilanne": care.pk, "kunta": "422"}).content.decode()
    assert "Omaishoitajien vertaisryhmä" in third
    elsewhere = client.get(FINDER, {"tilanne": care.pk, "kunta": "167"}).content.decode()
    assert "Tällaista toimintaa ei löytynyt" in elsewhere
    assert "Omaishoitajien vertaisryhmä" in elsewhere.split("Samaan tilanteeseen muualla")[1]
    activity = Activity.objects.get()
    sent = {"tilanne": care.pk, "kunta": "422", "toiminta": [activity.pk]}
    made = client.post(reverse("organisations:handout_new"), sent)
    handout = Handout.objects.get()
    assert made["Location"] == handout.get_absolute_url()
    page = client.get(made["Location"]).content.decode()
    assert "050 123 4567" in page
    assert "data:image/svg+xml" in page
    count = HandoutCount.objects.get()
    assert (count.number, count.life_situation, count.municipality.code) == (1, care, "422")
    client.get(made["Location"])
    assert HandoutCount.objects.get().number == 1


def test_what_nobody_found_is_counted_and_leads_on(care: LifeSituation) -> None:
    client = Client()
    for _visit in range(2):
        text = client.get(FINDER, {"tilanne": care.pk, "kunta": "167"}).content.decode()
        assert "Tällaista toimintaa ei löytynyt" in text
        assert "Omaishoitajien vertaisryhmä" in text  # elsewhere
    client.head(FINDER, {"tilanne": care.pk, "kunta": "167"})
    client.get(FINDER, {"tilanne": care.pk, "kunta": "167", "laji": "guidance"})
    miss = SearchMiss.objects.get()
    assert (miss.number, miss.life_situation, miss.municipality.code) == (2, care, "167")


def test_nothing_chosen_too_many_and_hidden_ones_are_refused(care: LifeSituation) -> None:
    hidden = make("Piilossa", is_published=False)
    nothing: dict[str, Any] = {"unit": None, "life_situation": None, "municipality": None, "by": NOBODY, "now": NOW}
    for chosen, code in (([], "nothing_chosen"), ([hidden.pk], "nothing_chosen"), (list(range(1, 14)), "too_many")):
        with pytest.raises(Refused) as refused:
            make_handout(chosen, **nothing)
        assert refused.value.code == code
    assert not HandoutCount.objects.exists()
    answer = Client().post(reverse("organisations:handout_new"), {"tilanne": care.pk, "kunta": "422"}, follow=True)
    assert "Valitse vähintään yksi toiminta" in answer.content.decode()
    assert Client().get(reverse("organisations:handout", args=["olematon"])).status_code == 404


def test_counts_are_kept_by_month_unit_situation_and_municipality(care: LifeSituation) -> None:
    activity = Activity.objects.get()
    unit = UnitName("kotihoito", "Kotihoito")
    given: dict[str, Any] = {"life_situation": care, "municipality": None, "by": NOBODY, "now": clock.now()}
    make_handout([activity.pk], unit=unit, **given)
    make_handout([activity.pk], unit=unit, **given)
    make_handout([activity.pk], unit=None, **given)
    assert sorted(HandoutCount.objects.values_list("unit_name", "number")) == [("", 1), ("Kotihoito", 2)]
    client = signed_in(staff("coordinator"))
    text = client.get(reverse("organisations:handout_statistics")).content.decode()
    assert "Kotihoito" in text
    lines = client.get(reverse("organisations:handout_statistics_csv")).content.decode().splitlines()
    assert len(lines) == 3
    assert HandoutCount.objects.first().month == local_date(clock.now()).replace(day=1)


@pytest.mark.parametrize("number", [1, 3])
def test_the_steps_have_a_fixed_number_of_queries(
    number: int, care: LifeSituation, kunnat: dict[str, Municipality]
) -> None:
    for place in range(number - 1):
        activity = make(f"Ryhmä {place}")
        activity.life_situations.set([care])
        activity.municipalities.set([kunnat["422"], kunnat["167"]])
    counts = []
    for query in ({}, {"tilanne": care.pk}, {"tilanne": care.pk, "kunta": "422"}):
        Client().get(FINDER, query)
        with CaptureQueriesContext(connection) as queries:
            Client().get(FINDER, query)
        counts.append(len(queries))
    assert counts == [2, 4, 8]


def test_the_pdf_is_accessible_and_says_what_to_do(care: LifeSituation, tmp_path: Path) -> None:
    activity = Activity.objects.get()
    handout = make_handout([activity.pk], unit=None, life_situation=care, municipality=None, by=NOBODY, now=clock.now())
    answer = Client().get(reverse("organisations:handout_pdf", args=[handout.key]))
    assert answer["Content-Type"] == "application/pdf"
    assert faults(answer.content) == []
    path = tmp_path / "lappu.pdf"
    path.write_bytes(answer.content)
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert "Omaishoitajien vertaisryhmä" in text
    assert "050 123 4567" in text
    assert "Soita ohjaajalle" in text


def test_odd_addresses_do_no_harm(care: LifeSituation) -> None:
    for query in ("?tilanne=x&kunta=y", "?tilanne=99999999999999999999", "?q=%00%25&laji=olematon", "?kunta=999"):
        assert Client().get(f"{FINDER}{query}").status_code == 200
    sent = {"toiminta": ["x", "9" * 30], "tilanne": "<b>", "kunta": "'"}
    assert Client().post(reverse("organisations:handout_new"), sent).status_code == 302
