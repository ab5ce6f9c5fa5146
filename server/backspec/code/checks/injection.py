"""Checks on data that reaches an interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import qualified_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_FULL_SCHEMAS: Final = frozenset(
    ("js-yaml.DEFAULT_FULL_SCHEMA", "js-yaml-js-types", "js-yaml-js-types.all")
)
_VERSION_3_ONLY: Final = r"\b(?:safeLoad|safeDump|DEFAULT_FULL_SCHEMA|DEFAULT_SAFE_SCHEMA)\b"
"""Names that js-yaml lost with version 4."""


@needs(families=("javascript",), roles=("yaml-load",))
def js_yaml_full_schema(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """js-yaml with a schema that builds functions: told so, or by default before version 4."""
    if unit.family != "javascript":
        return
    for call in unit.calls("yaml-load"):
        loader = unit.argument(call, "loader")
        if qualified_of(loader) in _FULL_SCHEMAS:
            yield Report(
                call.span,
                f"`{call.written}` with this schema builds functions that the text contains",
                place=call.place,
            )
        elif loader is None and unit.file_has(_VERSION_3_ONLY):
            yield Report(
                call.callee_span,
                f"`{call.written}` of js-yaml 3 builds functions that the text contains; "
                "use `safeLoad`, or version 4",
                place=call.place,
            )
