"""GitLab code quality report."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.cli.formats import Context
    from backspec.cli.records import Run

_SEVERITIES = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFO: "minor",
    Severity.HINT: "info",
}


def render(run: Run, context: Context) -> Iterator[str]:  # noqa: ARG001
    """One list; fingerprints do not depend on line numbers."""
    report = [
        {
            "description": found.message,
            "check_name": found.rule,
            "fingerprint": hashlib.sha256(
                f"{found.path}\0{found.rule}\0{found.fingerprint}".encode("utf-8", "replace")
            ).hexdigest(),
            "severity": _SEVERITIES[found.severity],
            "location": {
                "path": found.path,
                "lines": {"begin": found.start.line, "end": found.end.line},
            },
        }
        for found in run.found
    ]
    yield json.dumps(report, indent=2, ensure_ascii=False) + "\n"
