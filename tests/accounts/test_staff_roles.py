"""Giving and ending staff roles: the verbs, the pages, the constraints under them."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from accounts.models import StaffRole, User
from accounts.roles import roles_in_force
from accounts.workflow import end_role, grant_role
from common import clock
from common.errors import Refused
from common.policies import allowed
from common.times import local_date
from county.models import Title
from notifications.models import Message
from tests.accounts.factories import StaffRoleFactory, UserFactory, signed_in, staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def give(user: User, by: User | None, role: str = "registrar", until: date | None = None) -> StaffRole:
    return grant_role(user, role, valid_from=TODAY, valid_until=until, reason="Sijaisuus", by=by, now=NOW)


class TestGrant:
    def test_gives_the_role_and_tells_the_person(self) -> None:
        user = UserFactory(language="fi")
        given = give(user, staff("administrator"), until=date(2026, 12, 31))
        assert StaffRole.objects.get(user=user) == given
        message = Message.objects.get(to_user=user)
        assert message.subject == "Sinulle on annettu rooli: Kirjaamo"
        assert "Rooli on voimassa 21.11.2026–31.12.2026." in message.text
        assert message.required

    def test_twice_does_not_do_twice(self) -> None:
        user, admin = UserFactory(), staff("administrator")
        give(user, admin)
        with pytest.raises(Refused) as refusal:
            give(user, admin)
        assert refusal.value.code == "already_held"
        assert StaffRole.objects.filter(user=user).count() == 1
        assert Message.objects.filter(to_user=user).count() == 1

    def test_nobody_gives_a_role_to_themselves(self) -> None:
        admin = staff("administrator")
        with pytest.raises(Refused) as refusal:
            give(admin, admin)
        assert refusal.value.code == "own_role"

    @pytest.mark.parametrize("role", ["coordinator", "registrar", "payments_clerk", "auditor"])
    def test_only_the_administrator_gives(self, role: str) -> None:
        with pytest.raises(Http404):
            give(UserFactory(), staff(role))

    def test_an_administrator_whose_term_is_over_gives_nothing(self) -> None:
        former = UserFactory()
        StaffRoleFactory(user=former, role="administrator", valid_until=TODAY - timedelta(days=1))
        with pytest.raises(Http404):
            give(UserFactory(), former)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"role": "king"}, "unknown_role"),
            ({"valid_until": TODAY - timedelta(days=1)}, "term_order"),
            ({"reason": "  "}, "no_reason"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, changes: dict[str, object], code: str) -> None:
        asked = {"role": "registrar", "valid_from": TODAY, "valid_until": None, "reason": "Tehtävä", **changes}
        with pytest.raises(Refused) as refusal:
            grant_role(UserFactory(), by=staff("administrator"), now=NOW, **asked)  # type: ignore[arg-type]
        assert refusal.value.code == code
        assert not StaffRole.objects.exclude(role="administrator").exists()


class TestEnd:
    def test_at_once_makes_yesterday_the_last_day(self) -> None:
        role = StaffRoleFactory(role="coordinator")
        end_role(role, last_day=None, reason="Siirtyi muihin tehtäviin", by=staff("administrator"), now=NOW)
        role.refresh_from_db()
        assert (role.valid_until, role.end_reason) == (TODAY - timedelta(days=1), "Siirtyi muihin tehtäviin")
        assert roles_in_force(role.user, NOW) == []
        assert Message.objects.get(to_user=role.user).subject == "Roolisi päättyy: Järjestökoordinaattori"

    def test_after_a_day_the_role_lasts_to_its_end(self) -> None:
        role = StaffRoleFactory(role="coordinator")
        end_role(role, last_day=date(2026, 11, 30), reason="Eläke", by=staff("administrator"), now=NOW)
        assert [r.key for r in roles_in_force(role.user, datetime(2026, 11, 30, 21, 59, tzinfo=UTC))] == ["coordinator"]
        assert roles_in_force(role.user, datetime(2026, 11, 30, 22, 0, tzinfo=UTC)) == []

    def test_a_role_given_today_by_mistake_is_taken_back_and_the_trail_keeps_it(self) -> None:
        admin, user = staff("administrator"), UserFactory()
        given = give(user, admin)
        key = given.pk
        end_role(given, last_day=None, reason="Väärä henkilö", by=admin, now=NOW)
        assert not StaffRole.objects.filter(pk=key).exists()
        labels = StaffRole.pgh_event_model.objects.filter(pgh_obj_id=key).order_by("pgh_id")  # type: ignore[attr-defined]
        assert [event.pgh_label for event in labels] == ["insert", "delete"]

    def test_the_last_administrator_stays(self) -> None:
        admin = staff("administrator")
        own = StaffRole.objects.get(user=admin)
        for last_day in (None, TODAY, date(2027, 12, 31)):
            with pytest.raises(Refused) as refusal:
                end_role(own, last_day=last_day, reason="Lähtee", by=admin, now=NOW)
            assert refusal.value.code == "last_administrator"

    def test_another_administrator_counts_only_when_in_force_afterwards_and_active(self) -> None:
        admin = staff("administrator")
        own = StaffRole.objects.get(user=admin)
        ending = StaffRoleFactory(role="administrator", valid_until=date(2026, 12, 1))
        gone = staff("administrator", is_active=False)
        with pytest.raises(Refused):
            end_role(own, last_day=date(2026, 12, 1), reason="Lähtee", by=admin, now=NOW)
        end_role(own, last_day=date(2026, 11, 30), reason="Lähtee", by=admin, now=NOW)
        assert {ending.user.is_active, gone.is_active} == {True, False}

    def test_twice_is_refused(self) -> None:
        admin, role = staff("administrator"), StaffRoleFactory(role="auditor")
        end_role(role, last_day=None, reason="Valmis", by=admin, now=NOW)
        with pytest.raises(Refused) as refusal:
            end_role(role, last_day=None, reason="Valmis", by=admin, now=NOW)
        assert refusal.value.code == "already_ended"

    def test_an_end_is_never_moved_later_or_into_the_past(self) -> None:
        admin = staff("administrator")
        role = StaffRoleFactory(role="auditor", valid_until=date(2026, 12, 31))
        for day, code in [(date(2027, 1, 31), "already_ended"), (date(2026, 11, 20), "before_today")]:
            with pytest.raises(Refused) as refusal:
                end_role(role, last_day=day, reason="Jatko", by=admin, now=NOW)
            assert refusal.value.code == code

    def test_only_the_administrator_ends(self) -> None:
        with pytest.raises(Http404):
            end_role(StaffRoleFactory(), last_day=None, reason="x", by=staff("auditor"), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_leave_one() -> None:
    first, second = staff("administrator"), staff("administrator")
    roles = {user.pk: StaffRole.objects.get(user=user) for user in (first, second)}
    start, outcomes = threading.Barrier(2), []

    def attempt(by: User, victim: User) -> None:
        start.wait()
        try:
            end_role(roles[victim.pk], last_day=None, reason="Riita", by=by, now=NOW)
            outcomes.append("ended")
        except (Refused, Http404) as no:
            outcomes.append(getattr(no, "code", "404"))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["404", "ended"]
    assert StaffRole.objects.in_force(NOW).filter(role="administrator").count() == 1


class TestConstraints:
    def test_the_same_role_twice_at_once(self) -> None:
        user = UserFactory()
        StaffRoleFactory(user=user, valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 30))
        with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
            StaffRoleFactory(user=user, valid_from=date(2026, 6, 30))
        StaffRoleFactory(user=user, valid_from=date(2026, 7, 1))
        StaffRoleFactory(user=user, role="auditor", valid_from=date(2026, 1, 1))

    def test_an_end_before_the_beginning(self) -> None:
        with pytest.raises(IntegrityError, match="term_order"):
            StaffRoleFactory(valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 31))

    def test_the_same_address_in_other_letters(self) -> None:
        UserFactory(email="sama@example.org")
        with pytest.raises(IntegrityError, match="email_any_case"):
            User.objects.bulk_create([User(email="Sama@example.org")])


class TestRoles:
    def test_tell_what_why_and_until_when(self) -> None:
        user = UserFactory()
        StaffRoleFactory(user=user, role="auditor", valid_until=date(2026, 12, 31), reason="Tilintarkastus 2026")
        [role] = roles_in_force(user, NOW)
        assert (role.key, role.label, role.until) == ("auditor", "Tarkastaja", date(2026, 12, 31))
        assert role.source == "Pääkäyttäjän antama rooli. Peruste: Tilintarkastus 2026"
        assert role.needs_second_factor
        assert "Et voi muuttaa mitään" in role.explanation

    def test_the_coordinator_has_the_countys_own_title(self) -> None:
        Title.objects.create(key="county_liaison", name_fi="järjestöyhdyshenkilö", area_key="county_liaison")
        [role] = roles_in_force(staff("coordinator"), NOW)
        assert role.label == "Järjestöyhdyshenkilö"

    def test_everyone_reads_a_plain_page_about_themselves(self) -> None:
        user = UserFactory()
        StaffRoleFactory(user=user, role="auditor", valid_until=date(2099, 12, 31), reason="Tilintarkastus")
        page = signed_in(user).get("/omat/roolit/").content.decode()
        assert "Voimassa 1.1.2020–31.12.2099." in page
        assert "Peruste: Tilintarkastus." in page

    def test_a_new_person_reads_how_to_begin(self) -> None:
        page = signed_in(UserFactory(), second_factor=False).get("/omat/roolit/").content.decode()
        assert "Sinulla ei ole vielä rooleja" in page
        assert "Edustan tätä järjestöä" in page


class TestPages:
    def test_the_administrator_gives_and_ends_on_the_pages(self) -> None:
        client, person = signed_in(staff("administrator")), UserFactory()
        today = local_date(clock.now())
        form = {"role": "auditor", "valid_from": f"{today.day}.{today.month}.{today.year}", "reason": "Tarkastus"}
        wrong = client.post(f"/hallinta/kayttajat/{person.pk}/uusi-rooli/", {**form, "reason": ""})
        assert "Peruste puuttuu" in wrong.content.decode()
        given = client.post(f"/hallinta/kayttajat/{person.pk}/uusi-rooli/", form)
        assert given["Location"] == f"/hallinta/kayttajat/{person.pk}/"
        role = StaffRole.objects.get(user=person)
        page = client.get(given["Location"]).content.decode()
        assert "Tarkastaja" in page
        assert "Lisätty: virkarooli" in page
        ended = client.post(f"/hallinta/oikeudet/{role.pk}/paata/", {"reason": "Virhe"})
        assert ended["Location"] == f"/hallinta/kayttajat/{person.pk}/"
        assert not StaffRole.objects.filter(user=person).exists()
        assert "Poistettu: virkarooli" in client.get(ended["Location"]).content.decode()

    def test_a_refusal_is_shown_on_the_page(self) -> None:
        admin = staff("administrator")
        own = StaffRole.objects.get(user=admin)
        page = signed_in(admin).post(f"/hallinta/oikeudet/{own.pk}/paata/", {"reason": "Lähden"})
        assert page.status_code == 200
        assert "vähintään yksi pääkäyttäjä" in page.content.decode()

    def test_the_auditor_reads_and_changes_nothing(self) -> None:
        client, person = signed_in(staff("auditor")), staff("registrar")
        role = StaffRole.objects.get(user=person)
        for path in ("/hallinta/kayttajat/", f"/hallinta/kayttajat/{person.pk}/", "/hallinta/oikeudet/"):
            page = client.get(path)
            assert page.status_code == 200, path
            assert "uusi-rooli" not in page.content.decode()
        assert client.get(f"/hallinta/kayttajat/{person.pk}/uusi-rooli/").status_code == 404
        assert client.post(f"/hallinta/oikeudet/{role.pk}/paata/", {"reason": "x"}).status_code == 404

    def test_search_by_name_and_address(self) -> None:
        client = signed_in(staff("administrator"))
        UserFactory(full_name="Väinö Koskinen", email="vk@example.org")
        UserFactory(full_name="Aino Koskinen", email="aino@example.org")
        page = client.get("/hallinta/kayttajat/?q=koskinen+vk@")
        assert [person.full_name for person in page.context["page"]] == ["Väinö Koskinen"]
        assert "Ketään ei löytynyt" in client.get("/hallinta/kayttajat/?q=zzz").content.decode()

    @pytest.mark.parametrize("path", ["/hallinta/kayttajat/", "/hallinta/oikeudet/"])
    def test_lists_ask_as_many_queries_at_one_row_as_at_three(
        self, path: str, django_assert_max_num_queries: object
    ) -> None:
        from django.test.utils import CaptureQueriesContext

        client = signed_in(staff("administrator"))
        with CaptureQueriesContext(connection) as one:
            client.get(path)
        for _ in range(3):
            staff("coordinator")
        with CaptureQueriesContext(connection) as three:
            client.get(path)
        assert len(three) == len(one) <= 12


def test_the_first_administrator_is_made_on_the_command_line() -> None:
    user = UserFactory(email="eka@example.org")
    call_command("grant_role", "EKA@example.org", "administrator", reason="Käyttöönotto")
    assert allowed("accounts.user.manage", user, now=clock.now()).model is User
    assert [role.key for role in roles_in_force(user, clock.now())] == ["administrator"]
    with pytest.raises(CommandError, match="No such user"):
        call_command("grant_role", "puuttuu@example.org", "administrator", reason="x")
