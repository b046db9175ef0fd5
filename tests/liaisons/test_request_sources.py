"""Requests that came by telephone or on paper, their files, and needs that service areas publish."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.policies import allowed
from common.times import local_date
from liaisons.models import CooperationRequest, Need, RequestAttachment
from liaisons.request_seams import need_todos
from liaisons.workflow.needs import end_need, save_need
from liaisons.workflow.requests import (
    answer_request,
    note_request,
    record_request,
    reply_request,
    send_request,
    tell_helped,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.liaisons.factories import UnitFactory
from tests.liaisons.test_requests import ask, code_of, held
from tests.organisations.factories import OrganisationFactory, member, statement

pytestmark = pytest.mark.django_db
CALLER = {"came_by": "phone", "caller_name": "Aino Kettunen", "caller_email": "", "caller_phone": "050 123 4567"}


def recorded(by: Any, **fields: Any) -> CooperationRequest:
    """Write in what somebody asked by telephone."""
    known = {"kind": "other", "subject": "Soitto", "text": "Mistä tiloja?", "caller": CALLER}
    return record_request(**{**known, "by": by, "now": clock.now(), **fields})


def pdf(name: str = "kutsu.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, statement().content.read())


def test_a_call_is_written_in_and_answered_like_the_rest() -> None:
    _post, holder = held()
    coordinator = staff("coordinator")
    made = recorded(coordinator)
    assert recorded(coordinator) == made, "a double press is one request"
    assert (made.asker, made.recorded_by, made.asked_by) == ("Aino Kettunen", coordinator, None)
    assert [mail.to_user for mail in Message.objects.filter(kind="liaisons.request_received")] == [holder]
    page = signed_in(holder).get(made.get_absolute_url()).content.decode()
    assert "Soita vastaus" in page
    assert "050 123 4567" in page
    answer_request(made, text="Kirjastosta.", result="advice", by=holder, now=clock.now())
    assert not Message.objects.filter(kind="liaisons.request_answered").exists(), "there is no address to write to"
    tell_helped(made, helped="yes", by=holder, now=clock.now())
    made.refresh_from_db()
    assert made.state == "closed"


def test_a_caller_with_an_address_gets_the_answer_without_a_link() -> None:
    _post, holder = held()
    made = recorded(holder, caller={**CALLER, "caller_email": "aino@esimerkki.fi"})
    reply_request(made, text="Soitti uudelleen.", by=holder, now=clock.now())
    answer_request(made, text="Kirjastosta.", result="advice", by=holder, now=clock.now())
    mail = Message.objects.get(kind="liaisons.request_answered")
    assert (mail.to_address, mail.to_user) == ("aino@esimerkki.fi", None)
    assert "Kirjastosta." in mail.text
    assert made.get_absolute_url() not in mail.text + mail.html


def test_the_organisations_people_read_what_was_told_by_telephone() -> None:
    held()
    organisation = OrganisationFactory()
    made = recorded(staff("coordinator"), organisation=organisation)
    page = signed_in(member(organisation)).get(made.get_absolute_url())
    assert page.status_code == 200
    assert "050 123 4567" not in page.content.decode(), "a member does not see another's number"
    assert signed_in(member(OrganisationFactory())).get(made.get_absolute_url()).status_code == 404


def test_who_may_write_in_and_what_is_refused() -> None:
    held()
    for person in (UserFactory(), staff("auditor"), member(OrganisationFactory())):
        assert code_of(lambda person=person: recorded(person)) == "not_allowed"
        assert signed_in(person).get(reverse("liaisons:request_record")).status_code == 404
    coordinator = staff("coordinator")
    assert code_of(lambda: recorded(coordinator, caller={**CALLER, "caller_phone": ""})) == "no_contact"


def test_the_page_writes_in_a_letter_with_its_scan() -> None:
    _post, _holder = held()
    organisation = OrganisationFactory(name="Omaistuki ry")
    client = signed_in(staff("coordinator"))
    address = reverse("liaisons:request_record")
    start = client.get(f"{address}?jarjesto={organisation.pk}").content.decode()
    assert organisation.get_absolute_url() in start
    sent = {
        **CALLER,
        "came_by": "letter",
        "organisation": "omaistuki RY",
        "kind": "stand",
        "subject": "Esittelypiste",
        "text": "Aulaan?",
    }
    wrong = client.post(address, {**sent, "caller_phone": "", "upload": pdf()}).content.decode()
    assert "Kirjoita sähköposti tai puhelinnumero" in wrong
    assert "Valitse liite uudelleen" in wrong
    assert "Aulaan?" in wrong
    unknown = client.post(address, {**sent, "organisation": "Ei ole ry"}).content.decode()
    assert "Tällaista järjestöä ei ole rekisterissä" in unknown
    page = client.post(address, {**sent, "upload": pdf("kirje.pdf")}, follow=True).content.decode()
    assert "Pyyntö on kirjattu" in page
    assert "kirje.pdf" in page
    made = CooperationRequest.objects.get()
    assert (made.organisation, made.came_by, made.kind) == (organisation, "letter", "stand")


def test_a_file_is_read_by_those_who_read_its_line() -> None:
    _post, holder = held()
    made = ask(upload=statement("kutsu.pdf"))
    note_request(made, text="Sisäinen.", upload=statement("muistio.pdf"), by=holder, now=clock.now())
    sent, inner = RequestAttachment.objects.order_by("pk")
    now = clock.now()
    for person, files in (
        (made.asked_by, {sent}),
        (holder, {sent, inner}),
        (staff("auditor"), {sent}),
        (UserFactory(), set()),
    ):
        assert set(allowed("liaisons.request.attachment", person, now=now)) == files
        client = signed_in(person)
        for file in (sent, inner):
            answer = client.get(reverse("liaisons:request_attachment", args=[file.pk]))
            assert answer.status_code == (200 if file in files else 404)
            if answer.status_code == 200:
                assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert "muistio.pdf" not in signed_in(made.asked_by).get(made.get_absolute_url()).content.decode()


def test_a_lying_file_is_refused_and_the_words_stay() -> None:
    held()
    made = ask()
    client = signed_in(made.asked_by)
    lie = SimpleUploadedFile("kutsu.pdf", b"MZ\x90\x00 exe")
    answer = client.post(made.get_absolute_url(), {"act": "reply", "text": "Tässä kutsu.", "upload": lie})
    assert answer.status_code == 422
    assert "Tässä kutsu." in answer.content.decode()
    assert not RequestAttachment.objects.exists()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"came_by": "phone"}, "liaisons_request_has_asker"),
        ({"asked_by": None}, "liaisons_request_has_asker"),
        ({"came_by": "pigeon", "asked_by": None, "caller_name": "Aino"}, "liaisons_request_values_known"),
    ],
)
def test_a_request_always_has_somebody_who_asked(fields: dict[str, Any], constraint: str) -> None:
    held()
    made = ask()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CooperationRequest.objects.filter(pk=made.pk).update(**fields)


# Needs


def a_need(post: Any, by: Any, **fields: Any) -> Need:
    known = {"title": "Kyytejä kerhoon", "text": "Kuka kuljettaisi?", "post": post}
    until = local_date(clock.now()) + timedelta(days=30)
    return save_need(None, **{**known, "open_until": until, "by": by, "now": clock.now(), **fields})


def test_an_idea_goes_to_the_needs_post_and_the_need_ends_with_what_came_of_it() -> None:
    held()
    post, holder = held(level="unit", unit=UnitFactory())
    need = a_need(post, holder)
    assert a_need(post, holder) == need
    idea = ask(kind="project_idea", need=need)
    assert idea.post == post
    assert "Kyytejä kerhoon" in idea.routed_because
    now = clock.now()
    assert code_of(lambda: end_need(need, outcome="Kokeillaan.", by=holder, now=now)) == "ideas_wait"
    answer_request(idea, text="Kokeillaan yhdessä.", result="given", by=holder, now=now)
    assert code_of(lambda: end_need(need, outcome=" ", by=holder, now=now)) == "no_outcome"
    for _twice in range(2):
        end_need(need, outcome="Kokeillaan kevään.", by=holder, now=now)
    need.refresh_from_db()
    assert (need.state, need.outcome) == ("ended", "Kokeillaan kevään.")
    assert code_of(lambda: ask(subject="Myöhässä", need=need)) == "need_ended"
    assert code_of(lambda: save_need(need, **changes(need), by=holder, now=now)) == "ended"


def changes(need: Need) -> dict[str, Any]:
    return {"title": "Uusi", "text": need.text, "post": need.post, "open_until": need.open_until}


def test_who_publishes_needs() -> None:
    post, holder = held()
    stranger = member(OrganisationFactory())
    assert code_of(lambda: a_need(post, stranger)) == "not_allowed"
    need = a_need(post, holder)
    with pytest.raises(Http404):
        end_need(need, outcome="x", by=stranger, now=clock.now())
    yesterday = local_date(clock.now()) - timedelta(days=1)
    assert code_of(lambda: a_need(post, holder, title="Mennyt", open_until=yesterday)) == "open_until_past"


def test_a_need_past_its_day_waits_for_its_outcome() -> None:
    post, holder = held()
    need = a_need(post, holder)
    later = clock.now() + timedelta(days=40)
    assert not list(need_todos(holder, clock.now()))
    assert [todo.url for todo in need_todos(holder, later)] == [need.get_absolute_url()]
    assert not list(need_todos(UserFactory(), later))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "ended"}, "liaisons_need_ends_with_outcome"),
        ({"title": ""}, "liaisons_need_has_words"),
        ({"open_until": date(2001, 1, 1)}, "liaisons_need_open_after_publishing"),
    ],
)
def test_the_database_defends_needs(fields: dict[str, Any], constraint: str) -> None:
    post, holder = held()
    need = a_need(post, holder)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(**fields)


def test_from_a_published_need_to_an_idea_in_the_browser() -> None:
    post, holder = held()
    client = signed_in(holder)
    assert "Ei julkaistuja tarpeita" in client.get(reverse("liaisons:needs")).content.decode()
    until = local_date(clock.now()) + timedelta(days=30)
    fields = {"title": "Kyytejä", "text": "Kuka ajaisi?", "post": post.pk, "open_until": f"{until:%-d.%-m.%Y}"}
    assert "Julkaise tarve" in client.post(reverse("liaisons:need_new"), {**fields, "title": ""}).content.decode()
    client.post(reverse("liaisons:need_new"), fields)
    need = Need.objects.get()
    organisation = OrganisationFactory()
    asker = signed_in(member(organisation))
    public = asker.get(need.get_absolute_url()).content.decode()
    assert "Lähetä idea" in public
    assert "Saadut ideat" not in public
    address = f"{reverse('liaisons:request_new')}?tarve={need.pk}"
    assert "Kyytejä" in asker.get(address).content.decode()
    sent = {"kind": "project_idea", "organisation": organisation.pk, "subject": "Kimppakyyti", "text": "Me ajamme."}
    asker.post(address, sent)
    assert "Kimppakyyti" in client.get(need.get_absolute_url()).content.decode()
    answer_request(need.ideas.get(), text="Hyvä.", result="given", by=holder, now=clock.now())
    client.post(reverse("liaisons:need_edit", args=[need.pk]), {**fields, "title": "Kyytejä kylille"})
    client.post(reverse("liaisons:need_end", args=[need.pk]), {"outcome": "Alkaa syksyllä."})
    ended = asker.get(reverse("liaisons:needs") + "?tila=paattyneet").content.decode()
    assert "Kyytejä kylille" in ended
    assert "Alkaa syksyllä." in ended


def test_the_list_of_needs_has_a_fixed_number_of_queries() -> None:
    post, holder = held()

    def count() -> int:
        client = signed_in(holder)
        client.get(reverse("liaisons:needs"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("liaisons:needs")).status_code == 200
        return len(queries)

    a_need(post, holder)
    one = count()
    for number in range(2):
        a_need(post, holder, title=f"Tarve {number}")
    assert count() == one <= 12


def test_the_list_of_requests_is_narrowed_by_post() -> None:
    first, _holder = held()
    second, _other = held(level="unit", unit=UnitFactory())
    ask(subject="Ensimmäinen", post=first)
    ask(subject="Toinen pyyntö", post=second)
    client = signed_in(staff("coordinator"))
    page = client.get(reverse("liaisons:requests_to_answer"), {"tehtava": second.pk}).content.decode()
    assert "Toinen pyyntö" in page
    assert "Ensimmäinen" not in page


def test_two_presses_at_the_same_moment_are_one_request(transactional_db: None) -> None:
    """The second press waits for the first under the asker's row lock."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connections

    held()
    organisation = OrganisationFactory()
    asker, now = member(organisation), clock.now()
    together = Barrier(2)

    def press(_number: int) -> int:
        try:
            together.wait(10)
            fields = {"kind": "other", "subject": "Kerran", "text": "Vain kerran.", "organisation": organisation}
            return send_request(**fields, by=asker, now=now).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        made = set(pool.map(press, range(2)))
    assert len(made) == CooperationRequest.objects.count() == 1
    assert Message.objects.filter(kind="liaisons.request_received").count() == 1
