"""JavaScript and TypeScript: classes, functions, their parameters and decorators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import ENTER
from backspec.code.facts.javascript_names import MAX_MEMBERS, JavaScriptNames
from backspec.code.facts.javascript_paths import only_child
from backspec.code.facts.javascript_values import FUNCTIONS
from backspec.code.facts.model import (
    OPAQUE,
    Assign,
    Binding,
    Call,
    ClassDef,
    Context,
    Decorator,
    Function,
    Parameter,
    Place,
    Scope,
    Statement,
)
from backspec.code.resolve import MODULE_DOT
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backspec.code.resolve import Resolver
    from backspec.code.syntax import Node

_SHAPES: Final = (
    ("express", ("req", "request"), ("res", "response"), ("next", "done", "cb")),
    ("fastify", ("req", "request"), ("reply", "rep"), ("done", "next")),
    ("koa", ("ctx", "context"), ("next",), ()),
    ("hapi", ("req", "request"), ("h",), ()),
)
"""Parameter names that only request handlers have, by position."""

_SHAPE_TYPES: Final = {
    "express": ("express.Request", "express.Response", "express.NextFunction"),
    "fastify": ("fastify.FastifyRequest", "fastify.FastifyReply", "fastify.DoneFunction"),
    "koa": ("koa.Context", "koa.Next", ""),
    "hapi": ("@hapi/hapi.Request", "@hapi/hapi.ResponseToolkit", ""),
    "http": ("http.IncomingMessage", "http.ServerResponse", ""),
}


def request_shape(names: list[str]) -> tuple[str, int] | None:
    """(framework, position of the request) of a function with parameters so called."""
    plain = [name.strip("_").lower() for name in names]
    at = 1 if len(plain) == 4 and plain[0] in ("err", "error") else 0
    given = plain[at:]
    if 2 <= len(given) <= 3:
        for framework, *shape in _SHAPES:
            if all(name in allowed for name, allowed in zip(given, shape, strict=False)):
                return framework, at
    return None


def conventional(key: str, has_mark: Callable[[str], bool]) -> str | None:
    """The type of a parameter by its conventional name: ``express/1`` is a response."""
    framework, _, at = key.partition("/")
    if framework == "lambda":
        return "aws-lambda.APIGatewayProxyEvent"
    if framework == "plugin":
        return "fastify.FastifyInstance"
    is_node = framework == "express" and not has_mark("package:express")
    if is_node and any(has_mark(f"package:{one}") for one in ("http", "https", "http2")):
        framework = "http"
    return _SHAPE_TYPES[framework][int(at)] or None


_FILLED: Final = {
    "Req": "express/0", "Request": "express/0", "Res": "express/1", "Response": "express/1",
    "Next": "express/2",
}  # fmt: skip
"""What Nest's decorators of parameters say about their types."""


_EVENTS: Final = ("event", "evt")


def _filled_as(parameter: Parameter) -> str:
    for one in parameter.decorators:
        if one.path in _FILLED:
            return _FILLED[one.path]
    return ""


class JavaScriptFunctions(JavaScriptNames):
    """Reads classes and functions."""

    def __init__(
        self, language: str, source: bytes, resolver: Resolver, place: Place | None
    ) -> None:
        super().__init__(language, source, resolver, place)
        self._decorated: dict[int, bool] = {}
        self._returning: dict[str, str] = {}
        """By function: the path it returns, "" when it returns several things."""

    # ------------------------------------------------------------------ classes

    def on_class(self, node: Node) -> bool:
        name_node = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        name = self.slice(name_node) if name_node is not None else ""
        around = self.parent()
        if not name and around is not None and around.type == "variable_declarator":
            name_node = around.child_by_field_name("name")
            name = self.slice(name_node) if name_node is not None else ""
        here = self.place
        extended, implemented = self._bases(node)
        class_def = ClassDef(
            name,
            node,
            self.span(node),
            self.span(name_node)
            if name_node is not None
            else Span(node.start_byte, node.start_byte + 5),
            (*extended, *implemented),
            tuple(self._decorators(node)),
            here.class_def,
            here,
            self.qualify(name or "{class}"),
        )
        self.facts.classes.append(class_def)
        if name:
            self.bind(name, Binding("class", class_def.path, None, extended))
        place = self.class_place(class_def)
        place.scope.bases = extended
        if body is not None:
            self.at(body, place)
        return ENTER

    def _bases(self, node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        heritage = next((n for n in node.named_children if n.type == "class_heritage"), None)
        extended: list[str] = []
        implemented: list[str] = []
        for part in heritage.named_children if heritage is not None else ():
            if part.type == "extends_clause":
                value = part.child_by_field_name("value")
                extended.append(self.path_of(value) if value is not None else "")
            elif part.type == "implements_clause":
                implemented.extend(self.type_path(one) for one in part.named_children)
            elif part.type != "comment":
                extended.append(self.path_of(part))
        return tuple(filter(None, extended)), tuple(filter(None, implemented))

    def on_field(self, node: Node) -> bool:
        name = node.child_by_field_name("name") or node.child_by_field_name("property")
        value = node.child_by_field_name("value")
        if name is None:
            return ENTER
        key = self.key_of(name)
        type_path = self.type_path(node.child_by_field_name("type"))
        scope = self.place.scope
        if key is not None and scope.kind == "class":
            if value is not None:
                self.facts.assigns.append(
                    Assign(self.place, node, name, key, value, "=", type_path)
                )
            if value is not None and value.type in FUNCTIONS:
                scope.bind("." + key, Binding("function", f"{scope.class_path}.{key}"))
            elif type_path and (value is None or value.type not in ("string", "number")):
                scope.bind("." + key, Binding("type", type_path))
            else:
                scope.bind("." + key, self.binding_of(value) if value is not None else OPAQUE)
        if value is not None:
            place = self.block_scope()
            self._bind_this(place.scope, scope.class_path, scope.bases)
            self.at(value, place)
        return ENTER

    def _bind_this(self, scope: Scope, class_path: str, bases: tuple[str, ...]) -> None:
        scope.bindings["this"] = [Binding("class", class_path)]
        if len(bases) == 1:
            scope.bindings["super"] = [Binding("type", bases[0])]

    # ------------------------------------------------------------------ decorators

    def _decorators(self, node: Node) -> Iterator[Decorator]:
        """The decorators of a class, member or parameter."""
        around = self.parent()
        found = [child for child in node.named_children if child.type == "decorator"]
        if node.type in ("class_declaration", "abstract_class_declaration"):
            if around is not None and around.type == "export_statement":
                found = [n for n in around.named_children if n.type == "decorator"] + found
        elif node.type == "method_definition" and self._is_decorated(around):
            before: Node | None = node.prev_named_sibling
            while before is not None and before.type in ("decorator", "comment"):
                if before.type == "decorator":
                    found.insert(0, before)
                before = before.prev_named_sibling
        for one in found:
            expression = only_child(one)
            if expression is None:
                continue
            call = None
            if expression.type == "call_expression":
                call = self.known_call(expression)
            path = call.path if call is not None else self.path_of(expression)
            yield Decorator(self.place, path, self.span(one), call)

    def _is_decorated(self, body: Node | None) -> bool:
        """Whether members of a class may have decorators: looking for each takes time."""
        if body is None or body.type != "class_body":
            return False
        known = self._decorated.get(body.id)
        if known is None:
            known = self.source.find(b"@", body.start_byte, body.end_byte) >= 0
            self._decorated[body.id] = known
        return known

    def known_call(self, node: Node) -> Call:
        """The call of a node that the walk has visited or will visit."""
        known = self.calls_by_node.get(node.id)
        if known is None:
            callee = node.child_by_field_name("function") or node
            path = self.path_of(callee) if callee != node else ""
            known = Call(self.place, node, callee, None, path, self.last_name(callee, path))
            self.calls_by_node[node.id] = known
        return known

    # ------------------------------------------------------------------ functions

    def on_function(self, node: Node) -> bool:
        kind = node.type
        here = self.place
        body = node.child_by_field_name("body")
        name_node = node.child_by_field_name("name")
        around = self.parent()
        passed_to: Call | None = None
        declared: Node | None = None
        is_method = kind == "method_definition"
        is_arrow = kind == "arrow_function"
        name = ""
        if is_method and name_node is not None:
            name = self.key_of(name_node) or ""
        elif name_node is not None:
            name = self.slice(name_node)
        if around is not None and not kind.endswith("declaration"):
            if not name:
                name, name_node, declared = self._given_name(around)
            passed_to = self._passed_to()
        path = self._function_path(name, is_method, around)
        body_start = body.start_byte if body is not None else node.end_byte
        head = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
        before = self.source[node.start_byte : head.start_byte if head is not None else body_start]
        is_member = is_method or (around is not None and "field_definition" in around.type)
        function = Function(
            name,
            node,
            self.span(node),
            self.span(name_node) if name_node is not None else Span(node.start_byte, body_start),
            self.span(body) if body is not None else self.span(node),
            b"async" in before,
            (),
            tuple(self._decorators(node)) if is_method else (),
            here.class_def if is_member and here.scope.kind in ("class", "block") else None,
            here.function,
            here,
            returns_path=self.type_path(node.child_by_field_name("return_type")),
            is_generator=kind.startswith("generator") or b"*" in before,
            passed_to=passed_to,
            path=path,
        )
        inside = self.function_place(function, self.function_flags(function))
        if not is_arrow:
            self._bind_own_this(function, inside.scope, around)
        self.facts.functions.append(function)
        self.functions_by_node[node.id] = function
        self._parameters(function, node, declared)
        self._bind_function(function, around)
        if body is not None:
            self.at(body, inside)
            if is_arrow and body.type != "statement_block":
                self.facts.statements.append(Statement(inside, "return", body, body, None))
                self.note_return(inside, body)
        self.on_callback(function)
        return ENTER

    def function_flags(self, function: Function) -> int:
        """The context bits of a function's body that the syntax alone decides."""
        return Context.ASYNC if function.is_async else 0

    def on_callback(self, function: Function) -> None:
        """What else a function says that is handed to a call."""

    def _given_name(self, around: Node) -> tuple[str, Node | None, Node | None]:
        """The name a function expression is given, with its node and its declared type."""
        kind = around.type
        if kind == "variable_declarator":
            target = around.child_by_field_name("name")
            if target is not None and target.type == "identifier":
                return self.slice(target), target, around.child_by_field_name("type")
        elif kind == "assignment_expression":
            target = around.child_by_field_name("left")
            path = self.path_of(target) if target is not None else ""
            if target is not None and path:
                return path.rpartition(".")[2], target, None
        elif kind == "pair":
            target = around.child_by_field_name("key")
            if target is not None:
                return self.key_of(target) or "", target, None
        elif kind in ("public_field_definition", "field_definition"):
            target = around.child_by_field_name("name") or around.child_by_field_name("property")
            if target is not None:
                return self.key_of(target) or "", target, around.child_by_field_name("type")
        elif kind == "export_statement":
            return "default", None, None
        return "", None, None

    def _function_path(self, name: str, is_method: bool, around: Node | None) -> str:
        if not name:
            return ""
        if around is not None and (is_method or around.type == "pair"):
            steps = 1 if is_method else 2
            holder, owner = self.parent(steps), self.parent(steps + 1)
            if holder is not None and holder.type == "object":
                if owner is None or owner.type != "variable_declarator":
                    return ""
                target = owner.child_by_field_name("name")
                if target is None:
                    return ""
                return f"{self.object_path(self.slice(target), holder)}.{name}"
        scope = self.place.scope
        if scope.kind == "block" and "this" in scope.bindings and scope.outer is not None:
            scope = scope.outer
        if scope.kind == "class":
            return f"{scope.class_path}.{name}"
        return self.qualify(name)

    def _bind_own_this(self, function: Function, scope: Scope, around: Node | None) -> None:
        here = self.place.scope
        owner = function.path.rpartition(".")[0]
        if here.kind == "class":
            self._bind_this(scope, here.class_path, here.bases)
        elif function.node.type == "method_definition" or (
            around is not None and around.type == "pair"
        ):
            scope.bindings["this"] = [Binding("class", owner) if owner else OPAQUE]
        elif function.name[:1].isupper() and function.node.type == "function_declaration":
            # A constructor of the time before classes: ``this.x = ..`` makes its members.
            self.resolver.classes[function.path] = Scope("class", here, function.path)
            scope.bindings["this"] = [Binding("class", function.path)]
        else:
            scope.bindings["this"] = [OPAQUE]

    def _bind_function(self, function: Function, around: Node | None) -> None:
        """Give the function's own name a meaning, and remember the type of its result."""
        if not function.path:
            return
        kind = function.node.type
        here = self.place.scope
        binding = Binding("function", function.path)
        if kind.endswith("declaration"):
            is_class = function.path in self.resolver.classes
            self.bind(function.name, Binding("class", function.path) if is_class else binding)
        elif kind == "method_definition":
            if here.kind == "class":
                is_getter = b"get " in self.source[function.span.start : function.name_span.start]
                returns = function.returns_path
                typed = Binding("type", returns) if returns else OPAQUE
                if function.name != "constructor":
                    here.bind("." + function.name, typed if is_getter else binding)
        elif around is not None and around.type == "variable_declarator":
            self.declare(function.name, binding)
        self.resolver.functions[function.path] = (function.returns_path, here)

    def note_return(self, place: Place, value: Node | None) -> None:
        """Learn a function's result from what it returns, when no type is declared."""
        function = place.function
        if function is None or not function.path or function.returns_path:
            return
        functions = self.resolver.functions
        known = functions.get(function.path)
        if known is None or value is None:
            return
        binding = self.binding_of(value)
        if binding.kind == "constant" and binding.constant is None:
            return
        binding = self.lifted(binding, function.place.scope)
        target = binding.target if binding.kind in ("value", "type") else ""
        if binding.kind == "import":
            target = "#" + binding.target.replace(".", MODULE_DOT)
        if self._returning.setdefault(function.path, target) != target:
            target = self._returning[function.path] = ""
        functions[function.path] = (target, function.place.scope)

    # ------------------------------------------------------------------ parameters

    def _passed_to(self) -> Call | None:
        """The call that the current node is an argument of, also inside an object or array."""
        for steps in range(1, 6):
            around = self.parent(steps)
            if around is None:
                return None
            kind = around.type
            if kind == "arguments":
                call = self.parent(steps + 1)
                return self.calls_by_node.get(call.id) if call is not None else None
            if kind not in ("object", "pair", "array", "parenthesized_expression"):
                return None
        return None

    def _parameters(self, function: Function, node: Node, declared: Node | None) -> None:
        inside = function.inside
        single = node.child_by_field_name("parameter")
        if single is not None:
            nodes = [single]
        else:
            list_node = node.child_by_field_name("parameters")
            nodes = list_node.named_children if list_node is not None else []
        nodes = [n for n in nodes if n.type != "comment"]
        parameters = [self._parameter(one) for one in nodes]
        if not parameters:
            return
        function.parameters = tuple(parameter for parameter, _ in parameters)
        conventions = self._conventions([p.name for p in function.parameters])
        if not conventions and function.name == "handler" and parameters[0][0].name in _EVENTS:
            conventions = ["lambda/0"]
        callee = self._callee_of(function, declared)
        for at, (parameter, pattern) in enumerate(parameters):
            if parameter.name == "this":
                continue
            filled = _filled_as(parameter)
            if parameter.type_path:
                binding = Binding("type", parameter.type_path)
            elif filled:
                binding = Binding("parameter", "", f"{at}/{len(parameters)}", (filled,))
            elif callee or conventions:
                known = conventions[at] if at < len(conventions) else ""
                binding = Binding(
                    "parameter", callee, f"{at}/{len(parameters)}", (known,) if known else ()
                )
                if function.passed_to is not None and function.passed_to.name == "then" and not at:
                    receiver = callee[: -len(".then")]
                    binding = Binding("value", receiver) if receiver else OPAQUE
            else:
                binding = OPAQUE
            if pattern.type == "identifier":
                inside.scope.bind(parameter.name, binding)
                if self._is_field(nodes[at]) and self.place.scope.kind == "class":
                    self.place.scope.bind("." + parameter.name, self._field_binding(binding))
            else:
                hidden = f"{{{at}}}"
                inside.scope.bind(hidden, binding)
                self._bind_in(inside, pattern, Binding("value", hidden), nodes[at])

    def _callee_of(self, function: Function, declared: Node | None) -> str:
        """The path of what says which types a function's parameters have."""
        if declared is not None:
            return self.type_path(declared)
        return function.passed_to.path if function.passed_to is not None else ""

    def _conventions(self, names: list[str]) -> list[str]:
        """The keys of the types that parameters have by their names; [] when they have none."""
        found = request_shape(names)
        if found is None:
            return ["plugin/0"] if names[0] == "fastify" else []
        framework, at = found
        return [""] * at + [f"{framework}/{n}" for n in range(len(names) - at)]

    def _field_binding(self, binding: Binding) -> Binding:
        return binding if binding.kind in ("type", "opaque") else OPAQUE

    def _is_field(self, node: Node) -> bool:
        """Whether a constructor's parameter is a field too: ``private readonly repo: Repo``."""
        return any(
            child.type in ("accessibility_modifier", "readonly", "override_modifier")
            for child in node.children[:4]
        )

    def _parameter(self, node: Node) -> tuple[Parameter, Node]:
        """A parameter and its pattern."""
        pattern = node
        default: Node | None = None
        type_node: Node | None = None
        if node.type in ("required_parameter", "optional_parameter"):
            pattern = node.child_by_field_name("pattern") or node
            default = node.child_by_field_name("value")
            type_node = node.child_by_field_name("type")
        if pattern.type == "assignment_pattern":
            default = pattern.child_by_field_name("right")
            pattern = pattern.child_by_field_name("left") or pattern
        if pattern.type == "rest_pattern":
            pattern = only_child(pattern) or pattern
            type_node = None
        type_path = self.type_path(type_node)
        name = self.slice(pattern) if pattern.type in ("identifier", "this") else ""
        decorators = (
            tuple(self._decorators(node))
            if node.named_child_count and node.named_children[0].type == "decorator"
            else ()
        )
        return (
            Parameter(self.place, name, self.span(node), type_path, default, decorators),
            pattern,
        )

    def _bind_in(self, place: Place, pattern: Node, binding: Binding, parameter: Node) -> None:
        """Bind a parameter's pattern in the function's scope."""
        here, self.place = self.place, place
        try:
            type_node = parameter.child_by_field_name("type")
            inner = only_child(type_node) if type_node is not None else None
            if inner is not None and inner.type == "object_type":
                self._bind_inline(pattern, inner)
            else:
                self.destructure(pattern, binding)
        finally:
            self.place = here

    def _bind_inline(self, pattern: Node, shape: Node) -> None:
        """``({ redis, db }: { redis: Redis; db: Pool }) => ..``"""
        types: dict[str, Binding] = {}
        for member in shape.named_children[:MAX_MEMBERS]:
            key = member.child_by_field_name("name")
            path = self.type_path(member.child_by_field_name("type"))
            if key is not None and path:
                types[self.slice(key)] = Binding("type", path)
        for child in pattern.named_children:
            name = child.child_by_field_name("left") or child
            if name.type == "shorthand_property_identifier_pattern":
                written = self.slice(name)
                self.declare(written, types.get(written, OPAQUE))
            else:
                self.destructure(child, OPAQUE)
