"""What C# expressions are: constants, calls, built strings, collections, options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.c_like import MAX_DEPTH, MAX_ITEMS, only_child
from backspec.code.facts.csharp_names import CSharpNames
from backspec.code.facts.csharp_shapes import (
    CREATIONS,
    LAMBDAS,
    STRINGS,
    argument_list,
    bound_member,
    initializer_of,
    unwrapped,
)
from backspec.code.facts.model import (
    Arguments,
    Built,
    Call,
    CallValue,
    Const,
    Constant,
    FunctionValue,
    Mapping,
    Name,
    Operation,
    Place,
    Scope,
    Sequence,
    Unknown,
    Value,
)
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

_NAMES: Final = frozenset(
    ("identifier", "member_access_expression", "conditional_access_expression", "this", "base",
     "generic_name", "element_access_expression", "qualified_name")
)  # fmt: skip
_JOINERS: Final = frozenset(
    f"{owner}.{name}"
    for owner in ("string", "String", "System.String")
    for name in ("Format", "Concat", "Join")
)
_ARRAYS: Final = ("array_creation_expression", "implicit_array_creation_expression")


_CONTROL: Final = re.compile(
    r"(?:this\.)?(?!lbl|Label|lit)[A-Za-z_]\w*\.(Text|SelectedValue|Value|FileName|PostedFile)(?:\.\w+)*"
)


class CSharpValues(CSharpNames):
    """Reads C# expressions."""

    # ------------------------------------------------------------------ values

    def value(self, node: Node, scope: Scope) -> Value:
        return self._value(node, scope, 0)

    def _value(self, node: Node, scope: Scope, depth: int) -> Value:
        node = unwrapped(node)
        span = Span(node.start_byte, node.end_byte)
        if depth > MAX_DEPTH:
            return Unknown(span, node)
        kind = node.type
        if kind in _NAMES:
            path = self.path_of(node)
            if kind == "identifier" and self.literals and depth <= 1:
                literal = self.literal_of(path, scope)
                if literal is not None:
                    return self._created(literal, scope, depth + 1)
                filled = self._filled(path, scope, node, depth)
                if filled is not None:
                    return filled
            if not path and kind == "element_access_expression":
                inner = node.child_by_field_name("expression")
                values = [self._value(inner, scope, depth + 1)] if inner is not None else []
                return Operation(span, node, "[]", tuple(values))
            found = self.named(node, path, scope) if path else Unknown(span, node)
            if isinstance(found, Name) and found.qualified is None:
                found.qualified = self._control(path)
            return found
        if kind == "invocation_expression":
            return self._call_value(node, scope, depth)
        if kind in CREATIONS:
            return self._created(node, scope, depth)
        if kind == "anonymous_object_creation_expression":
            return self._anonymous(node, scope, depth)
        if kind == "initializer_expression" and any(
            child.type == "assignment_expression" for child in node.named_children
        ):
            mapping = Mapping(span, node)
            self._entries(mapping, node, scope, depth)
            return mapping
        if kind in _ARRAYS or kind in ("initializer_expression", "collection_expression"):
            return self._sequence(node, scope, depth)
        if kind in LAMBDAS:
            return FunctionValue(span, node, self.function_of(node, scope))
        is_constant, constant = self.constant(node)
        if is_constant:
            return Const(span, node, constant)
        if kind == "interpolated_string_expression":
            return Built(span, node, tuple(self._interpolated(node, scope, depth)))
        if kind == "binary_expression":
            operator, operands = self.operands_of(node)
            values = [self._value(operand, scope, depth + 1) for operand in operands]
            if operator == "+":
                return self.concatenation(span, node, values)
            return Operation(span, node, operator, tuple(values))
        if kind == "prefix_unary_expression":
            operand = only_child(node)
            operator = self.source[node.start_byte : node.start_byte + 1].decode("ascii", "replace")
            values = [self._value(operand, scope, depth + 1)] if operand is not None else []
            return Operation(span, node, operator, tuple(values))
        if kind == "conditional_expression":
            fields = ("condition", "consequence", "alternative")
            parts = [n for one in fields if (n := node.child_by_field_name(one)) is not None]
            values = [self._value(one, scope, depth + 1) for one in parts]
            return Operation(span, node, "?:", tuple(values))
        if kind == "assignment_expression":
            right = node.child_by_field_name("right")
            return self._value(right, scope, depth + 1) if right else Unknown(span, node)
        if kind == "switch_expression":
            return self._switch(node, scope, depth)
        if kind == "is_pattern_expression":
            return self._tested(node, scope, depth)
        if kind == "query_expression":
            clauses = [n for n in node.named_children if n.type == "from_clause"]
            source = clauses[0].named_children[-1] if clauses else None
            if source is not None:
                return Operation(span, node, "[]", (self._value(source, scope, depth + 1),))
        return Unknown(span, node)

    def _filled(self, name: str, scope: Scope, use: Node, depth: int) -> Mapping | None:
        """``var o = new CookieOptions(); o.Secure = true;`` as one mapping, where ``o`` is used."""
        where: Scope | None = scope
        while where is not None and name not in where.bindings and where.kind == "block":
            where = where.outer
        literal = self.literals.get((id(where), name)) if where is not None else None
        if literal is None or literal.end_byte > use.start_byte:
            return None
        mapping = self._created(literal, scope, depth + 1)
        if not isinstance(mapping, Mapping):
            given = argument_list(literal)
            if given is not None and given.named_child_count:
                return None
            path = self.created_type(literal)
            mapping = Mapping(mapping.span, literal, type_name=self.resolve(path, scope) or path)
        for assign in self.facts.assigns:
            head, _, member = assign.target.partition(".")
            at = assign.node
            if head != name or not literal.end_byte <= at.start_byte < use.start_byte:
                continue
            block = at.parent.parent if at.parent is not None else None
            is_certain = block is not None and block.end_byte >= use.end_byte
            if not member or "." in member or assign.value_node is None or not is_certain:
                return None
            mapping.entries[member] = self._value(assign.value_node, assign.scope, depth + 1)
            mapping.key_spans[member] = Span(at.start_byte, at.end_byte)
        between = self.source[literal.end_byte : use.start_byte]
        if re.search(rb"[(,]\s*" + name.encode() + rb"\s*[,)]", between):
            mapping.is_open = True
        return mapping

    def _control(self, path: str) -> str | None:
        """What a control holds that the page's designer file declares: ``txtName.Text``."""
        member = _CONTROL.fullmatch(path)
        if member is None or not self.resolver.has_mark("package:System.Web.UI"):
            return None
        return f"System.Web.UI.Control.{member[1]}"

    def _switch(self, node: Node, scope: Scope, depth: int) -> Value:
        """The arm that a constant chooses, else all of them."""
        span = Span(node.start_byte, node.end_byte)
        children = [n for n in node.named_children if "comment" not in n.type]
        subject = self._value(children[0], scope, depth + 1) if children else None
        arms: list[Value] = []
        for arm in children[1:][:MAX_ITEMS]:
            parts = [n for n in arm.named_children if "comment" not in n.type]
            if len(parts) < 2 or "throw" in parts[-1].type:
                continue
            if isinstance(subject, Const) and len(parts) == 2:
                tested = self.constants_of(parts[0])
                if parts[0].type == "discard" or subject.value in tested:
                    return self._value(parts[-1], scope, depth + 1)
                if tested:
                    continue
            arms.append(self._value(parts[-1], scope, depth + 1))
        return Operation(span, node, "switch", tuple(arms))

    def constants_of(self, node: Node) -> list[Constant]:
        """The constants that a pattern accepts; [] when it says anything else."""
        found: list[Constant] = []
        stack = [node]
        for _ in range(MAX_ITEMS):
            if not stack:
                break
            current = stack.pop()
            if current.type in ("or_pattern", "parenthesized_pattern"):
                stack += current.named_children
                continue
            inner = only_child(current) if current.type == "constant_pattern" else None
            is_constant, constant = self.constant(inner) if inner is not None else (False, None)
            if not is_constant:
                return []
            found.append(constant)
        return found

    def _tested(self, node: Node, scope: Scope, depth: int) -> Value:
        """``x is "a" or "b"`` asks whether a sequence holds ``x``; ``x is null`` compares."""
        span = Span(node.start_byte, node.end_byte)
        subject = node.child_by_field_name("expression")
        pattern = node.child_by_field_name("pattern")
        if subject is None or pattern is None:
            return Unknown(span, node)
        is_negated = pattern.type == "negated_pattern"
        accepted = self.constants_of(only_child(pattern) or pattern if is_negated else pattern)
        if not accepted:
            return Unknown(span, node)
        one = self._value(subject, scope, depth + 1)
        where = Span(pattern.start_byte, pattern.end_byte)
        if len(accepted) == 1:
            two: Value = Const(where, pattern, accepted[0])
            return Operation(span, node, "!=" if is_negated else "==", (one, two))
        items = tuple(Const(where, pattern, constant) for constant in accepted)
        operands = (one, Sequence(where, pattern, items))
        return Operation(span, node, "not in" if is_negated else "in", operands)

    def _interpolated(self, node: Node, scope: Scope, depth: int) -> list[Value]:
        parts: list[Value] = []
        for child in node.named_children:
            if child.type == "interpolation":
                inner = next(
                    (n for n in child.named_children if not n.type.startswith("interpolation_")),
                    None,
                )
                if inner is not None:
                    parts.append(self._value(inner, scope, depth + 1))
            elif child.type in ("string_content", "escape_sequence"):
                span = Span(child.start_byte, child.end_byte)
                parts.append(Const(span, child, self.fragment(child)))
        return parts

    def _sequence(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        body: Node | None = node
        if node.type in _ARRAYS:
            body = next(
                (n for n in node.named_children if n.type == "initializer_expression"), None
            )
            if body is None:
                return Unknown(span, node)
        items: list[Value] = []
        is_open = False
        for child in body.named_children if body is not None else ():
            item: Node | None = child
            if child.type == "collection_element":
                item = only_child(child)
                if item is not None and item.type == "expression_element":
                    item = only_child(item)
                elif item is not None and item.type == "spread_element":
                    is_open = True
                    continue
            if item is None or "comment" in item.type:
                continue
            if len(items) == MAX_ITEMS:
                is_open = True
                break
            items.append(self._value(item, scope, depth + 1))
        return Sequence(span, node, tuple(items), is_open)

    def _created(self, node: Node, scope: Scope, depth: int) -> Value:
        """``new X(..)`` is a call; with nothing but an initialiser it is a mapping or sequence."""
        span = Span(node.start_byte, node.end_byte)
        initializer = initializer_of(node)
        arguments = argument_list(node)
        if initializer is None or (arguments is not None and arguments.named_child_count):
            return CallValue(span, node, self.call_of(node, scope))
        children = [n for n in initializer.named_children if "comment" not in n.type]
        if children and not any(
            n.type in ("assignment_expression", "initializer_expression") for n in children
        ):
            return self._sequence(initializer, scope, depth)
        path = self.created_type(node)
        mapping = Mapping(span, node, type_name=self.resolve(path, scope) or path or None)
        self._entries(mapping, initializer, scope, depth)
        return mapping

    def _entries(self, mapping: Mapping, initializer: Node, scope: Scope, depth: int) -> None:
        for count, child in enumerate(initializer.named_children):
            if "comment" in child.type:
                continue
            key, value = self.entry(child)
            if not key or value is None or count > MAX_ITEMS:
                mapping.is_open = True
                continue
            mapping.entries[key] = self._value(value, scope, depth + 1)
            mapping.key_spans[key] = Span(child.start_byte, child.end_byte)

    def entry(self, node: Node) -> tuple[str, Node | None]:
        """(key, value) of ``A = x``, ``["a"] = x`` or ``{"a", x}`` in an initialiser."""
        if node.type == "assignment_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is None:
                return "", right
            if left.type == "identifier":
                return self.slice(left), right
            if left.type == "element_binding_expression":
                argument = only_child(left)
                inner = only_child(argument) if argument is not None else None
                if inner is not None and inner.type in STRINGS:
                    return self.string(inner), right
            return "", right
        if node.type == "initializer_expression" and node.named_child_count == 2:
            key, value = node.named_children
            if key.type in STRINGS:
                return self.string(key), value
        return "", None

    def anonymous_entries(self, node: Node) -> list[tuple[str, Node, Node]]:
        """(key, key node, value) of ``new { A = x, b, c.D }``."""
        found = []
        children = [n for n in node.children if "comment" not in n.type]
        for at, child in enumerate(children):
            if not child.is_named:
                continue
            if at + 1 < len(children) and children[at + 1].type == "=":
                continue
            if at >= 2 and children[at - 1].type == "=":
                found.append((self.slice(children[at - 2]), children[at - 2], child))
            else:
                path = self.path_of(child)
                if path:
                    found.append((path.rpartition(".")[2], child, child))
        return found

    def _anonymous(self, node: Node, scope: Scope, depth: int) -> Mapping:
        mapping = Mapping(Span(node.start_byte, node.end_byte), node)
        for key, key_node, value in self.anonymous_entries(node)[:MAX_ITEMS]:
            mapping.entries[key] = self._value(value, scope, depth + 1)
            mapping.key_spans[key] = Span(key_node.start_byte, key_node.end_byte)
        return mapping

    def _call_value(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        call = self.call_of(node, scope)
        if call.path in _JOINERS:
            given = self._arguments(node, scope, depth + 1)
            return Built(span, node, given.positional)
        if call.path == "nameof":
            given = self._arguments(node, scope, depth + 1)
            if given.positional and isinstance(given.positional[0], Name):
                return Const(span, node, given.positional[0].path.rpartition(".")[2])
        return CallValue(span, node, call)

    # ------------------------------------------------------------------ arguments

    def arguments(self, call: Call) -> Arguments:
        if call.node.type == "assignment_expression":
            return self._set_arguments(call)
        return self._arguments(call.node, call.place.scope, 0)

    def _set_arguments(self, call: Call) -> Arguments:
        """What a setter is given: the value; an indexer's, the index and the value."""
        values: list[Value] = []
        left, right = call.callee, call.node.child_by_field_name("right")
        if left.type == "element_access_expression":
            key = only_child(only_child(left.child_by_field_name("subscript")))
            if key is not None:
                values.append(self.value(key, call.place.scope))
        if right is not None:
            values.append(self.value(right, call.place.scope))
        at = call.node.end_byte
        return Arguments(tuple(values), span=Span(at, at), has_parentheses=False)

    def _arguments(self, call_node: Node, scope: Scope, depth: int) -> Arguments:
        node = argument_list(call_node)
        at = call_node.end_byte
        found = Arguments(span=Span(at, at), has_parentheses=False)
        positional: list[Value] = []
        if node is not None:
            end = node.end_byte - (self.source[node.end_byte - 1 : node.end_byte] == b")")
            found.span = Span(node.start_byte + 1, max(end, node.start_byte + 1))
            found.has_parentheses = True
            for child in node.named_children:
                if child.type == "ERROR":
                    found.is_open = True
                if child.type not in ("argument", "attribute_argument"):
                    continue
                name = child.child_by_field_name("name")
                inner = [n for n in child.named_children if n != name and "comment" not in n.type]
                if not inner:
                    continue
                value = self._argument(inner[-1], scope, depth + 1)
                if name is None:
                    positional.append(value)
                else:
                    found.keywords[self.slice(name)] = value
                    found.keyword_spans[self.slice(name)] = Span(child.start_byte, child.end_byte)
        initializer = initializer_of(call_node)
        if initializer is not None:
            mapping = Mapping(found.span, call_node)
            self._entries(mapping, initializer, scope, depth)
            for key, value in mapping.entries.items():
                found.keywords.setdefault(key, value)
                found.keyword_spans.setdefault(key, mapping.key_spans[key])
        found.positional = tuple(positional)
        return found

    def _argument(self, node: Node, scope: Scope, depth: int) -> Value:
        """An argument; a lambda that sets members of its parameter is a mapping of options."""
        if node.type == "lambda_expression":
            options = self._options(node, scope, depth)
            if options is not None:
                return options
        return self._value(node, scope, depth)

    def _options(self, node: Node, scope: Scope, depth: int) -> Mapping | None:
        parameters, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
        if parameters is None or body is None:
            return None
        if parameters.type == "parameter_list":
            only = [n for n in parameters.named_children if n.type == "parameter"]
            named = only[0].child_by_field_name("name") if len(only) == 1 else None
        else:
            named = parameters
        if named is None:
            return None
        prefix = self.slice(named) + "."
        mapping = Mapping(Span(node.start_byte, node.end_byte), node)
        statements = body.named_children if body.type == "block" else [body]
        for statement in statements[:MAX_ITEMS]:
            one = only_child(statement) if statement.type == "expression_statement" else statement
            left = one.child_by_field_name("left") if one is not None else None
            right = one.child_by_field_name("right") if one is not None else None
            is_set = one is not None and one.type == "assignment_expression"
            target = self.path_of(left) if is_set and left is not None else ""
            if right is None or not target.startswith(prefix):
                mapping.is_open = mapping.is_open or "comment" not in statement.type
                continue
            key = target[len(prefix) :]
            inside = mapping
            *outer, last = key.split(".")
            for part in outer:
                entry = inside.entries.setdefault(part, Mapping(mapping.span, node, is_open=True))
                if not isinstance(entry, Mapping):
                    break
                inside = entry
            inside.entries[last] = self._value(right, scope, depth + 1)
            inside.key_spans[last] = Span(statement.start_byte, statement.end_byte)
        return mapping if mapping.entries else None

    def make_call(self, node: Node, place: Place) -> Call:
        """A call of an invocation, an object creation or an attribute."""
        kind = node.type
        if kind == "invocation_expression":
            callee = node.child_by_field_name("function") or node
            path = self.path_of(node).removesuffix("()") if callee != node else ""
            return Call(place, node, callee, None, path, self._last_name(callee, path))
        if kind == "attribute":
            callee = node.child_by_field_name("name") or node
            path = self.type_path(callee)
            return Call(place, node, callee, None, path, path.rpartition(".")[2])
        callee = node.child_by_field_name("type") or node.children[0]
        path = self.created_type(node)
        return Call(place, node, callee, None, path, path.rpartition(".")[2], is_new=True)

    def _last_name(self, callee: Node, path: str) -> str:
        if path:
            return path[path.rfind(".") + 1 :]
        if callee.type == "member_access_expression":
            name = callee.child_by_field_name("name")
        else:
            name = bound_member(callee) if callee.type == "conditional_access_expression" else None
        return self.plain(name) if name is not None else ""

    def is_async(self, node: Node) -> bool:
        return self.has_modifier(node, "async")

    def has_modifier(self, node: Node, word: str) -> bool:
        """Whether a definition or lambda has a modifier."""
        for child in node.children:
            if child.type == "modifier" and self.slice(child) == word:
                return True
            if child.type in ("block", "identifier", "parameter_list"):
                break
        return False
