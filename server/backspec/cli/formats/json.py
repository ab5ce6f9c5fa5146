"""JSON, version 1: the form that programs may rely on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.cli.formats import Context
    from backspec.cli.records import FixRecord, Found, Position, Run

VERSION = 1


def render(run: Run, context: Context) -> Iterator[str]:
    """One object: ``version``, ``diagnostics`` in the order of files and positions, ``summary``."""
    rules = context.rules()
    data = {
        "version": VERSION,
        "diagnostics": [_diagnostic(found, rules) for found in run.found],
        "summary": run.summary._asdict(),
    }
    yield json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _diagnostic(found: Found, rules: Any) -> dict[str, Any]:
    rule = rules.get(found.rule)
    return {
        "path": found.path,
        "rule": found.rule,
        "severity": found.severity.label,
        "confidence": found.confidence,
        "message": found.message,
        "start": _place(found.start),
        "end": _place(found.end),
        "url": rule.url if rule else "",
        "topics": list(rule.topics) if rule else [],
        "cwe": list(rule.cwe) if rule else [],
        "fix": _fix(found.fix) if found.fix else None,
        "related": [
            {
                "path": each.path,
                "message": each.message,
                "start": _place(each.start) if each.start else None,
            }
            for each in found.related
        ],
    }


def _place(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column, "offset": position.offset}


def _fix(fix: FixRecord) -> dict[str, Any]:
    return {
        "title": fix.title,
        "safety": fix.safety,
        "edits": [
            {"start": _place(edit.start), "end": _place(edit.end), "text": edit.text}
            for edit in fix.edits
        ],
    }
