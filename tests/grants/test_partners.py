"""Joint applications: partners confirm what they do and for how much, and confirm again only when that changes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import IntegrityError, transaction
from django.db.utils import InternalError, ProgrammingError
from django.http import Http404
from django.utils import translation

from accounts.models import User
from common.errors import Refused
from grants.answers import answers_for_reading, read_submission
from grants.completeness import problems
from grants.joint import digest
from grants.life_cycles_partners import PARTNER
from grants.models import Application, ApplicationPartner, CaseEvent
from grants.todos_partners import partner_todos
from grants.workflow.applications import (
    Incomplete,
    reopen_application,
    restore_unsent,
    submit_application,
    withdraw_application,
)
from grants.workflow.partner_answers import answer_by_link, answer_partner, find_by_link
from grants.workflow.partners import add_partner, ask_partner, change_partner, remove_partner, set_lead_share
from grants.workflow.prefill import start_from_earlier
from notifications.models import Message
from tests.accounts.factories import UserFactory
from tests.grants.factories import CLOSES, NOW, make_application, make_call, make_member, make_organisation
from tests.grants.factories_partners import (
    ask,
    confirm,
    fresh,
    make_joint,
    make_joint_call,
    name_partner,
    outsider,
    token_of,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def draft() -> Application:
    return make_joint()


@pytest.fixture
def signatory() -> User:
    """Somebody who may answer for a partner in the register."""
    return make_member(make_organisation("Kumppani ry"), "signatory", full_name="Siiri Signatory")


def ngo(person: User) -> Any:
    return person.memberships.get().organisation


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


def words(application: Application) -> list[str]:
    found = Application.objects.select_related("call", "organisation", "form_version").get(pk=application.pk)
    with translation.override("fi"):
        return [problem.text for problem in problems(found, found.form_version.definition)]


def cells(sections: Any) -> set[str]:
    """Return what stands in the tables of the answers."""
    tables = [table for section in sections for row in section.rows for table in row.tables]
    return {cell.text for table in tables for row in table.rows for cell in row}


def send(application: Application, **fields: Any) -> Any:
    return submit_application(application, **{"by": application.created_by, "now": LATER, **fields})


def change(partner: ApplicationPartner, **fields: Any) -> ApplicationPartner:
    row = fresh(partner)
    values = {"task": row.task, "grant_share": row.grant_share, "own_share": row.own_share, "seen": digest(row)}
    values |= {"contact_name": row.contact_name, "contact_email": row.contact_email}
    return change_partner(row, **{**values, "by": row.added_by, "now": LATER, **fields})


def test_sending_needs_the_confirmation_of_every_partner(draft: Application, signatory: User) -> None:
    partner = name_partner(draft, ngo(signatory))
    assert name_partner(draft, ngo(signatory)) == partner, "a double press is one partner"
    assert words(draft) == ["Kumppanin vahvistus puuttuu: Kumppani ry. Pyydä vahvistus tai poista kumppani."]
    ask(partner)
    ask(partner)
    asked = Message.objects.get(kind="grants.joint_asked")
    assert asked.to_user == signatory
    assert f"/yhteishakemukset/{partner.pk}/" in asked.text
    assert [todo.title for todo in partner_todos(signatory, NOW)] == [
        "Vahvistakaa osuutenne yhteishakemuksessa: Toiminta-avustus 2027"
    ]
    with pytest.raises(Incomplete):
        send(draft)
    for _twice in range(2):
        answer_partner(partner, answer="confirm", seen=digest(partner), by=signatory, now=NOW)
    assert Message.objects.filter(kind="grants.joint_answered", to_user=draft.created_by).count() == 1
    assert not list(partner_todos(signatory, NOW))
    content = send(draft).content["joint"]
    assert content["lead"] == {"task": "Johtaa hanketta", "grant_share": "3000.00", "own_share": "1000.00"}
    row = content["partners"][0]
    assert (row["name"], row["grant_share"], row["confirmed_by"]) == ("Kumppani ry", "1500.00", "Siiri Signatory")
    told = Message.objects.get(kind="grants.joint_told")
    assert (told.to_user, "on lähettänyt yhteishakemuksen" in told.text) == (signatory, True)


def test_a_removed_partner_no_longer_holds_sending_back(draft: Application, signatory: User) -> None:
    kept, gone = name_partner(draft, ngo(signatory)), outsider(draft, grant_share=Decimal(0), own_share=Decimal(0))
    confirm(kept, signatory)
    ask(gone)
    for _twice in range(2):
        remove_partner(gone, by=draft.created_by, now=LATER)
    assert Message.objects.get(kind="grants.joint_told").to_address == "diana@example.org"
    assert send(draft).content["joint"]["partners"][0]["id"] == kept.pk
    assert not ApplicationPartner.everything.filter(pk=gone.pk).exists()


def test_a_change_asks_only_that_partner_again(draft: Application, signatory: User) -> None:
    other = make_member(make_organisation("Toinen ry"))
    mine = name_partner(draft, ngo(signatory), grant_share=Decimal(1000), own_share=Decimal(250))
    theirs = name_partner(draft, ngo(other), grant_share=Decimal(500), own_share=Decimal(250))
    confirm(mine, signatory)
    confirm(theirs, other)
    assert words(draft) == []
    change(mine, contact_name="Uusi Yhteyshenkilö")
    assert fresh(mine).state == "confirmed", "a contact person is no part of what was confirmed"
    change(mine, grant_share=Decimal(900))
    assert (fresh(mine).state, fresh(theirs).state) == ("named", "confirmed")
    assert words(draft)[0] == "Kumppanin vahvistus puuttuu: Kumppani ry. Pyydä vahvistus tai poista kumppani."
    assert any("yhteensä 4 400 €, mutta haette 4 500 €" in text.replace("\xa0", " ") for text in words(draft))
    change(mine, grant_share=Decimal(1000))
    confirm(mine, signatory, LATER)
    assert Message.objects.filter(kind="grants.joint_asked", to_user=signatory).count() == 2
    assert send(draft, now=LATER + timedelta(hours=1))


def test_what_is_confirmed_is_what_stood_on_the_page(draft: Application, signatory: User) -> None:
    partner = ask(name_partner(draft, ngo(signatory)))
    old_tab = digest(partner)
    change(partner, task="Tekee kaiken")
    assert fresh(partner).state == "asked"
    confirming: dict[str, Any] = {"answer": "confirm", "seen": old_tab, "by": signatory, "now": LATER}
    assert code_of(lambda: answer_partner(partner, **confirming)) == "changed"
    assert fresh(partner).state == "asked"
    answer_partner(partner, **{**confirming, "seen": digest(fresh(partner))})
    assert code_of(lambda: change(partner, seen=old_tab, task="Vanhasta välilehdestä")) == "stale"
    assert fresh(partner).task == "Tekee kaiken"


def test_a_partner_asks_a_change_declines_and_comes_back(draft: Application, signatory: User) -> None:
    partner = ask(name_partner(draft, ngo(signatory)))
    answering: dict[str, Any] = {"seen": "", "by": signatory, "now": LATER}
    assert code_of(lambda: answer_partner(partner, answer="ask_change", **answering)) == "note_missing"
    answer_partner(partner, answer="ask_change", note="Osuus on liian pieni.", **answering)
    assert words(draft) == ["Kumppani pyytää muutosta: Kumppani ry. Muuta osuutta ja pyydä vahvistus uudelleen."]
    assert [todo.title for todo in partner_todos(draft.created_by, NOW)] == ["Kumppani pyytää muutosta: Kumppani ry"]
    assert "Osuus on liian pieni." in Message.objects.get(kind="grants.joint_answered", to_user=draft.created_by).text
    ask_partner(partner, by=draft.created_by, now=LATER)
    answer_partner(partner, answer="decline", note="Emme ehdi.", **answering)
    assert words(draft) == ["Kumppani ei lähde mukaan: Kumppani ry. Poista kumppani tai pyydä uudelleen."]
    with pytest.raises(Http404):  # who has declined sees the draft no more
        answer_partner(partner, answer="confirm", **answering)
    confirm(partner, signatory, LATER + timedelta(hours=1))
    answer_partner(partner, answer="decline", note="Emme sittenkään.", **answering)
    assert CaseEvent.objects.filter(application=draft, verb="decline").count() == 2


def test_who_may_answer(draft: Application, signatory: User) -> None:
    partner = ask(name_partner(draft, ngo(signatory)))
    editor = make_member(ngo(signatory), "editor")
    confirming: dict[str, Any] = {"answer": "confirm", "seen": digest(partner), "now": NOW}
    for person in (editor, draft.created_by, UserFactory()):
        with pytest.raises(Http404):
            answer_partner(partner, by=person, **confirming)
    late = {**confirming, "now": CLOSES}
    assert code_of(lambda: answer_partner(partner, by=signatory, **late)) == "call_closed"
    assert code_of(lambda: name_partner(draft, make_organisation("Myöhäinen ry"), now=CLOSES)) == "call_closed"
    assert code_of(lambda: change(partner, by=make_member(draft.organisation, "viewer"))) == "not_allowed"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"contact_email": ""}, "address_missing"),
        ({"contact_email": "HAKIJA@example.org"}, "own_address"),
        ({"contact_email": "member"}, "own_address"),
        ({"name": "", "organisation": "own"}, "is_applicant"),
        ({"name": "", "organisation": "nobody", "contact_email": ""}, "address_missing"),
    ],
)
def test_a_partner_confirms_itself(draft: Application, fields: dict[str, Any], code: str) -> None:
    values = dict(fields)
    if values.get("contact_email") == "member":
        values["contact_email"] = draft.created_by.email
    if "organisation" in values:
        values["organisation"] = (
            draft.organisation if values["organisation"] == "own" else make_organisation("Ei ketään")
        )
    assert code_of(lambda: outsider(draft, **values)) == code


class TestLink:
    """A partner that nobody represents in the portal answers through its own link."""

    @pytest.fixture
    def partner(self, draft: Application) -> ApplicationPartner:
        return ask(outsider(draft))

    def confirm(self, token: str, partner: ApplicationPartner, **fields: Any) -> ApplicationPartner:
        seen = digest(fresh(partner))
        given = {"answer": "confirm", "name": "Diana Diakoni, johtaja", "seen": seen, "now": LATER}
        return answer_by_link(token, **{**given, **fields})

    def test_answers_once(self, draft: Application, partner: ApplicationPartner) -> None:
        token = token_of(partner)
        stored = fresh(partner)
        assert token not in (stored.token_hash or ""), "only the hash is kept"
        assert Message.objects.get(kind="grants.joint_asked").secret
        assert code_of(lambda: self.confirm(token, partner, name=" ")) == "name_missing"
        for _twice in range(2):
            self.confirm(token, partner)
        row = fresh(partner)
        assert (row.state, row.answered_name, row.answered_via) == ("confirmed", "Diana Diakoni, johtaja", "link")
        declining = {"answer": "decline", "note": "Emme sittenkään."}
        assert code_of(lambda: self.confirm(token, partner, **declining)) == "link_used"
        change(partner, grant_share=Decimal(1400))
        assert code_of(lambda: self.confirm(token, partner)) == "link_used", "a used link confirms nothing new"

    def test_expires(self, partner: ApplicationPartner) -> None:
        late = {"now": NOW + timedelta(days=14)}
        assert code_of(lambda: self.confirm(token_of(partner), partner, **late)) == "link_expired"
        assert fresh(partner).state == "asked"

    def test_never_outlives_the_call(self) -> None:
        draft = make_joint(call=make_joint_call(closes_at=NOW + timedelta(days=2)))
        assert fresh(ask(outsider(draft))).link_until == NOW + timedelta(days=2)

    def test_a_new_link_ends_the_old_one(self, draft: Application, partner: ApplicationPartner) -> None:
        old = token_of(partner)
        ask_partner(partner, by=draft.created_by, now=NOW + timedelta(minutes=9))
        assert Message.objects.filter(kind="grants.joint_asked").count() == 1, "pressed again at once"
        ask_partner(partner, by=draft.created_by, now=NOW + timedelta(minutes=11))
        assert find_by_link(old) is None
        assert code_of(lambda: self.confirm(old, partner)) == "no_such_link"
        assert self.confirm(token_of(partner), partner).state == "confirmed"

    def test_another_partners_link_answers_only_for_that_one(
        self, draft: Application, partner: ApplicationPartner
    ) -> None:
        other = ask(outsider(draft, name="Oppilaitos", contact_email="olli@example.org", grant_share=Decimal(0)))
        self.confirm(token_of(other), other)
        assert (fresh(partner).state, fresh(other).state) == ("asked", "confirmed")
        assert code_of(lambda: self.confirm(token_of(partner), partner, seen=digest(other))) == "changed"

    def test_only_our_signature_for_this_purpose(self, partner: ApplicationPartner) -> None:
        bare = token_of(partner).split(".")[0]
        for forged in (bare, f"{bare}.x", Signer(salt="other", sep=".").sign(bare), f"{token_of(partner)}x", "ä"):
            assert find_by_link(forged) is None

    def test_a_changed_address_ends_the_link(self, partner: ApplicationPartner) -> None:
        token = token_of(partner)
        change(partner, contact_email="uusi@example.org")
        assert find_by_link(token) is None

    def test_asked_at_most_ten_times(self, draft: Application, partner: ApplicationPartner) -> None:
        for number in range(1, 10):
            ask_partner(partner, by=draft.created_by, now=NOW + timedelta(hours=number))
        asking = {"by": draft.created_by, "now": NOW + timedelta(hours=10)}
        assert code_of(lambda: ask_partner(partner, **asking)) == "asked_enough"


def test_shares_must_add_up_where_the_call_says_so(signatory: User) -> None:
    strict = make_joint()
    confirm(name_partner(strict, ngo(signatory), grant_share=None, own_share=None), signatory)
    assert words(strict) == ["Osuus avustuksesta puuttuu: Kumppani ry. Kirjoita summa tai 0."]
    loose = make_joint(call=make_joint_call(joint_shares=False), organisation=make_organisation("Väljä ry"))
    partner = name_partner(loose, ngo(signatory), grant_share=None, own_share=None)
    confirm(partner, signatory)
    assert words(loose) == []
    change(partner, grant_share=Decimal(1501))
    assert any("mutta haette" in text for text in words(loose)), "never more than is asked"
    set_lead_share(
        strict, task="Johtaa", grant_share=Decimal(4500), own_share=Decimal(7), by=strict.created_by, now=LATER
    )
    change(strict.partners.get(), grant_share=Decimal(0))
    assert any("Osapuolten muu rahoitus on yhteensä" in text for text in words(strict))


def test_demanded_allowed_and_not() -> None:
    demanded = make_application(call=make_call(joint="demanded"), organisation=make_organisation("Yksin ry"))
    assert words(demanded) == ["Kumppani puuttuu. Tähän haetaan yhdessä: lisää ainakin yksi kumppani."]
    assert words(make_application(call=make_joint_call(), organisation=make_organisation("Itse ry"))) == []
    alone = make_application(organisation=make_organisation("Muu ry"))
    assert code_of(lambda: outsider(alone)) == "not_joint"
    keys = {section.key for section in answers_for_reading(alone, "fi")}
    assert "yhteishakemus" not in keys
    assert "Lieksan sote-keskus" in cells(answers_for_reading(alone, "fi")), "the form's own question of partners"


def test_nobody_tells_of_partners_twice(draft: Application, signatory: User) -> None:
    confirm(name_partner(draft, ngo(signatory)), signatory)
    submission = send(draft)
    draft.refresh_from_db()
    for sections in (answers_for_reading(draft, "fi"), read_submission(submission, "fi")):
        told = {section.key: section for section in sections}
        assert "Lieksan sote-keskus" not in cells(sections)
        assert {"Hakija ry", "Kumppani ry", "Kokoaa ryhmät Nurmeksessa"} <= cells(sections)
        assert "vastaa siitä kokonaan" in told["yhteishakemus"].rows[1].text
    assert "partners" not in submission.content["answers"]


def test_withdrawing_tells_the_partners(draft: Application, signatory: User) -> None:
    confirm(name_partner(draft, ngo(signatory)), signatory)
    send(draft)
    for _twice in range(2):
        withdraw_application(draft, by=draft.created_by, now=LATER)
    told = Message.objects.filter(kind="grants.joint_told", to_user=signatory).order_by("pk").last()
    assert told is not None
    assert "on peruuttanut yhteishakemuksen" in told.text
    assert ngo(signatory).timeline.filter(text__contains="peruutettiin").count() == 1


def test_an_unsent_change_puts_the_partners_back(draft: Application, signatory: User) -> None:
    confirm(name_partner(draft, ngo(signatory)), signatory)
    kept, gone = draft.partners.get(), outsider(draft, grant_share=Decimal(0), own_share=Decimal(0))
    ask(gone)
    answer_by_link(token_of(gone), answer="confirm", name="Diana", seen=digest(fresh(gone)), now=NOW)
    send(draft)
    reopen_application(draft, by=draft.created_by, now=LATER)
    change(kept, grant_share=Decimal(1))
    confirm(kept, signatory, LATER)
    remove_partner(gone, by=draft.created_by, now=LATER)
    added = name_partner(draft, make_organisation("Uusi ry"), contact_email="uusi@example.org", now=LATER)
    assert set(draft.partners.all()) == {kept, added}
    restore_unsent(draft.call, now=CLOSES)
    back = {row.pk: (row.state, row.grant_share) for row in draft.partners.all()}
    assert back == {kept.pk: ("confirmed", Decimal(1500)), gone.pk: ("confirmed", Decimal(0))}
    assert draft.partners.get(pk=kept.pk).confirmed_terms == digest(fresh(kept))


def test_last_years_partners_are_suggested_unconfirmed(signatory: User) -> None:
    before = make_joint(call=make_joint_call(title_fi="Toiminta-avustus 2026"))
    confirm(name_partner(before, ngo(signatory)), signatory)
    send(before)
    call = make_joint_call(kind=before.call.kind, by=before.call.created_by)
    now = make_now(before, call)
    again = make_now(before, call)
    assert now == again
    row = now.partners.get()
    assert (row.organisation, row.state, row.grant_share, row.task) == (
        ngo(signatory),
        "named",
        None,
        "Kokoaa ryhmät Nurmeksessa",
    )
    assert now.lead_share.task == "Johtaa hanketta"


def make_now(before: Application, call: Any) -> Application:
    return start_from_earlier(organisation=before.organisation, call=call, by=before.created_by, now=NOW)


class TestDatabase:
    """What is defended whoever writes."""

    def test_other_terms_never_come_under_a_confirmation(self, draft: Application, signatory: User) -> None:
        partner = confirm(name_partner(draft, ngo(signatory)), signatory)
        rows = ApplicationPartner.objects.filter(pk=partner.pk)
        for fields in ({"task": "Muuta"}, {"grant_share": 1}, {"own_share": None}):
            with pytest.raises((InternalError, ProgrammingError, IntegrityError)), transaction.atomic():
                rows.update(**fields)

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"state": "confirmed"}, "grants_partner_confirmed_has_facts"),
            ({"state": "gone"}, "grants_partner_state"),
            ({"name": "Myös nimi"}, "grants_partner_named"),
            ({"grant_share": -1}, "grants_partner_share_positive"),
            ({"token_hash": "x"}, "grants_partner_link_has_an_end"),
        ],
    )
    def test_constraints(self, draft: Application, signatory: User, fields: dict[str, Any], constraint: str) -> None:
        partner = name_partner(draft, ngo(signatory))
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ApplicationPartner.objects.filter(pk=partner.pk).update(**fields)

    def test_an_organisation_stands_once(self, draft: Application, signatory: User) -> None:
        name_partner(draft, ngo(signatory))
        assert code_of(lambda: name_partner(draft, ngo(signatory), task="Toinen tehtävä")) == "already"

    def test_terms_of_a_published_call_stay(self, draft: Application) -> None:
        with pytest.raises((InternalError, ProgrammingError, IntegrityError)), transaction.atomic():
            type(draft.call).objects.filter(pk=draft.call.pk).update(joint="no")


ANSWERS = ("confirm", "ask_change", "decline")


@pytest.mark.parametrize("state", sorted(set(PARTNER.keys()) - {"confirmed"}))
@pytest.mark.parametrize("verb", ANSWERS)
def test_edges_of_the_answers(draft: Application, signatory: User, verb: str, state: str) -> None:
    partner = name_partner(draft, ngo(signatory))
    ApplicationPartner.objects.filter(pk=partner.pk).update(state=state)
    answering: dict[str, Any] = {"answer": verb, "note": "Syy", "seen": digest(partner), "by": signatory, "now": NOW}
    if PARTNER.allows(state, verb):
        answer_partner(partner, **answering)
        assert fresh(partner).state == PARTNER.check(state, verb)
        return
    with pytest.raises((Http404, Refused)):
        answer_partner(partner, **answering)
    assert fresh(partner).state == state


def test_a_confirmed_partner_is_not_asked(draft: Application, signatory: User) -> None:
    partner = confirm(name_partner(draft, ngo(signatory)), signatory)
    assert code_of(lambda: ask_partner(partner, by=draft.created_by, now=LATER)) == "wrong_state"
    send(draft)
    assert code_of(lambda: change(partner, task="Myöhässä")) == "wrong_state"
    adding: dict[str, Any] = {"task": "x", "by": draft.created_by, "now": LATER, "organisation": make_organisation("Z")}
    assert code_of(lambda: add_partner(draft, **adding)) == "wrong_state"
