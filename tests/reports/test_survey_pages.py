"""Pages of surveys: built, answered on one page, nothing typed is lost, read by everybody."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common import clock
from common.times import local_date
from notifications.models import Message
from reports.models import ExternalResult, OpenAnswer, Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion
from reports.workflow import surveys as verbs
from tests.accounts.factories import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


def open_today(by: User, name: str = "Kysely") -> Survey:
    """Return a survey that is open today: a choice and a text."""
    now = clock.now()
    today = local_date(now)
    fields: Any = {"opens_on": today, "closes_on": today + timedelta(days=7), "has_open_link": True}
    survey = verbs.save_survey(Survey(name_fi=name, intro_fi="Vastaa.", **fields), by=by, now=now)
    choice: Any = {"kind": "choice", "code": "kunta", "name_fi": "Kunta?", "options_fi": ["Joensuu", "Lieksa"]}
    verbs.save_question(SurveyQuestion(survey=survey, is_required=True, **choice), by=by, now=now)
    text: Any = {"kind": "text", "code": "toive", "name_fi": "Toive?"}
    verbs.save_question(SurveyQuestion(survey=survey, **text), by=by, now=now)
    return verbs.open_survey(survey, by=by, now=now)


def fields_of(survey: Survey, kunta: str = "0", toive: str = "") -> dict[str, str]:
    """Return what the answering form sends."""
    keys = {row.code: f"q{row.pk}" for row in survey.questions.all()}
    return {keys["kunta"]: kunta, keys["toive"]: toive}


def answered(survey: Survey, number: int) -> None:
    for place in range(number):
        response = Client().post(
            reverse("reports:survey_open", args=[survey.key]), fields_of(survey, str(place % 2), "Tilat")
        )
        assert response.status_code == 302, body(response)


def body(response: Any) -> str:
    return str(response.content.decode())


def test_a_survey_is_built_without_code(desk: Client) -> None:
    today = local_date(clock.now())
    day = f"{today.day}.{today.month}.{today.year}"
    fields = {"name_fi": "Järjestökysely", "intro_fi": "Vastaa.", "opens_on": day, "closes_on": day}
    response = desk.post(reverse("reports:survey_new"), {**fields, "has_open_link": "on"})
    survey = Survey.objects.get()
    assert response["Location"] == reverse("reports:survey_desk", args=[survey.pk])
    new = reverse("reports:survey_question_new", args=[survey.pk])
    question = {"name_fi": "Kunta?", "kind": "choice", "code": "kunta", "options_fi": "Joensuu"}
    assert "Kirjoita ainakin kaksi vaihtoehtoa" in body(desk.post(new, question))
    assert desk.post(new, {**question, "options_fi": "Joensuu\nLieksa"}).status_code == 302
    assert desk.post(new, {"name_fi": "Miten?", "kind": "scale", "code": "miten"}).status_code == 302
    first, second = survey.questions.all()
    act = reverse("reports:survey_question_act", args=[second.pk])
    desk.post(act, {"do": "up"})
    assert [row.code for row in survey.questions.all()] == ["miten", "kunta"]
    assert desk.post(act, {"do": "x"}).status_code == 302
    assert [row.code for row in survey.questions.all()] == ["miten", "kunta"]
    table = {"question": second.pk, "background": first.pk}
    assert desk.post(reverse("reports:survey_table_new", args=[survey.pk]), table).status_code == 302
    assert survey.tables.count() == 3
    assert "Joensuu" in body(desk.get(reverse("reports:survey_preview", args=[survey.pk])))
    assert "Avaamisen jälkeen" in body(desk.get(reverse("reports:survey_step", args=[survey.pk, "avaa"])))
    desk.post(reverse("reports:survey_step", args=[survey.pk, "avaa"]))
    survey.refresh_from_db()
    assert survey.state == "open"
    page = body(desk.get(reverse("reports:survey_desk", args=[survey.pk])))
    assert reverse("reports:survey_open", args=[survey.key]) in page
    assert "Lisää kysymys" not in page


def test_options_in_another_language_are_as_many(desk: Client, coordinator: User) -> None:
    survey = open_today(coordinator)
    Survey.objects.filter(pk=survey.pk).update(state="draft")
    fields = {"name_fi": "K", "kind": "several", "code": "k", "options_fi": "a\nb", "options_sv": "a"}
    page = body(desk.post(reverse("reports:survey_question_new", args=[survey.pk]), fields))
    assert "Rivejä on eri määrä kuin suomeksi" in page
    edit = reverse("reports:survey_question", args=[survey.questions.get(code="kunta").pk])
    assert "Joensuu\nLieksa" in body(desk.get(edit))


def test_answering_by_the_open_link_without_an_account_once_from_a_browser(coordinator: User) -> None:
    survey, visitor = open_today(coordinator), Client()
    address = reverse("reports:survey_open", args=[survey.key])
    assert "Vastaus on nimetön" in body(visitor.get(address))
    bad = body(visitor.post(address, fields_of(survey, kunta="", toive="Säilyvä teksti")))
    assert "Säilyvä teksti" in bad
    assert "Korjaa yksi kohta" in bad
    assert not SurveyAnswer.objects.exists()
    response = visitor.post(address, fields_of(survey, toive="Tilat"), follow=True)
    assert "Kiitos vastauksesta" in body(response)
    assert (SurveyAnswer.objects.count(), OpenAnswer.objects.get().text) == (1, "Tilat")
    assert visitor.get(address).status_code == 302


def test_a_robot_is_thanked_and_nothing_is_taken(coordinator: User) -> None:
    survey = open_today(coordinator)
    address = reverse("reports:survey_open", args=[survey.key])
    response = Client().post(address, {**fields_of(survey), "website": "x"})
    assert response["Location"] == reverse("reports:survey_thanks")
    assert not SurveyAnswer.objects.exists()


def test_many_answers_from_one_address_wait_a_moment(coordinator: User, settings: Any) -> None:
    settings.SIGN_UPS_PER_MINUTE = 0
    survey = open_today(coordinator)
    page = body(Client().post(reverse("reports:survey_open", args=[survey.key]), fields_of(survey, toive="Jää tähän")))
    assert "Odota hetki" in page
    assert "Jää tähän" in page


def test_drafts_and_closed_ones_take_no_answers(coordinator: User) -> None:
    survey = open_today(coordinator)
    address = reverse("reports:survey_open", args=[survey.key])
    Survey.objects.filter(pk=survey.pk).update(state="closed")
    assert "Kyselyyn ei voi vastata nyt" in body(Client().get(address))
    Survey.objects.filter(pk=survey.pk).update(state="draft")
    assert Client().get(address).status_code == 404
    Survey.objects.filter(pk=survey.pk).update(state="open", has_open_link=False)
    assert Client().get(address).status_code == 404


def test_inviting_reminding_and_answering_by_a_letter(desk: Client, coordinator: User) -> None:
    survey = open_today(coordinator)
    address = reverse("reports:survey_invitations", args=[survey.pk])
    page = body(desk.post(address, {"addresses": "a@example.org\nvirhe"}))
    assert "virhe ei ole sähköpostiosoite" in page
    assert "a@example.org\nvirhe" in page
    assert not SurveyInvitation.objects.exists()
    desk.post(address, {"addresses": "a@example.org b@example.org"})
    link = (
        "/kyselyt/linkki/"
        + Message.objects.get(to_address="a@example.org").text.split("/kyselyt/linkki/")[1].split()[0]
    )
    visitor = Client()
    assert "Kunta?" in body(visitor.get(link))
    assert visitor.post(link, fields_of(survey)).status_code == 302
    assert "Linkkiä ei voi enää käyttää" in body(visitor.get(link))
    page = body(desk.post(reverse("reports:survey_remind", args=[survey.pk]), follow=True))
    assert "Muistutus lähtee yhdelle" in page
    assert "example.org" not in page.split("<main")[1]
    page = body(desk.post(reverse("reports:survey_remind", args=[survey.pk]), follow=True))
    assert "jo tänään" in page


def test_results_are_seen_by_the_coordinator_after_closing_and_by_all_after_publication(
    desk: Client, coordinator: User, settings: Any
) -> None:
    settings.SIGN_UPS_PER_MINUTE = 1000
    survey = open_today(coordinator)
    answered(survey, 12)
    results = reverse("reports:survey_desk_results", args=[survey.pk])
    public = reverse("reports:survey_results", args=[survey.pk])
    assert desk.get(results).status_code == 404
    desk.post(reverse("reports:survey_step", args=[survey.pk, "sulje"]))
    assert "Ryhmittele avoimet vastaukset" in body(desk.get(results))
    assert Client().get(public).status_code == 404
    question = survey.questions.get(code="toive")
    desk.post(reverse("reports:open_group_new", args=[question.pk]), {"name": "Tilat"})
    group = question.groups.get()
    page = reverse("reports:open_answers", args=[question.pk])
    keys = list(question.open_answers.values_list("pk", flat=True))
    desk.post(page, {f"group-{key}": group.pk for key in keys})
    assert question.open_answers.filter(group=group).count() == 12
    desk.post(reverse("reports:survey_step", args=[survey.pk, "julkaise"]))
    assert desk.get(results)["Location"] == public
    page_text = body(Client().get(public))
    assert "12 vastausta." in page_text
    assert "50 %" in page_text
    csv = body(Client().get(reverse("reports:survey_file", args=[survey.pk, "csv"])))
    assert "Kunta?;Joensuu;Vastauksia;6" in csv
    assert "Toive?;Tilat;Vastauksia;12" in csv
    assert Client().get(reverse("reports:survey_file", args=[survey.pk, "xlsx"])).status_code == 200
    listed = body(Client().get(reverse("reports:surveys")))
    assert public in listed
    assert desk.get(page).status_code == 404


def test_results_of_others_are_shown_with_their_source(desk: Client) -> None:
    fields = {
        "name": "Kysely",
        "year": "2025",
        "publisher": "Yhdistys",
        "source_url": "https://example.org/k",
        "n": "84",
    }
    fields |= {"question": "Luottaa", "figure": "61,5", "unit": "%"}
    assert "ei julkaista" in body(desk.post(reverse("reports:external_result_new"), {**fields, "n": "3"}))
    assert desk.post(reverse("reports:external_result_new"), fields).status_code == 302
    row = ExternalResult.objects.get()
    desk.post(reverse("reports:external_result", args=[row.pk]), {**fields, "n": "85"})
    page = body(Client().get(reverse("reports:surveys")))
    assert 'href="https://example.org/k"' in page
    assert "61,5 %" in page
    assert ">85<" in page
    assert "Luottaa" in body(desk.get(reverse("reports:external_results")))
    desk.post(reverse("reports:external_result_remove", args=[row.pk]))
    assert "Tuloksia ei ole vielä kirjattu" in body(desk.get(reverse("reports:external_results")))


def test_empty_lists_say_what_to_do(desk: Client) -> None:
    assert "Kyselyjä ei ole vielä" in body(desk.get(reverse("reports:surveys_desk")))
    assert "Tuloksia ei ole vielä julkaistu" in body(Client().get(reverse("reports:surveys")))


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_queries_do_not_grow(desk: Client, coordinator: User) -> None:
    def add(name: str) -> Survey:
        survey = open_today(coordinator, name)
        done = open_today(coordinator, f"{name} valmis")
        verbs.close_survey(done, by=coordinator, now=clock.now())
        verbs.publish_survey(done, by=coordinator, now=clock.now())
        fields: Any = {"publisher": "Y", "source_url": "https://example.org", "question": name, "figure": 1}
        ExternalResult.objects.create(name=name, year=2025, n=9, **fields)
        return survey

    survey = add("Eka")
    names = ("surveys_desk", "external_results")
    addresses = [*(reverse(f"reports:{name}") for name in names), reverse("reports:survey_desk", args=[survey.pk])]
    public = reverse("reports:surveys")
    first = [*(queries(desk, address) for address in addresses), queries(Client(), public)]
    add("Toka")
    add("Kolmas")
    assert [*(queries(desk, address) for address in addresses), queries(Client(), public)] == first
    assert max(first) <= 12


def test_open_answers_of_a_second_page_are_seen_and_grouped(desk: Client, coordinator: User) -> None:
    survey = open_today(coordinator)
    question = survey.questions.get(code="toive")
    OpenAnswer.objects.bulk_create(OpenAnswer(question=question, text=f"Toive {place:02}") for place in range(51))
    verbs.close_survey(survey, by=coordinator, now=clock.now())
    page = reverse("reports:open_answers", args=[question.pk])
    desk.post(reverse("reports:open_group_new", args=[question.pk]), {"name": "Tilat"})
    group, last = question.groups.get(), question.open_answers.get(text="Toive 50")
    assert "Toive 50" not in body(desk.get(page))
    assert "Toive 50" in body(desk.get(page, {"sivu": 2}))
    told = desk.post(f"{page}?sivu=2", {f"group-{last.pk}": str(group.pk)})
    assert told["Location"] == f"{page}?sivu=2"
    assert list(OpenAnswer.objects.filter(group=group)) == [last]


def test_a_list_of_many_surveys_has_a_second_page(desk: Client, coordinator: User) -> None:
    day = local_date(clock.now())
    rows = [
        Survey(name_fi=f"Kysely {n:02}", intro_fi="Vastaa.", opens_on=day, closes_on=day, made_by=coordinator)
        for n in range(26)
    ]
    Survey.objects.bulk_create(rows)
    address = reverse("reports:surveys_desk")
    assert "Kysely 00" not in body(desk.get(address))
    assert "Kysely 00" in body(desk.get(address, {"sivu": 2}))
