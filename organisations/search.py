"""Finding organisations: by name, earlier name, number, domicile, and by what they say of themselves.

Words are inflected and parts of compounds (``organisations/finnish.py``); each must be found, in the name, in an
earlier name, or in the organisation's own text (``SearchText``). The best come first: number, exact name, beginning
of the name, beginning of a word, the words as typed, their other forms, then earlier names and texts. Spelling
errors are forgiven by ``find_similar``, which is asked only when nothing was found.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import SearchHit
from organisations import finnish, numbers
from organisations.finnish import Word
from organisations.models import EarlierName, Organisation, SearchText

MAX_QUERY = 100
SIMILAR = 10  # near matches shown
_SIMILAR_READ = 1500  # near matches among which the nearest are chosen
_SIMILAR_ENOUGH = (0.6, 0.45)  # share of the query's triplets of letters that a near name has
_BATCH = 500


@dataclass(frozen=True)
class Query:
    """A search that has been understood; empty when there is nothing to look for.

    ``places`` gives for each word the municipalities that it names: an organisation of Lieksa is found by
    ``omaishoitajat Lieksa`` whether its name says Lieksa or not.
    """

    text: str = ""
    folded: str = ""
    words: tuple[Word, ...] = ()
    places: tuple[tuple[int, ...], ...] = ()
    association_number: int | None = None
    business_id: str | None = None
    merged_into: int | None = None  # the organisation into which the number's bearer was merged

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def number(self) -> Q:
        """Bears the number that was typed; nothing when none was."""
        found = Q(pk__in=())
        if self.association_number:
            found |= Q(association_number=self.association_number)
        if self.business_id:
            found |= Q(business_id=self.business_id)
        if self.merged_into:
            found |= Q(pk=self.merged_into)
        return found

    @property
    def typed(self) -> Q:
        """The name holds every word as it was typed."""
        return reduce(and_, (_holds(Word(word.typed, (word.typed,)), "search_key") for word in self.words))

    @property
    def named(self) -> Q:
        """The name holds every word in some form, or the domicile is the municipality that a word names."""
        held = (
            _holds(word, "search_key") | Q(domicile__in=places) if places else _holds(word, "search_key")
            for word, places in zip(self.words, self.places, strict=True)
        )
        named = reduce(and_, held)
        return named | self.number if self.association_number or self.business_id else named

    def earlier(self) -> QuerySet[Any, Any]:
        """Return the keys of the organisations of which an earlier name holds every word."""
        held = reduce(and_, (_holds(word, "search_key") for word in self.words))
        return EarlierName.objects.filter(held).values("organisation_id")

    def told(self) -> QuerySet[Any, Any]:
        """Return the keys of the organisations whose own text holds every word."""
        held = reduce(and_, (_holds(word, "folded") for word in self.words))
        return SearchText.objects.filter(held).values("organisation_id")

    def matching(self, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return those of ``rows`` that are found."""
        if not self:
            return rows
        names = Organisation.objects.filter(self.named).values("pk")
        return rows.filter(pk__in=names.union(self.earlier(), self.told()))

    def rank(self) -> Case:
        """How good a find is: 0 is best."""
        return Case(
            When(self.number, then=Value(0)),
            When(search_key=self.folded, then=Value(1)),
            When(search_key__startswith=self.folded, then=Value(2)),
            When(search_key__contains=f" {self.folded}", then=Value(3)),
            When(self.typed, then=Value(4)),
            When(self.named, then=Value(5)),
            default=Value(6),
            output_field=IntegerField(),
        )


NOTHING = Query()


def _holds(word: Word, column: str) -> Q:
    if word.is_short:
        return Q(**{f"{column}__startswith": word.typed}) | Q(**{f"{column}__contains": f" {word.typed}"})
    return reduce(or_, (Q(**{f"{column}__contains": needle}) for needle in word.needles))


def understand(text: str) -> Query:
    """Return what the words look for; two small queries (stems, municipalities), none for no words."""
    text = _tidy(text)
    words = words_of(text)
    if not words:
        return NOTHING
    number = numbers.parse_association_number(text)
    business_id = numbers.parse_business_id(re.sub(r"^(\d{7})(\d)$", r"\1-\2", text))
    return Query(
        text=text,
        folded=numbers.fold(text),
        words=words,
        places=_places(words),
        association_number=number,
        business_id=business_id,
        merged_into=_merged_bearer(number, business_id),
    )


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", " ")[:MAX_QUERY].split())


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words with the forms in which each may stand; one small query (stems), none for no words."""
    plain = finnish.split(_tidy(text))
    if not plain:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_lexize('finnish_stem', w) FROM unnest(%s::text[]) WITH ORDINALITY AS t(w, n) ORDER BY n", [plain]
        )
        stems = [row[0][0] if row[0] else "" for row in cursor.fetchall()]
    return tuple(finnish.understand(word, stem) for word, stem in zip(plain, stems, strict=True))


def _merged_bearer(number: int | None, business_id: str | None) -> int | None:
    """Return the organisation into which the bearer of the number was merged; asked only when a number was typed."""
    bears = Q(association_number=number) if number else Q(business_id=business_id)
    if not (number or business_id):
        return None
    merged = Organisation.everything.filter(bears, merged_into__isnull=False)
    return merged.values_list("merged_into_id", flat=True).first()


def _places(words: tuple[Word, ...]) -> tuple[tuple[int, ...], ...]:
    """Return for each word the municipalities of which it may be a form: ``Lieksassa``, ``Kiteen``, ``Ii``."""
    beginnings = [needle for word in words for needle in word.needles]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, fi_fold(name_fi), fi_fold(name_sv) FROM county_municipality"
            " WHERE fi_fold(name_fi) ^@ ANY(%s) OR fi_fold(name_sv) ^@ ANY(%s)",
            [beginnings, beginnings],
        )
        known = cursor.fetchall()
    return tuple(tuple(pk for pk, *names in known if any(_is_form(word, name) for name in names)) for word in words)


def _is_form(word: Word, name: str) -> bool:
    if name == word.typed or len(word.typed) < finnish.SHORTEST_NEEDLE:
        return name == word.typed
    return any(name.startswith(needle) and len(name) - len(needle) <= 2 for needle in word.needles)


def find(query: str, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return those of ``rows`` that hold every word of the query, best first, each degree in Finnish order."""
    understood = understand(query)
    if not understood:
        return rows.order_by("sort_key", "pk")
    return understood.matching(rows).order_by(understood.rank(), "sort_key", "pk")


def find_similar(query: str, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return the ten organisations whose name is nearest to the query, for when nothing was found as typed.

    Rather near ones are looked for first, farther ones only when there are none.
    """
    folded = " ".join(numbers.fold(query[:MAX_QUERY].replace("\0", " ")).split())
    nearness = TrigramWordSimilarity(folded, "search_key").desc()
    near = rows.filter(search_key__trigram_word_similar=folded).order_by().values("pk")[:_SIMILAR_READ]
    nearest = Organisation.objects.filter(pk__in=near).order_by(nearness, "sort_key", "pk").values_list("pk", flat=True)
    keys: list[int] = []
    for threshold in _SIMILAR_ENOUGH:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(threshold)])
            keys = list(nearest[:SIMILAR])
        if keys:
            break
    return Organisation.objects.filter(pk__in=keys).order_by(nearness, "sort_key", "pk")


def reindex(organisation_ids: Iterable[int] | None = None, *, on: date) -> int:
    """Write the search texts of the organisations anew (of all that have one or should, when none are given).

    Nobody needs to call it after a change: the database's triggers keep the texts in step. It is for the passing of
    time, since an activity that ended the day before ``on`` is no longer found. Returns how many were gone through.
    """
    if organisation_ids is None:
        tells = ~Q(description_fi="") | ~Q(description_sv="") | ~Q(description_en="")
        ids = set(Organisation.objects.filter(tells).values_list("pk", flat=True))
        ids |= set(SearchText.objects.values_list("pk", flat=True))
    else:
        ids = set(organisation_ids)
    ordered = sorted(ids)
    for start in range(0, len(ordered), _BATCH):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT organisations_search_refresh(%s::bigint[], %s)", [ordered[start : start + _BATCH], on]
            )
    return len(ordered)


def hits(user: Any, query: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: the same finding as on the list of organisations."""
    from organisations.filters import OrganisationFilter

    found = OrganisationFilter({"q": query}, queryset=allowed("organisations.view", user))
    for organisation in found.first(limit):
        yield SearchHit(
            title=organisation.name,
            url=organisation.get_absolute_url(),
            kind=_("Järjestö"),
            detail=organisation.domicile.name if organisation.domicile else "",
        )
