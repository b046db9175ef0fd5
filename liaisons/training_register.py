"""The register of who has taken what and who lacks the introduction: the page and the files show the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.exports import Cell, csv_response, xlsx_response
from common.seams import Tone
from common.times import format_date
from liaisons.introductions import OLD_AFTER_YEARS, held_on, with_introduction, years_before
from liaisons.models import Appointment, TrainingRecord, Unit, below

STATES: dict[str, tuple[Promise, Tone]] = {
    "lacks": (gettext_lazy("Puuttuu"), "bad"),
    "old": (gettext_lazy("Yli kaksi vuotta sitten"), "wait"),
    "has": (gettext_lazy("Käyty"), "ok"),
    "none": (gettext_lazy("Ei tarvita"), "none"),
}


@dataclass(frozen=True)
class RegisterLine:
    """One person: posts in force, day of the introduction (or None), valid records newest first."""

    person: Any
    posts: list[Appointment]
    records: list[TrainingRecord]
    introduced_on: date | None
    key: str

    @property
    def state(self) -> tuple[Any, Tone]:
        """Return the name and tone of how the introduction stands."""
        return STATES[self.key]


def people_of_register(day: date) -> QuerySet[Any]:
    """Return liaison persons in force and everybody who has taken something, by name."""
    taken = TrainingRecord.objects.valid().filter(user=OuterRef("pk"))
    people = with_introduction(User.objects.filter(is_active=True), day).annotate(has_taken=Exists(taken))
    found: QuerySet[Any] = people.filter(Q(is_liaison=True) | Q(has_taken=True)).order_by("full_name", "pk")
    return found


def narrowed(people: QuerySet[Any], asked: dict[str, Any], day: date) -> QuerySet[Any]:
    """Return those that ``RegisterFilter``'s values ask for; a unit comes with those below it.

    Lacking is only a liaison person in force: nobody else needs the introduction.
    """
    conditions = {
        "puuttuu": Q(is_liaison=True, introduced_on__isnull=True),
        "on": Q(introduced_on__isnull=False),
        "vanha": Q(introduced_on__lt=years_before(day, OLD_AFTER_YEARS)),
    }
    found = people.filter(conditions.get(asked["perehdytys"], Q()))
    held = held_on(day).filter(user=OuterRef("pk"))
    if asked["taso"]:
        held = held.filter(post__level=asked["taso"])
    if asked["yksikko"]:
        held = held.filter(post__unit__in=below(Unit.objects.only("pk", "parent_id"), int(asked["yksikko"])))
    if asked["taso"] or asked["yksikko"]:
        found = found.filter(Exists(held))
    if asked["kurssi"]:
        found = found.filter(
            Exists(TrainingRecord.objects.valid().filter(user=OuterRef("pk"), course=int(asked["kurssi"])))
        )
    for word in asked["q"].split():
        found = found.filter(Q(full_name__icontains=word) | Q(email__icontains=word))
    return found


def with_taken(people: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Load what ``register_lines`` shows of each person; two more queries for any number."""
    posts = held_on(day).select_related("post__unit", "post__municipality").order_by("pk")
    records = TrainingRecord.objects.valid().select_related("course", "session").order_by("-completed_on", "-pk")
    return people.prefetch_related(
        Prefetch("liaison_appointments", posts, to_attr="posts_now"),
        Prefetch("training_records", records, to_attr="records_now"),
    )


def register_lines(people: Iterable[Any], day: date) -> list[RegisterLine]:
    """Return the lines of people ``with_taken``."""
    since = years_before(day, OLD_AFTER_YEARS)
    return [
        RegisterLine(person, person.posts_now, person.records_now, person.introduced_on, _key(person, since))
        for person in people
    ]


def _key(person: Any, since: date) -> str:
    if person.introduced_on is None:
        return "lacks" if person.is_liaison else "none"
    return "old" if person.introduced_on < since else "has"


def register_file(lines: Iterable[RegisterLine], kind: str) -> HttpResponse:
    """Return the lines as ``csv`` or ``xlsx``: one row a person, the same that the page shows."""
    head: list[Any] = [
        _("Henkilö"),
        _("Sähköpostiosoite"),
        _("Tehtävät"),
        _("Perehdytys"),
        _("Perehdytetty"),
        _("Käydyt koulutukset"),
    ]
    write = xlsx_response if kind == "xlsx" else csv_response
    return write("koulutusrekisteri", head, _rows(lines))


def _rows(lines: Iterable[RegisterLine]) -> Iterator[list[Cell]]:
    for line in lines:
        posts = "; ".join(row.post.full_name for row in line.posts)
        taken = "; ".join(f"{row.course.name} {format_date(row.completed_on)}" for row in line.records)
        yield [str(line.person), line.person.email, posts, str(line.state[0]), line.introduced_on, taken]
