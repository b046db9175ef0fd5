"""A published survey of last year with thirty answers, one that is open now, and a result of a survey by others."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from common.times import local_date
from reports.models import ExternalResult, OpenAnswer, Survey, SurveyAnswer, SurveyQuestion
from reports.workflow.survey_extras import add_group, place_answers, save_external_result
from reports.workflow.surveys import add_table, close_survey, open_survey, publish_survey, save_question, save_survey

_QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "kind": "choice",
        "code": "toiminta",
        "is_required": True,
        "name_fi": "Mitä järjestönne pääasiassa tekee?",
        "name_sv": "Vad gör er organisation i huvudsak?",
        "name_en": "What does your organisation mainly do?",
        "options_fi": ["Sosiaali ja terveys", "Liikunta ja kulttuuri", "Muu"],
        "options_sv": ["Social- och hälsovård", "Idrott och kultur", "Annat"],
        "options_en": ["Social and health", "Sport and culture", "Other"],
    },
    {
        "kind": "scale",
        "code": "yhteistyo",
        "is_required": True,
        "name_fi": "Miten hyvin yhteistyö hyvinvointialueen kanssa toimii?",
        "name_sv": "Hur väl fungerar samarbetet med välfärdsområdet?",
        "name_en": "How well does co-operation with the county work?",
    },
    {
        "kind": "several",
        "code": "tuki",
        "name_fi": "Mistä tuesta on ollut hyötyä?",
        "name_sv": "Vilket stöd har varit till nytta?",
        "name_en": "Which support has been useful?",
        "options_fi": ["Avustus", "Maksuttomat tilat", "Yhteyshenkilö", "Koulutus"],
        "options_sv": ["Bidrag", "Avgiftsfria lokaler", "Kontaktperson", "Utbildning"],
        "options_en": ["Grant", "Free premises", "Contact person", "Training"],
    },
    {
        "kind": "text",
        "code": "toive",
        "name_fi": "Mitä muuttaisitte yhteistyössä?",
        "name_sv": "Vad skulle ni ändra i samarbetet?",
        "name_en": "What would you change in the co-operation?",
    },
)
_WISHES = (
    ("Tieto kulkemaan", "Toivomme tietoa muutoksista aikaisemmin."),
    ("Tieto kulkemaan", "Yksi paikka, josta näkee ajankohtaiset asiat."),
    ("Haut selkeämmiksi", "Hakulomake lyhyemmäksi."),
    ("Haut selkeämmiksi", "Päätökset ennen vuodenvaihdetta."),
)


def make_surveys(coordinator: Any, now: datetime) -> None:
    """Make all of it; answers are written at once."""
    dice = random.Random(57)  # noqa: S311 - invented data
    then = now - timedelta(days=370)
    last = _opened("Järjestökysely", coordinator, then, None)
    _answers(last, 30, dice)
    ended = then + timedelta(days=15)
    close_survey(last, by=coordinator, now=ended)
    _group(last, coordinator, ended)
    publish_survey(last, by=coordinator, now=ended)
    current = _opened("Järjestökysely", coordinator, now, last)
    _answers(current, 11, dice)
    external = ExternalResult(
        name="Sosiaaliturvayhdistyksen järjestökysely",
        year=local_date(now).year - 1,
        publisher="Alueen sosiaaliturvayhdistys (esimerkki)",
        source_url="https://www.example.org/jarjestokysely",
        n=84,
        question="Järjestöistä, jotka tekevät yhteistyötä hyvinvointialueen kanssa",
        figure=Decimal(61),
        unit="%",
    )
    save_external_result(external, by=coordinator, now=now)


def _opened(name: str, by: Any, now: datetime, follows: Survey | None) -> Survey:
    today = local_date(now)
    survey = Survey(
        name_fi=f"{name} {today.year}",
        name_sv=f"Organisationsenkät {today.year}",
        name_en=f"Survey of organisations {today.year}",
        intro_fi="Kerro, miten yhteistyö sujuu. Vastaaminen kestää viisi minuuttia.",
        intro_sv="Berätta hur samarbetet fungerar. Det tar fem minuter att svara.",
        intro_en="Tell us how co-operation works. Answering takes five minutes.",
        opens_on=today - timedelta(days=7),
        closes_on=today + timedelta(days=14),
        has_open_link=True,
        follows=follows,
    )
    save_survey(survey, by=by, now=now)
    made = {}
    for fields in _QUESTIONS:
        made[fields["code"]] = save_question(SurveyQuestion(survey=survey, **fields), by=by, now=now)
    add_table(survey, question=made["yhteistyo"], background=made["toiminta"], by=by, now=now)
    return open_survey(survey, by=by, now=now)


def _answers(survey: Survey, number: int, dice: random.Random) -> None:
    keys = {row.code: row for row in survey.questions.all()}
    answers, texts = [], []
    for place in range(number):
        content = {
            str(keys["toiminta"].pk): dice.choices((0, 1, 2), (16, 11, 5))[0],
            str(keys["yhteistyo"].pk): dice.choices((2, 3, 4, 5), (4, 9, 12, 7))[0],
            str(keys["tuki"].pk): sorted(dice.sample(range(4), dice.randint(1, 3))),
        }
        answers.append(SurveyAnswer(survey=survey, content=content))
        if place % 2:
            texts.append(OpenAnswer(question=keys["toive"], text=_WISHES[place // 2 % len(_WISHES)][1]))
    SurveyAnswer.objects.bulk_create(answers)
    OpenAnswer.objects.bulk_create(texts)


def _group(survey: Survey, by: Any, now: datetime) -> None:
    question = survey.questions.get(code="toive")
    names = {text: name for name, text in _WISHES}
    groups = {name: add_group(question, name=name, by=by, now=now).pk for name in sorted(set(names.values()))}
    places: dict[str, int | None] = {str(row.pk): groups[names[row.text]] for row in question.open_answers.all()}
    place_answers(question, places=places, by=by, now=now)
