"""A walk over grants: one step after another, each checked against what must be true whatever was done."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from common.errors import Refused
from common.policies import POLICIES
from common.transitions import LIFE_CYCLES
from tests.invariants import grants_truths as truths
from tests.invariants.grants_rights import MAY, OUTSIDE, may, reached
from tests.invariants.grants_rules import BY_NAME, NOTHING, RULES, Rule
from tests.invariants.grants_world import EVERYBODY, Facts, Row, World, build, differing, dump, pick

Step = tuple[int, int, int, int]
#: How many of ten steps are what an office would do next; the others are anybody's anything.
GUIDED = 6
#: What an office does next, the usual more often.
WEIGHTED = [rule for rule in RULES if rule.by for _time in range(rule.weight)]


class Broken(AssertionError):
    """Something that must be true is not."""


def table_of(rule: Rule) -> Any:
    return LIFE_CYCLES[rule.cycle]


def permission_of(rule: Rule) -> str:
    """Return the right of the table's verb, or of what is beside the tables."""
    if not rule.cycle:
        return rule.permission
    return next(way.permission for way in table_of(rule).transitions if way.verb == rule.verb)


def fits(rule: Rule, row: Row) -> bool:
    """Tell whether the table lets the verb begin from the row's state."""
    if not rule.cycle:
        return True
    return table_of(rule).allows(row["state"], rule.verb) or row["state"] in rule.also_from


def is_right(world: World, facts: Facts, rule: Rule, name: str, row: Row) -> bool:
    """Tell whether the person has the right that the verb asks; a verb of the portal itself has no person."""
    permission = permission_of(rule)
    if not name or not permission or permission in OUTSIDE:
        return True
    return may(world, facts, name, permission, rule.subject, row)


def attempt(world: World, rule: Rule, name: str, row: Row, number: int) -> str:
    """Do it and return what was said: ``done``, the code of the refusal, or ``404``."""
    try:
        done = rule.act(world, row["id"], world.people.get(name), number)
    except Refused as refused:
        return refused.code
    except (Http404, PermissionDenied):
        return "404"
    return "nothing" if done is NOTHING else "done"


@dataclass
class Walk:
    """A walk through the world: what is known of it before the next step."""

    world: World
    facts: Facts
    rows: dict[str, str]
    #: What an office does next, the usual more often; and how a thing is done.
    usual: list[Rule]
    attempt: Callable[[World, Rule, str, Row, int], str] = attempt

    @classmethod
    def begin(cls, world: World) -> "Walk":
        return cls(world, Facts.read(), dump(), WEIGHTED)

    def choose(self, step: Step) -> tuple[Rule, str, Row] | None:
        """Return what the step is: what an office would do next, or anybody's anything."""
        kind, verb, row, person = step
        if kind >= GUIDED:
            rule = RULES[verb % len(RULES)]
            found = pick(self.facts.of(rule.subject), row)
            name = "" if rule.by == ("",) else EVERYBODY[person % len(EVERYBODY)]
            return (rule, name, found) if found else None
        for turn in range(len(self.usual)):
            rule = self.usual[(verb + turn * 7) % len(self.usual)]
            rows = [one for one in self.facts.of(rule.subject) if fits(rule, one)]
            ways = [
                (one, name) for one in rows for name in rule.by if is_right(self.world, self.facts, rule, name, one)
            ]
            if ways:
                found, name = pick(ways, row + person)
                return rule, name, found
        return None

    def take(self, step: Step) -> None:
        """Take the step, and check all that must be true."""
        chosen = self.choose(step)
        if chosen is not None:
            self.do(*chosen, step[1] + step[2] + step[3])

    def do(self, rule: Rule, name: str, row: Row, number: int) -> str:
        """Do one thing and check all that must be true; return what was said."""
        world = self.world
        world.tick += 1
        is_legal = fits(rule, row) and is_right(world, self.facts, rule, name, row)
        said = self.attempt(world, rule, name, row, number)
        world.log.append(f"{name or 'portal'} {rule.verb} {rule.subject} {row['id']} ({number}): {said}")
        rows = dump()
        changed = differing(self.rows, rows)
        if changed and (said != "done" or not is_legal):
            raise Broken(f"{'refused' if said != 'done' else 'illegal'}, and yet changed {changed}")
        if is_legal and said == "404" and permission_of(rule) not in OUTSIDE:
            raise Broken("a right is missing")
        if changed:
            facts = Facts.read()
            truths.edges(self.facts, facts)
            truths.money(facts)
            truths.papers(world, facts)
            self.facts, self.rows = facts, rows
        self.sees(EVERYBODY[world.tick % len(EVERYBODY)])
        return said

    def sees(self, name: str, *only: str) -> None:
        """What a person reaches under each right is what the plain rules say."""
        for permission in only or MAY:
            found = POLICIES[permission](self.world.people[name], self.world.now).values_list("pk", flat=True)
            if set(found) != (told := reached(self.world, self.facts, name, permission)):
                raise Broken(f"{name} under {permission}: {set(found)} in place of {told}")


#: What has been done before a walk begins, as verb, person, place of the row and number; each stage after the others.
BEFORE: dict[str, list[tuple[str, str, int, int]]] = {
    "open": [],
    "handling": [
        ("submit_application", "applicant", 0, 0),
        ("submit_application", "applicant", 1, 0),
        ("submit_application", "neighbour", 2, 0),
        ("wait", "coordinator", 0, 0),
        ("open_handling", "coordinator", 0, 0),
    ],
    "decided": [
        ("propose", "coordinator", 0, 30),
        ("propose", "coordinator", 1, 40),
        ("propose", "coordinator", 2, 0),
        ("present_call", "presenter", 0, 0),
        ("declare_no_conflict", "secretary", 0, 0),
        ("declare_conflict", "secretary", 1, 0),
        ("wait", "coordinator", 0, 0),
        ("hold_meeting", "secretary", 0, 0),
        ("record_decisions", "secretary", 0, 0),
        ("wait", "coordinator", 0, 0),
        ("issue_decision", "coordinator", 0, 0),
        ("answer_grant", "applicant", 0, 0),
    ],
    "paid": [
        ("issue_decision", "registrar", 1, 0),
        ("answer_grant", "applicant", 1, 0),
        ("wait", "coordinator", 0, 0),
        ("make_final", "", 0, 0),
        ("plan_payment", "coordinator", 0, 9),
        ("plan_payment", "coordinator", 0, 20),
        ("plan_payment", "coordinator", 1, 15),
        ("release_payment", "clerk", 0, 0),
        ("release_payment", "clerk", 1, 0),
        ("release_payment", "clerk", 2, 0),
        ("confirm_paid", "clerk", 0, 0),
        ("confirm_paid", "second_clerk", 2, 0),
        ("open_recovery", "coordinator", 1, 3),
    ],
}


def walk_to(stage: str) -> Walk:
    """Return a walk that stands at the stage; each step to it is checked as all others are."""
    walk = Walk.begin(build())
    for name, steps in BEFORE.items():
        for verb, person, place, number in steps:
            rule = BY_NAME[verb]
            said = walk.do(rule, person, walk.facts.of(rule.subject)[place], number)
            assert said == "done", (verb, said, walk.world.log)
        if name == stage:
            break
    return walk


def random_steps(seed: int, shortest: int, longest: int) -> list[Step]:
    """Return the steps of a walk: the same for the same seed."""
    chance = random.Random(seed)
    return [
        (chance.randrange(10), chance.randrange(997), chance.randrange(12), chance.randrange(97))
        for _step in range(chance.randint(shortest, longest))
    ]
