"""Surveys in the yearly report: what was answered, with the earlier answer beside; small figures stay hidden."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import charts
from common.times import NBSP
from reports.models import ExternalResult, Survey, SurveyQuestionKind, SurveyState, SurveyTable
from reports.survey_tables import earlier_shares, finnish_labels, in_percent, mean_of_scale, share_of
from reports.year_pieces import PlainTable, Section, count, written

Figures = dict[str, Any]


def surveys_of_year(year: int) -> Figures:
    """Return the published surveys that closed in the year and the results of others about it, as plain data.

    ``own``: name, answered, questions (question, answer, value, previous as written text; published classes alone);
    ``others``: name, publisher, n, question, value, previous.
    """
    rows = Survey.objects.filter(state=SurveyState.PUBLISHED, closes_on__year=year).select_related("follows")
    return {
        "own": [_survey(row) for row in rows.order_by("closes_on", "pk")],
        "others": [_other(row) for row in ExternalResult.objects.filter(year=year).order_by("publisher", "pk")],
    }


def _survey(survey: Survey) -> Figures:
    means = _means(survey.follows) if survey.follows else {}
    shares = earlier_shares(survey)
    found = []
    tables = survey.tables.filter(background=None).select_related("question").order_by("question__order", "pk")
    for table in tables:
        key = (table.question.code, table.question.kind)
        line = _answer(table, survey.answered or 0, shares.get(key, {}), means.get(key))
        if line is not None:
            found.append({"question": table.question.name, **line})
    return {"name": survey.name, "answered": survey.answered or 0, "questions": found}


def _answer(table: SurveyTable, answered: int, shares: dict[str, Decimal], mean: Decimal | None) -> Figures | None:
    """Return the mean of a scale, else the commonest published answer with its share; None where all is hidden."""
    result = table.result or {}
    now = mean_of_scale(result) if table.question.kind == SurveyQuestionKind.SCALE else None
    if now is not None:
        return {"answer": _("keskiarvo (1–5)"), "value": charts.plain(now), "previous": _plain(mean)}
    if table.question.kind == SurveyQuestionKind.TEXT:
        return None
    labels = finnish_labels(table.question)
    known = [(value, label) for label, value in zip(labels, result.get("rows", []), strict=False) if value is not None]
    if not known:
        return None
    value, label = max(known, key=lambda pair: pair[0])
    share, before = share_of(value, answered), shares.get(label)
    return {
        "answer": label,
        "value": in_percent(share) if share is not None else "–",
        "previous": in_percent(before) if before is not None else "",
    }


def _plain(value: Decimal | None) -> str:
    return "" if value is None else charts.plain(value)


def _means(survey: Survey) -> dict[tuple[str, str], Decimal]:
    tables = survey.tables.filter(background=None, question__kind=SurveyQuestionKind.SCALE).select_related("question")
    means = {(table.question.code, table.question.kind): mean_of_scale(table.result or {}) for table in tables}
    return {key: mean for key, mean in means.items() if mean is not None}


def _other(row: ExternalResult) -> Figures:
    same = ExternalResult.objects.filter(publisher=row.publisher, question=row.question, year__lt=row.year)
    before = same.order_by("-year", "-pk").first()
    return {
        "name": row.name,
        "publisher": row.publisher,
        "n": row.n,
        "question": row.question,
        "value": written(row.figure, row.unit),
        "previous": written(before.figure, before.unit) if before else "",
    }


def survey_sections(figures: Figures) -> list[Section]:
    """Return the section of surveys; none for a snapshot from before they were collected."""
    found = figures.get("surveys")
    if found is None:
        return []
    if not found["own"] and not found["others"]:
        heading = _("Vuodelta %(year)s ei ole kyselyn tuloksia") % {"year": figures["year"]}
        return [Section("kyselyt", heading, (_("Kyselyjen tulokset tulevat tähän, kun ne on julkaistu."),))]
    answered = sum(row["answered"] for row in found["own"])
    heading = (
        ngettext("Kyselyihin saatiin yksi vastaus", "Kyselyihin saatiin %(count)s vastausta", answered)
        % {"count": count(answered)}
        if found["own"]
        else _("Muiden tekemien kyselyjen tuloksia")
    )
    sentence = _(
        "Vastaukset ovat nimettömiä. Pieniä lukuja ei kerrota, ja avoimet vastaukset ovat kyselyn omalla sivulla."
    )
    head = (_("Kysymys"), _("Vastaus"), str(figures["year"]), _("Aiemmin"), _("Kysely"))
    table = PlainTable(_("Mitä kyselyissä vastattiin"), head, tuple(_rows(found)), lang="fi", words=True)
    return [Section("kyselyt", heading, (sentence,), table=table if table.rows else None)]


def _rows(found: Figures) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (
            line["question"],
            line["answer"],
            line["value"],
            line["previous"] or "–",
            _source(row["name"], row["answered"]),
        )
        for row in found["own"]
        for line in row["questions"]
    ]
    others = [
        (
            row["question"],
            "–",
            row["value"],
            row["previous"] or "–",
            _source(f"{row['name']}, {row['publisher']}", row["n"]),
        )
        for row in found["others"]
    ]
    return rows + others


def _source(name: str, number: int) -> str:
    return f"{name}, n{NBSP}={NBSP}{count(number)}"
