"""Life cycles as tables: state, verb, next state, permission, and the name that an applicant sees.

The tables are data: a command draws them into docs/, and a test walks every edge and every missing edge.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.seams import Tone

Label = str | Promise
LIFE_CYCLES: dict[str, "LifeCycle"] = {}


@dataclass(frozen=True)
class State:
    """A state with its name for officers and, where it differs, for the applicant."""

    key: str
    label: Label
    applicant_label: Label = ""
    tone: Tone = "info"


@dataclass(frozen=True)
class Transition:
    """One verb: from which states, to which state, under which permission.

    A verb whose result depends on its input stands once for each target; ``condition`` says in words when.
    """

    verb: str
    sources: tuple[str, ...]
    target: str
    permission: str
    label: Label = ""
    condition: str = ""


@dataclass(frozen=True)
class LifeCycle:
    """The whole table of one model's states; ``name`` is ``app.model``."""

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    _by_key: dict[str, State] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_key.update({state.key: state for state in self.states})
        for transition in self.transitions:
            unknown = {*transition.sources, transition.target} - self._by_key.keys()
            if unknown:
                raise ValueError(f"{self.name}.{transition.verb} names unknown states: {unknown}")
        LIFE_CYCLES[self.name] = self

    def check(self, state: str, verb: str, *, target: str | None = None) -> str:
        """Return the next state, or raise Refused("wrong_state") where the table has no such edge."""
        for transition in self.transitions:
            if transition.verb == verb and state in transition.sources and target in (None, transition.target):
                return transition.target
        raise Refused(
            "wrong_state",
            _("Tätä ei voi enää tehdä, koska asian tila on nyt ”%(state)s”. Lataa sivu uudelleen.")
            % {"state": self.label(state)},
        )

    def allows(self, state: str, verb: str) -> bool:
        """Tell whether the verb has an edge from this state."""
        return any(t.verb == verb and state in t.sources for t in self.transitions)

    def verbs_from(self, state: str) -> tuple[str, ...]:
        """Return the verbs that the table has from this state, each once."""
        return tuple(dict.fromkeys(t.verb for t in self.transitions if state in t.sources))

    def choices(self) -> list[tuple[str, Label]]:
        """Return choices for a model field."""
        return [(state.key, state.label) for state in self.states]

    def keys(self) -> list[str]:
        """Return the states' keys, for a CHECK constraint."""
        return list(self._by_key)

    def state(self, key: str) -> State:
        """Return the state of that key."""
        return self._by_key[key]

    def label(self, key: str) -> Label:
        """Return the officers' name of a state."""
        return self._by_key[key].label

    def applicant_label(self, key: str) -> Label:
        """Return the applicant's name of a state."""
        state = self._by_key[key]
        return state.applicant_label or state.label

    def tone(self, key: str) -> Tone:
        """Return the tone of a state's tag."""
        return self._by_key[key].tone
