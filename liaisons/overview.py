"""How the posts stand on a day, as conditions on a queryset: list, filters, counts and export ask the same.

A post is *vacant* when it is established and nobody is named, *unaccepted* when the named person has not answered,
*held* when somebody is in force, *coming* when the term of who accepted has not begun. Beside it the holder may be
away, with or without a substitute, and the term may end within 60 days.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from common.times import local_date
from liaisons.models import AGREED, ENDING_SOON, Absence, Appointment, Post, Substitute, Unit, below
from liaisons.responsible import covering

STATES: dict[str, tuple[Promise, Tone]] = {
    "vacant": (_("Avoin"), "bad"),
    "unaccepted": (_("Odottaa hyväksymistä"), "wait"),
    "held": (_("Hoidossa"), "ok"),
    "coming": (_("Alkaa myöhemmin"), "info"),
    "unnamed": (_("Ei nimetty"), "none"),
}
#: What a list may be narrowed to, besides the states.
SIGNS: dict[str, Promise] = {
    "away": _("Poissa nyt"),
    "uncovered": _("Poissa ilman sijaista"),
    "ending": _("Kausi päättyy 60 päivän sisällä"),
}


def with_standing(posts: QuerySet[Post], day: date) -> QuerySet[Post]:
    """Add ``standing`` (a key of ``STATES``), ``has_present``, ``is_away``, ``is_covered`` and ``is_ending``."""
    mine = Appointment.objects.filter(post=OuterRef("pk"))
    held = mine.on(day).filter(user__is_active=True)
    absent = Absence.objects.filter(covering(day), user=OuterRef("user"))
    present = held.filter(~Exists(absent))
    stands_in = Substitute.objects.filter(
        covering(day),
        appointment__in=Appointment.objects.on(day).filter(user__is_active=True).values("pk"),
        appointment__post=OuterRef("pk"),
        user__is_active=True,
    ).filter(~Exists(absent))
    later = mine.filter(state__in=AGREED, accepted_on__isnull=False).filter(Q(valid_from__gt=day))
    ends = held.filter(valid_until__lte=day + ENDING_SOON)
    continues = mine.filter(state__in=("proposed", "accepted"), valid_from__gt=day)
    return posts.annotate(
        is_held=Exists(held), is_unaccepted=Exists(mine.unaccepted()), has_present=Exists(present)
    ).annotate(
        standing=Case(
            When(is_held=True, then=Value("held")),
            When(is_unaccepted=True, then=Value("unaccepted")),
            When(Exists(later), then=Value("coming")),
            When(is_established=True, then=Value("vacant")),
            default=Value("unnamed"),
            output_field=CharField(),
        ),
        is_away=Q(is_held=True, has_present=False),
        is_covered=Exists(stands_in),
        is_ending=Exists(ends) & ~Exists(continues),
    )


def filtered(posts: QuerySet[Post], asked: dict[str, Any]) -> QuerySet[Post]:
    """Return those ``with_standing`` posts that the filter asks for: ``tila``, ``taso``, ``yksikko``, ``kunta``.

    The values are those of ``liaisons.forms.choices``.
    """
    found = posts.filter(condition(asked["tila"]))
    if asked["taso"]:
        found = found.filter(level=asked["taso"])
    return placed(found, asked)


def placed(posts: QuerySet[Post], asked: dict[str, Any]) -> QuerySet[Post]:
    """Return the posts of ``yksikko`` (an id: with the units below it) that serve ``kunta`` (a code)."""
    found = posts
    if asked["yksikko"]:
        found = found.filter(unit__in=below(Unit.objects.only("pk", "parent_id"), int(asked["yksikko"])))
    if asked["kunta"]:
        found = found.filter(serving(asked["kunta"]))
    return found


def serving(code: str) -> Q:
    """Return the condition that a post serves the municipality: its own, or its unit's where it names none."""
    units = Unit.municipalities.through.objects.filter(municipality__code=code).values("unit")
    return Q(municipality__code=code) | Q(municipality__isnull=True, unit__in=units)


def condition(state: str) -> Q:
    """Return the condition on ``with_standing`` posts: a state or a sign; an unknown one lets all through."""
    conditions = {
        "unaccepted": Q(is_unaccepted=True),
        "away": Q(is_away=True),
        "uncovered": Q(is_away=True, is_covered=False),
        "ending": Q(is_ending=True),
    }
    if state in conditions:
        return conditions[state]
    return Q(standing=state) if state in STATES else Q()


def counts(now: datetime) -> dict[str, int]:
    """Return how many posts of today are vacant, unaccepted, uncovered, away and ending; one query."""
    day = local_date(now)
    posts = with_standing(Post.objects.on(day), day)
    asked = ("vacant", "unaccepted", "uncovered", "away", "ending")
    found: dict[str, int] = posts.aggregate(**{state: Count("pk", filter=condition(state)) for state in asked})
    return found
