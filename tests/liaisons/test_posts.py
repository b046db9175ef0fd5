"""Posts: constraints, delegated power, the established ones from the area file, how they stand, what is erased."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import translation

from accounts.models import User
from accounts.personal_data import export_for
from common.errors import Refused
from county.area import load_area
from county.models import Municipality
from liaisons.coverage import coverage_map, coverage_on
from liaisons.models import Absence, Appointment, Post, PostPower, Substitute
from liaisons.overview import condition, counts, with_standing
from liaisons.responsible import powers_on
from liaisons.retention import liaison_retention
from liaisons.search import post_hits
from liaisons.workflow import end_post, end_power, grant_power
from tests.accounts.factories import UserFactory, staff
from tests.county.factories import NOW, SMALL_AREA, MunicipalityFactory, load_text
from tests.liaisons.factories import (
    AbsenceFactory,
    AppointmentFactory,
    BodyFactory,
    PostFactory,
    SubstituteFactory,
    UnitFactory,
    proposal,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
LEVELS = '\n[liaison_levels]\nestablished = [{}]\npossible = ["linkkihenkilo"]\n'


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


class TestPost:
    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"level": "municipal"}, "municipal_has_municipality"),
            ({"level": "service_area", "unit": None}, "level_has_unit"),
            ({"level": "service_district", "unit": None}, "level_has_unit"),
            ({"level": "unit", "unit": None}, "level_has_unit"),
            ({"level": "linkkihenkilo", "unit": None}, "level_has_unit"),
            ({"answer_days": 0}, "answer_days_sane"),
            ({"answer_days": 61}, "answer_days_sane"),
            ({"valid_until": date(2020, 1, 1)}, "term_order"),
        ],
    )
    def test_what_must_never_be_false(self, fields: dict[str, Any], constraint: str) -> None:
        with pytest.raises(IntegrityError, match=f"liaisons_post_{constraint}"), transaction.atomic():
            PostFactory(**fields)

    def test_names(self) -> None:
        town = MunicipalityFactory(name_fi="Lieksa")
        post = PostFactory(name_fi="linkkihenkilö", unit__name_fi="Terveysasemat", municipality=town)
        assert post.full_name == "linkkihenkilö, Terveysasemat, Lieksa"
        assert PostFactory(level="strategic", name_fi="päällikkö", unit=None).full_name == "päällikkö"
        assert (post.promised_days(5), PostFactory(answer_days=2).promised_days(5)) == (5, 2)

    def test_the_description_falls_back_to_finnish(self) -> None:
        post = PostFactory(tasks_fi="Kysy mitä vain", tasks_sv="Fråga", services="neuvonta\n\n ryhmät ")
        assert (post.tasks_in("sv"), post.tasks_in("en")) == (("Fråga", "sv"), ("Kysy mitä vain", "fi"))
        assert post.service_list == ["neuvonta", "ryhmät"]

    def test_a_post_ends_when_nobody_is_named_for_later(self, coordinator: User) -> None:
        row = AppointmentFactory(valid_until=date(2026, 12, 31))
        with pytest.raises(Refused) as refused:
            end_post(row.post, ends_on=date(2026, 12, 30), by=coordinator, now=NOW)
        assert refused.value.code == "has_holder"
        for _twice in range(2):
            assert end_post(row.post, ends_on=date(2026, 12, 31), by=coordinator, now=NOW).valid_until
        with pytest.raises(Http404):
            end_post(row.post, ends_on=TODAY, by=UserFactory(), now=NOW)

    def test_search_finds_a_post_by_its_place_and_services(self) -> None:
        post = PostFactory(name_fi="muistihoitaja", unit__name_fi="Terveysasemat", services="muistineuvonta")
        PostFactory(valid_until=TODAY - timedelta(days=1000), name_fi="muistihoitaja")
        assert [hit.url for hit in post_hits(None, "muistineuvonta terveysas", 5)] == [f"/yhteyshenkilot/{post.pk}/"]
        assert list(post_hits(None, "muistineuvonta kotihoito", 5)) == []


class TestPower:
    def test_power_is_dated_and_has_a_decision(self, coordinator: User) -> None:
        post, body = PostFactory(), BodyFactory()
        fields: dict[str, Any] = {"decided_on": date(2026, 1, 2), "section": 7, "by": coordinator, "now": NOW}
        for _twice in range(2):
            grant_power(post, power="letter_of_intent", body=body, valid_from=date(2026, 2, 1), **fields)
        (granted,) = powers_on([post], TODAY)[post.pk]
        assert (granted.giver, str(granted)) == (body, "allekirjoittaa aiesopimuksen tai aiekirjeen")
        assert powers_on([post], date(2026, 1, 31)) == {post.pk: []}
        with pytest.raises(Refused) as refused:
            grant_power(post, power="letter_of_intent", body=body, valid_from=TODAY, **fields)
        assert refused.value.code == "power_refused"
        end_power(granted, ends_on=TODAY, by=coordinator, now=NOW)
        assert powers_on([post], TODAY + timedelta(days=1)) == {post.pk: []}

    def test_power_without_a_giver_is_refused(self, coordinator: User) -> None:
        with pytest.raises(Refused) as refused:
            grant_power(PostFactory(), power="statement", decided_on=TODAY, valid_from=TODAY, by=coordinator, now=NOW)
        assert str(refused.value) == "Valitse toimielin tai kirjoita viranhaltija, joka päätti toimivallasta."
        with pytest.raises(IntegrityError, match="liaisons_postpower_has_giver"), transaction.atomic():
            PostPower.objects.create(post=PostFactory(), power="statement", decided_on=TODAY, valid_from=TODAY)


class TestAreaFile:
    def load(self, folder: Path, *levels: str) -> Any:
        return load_text(folder, SMALL_AREA + LEVELS.format(", ".join(f'"{level}"' for level in levels)))

    def test_established_levels_make_posts_once(self, tmp_path: Path) -> None:
        report = self.load(tmp_path, "strategic", "county_liaison", "service_area", "municipal", "diagnosis_or_theme")
        assert report.sections["liaison_levels"].added == 5
        found = [(post.level, post.name, post.place, post.is_established) for post in Post.objects.order_by("order")]
        assert found == [
            ("strategic", "kumppanuuspäällikkö", "", True),
            ("county_liaison", "järjestöyhdyshenkilö", "", True),
            ("service_area", "toimialueen järjestöyhdyshenkilö", "Sote-palvelut", True),
            ("municipal", "kunnan järjestöyhdyshenkilö", "Heinävesi", True),
            ("municipal", "kunnan järjestöyhdyshenkilö", "Joensuu", True),
        ]
        again = self.load(tmp_path, "strategic", "county_liaison", "service_area", "municipal", "diagnosis_or_theme")
        assert (again.added, again.changed, again.sections["liaison_levels"].unchanged) == (0, 0, 5)

    def test_a_title_edited_in_the_portal_is_kept_and_told(self, tmp_path: Path) -> None:
        self.load(tmp_path, "county_liaison")
        Post.objects.update(name_fi="järjestökoordinaattori")
        text = SMALL_AREA.replace("järjestöyhdyshenkilö", "yhdyshenkilö") + LEVELS.format('"county_liaison"')
        report = load_text(tmp_path, text)
        assert report.sections["liaison_levels"].kept == 1
        assert Post.objects.get().name_fi == "järjestökoordinaattori"
        assert any("järjestökoordinaattori" in line and "yhdyshenkilö" in line for line in report.lines)

    def test_a_level_that_leaves_the_file_leaves_its_posts(self, tmp_path: Path) -> None:
        self.load(tmp_path, "strategic", "county_liaison")
        report = self.load(tmp_path, "strategic")
        assert report.sections["liaison_levels"].removed == 1
        assert Post.objects.count() == 2

    @pytest.mark.parametrize(("area", "count"), [("pohjois-karjala", 2), ("pohjois-pohjanmaa", 14)])
    def test_the_real_areas(self, area: str, count: int) -> None:
        load_area(area, NOW)
        assert Post.objects.filter(is_established=True).count() == count


class TestStanding:
    def standing(self, post: Post) -> Any:
        return with_standing(Post.objects.all(), TODAY).get(pk=post.pk)

    def test_states(self) -> None:
        later = {"valid_from": TODAY + timedelta(days=1), "accepted_on": TODAY}
        expected = {
            "vacant": PostFactory(),
            "unnamed": PostFactory(is_established=False),
            "unaccepted": proposal().post,
            "held": AppointmentFactory().post,
            "coming": AppointmentFactory(**later).post,
        }
        assert {key: self.standing(post).standing for key, post in expected.items()} == {key: key for key in expected}

    def test_only_an_established_post_is_vacant(self) -> None:
        over = AppointmentFactory(valid_until=TODAY - timedelta(days=1)).post
        assert self.standing(over).standing == "vacant"
        Post.objects.update(is_established=False)
        assert self.standing(over).standing == "unnamed"

    def test_away_with_and_without_a_substitute(self) -> None:
        row = AppointmentFactory()
        AbsenceFactory(user=row.user)
        found = self.standing(row.post)
        assert (found.is_away, found.is_covered) == (True, False)
        stand_in = SubstituteFactory(appointment=row)
        assert self.standing(row.post).is_covered
        AbsenceFactory(user=stand_in.user)
        assert not self.standing(row.post).is_covered

    def test_one_of_two_holders_away_is_not_away(self) -> None:
        post = PostFactory(allows_many=True)
        rows = [AppointmentFactory(post=post), AppointmentFactory(post=post)]
        AbsenceFactory(user=rows[0].user)
        assert not self.standing(post).is_away

    def test_ending_unless_it_goes_on(self) -> None:
        row = AppointmentFactory(valid_until=TODAY + timedelta(days=60))
        assert self.standing(row.post).is_ending
        proposal(post=row.post, valid_from=TODAY + timedelta(days=61))
        assert not self.standing(row.post).is_ending

    def test_counts_are_the_lists(self) -> None:
        PostFactory()
        proposal()
        AbsenceFactory(user=AppointmentFactory(valid_until=TODAY + timedelta(days=9)).user)
        posts = with_standing(Post.objects.all(), TODAY)
        found = counts(NOW)
        assert found == {"vacant": 1, "unaccepted": 1, "uncovered": 1, "away": 1, "ending": 1}
        assert found == {state: posts.filter(condition(state)).count() for state in found}
        assert posts.filter(condition("nonsense")).count() == 3


class TestCoverage:
    def test_the_whole_county_municipalities_and_units(self) -> None:
        here, there = MunicipalityFactory(name_fi="Aa"), MunicipalityFactory(name_fi="Bee")
        top = UnitFactory(name_fi="Sote")
        unit = UnitFactory(name_fi="Asema", kind="unit", parent=top)
        unit.municipalities.add(here)
        AppointmentFactory(post=PostFactory(level="unit", unit=unit), working_time=20)
        PostFactory(level="unit", unit=unit)
        AppointmentFactory(post=PostFactory(level="strategic", unit=None), working_time=50)
        proposal(post=PostFactory(level="municipal", unit=None, municipality=there, is_established=False))
        found = coverage_on(TODAY, [here, there])
        assert (found.established, found.held, found.working_time) == (3, 2, 70)
        assert [(cell.level, cell.held, cell.posts) for cell in found.whole] == [("strategic", 1, 1)]
        assert found.municipalities.levels == ["unit", "municipal"]
        towns = {row.place: row for row in found.municipalities.rows}
        assert [(cell.held, cell.posts) for cell in towns[here].cells] == [(1, 2), (0, 0)]
        assert [cell.state and str(cell.state[0]) for cell in towns[here].cells] == ["Avoin", None]
        assert [cell.state and str(cell.state[0]) for cell in towns[there].cells] == [None, "Odottaa hyväksymistä"]
        assert [(row.place, row.depth, row.held) for row in found.units.rows] == [(top, 0, 0), (unit, 1, 1)]
        assert [row.tone for row in found.municipalities.rows] == ["wait", "bad"]
        assert coverage_map(found).heading == "1 kunnasta puuttuu oma yhteyshenkilö"
        assert coverage_map(found).table.rows == (("Aa", "1/2"), ("Bee", "0/1"))
        assert coverage_on(TODAY, [here, there], there).units.rows == []
        assert len(coverage_on(TODAY, [here, there], here).units.rows) == 2

    def test_as_many_queries_at_three(self, django_assert_num_queries: Any) -> None:
        places: list[Municipality] = []
        for count in (1, 2):
            for _place in range(count):
                places.append(MunicipalityFactory())
                PostFactory(unit__kind="unit", municipality=places[-1])
            with django_assert_num_queries(3):
                coverage_on(TODAY, places)


class TestRetention:
    def test_what_is_past_its_time_goes(self) -> None:
        old = AppointmentFactory(valid_until=date(2020, 10, 30), valid_from=date(2019, 1, 1))
        SubstituteFactory(appointment=old)
        never = AppointmentFactory(state="declined", accepted_on=None, closed_at=NOW - timedelta(days=366))
        away = AbsenceFactory(valid_from=date(2025, 10, 1), valid_until=date(2025, 11, 1))
        kept = [
            AppointmentFactory(valid_until=date(2020, 11, 2), valid_from=date(2019, 1, 1)),
            AppointmentFactory(),
            AppointmentFactory(state="withdrawn", accepted_on=None, closed_at=NOW - timedelta(days=364)),
        ]
        AbsenceFactory(valid_from=date(2025, 10, 1), valid_until=date(2025, 11, 3))
        removed = {name: count for name, count in liaison_retention(NOW).items() if count}
        assert removed == {
            "liaisons.Appointment": 2,
            "liaisons.Substitute": 1,
            "liaisons.Absence": 1,
        }
        assert set(Appointment.objects.all()) == set(kept)
        assert not {old, never} & set(kept)
        assert not Absence.objects.filter(pk=away.pk).exists()
        assert not Substitute.objects.exists()

    def test_a_person_downloads_what_is_held(self) -> None:
        row = AppointmentFactory(post__name_fi="linkkihenkilö", tasks="Ryhmät")
        AbsenceFactory(user=row.user)
        found = export_for(row.user, NOW)["liaisons"]
        assert (found["appointments"][0]["tasks"], len(found["absences"])) == ("Ryhmät", 1)
        assert found["substitutions"] == []


def test_a_municipality_is_served_in_every_language() -> None:
    town = MunicipalityFactory(name_fi="Kunta", name_sv="Kommun")
    post = PostFactory(level="municipal", name_fi="yhdyshenkilö", unit=None, municipality=town)
    with translation.override("sv"):
        assert post.full_name == "yhdyshenkilö, Kommun"
    assert Municipality.objects.get() == town
