"""Who decided in each case of a matter: quorum, who presided, the vote and the dissents, checked case by case."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from grants.models import Application, Decision, DecisionDissent
from grants.workflow.meeting_matters import part_of
from liaisons.matters import Course, Standing, check_may_decide, course_of
from liaisons.models import AgendaItem, Attendance, Presence

#: Who may record a dissent besides the voters: the presenter of the matter (611/2021, minutes).
DISSENTERS = ("presenter",)


#: What of a vote stands in the decision itself.
VOTE_FIELDS = ("votes_for", "votes_against", "votes_blank", "vote_text", "dissent")


@dataclass(frozen=True)
class Vote:
    """The vote in one case, and who left a dissent (keys of ``liaisons.Attendance``) with which words."""

    votes_for: int | None = None
    votes_against: int | None = None
    votes_blank: int | None = None
    vote_text: str = ""
    dissent: str = ""
    dissenters: tuple[int, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Tell whether any votes were given."""
        return any(count is not None for count in (self.votes_for, self.votes_against, self.votes_blank))

    @property
    def total(self) -> int:
        """Return how many votes were given, blank ones too."""
        return (self.votes_for or 0) + (self.votes_against or 0) + (self.votes_blank or 0)


@dataclass(frozen=True)
class Sitting:
    """Who decided in one case: the standing of the body, and those present who may dissent."""

    standing: Standing
    dissenters: dict[int, str]

    @property
    def course(self) -> dict[str, Any]:
        """Return what the decision keeps: who withdrew and who presided; nothing where nobody withdrew."""
        return course_of(self.standing) if self.standing.who_left else {}


def sittings(item: AgendaItem, cases: Iterable[Application]) -> dict[int, Sitting]:
    """Return who decided in each case of the matter, by the case's key; six queries."""
    course = Course(item.meeting)
    return {case.pk: _sitting(course, item, part_of(case)) for case in cases}


def sitting_of(item: AgendaItem, part: str) -> Sitting:
    """Return who decided in one part of the matter; six queries."""
    return _sitting(Course(item.meeting), item, part)


def _sitting(course: Course, item: AgendaItem, part: str) -> Sitting:
    standing = course.standing(item, part)
    gone = {one.row.pk for one in standing.recused if one.row}
    may = [*standing.voters, *(row for row in course.rows.values() if _presents(row) and row.pk not in gone)]
    return Sitting(standing, {row.pk: row.name for row in may})


def _presents(row: Attendance) -> bool:
    return row.role in DISSENTERS and row.presence == Presence.PRESENT


def vote_of_all(said: Vote, sitting: Sitting) -> Vote:
    """Return the vote of the whole matter as it holds in one case: who withdrew from the case left no dissent in it."""
    there = tuple(key for key in said.dissenters if key in sitting.dissenters)
    dissent = said.dissent if there or not said.dissenters else ""
    counts = (said.votes_for, said.votes_against, said.votes_blank)
    return Vote(*counts, vote_text=said.vote_text, dissent=dissent, dissenters=there)


def name_of(case: Application) -> str:
    """Return how a refusal names the case."""
    return f"{case.organisation.name} ({part_of(case)})"


def check_sitting(sitting: Sitting, vote: Vote, name: str) -> dict[str, Any]:
    """Refuse a decision that the body could not make so in this case (``name``); return what the decision keeps of it.

    Codes: those of ``liaisons.matters.check_may_decide``, ``votes_do_not_add_up``, ``dissent_incomplete``,
    ``dissenter_absent``. Where nobody was asked to the meeting in the portal votes are not counted against people.
    """
    standing = sitting.standing
    check_may_decide(standing, name)
    if vote.is_counted and standing.is_known and vote.total > standing.voter_count:
        raise Refused(
            "votes_do_not_add_up",
            _(
                "Asiassa %(name)s kirjattiin %(votes)s ääntä, mutta äänivaltaisia oli läsnä %(voters)s, kun esteelliset"
                " on vähennetty. Tarkista äänet puolesta, vastaan ja tyhjät."
            )
            % {"name": name, "votes": vote.total, "voters": standing.voter_count},
        )
    if standing.is_known and bool(vote.dissenters) != bool(vote.dissent.strip()):
        raise Refused(
            "dissent_incomplete",
            _("Eriävä mielipide tarvitsee sekä sisällön että sen, kuka sen jätti: %(name)s.") % {"name": name},
        )
    if not set(vote.dissenters) <= set(sitting.dissenters):
        raise Refused(
            "dissenter_absent",
            _("Eriävän mielipiteen voi jättää vain se, joka oli läsnä ja osallistui asiaan: %(name)s.")
            % {"name": name},
        )
    return {"course": sitting.course, **{field: getattr(vote, field) for field in VOTE_FIELDS}}


def forget_vote(decision: Decision) -> None:
    """Take away the vote of a meeting whose decision another has replaced; the served letter and history keep it.

    The caller saves the decision.
    """
    decision.votes_for = decision.votes_against = decision.votes_blank = None
    decision.vote_text, decision.dissent, decision.course = "", "", {}
    decision.dissents.all().delete()


def keep_dissents(decision: Decision, sitting: Sitting, vote: Vote) -> None:
    """Write who left a dissent."""
    DecisionDissent.objects.bulk_create(
        DecisionDissent(decision=decision, attendance_id=key, name=sitting.dissenters[key])
        for key in sorted(vote.dissenters)
    )
