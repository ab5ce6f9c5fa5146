"""Ruby: which facts its syntax gives.

Paths are read in ``ruby_paths``, expressions in ``ruby_values``, calls in ``ruby_calls``; names are
bound in ``ruby_definitions``, and ``ruby_flow`` answers what flows ask.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from backspec.code.facts.adapter import ENTER, SKIP
from backspec.code.facts.conditions import dev_guard
from backspec.code.facts.model import (
    OPAQUE,
    Assign,
    Binding,
    Call,
    Catch,
    Const,
    Context,
    Fallback,
    Function,
    Place,
    Statement,
    Use,
)
from backspec.code.facts.ruby_flow import RubyFlow
from backspec.code.facts.ruby_values import BLOCKS
from backspec.code.facts.values import only_child, operator_of
from backspec.code.resolve import Habits
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backspec.code.syntax import Node

_SUITES: Final = frozenset((
    "program", "body_statement", "block_body", "then", "else", "do", "ensure", "begin",
    "parenthesized_statements", "begin_block",
))  # fmt: skip
"""What holds statements."""
_CONTROLLER = re.compile(
    r"(?:Controller|^ActionController\.\w+|^ApplicationCable\.Channel|^ActionCable\.Channel\.Base)$"
)
_ASSIGNING: Final = ("assignment", "operator_assignment")
_LOADS: Final = ("require", "require_relative", "load")
_ATTRIBUTES: Final = ("attr_accessor", "attr_reader", "cattr_accessor", "mattr_accessor",
                      "class_attribute", "attr_writer")  # fmt: skip
_VISIBILITY: Final = ("private", "protected", "public")
_ENVIRONMENT = re.compile(r"(?:\w+(?:\.|::))*(?:environment|env)\s*==\s*:(\w+)")


class Ruby(RubyFlow):
    """Reads Ruby."""

    family = "ruby"
    habits: ClassVar[Habits] = Habits(
        globals=frozenset(("Kernel", "ENV")),
        capital_is_type=False,
        classes_have_namespace=True,
        members_are_visible=True,
    )
    splits: ClassVar[frozenset[str]] = frozenset(("method", "singleton_method"))
    leaves: ClassVar[frozenset[str]] = frozenset((
        "comment", "constant", "instance_variable", "class_variable", "global_variable", "self",
        "simple_symbol", "string_content", "escape_sequence", "integer", "float", "true", "false",
        "nil", "heredoc_content", "heredoc_end", "heredoc_beginning", "symbol_array",
        "string_array", "hash_key_symbol", "superclass", "alias", "undef", "rational", "complex",
        "character", "block_parameters", "uninterpreted", "break", "next", "redo",
    )) - {"break", "next"}  # fmt: skip
    handlers: ClassVar[Mapping[str, str]] = {
        "class": "on_class",
        "module": "on_class",
        "singleton_class": "on_singleton_class",
        "method": "on_method",
        "singleton_method": "on_method",
        "block": "on_block",
        "do_block": "on_block",
        "call": "on_call",
        "identifier": "on_identifier",
        "super": "on_super",
        "subshell": "on_call",
        "element_reference": "on_element",
        "pair": "on_pair",
        "assignment": "on_assignment",
        "operator_assignment": "on_augmented",
        "begin": "on_begin",
        "body_statement": "on_begin",
        "rescue": "on_rescue",
        "ensure": "on_ensure",
        "rescue_modifier": "on_rescue_modifier",
        "while": "on_while",
        "until": "on_while",
        "while_modifier": "on_while",
        "until_modifier": "on_while",
        "for": "on_for",
        "if": "on_if",
        "unless": "on_if",
        "if_modifier": "on_if",
        "unless_modifier": "on_if",
        "conditional": "on_if",
        "return": "on_return",
        "yield": "on_yield",
        "binary": "on_binary",
        "in_clause": "on_pattern",
        "match_pattern": "on_pattern",
    }

    # ------------------------------------------------------------------ calls and pairs

    def add(self, node: Node) -> Call:
        call = self.calls_by_node.get(node.id)
        if call is None:
            call = self.calls_by_node[node.id] = self.make_call(node, self.place)
        call.parent = self.parent()
        self.facts.calls.append(call)
        return call

    def is_word(self, path: str) -> bool:
        return path in self.resolver.models.calls

    def on_call(self, node: Node) -> bool:
        call = self.add(node)
        name = call.name
        around = call.parent
        is_statement = around is not None and around.type in _SUITES
        if call.path == name:
            if name in _LOADS:
                self.require(call)
            elif name in _ATTRIBUTES:
                self.attributes(call)
            elif name == "raise":
                self._add_statement("raise", node)
                return ENTER
        if is_statement:
            self._add_statement("expression", node)
        return ENTER

    def on_identifier(self, node: Node) -> bool:
        """A word that models know is a call, where it names no variable."""
        name = self.slice(node)
        if name not in self.resolver.models.calls or self.is_local(name, self.place.scope):
            return SKIP
        around = self.parent()
        if around is None:
            return SKIP
        kind = around.type
        if kind == "call":
            method = around.child_by_field_name("method")
            if method is not None and method == node:
                return SKIP
        elif kind in _NAMING:
            return SKIP
        self.add(node)
        if kind in _SUITES:
            self._add_statement("raise" if name == "raise" else "expression", node)
        return SKIP

    def on_super(self, _node: Node) -> bool:
        return SKIP

    def on_element(self, node: Node) -> bool:
        receiver = node.child_by_field_name("object")
        if receiver is None:
            return ENTER
        around = self.parent()
        is_target = around is not None and around.type in _ASSIGNING and (
            around.child_by_field_name("left") == node
        )  # fmt: skip
        if not is_target and (
            receiver.type in ("constant", "scope_resolution")
            or (len(node.named_children) == 2 and _is_statement(node.named_children[1]))
            or self.is_word(self.path_of(receiver) + ".[]")
        ):
            self.add(node)
        return ENTER

    def on_pair(self, node: Node) -> bool:
        key_node, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key_node is not None and value is not None:
            key = self.key_of(key_node, self.place.scope)
            if key is not None:
                self.add_pair(node, key, value)
        return ENTER

    # ------------------------------------------------------------------ regions

    def on_while(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self.region(Context.LOOP))
        return ENTER

    def on_for(self, node: Node) -> bool:
        pattern, body = node.child_by_field_name("pattern"), node.child_by_field_name("body")
        if pattern is not None:
            self._bind_names(pattern)
        if body is not None:
            self.at(body, self.region(Context.LOOP))
        return ENTER

    def on_begin(self, node: Node) -> bool:
        """What stands before a ``rescue`` is guarded by it."""
        children = node.named_children
        if any(child.type in ("rescue", "ensure") for child in children):
            has_handler = any(child.type == "rescue" for child in children)
            place = self.region(Context.TRY) if has_handler else self.region(Context.RESOURCE)
            for child in children:
                if child.type not in ("rescue", "ensure", "else", "comment"):
                    self.at(child, place)
        return ENTER

    def on_rescue(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        listed = node.child_by_field_name("exceptions")
        variable = node.child_by_field_name("variable")
        types = [
            self.path_of(one.named_children[0] if one.type == "splat_argument" else one) or "?"
            for one in (listed.named_children if listed is not None else ())
        ]
        name_node = only_child(variable) if variable is not None else None
        name = self.slice(name_node) if name_node is not None else ""
        place = self.region(Context.CATCH)
        if name and name.isidentifier():
            self._bind_local(name, Binding("type", types[0]) if len(types) == 1 else OPAQUE)
        head = variable or listed
        head_end = head.end_byte if head is not None else node.start_byte + len("rescue")
        self.facts.catches.append(
            Catch(
                place,
                node,
                body,
                tuple(types),
                name,
                Span(node.start_byte, head_end),
                self._guarded(self.parent(), node),
            )
        )
        self.inside(place)
        return ENTER

    def _guarded(self, around: Node | None, node: Node) -> Span:
        """The statements before a handler."""
        if around is None:
            return self.span(node)
        before = [
            child
            for child in around.named_children
            if child.type not in ("comment", "rescue", "ensure", "else")
        ]
        if not before:
            return Span(node.start_byte, node.start_byte)
        return Span(before[0].start_byte, before[-1].end_byte)

    def on_rescue_modifier(self, node: Node) -> bool:
        body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
        if body is None or handler is None:
            return ENTER
        place = self.region(Context.CATCH)
        self.at(body, self.region(Context.TRY))
        self.at(handler, place)
        self.facts.catches.append(
            Catch(
                place, node, handler, ("StandardError",), "",
                Span(body.end_byte + 1, handler.end_byte), self.span(body),
            )
        )  # fmt: skip
        return ENTER

    def on_ensure(self, _node: Node) -> bool:
        self.inside(self.region(Context.FINALLY))
        return ENTER

    def on_if(self, node: Node) -> bool:
        condition = node.child_by_field_name("condition")
        if condition is None or condition.end_byte - condition.start_byte > 200:
            return ENTER
        guard = dev_guard(_plain(self.slice(condition)))
        if not guard:
            return ENTER
        then = node.child_by_field_name("consequence") or node.child_by_field_name("body")
        otherwise = node.child_by_field_name("alternative")
        if node.type.startswith("unless"):
            guard = -guard
        if guard > 0 and then is not None:
            self.at(then, self.region(Context.DEV_GUARD))
        elif guard < 0 and otherwise is not None and otherwise.type != "elsif":
            self.at(otherwise, self.region(Context.DEV_GUARD))
        return ENTER

    def on_pattern(self, node: Node) -> bool:
        """``case x in {a:}`` and ``x => {a:}``: variables for parts of a value."""
        pattern = node.child_by_field_name("pattern")
        if pattern is None:
            return ENTER
        around = self.parent() if node.type == "in_clause" else node
        subject = around.child_by_field_name("value") if around is not None else None
        self._bind_names(pattern)
        if subject is not None:
            for one in self.names_in(pattern):
                name = self.slice(one)
                self._bind_local(name, OPAQUE)
                self.facts.assigns.append(Assign(self.place, node, one, name, subject))
        return ENTER

    def names_in(self, pattern: Node) -> list[Node]:
        """The variables that a pattern of a hash or an array fills."""
        found: list[Node] = []
        stack = [pattern]
        while stack:
            current = stack.pop()
            if current.type == "keyword_pattern" and len(current.named_children) == 1:
                found.append(current.named_children[0])
            elif current.type == "identifier":
                found.append(current)
            else:
                stack.extend(current.named_children)
        return found

    # ------------------------------------------------------------------ statements

    def on_return(self, node: Node) -> bool:
        self._add_statement("return", node, only_child(node))
        return ENTER

    def on_yield(self, node: Node) -> bool:
        self._add_statement("yield", node, only_child(node))
        return ENTER

    def on_binary(self, node: Node) -> bool:
        operator = operator_of(node)
        if operator in ("||", "or"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                self.facts.fallbacks.append(Fallback(self.place, node, left, right))
        elif operator == "<<":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None and left.type in (
                "identifier", "instance_variable",
            ):  # fmt: skip
                self.appended.append((node, self.place))
        return ENTER

    def _add_statement(
        self,
        kind: Literal["return", "raise", "expression", "yield"],
        node: Node,
        value: Node | None = None,
    ) -> None:
        self.facts.statements.append(
            Statement(self.place, kind, node, value or node, self.parent())
        )

    # ------------------------------------------------------------------ what facts ask

    def statements(self, block: Node) -> tuple[Node, ...]:
        if block.type not in _SUITES:
            return (block,)
        return tuple(
            n
            for n in block.named_children
            if n.type not in ("comment", "rescue", "ensure", "else", "heredoc_body")
        )

    def use(self, call: Call) -> Use:
        node, around = call.node, call.parent
        for _ in range(16):
            if around is None:
                return "other"
            kind = around.type
            if kind in _SUITES:
                return self._use_in(around, node)
            if kind in ("assignment", "operator_assignment"):
                return "assigned"
            if kind in ("return", "yield", "next", "break"):
                return "returned"
            if kind == "argument_list":
                outer = around.parent
                return "returned" if outer is not None and outer.type in (
                    "return", "yield", "next", "break",
                ) else "argument"  # fmt: skip
            if kind in ("call", "element_reference", "scope_resolution"):
                return "receiver"
            if kind in ("pair", "array", "interpolation", "keyword_parameter"):
                return "argument"
            if kind == "binary":
                operator = operator_of(around)
                if operator not in ("||", "or"):
                    return "condition" if operator in _TESTING else "other"
                if around.child_by_field_name("left") == node and operator == "or":
                    return "condition"
            elif kind in _CONDITIONAL:
                if around.child_by_field_name("condition") == node:
                    return "condition"
            elif kind == "unary":
                return "condition" if operator_of(around) in ("!", "not") else "other"
            elif kind == "method":
                return "returned"
            elif kind not in ("rescue_modifier", "when"):
                return "other"
            node, around = around, around.parent
        return "other"

    def _use_in(self, suite: Node, node: Node) -> Use:
        """A statement's value: what a method or block gives back when it is its last."""
        current, child = suite, node
        for _ in range(24):
            kind = current.type
            if kind in _SUITES:
                if kind in ("program", "do", "ensure"):
                    return "statement"
                statements = self.statements(current)
                if statements and statements[-1] != child and child in statements:
                    return "statement"
            elif kind in ("method", "singleton_method", "lambda", *BLOCKS):
                return "returned"
            elif kind in ("assignment", "operator_assignment"):
                return "assigned"
            elif kind in ("class", "module", "singleton_class"):
                return "statement"
            elif kind not in _PASSING:
                return "other"
            if current.parent is None:
                return "statement"
            child, current = current, current.parent
        return "other"

    def assigned_to(self, call: Call) -> str:
        around = call.parent
        while around is not None and (
            around.type in ("parenthesized_statements", "conditional", "rescue_modifier", "begin")
            or (around.type == "binary" and operator_of(around) in ("||", "or"))
        ):
            around = around.parent
        if around is None or around.type not in ("assignment", "operator_assignment"):
            return ""
        target = around.child_by_field_name("left")
        return self.path_of(target) if target is not None else ""

    def receiver_call(self, call: Call) -> Call | None:
        node = call.node.child_by_field_name("receiver")
        while node is not None and node.type == "parenthesized_statements":
            node = only_child(node)
        if node is None or node.type != "call":
            return None
        return self.call_of(node, call.place.scope)

    def call_context(self, _call: Call) -> int:
        return 0

    def pattern_text(self, call: Call) -> str | None:
        for value in (*call.arguments.positional[:1],):
            if value.node.type == "regex":
                return "".join(self.slice(part) for part in value.node.named_children)
            if isinstance(value, Const) and isinstance(value.value, str):
                return value.value
        receiver = call.node.child_by_field_name("receiver")
        if receiver is not None and receiver.type == "regex":
            return "".join(self.slice(part) for part in receiver.named_children)
        return None

    # ------------------------------------------------------------------ handlers

    def derived_context(self, place: Place) -> int:
        flags = super().derived_context(place)
        function, outer = place.function, place.outer
        if function is not None and outer is not None and outer.function is not function and (
            function.node.type in BLOCKS
        ):  # fmt: skip
            flags |= outer.context & Context.TRANSACTION
            call = function.passed_to
            if call is not None and "after-commit" in self.roles_of(call):
                flags &= ~Context.TRANSACTION
        return flags

    def is_handler(self, function: Function) -> bool:
        if super().is_handler(function):
            return True
        class_def = function.class_def
        if class_def is None or function.node.type != "method" or not class_def.name:
            return False
        bases = self.resolver.bases(class_def.path) or class_def.base_paths
        if function.name in ("handle", "call") and any(
            base.endswith(".Action") for base in class_def.base_paths
        ):
            return True  # Hanami
        is_controller = class_def.node.type == "class" and any(
            _CONTROLLER.search(name) for name in (class_def.name, *bases, *class_def.base_paths)
        )
        return is_controller and function.name != "initialize" and self.is_public(function.node)

    def is_public(self, method: Node) -> bool:
        """Whether a method may be a route's: not behind ``private``."""
        around = method.parent
        if around is not None and around.type == "argument_list":
            call = around.parent
            name = call.child_by_field_name("method") if call is not None else None
            return name is None or self.slice(name) not in ("private", "protected")
        sibling = method.prev_named_sibling
        for _ in range(400):
            if sibling is None:
                return True
            if sibling.type == "identifier":
                word = self.slice(sibling)
                if word in _VISIBILITY:
                    return word == "public"
            sibling = sibling.prev_named_sibling
        return True


_NAMING: Final = frozenset((
    "method", "singleton_method", "method_parameters", "block_parameters", "lambda_parameters",
    "keyword_parameter", "optional_parameter", "alias", "undef", "setter", "exception_variable",
    "block_parameter", "splat_parameter", "hash_splat_parameter", "left_assignment_list",
))  # fmt: skip
_TESTING: Final = frozenset(("==", "!=", "===", "=~", "!~", "<", ">", "<=", ">=", "&&", "and"))
_CONDITIONAL: Final = frozenset((
    "if", "unless", "elsif", "while", "until", "if_modifier", "unless_modifier", "conditional",
    "while_modifier", "until_modifier", "case", "case_match",
))  # fmt: skip
_PASSING: Final = frozenset((
    "if", "unless", "elsif", "if_modifier", "unless_modifier", "conditional", "case", "when",
    "case_match", "in_clause", "rescue", "rescue_modifier",
))  # fmt: skip


def _is_statement(key: Node) -> bool:
    """Whether a key is rather a text of several words: ``db["select 1"]``."""
    return key.type == "string" and (
        key.named_child_count > 1 or key.end_byte - key.start_byte > 60
    )


def _plain(condition: str) -> str:
    """A condition in the spelling that languages share: ``Rails.env.local?``."""
    text = condition.replace("::", ".").replace("?", "")
    return _ENVIRONMENT.sub(r"environment == '\1'", text)


ADAPTER = Ruby
