"""SARIF 2.1.0: one run, full metadata of the rules that reported, CWE as a taxonomy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from backspec import __version__, pages
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backspec.catalog import Rule
    from backspec.cli.formats import Context
    from backspec.cli.records import EditRecord, FixRecord, Found, Position, Run

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
    Severity.HINT: "note",
}
_PROBLEM_SEVERITY = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "recommendation",
    Severity.HINT: "recommendation",
}
_SECURITY_SEVERITY = {
    Severity.ERROR: "8.0",
    Severity.WARNING: "6.0",
    Severity.INFO: "3.0",
    Severity.HINT: "1.0",
}
"""What code scanning sorts security results by, from 0 to 10."""


def render(run: Run, context: Context) -> Iterator[str]:
    """The whole log. Columns count code points."""
    known = context.rules()
    ids = sorted({found.rule for found in run.found})
    index = {name: number for number, name in enumerate(ids)}
    cwes = sorted({cwe for name in ids if name in known for cwe in known[name].cwe}, key=_number)
    results = [_result(found, index, known.get(found.rule)) for found in run.found]
    driver = {
        "name": "backspec",
        "semanticVersion": __version__,
        "informationUri": "https://backspec.dev",
        "rules": [_rule(name, known.get(name), cwes) for name in ids],
    }
    tool: dict[str, Any] = {"driver": driver}
    log: dict[str, Any] = {
        "tool": tool,
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "SRCROOT": {"description": {"text": "The folder that backspec ran in."}}
        },
        "results": results,
        "invocations": [{"executionSuccessful": True}],
    }
    if cwes:
        driver["supportedTaxonomies"] = [{"name": "CWE", "index": 0}]
        log["taxonomies"] = [_taxonomy(cwes)]
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [log]}, indent=2) + "\n"


def _number(cwe: str) -> int:
    return int(cwe.partition("-")[2] or 0)


def _rule(name: str, rule: Rule | None, cwes: list[str]) -> dict[str, Any]:
    if rule is None:
        return {"id": name}
    tags = [*rule.topics, *(f"external/cwe/{cwe.lower()}" for cwe in rule.cwe), *rule.owasp]
    properties: dict[str, Any] = {
        "tags": ["security", *tags] if rule.cwe else tags,
        "precision": rule.confidence,
        "problem.severity": _PROBLEM_SEVERITY[rule.severity],
    }
    if rule.cwe:
        properties["security-severity"] = _SECURITY_SEVERITY[rule.severity]
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.replace("/", "-").split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.summary},
        "help": {"text": f"{rule.summary}\n\n{rule.url}", "markdown": pages.rule_page(rule)},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": properties,
        "relationships": [
            {
                "target": {
                    "id": cwe.partition("-")[2],
                    "index": cwes.index(cwe),
                    "toolComponent": {"name": "CWE", "index": 0},
                },
                "kinds": ["superset"],
            }
            for cwe in rule.cwe
        ],
    }


def _taxonomy(cwes: list[str]) -> dict[str, Any]:
    return {
        "name": "CWE",
        "organization": "MITRE",
        "shortDescription": {"text": "The MITRE Common Weakness Enumeration"},
        "informationUri": "https://cwe.mitre.org",
        "isComprehensive": False,
        "taxa": [
            {
                "id": cwe.partition("-")[2],
                "helpUri": f"https://cwe.mitre.org/data/definitions/{cwe.partition('-')[2]}.html",
            }
            for cwe in cwes
        ],
    }


def _result(found: Found, index: Mapping[str, int], rule: Rule | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": index[found.rule],
        "level": _LEVELS[found.severity],
        "message": {"text": found.message},
        "locations": [_location(found.path, found.start, found.end, "\n".join(found.excerpt))],
        "partialFingerprints": {"backspecLine/v1": found.fingerprint},
    }
    if rule is not None and found.confidence != rule.confidence:
        result["properties"] = {"precision": found.confidence}
    if found.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": each.message},
                **_location(each.path, each.start, None),
            }
            for number, each in enumerate(found.related)
        ]
    if found.fix and found.fix.edits:
        result["fixes"] = [_fix(found.path, found.fix)]
    return result


def _location(
    path: str, start: Position | None, end: Position | None, snippet: str = ""
) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if start:
        region: dict[str, Any] = {"startLine": start.line, "startColumn": start.column}
        if end:
            region |= {"endLine": end.line, "endColumn": end.column}
        if snippet and end and end.line - start.line < snippet.count("\n") + 1:
            physical["contextRegion"] = {
                "startLine": start.line,
                "endLine": end.line,
                "snippet": {"text": snippet},
            }
        physical["region"] = region
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, str]:
    if path.startswith("/") or ":" in path.split("/", 1)[0]:
        return {"uri": "file:///" + quote(path.lstrip("/"))}
    return {"uri": quote(path), "uriBaseId": "SRCROOT"}


def _fix(path: str, fix: FixRecord) -> dict[str, Any]:
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [_replacement(edit) for edit in fix.edits],
            }
        ],
    }


def _replacement(edit: EditRecord) -> dict[str, Any]:
    return {
        "deletedRegion": {
            "startLine": edit.start.line,
            "startColumn": edit.start.column,
            "endLine": edit.end.line,
            "endColumn": edit.end.column,
        },
        "insertedContent": {"text": edit.text},
    }
