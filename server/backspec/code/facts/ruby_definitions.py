"""What Ruby defines: modules, classes, methods, blocks with their parameters, and the names they
bind.

A block's variables are those of the method around it where that has them already. A method of no
parameters that only says where something comes from (``def client = @client ||= Redis.new``) is
bound to that, like a variable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import ENTER
from backspec.code.facts.model import (
    OPAQUE,
    Assign,
    Binding,
    Call,
    ClassDef,
    Context,
    Fallback,
    Function,
    Import,
    Parameter,
    Place,
    Scope,
    Statement,
)
from backspec.code.facts.ruby_calls import RubyCalls
from backspec.code.facts.ruby_paths import tail_of
from backspec.code.facts.values import only_child
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.resolve import Resolver
    from backspec.code.syntax import Node

PER_ITEM: Final = frozenset((
    "each", "each_with_index", "each_with_object", "each_slice", "each_cons", "each_entry",
    "each_pair", "each_key", "each_value", "map", "map!", "flat_map", "collect", "collect!",
    "select", "select!", "filter", "filter_map", "reject", "reject!", "find_all", "inject",
    "reduce", "sum", "times", "upto", "downto", "step", "loop", "find_each", "find_in_batches",
    "in_batches", "group_by", "sort_by", "sort_by!", "min_by", "max_by", "partition", "any?",
    "all?", "none?", "each_char", "each_line", "each_byte", "cycle", "zip", "index_by", "to_h",
    "transform_values", "transform_keys", "delete_if", "keep_if", "uniq", "each_row", "foreach",
    "reverse_each", "with_index", "detect", "sum_by", "tally_by", "chunk_while", "each_record",
))  # fmt: skip
"""Methods that run their block for each of several items."""

_ANSWERING: Final = frozenset(("lambda", "proc", "map", "define_method", "then", "tap"))
"""Methods whose block gives back its last value."""
_VERBS: Final = frozenset(("get", "post", "put", "patch", "delete"))
_ELSEWHERE: Final = frozenset(("define_method", "lambda", "proc", "new", "scope", "rescue_from"))
"""Methods that keep their block for later."""
_MODULES: Final = ("include", "extend", "prepend")
_TESTS = re.compile(r"(?:^|\.)(?:\w*TestCase|Minitest\.\w*Test|Minitest\.Spec|IntegrationTest)$")
_DESCRIBES: Final = frozenset(("describe", "context", "feature", "shared_examples",
                               "shared_context", "RSpec.describe", "it", "specify"))  # fmt: skip
SINATRA: Final = frozenset((
    "get", "post", "put", "patch", "delete", "head", "options", "before", "after", "error",
    "not_found", "configure", "set", "enable", "disable", "use", "redirect", "erb", "haml", "slim",
    "liquid", "markdown", "send_file", "halt", "params", "request", "response", "session",
    "headers", "cookies", "logger", "body", "status", "content_type", "attachment", "url", "to",
))  # fmt: skip
GRAPE: Final = frozenset((
    "get", "post", "put", "patch", "delete", "head", "options", "route", "params", "request",
    "headers", "cookies", "error!", "redirect", "before", "after", "rescue_from", "present",
    "declared", "version", "format", "prefix", "resource", "namespace", "sendfile", "stream",
))  # fmt: skip


class RubyDefinitions(RubyCalls):
    """Reads Ruby definitions and assignments."""

    def __init__(
        self, language: str, source: bytes, resolver: Resolver, place: Place | None
    ) -> None:
        super().__init__(language, source, resolver, place)
        self.appended: list[tuple[Node, Place]] = []
        """``text << more``: the operations, with where they stand."""

    # ------------------------------------------------------------------ requires and classes

    def require(self, call: Call) -> None:
        """``require 'net/http'`` imports a package; Sinatra's brings its words along."""
        arguments = call.node.child_by_field_name("arguments")
        first = only_child(arguments) if arguments is not None else None
        if first is None:
            return
        is_constant, name = self.constant(first)
        if not is_constant or not isinstance(name, str) or not name:
            return
        self.facts.imports.append(
            Import(name, "", "", call.span, is_relative=call.name == "require_relative")
        )
        parts = name.split("/")
        self.resolver.marks.update(
            "package:" + "/".join(parts[:n]) for n in range(1, len(parts) + 1)
        )
        if parts[0] == "sinatra":
            self._bind_words("Sinatra", SINATRA)

    def _bind_words(self, module: str, words: frozenset[str], scope: Scope | None = None) -> None:
        """Let the words of a framework be its members."""
        self.resolver.marks.add("package:" + module.lower())
        scope = scope or self.place.scope
        for word in words:
            scope.bind(word, Binding("import", f"{module}.{word}"))

    def on_class(self, node: Node) -> bool:
        name_node = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        name = self.path_of(name_node) if name_node is not None else ""
        here = self.place
        bases = tuple(self._bases(node, body))
        class_def = ClassDef(
            name.rpartition(".")[2],
            node,
            self.span(node),
            self.span(name_node) if name_node is not None else self.span(node),
            bases,
            (),
            here.class_def,
            here,
            self.qualify(name or f"{{{node.start_byte - self.extent.start}}}"),
        )
        self.facts.classes.append(class_def)
        if name:
            self.bind(name, Binding("class", class_def.path, None, bases))
        place = self.class_place(class_def)
        place.scope.bind("self", Binding("class", class_def.path))
        for base in bases:
            if _TESTS.search(base):
                place.flags |= Context.TEST
            elif base.startswith("ActiveRecord.Migration"):
                place.flags |= Context.MIGRATION
            elif base.startswith("Sinatra."):
                self._bind_words("Sinatra", SINATRA, place.scope)
            elif base.startswith("Grape."):
                self._bind_words("Grape", GRAPE, place.scope)
        if body is not None:
            self.at(body, place)
        return ENTER

    def _bases(self, node: Node, body: Node | None) -> Iterator[str]:
        superclass = node.child_by_field_name("superclass")
        base = only_child(superclass) if superclass is not None else None
        if base is not None and base.type == "element_reference":
            base = base.child_by_field_name("object")
        path = self.path_of(base) if base is not None else ""
        if path:
            yield path
        for statement in body.named_children if body is not None else ():
            if statement.type != "call" or statement.child_by_field_name("receiver") is not None:
                continue
            method = statement.child_by_field_name("method")
            if method is None or self.slice(method) not in _MODULES:
                continue
            given = statement.child_by_field_name("arguments")
            for one in given.named_children if given is not None else ():
                if one.type in ("constant", "scope_resolution") and (path := self.path_of(one)):
                    yield path

    def on_singleton_class(self, _node: Node) -> bool:
        return ENTER

    def qualify(self, name: str) -> str:
        """A definition's name within the file."""
        here = self.place
        if here.scope.kind == "class":
            return f"{here.scope.class_path}.{name}"
        if here.function is not None:
            owner = here.function.path or f"{{{here.function.span.start - self.extent.start}}}"
            return f"{owner}.{name}"
        return f"{here.class_def.path}.{name}" if here.class_def is not None else name

    def attributes(self, call: Call) -> None:
        """``attr_reader :client`` makes a method of a field."""
        given = call.node.child_by_field_name("arguments")
        for one in given.named_children if given is not None else ():
            if one.type == "simple_symbol":
                name = self.slice(one)[1:]
                self.bind(name, Binding("value", "@" + name))
                # What nothing else sets is whatever the caller gave.
                self.place.scope.bindings.setdefault("@" + name, [])

    # ------------------------------------------------------------------ names

    def on_assignment(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None:
            return ENTER
        if left.type in ("left_assignment_list", "destructured_left_assignment"):
            self._assign_several(node, left, right)
            return ENTER
        while right is not None and right.type == "assignment":
            right = right.child_by_field_name("right")
        target = self.path_of(left)
        if target and "(" not in target:
            self.facts.assigns.append(Assign(self.place, node, left, target, right))
            if left.type != "element_reference":
                self._bind_target(target, self.binding_of(right))
        if left.type == "element_reference":
            self._index_call(node, left)
        return ENTER

    def on_augmented(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        target = self.path_of(left) if left is not None else ""
        if left is None or not target or "(" in target:
            return ENTER
        operator_node = node.child_by_field_name("operator")
        operator = operator_node.type if operator_node is not None else "+="
        self.facts.assigns.append(Assign(self.place, node, left, target, right, operator))
        if left.type != "element_reference":
            is_default = operator in ("||=", "&&=")
            self._bind_target(target, self.binding_of(right) if is_default else OPAQUE)
        elif operator == "||=":
            self._index_call(node, left)
        if operator == "||=" and right is not None:
            self.facts.fallbacks.append(Fallback(self.place, node, left, right))
        return ENTER

    def _index_call(self, node: Node, left: Node) -> None:
        """What is set by key in something that models know is a call."""
        receiver = left.child_by_field_name("object")
        path = self.path_of(receiver) if receiver is not None else ""
        if path and self.is_word(path + ".[]="):
            self.add(node)

    def _assign_several(self, node: Node, left: Node, right: Node | None) -> None:
        """``a, b = 1, 2``: each name its value; else all of what is on the right."""
        names = left.named_children
        values = right.named_children if right is not None else []
        is_matched = (
            right is not None
            and right.type in ("right_assignment_list", "array")
            and len(names) == len(values)
            and not any(one.type.startswith("splat") for one in (*names, *values))
        )
        for at, name in enumerate(names):
            if name.type not in ("identifier", "instance_variable", "call", "element_reference"):
                self._bind_names(name)
                continue
            target = self.path_of(name)
            if not target or "(" in target:
                continue
            value = values[at] if is_matched else right
            self.facts.assigns.append(Assign(self.place, node, name, target, value))
            if name.type in ("identifier", "instance_variable"):
                self._bind_target(target, self.binding_of(value) if is_matched else OPAQUE)

    def _bind_target(self, target: str, binding: Binding) -> None:
        head, _, member = target.partition(".")
        if member:
            if head == "self" and "." not in member:
                self._bind_field("@" + member, binding)
            return
        if head.startswith("@"):
            self._bind_field(head, binding)
        else:
            self._bind_local(head, binding)

    def _bind_field(self, name: str, binding: Binding) -> None:
        """A field, of the class around or, outside of all, of the file."""
        class_def = self.place.class_def
        binding = self.lifted(binding)
        path = class_def.path if class_def is not None else ""
        scope = self.resolver.classes.get(path) if path else None
        if scope is not None:
            scope.bind(name, binding)
        elif class_def is None and self.place.scope.kind == "module":
            self.place.scope.bind(name, binding)
        else:
            self.outside.append((path, name, binding))

    def _bind_local(self, name: str, binding: Binding) -> None:
        """A variable: the one of the blocks and the method around, else a new one."""
        where: Scope | None = self.place.scope
        while where is not None and where.kind == "block":
            if name in where.bindings:
                break
            where = where.outer
        if where is None or name not in where.bindings or where.kind == "class":
            where = self.place.scope
        where.bind(name, binding)

    def _bind_names(self, pattern: Node) -> None:
        """Variables that a loop, pattern or list fills with something."""
        stack = [pattern]
        while stack:
            current = stack.pop()
            if current.type == "identifier":
                self._bind_local(self.slice(current), OPAQUE)
            else:
                stack.extend(current.named_children)

    # ------------------------------------------------------------------ functions

    def on_method(self, node: Node) -> bool:
        here = self.place
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        name = self.slice(name_node) if name_node is not None else ""
        # What a block defines (``helpers do``) belongs to the class or file around.
        home = here.scope
        while home.kind == "block" and home.outer is not None:
            home = home.outer
        is_method = home.kind == "class"
        path = f"{home.class_path}.{name}" if is_method else name
        if home.kind == "function":
            home, path = here.scope, self.qualify(name)
        function = Function(
            name,
            node,
            self.span(node),
            self.span(name_node) if name_node is not None else self.span(node),
            self.span(body) if body is not None else self.span(node),
            False,
            (),
            (),
            here.class_def if is_method else None,
            here.function,
            here,
            path=path if name else "",
        )
        inside = self.function_place(function)
        parameters = tuple(self._parameters(node.child_by_field_name("parameters")))
        function.parameters = parameters
        for parameter in parameters:
            inside.scope.bind(parameter.name, OPAQUE)
        if is_method:
            inside.scope.bindings["self"] = [Binding("class", home.class_path)]
        if name:
            meaning = self._said(body) if not parameters and body is not None else None
            home.bind(name, meaning or Binding("function", function.path))
            self.resolver.functions[function.path] = ("", home)
        self.facts.functions.append(function)
        self.functions_by_node[node.id] = function
        if body is not None:
            self.at(body, inside)
            self._results(body, inside)
        return ENTER

    def _said(self, body: Node) -> Binding | None:
        """What a method of no parameters stands for, when one look tells."""
        statements = [n for n in body.named_children if n.type != "comment"]
        only = statements[0] if body.type == "body_statement" and len(statements) == 1 else None
        if body.type != "body_statement":
            only = body
        if only is None or only.type not in ("call", "operator_assignment", "instance_variable",
                                             "element_reference", "binary"):  # fmt: skip
            return None
        path = self.path_of(only)
        if only.type == "operator_assignment" or path.endswith("!()") or only.type in (
            "instance_variable", "element_reference",
        ):  # fmt: skip
            binding = self.binding_of(only)
            return binding if binding.kind in ("value", "constant") else None
        head = path.partition(".")[0]
        if head[:1].isupper() and self.resolver.models.equals.get(path) is not None:
            return Binding("value", path)
        return None

    def _results(self, body: Node, inside: Place) -> None:
        """What a method gives back without saying ``return``."""
        stack = [body]
        for _ in range(64):
            if not stack:
                return
            node = stack.pop()
            tail = tail_of(node)
            if tail is None or tail.type in ("return", "method", "while", "until", "for", "class"):
                continue
            if tail.type in ("if", "unless", "elsif"):
                stack += [
                    side
                    for field in ("consequence", "alternative")
                    if (side := tail.child_by_field_name(field)) is not None
                ]
            elif tail.type in ("if_modifier", "unless_modifier"):
                side = tail.child_by_field_name("body")
                if side is not None:
                    stack.append(side)
            elif tail.type in ("case", "case_match"):
                stack += [
                    clause.child_by_field_name("body") or clause
                    for clause in tail.named_children
                    if clause.type in ("when", "in_clause", "else")
                ]
            elif tail.type not in ("when", "in_clause", "else", "pattern"):
                self.facts.statements.append(Statement(inside, "return", tail, tail, None))

    def _parameters(self, node: Node | None) -> Iterator[Parameter]:
        for one in node.named_children if node is not None else ():
            if one.type == "identifier":
                yield Parameter(self.place, self.slice(one), self.span(one))
                continue
            if one.type == "destructured_parameter":
                # Its names are those of the parts: a place in the list for all of them.
                names = [n for n in one.named_children if n.type == "identifier"]
                for first in names[:1]:
                    yield Parameter(self.place, self.slice(first), self.span(first))
                continue
            name_node = one.child_by_field_name("name")
            if name_node is None:
                continue
            default = one.child_by_field_name("value")
            name = self.slice(name_node)
            yield Parameter(self.place, name, self.span(one), "", default)
            if default is not None:
                self.add_pair(one, name, default)

    def on_block(self, node: Node) -> bool:
        """A block, with the call it is given to; or the body of ``->``."""
        here, around = self.place, self.parent()
        is_lambda = around is not None and around.type == "lambda"
        call = None
        if around is not None and not is_lambda:
            call = self.calls_by_node.get(around.id)
        head = around if is_lambda and around is not None else node
        body = node.child_by_field_name("body")
        parameters_node = head.child_by_field_name("parameters")
        function = Function(
            "",
            head,
            self.span(head),
            Span(head.start_byte, body.start_byte if body is not None else head.end_byte),
            self.span(body) if body is not None else self.span(node),
            False,
            (),
            (),
            None,
            here.function,
            here,
            passed_to=call,
        )
        name = call.name if call is not None else ""
        is_kept = is_lambda or name in _ELSEWHERE
        flags = here.flags & ~(Context.TRY | Context.CATCH) if is_kept else here.flags
        flags &= ~Context.MODULE
        if call is not None:
            flags |= self._block_flags(call)
        place = Place(self, here, Scope("block", here.scope), function, here.class_def, flags)
        function.inside = place
        parameters = tuple(self._parameters(parameters_node))
        function.parameters = parameters
        for at, parameter in enumerate(parameters):
            target = call.path if call is not None else ""
            binding = Binding("parameter", target, f"{at}/{len(parameters)}") if target else OPAQUE
            place.scope.bind(parameter.name, binding)
        if parameters_node is not None:
            for one in parameters_node.named_children:
                if one.type == "destructured_parameter":
                    for part in one.named_children:
                        if part.type == "identifier":
                            place.scope.bind(self.slice(part), OPAQUE)
        self.facts.functions.append(function)
        self.functions_by_node[node.id] = function
        self.functions_by_node[head.id] = function
        if body is not None:
            self.at(body, place)
            if is_lambda or name in _ANSWERING or self._answers_page(name, body):
                self._results(body, place)
        return ENTER

    def _answers_page(self, name: str, body: Node) -> bool:
        """Whether a block is a route's, whose last value is sent as a page."""
        return name in _VERBS and "content_type" not in self.slice(body)

    def _block_flags(self, call: Call) -> int:
        """What a block's call says about its body."""
        if call.name in PER_ITEM and not self._is_small(call):
            return Context.LOOP
        if call.path in _DESCRIBES and self.place.function is None:
            return Context.TEST
        if call.name == "configure" and "environment" not in call.path:
            given = call.node.child_by_field_name("arguments")
            first = only_child(given) if given is not None else None
            if first is not None and self.slice(first) in (":development", ":test"):
                return Context.DEV_GUARD
        return 0

    def _is_small(self, call: Call) -> bool:
        """A literal of three or fewer items, which does not make a loop."""
        receiver = call.node.child_by_field_name("receiver")
        return receiver is not None and receiver.type in (
            "array", "string_array", "symbol_array",
        ) and receiver.named_child_count <= 3  # fmt: skip

    def add(self, node: Node) -> Call:
        """Add the current node as a call."""
        raise NotImplementedError

    def is_word(self, path: str) -> bool:
        """Whether models know a path as it is written."""
        raise NotImplementedError
