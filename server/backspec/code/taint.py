"""What flows are made of: values that somebody else chose, and where they are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from backspec.expressions import regex

if TYPE_CHECKING:
    from backspec.code.facts.model import Call, Function
    from backspec.code.syntax import Node
    from backspec.text import Span

MAX_STEPS: Final = 1500
"""How many values one sink may ask about."""
MAX_DEPTH: Final = 60
MAX_CALLS: Final = 5
"""How many functions deep a value is followed."""
MAX_CALLERS: Final = 12
SELVES: Final = frozenset(("self", "this", "@", "$this", "static"))
"""What stands for the object, or the class, that a method belongs to."""
PLACE: Final = regex(r"-?\d+")
Kind = Literal["input", "parameter"]


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the way of a value."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Taint:
    """That a value holds what somebody else chose, and how it came there."""

    kind: Kind
    """input: the client chose it; parameter: the caller of the function."""
    steps: tuple[Step, ...]
    """Where it comes from first."""
    is_built: bool = False
    """It was joined into a longer text on the way."""

    def then(self, span: Span, text: str) -> Taint:
        """The same value, one step further."""
        return Taint(self.kind, (*self.steps, Step(span, text)), self.is_built)

    def built(self, span: Span) -> Taint:
        """Joined into a text."""
        return Taint(self.kind, (*self.steps, Step(span, "joined into a text")), True)


@dataclass(frozen=True, slots=True)
class Frame:
    """A call whose function is being read."""

    function: Function
    call: Call
    outer: Where
    depth: int


@dataclass(frozen=True, slots=True)
class Where:
    """Where a value is looked at."""

    function: Function | None
    node: Node
    frame: Frame | None = None

    @property
    def depth(self) -> int:
        """How many calls deep."""
        return self.frame.depth if self.frame is not None else 0
