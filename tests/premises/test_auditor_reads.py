"""An auditor reads the managing pages: no button, no form, no door code."""

import pytest
from django.urls import reverse

from common import clock
from common.times import add_days, local_date
from premises.workflow.opening import add_access
from tests.accounts.factories import signed_in, staff
from tests.premises.factories import RoomFactory, SiteFactory, make_booking, span

pytestmark = pytest.mark.django_db


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    room = RoomFactory(approval="manager", site=SiteFactory(closed_on_holidays=False))
    site = room.site
    add_access(site, way_in="code", text="Koodi 4711", valid_from=clock.now().date(), by=site.manager, now=clock.now())
    make_booking(room, span(day=add_days(local_date(clock.now()), 14)), now=clock.now())
    client = signed_in(staff("auditor"))
    pages = {
        "site_desk": site.pk,
        "site_history": site.pk,
        "room_desk": room.pk,
        "room_history": room.pk,
        "calendars": room.pk,
        "day": site.pk,
        "week": site.pk,
    }
    addresses = [reverse("premises:managed"), reverse("premises:desk")]
    addresses += [reverse(f"premises:{name}", args=[pk]) for name, pk in pages.items()]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        words = answer.content.decode()
        content = words[words.index("<main") : words.index("</main>")]
        assert 'method="post"' not in content, address
        assert "4711" not in words, address
        for forbidden in ("/muuta/", "/uusi/", "/sulje/", "/pois/", "/saannot/", "/vastaavat/"):
            assert forbidden not in content, (address, forbidden)
    assert client.post(reverse("premises:room_back", args=[room.pk])).status_code == 404
    manager = signed_in(site.manager)
    assert "4711" in manager.get(reverse("premises:site_desk", args=[site.pk])).content.decode()
