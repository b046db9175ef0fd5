"""Who decides in each matter of a meeting: who has withdrawn, who votes, whether they are enough, who presides.

A matter may hold many cases, and a person may withdraw from one of them: then that case has its own voters and its own
chair (``part``, the case's number). Every figure is counted anew from attendance, withdrawals and deputies, so that
nothing has to be kept in step. 611/2021: a body may decide when more than half of its members are present, and who has
withdrawn (434/2003 27–30 §) is not present in the matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from liaisons.models import (
    AgendaItem,
    Attendance,
    ItemChair,
    ItemConflict,
    ItemDeputy,
    Meeting,
    Position,
    Presence,
    Reply,
    Seat,
)

PRESIDING = (Position.CHAIR, Position.VICE_CHAIR)


def presiding_title(position: str) -> str:
    """Return as what a person presides, by the position of their seat; without one they were chosen for the matter."""
    words = {Position.VICE_CHAIR.value: _("varapuheenjohtaja"), Position.CHAIR.value: _("puheenjohtaja")}
    return words.get(position, _("tilapäinen puheenjohtaja"))


@dataclass(frozen=True)
class Recused:
    """One person who has withdrawn, and the deputy who came for this matter alone."""

    conflict: ItemConflict
    row: Attendance | None
    deputy: Attendance | None = None

    @property
    def has_vote(self) -> bool:
        """Tell whether a vote is missed without the person."""
        return self.row is not None and self.row.may_vote

    @property
    def deputy_word(self) -> str:
        """Return whether the deputy was there, before attendance is marked whether they come; empty without one."""
        if self.deputy is None:
            return ""
        return self.deputy.get_presence_display() if self.deputy.presence else self.deputy.get_reply_display()


@dataclass(frozen=True)
class Standing:
    """Who decides in one matter (``part`` empty) or in one case of it.

    ``is_known``: somebody has been asked to the meeting in the portal; without that only who sits in the body is
    known, and ``voters`` are the most that there can have been. ``is_marked``: the attendance has been marked.
    ``chair`` presides here; ``takes_over`` when that is not who presides over the meeting.
    """

    part: str
    part_title: str
    recused: tuple[Recused, ...]
    voters: tuple[Attendance, ...]
    voter_count: int
    needed: int
    members: int
    is_known: bool
    is_marked: bool
    chair: Attendance | None = None
    takes_over: bool = False
    needs_chair: bool = False

    @property
    def is_enough(self) -> bool:
        """Tell whether there are enough voters; of a body without members nothing can be said."""
        return self.members == 0 or self.voter_count >= self.needed

    @property
    def who_left(self) -> tuple[Recused, ...]:
        """Return those who were there and left for the matter; before attendance is marked, all who withdraw."""
        if not self.is_marked:
            return self.recused
        return tuple(one for one in self.recused if one.row and one.row.presence == Presence.PRESENT)

    @property
    def missing(self) -> tuple[Recused, ...]:
        """Return the voters who have withdrawn and for whom nobody comes."""
        return tuple(one for one in self.recused if one.has_vote and one.deputy is None)

    @property
    def chair_title(self) -> str:
        """Return as what the person presides over the matter."""
        seat = self.chair.seat if self.chair else None
        return presiding_title(seat.position if seat else "")


class Course:
    """What is known of one meeting's matters; six queries, however many they are."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        rows = Attendance.objects.filter(meeting=meeting).exclude(reply=Reply.RELEASED)
        self.rows = {row.pk: row for row in rows.select_related("seat", "stands_in_for")}
        self.by_user = {row.user_id: row for row in self.rows.values() if row.user_id}
        self.conflicts = _by_item(ItemConflict.objects.filter(item__meeting=meeting).order_by("name", "pk"))
        self.deputies = _by_item(ItemDeputy.objects.filter(item__meeting=meeting))
        self.chairs = _by_item(ItemChair.objects.filter(item__meeting=meeting))
        self.is_marked = any(row.presence for row in self.rows.values())
        seats = Seat.objects.in_force(meeting.starts_at).filter(body=meeting.body_id)
        self.seats = list(seats.values_list("user", "role"))
        self.is_known = any(row.role in ("member", "deputy") for row in self.rows.values())

    def members(self) -> int:
        """Return how many members the body has in this meeting."""
        if self.is_known:
            return sum(row.role == "member" for row in self.rows.values())
        return sum(role == "member" for _user, role in self.seats)

    def parts(self, item: AgendaItem) -> list[str]:
        """Return the whole matter and the cases in which somebody has withdrawn or presides on their own."""
        parts = {row.part for row in self.conflicts.get(item.pk, [])} | {
            row.part for row in self.chairs.get(item.pk, [])
        }
        return ["", *sorted(parts - {""})]

    def standing(self, item: AgendaItem, part: str = "") -> Standing:
        """Return who decides in the matter, or in one case of it."""
        conflicts = _reaching(self.conflicts.get(item.pk, []), part)
        deputies = _reaching(self.deputies.get(item.pk, []), part)
        gone = {row.user_id for row in conflicts}
        instead = {duty.stands_in_for_id: self.rows.get(duty.attendance_id) for duty in deputies}
        recused = _people(conflicts, self.rows, self.by_user, instead)
        left = {one.row.pk for one in recused if one.row}
        there = [row for row in self.rows.values() if row.may_vote and self._is_there(row) and row.pk not in left]
        acting = [row for row in instead.values() if row and self._is_there(row) and row.pk not in left]
        voters = sorted({row.pk: row for row in (*there, *acting)}.values(), key=lambda row: (row.name, row.pk))
        members = self.members()
        chair, takes_over, needs_chair = self._chair(item, part, voters, left)
        return Standing(
            part=part,
            part_title=next((row.part_title for row in conflicts if row.part == part and part), ""),
            recused=tuple(recused),
            voters=tuple(voters),
            voter_count=len(voters) if self.is_known else self._at_most(members, gone),
            needed=self.meeting.body.voters_needed(members),
            members=members,
            is_known=self.is_known,
            is_marked=self.is_marked,
            chair=chair,
            takes_over=takes_over,
            needs_chair=needs_chair,
        )

    def of(self, item: AgendaItem) -> list[Standing]:
        """Return the whole matter first, then each case that differs from it."""
        return [self.standing(item, part) for part in self.parts(item)]

    def _is_there(self, row: Attendance) -> bool:
        return row.presence == Presence.PRESENT if self.is_marked else row.reply != Reply.ABSENT

    def _at_most(self, members: int, gone: set[int | None]) -> int:
        """Return how many can have voted at most where nobody was asked in the portal."""
        free = [role for user, role in self.seats if user not in gone]
        return min(members, free.count("member") + free.count("deputy"))

    def _chair(
        self, item: AgendaItem, part: str, voters: list[Attendance], left: set[int]
    ) -> tuple[Attendance | None, bool, bool]:
        """Return who presides, whether in another's place, and whether somebody must still be chosen.

        The chair of the meeting; when they have withdrawn the vice chair (or the chair, where the vice chair opened
        the meeting); else whoever was chosen for the matter.
        """
        usual = self._usual()
        if usual is None or (usual.pk not in left and self._is_there(usual)):
            return usual, False, False
        able = {row.pk: row for row in voters}
        chosen = next((row for row in _reaching(self.chairs.get(item.pk, []), part) if row.attendance_id in able), None)
        if chosen is not None:
            return able[chosen.attendance_id], True, False
        next_in_line = [row for row in voters if row.seat and row.seat.position in PRESIDING and row.pk != usual.pk]
        return (next_in_line[0], True, False) if next_in_line else (None, False, True)

    def _usual(self) -> Attendance | None:
        """Return who presides over the meeting: as recorded, else the chair of the body, else the vice chair."""
        recorded = self.by_user.get(self.meeting.presided_by_id or 0)
        if recorded:
            return recorded
        seated = {row.seat.position: row for row in self.rows.values() if row.seat and row.seat.position}
        chair, vice = seated.get(Position.CHAIR), seated.get(Position.VICE_CHAIR)
        return vice if vice and (chair is None or not self._is_there(chair)) else chair


def check_may_decide(standing: Standing, name: str) -> None:
    """Refuse a decision that the body could not make: ``name`` says in which matter.

    Codes: ``attendance_missing`` (people were asked and nobody has been marked), ``no_quorum``, ``chair_missing``.
    """
    if standing.is_known and not standing.is_marked:
        raise Refused(
            "attendance_missing",
            _("Merkitse ensin kokouksen läsnäolo. Päätösvaltaisuus lasketaan siitä."),
        )
    if not standing.is_enough:
        raise Refused(
            "no_quorum",
            _(
                "Toimielin ei ollut päätösvaltainen asiassa %(name)s. Äänivaltaisia oli esteellisten poistuttua"
                " %(voters)s, ja tarvitaan %(needed)s. Päätöstä ei voi kirjata. Jätä asia pöydälle tai korjaa läsnäolo."
            )
            % {"name": name, "voters": standing.voter_count, "needed": standing.needed},
        )
    if standing.needs_chair:
        raise Refused(
            "chair_missing",
            _(
                "Puheenjohtaja on esteellinen asiassa %(name)s, eikä varapuheenjohtaja ollut paikalla."
                " Merkitse kokouksen asiaan, kuka johti puhetta."
            )
            % {"name": name},
        )


def course_of(standing: Standing) -> dict[str, Any]:
    """Return as plain data what a record tells of the matter: who left, who presided instead, whether they were enough.

    Kept for ever in minutes and decisions; a template (``liaisons/matter_course.html``) says it in words.
    """
    chair = standing.chair if standing.takes_over else None
    return {
        "part": standing.part,
        "part_title": standing.part_title,
        "left": [
            {
                "name": one.conflict.name,
                "ground": one.conflict.shown_ground,
                "deputy": one.deputy.name
                if one.deputy and one.deputy.pk in {row.pk for row in standing.voters}
                else "",
            }
            for one in standing.who_left
        ],
        "were_there": standing.is_marked,
        "chair": chair.name if chair else "",
        "chair_as": (chair.seat.position if chair.seat else "") if chair else "",
        "voters": standing.voter_count if standing.is_known else None,
        "needed": standing.needed,
    }


def _by_item[T: (ItemConflict, ItemDeputy, ItemChair)](rows: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


def _reaching[T: (ItemConflict, ItemDeputy, ItemChair)](rows: Iterable[T], part: str) -> list[T]:
    """Return the rows of the case and of the whole matter, the case's own first."""
    return sorted((row for row in rows if row.part in ("", part)), key=lambda row: row.part != part)


def _people(
    conflicts: Iterable[ItemConflict],
    rows: dict[int, Attendance],
    by_user: dict[int, Attendance],
    instead: dict[int, Attendance | None],
) -> list[Recused]:
    """Return each person who has withdrawn once, by name."""
    found: dict[tuple[int | None, int | None], Recused] = {}
    for conflict in conflicts:
        row = rows.get(conflict.attendance_id or 0) or by_user.get(conflict.user_id or 0)
        key = (conflict.user_id, None if conflict.user_id else conflict.attendance_id)
        found.setdefault(key, Recused(conflict, row, instead.get(row.pk) if row else None))
    return sorted(found.values(), key=lambda one: one.conflict.name)
