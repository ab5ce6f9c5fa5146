"""JavaScript and TypeScript, with JSX: which facts their syntax gives.

Names are read in ``javascript_paths``, expressions in ``javascript_values``; names are bound in
``javascript_names``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from backspec.code.facts.adapter import ENTER
from backspec.code.facts.conditions import dev_guard
from backspec.code.facts.javascript_functions import (
    JavaScriptFunctions,
    conventional,
    request_shape,
)
from backspec.code.facts.javascript_paths import only_child, operator_of
from backspec.code.facts.javascript_uses import receiver_of
from backspec.code.facts.javascript_values import FUNCTIONS
from backspec.code.facts.model import (
    OPAQUE,
    Call,
    Catch,
    Context,
    Fallback,
    Function,
    Parameter,
    Place,
    Statement,
)
from backspec.code.resolve import Habits
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backspec.code.syntax import Node

GLOBALS: Final = frozenset((
    "AbortController", "AbortSignal", "AggregateError", "Array", "ArrayBuffer", "Atomics",
    "BigInt", "Blob", "Boolean", "BroadcastChannel", "Buffer", "Bun", "DataView", "Date", "Deno",
    "Error", "EvalError", "EventEmitter", "Event", "EventTarget", "FinalizationRegistry",
    "FormData", "Function", "Headers", "Infinity", "Intl", "JSON", "Map", "Math", "MessageChannel",
    "NaN", "Number", "Object", "Promise", "Proxy", "RangeError", "ReadableStream",
    "ReferenceError", "Reflect", "RegExp", "Request", "Response", "Set", "SharedArrayBuffer",
    "String", "Symbol", "SyntaxError", "TextDecoder", "TextEncoder", "TypeError", "URIError",
    "URL", "URLSearchParams", "Uint8Array", "WeakMap", "WeakRef", "WeakSet", "WebAssembly",
    "WebSocket", "Worker", "XMLHttpRequest", "clearImmediate", "clearInterval", "clearTimeout",
    "console", "crypto", "decodeURI", "decodeURIComponent", "document", "encodeURI",
    "encodeURIComponent", "escape", "eval", "exports", "fetch", "global", "globalThis", "isFinite",
    "isNaN", "localStorage", "location", "module", "navigator", "parseFloat", "parseInt",
    "performance", "process", "queueMicrotask", "require", "self", "sessionStorage",
    "setImmediate", "setInterval", "setTimeout", "structuredClone", "unescape", "window",
))  # fmt: skip

PER_ITEM: Final = frozenset((
    "map", "forEach", "filter", "reduce", "reduceRight", "some", "every", "flatMap", "find",
    "findIndex", "findLast", "each", "eachSeries", "eachLimit", "eachOf", "mapSeries", "mapLimit",
    "forEachSeries", "concatMap",
))  # fmt: skip
"""Calls that run a callback for each item of what they are called on."""

_DEFERRED: Final = frozenset((
    "on", "once", "addListener", "addEventListener", "setTimeout", "setInterval", "setImmediate",
    "nextTick", "queueMicrotask", "subscribe", "push", "add", "use", "get", "post", "put", "patch",
    "delete", "set", "watch",
))  # fmt: skip
"""Calls that keep a callback for later, so that a loop around them says nothing."""

_TESTS: Final = frozenset((
    "describe", "it", "test", "suite", "specify", "context", "beforeEach", "afterEach",
    "beforeAll", "afterAll", "before", "after", "fdescribe", "xdescribe", "fit", "xit",
))  # fmt: skip
_PLAIN_TESTS: Final = frozenset(("test", "suite", "context", "before", "after"))
"""Names that also mean other things: only with a title."""

REQUEST_TYPES: Final = frozenset((
    "express.Request", "fastify.FastifyRequest", "koa.Context", "http.IncomingMessage",
    "@nestjs/common.ExecutionContext", "@nestjs/common.ArgumentsHost", "hono.Context",
    "next.NextApiRequest", "next/server.NextRequest", "@hapi/hapi.Request",
))  # fmt: skip
"""Types of parameters that only code for one request has."""

_VERBS: Final = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))
_ROUTES: Final = frozenset(
    ("get", "post", "put", "patch", "delete", "del", "all", "head", "options", "use", "route")
)
_NOOPS: Final = ("noop", "NOOP")
_HANDLER_TYPES: Final = re.compile(
    r"(?i)req|res|ctx|context|next|reply|toolkit|done|call|koa|fn|func"
)
_SMALL: Final = 3
_MAX_BLOCKS: Final = 400
"""Tree depth below which blocks get no scope of their own."""


class JavaScript(JavaScriptFunctions):
    """Reads JavaScript and TypeScript."""

    family = "javascript"
    habits: ClassVar[Habits] = Habits(globals=GLOBALS, conventional=conventional)
    splits: ClassVar[frozenset[str]] = FUNCTIONS
    leaves: ClassVar[frozenset[str]] = frozenset(
        ("comment", "string", "number", "regex", "identifier", "property_identifier",
         "shorthand_property_identifier", "shorthand_property_identifier_pattern", "this", "super",
         "true", "false", "null", "undefined", "type_annotation", "type_arguments",
         "type_parameters", "accessibility_modifier", "jsx_text", "import", "export_clause",
         "namespace_export", "implements_clause", "empty_statement", "break_statement",
         "continue_statement", "hash_bang_line", "optional_chain", "statement_identifier",
         "private_property_identifier", "type_predicate_annotation", "index_signature",
         "abstract_method_signature", "method_signature", "function_signature")
    )  # fmt: skip
    handlers: ClassVar[Mapping[str, str]] = {
        "import_statement": "on_import",
        "import_alias": "on_import_alias",
        "variable_declarator": "on_declarator",
        "assignment_expression": "on_assignment",
        "augmented_assignment_expression": "on_augmented",
        "update_expression": "on_update",
        "class_declaration": "on_class",
        "abstract_class_declaration": "on_class",
        "class": "on_class",
        "interface_declaration": "on_interface",
        "type_alias_declaration": "on_type_alias",
        "enum_declaration": "on_enum",
        "field_definition": "on_field",
        "public_field_definition": "on_field",
        "function_declaration": "on_function",
        "generator_function_declaration": "on_function",
        "function_expression": "on_function",
        "generator_function": "on_function",
        "arrow_function": "on_function",
        "method_definition": "on_function",
        "call_expression": "on_call",
        "new_expression": "on_new",
        "pair": "on_pair",
        "required_parameter": "on_default",
        "optional_parameter": "on_default",
        "assignment_pattern": "on_default_pattern",
        "statement_block": "on_block",
        "for_statement": "on_for",
        "for_in_statement": "on_for_in",
        "while_statement": "on_while",
        "do_statement": "on_while",
        "switch_statement": "on_switch",
        "try_statement": "on_try",
        "catch_clause": "on_catch",
        "finally_clause": "on_finally",
        "if_statement": "on_if",
        "ternary_expression": "on_ternary",
        "binary_expression": "on_binary",
        "return_statement": "on_return",
        "throw_statement": "on_throw",
        "yield_expression": "on_yield",
        "expression_statement": "on_expression",
    }

    # ------------------------------------------------------------------ calls and pairs

    def on_call(self, node: Node) -> bool:
        callee = node.children[0]
        if callee.type == "await_expression":
            # ``await f<T>(x)`` is read as ``(await f)<T>(x)``.
            callee = only_child(callee) or callee
        self._add_call(node, callee, is_new=False)
        return ENTER

    def on_new(self, node: Node) -> bool:
        callee = node.child_by_field_name("constructor")
        if callee is not None:
            self._add_call(node, callee, is_new=True)
        return ENTER

    def _add_call(self, node: Node, callee: Node, is_new: bool) -> None:
        known = self.calls_by_node.get(node.id)
        if known is not None:
            known.parent = self.parent()
            self.facts.calls.append(known)
            return
        path = self.path_of(callee) if callee.type != "super" else ""
        name = self.last_name(callee, path)
        self.add_call(node, callee, path, name, is_new)
        if name in _ROUTES and not is_new:
            self._register(node, name)

    def _register(self, node: Node, name: str) -> None:
        """Remember functions of this file that are named in a route."""
        arguments = node.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        if name != "use" and len(given) < 2:
            return
        for child in given:
            if child.type in ("identifier", "member_expression"):
                path = self.path_of(child)
                if path:
                    self.mark_handler(path)

    def on_pair(self, node: Node) -> bool:
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is not None and value is not None:
            name = self.key_of(key)
            if name is not None:
                self.add_pair(node, name, value)
        return ENTER

    def on_default(self, node: Node) -> bool:
        name, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        if name is not None and value is not None and name.type == "identifier":
            self.add_pair(node, self.slice(name), value)
        return ENTER

    def on_default_pattern(self, node: Node) -> bool:
        name, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        if name is not None and value is not None and name.type == "identifier":
            self.add_pair(node, self.slice(name), value)
        return ENTER

    # ------------------------------------------------------------------ functions

    def function_flags(self, function: Function) -> int:
        here = self.place.flags
        flags = Context.ASYNC if function.is_async else 0
        call = function.passed_to
        if call is None:
            if self._is_invoked():
                flags |= here & (Context.LOOP | Context.MODULE)
                if not function.is_async:
                    flags |= here & Context.ASYNC
            return flags
        name = call.name
        if name in PER_ITEM:
            names = function.node.child_by_field_name("parameters")
            if names is None or not self.slice(names).startswith(("(err", "(error")):
                flags |= here & (Context.ASYNC | Context.MODULE)
                return flags | (0 if _is_small(receiver_of(call.callee)) else Context.LOOP)
        if name not in _DEFERRED:
            flags |= here & Context.LOOP
        if name == "catch":
            flags |= Context.CATCH
        root = call.path.partition(".")[0].partition("(")[0]
        if root in _TESTS and (root not in _PLAIN_TESTS or _has_title(call)):
            flags |= Context.TEST
        return flags

    def _is_invoked(self) -> bool:
        """Whether the current function is called on the spot."""
        steps = 1
        around = self.parent()
        while around is not None and around.type == "parenthesized_expression":
            steps += 1
            around = self.parent(steps)
        return around is not None and around.type == "call_expression"

    def on_callback(self, function: Function) -> None:
        """``promise.catch(fn)`` handles an error as a catch clause does."""
        call = function.passed_to
        if call is None or call.name != "catch" or call.callee.type != "member_expression":
            return
        body = function.node.child_by_field_name("body")
        if body is not None and body.type in ("undefined", "null"):
            body = None
        name = function.parameters[0].name if function.parameters else ""
        self._add_promise_catch(function.inside, call, body, name)

    def _add_promise_catch(self, place: Place, call: Call, body: Node | None, name: str) -> None:
        member = call.callee.child_by_field_name("property") or call.callee
        receiver = receiver_of(call.callee) or call.callee
        self.facts.catches.append(
            Catch(
                place,
                call.node,
                body,
                (),
                name,
                Span(member.start_byte, call.node.end_byte if body is None else body.start_byte),
                self.span(receiver),
            )
        )

    # ------------------------------------------------------------------ regions

    def on_block(self, _node: Node) -> bool:
        around = self.parent()
        if around is not None and around.type not in FUNCTIONS and self._depth < _MAX_BLOCKS:
            self.inside(self.block_scope())
        return ENTER

    def on_for(self, node: Node) -> bool:
        self.inside(self.block_scope())
        return self.on_while(node)

    def on_while(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self.region(Context.LOOP))
        return ENTER

    def on_for_in(self, node: Node) -> bool:
        self.inside(self.block_scope())
        left = node.child_by_field_name("left")
        if left is not None:
            if node.child_by_field_name("kind") is not None:
                self.destructure(left, OPAQUE)
            else:
                self._assign_pattern(left, OPAQUE)
        body = node.child_by_field_name("body")
        if body is not None:
            flags = 0 if _is_small(node.child_by_field_name("right")) else Context.LOOP
            self.at(body, self.region(flags))
        return ENTER

    def on_switch(self, node: Node) -> bool:
        value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        if value is None or body is None:
            return ENTER
        self.at(body, self.block_scope())
        subject = self.slice(value)
        if len(subject) < 80 and "env" in subject.lower():
            for case in body.named_children:
                one = case.child_by_field_name("value")
                if one is not None and dev_guard(f"{subject[1:-1]} === {self.slice(one)}") > 0:
                    for statement in case.children_by_field_name("body"):
                        self.at(statement, self.region(Context.DEV_GUARD))
        return ENTER

    def on_try(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self.region(Context.TRY))
        return ENTER

    def on_catch(self, node: Node) -> bool:
        parameter, body = node.child_by_field_name("parameter"), node.child_by_field_name("body")
        place = self.block_scope(Context.CATCH)
        self.inside(place)
        name = ""
        if parameter is not None:
            self.destructure(parameter, OPAQUE)
            name = self.slice(parameter) if parameter.type == "identifier" else ""
        around = self.parent()
        guarded = around.child_by_field_name("body") if around is not None else None
        head_end = body.start_byte if body is not None else node.end_byte
        head = self.source[node.start_byte : head_end].rstrip()
        self.facts.catches.append(
            Catch(
                place,
                node,
                body,
                (),
                name,
                Span(node.start_byte, node.start_byte + len(head)),
                self.span(guarded) if guarded is not None else self.span(node),
            )
        )
        return ENTER

    def on_finally(self, _node: Node) -> bool:
        self.inside(self.region(Context.FINALLY))
        return ENTER

    def on_if(self, node: Node) -> bool:
        condition = node.child_by_field_name("condition")
        then = node.child_by_field_name("consequence")
        if condition is None or then is None:
            return ENTER
        text = self.source[condition.start_byte + 1 : condition.end_byte - 1]
        if b"require.main" in text or b"import.meta.main" in text or b"process.argv[1]" in text:
            self.at(then, self.region(Context.MAIN))
            return ENTER
        guard = self._guard(condition)
        if guard > 0:
            self.at(then, self.region(Context.DEV_GUARD))
        elif guard < 0:
            other = node.child_by_field_name("alternative")
            if other is not None:
                self.at(other, self.region(Context.DEV_GUARD))
            elif _leaves(then):
                following = node.next_named_sibling
                while following is not None:
                    self.at(following, self.region(Context.DEV_GUARD))
                    following = following.next_named_sibling
        return ENTER

    def _guard(self, condition: Node) -> int:
        start, end = condition.start_byte, condition.end_byte
        if condition.type == "parenthesized_expression":
            start, end = start + 1, end - 1
        if end - start > 200:
            return 0
        return dev_guard(self.source[start:end].decode("utf-8", "replace"))

    def on_ternary(self, node: Node) -> bool:
        condition = node.child_by_field_name("condition")
        guard = self._guard(condition) if condition is not None else 0
        if guard:
            side = node.child_by_field_name("consequence" if guard > 0 else "alternative")
            if side is not None:
                self.at(side, self.region(Context.DEV_GUARD))
        return ENTER

    def on_binary(self, node: Node) -> bool:
        operator = operator_of(node)
        if operator not in ("||", "??", "&&"):
            return ENTER
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return ENTER
        if operator != "&&":
            self.facts.fallbacks.append(Fallback(self.place, node, left, right))
        if operator != "??":
            guard = self._guard(left)
            if guard == (1 if operator == "&&" else -1):
                self.at(right, self.region(Context.DEV_GUARD))
        return ENTER

    # ------------------------------------------------------------------ statements

    def on_return(self, node: Node) -> bool:
        value = only_child(node)
        self.facts.statements.append(Statement(self.place, "return", node, value, self.parent()))
        if value is not None:
            self.note_return(self.place, value)
        return ENTER

    def on_throw(self, node: Node) -> bool:
        self.facts.statements.append(
            Statement(self.place, "raise", node, only_child(node), self.parent())
        )
        return ENTER

    def on_yield(self, node: Node) -> bool:
        self.facts.statements.append(
            Statement(self.place, "yield", node, only_child(node), self.parent())
        )
        return ENTER

    def on_expression(self, node: Node) -> bool:
        value = only_child(node)
        if value is None:
            return ENTER
        kind = value.type
        if kind not in ("assignment_expression", "augmented_assignment_expression",
                        "yield_expression"):  # fmt: skip
            self.facts.statements.append(
                Statement(self.place, "expression", node, value, self.parent())
            )
        if kind == "call_expression":
            if self.place.flags & Context.MODULE:
                callee = value.children[0]
                if callee.type == "identifier":
                    self.resolver.marks.add("main:" + self.slice(callee))
            self._note_noop(value)
        return ENTER

    def _note_noop(self, node: Node) -> None:
        """``promise.catch(noop)``"""
        callee = node.children[0]
        if callee.type != "member_expression":
            return
        member = callee.child_by_field_name("property")
        if member is None or self.slice(member) != "catch":
            return
        arguments = node.child_by_field_name("arguments")
        first = only_child(arguments) if arguments is not None else None
        if first is not None and self.path_of(first).endswith(_NOOPS):
            call = self.known_call(node)
            self._add_promise_catch(self.region(Context.CATCH), call, None, "")

    # ------------------------------------------------------------------ what facts ask

    def statements(self, block: Node) -> tuple[Node, ...]:
        if block.type not in ("statement_block", "program", "class_body", "switch_case", "ERROR",
                              "switch_default"):  # fmt: skip
            return (block,)
        return super().statements(block)

    def is_handler(self, function: Function) -> bool:
        if super().is_handler(function):
            return True
        given = function.parameters
        if given and request_shape([p.name for p in given]) and all(map(_fits_handlers, given)):
            return True
        if any(parameter.type_name in REQUEST_TYPES for parameter in function.parameters[:3]):
            return True
        if function.passed_to is None and "route-handler" in self.roles(self._declared(function)):
            return True
        if function.path in _VERBS and function.outer is None:
            # ``export async function POST(..)``: a route of Next.js, Remix, SvelteKit.
            return True
        # ``app.get("/x", wrap(async (req, res) => ..))``
        call = function.passed_to
        for _ in range(4):
            if call is None or call.parent is None or call.parent.type != "arguments":
                return False
            holder = call.parent.parent
            call = self.calls_by_node.get(holder.id) if holder is not None else None
            if call is not None and "route-handler" in self.roles(call.qualified):
                return True
        return False

    def _declared(self, function: Function) -> str | None:
        """The qualified type a function is declared to have: ``const f: RequestHandler = ..``."""
        for parameter in function.parameters[:1]:
            for binding in function.scope.bindings.get(parameter.name or "{0}", ()):
                if binding.kind == "parameter" and binding.target:
                    return self.resolve(binding.target, function.place.scope)
        return None

    def derived_context(self, place: Place) -> int:
        flags = super().derived_context(place)
        function = place.function
        if function is not None and place is function.inside and function.path == function.name:
            is_main = bool(function.name) and self.resolver.has_mark("main:" + function.name)
            flags |= Context.MAIN if is_main else 0
        return flags


def _is_small(node: Node | None) -> bool:
    """A literal of three or fewer items, which does not make a loop."""
    if node is None or node.type != "array":
        return False
    items = [n.type for n in node.named_children if n.type != "comment"]
    return len(items) <= _SMALL and "spread_element" not in items


def _has_title(call: Call) -> bool:
    arguments = call.node.child_by_field_name("arguments")
    first = only_child(arguments) if arguments is not None else None
    return first is not None and first.type in ("string", "template_string")


def _fits_handlers(parameter: Parameter) -> bool:
    """Whether a parameter's declared type can be one of a request handler."""
    return not parameter.type_path or _HANDLER_TYPES.search(parameter.type_path) is not None


def _leaves(then: Node) -> bool:
    """Whether a branch ends the function."""
    last = then
    if then.type == "statement_block":
        statements = [n for n in then.named_children if n.type != "comment"]
        if not statements:
            return False
        last = statements[-1]
    return last.type in ("return_statement", "throw_statement")


ADAPTER: Final = JavaScript
