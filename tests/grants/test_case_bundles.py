"""Bundles of cases: what goes in, bookmarks and contents, who gets the file, and when it is closed or erased."""

import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from grants.models import Application, BundledCase, CaseBundle, CaseBundleFile
from grants.workflow.case_bundles import KEPT, ask_bundle, bundle_retention, make_bundle
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk
from tests.grants.test_handling_pages import count, set_clock, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    set_clock(monkeypatch, TAKEN_UP)


def asked(desk: Desk, by: User, cases: list[Application] | None = None) -> CaseBundle:
    keys = [case.pk for case in (desk.cases if cases is None else cases)]
    return ask_bundle(desk.call, applications=keys, by=by, now=TAKEN_UP)


def made(desk: Desk, by: User) -> CaseBundle:
    bundle = make_bundle(asked(desk, by).pk, now=TAKEN_UP)
    assert bundle is not None
    return CaseBundle.objects.select_related("file").get(pk=bundle.pk)


def outline(bundle: CaseBundle) -> tuple[list[str], int]:
    with bundle.ready_file.file.open("rb") as stored, pikepdf.open(io.BytesIO(stored.read())) as pdf:
        with pdf.open_outline() as found:
            titles = [str(entry.title) for entry in found.root]
        return titles, len(pdf.pages)


def test_an_assessor_gets_the_cases_declared_in_with_contents_and_bookmarks() -> None:
    desk = make_desk(cases=3, assessors=1)
    by = desk.assessors[0]
    declare_no_conflicts([case.pk for case in desk.cases[:2]], by=by, now=TAKEN_UP)
    bundle = made(desk, by)
    assert (bundle.state, bundle.total, bundle.done) == ("ready", 2, 2)
    titles, pages = outline(bundle)
    for case in desk.cases[:2]:
        assert f"{case.organisation.name} ({case.case_number})" in titles
    assert not any("Järjestö 3 ry" in title for title in titles)
    assert pages >= 3
    assert make_bundle(bundle.pk, now=TAKEN_UP) is None, "made once"


def test_pressed_twice_is_one_and_what_is_asked_is_checked() -> None:
    desk = make_desk(cases=2)
    by = desk.coordinator
    assert asked(desk, by) == asked(desk, by)
    for person, chosen in ((by, []), (UserFactory(), desk.cases)):
        with pytest.raises(Refused) as refused:
            asked(desk, person, chosen)
        assert refused.value.code == "nothing_chosen"
    with pytest.raises(IntegrityError, match="done_of_total"), transaction.atomic():
        CaseBundle.objects.update(done=9)


def test_a_conflict_declared_meanwhile_closes_the_file_and_a_new_one_is_offered() -> None:
    desk = make_desk(cases=2)
    by = desk.coordinator
    bundle = made(desk, by)
    client = signed_in(by)
    page, file = bundle.get_absolute_url(), reverse("grants:case_bundle_file", args=[bundle.pk])
    assert file in text(client.get(page))
    answer = client.get(file)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    for stranger in (staff("coordinator"), UserFactory()):
        assert signed_in(stranger).get(file).status_code == 404
        assert signed_in(stranger).get(page).status_code == 404
    declare_conflict(desk.cases[0], has_conflict=True, ground="Hallituksessa.", by=by, now=TAKEN_UP)
    refused = client.get(file, follow=True)
    assert refused.redirect_chain[0][0] == page
    assert "Tiedostoa ei voi enää ladata" in text(refused)
    again = client.post(page, follow=True)
    fresh = CaseBundle.objects.exclude(pk=bundle.pk).get()
    assert again.redirect_chain[0][0] == fresh.get_absolute_url()
    assert list(fresh.cases.values_list("application", flat=True)) == [desk.cases[1].pk]


def test_a_case_that_is_closed_while_the_file_is_made_is_left_out() -> None:
    desk = make_desk(cases=2)
    by = desk.coordinator
    bundle = asked(desk, by)
    declare_conflict(desk.cases[0], has_conflict=True, ground="Hallituksessa.", by=by, now=TAKEN_UP)
    done = make_bundle(bundle.pk, now=TAKEN_UP)
    assert done is not None
    assert list(BundledCase.objects.values_list("application", flat=True)) == [desk.cases[1].pk]
    assert len(outline(CaseBundle.objects.get())[0]) >= 1


def test_from_the_list_to_the_file_in_the_browser() -> None:
    desk = make_desk(cases=2)
    client = signed_in(desk.coordinator)
    address = reverse("grants:case_bundle_new", args=[desk.call.pk])
    assert address in text(client.get(reverse("grants:call_handling", args=[desk.call.pk])))
    assert client.post(address, {}).status_code == 409
    answer = client.post(address, {"asia": [desk.cases[0].pk, "x"]}, follow=True)
    bundle = CaseBundle.objects.get()
    assert answer.redirect_chain[0][0] == bundle.get_absolute_url()
    assert bundle.get_absolute_url() in text(client.get(address))
    assert signed_in(UserFactory()).get(address).status_code == 404


def test_an_expired_bundle_is_erased_with_its_file(django_capture_on_commit_callbacks: Any) -> None:
    desk = make_desk(cases=1)
    bundle = made(desk, desk.coordinator)
    storage, name = bundle.ready_file.file.storage, str(bundle.ready_file.file.name)
    assert bundle_retention(TAKEN_UP) == {"grants.CaseBundle": 0}
    later = TAKEN_UP + KEPT + timedelta(minutes=1)
    assert make_bundle(bundle.pk, now=later) is None
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        assert bundle_retention(later) == {"grants.CaseBundle": 1}
    assert not CaseBundleFile.objects.exists()
    assert not storage.exists(name)


def test_the_choice_takes_a_fixed_number_of_queries() -> None:
    found = {}
    for number in (1, 3):
        desk = make_desk(cases=number)
        address = reverse("grants:case_bundle_new", args=[desk.call.pk])
        found[number] = count(signed_in(desk.coordinator), address)
    assert found[1] == found[3] <= 14  # nine of them ask who is signed in and in which roles
