"""Fixes of flows: what can be done about a value once it is known where it comes from.

Like the fixes of ``code/fixes.py`` these are edits, or None where no complete change can be made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backspec.code.bound_sql import read_parts
from backspec.code.facts.model import (
    Built,
    Call,
    CallValue,
    Const,
    Fact,
    FunctionValue,
    Mapping,
    Sequence,
    Value,
)
from backspec.code.fixes import remove_argument
from backspec.expressions import regex
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.code.facts.adapter import Adapter
    from backspec.code.taint import Taint


@dataclass(frozen=True, slots=True)
class Flowing:
    """A dangerous value at the end of a flow, and how to ask about others there."""

    fact: Fact
    value: Value
    adapter: Adapter
    taint_of: Callable[[Value], Taint | None]


# ---------------------------------------------------------------------------- values as text

_AS_TEXT: Final = {
    "javascript": "String({})",
    "python": "str({})",
    "ruby": "{}.to_s",
    "php": "(string) {}",
}
_DEEPEST: Final = 4
_COMPARES: Final = frozenset(("$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$and", "$or", "$nor"))
"""MongoDB's words that take one value, or conditions."""
_PLAIN: Final = regex(r"\$?\w+(?:(?:\.|\?\.|->)\w+|(?:\?\.)?\[[\"':]?\w+[\"']?\])*")


def as_text(flowing: Flowing) -> list[Edit] | None:
    """Make each of the values in a filter that the client sent a text."""
    how = _AS_TEXT.get(flowing.adapter.family)
    edits: list[Edit] = []
    value, fact = flowing.value, flowing.fact
    if how is None or not _is_inside(value.span, fact):
        return None
    values: tuple[Value, ...] = (value,)
    if not isinstance(value, Mapping):
        # Ruby: ``find(name: params[:name])``
        if flowing.adapter.family != "ruby" or not isinstance(fact, Call):
            return None
        given = fact.arguments
        values = tuple(given.keywords.values())
        if given.is_open or given.positional or value not in values:
            return None
    is_whole = all(_convert(one, how, flowing, edits, 0) for one in values)
    return edits if is_whole and edits else None


def _convert(
    value: Value, how: str, flowing: Flowing, edits: list[Edit], depth: int, key: Span | None = None
) -> bool:
    """Collect the edits of one value; whether all that it holds can be converted."""
    if isinstance(value, (Mapping, Sequence)):
        if value.is_open or depth == _DEEPEST:
            return flowing.taint_of(value) is None
        if isinstance(value, Sequence):
            return all(_convert(one, how, flowing, edits, depth + 1) for one in value.items)
        for name, one in value.entries.items():
            if name.startswith("$") and name not in _COMPARES:
                if flowing.taint_of(one) is not None:
                    return False
            elif not _convert(one, how, flowing, edits, depth + 1, value.key_spans.get(name)):
                return False
        return True
    if flowing.taint_of(value) is None:
        return True
    written = flowing.adapter.text(value.span)
    is_whole = _PLAIN.fullmatch(written) is not None
    if isinstance(value, CallValue) and flowing.adapter.family != "php":
        has_own = written.endswith(")") and value.call.arguments.has_parentheses
        is_whole = has_own and not written.startswith(("await ", "new "))
    if not is_whole or not _is_inside(value.span, flowing.fact):
        return False
    text = how.format(written)
    edits.append(Edit(value.span, f"{written}: {text}" if key == value.span else text))
    return True


def _is_inside(span: Span, fact: Fact) -> bool:
    whole: Span = fact.span  # type: ignore[attr-defined] # all sinks have one
    return whole.start <= span.start and span.end <= whole.end


# ---------------------------------------------------------------------------- commands

_RUNS: Final = frozenset(f"subprocess.{one}" for one in (
    "run", "call", "check_call", "check_output", "Popen",
))  # fmt: skip
_WITHOUT_SHELL: Final = {"exec": "execFile", "execSync": "execFileSync"}
_OF_WORDS: Final = regex(r"[\w ./:=@%+,-]*")
"""What a shell gives to the program as it is written."""
_BUILTINS: Final = frozenset(
    ("alias", "bg", "builtin", "cd", "command", "eval", "exec", "exit", "export", "fg", "hash",
     "jobs", "read", "set", "shift", "source", "time", "trap", "type", "ulimit", "umask", "unset",
     "wait", ".", ":", "if", "for", "while", "case", "dir", "copy", "del", "start")
)  # fmt: skip
_IS_TEXT: Final = regex(
    r"request\.(?:form|args|GET|POST|headers|cookies|values|query_params|path_params)\b|str\("
)
_NAMED_IMPORT: Final = (
    r"(?:import\s*|(?:const|let|var)\s*)\{{[^{{}}]*?(?<![\w$]){name}(?![\w$])[^{{}}]*\}}"
    r"\s*(?:from|=\s*require\()\s*[\"'](?:node:)?child_process[\"']"
)


def argument_list(flowing: Flowing) -> list[Edit] | None:
    """Start the program itself, with its arguments as a list."""
    call, command = flowing.fact, flowing.value
    if not isinstance(call, Call) or not isinstance(command, Built):
        return None
    given = call.arguments
    if given.is_open or not given.positional or given.positional[0] is not command:
        return None
    if flowing.adapter.family == "python":
        return _python_list(call, command, flowing)
    if flowing.adapter.family == "javascript":
        return _javascript_list(call, command, flowing)
    return None


def _python_list(call: Call, command: Built, flowing: Flowing) -> list[Edit] | None:
    keywords = call.arguments.keywords
    shell = keywords.get("shell")
    if (
        call.qualified not in _RUNS
        or "executable" in keywords
        or len(call.arguments.positional) > 1
    ):
        return None
    if not isinstance(shell, Const) or not shell.literal or shell.value is not True:
        return None

    def one(value: Value, written: str) -> str:
        taint = flowing.taint_of(value)
        source = flowing.adapter.text(taint.steps[0].span) if taint is not None else ""
        is_text = taint is not None and taint.kind == "input" and _IS_TEXT.search(source)
        return written if is_text else f"str({written})"

    words = _words(command, call, "python", one)
    removal = remove_argument(call, flowing.adapter.source, ["shell"])
    if words is None or removal is None:
        return None
    return [Edit(command.span, f"[{', '.join(words)}]"), *removal]


def _javascript_list(call: Call, command: Built, flowing: Flowing) -> list[Edit] | None:
    found = (call.qualified or "").removeprefix("child_process.")
    new = _WITHOUT_SHELL.get(found)
    options = call.arguments.positional[1:2]
    if new is None or not all(_has_no_shell(one) for one in options):
        return None
    written = flowing.adapter.text(call.callee_span)
    if written.rpartition(".")[2] != found:
        return None  # imported under another name
    edits = [] if "." in written else _import_too(found, new, flowing.adapter)
    words = _words(command, call, "javascript", lambda _value, text: f"String({text})")
    if words is None or edits is None:
        return None
    start = call.callee_span.end - len(found)
    edits.append(Edit(Span(start, call.callee_span.end), new))
    return [*edits, Edit(command.span, f"{words[0]}, [{', '.join(words[1:])}]")]


def _has_no_shell(options: Value) -> bool:
    if isinstance(options, FunctionValue):
        return True
    return isinstance(options, Mapping) and not options.is_open and "shell" not in options.entries


def _import_too(name: str, new: str, adapter: Adapter) -> list[Edit] | None:
    """Import ``new`` in place of ``name``, or beside it where ``name`` has other uses."""
    source = adapter.source.decode("utf-8", "surrogateescape")
    statements = list(re.finditer(_NAMED_IMPORT.format(name=name), source))
    if not statements:
        return _member_too(name, new, source)
    if len(statements) != 1:
        return None
    statement = statements[0]
    if re.search(rf"(?<![\w$]){new}(?![\w$])", statement[0]):
        return []
    uses = re.findall(rf"(?<![\w$.]){name}(?![\w$])", source)
    if re.search(rf"(?<![\w$.]){new}(?![\w$])", source):
        return None  # something else of that name
    place = re.search(rf"(?<![\w$]){name}(?![\w$])", statement[0])
    assert place is not None
    if re.match(r"\s*(?:as\b|:)", statement[0][place.end() :]):
        return None
    start = len(source[: statement.start() + place.start()].encode("utf-8", "surrogateescape"))
    span = Span(start, start + len(name))
    return [Edit(span, new) if len(uses) == 2 else Edit(span, f"{name}, {new}")]


_MEMBER: Final = (
    r"(?:const|let|var)\s+({name})\s*=\s*require\(\s*[\"'](?:node:)?child_process[\"']"
    r"\s*\)\.({name})\b"
)


def _member_too(name: str, new: str, source: str) -> list[Edit] | None:
    """``const exec = require("child_process").exec``, where it has no other use."""
    found = list(re.finditer(_MEMBER.format(name=name), source))
    uses = re.findall(rf"(?<![\w$.]){name}(?![\w$])", source)
    if len(found) != 1 or len(uses) != 2 or re.search(rf"(?<![\w$.]){new}(?![\w$])", source):
        return None
    edits = []
    for group in (1, 2):
        start = len(source[: found[0].start(group)].encode("utf-8", "surrogateescape"))
        edits.append(Edit(Span(start, start + len(name)), new))
    return edits


def _words(
    command: Built, call: Call, family: str, one: Callable[[Value, str], str]
) -> list[str] | None:
    """The words of a command as expressions; None when it is more than words."""
    read = read_parts(command, call, family)
    if read is None:
        return None
    quote, texts, written = read
    values = [part for part in command.parts if not isinstance(part, Const)]
    if len(values) != len(written):
        return None
    mark = "'" if quote == "'" else '"'
    words: list[str] = []
    for at, text in enumerate(texts):
        plain = text
        if at and plain[:1] in ("'", '"') and texts[at - 1].endswith(plain[:1]):
            plain = plain[1:]
        if at < len(values) and texts[at][-1:] in ("'", '"') and texts[at + 1].startswith(text[-1]):
            plain = plain[:-1]
        if not _OF_WORDS.fullmatch(plain):
            return None
        if (at and plain and plain[0] != " ") or (at < len(values) and plain[-1:] != " "):
            return None
        words += [f"{mark}{word}{mark}" for word in plain.split()]
        if at < len(values):
            words.append(one(values[at], written[at]))
    program = texts[0].split()[:1]
    if not program or program[0] in _BUILTINS or "=" in program[0] or words[0][0] != mark:
        return None
    return words
