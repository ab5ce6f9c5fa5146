"""GitHub workflow commands: annotations on the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.cli.formats import Context
    from backspec.cli.records import Run

_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
    Severity.HINT: "notice",
}


def render(run: Run, context: Context) -> Iterator[str]:  # noqa: ARG001
    """One command a line."""
    for found in run.found:
        properties = {
            "file": found.path,
            "line": str(found.start.line),
            "endLine": str(found.end.line),
        }
        if found.start.line == found.end.line:
            # GitHub takes columns only for annotations of one line.
            properties["col"] = str(found.start.column)
            properties["endColumn"] = str(found.end.column)
        properties["title"] = f"backspec {found.rule}"
        listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        yield f"::{_LEVELS[found.severity]} {listed}::{_data(found.message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
