"""Match clauses of rules, compiled: what a fact must look like, and what is said about it.

A clause is a mapping of the rule file's ``match`` list; its words are documented in
``schemas/rule.schema.json``. Compiling checks it; ``match.py`` finds the facts it may hold for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from backspec.code import fixes
from backspec.code.arguments import named_argument, places_of
from backspec.code.bound_sql import bind_parameters
from backspec.code.facts.model import Assign, Call, Catch, Context, Fact, Pair, Statement, Value
from backspec.code.flow_calls import local_redirect, no_classes, send_from_directory
from backspec.code.flow_fixes import Flowing, argument_list, as_text
from backspec.code.value_tests import ClauseError, Test, compile_test
from backspec.model import Fix, FixSafety, Profile, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from backspec.catalog import Rule
    from backspec.code.models import CallModel

PRIMARIES: Final = ("call", "assign", "pair", "returns", "catch", "flow", "check")

CONTEXTS: Final[Mapping[str, int]] = {
    "loop": Context.LOOP,
    "async": Context.ASYNC,
    "handler": Context.HANDLER,
    "transaction": Context.TRANSACTION,
    "resource": Context.RESOURCE,
    "try": Context.TRY,
    "catch": Context.CATCH,
    "finally": Context.FINALLY,
    "test": Context.TEST,
    "migration": Context.MIGRATION,
    "main": Context.MAIN,
    "dev-guard": Context.DEV_GUARD,
    "offloaded": Context.OFFLOADED,
    "module": Context.MODULE,
    "awaited": Context.AWAITED,
}

_USES: Final = frozenset(
    ("statement", "assigned", "returned", "argument", "condition", "receiver", "other")
)
_ALLOWED: Final = frozenset(
    ("languages", "inside", "not-inside", "use", "message", "severity", "profile", "at", "fix",
     "path", "not-path", "missing", "argument", "value", "requires")
)  # fmt: skip
_PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[\w.*-]+)?)\}")
_CUT: Final = 40

Maker = Callable[["Clause", Fact, "CallModel | None", bytes], "list[Edit] | None"]


Part = Literal["", "host", "line", "path", "program", "text", "object", "value"]
"""What of a dangerous argument counts: all of it; of a URL, scheme and host; of a file's path, what
leaves a folder; of a list of arguments, the program; what is written as text, not as data, and of
that what may hold line breaks; data taken whole, not by entries; of a statement, what stands where
values do."""
PARTS: Final = frozenset(("value", "host", "line", "path", "program", "text", "object"))


@dataclass(frozen=True, slots=True)
class FlowSpec:
    """What a ``flow`` clause asks for."""

    sources: frozenset[str]
    """input, input-object (as data, not only as text), parameter, built-parameter (joined into a
    text on the way)."""
    sinks: tuple[str, ...]
    """Roles and qualified names of calls."""
    arguments: tuple[str, ...]
    """The dangerous arguments, by name; () for any."""
    unless: frozenset[str]
    """Roles of calls that make a value harmless."""
    part: Part = ""


@dataclass(slots=True)
class Clause:
    """One compiled clause of one rule."""

    rule: Rule
    primary: str
    subject: Any
    """What follows the primary word, as written."""
    severity: Severity
    message: str
    at: str
    inside: int
    not_inside: int
    uses: frozenset[str]
    path: re.Pattern[str] | None
    not_path: re.Pattern[str] | None
    missing: tuple[str, ...]
    arguments: tuple[tuple[str, Test], ...]
    value: Test | None
    requires: tuple[str, ...]
    fixes: tuple[FixTemplate, ...]
    options: Mapping[str, Any]
    """The clause as written."""
    flow: FlowSpec | None = None
    rank: int = 0
    """The highest profile whose forms are wanted, as an index into ``PROFILES``."""

    def holds_in(self, context: int) -> bool:
        """Whether the contexts are as asked."""
        return context & self.inside == self.inside and not context & self.not_inside

    def holds_for_path(self, path: str) -> bool:
        """Whether the rule looks at this file; ``path`` with ``/``."""
        return (self.path is None or self.path.search(path) is not None) and (
            self.not_path is None or self.not_path.search(path) is None
        )

    def holds_for_call(self, call: Call, model: CallModel | None) -> bool:
        """Whether the arguments and the use of a call are as asked."""
        for name in self.missing:
            if named_argument(call, name, model) is not None:
                return False
        for name, test in self.arguments:
            if not test(named_argument(call, name, model)):
                return False
        return not self.uses or call.use in self.uses

    def span_of(self, fact: Fact, model: CallModel | None) -> Span:
        """What to underline."""
        at = self.at
        if isinstance(fact, Call):
            name = at.removeprefix("argument.")
            if not at:
                name = self.arguments[0][0] if self.arguments and not self.missing else "callee"
                if name == "callee" and not self.missing:
                    return fact.span
            if name != at or not at:
                found = named_argument(fact, name, model) if name != "callee" else None
                return found.span if isinstance(found, Value) else fact.callee_span
            return fact.span if at == "whole" else fact.callee_span
        if isinstance(fact, Assign):
            if at == "target":
                return fact.target_span
            if at == "value" and fact.value_node is not None:
                return Span(fact.value_node.start_byte, fact.value_node.end_byte)
            return fact.span
        if isinstance(fact, Pair):
            return fact.value.span if at == "value" else fact.span
        if isinstance(fact, Catch):
            return fact.span if at == "whole" else fact.head_span
        if isinstance(fact, Statement):
            value = fact.value
            return value.span if at == "value" and value is not None else fact.span
        raise TypeError(f"no span for {fact!r}")

    def text_for(self, fact: Fact, model: CallModel | None, source: bytes) -> str:
        """The message about a fact."""
        return fill(self.message, fact, model, source)

    def fixes_for(
        self, fact: Fact, model: CallModel | None, source: bytes, flowing: Flowing | None = None
    ) -> tuple[Fix, ...]:
        """The fixes that can be made here, at the end of a flow when there is one."""
        found = []
        for template in self.fixes:
            if template.follow is not None:
                edits = template.follow(flowing) if flowing is not None else None
            else:
                edits = template.make(self, fact, model, source)
            if edits:
                title = fill(template.title, fact, model, source)
                found.append(Fix(title, tuple(edits), template.safety, self.rule.id))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class FixTemplate:
    """One ``fix`` of a clause."""

    title: str
    safety: FixSafety
    make: Maker
    follow: Callable[[Flowing], list[Edit] | None] | None = None
    """In place of ``make``, for what needs to know the flow."""


# ---------------------------------------------------------------------------- messages


def fill(template: str, fact: Fact, model: CallModel | None, source: bytes) -> str:
    """A template with its placeholders filled from a fact."""

    def word(found: re.Match[str]) -> str:
        text = _word(found[1], fact, model, source)
        return found[0] if text is None else _cut(text)

    return _PLACEHOLDER.sub(word, template) if "{" in template else template


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _CUT else line[: _CUT - 1] + "…"


def _word(word: str, fact: Fact, model: CallModel | None, source: bytes) -> str | None:
    def written(span: Span) -> str:
        return source[span.start : span.end].decode("utf-8", "replace")

    if isinstance(fact, Call):
        if word == "callee":
            return fact.written or written(fact.callee_span)
        if word == "qualified":
            return fact.qualified or fact.path or fact.name
        if word == "name":
            return fact.name
        if word == "arguments":
            return written(fact.arguments.span).strip()
        if word.startswith("argument."):
            found = named_argument(fact, word[len("argument.") :], model)
            return written(found.span) if isinstance(found, Value) else ""
    if isinstance(fact, Assign):
        if word in ("name", "target", "callee"):
            return fact.target
        if word == "qualified":
            return fact.qualified or fact.target
        if word == "value" and fact.value_node is not None:
            return written(Span(fact.value_node.start_byte, fact.value_node.end_byte))
    if isinstance(fact, Pair):
        if word in ("name", "key"):
            return fact.key
        if word == "value":
            return written(fact.value.span)
    if isinstance(fact, Catch) and word == "name":
        return fact.name
    return None


# ---------------------------------------------------------------------------- fixes


def _insert_argument(text: str) -> Maker:
    def make(_c: Clause, fact: Fact, _model: CallModel | None, source: bytes) -> list[Edit] | None:
        return fixes.insert_argument(fact, source, text) if isinstance(fact, Call) else None

    return make


def _bind_parameters(name: str) -> Maker:
    def make(_c: Clause, fact: Fact, model: CallModel | None, _source: bytes) -> list[Edit] | None:
        if not isinstance(fact, Call):
            return None
        family = getattr(fact.place.reader, "family", "")
        return bind_parameters(fact, named_argument(fact, name, model), family)

    return make


def _replace_argument(texts: Mapping[str, str]) -> Maker:
    def make(_c: Clause, fact: Fact, model: CallModel | None, _source: bytes) -> list[Edit] | None:
        edits: list[Edit] = []
        for name, text in texts.items():
            found = named_argument(fact, name, model) if isinstance(fact, Call) else None
            edit = fixes.replace_value(found, str(text))
            if edit is None:
                return None
            edits += edit
        return edits

    return make


def _remove_argument(name: str) -> Maker:
    def make(_c: Clause, fact: Fact, model: CallModel | None, source: bytes) -> list[Edit] | None:
        if not isinstance(fact, Call):
            return None
        return fixes.remove_argument(fact, source, places_of(str(name), model))

    return make


def _insert_entry(entries: Mapping[str, str]) -> Maker:
    """``{options: "timeout: 10_000"}``: into the mapping given as that argument."""

    def make(_c: Clause, fact: Fact, model: CallModel | None, source: bytes) -> list[Edit] | None:
        from backspec.code.facts.model import Mapping as MappingValue

        for name, text in entries.items():
            found = named_argument(fact, name, model) if isinstance(fact, Call) else None
            if isinstance(found, MappingValue):
                return fixes.insert_entry(found, source, text)
        return None

    return make


def _replace_callee(text: str) -> Maker:
    def make(_c: Clause, fact: Fact, _model: CallModel | None, _source: bytes) -> list[Edit] | None:
        return [Edit(fact.callee_span, text)] if isinstance(fact, Call) else None

    return make


def _replace_name(names: Mapping[str, str]) -> Maker:
    def make(_c: Clause, fact: Fact, _model: CallModel | None, source: bytes) -> list[Edit] | None:
        # A plain name was imported under that name; renaming only the use would break it.
        if not isinstance(fact, Call) or "." not in fact.path:
            return None
        return fixes.replace_member(fact.callee_span, source, names)

    return make


def _replace_member(arguments: Mapping[str, Mapping[str, str]]) -> Maker:
    def make(_c: Clause, fact: Fact, model: CallModel | None, source: bytes) -> list[Edit] | None:
        edits: list[Edit] = []
        for name, names in arguments.items():
            found = named_argument(fact, name, model) if isinstance(fact, Call) else None
            if (
                not isinstance(found, Value)
                or b"." not in source[found.span.start : found.span.end]
            ):
                return None
            edit = fixes.replace_member(found.span, source, names)
            if edit is None:
                return None
            edits += edit
        return edits

    return make


def _replace(template: str) -> Maker:
    def make(_c: Clause, fact: Fact, _model: CallModel | None, source: bytes) -> list[Edit] | None:
        if not isinstance(fact, Call):
            return None
        inner = fact.arguments.span
        arguments = source[inner.start : inner.end].decode("utf-8", "replace").strip().rstrip(",")
        callee = source[fact.callee_span.start : fact.callee_span.end].decode("utf-8", "replace")
        if not arguments:
            text = re.sub(r",\s*\{arguments\}|\{arguments\}\s*,\s*", "", template)
        else:
            text = template
        text = text.replace("{arguments}", arguments).replace("{callee}", callee)
        if text.startswith("await ") and fact.use == "receiver":
            text = f"({text})"
        return [Edit(fact.span, text)]

    return make


def _replace_assigned(text: str) -> Maker:
    def make(_c: Clause, fact: Fact, _model: CallModel | None, _source: bytes) -> list[Edit] | None:
        node = fact.value_node if isinstance(fact, (Assign, Pair, Statement)) else None
        return [Edit(Span(node.start_byte, node.end_byte), text)] if node is not None else None

    return make


def _insert_before(text: str) -> Maker:
    def make(clause: Clause, fact: Fact, model: CallModel | None, _s: bytes) -> list[Edit] | None:
        start = fact.span.start if isinstance(fact, (Call, Assign, Pair, Statement)) else None
        if start is None:
            start = clause.span_of(fact, model).start
        return [Edit(Span(start, start), text)]

    return make


_FIXES: Final[Mapping[str, tuple[type, Callable[[Any], Maker]]]] = {
    "insert-argument": (str, _insert_argument),
    "replace-argument": (dict, _replace_argument),
    "remove-argument": (str, _remove_argument),
    "insert-entry": (dict, _insert_entry),
    "replace-callee": (str, _replace_callee),
    "replace-name": (dict, _replace_name),
    "replace-member": (dict, _replace_member),
    "replace": (str, _replace),
    "replace-value": (str, _replace_assigned),
    "insert-before": (str, _insert_before),
    "bind-parameters": (str, _bind_parameters),
}
_FLOW_FIXES: Final = {
    "as-text": as_text,
    "argument-list": argument_list,
    "local-redirect": local_redirect,
    "no-classes": no_classes,
    "send-from-directory": send_from_directory,
}


def _nothing(_c: Clause, _fact: Fact, _model: CallModel | None, _source: bytes) -> None:
    return None


def _compile_fix(spec: object, rule: Rule) -> FixTemplate:
    if not isinstance(spec, Mapping) or "title" not in spec:
        raise ClauseError("a fix needs a `title` and one change")
    changes = [key for key in spec if key not in ("title", "safety")]
    if changes == ["flow"] and spec["flow"] in _FLOW_FIXES:
        follow = _FLOW_FIXES[str(spec["flow"])]
        return FixTemplate(str(spec["title"]), rule.fix or "manual", _nothing, follow)
    if len(changes) != 1 or changes[0] not in _FIXES:
        raise ClauseError(f"a fix has exactly one of {', '.join(_FIXES)}")
    kind, make = _FIXES[changes[0]]
    wanted = spec[changes[0]]
    if not isinstance(wanted, kind):
        raise ClauseError(f"`{changes[0]}` takes a {'text' if kind is str else 'mapping'}")
    return FixTemplate(str(spec["title"]), spec.get("safety") or rule.fix or "manual", make(wanted))


# ---------------------------------------------------------------------------- compiling


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _contexts(names: object) -> int:
    mask = 0
    for name in _list(names):
        if name not in CONTEXTS:
            raise ClauseError(f"`{name}` is no context; use one of {', '.join(CONTEXTS)}")
        mask |= CONTEXTS[name]
    return mask


def glob_pattern(globs: object) -> re.Pattern[str] | None:
    """Globs on paths with ``/`` as one pattern to search: ``**`` any folders, ``*`` in a segment.

    A glob without ``/`` matches the file's name. None for no globs.
    """
    patterns = []
    for glob in _list(globs):
        text = str(glob)
        if "/" not in text:
            text = "**/" + text
        parts = re.split(r"(\*\*/|\*\*|\*|\?|\{[^{}]*\})", text)
        out = []
        for part in parts:
            if part == "**/":
                out.append("(?:.*/)?")
            elif part == "**":
                out.append(".*")
            elif part == "*":
                out.append("[^/]*")
            elif part == "?":
                out.append("[^/]")
            elif part.startswith("{"):
                out.append("(?:" + "|".join(map(re.escape, part[1:-1].split(","))) + ")")
            else:
                out.append(re.escape(part))
        anchor = "^" if text.startswith(("**", "/")) else "(?:^|/)"
        patterns.append(f"{anchor}{''.join(out)}$")
    return re.compile("|".join(patterns)) if patterns else None


def compile_clause(spec: Mapping[str, Any], rule: Rule) -> Clause:
    """Compile one clause. Raises ClauseError saying what is wrong."""
    primaries = [word for word in PRIMARIES if word in spec]
    if len(primaries) != 1:
        raise ClauseError(f"a clause has exactly one of {', '.join(PRIMARIES)}")
    primary = primaries[0]
    if unknown := [str(w) for w in spec if w != primary and w not in _ALLOWED]:
        raise ClauseError(f"`{unknown[0]}` is no word of a clause")
    uses = frozenset(_list(spec.get("use")))
    if not uses <= _USES:
        raise ClauseError(f"`{min(uses - _USES)}` is no use of a result")
    not_inside = _contexts(spec.get("not-inside"))
    if not rule.extra.get("tests"):
        not_inside |= Context.TEST
    try:
        severity = Severity.parse(spec["severity"]) if "severity" in spec else rule.severity
    except (KeyError, AttributeError) as error:
        raise ClauseError(f"`{spec['severity']}` is no severity") from error
    arguments = spec.get("argument") or {}
    if not isinstance(arguments, Mapping):
        raise ClauseError("`argument` takes a mapping of argument names to value tests")
    return Clause(
        rule=rule,
        primary=primary,
        subject=spec[primary],
        severity=severity,
        message=str(spec.get("message") or rule.extra.get("message") or rule.title),
        at=str(spec.get("at") or ""),
        inside=_contexts(spec.get("inside")),
        not_inside=not_inside & ~_contexts(spec.get("inside")),
        uses=uses,
        path=glob_pattern(spec.get("path")),
        not_path=glob_pattern(spec.get("not-path")),
        missing=tuple(str(name) for name in _list(spec.get("missing"))),
        arguments=tuple((str(name), compile_test(test)) for name, test in arguments.items()),
        value=compile_test(spec["value"]) if "value" in spec else None,
        requires=tuple(str(name) for name in _list(spec.get("requires"))),
        fixes=tuple(_compile_fix(fix, rule) for fix in _list(spec.get("fix")) if fix != "none"),
        options=spec,
        flow=compile_flow(spec["flow"]) if primary == "flow" else None,
    )


SOURCES: Final = frozenset(("input", "input-object", "parameter", "built-parameter"))


def compile_flow(spec: object) -> FlowSpec:
    """What follows ``flow``. Raises ClauseError."""
    if not isinstance(spec, Mapping) or not spec.get("from") or not spec.get("to"):
        raise ClauseError("`flow` takes a mapping with `from` and `to`")
    words = ("from", "to", "argument", "unless", "part")
    if unknown := [str(word) for word in spec if word not in words]:
        raise ClauseError(f"`{unknown[0]}` is no word of `flow`")
    part = str(spec.get("part") or "")
    if part and part not in PARTS:
        raise ClauseError(f"`part` takes {', '.join(sorted(PARTS))}")
    sources = frozenset(str(one) for one in _list(spec["from"]))
    if not sources <= SOURCES:
        raise ClauseError(f"`from` takes {', '.join(sorted(SOURCES))}")
    return FlowSpec(
        sources,
        tuple(str(one) for one in _list(spec["to"])),
        tuple(str(one) for one in _list(spec.get("argument"))),
        frozenset(str(one) for one in _list(spec.get("unless"))),
        cast("Part", part),
    )


def profile_of(spec: Mapping[str, Any], rule: Rule) -> Profile:
    """Who wants a clause: its own profile, else the rule's."""
    wanted: Profile = spec.get("profile") or rule.profile
    return wanted
