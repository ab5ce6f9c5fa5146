"""Python: which facts and bindings its syntax gives.

Expressions are read in ``python_values``, questions about facts answered in ``python_answers``.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, ClassVar, Final

from backspec.code.facts.adapter import ENTER, SKIP
from backspec.code.facts.conditions import dev_guard
from backspec.code.facts.model import (
    OPAQUE,
    Assign,
    Binding,
    Call,
    Catch,
    ClassDef,
    Context,
    Decorator,
    Fallback,
    Function,
    Import,
    Parameter,
    Place,
    Scope,
    Statement,
)
from backspec.code.facts.python_answers import PythonAnswers, conventional
from backspec.code.resolve import Habits
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backspec.code.syntax import Node

REGISTRARS: Final = {
    "path": 1, "re_path": 1, "url": 1, "add_url_rule": 2, "add_api_route": 1, "add_route": 1,
    "add_view": 0, "Depends": 0, "Security": 0, "Route": 1,
}  # fmt: skip
"""Calls that register a function of the file as a handler, and at which position."""

_SMALL: Final = 3


class Python(PythonAnswers):
    """Reads Python."""

    family = "python"
    habits: ClassVar[Habits] = Habits(globals=frozenset(dir(builtins)), conventional=conventional)
    leaves: ClassVar[frozenset[str]] = frozenset(
        ("comment", "dotted_name", "identifier", "integer", "float", "escape_sequence",
         "string_content", "string_start", "string_end", "type", "import_prefix", "pass_statement")
    )  # fmt: skip
    splits: ClassVar[frozenset[str]] = frozenset(("function_definition", "decorated_definition"))
    handlers: ClassVar[Mapping[str, str]] = {
        "import_statement": "on_import",
        "import_from_statement": "on_import_from",
        "class_definition": "on_class",
        "function_definition": "on_function",
        "lambda": "on_lambda",
        "call": "on_call",
        "assignment": "on_assignment",
        "augmented_assignment": "on_augmented",
        "named_expression": "on_walrus",
        "type_alias_statement": "on_type_alias",
        "global_statement": "on_global",
        "nonlocal_statement": "on_global",
        "for_statement": "on_for",
        "while_statement": "on_while",
        "list_comprehension": "on_comprehension",
        "set_comprehension": "on_comprehension",
        "dictionary_comprehension": "on_comprehension",
        "generator_expression": "on_comprehension",
        "with_statement": "on_with",
        "try_statement": "on_try",
        "except_clause": "on_except",
        "except_group_clause": "on_except",
        "finally_clause": "on_finally",
        "if_statement": "on_if",
        "case_pattern": "on_case_pattern",
        "return_statement": "on_return",
        "raise_statement": "on_raise",
        "yield": "on_yield",
        "expression_statement": "on_expression",
        "boolean_operator": "on_boolean",
        "keyword_argument": "on_keyword",
        "pair": "on_pair",
        "default_parameter": "on_default",
        "typed_default_parameter": "on_default",
    }

    # ------------------------------------------------------------------ names from elsewhere

    def on_import(self, node: Node) -> bool:
        for name in node.children_by_field_name("name"):
            if name.type == "aliased_import":
                module, alias = self._aliased(name)
                self._import(node, module, "", alias, module)
            else:
                module = self.slice(name)
                root = module.partition(".")[0]
                self._import(node, module, "", root, root)
        return SKIP

    def on_import_from(self, node: Node) -> bool:
        module_node = node.child_by_field_name("module_name")
        if module_node is None:
            return SKIP
        module = "".join(self.slice(module_node).split())
        for name in node.children_by_field_name("name"):
            member, alias = (
                self._aliased(name) if name.type == "aliased_import" else (self.slice(name),) * 2
            )
            target = module + member if module.endswith(".") else f"{module}.{member}"
            self._import(node, module, member, alias, target)
        if any(child.type == "wildcard_import" for child in node.children):
            self.facts.imports.append(
                Import(module, "*", "", self.span(node), module.startswith("."))
            )
            self.resolver.marks.add("package:" + module.partition(".")[0])
        return SKIP

    def _aliased(self, node: Node) -> tuple[str, str]:
        name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
        written = self.slice(name) if name is not None else ""
        return written, self.slice(alias) if alias is not None else written

    def _import(self, node: Node, module: str, member: str, alias: str, target: str) -> None:
        self.facts.imports.append(
            Import(module, member, alias, self.span(node), module.startswith("."))
        )
        self.resolver.marks.add("package:" + module.partition(".")[0])
        known = self.place.scope.bindings.get(alias)
        if known and self.place.flags & Context.CATCH:
            # ``except ImportError: import simplejson as json``: the first choice names it.
            return
        self.bind_name(alias, Binding("import", target))

    # ------------------------------------------------------------------ classes and functions

    def on_class(self, node: Node) -> bool:
        name_node = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        if name_node is None:
            return ENTER
        name = self.slice(name_node)
        here = self.place
        bases = node.child_by_field_name("superclasses")
        paths = []
        for base in bases.named_children if bases is not None else ():
            if base.type == "subscript":
                base = base.child_by_field_name("value") or base  # noqa: PLW2901
            path = self.path_of(base) if base.type in ("identifier", "attribute", "call") else ""
            if path:
                paths.append(path)
        class_def = ClassDef(
            name,
            node,
            self.span(node),
            self.span(name_node),
            tuple(paths),
            tuple(self._decorators()),
            here.class_def,
            here,
            self._qualify(name),
        )
        self.facts.classes.append(class_def)
        self.bind_name(name, Binding("class", class_def.path, None, class_def.base_paths))
        place = self.class_place(class_def)
        if any(path.endswith("TestCase") for path in paths):
            place.flags |= Context.TEST
        if body is not None:
            self.at(body, place)
        return ENTER

    def _qualify(self, name: str) -> str:
        """A definition's name within the file."""
        here = self.place
        if here.function is not None:
            owner = here.function.path or here.function.name
            if here.scope.kind == "class":
                owner = here.scope.class_path
            return f"{owner}.{name}"
        return f"{here.class_def.path}.{name}" if here.class_def is not None else name

    def _decorators(self) -> Iterator[Decorator]:
        """The decorators of the definition that is the current node."""
        around = self.parent()
        if around is None or around.type != "decorated_definition":
            return
        for child in around.children:
            if child.type != "decorator":
                continue
            expression = child.named_children[0] if child.named_children else None
            if expression is None:
                continue
            call = self.calls_by_node.get(expression.id) or self.calls_around.get(expression.id)
            path = call.path if call is not None else self.path_of(expression)
            yield Decorator(self.place, path, self.span(child), call)

    def on_function(self, node: Node) -> bool:
        name_node = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        if name_node is None:
            return ENTER
        here = self.place
        name = self.slice(name_node)
        is_method = here.scope.kind == "class"
        decorators = tuple(self._decorators())
        function = Function(
            name,
            node,
            self.span(node),
            self.span(name_node),
            self.span(body) if body is not None else self.span(node),
            node.children[0].type == "async",
            (),
            decorators,
            here.class_def if is_method else None,
            here.function,
            here,
            returns_path=self.type_path(node.child_by_field_name("return_type")),
            path=self._qualify(name),
        )
        inside = self._open(function, node.child_by_field_name("parameters"))
        if is_method and not any(d.path == "staticmethod" for d in decorators):
            self._bind_self(function, inside.scope)
        is_property = any(d.path.endswith("property") for d in decorators)
        if is_property:
            path = function.returns_path
            self.bind_name(name, Binding("type", path) if path else OPAQUE)
        else:
            self.bind_name(name, Binding("function", function.path))
            self.resolver.functions[function.path] = (function.returns_path, here.scope)
        if body is not None:
            self.at(body, inside)
        return ENTER

    def _bind_self(self, function: Function, scope: Scope) -> None:
        if function.parameters and function.class_def is not None:
            first = function.parameters[0]
            if not first.type_path:
                scope.bindings[first.name] = [Binding("class", function.class_def.path)]

    def on_lambda(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        parameters = node.child_by_field_name("parameters")
        here = self.place
        function = Function(
            "",
            node,
            self.span(node),
            Span(node.start_byte, min(node.end_byte, node.start_byte + 6)),
            self.span(body) if body is not None else self.span(node),
            False,
            (),
            (),
            None,
            here.function,
            here,
            passed_to=self._passed_to(),
        )
        inside = self._open(function, parameters)
        if body is not None:
            self.at(body, inside)
        return ENTER

    def _passed_to(self) -> Call | None:
        """The call that the current node is an argument of."""
        steps = (
            2 if (parent := self.parent()) is not None and parent.type == "keyword_argument" else 1
        )
        arguments, call = self.parent(steps), self.parent(steps + 1)
        if arguments is None or call is None or arguments.type != "argument_list":
            return None
        return self.calls_by_node.get(call.id)

    def _open(self, function: Function, parameters: Node | None) -> Place:
        """Start a function's body: its place, parameters and their bindings."""
        inside = self.function_place(function, Context.ASYNC if function.is_async else 0)
        found = []
        for child in parameters.named_children if parameters is not None else ():
            parameter = self._parameter(child)
            if parameter is not None:
                found.append(parameter)
                path = parameter.type_path
                if path:
                    binding = Binding("type", path)
                elif parameter.name == "request":
                    binding = Binding("parameter", "", "0/1", ("request",))
                else:
                    binding = OPAQUE
                inside.scope.bind(parameter.name, binding)
        function.parameters = tuple(found)
        self.facts.functions.append(function)
        self.functions_by_node[function.node.id] = function
        return inside

    def _parameter(self, node: Node) -> Parameter | None:
        kind = node.type
        type_node = node.child_by_field_name("type")
        default = node.child_by_field_name("value")
        if kind == "identifier":
            name_node: Node | None = node
        elif kind in ("default_parameter", "typed_default_parameter"):
            name_node = node.child_by_field_name("name")
        elif kind in ("typed_parameter", "list_splat_pattern", "dictionary_splat_pattern"):
            name_node = node.named_children[0] if node.named_children else None
            if name_node is not None and name_node.type != "identifier":
                # ``*args: int`` holds ints in a tuple, so the type is not the parameter's.
                name_node = name_node.named_children[0] if name_node.named_children else None
                type_node = None
        else:
            return None
        if name_node is None or name_node.type != "identifier":
            return None
        return Parameter(
            self.place, self.slice(name_node), self.span(node), self.type_path(type_node), default
        )

    # ------------------------------------------------------------------ names

    def bind_name(self, name: str, binding: Binding = OPAQUE) -> None:
        """Bind a plain name where Python would: functions' blocks have no scope of their own."""
        scope = self.place.scope
        if self._outer_names and name in self._outer_names.get(id(scope), ()):
            self.outside.append(("", name, binding))
        else:
            scope.bind(name, binding)

    def on_global(self, node: Node) -> bool:
        names = {self.slice(child) for child in node.named_children}
        self._outer_names.setdefault(id(self.place.scope), set()).update(names)
        return SKIP

    def on_assignment(self, node: Node) -> bool:
        left = node.child_by_field_name("left")
        right = node.child_by_field_name("right")
        type_path = self.type_path(node.child_by_field_name("type"))
        while right is not None and right.type == "assignment":
            right = right.child_by_field_name("right")
        if left is None:
            return ENTER
        if left.type in ("identifier", "attribute", "subscript"):
            target = self.path_of(left)
            if not target and left.type == "subscript":
                self._put_somewhere(node, left, right)
            if target:
                self.facts.assigns.append(
                    Assign(self.place, node, left, target, right, "=", type_path)
                )
                if left.type != "subscript":
                    binding = Binding("type", type_path) if type_path else self.binding_of(right)
                    self._bind_target(target, binding)
        else:
            self._bind_pattern(left, right)
        return ENTER

    def _bind_target(self, target: str, binding: Binding) -> None:
        head, _, member = target.partition(".")
        if not member:
            self.bind_name(target, binding)
            return
        if "." in member or "(" in member:
            return
        scope: Scope | None = self.place.scope
        while scope is not None and scope.kind in ("function", "block"):
            bound = scope.bindings.get(head)
            if bound is not None:
                if len(bound) == 1 and bound[0].kind == "class":
                    self.bind_member(bound[0].target, member, self.lifted(binding))
                return
            scope = scope.outer

    def _bind_pattern(self, left: Node, right: Node | None) -> None:
        """``a, b = x, y`` pairwise where both sides are written out, else each opaque."""
        names = [n for n in left.named_children if n.type != "comment"]
        values: list[Node] = []
        if right is not None and right.type in ("expression_list", "tuple", "list"):
            values = [n for n in right.named_children if n.type != "comment"]
        is_pairwise = len(values) == len(names) and not any(
            n.type in ("list_splat", "list_splat_pattern") for n in (*names, *values)
        )
        for at, name in enumerate(names):
            if is_pairwise and name.type in ("identifier", "attribute"):
                target = self.path_of(name)
                if target:
                    self.facts.assigns.append(
                        Assign(self.place, name, name, target, values[at], "=")
                    )
                    self._bind_target(target, self.binding_of(values[at]))
            else:
                self._bind_names(name)
                self._take_apart(name, at, right)

    def _take_apart(self, name: Node, at: int, right: Node | None) -> None:
        """``a, *b = f()``: for flows, ``a`` is the first of what is taken apart."""
        is_rest = name.type == "list_splat_pattern"
        inner = name.named_children[0] if is_rest and name.named_children else name
        if inner.type == "identifier" and right is not None:
            place = -1 if is_rest else at
            self.pattern_assigns.append(
                Assign(self.place, name, inner, self.slice(inner), right, "=", "", place, 0)
            )

    def _put_somewhere(self, node: Node, left: Node, right: Node | None) -> None:
        """``a[key] = x``: for flows, anything in ``a`` may be ``x``."""
        whole = left.child_by_field_name("value")
        path = self.path_of(whole) if whole is not None else ""
        if path and right is not None and "(" not in path:
            self.pattern_assigns.append(Assign(self.place, node, left, path, right, "<-"))

    def _bind_names(self, node: Node | None) -> None:
        """Bind every plain name of a target to something unknown."""
        stack = [node] if node is not None else []
        while stack:
            current = stack.pop()
            if current.type == "identifier":
                self.bind_name(self.slice(current))
            elif current.type == "attribute":
                self._bind_target(self.path_of(current), OPAQUE)
            elif current.type not in ("subscript", "call"):
                stack.extend(current.named_children)

    def on_augmented(self, node: Node) -> bool:
        left = node.child_by_field_name("left")
        if left is not None and left.type in ("identifier", "attribute", "subscript"):
            target = self.path_of(left)
            operator = node.child_by_field_name("operator")
            if target:
                self.facts.assigns.append(
                    Assign(
                        self.place,
                        node,
                        left,
                        target,
                        node.child_by_field_name("right"),
                        operator.type if operator is not None else "+=",
                    )
                )
                if left.type != "subscript":
                    self._bind_target(target, OPAQUE)
        return ENTER

    def on_walrus(self, node: Node) -> bool:
        name = node.child_by_field_name("name")
        if name is not None:
            self.bind_name(self.slice(name), self.binding_of(node.child_by_field_name("value")))
        return ENTER

    def on_type_alias(self, node: Node) -> bool:
        sides = node.named_children
        if len(sides) == 2:
            path = self.type_path(sides[1])
            self.bind_name(self.slice(sides[0]), Binding("type", path) if path else OPAQUE)
        return SKIP

    def on_case_pattern(self, node: Node) -> bool:
        stack = [node]
        while stack:
            current = stack.pop()
            if current.type == "dotted_name" and current.named_child_count == 1:
                name = self.slice(current)
                around = current.parent
                if around is None or around.type != "class_pattern":
                    self.bind_name(name)
            else:
                stack.extend(current.named_children)
        return SKIP

    # ------------------------------------------------------------------ calls and pairs

    def on_call(self, node: Node) -> bool:
        callee = node.children[0]
        path = self.path_of(callee)
        if path:
            name = path[path.rfind(".") + 1 :]
        else:
            member = callee.child_by_field_name("attribute")
            name = self.slice(member) if member is not None else ""
        self.add_call(node, callee, path, name)
        position = REGISTRARS.get(name)
        if position is not None:
            self._register(node, position)
        return ENTER

    def _register(self, node: Node, position: int) -> None:
        arguments = node.child_by_field_name("arguments")
        if arguments is None:
            return
        positional = 0
        for child in arguments.named_children:
            target: Node | None = None
            if child.type == "keyword_argument":
                name = child.child_by_field_name("name")
                if name is not None and self.slice(name) in ("view_func", "view", "dependency"):
                    target = child.child_by_field_name("value")
            elif child.type != "comment":
                target = child if positional == position else None
                positional += 1
            if target is not None and target.type == "identifier":
                self.mark_handler(self.slice(target))

    def on_keyword(self, node: Node) -> bool:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None and value is not None:
            self.add_pair(node, self.slice(name), value)
        return ENTER

    def on_pair(self, node: Node) -> bool:
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is not None and value is not None and key.type == "string":
            text = self.string(key)
            if isinstance(text, str):
                self.add_pair(node, text, value)
        return ENTER

    def on_default(self, node: Node) -> bool:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None and value is not None:
            self.add_pair(node, self.slice(name), value)
        return ENTER

    # ------------------------------------------------------------------ regions

    def on_for(self, node: Node) -> bool:
        self._bind_names(node.child_by_field_name("left"))
        body = node.child_by_field_name("body")
        if body is not None and not _is_small(node.child_by_field_name("right")):
            self.at(body, self.region(Context.LOOP))
        return ENTER

    def on_while(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self.region(Context.LOOP))
        return ENTER

    def on_comprehension(self, node: Node) -> bool:
        clauses = [n for n in node.named_children if n.type == "for_in_clause"]
        first = clauses[0].child_by_field_name("right") if clauses else None
        if first is not None:
            self.at(first, self.region(0))
        self.inside(self.block_scope(0 if _is_small(first) else Context.LOOP))
        for clause in clauses:
            self._bind_names(clause.child_by_field_name("left"))
        return ENTER

    def on_with(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        guards = []
        clause = next((n for n in node.named_children if n.type == "with_clause"), None)
        for item in clause.named_children if clause is not None else ():
            value = item.child_by_field_name("value")
            if value is not None and value.type == "as_pattern":
                alias = value.child_by_field_name("alias")
                value = value.named_children[0]
                if alias is not None:
                    target = alias.named_children[0] if alias.named_children else alias
                    if target.type in ("identifier", "attribute"):
                        self._bind_target(self.path_of(target), self.binding_of(value))
                    else:
                        self._bind_names(target)
            if value is not None and value.type == "call":
                guards.append(value)
        if body is not None:
            self.at(body, self.region(Context.RESOURCE, guards=tuple(guards)))
        return ENTER

    def on_try(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self.region(Context.TRY))
        return ENTER

    def on_except(self, node: Node) -> bool:
        body = next((n for n in reversed(node.named_children) if n.type == "block"), None)
        value = node.child_by_field_name("value")
        alias = None
        if value is not None and value.type == "as_pattern":
            alias = value.child_by_field_name("alias")
            value = value.named_children[0]
        types: list[str] = []
        if value is not None:
            written = value.named_children if value.type == "tuple" else [value]
            types = [self.path_of(one) or "?" for one in written if one.type != "comment"]
        name = self.slice(alias) if alias is not None else ""
        place = self.region(Context.CATCH)
        if name:
            self.bind_name(name, Binding("type", types[0]) if len(types) == 1 else OPAQUE)
        around = self.parent()
        guarded = around.child_by_field_name("body") if around is not None else None
        head_end = value.end_byte if value is not None else node.start_byte + len("except")
        if alias is not None:
            head_end = alias.end_byte
        self.facts.catches.append(
            Catch(
                place,
                node,
                body,
                tuple(types),
                name,
                Span(node.start_byte, head_end),
                self.span(guarded) if guarded is not None else self.span(node),
            )
        )
        self.inside(place)
        return ENTER

    def on_finally(self, _node: Node) -> bool:
        self.inside(self.region(Context.FINALLY))
        return ENTER

    def on_if(self, node: Node) -> bool:
        condition = node.child_by_field_name("condition")
        then = node.child_by_field_name("consequence")
        if condition is None or then is None:
            return ENTER
        text = self.source[condition.start_byte : condition.end_byte]
        if text.startswith(b"__name__"):
            self.at(then, self.region(Context.MAIN))
            return ENTER
        guard = dev_guard(text.decode("utf-8", "replace"))
        if guard > 0:
            self.at(then, self.region(Context.DEV_GUARD))
        elif guard < 0:
            for other in node.children_by_field_name("alternative"):
                if other.type == "else_clause":
                    self.at(other, self.region(Context.DEV_GUARD))
        return ENTER

    # ------------------------------------------------------------------ statements

    def on_return(self, node: Node) -> bool:
        value = node.named_children[0] if node.named_child_count else None
        self.facts.statements.append(Statement(self.place, "return", node, value, self.parent()))
        if value is not None and value.type in ("call", "identifier"):
            self._note_result(value)
        return ENTER

    def _note_result(self, value: Node) -> None:
        """What a function without a declared result gives back, where one path says it."""
        function = self.place.function
        if function is None or function.returns_path or not function.path:
            return
        known = self.resolver.functions.get(function.path)
        path = self.path_of(value)
        if known is None or not path or path.startswith(("self.", "cls.", function.name)):
            return
        if not known[0]:
            self.resolver.functions[function.path] = (path, self.place.scope)
        elif known[0] != path:
            self.resolver.functions.pop(function.path)

    def on_raise(self, node: Node) -> bool:
        value = node.named_children[0] if node.named_child_count else None
        self.facts.statements.append(Statement(self.place, "raise", node, value, self.parent()))
        return ENTER

    def on_yield(self, node: Node) -> bool:
        if self.place.function is not None:
            self.place.function.is_generator = True
        value = node.named_children[0] if node.named_child_count else None
        self.facts.statements.append(Statement(self.place, "yield", node, value, self.parent()))
        return ENTER

    def on_expression(self, node: Node) -> bool:
        children = node.children
        value = children[0] if children else None
        if value is not None and value.type not in ("assignment", "augmented_assignment", "yield"):
            self.facts.statements.append(
                Statement(self.place, "expression", node, value, self.parent())
            )
        return ENTER

    def on_boolean(self, node: Node) -> bool:
        operator = node.child_by_field_name("operator")
        if operator is not None and operator.type == "or":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                self.facts.fallbacks.append(Fallback(self.place, node, left, right))
        return ENTER


def _is_small(node: Node | None) -> bool:
    """A literal of three or fewer items, which does not make a loop."""
    if node is None or node.type not in ("list", "tuple", "set"):
        return False
    items = [n.type for n in node.named_children if n.type != "comment"]
    return len(items) <= _SMALL and "list_splat" not in items


ADAPTER = Python
