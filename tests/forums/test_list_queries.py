"""Lists of forums take the same number of queries at one row and at three, at most twelve (the wheel more)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from documents.uploads import check_upload
from forums.models import Event, NegotiationMeasure
from forums.workflow.materials import add_file, add_link
from forums.workflow.negotiations import add_measure, begin_record
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import EventFactory, EventSeriesFactory
from tests.forums.factories_after import hosted, make_action, make_idea, make_public, make_topic
from tests.grants.factories import PDF
from tests.organisations.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
MOST = 12
# The wheel shows the days of every room; each room's calendar is a query or two, whatever the number of its rows.
MOST_OF_WHEEL = 24


class Ground:
    """What the lists stand on: an event to come with its host, and the coordinator."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.event, self.host = hosted(starts_at=self.now + timedelta(days=10))
        self.coordinator = staff("coordinator")
        self.person = UserFactory()
        self.number = 0

    def name(self) -> str:
        """Return words that nothing else has."""
        self.number += 1
        return f"Rivi {self.number}"


def topic(ground: Ground) -> None:
    make_topic(ground.event, title=ground.name(), now=ground.now)


def public_idea(ground: Ground) -> None:
    make_public(title=ground.name(), by=ground.coordinator, event=ground.event, organisation=OrganisationFactory())


def waiting_idea(ground: Ground) -> None:
    make_idea(title=ground.name(), organisation=OrganisationFactory())


def action(ground: Ground) -> None:
    make_action(title=ground.name(), event=ground.event, owner=ground.person, organisation=OrganisationFactory())


def measure(ground: Ground) -> None:
    """A measure of a negotiation of its own, and an action."""
    event: Event = EventFactory(series=EventSeriesFactory(statute="612/2021 6–7 §"))
    record = begin_record(event, by=ground.coordinator, now=ground.now)
    due = date(2027, 1, 31)
    add_measure(record, text=ground.name(), owner="Lieksa", due_on=due, by=ground.coordinator, now=ground.now)
    action(ground)


def material(ground: Ground) -> None:
    """A file and a link."""
    words = ground.name()
    known = {"title": words, "language": "fi", "seen_by": "public", "by": ground.host, "now": ground.now}
    add_file(ground.event, checked=check_upload(SimpleUploadedFile(f"{words}.pdf", PDF)), **known)
    add_link(ground.event, address=f"https://example.org/{ground.number}", **known)


def statutory(ground: Ground) -> None:
    """An event of a statutory series, planned for this year."""
    EventFactory(
        series=EventSeriesFactory(statute="612/2021 6–7 §", a_year_min=1, key=ground.name()), starts_at=ground.now
    )


LISTS: dict[str, tuple[Callable[[Ground], None], Callable[[Ground], str], Callable[[Ground], Any]]] = {
    "topics": (topic, lambda g: reverse("forums:topics", args=[g.event.pk]), lambda g: g.person),
    "topics of a host": (topic, lambda g: reverse("forums:topics", args=[g.event.pk]), lambda g: g.host),
    "materials": (material, lambda g: reverse("forums:materials", args=[g.event.pk]), lambda g: g.host),
    "ideas": (public_idea, lambda g: reverse("forums:ideas"), lambda g: g.person),
    "ideas on the desk": (waiting_idea, lambda g: reverse("forums:ideas_desk"), lambda g: g.coordinator),
    "actions": (measure, lambda g: reverse("forums:actions"), lambda g: g.coordinator),
    "own actions": (action, lambda g: reverse("forums:own_actions"), lambda g: g.person),
    "actions of an event": (action, lambda g: reverse("forums:event_actions", args=[g.event.pk]), lambda g: g.host),
    "wheel": (statutory, lambda g: reverse("forums:wheel"), lambda g: g.coordinator),
    "negotiations": (statutory, lambda g: reverse("forums:negotiations"), lambda g: g.coordinator),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_a_fixed_number_of_queries(name: str) -> None:
    add, path, person = LISTS[name]
    ground = Ground()
    client = signed_in(person(ground))
    add(ground)
    address = path(ground)
    client.get(address)  # what a process asks once
    asked = []
    for more in (0, 2):
        for _row in range(more):
            add(ground)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        asked.append([query["sql"] for query in found])
    most = MOST_OF_WHEEL if name == "wheel" else MOST
    assert len(asked[0]) == len(asked[1]) <= most, "\n".join(sql[:300] for sql in asked[1])


def test_the_list_of_actions_holds_the_measures_of_negotiations() -> None:
    ground = Ground()
    measure(ground)
    late = NegotiationMeasure.objects.get()
    NegotiationMeasure.objects.update(due_on=date(2020, 1, 1))
    done = make_action(title="Tehty toimi", due_on=date(2019, 1, 1))
    type(done).objects.filter(pk=done.pk).update(state="done", result="Valmis.", closed_at=ground.now)
    client = signed_in(ground.coordinator)
    page = client.get(reverse("forums:actions"))
    rows = page.context["rows"]
    assert [(row.title, row.late, row.state) for row in rows] == [
        (late.text, True, "open"),
        ("Rivi 2", False, "open"),
        ("Tehty toimi", False, "done"),  # the unfinished first, whatever their days
    ]
    first = rows[0]
    event = late.negotiation.event
    assert (first.source, first.owner, first.due_on) == (event.name, "Lieksa", date(2020, 1, 1))
    assert first.url == f"{reverse('forums:negotiation', args=[event.pk])}#toimenpiteet"
    assert [fact["value"] for fact in page.context["facts"]] == [2, 1, 1]

    def titles(**asked: str) -> list[str]:
        return [row.title for row in client.get(reverse("forums:actions"), asked).context["rows"]]

    assert titles(mista="neuvottelut") == [late.text]
    assert titles(mista="muut") == ["Rivi 2", "Tehty toimi"]
    assert titles(tila="late") == [late.text]
    assert titles(tila="done") == ["Tehty toimi"]
    assert titles(tila="dropped") == []
    assert titles(sanat="lieksa") == [late.text]
    file = client.get(reverse("forums:actions_export", args=["csv"]), {"mista": "neuvottelut"}).content.decode()
    assert late.text in file
    assert "Tehty toimi" not in file
