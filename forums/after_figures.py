"""Figures of a year: usefulness by feedback, actions done, ideas by fate, topics answered.

An answer belongs to the year of its event, an action to the year of its day, an idea to the year in which it was
published, a topic to the year in which it was proposed.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Avg, Count
from django.utils.translation import gettext as _

from common.seams import Figure, Period
from common.times import local_date
from forums.feedback_results import SMALLEST
from forums.life_cycles_after import IDEA, IDEA_PUBLIC
from forums.models import Action, FeedbackAnswer, FeedbackValue, Idea, Topic
from forums.models.topics import ANSWERED


def _previous(period: Period) -> Period:
    return Period(period.year - 1, period.start.replace(year=period.year - 1), period.start)


def feedback_of(period: Period) -> tuple[Decimal | None, int]:
    """Return the mean usefulness (None below five) and the number of answers to events of the period; two queries."""
    rows = FeedbackValue.objects.filter(
        question__is_main=True,
        answer__round__event__starts_at__gte=period.start,
        answer__round__event__starts_at__lt=period.end,
    ).aggregate(mean=Avg("number"), number=Count("pk"))
    number = FeedbackAnswer.objects.filter(
        round__event__starts_at__gte=period.start, round__event__starts_at__lt=period.end
    ).count()
    if rows["mean"] is None or rows["number"] < SMALLEST:
        return None, number
    return Decimal(str(rows["mean"])).quantize(Decimal("0.1"), ROUND_HALF_UP), number


def actions_of(period: Period) -> tuple[int, int]:
    """Return how many actions were due in the period, and how many of them are done; one query."""
    last = local_date(period.end - timedelta(seconds=1))
    due = Action.objects.filter(due_on__gte=local_date(period.start), due_on__lte=last)
    states = dict(due.order_by().values_list("state").annotate(number=Count("pk")))
    return sum(states.values()), states.get("done", 0)


def ideas_of(period: Period) -> dict[str, int]:
    """Return the number of ideas published in the period by their present state; one query."""
    rows = Idea.objects.filter(published_at__gte=period.start, published_at__lt=period.end)
    return dict(rows.order_by().values_list("state").annotate(number=Count("pk")))


def topics_of(period: Period) -> tuple[int, int]:
    """Return how many topics were proposed in the period, and how many were answered; one query."""
    rows = Topic.objects.shown().filter(proposed_at__gte=period.start, proposed_at__lt=period.end)
    states = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    return sum(states.values()), sum(states.get(key, 0) for key in ANSWERED)


def after_figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam."""
    before = _previous(period)
    mean, answers = feedback_of(period)
    mean_before, answers_before = feedback_of(before)
    yield Figure(
        "forums.feedback_mean",
        _("Tapahtumien hyödyllisyys, keskiarvo"),
        mean,
        "",
        _("Osallistujien arvosana 1–5. Alle viidestä vastauksesta ei näytetä keskiarvoa."),
        mean_before,
    )
    yield Figure(
        "forums.feedback_answers",
        _("Palautevastauksia tapahtumista"),
        answers,
        "",
        _("Nimettömät vastaukset vuoden tapahtumiin."),
        answers_before,
    )
    due, done = actions_of(period)
    due_before, done_before = actions_of(before)
    yield Figure(
        "forums.actions_done",
        _("Tapahtumissa sovituista toimenpiteistä tehty"),
        done,
        "",
        _("Toimenpiteet, joiden määräpäivä on vuonna."),
        done_before,
        ((_("Sovittu"), due, due_before), (_("Tehty"), done, done_before)),
    )
    fates, fates_before = ideas_of(period), ideas_of(before)
    keys = (*IDEA_PUBLIC, "merged")
    yield Figure(
        "forums.ideas",
        _("Ideoita julkaistu"),
        sum(fates.get(key, 0) for key in keys),
        "",
        _("Vuonna julkaistut ideat nykyisen tilansa mukaan."),
        sum(fates_before.get(key, 0) for key in keys),
        tuple((str(IDEA.label(key)), fates.get(key, 0), fates_before.get(key, 0)) for key in keys),
    )
    proposed, answered = topics_of(period)
    proposed_before, answered_before = topics_of(before)
    yield Figure(
        "forums.topics_answered",
        _("Aihe-ehdotuksista vastattu"),
        answered,
        "",
        _("Vuonna ehdotetut aiheet, joihin järjestäjä on vastannut."),
        answered_before,
        ((_("Ehdotettu"), proposed, proposed_before), (_("Vastattu"), answered, answered_before)),
    )
