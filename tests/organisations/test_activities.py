"""Activities: who keeps them, what everybody sees, confirming, reminding, ending, the public page."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Refused
from common.times import local_date
from county.models import LifeSituation, Municipality
from organisations.activity_panel import activity_hits, activity_reminders, activity_retention, activity_todos
from organisations.models import Activity, Organisation, TimelineEntry
from organisations.workflow.activities import (
    confirm_activities,
    copy_activity,
    end_activity,
    save_activity,
    set_room,
    show_activity,
)
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.organisations.factories import NOW, OrganisationFactory, member

pytestmark = pytest.mark.django_db
TODAY = local_date(NOW)


def make(organisation: Organisation, **fields: Any) -> Activity:
    told = {"kind": "peer_group", "name": "Vertaisryhmä", "description": "Kahvia", "how_to_join": "Soita"}
    return Activity.objects.create(**{**told, "organisation": organisation, "confirmed_on": TODAY, **fields})


def values(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "peer_group",
        "name": "Omaishoitajien ryhmä",
        "description": "Juttelemme.",
        "how_to_join": "Tule paikalle.",
        "room": "open",
        "place": "Järjestötalo",
        "when": "tiistaisin",
        "starts_on": None,
        "ends_on": None,
        **fields,
    }


def test_what_is_shown_is_published_not_past_and_confirmed_within_a_year() -> None:
    organisation = OrganisationFactory()
    shown = make(organisation, ends_on=TODAY)
    year_old = make(organisation, confirmed_on=TODAY - timedelta(days=365))
    make(organisation, is_published=False)
    make(organisation, ends_on=TODAY - timedelta(days=1))
    make(organisation, confirmed_on=TODAY - timedelta(days=366))
    make(OrganisationFactory(status="dissolved"))
    assert set(Activity.objects.shown(TODAY)) == {shown, year_old}


def test_editors_and_the_coordinator_keep_activities_and_others_do_not(
    kunnat: dict[str, Municipality],
) -> None:
    organisation = OrganisationFactory()
    editor = member(organisation, "editor")
    saved = save_activity(organisation, values(municipalities=[kunnat["422"]]), by=editor, now=NOW)
    assert list(saved.municipalities.all()) == [kunnat["422"]]
    assert saved.confirmed_on == TODAY
    assert TimelineEntry.objects.get(organisation=organisation).text == "Uusi toiminta: Omaishoitajien ryhmä"
    changed = save_activity(organisation, values(name="Uusi nimi"), activity=saved, by=staff("coordinator"), now=NOW)
    assert changed.name == "Uusi nimi"
    assert changed.pk == saved.pk
    for stranger in (UserFactory(), member(organisation, "viewer"), member(OrganisationFactory(), "admin")):
        with pytest.raises(Refused) as refusal:
            save_activity(organisation, values(), by=stranger, now=NOW)
        assert refusal.value.code == "not_allowed"
        with pytest.raises(Refused):
            end_activity(saved, by=stranger, now=NOW)


def test_a_form_sent_twice_makes_one_activity() -> None:
    organisation = OrganisationFactory()
    editor = member(organisation, "editor")
    first = save_activity(organisation, values(), by=editor, now=NOW)
    assert save_activity(organisation, values(), by=editor, now=NOW) == first
    assert save_activity(organisation, values(when="torstaisin"), by=editor, now=NOW) != first


def test_hide_show_end_room_copy_and_confirm() -> None:
    organisation = OrganisationFactory()
    admin = member(organisation)
    activity = make(organisation, confirmed_on=TODAY - timedelta(days=200))
    assert show_activity(activity, shown=False, by=admin, now=NOW).is_published is False
    assert show_activity(activity, shown=True, by=admin, now=NOW).is_published is True
    assert set_room(activity, room="full", by=admin, now=NOW).room == "full"
    with pytest.raises(Refused) as unknown:
        set_room(activity, room="ehkä", by=admin, now=NOW)
    assert unknown.value.code == "unknown_room"
    assert confirm_activities([activity], by=admin, now=NOW) == 1
    assert confirm_activities([activity], by=admin, now=NOW) == 0
    copied = copy_activity(activity, by=admin, now=NOW)
    assert (copied.name, copied.is_published) == ("Vertaisryhmä", False)
    assert copied.pk != activity.pk
    assert end_activity(activity, by=admin, now=NOW).ends_on == TODAY
    Activity.objects.filter(pk=activity.pk).update(ends_on=TODAY - timedelta(days=1), is_published=False)
    with pytest.raises(Refused) as past:
        show_activity(activity, shown=True, by=admin, now=NOW)
    assert past.value.code == "past"


def test_the_form_adds_an_activity_and_keeps_what_was_typed_when_something_is_wrong(
    kunnat: dict[str, Municipality],
) -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation, "editor"))
    address = reverse("organisations:activity_new", args=[organisation.pk])
    sent = {
        "kind": "peer_group",
        "name": "<b>Ryhmä</b>",
        "description": "Kahvia",
        "how_to_join": "Soita",
        "room": "open",
        "municipalities": [kunnat["422"].pk],
        "ends_on": "31.12.2030",
    }
    wrong = client.post(address, {**sent, "lahella_url": "https://example.org/x"}).content.decode()
    assert "Osoite ei ole Lähellä.fi-palvelussa" in wrong
    assert "&lt;b&gt;Ryhmä&lt;/b&gt;" in wrong
    nowhere = client.post(address, {**sent, "municipalities": []}).content.decode()
    assert "Valitse vähintään yksi kunta" in nowhere
    done = client.post(address, {**sent, "lahella_url": "https://www.lahella.fi/ilmoitus/1"})
    assert done["Location"] == reverse("organisations:own_activities", args=[organisation.pk])
    activity = Activity.objects.get()
    assert (activity.ends_on, activity.lahella_url) == (date(2030, 12, 31), "https://www.lahella.fi/ilmoitus/1")
    public = Client().get(activity.get_absolute_url()).content.decode()
    assert "&lt;b&gt;Ryhmä&lt;/b&gt;" in public
    assert "<b>Ryhmä" not in public


def test_a_press_on_the_list_acts_and_another_organisations_activity_is_not_there() -> None:
    organisation, other = OrganisationFactory(), OrganisationFactory()
    client = signed_in(member(organisation))
    mine, theirs = make(organisation), make(other)
    act = "organisations:activity_act"
    client.post(reverse(act, args=[organisation.pk, mine.pk]), {"act": "room", "room": "queue"})
    client.post(reverse(act, args=[organisation.pk, mine.pk]), {"act": "hide"})
    mine.refresh_from_db()
    assert (mine.room, mine.is_published) == ("queue", False)
    assert client.post(reverse(act, args=[organisation.pk, theirs.pk]), {"act": "hide"}).status_code == 404
    assert client.post(reverse(act, args=[other.pk, theirs.pk]), {"act": "hide"}).status_code == 404


def test_an_old_link_leads_to_others(kunnat: dict[str, Municipality]) -> None:
    situation = LifeSituation.objects.create(name_fi="Omaishoito")
    over = make(OrganisationFactory(), name="Vanha ryhmä", ends_on=TODAY - timedelta(days=400))
    near = make(OrganisationFactory(), name="Uusi ryhmä", confirmed_on=local_date(NOW) + timedelta(days=3000))
    far = make(OrganisationFactory(), name="Muu", kind="guidance", confirmed_on=near.confirmed_on)
    for activity in (over, near):
        activity.life_situations.set([situation])
    answer = Client().get(over.get_absolute_url())
    assert answer.status_code == 410
    text = answer.content.decode()
    assert "Toiminta ei ole nyt esillä" in text
    assert near.name in text
    assert far.get_absolute_url() not in text
    assert over.name not in text


@pytest.mark.parametrize("number", [1, 3])
def test_lists_have_a_fixed_number_of_queries(number: int, kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation))
    for place in range(number):
        activity = make(organisation, name=f"Ryhmä {place}")
        activity.municipalities.set([kunnat["422"], kunnat["167"]])
    for address, most in (
        (reverse("organisations:own_activities", args=[organisation.pk]), 12),
        (organisation.get_absolute_url(), 22),
    ):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        assert len(queries) <= most


def test_keepers_are_reminded_after_half_a_year_and_before_hiding_and_see_a_task() -> None:
    organisation = OrganisationFactory()
    admin, viewer = member(organisation), member(organisation, "viewer")
    activity = make(organisation, confirmed_on=TODAY - timedelta(days=182))
    assert list(activity_reminders(NOW)) == []
    assert list(activity_todos(admin, NOW)) == []
    Activity.objects.filter(pk=activity.pk).update(confirmed_on=TODAY - timedelta(days=183))
    first = list(activity_reminders(NOW))
    assert [reminder.to for reminder in first] == [admin]
    assert next(iter(activity_todos(admin, NOW))).target == ("organisation", organisation.pk)
    assert list(activity_todos(viewer, NOW)) == []
    again = list(activity_reminders(NOW + timedelta(days=3)))
    assert again[0].dedup_key == first[0].dedup_key
    last = list(activity_reminders(NOW + timedelta(days=170)))
    assert last[0].dedup_key != first[0].dedup_key
    assert list(activity_reminders(NOW + timedelta(days=190))) == []


def test_search_finds_by_every_word_and_an_ended_one_is_erased_after_a_year() -> None:
    make(OrganisationFactory(), name="Omaishoitajien vertaisryhmä")
    user = UserFactory()
    now_confirmed = Activity.objects.update(confirmed_on=local_date(NOW) + timedelta(days=3000))
    assert now_confirmed == 1
    assert [hit.title for hit in activity_hits(user, "vertaisryhmä omaishoitajien", 5)] == [
        "Omaishoitajien vertaisryhmä"
    ]
    assert list(activity_hits(user, "omaishoitajien kuoro", 5)) == []
    assert list(activity_hits(user, "%", 5)) == []
    Activity.objects.update(ends_on=TODAY - timedelta(days=365))
    assert activity_retention(NOW)["organisations.Activity"] == 0
    Activity.objects.update(ends_on=TODAY - timedelta(days=366))
    assert activity_retention(NOW)["organisations.Activity"] == 1
    assert not Activity.objects.exists()
