"""Where flows end: the calls, assignments and answers that clauses name; and one file's flows.

A sink is a call with a dangerous argument, an assignment to a member that does harm
(``response.headers["Location"] = x``), or what a function answers that a framework sends as it is
(``return f"<b>{name}</b>"`` under a route).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backspec.code.arguments import ANY, RECEIVER, SPREAD, argument, places_of
from backspec.code.call_index import CallIndex
from backspec.code.cleaning import placed
from backspec.code.facts.model import (
    Assign,
    Call,
    Const,
    Fact,
    Function,
    Mapping,
    Statement,
    Value,
)
from backspec.code.flow import Trace
from backspec.code.flow_file import FlowFile
from backspec.code.flow_fixes import Flowing
from backspec.code.models import CallModel, Models, matches_name
from backspec.code.taint import MAX_STEPS, Taint, Where
from backspec.expressions import regex
from backspec.model import Diagnostic, Related, Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backspec.catalog import Rule
    from backspec.code.clauses import Clause, FlowSpec
    from backspec.code.facts.adapter import Adapter

TOO_SLOW: Final = "file/too-slow"

Sink = Call | Assign | Statement | Function
"""A function stands for what it answers without saying ``return``."""

_PLAIN_TYPE: Final = regex(
    r"(?i)^(?:text/(?:plain|csv|css|event-stream|calendar)|image/(?!svg)[\w.+-]+|audio/\S+|video/\S+|"
    r"font/\S+|application/(?!xhtml|xml)[\w.+-]+)\s*(?:;.*)?$"
)
"""Content types whose text no browser reads as a page."""
_SHORT_TYPES: Final = frozenset(("text", "txt", "json", ".json", ".txt", "csv", "plain"))
_ASKING: Final = frozenset(("is", "accepts", "startswith", "startsWith", "includes", "equals"))


@dataclass(slots=True)
class SinkIndex:
    """Clauses on flows, by what they end in."""

    calls: CallIndex = field(default_factory=CallIndex)
    assigns: dict[str, list[tuple[str, Clause, CallModel | None]]] = field(default_factory=dict)
    """(pattern of the target, clause, model) by the last segment that is no ``*``."""
    answers: dict[str, list[Clause]] = field(default_factory=dict)
    """By qualified name of the decorator, or of the call that takes the function."""
    _answering: set[str] = field(default_factory=set)
    """The last segments of those."""

    def __bool__(self) -> bool:
        return bool(self.calls or self.assigns or self.answers)

    def add(self, name: str, clause: Clause, models: Models) -> None:
        """Enter a flow clause under a role, or a qualified name of a call or target."""
        self.calls.add(name, clause, models)
        if "." in name or "*" in name:
            self._add_assign(name, clause, None)
            return
        for model in models.assigned:
            if name in model.roles:
                self._add_assign(model.name, clause, model)
        for decorator, roles in models.answers.items():
            if name in roles:
                self.answers.setdefault(decorator, []).append(clause)
                self._answering.add(decorator.rpartition(".")[2])

    def _add_assign(self, pattern: str, clause: Clause, model: CallModel | None) -> None:
        key = _key_of(pattern)
        if key:
            self.assigns.setdefault(key, []).append((pattern, clause, model))

    def candidates(self, adapter: Adapter) -> list[Sink]:
        """The facts of a unit that a flow may end in, judged by cheap looks."""
        facts = adapter.facts
        found: list[Sink] = []
        if self.calls:
            may_have = self.calls.may_have
            is_sink = adapter.is_sink
            found += [call for call in facts.calls if may_have(call) and is_sink(call)]
        if self.assigns:
            for assign in facts.assigns:
                # ``response.body``, ``response.headers.Location``: the last two say enough.
                if any(one in self.assigns for one in assign.target.rsplit(".", 2)[-2:]):
                    found.append(assign)
        if self.answers:
            found += self._answers_in(adapter)
        return found

    def _answers_in(self, adapter: Adapter) -> Iterator[Sink]:
        answering = {
            id(function): function
            for function in adapter.facts.functions
            if self.clauses_of_function(function, adapter)
        }
        if not answering:
            return
        for statement in adapter.facts.statements:
            if statement.kind == "return" and id(statement.function) in answering:
                yield statement
        for function in answering.values():
            if adapter.expression_body(function) is not None:
                yield function

    def clauses_of_function(self, function: Function, adapter: Adapter) -> list[Clause]:
        """The clauses about what a function answers."""
        found: list[Clause] = []
        for decorator in function.decorators:
            if decorator.path.rpartition(".")[2] in self._answering:
                found += self.answers.get(adapter.decorator_name(decorator) or "", ())
        call = function.passed_to
        if call is not None and call.name in self._answering:
            found += self.answers.get(call.qualified or "", ())
        return found

    def clauses_of_assign(self, assign: Assign) -> list[tuple[Clause, CallModel | None]]:
        """The clauses about what an assignment puts into a member."""
        segments = assign.target.split(".")
        found = []
        for key in dict.fromkeys(segments[-2:]):
            for pattern, clause, model in self.assigns.get(key, ()):
                name = assign.qualified
                if name is None and pattern.startswith("*."):
                    name = f"?.{assign.target}"
                if name is not None and matches_name(pattern, name):
                    found.append((clause, model))
        return found


def _key_of(pattern: str) -> str:
    for segment in reversed(pattern.split(".")):
        if segment != "*":
            return segment
    return ""


def stands(clause: Clause, fact: Fact, adapter: Adapter, path: str) -> bool:
    """Whether a clause is about a file with these imports and path, and this context."""
    if clause.requires:
        has_mark = adapter.resolver.has_mark
        if not any(has_mark("package:" + package) for package in clause.requires):
            return False
    return clause.holds_in(fact.context) and clause.holds_for_path(path)


class FlowRun:
    """The flows of one file."""

    __slots__ = (
        "_gave_up",
        "_said",
        "adapter",
        "failed",
        "file",
        "found",
        "has_input",
        "index",
        "path",
    )

    def __init__(
        self, index: SinkIndex, adapter: Adapter, path: str, failed: Callable[[Rule, str], None]
    ) -> None:
        self.index = index
        self.adapter = adapter
        self.path = path
        self.failed = failed
        """Takes note of a rule that raised."""
        self.file = FlowFile(adapter)
        self.has_input = adapter.may_have_input()
        self.found: list[Diagnostic] = []
        self._gave_up = False
        self._said: dict[int, bool] | None = None

    def run(self) -> list[Diagnostic]:
        """The diagnostics of all flows."""
        for sink in self.adapter.sinks:
            if isinstance(sink, Call):
                self._call(sink)
            elif isinstance(sink, Assign):
                self._assign(sink)
            elif isinstance(sink, Statement):
                self._answer(sink.function, sink.value, sink)
            else:
                body = self.adapter.expression_body(sink)
                if body is not None:
                    value = self.adapter.value(body, sink.scope)
                    self._answer(sink, value, Statement(sink.inside, "return", body, body, None))
        return self.found

    def _call(self, call: Call) -> None:
        done: set[str] = set()
        for clause, model in self.index.calls.find(call) or ():
            spec = clause.flow
            if clause.rule.id in done or spec is None or not self._may_begin(spec):
                continue
            try:
                if model is not None and (
                    call.name in model.excluded or not self.adapter.may_use(model)
                ):
                    continue
                if not stands(clause, call, self.adapter, self.path):
                    continue
                if not clause.holds_for_call(call, model):
                    continue
                for value in dangerous(call, spec, model, self.adapter):
                    if self._try(clause, spec, value, call, model, call.function):
                        done.add(clause.rule.id)
                        break
            except Exception:  # noqa: BLE001 - one rule's bug must not take the others down
                self.failed(clause.rule, self.path)

    def _assign(self, assign: Assign) -> None:
        value = assign.value
        done: set[str] = set()
        for clause, model in self.index.clauses_of_assign(assign):
            spec = clause.flow
            if clause.rule.id in done or spec is None or value is None:
                continue
            try:
                if model is not None and not self.adapter.may_use(model):
                    continue
                if not stands(clause, assign, self.adapter, self.path):
                    continue
                if spec.arguments == ("key",) or not _holds_for_member(clause, assign):
                    continue  # the key is written out
                if self._try(clause, spec, value, assign, None, assign.function):
                    done.add(clause.rule.id)
            except Exception:  # noqa: BLE001 - as above
                self.failed(clause.rule, self.path)

    def _answer(self, function: Function | None, value: Value | None, fact: Statement) -> None:
        if function is None or value is None:
            return
        value = self.adapter.sent(value)
        done: set[str] = set()
        for clause in self.index.clauses_of_function(function, self.adapter):
            spec = clause.flow
            if clause.rule.id in done or spec is None:
                continue
            try:
                if not self.adapter.answers_as(function, value, spec.sinks):
                    continue
                if stands(clause, fact, self.adapter, self.path) and self._try(
                    clause, spec, value, fact, None, function
                ):
                    done.add(clause.rule.id)
            except Exception:  # noqa: BLE001 - as above
                self.failed(clause.rule, self.path)

    def _may_begin(self, spec: FlowSpec) -> bool:
        """Whether the file has a place where such a flow may begin."""
        return "built-parameter" in spec.sources or "parameter" in spec.sources or self.has_input

    def _try(
        self,
        clause: Clause,
        spec: FlowSpec,
        value: Value,
        fact: Call | Assign | Statement,
        model: CallModel | None,
        function: Function | None,
    ) -> bool:
        """Follow one value; report when it holds what the clause is about."""
        is_page = any(one.startswith("html-") for one in spec.sinks)
        if is_page and self._is_no_page(function):
            return False
        trace = Trace(self.file, spec.unless, spec.part, "input-object" in spec.sources)
        taint = trace.value(value, Where(function, fact.node))
        if trace.steps > MAX_STEPS and not self._gave_up:
            self._gave_up = True
            self.found.append(_too_long(value))
        if taint is None or not _is_wanted(taint, spec):
            return False
        if spec.part in ("path", "line") and self.adapter.is_harmless(taint, spec.part):
            return False
        self._report(clause, fact, model, value, taint)
        return True

    def _report(
        self,
        clause: Clause,
        fact: Call | Assign | Statement,
        model: CallModel | None,
        value: Value,
        taint: Taint,
    ) -> None:
        source = self.adapter.source
        text = clause.text_for(fact, model, source)
        span = clause.span_of(fact, model) if clause.at else value.span
        self.found.append(
            Diagnostic(
                clause.rule.id,
                span,
                text.replace(
                    "{source}", " ".join(self.adapter.text(taint.steps[0].span)[:80].split())[:40]
                ),
                clause.severity,
                clause.rule.confidence,
                clause.fixes_for(fact, model, source, self._flowing(clause, fact, value)),
                tuple(Related(step.text, step.span) for step in taint.steps),
            )
        )

    def _flowing(self, clause: Clause, fact: Call | Assign | Statement, value: Value) -> Flowing:
        spec = clause.flow
        assert spec is not None

        def taint_of(one: Value) -> Taint | None:
            trace = Trace(self.file, spec.unless, spec.part, "input-object" in spec.sources)
            taint = trace.value(one, Where(fact.function, fact.node))
            return taint if taint is not None and _is_wanted(taint, spec) else None

        return Flowing(fact, value, self.adapter, taint_of)

    def _is_no_page(self, function: Function | None) -> bool:
        """Whether a function says that what it answers is plain text, JSON or the like."""
        if self._said is None:
            self._said = {}
            facts = self.adapter.facts
            for call in facts.calls:
                if call.name not in _ASKING and _says_type(call):
                    self._said[id(call.function)] = True
            for assign in facts.assigns:
                last = assign.target.rpartition(".")[2].lower().replace("_", "-")
                if last in ("content-type", "contenttype", "type", "mimetype"):
                    value = assign.value
                    if isinstance(value, Const) and _is_plain(value.value, short=True):
                        self._said[id(assign.function)] = True
        return id(function) in self._said


def _too_long(value: Value) -> Diagnostic:
    """Says, once for a file, that a value was not followed to its end."""
    return Diagnostic(
        TOO_SLOW,
        value.span,
        f"backspec gave up following this value after {MAX_STEPS} steps; it may miss where it "
        "comes from",
        Severity.INFO,
    )


def _says_type(call: Call) -> bool:
    is_short = call.name in ("type", "contentType", "content_type")
    arguments = call.arguments
    for value in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(value, Const) and _is_plain(value.value, is_short):
            return True
        if isinstance(value, Mapping):
            for key, one in value.entries.items():
                if key.lower() == "content-type" and isinstance(one, Const):
                    return _is_plain(one.value)
    return False


def _is_plain(value: object, short: bool = False) -> bool:
    if not isinstance(value, str):
        return False
    return (short and value in _SHORT_TYPES) or _PLAIN_TYPE.match(value) is not None


def _holds_for_member(clause: Clause, assign: Assign) -> bool:
    """The conditions on arguments, for an assignment: ``name`` is the member's."""
    node = assign.target_node
    span = Span(node.start_byte, node.end_byte)
    member = Const(span, node, assign.target.rpartition(".")[2])
    return all(test(member if name == "name" else None) for name, test in clause.arguments)


def dangerous(call: Call, spec: FlowSpec, model: CallModel | None, adapter: Adapter) -> list[Value]:
    """The arguments of a sink that a flow clause is about; also, as ``receiver``, what it is
    called on.
    """
    if spec.arguments:
        found: list[Value] = []
        for name in spec.arguments:
            places = places_of(name, model)
            given = argument(call, places)
            if ANY in places:
                found += call.arguments.positional
            elif isinstance(given, Value):
                found.append(given)
            elif SPREAD in places:
                found += call.arguments.spreads
            elif RECEIVER in places:
                receiver = adapter.receiver_of(call)
                if receiver is not None:
                    found.append(adapter.value(receiver, call.scope))
        if spec.part in ("line", "text") and len(found) > 1:
            return [found[0], *placed(found[0], found[1:], spec.part)]
        return found
    arguments = call.arguments
    return [*arguments.positional, *arguments.keywords.values(), *arguments.spreads]


def _is_wanted(taint: Taint, spec: FlowSpec) -> bool:
    if taint.kind in spec.sources or (taint.kind == "input" and "input-object" in spec.sources):
        return True
    return taint.kind == "parameter" and taint.is_built and "built-parameter" in spec.sources
