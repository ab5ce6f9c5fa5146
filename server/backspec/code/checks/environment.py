"""The fix that secrets share: read a value from the environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from backspec.code.checks import UnitView

_IMPORTS_OS: Final = r"^import os\b|^import [\w., ]*\bos\b(?!\.)"
_FIRST_IMPORT: Final = regex(rb"^(?!from __future__)(?:import|from) ", re.MULTILINE)


def read_from_environment(span: Span, name: str, unit: UnitView, kind: str) -> tuple[Fix, ...]:
    """Replace what stands at ``span`` by a look-up of the variable ``name``."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return ()
    if unit.family == "javascript":
        return (
            Fix(
                f"Read `{name}` from the environment",
                (Edit(span, f"process.env.{name}"),),
                "unsafe",
                kind,
            ),
        )
    if unit.family == "php":
        is_laravel = re.search(r"(?:^|/)[cC]onfig/\w+\.php$", unit.path) is not None
        read = f"env('{name}')" if is_laravel else f"getenv('{name}')"
        return (Fix(f"Read `{name}` from the environment", (Edit(span, read),), "unsafe", kind),)
    if unit.family != "python":
        return ()
    edits = [Edit(span, f'os.environ["{name}"]')]
    source = unit.adapter.source
    if not unit.file_has(_IMPORTS_OS):
        at = _place_for_import(source)
        blank = "" if _FIRST_IMPORT.match(source, at) else "\n"
        edits.insert(0, Edit(Span(at, at), f"import os\n{blank}"))
    return (Fix(f"Read `{name}` from the environment", tuple(edits), "unsafe", kind),)


def _place_for_import(source: bytes) -> int:
    """Where a first import goes: before the others, else after the module's head."""
    found = _FIRST_IMPORT.search(source)
    if found is not None:
        return found.start()
    head = re.match(
        rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\n)*"
        rb"(?:(?:\"\"\".*?\"\"\"|'''.*?'''|\"[^\"\n]*\"|'[^'\n]*')[ \t]*\n\s*)?"
        rb"(?:from __future__[^\n]*\n\s*)*",
        source,
        re.DOTALL,
    )
    return head.end() if head is not None else 0
