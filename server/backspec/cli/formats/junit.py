"""JUnit XML: one suite a file with diagnostics, one failed case a diagnostic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.cli.formats import Context
    from backspec.cli.records import Found, Run

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: Run, context: Context) -> Iterator[str]:  # noqa: ARG001
    """The whole document; a run without diagnostics has one passed case."""
    total = sum(1 for _ in run.found)
    errors = sum(found.severity is Severity.ERROR for found in run.found)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        f'<testsuites name="backspec" tests="{max(total, 1)}" failures="{total - errors}" '
        f'errors="{errors}">\n'
    )
    if not total:
        yield '  <testsuite name="backspec" tests="1" failures="0" errors="0">\n'
        yield '    <testcase name="no problems" classname="backspec"/>\n'
        yield "  </testsuite>\n"
    for record in run.records:
        if not record.found:
            continue
        bad = sum(found.severity is Severity.ERROR for found in record.found)
        yield (
            f'  <testsuite name={_attribute(record.path)} tests="{len(record.found)}" '
            f'failures="{len(record.found) - bad}" errors="{bad}">\n'
        )
        for found in record.found:
            yield from _case(found)
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _case(found: Found) -> Iterator[str]:
    line, column, _ = found.start
    kind = "error" if found.severity is Severity.ERROR else "failure"
    name = f"{found.rule} at {line}:{column}"
    yield (
        f"    <testcase name={_attribute(name)} classname={_attribute(found.path)} "
        f'file={_attribute(found.path)} line="{line}">\n'
    )
    text = f"{found.path}:{line}:{column}: {found.message}\n" + "\n".join(found.excerpt)
    message, label = _attribute(found.message), _attribute(found.severity.label)
    yield f"      <{kind} message={message} type={label}>{escape(_clean(text))}</{kind}>\n"
    yield "    </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
