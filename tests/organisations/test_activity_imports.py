"""Activities from a Lähellä.fi file: looked at first, taken once, and broken files harm nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.times import local_date
from county.models import LifeSituation, Municipality
from organisations import lahella_reading as lahella
from organisations.activity_panel import activity_retention
from organisations.models import Activity, ActivityImport, Organisation
from organisations.workflow.activity_imports import plan, read_activities, take_activities
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import OrganisationFactory, member
from tests.organisations.factories_open_data import OpenActivityFactory as ActivityFactory

pytestmark = pytest.mark.django_db
HEAD = "osoite;nimi;kuvaus;laji;elamantilanteet;kunnat;aika;miten_mukaan;paattyy"
GOOD = "https://www.lahella.fi/1;Kahvila;Kahvia;kohtaamispaikka;Yksinäisyys;Lieksa|Nurmes;Ti klo 12;Tule;31.12.2099"


def file(*lines: str, encoding: str = "utf-8", name: str = "lahella.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join([HEAD, *lines]).encode(encoding))


def read(organisation: Organisation, upload: Any) -> ActivityImport:
    return read_activities(organisation, upload, by=member(organisation), now=clock.now())


def take(run: ActivityImport, *numbers: int, publish: bool = True) -> ActivityImport:
    return take_activities(run, set(numbers), publish=publish, by=member(run.organisation), now=clock.now())


def test_a_file_adds_and_publishes_what_is_complete(kunnat: dict[str, Municipality]) -> None:
    LifeSituation.objects.create(name_fi="Yksinäisyys")
    run = read(OrganisationFactory(), file(GOOD, ";Vajaa kerho;;;;;;;"))
    assert [(one.name, one.act) for one in plan(run)] == [("Kahvila", "add"), ("Vajaa kerho", "add")]
    assert not Activity.objects.exists()

    taken = take(run, 0, 1)
    assert (taken.state, taken.added, taken.changed) == ("taken", 2, 0)
    full, partial = Activity.objects.order_by("name")
    assert (full.kind, full.is_published, full.lahella_url) == ("meeting_place", True, "https://www.lahella.fi/1")
    assert {row.name_fi for row in full.municipalities.all()} == {"Lieksa", "Nurmes"}
    assert str(full.ends_on) == "2099-12-31"
    assert (partial.is_published, partial.kind) == (False, "other")
    take(run, 0, 1)
    assert Activity.objects.count() == 2
    assert [entry.text for entry in run.organisation.timeline.all()] == [
        "Lähellä.fi-tiedostosta otettiin 2 uutta toimintaa ja muutettiin 0 toimintaa"
    ]


def test_the_same_activity_is_met_by_address_or_by_name(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory()
    by_page = ActivityFactory(organisation=organisation, name="Uusi nimi", lahella_url="https://www.lahella.fi/1")
    by_url = ActivityFactory(organisation=organisation, name="Toinen", lahella_url="https://www.lahella.fi/2")
    by_name = ActivityFactory(organisation=organisation, name="Kolmas kerho")
    by_name.municipalities.add(kunnat["422"])
    other = ActivityFactory(name="Kahvila")
    run = read(
        organisation,
        file(
            GOOD,
            "https://www.lahella.fi/2;Toinen;;;;;Ma;;",
            ";KOLMAS KERHO;;;;Nurmes;Ke;;",
        ),
    )
    plans = plan(run)
    assert [(one.activity.pk if one.activity else None, one.act) for one in plans] == [
        (by_page.pk, "change"),
        (by_url.pk, "change"),
        (by_name.pk, "change"),
    ]
    told = {str(one.label): (one.old, one.new) for one in plans[2].differences}
    assert told["aika"] == ("", "Ke")
    assert told["kunnat"] == ("Lieksa", "Nurmes")

    take(run, 0, 2)
    for activity in (by_page, by_url, by_name, other):
        activity.refresh_from_db()
    assert (by_page.name, by_page.when) == ("Kahvila", "Ti klo 12")
    assert by_url.when == "", "a row that was not chosen changes nothing"
    assert (by_name.name, by_name.when, by_name.description) == ("KOLMAS KERHO", "Ke", "Tavataan ja jutellaan.")
    assert other.when == ""
    again = read(organisation, file(GOOD))
    assert [one.act for one in plan(again)] == ["same"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"a;b\n1;2\n", "not_ours"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text"),
        ("nimi\nKerho".encode("utf-16"), "not_text"),
        (b"{not json", "not_ours"),
        (b'{"toiminnat": 7}', "not_ours"),
        (b"[" * 20_000, "not_ours"),
        (b"nimi\n", "empty"),
        (b"x" * (lahella.MAX_BYTES + 1), "too_big"),
        (b"nimi\n" + b"Kerho\n" * 501, "too_many_rows"),
        (b"nimi;kuvaus\nKerho;" + b"x" * 200_000, "not_ours"),
    ],
)
def test_a_broken_file_is_refused_with_its_reason(content: bytes, code: str) -> None:
    organisation = OrganisationFactory()
    with pytest.raises(Refused) as refused:
        read(organisation, SimpleUploadedFile("x.csv", content))
    assert refused.value.code == code
    assert not ActivityImport.objects.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (";;x;;;;;;", "Nimi puuttuu."),
        (";Kerho;;;;;;", "Rivillä on eri määrä sarakkeita kuin otsikossa."),
        (";Kerho\x07;;;;;;;", "merkkejä, joita ei voi tallentaa"),
        (f";{'x' * 201};;;;;;;", "liian pitkä: enintään 200 merkkiä"),
        (f";Kerho;{'x' * 3001};;;;;;", "liian pitkä: enintään 3000 merkkiä"),
    ],
)
def test_a_bad_row_costs_only_itself(row: str, reason: str) -> None:
    run = read(OrganisationFactory(), file(row, ";Hyvä kerho;;;;;;;"))
    assert [one["values"]["name"] for one in run.rows] == ["Hyvä kerho"]
    assert [one["line"] for one in run.refused] == [2]
    assert reason in run.refused[0]["reason"]


def test_doubtful_parts_are_left_out_and_told(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory(business_id="0785533-5")
    upload = SimpleUploadedFile(
        "x.json",
        json.dumps(
            {
                "toiminnat": [
                    {
                        "nimi": "Kerho",
                        "osoite": "https://lahella.fi.evil.example/",
                        "laji": "outo",
                        "kunnat": ["Lieksa", "Atlantis"],
                        "paattyy": "31.2.2027",
                        "etana": True,
                        "y_tunnus": "0785533-5",
                        "uusi": "x",
                    },
                    {"nimi": "Vieras", "y_tunnus": "0112038-9"},
                    {"nimi": {"sisä": 1}},
                    "ei rivi",
                    {"nimi": "kerho"},
                ]
            }
        ).encode(),
    )
    run = read(organisation, upload)
    (one,) = plan(run)
    assert run.unknown_columns == ["uusi"]
    assert one.row.values == {"name": "Kerho", "is_remote": True}
    assert [row.name_fi for row in one.related["municipalities"]] == ["Lieksa"]
    assert len(one.warnings) == 4
    assert "Atlantis" in one.warnings[-1]
    assert [bad["reason"][:20] for bad in run.refused] == [
        "Rivi koskee toista j",
        "Sarakkeessa ”nimi” e",
        "Nimi puuttuu.",
        "Sama toiminta on tie",
    ]


@pytest.mark.parametrize(
    ("url", "is_page"),
    [
        ("https://www.lahella.fi/palvelut/1", True),
        ("https://lahella.fi", True),
        ("http://www.lahella.fi/", False),
        ("https://lahella.fi.evil.example/", False),
        ("https://evil.example/lahella.fi", False),
        ("https://lahella.fi@evil.example/", False),
        ("javascript:alert(1)//lahella.fi", False),
    ],
)
def test_only_pages_of_lahella_are_linked(url: str, is_page: bool) -> None:
    assert lahella.is_lahella(url) is is_page


def test_windows_letters_commas_and_a_mark_are_read() -> None:
    organisation = OrganisationFactory()
    windows = read(organisation, file(";Äitien kerho;;;;;;;", encoding="cp1252"))
    assert windows.rows[0]["values"]["name"] == "Äitien kerho"
    comma = read(organisation, SimpleUploadedFile("x.csv", '\ufeffnimi,kuvaus\nKerho,"Kaksi\nriviä"\n'.encode()))
    assert comma.rows[0]["values"] == {"name": "Kerho", "description": "Kaksi\nriviä"}


def test_markup_and_formulas_are_data(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory()
    editor = signed_in(member(organisation, "editor"))
    address = reverse("organisations:activity_import_new", args=[organisation.pk])
    sent = editor.post(address, {"file": file(";<script>alert(1)</script>;=HYPERLINK(1);;;;;;")})
    page = editor.get(sent["Location"]).content.decode()
    assert "<script>alert(1)" not in page
    assert "=HYPERLINK(1)" in page


def test_from_the_upload_over_the_look_to_the_list(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory()
    LifeSituation.objects.create(name_fi="Yksinäisyys")
    editor = signed_in(member(organisation, "editor"))
    address = reverse("organisations:activity_import_new", args=[organisation.pk])

    assert "miten_mukaan" in editor.get(address).content.decode()
    wrong = editor.post(address, {"file": SimpleUploadedFile("x.csv", b"a;b\n1;2\n")}).content.decode()
    assert "Ensimmäisellä rivillä on oltava sarakkeiden nimet" in wrong
    sent = editor.post(address, {"file": file(GOOD, ";;x;;;;;;")})
    look = editor.get(sent["Location"]).content.decode()
    assert "Uusia 1, muuttuvia 0, ennallaan 0, hylättyjä 1." in look
    assert "Nimi puuttuu." in look
    assert not Activity.objects.exists()
    done = editor.post(sent["Location"], {"rivi": ["0", "x", "99"], "publish": "1"}, follow=True).content.decode()
    assert "Lisätty 1 ja muutettu 0 toimintaa." in done
    assert Activity.objects.get().is_published
    assert "Samaa tiedostoa ei oteta toiseen kertaan" in editor.get(sent["Location"]).content.decode()


def test_the_coordinator_may_and_strangers_may_not() -> None:
    organisation = OrganisationFactory()
    run = read(organisation, file(";Kerho;;;;;;;"))
    address = reverse("organisations:activity_import", args=[organisation.pk, run.pk])
    assert signed_in(staff("coordinator")).get(address).status_code == 200
    for stranger in (member(OrganisationFactory()), member(organisation, "viewer"), staff("auditor")):
        assert signed_in(stranger).get(address).status_code == 404
        with pytest.raises(Refused) as refused:
            take_activities(run, {0}, publish=True, by=stranger, now=clock.now())
        assert refused.value.code == "not_allowed"
        with pytest.raises(Refused):
            read_activities(organisation, file(GOOD), by=stranger, now=clock.now())


def test_looking_has_a_fixed_number_of_queries(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory()
    editor = signed_in(member(organisation, "editor"))

    def count(number: int) -> int:
        rows = [f";Kerho {n};;;Yksinäisyys;Lieksa;;;" for n in range(number)]
        for n in range(number):
            ActivityFactory(organisation=organisation, name=f"Kerho {n}").municipalities.add(kunnat["541"])
        run = read(organisation, file(*rows))
        address = reverse("organisations:activity_import", args=[organisation.pk, run.pk])
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(address).status_code == 200
        return len(queries)

    count(1)
    assert count(1) == count(3)


def test_our_own_file_is_read_back(kunnat: dict[str, Municipality]) -> None:
    organisation = OrganisationFactory()
    activity = ActivityFactory(
        organisation=organisation,
        name="Kahvila",
        confirmed_on=local_date(clock.now()),
        how_to_join="Soita.",
        when="Ti klo 12",
    )
    activity.municipalities.add(kunnat["422"], kunnat["541"])
    admin = signed_in(member(organisation))
    answer = admin.get(reverse("organisations:lahella_own_file", args=[organisation.pk, "csv"]))
    content = b"".join(answer) if answer.streaming else answer.content

    run = read(organisation, SimpleUploadedFile("lahella.csv", content))

    (one,) = plan(run)
    assert (one.activity, one.act) == (activity, "change"), "what may change is the kind: three categories tell less"
    assert {str(change.label) for change in one.differences} == {"laji"}


def test_the_whole_county_and_ways_to_reach(kunnat: dict[str, Municipality]) -> None:
    head = "nimi,kuvaus,koko_alue,puhelin,sahkoposti"
    upload = SimpleUploadedFile("x.csv", f"{head}\nKerho,Kahvia,kyllä,050 1,kerho@example.org\n".encode())
    taken = take(read(OrganisationFactory(), upload), 0)
    activity = Activity.objects.get()
    assert (taken.added, activity.how_to_join, activity.is_published) == (1, "050 1\nkerho@example.org", True)
    assert activity.municipalities.count() == Municipality.objects.filter(is_own=True).count()


def test_a_read_file_goes_after_thirty_days() -> None:
    run = read(OrganisationFactory(), file(GOOD))
    later = clock.now() + timedelta(days=31)
    assert activity_retention(later)["organisations.ActivityImport"] == 1
    assert not ActivityImport.objects.filter(pk=run.pk).exists()


def test_the_database_defends_the_run() -> None:
    run = read(OrganisationFactory(), file(GOOD))
    for fields, constraint in (
        ({"state": "gone"}, "activity_import_"),
        ({"state": "taken"}, "activity_import_taken_when"),
        ({"added": 1}, "activity_import_counted_when_taken"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ActivityImport.objects.filter(pk=run.pk).update(**fields)
