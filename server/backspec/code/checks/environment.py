"""The fix that secrets share: read a value from the environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import go_imports
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
    if unit.family in _READS:
        return _elsewhere(span, name, unit, kind)
    if unit.family != "python":
        return ()
    edits = [Edit(span, f'os.environ["{name}"]')]
    source = unit.adapter.source
    if not unit.file_has(_IMPORTS_OS):
        edits.insert(0, import_first("os", source))
    return (Fix(f"Read `{name}` from the environment", tuple(edits), "unsafe", kind),)


_LITERAL: Final = {
    "java": regex(r'"[^"\\\n]*"'),
    "go": regex(r'"[^"\\\n]*"|`[^`]*`'),
    "ruby": regex(r"'[^'\\\n]*'|\"[^\"\\\n#]*\""),
    "csharp": regex(r'@?"[^"\\\n]*"'),
}
_BYTES: Final = regex(r'\[\]byte\(("[^"\\\n]*")\)')
_READS: Final = {
    "java": 'System.getenv("{}")',
    "go": 'os.Getenv("{}")',
    "ruby": 'ENV.fetch("{}")',
    "csharp": '{1}Environment.GetEnvironmentVariable("{0}") ?? throw new '
    '{1}InvalidOperationException("{0} is not set")',
}
_CONSTANT: Final = frozenset(
    ("annotation", "element_value_pair", "switch_label", "const_declaration", "const_spec",
     "attribute", "case_switch_label", "constant_pattern", "parameter")
)  # fmt: skip
"""Where only a constant may stand."""
_HOLDS: Final = frozenset(
    ("field_declaration", "local_declaration_statement", "variable_declarator",
     "local_variable_declaration", "constant_declaration")
)  # fmt: skip
_MAX_STEPS: Final = 12


def _elsewhere(span: Span, name: str, unit: UnitView, kind: str) -> tuple[Fix, ...]:
    """Java, Go, Ruby and C#, where a whole literal stands and any value may."""
    written = unit.text(span)
    inner = _BYTES.fullmatch(written) if unit.family == "go" else None
    if inner is not None:
        start = span.start + len("[]byte(")
        written, span = inner[1], Span(start, start + len(inner[1].encode()))
    if not _LITERAL[unit.family].fullmatch(written) or not _takes_any(span, unit):
        return ()
    edits: list[Edit] = []
    prefix = "" if unit.file_has(r"^\s*(?:global\s+)?using System;") else "System."
    read = _READS[unit.family].format(name, prefix)
    if unit.family == "go":
        added = go_imports.added("os", unit)
        if added is None:
            return ()
        edits = added
    is_program = unit.family == "csharp" and unit.file_has(
        r"^var builder = (?:WebApplication|Host)\.Create\w*Builder\("
    )
    if is_program and not unit.file_has(r"^\s*(?:public|internal|static)\s[^;]*\bclass\b"):
        read = f'builder.Configuration["{name}"]'
    edits.append(Edit(span, read))
    return (Fix(f"Read `{name}` from the environment", tuple(edits), "unsafe", kind),)


def _takes_any(span: Span, unit: UnitView) -> bool:
    """Whether what stands here may be worked out at run time."""
    node = unit.adapter.root.named_descendant_for_byte_range(span.start, span.end)
    around = node.parent if node is not None else None
    if around is not None and "binary" in around.type and unit.family == "csharp":
        return False  # ``a + b ?? c``
    for _ in range(_MAX_STEPS):
        if around is None or around.type in ("block", "class_body", "program"):
            break
        if around.type in _CONSTANT:
            return False
        if around.type in _HOLDS:
            head = unit.adapter.slice(around)[:200].partition("=")[0]
            if unit.family == "csharp" and re.search(r"\bconst\b", head):
                return False
            last = re.search(r"(\w+)\s*$", head)
            if last is not None and unit.family == "java":
                return not unit.file_has(rf"@\w+\([^)]*\b{last[1]}\b|\bcase {last[1]}\b")
        around = around.parent
    return True


def import_first(module: str, source: bytes) -> Edit:
    """Python: import a module before what is imported already."""
    at = place_for_import(source)
    blank = "" if _FIRST_IMPORT.match(source, at) else "\n"
    return Edit(Span(at, at), f"import {module}\n{blank}")


def place_for_import(source: bytes) -> int:
    """Python: where a first import goes: before the others, else after the module's head."""
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
