"""What C# defines: classes, fields, functions and their parameters, and the names they bind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import ENTER, SKIP
from backspec.code.facts.c_like import only_child
from backspec.code.facts.csharp_shapes import LAMBDAS, NO_TEXT, argument_list, operator_of
from backspec.code.facts.csharp_uses import CSharpUses
from backspec.code.facts.model import (
    OPAQUE,
    Assign,
    Binding,
    Call,
    ClassDef,
    Context,
    Decorator,
    Fallback,
    Function,
    Import,
    Parameter,
    Place,
    Statement,
)
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.models import Models
    from backspec.code.resolve import Resolver
    from backspec.code.syntax import Node

PER_ITEM: Final = frozenset(("ForEach", "ForEachAsync", "ForAll"))
"""Methods that run their function for each item here and now."""
_OFTEN: Final = frozenset(("Select", "SelectMany", "Where", "ToDictionary", "GroupBy"))
"""Those that may as well become part of one SQL statement, unless the function is async."""

_TESTS: Final = frozenset((
    "Fact", "Theory", "Test", "TestMethod", "TestCase", "SetUp", "TestInitialize", "Benchmark",
))  # fmt: skip
_CONTROLLER: Final = re.compile(r"(?:\w*Controller(?:Base)?|Hub|\w+Hub)")
_OF_CONTROLLERS: Final = {
    "Request": "Microsoft.AspNetCore.Http.HttpRequest",
    "Response": "Microsoft.AspNetCore.Http.HttpResponse",
    "HttpContext": "Microsoft.AspNetCore.Http.HttpContext",
}
_OF_OLD_PAGES: Final = {
    "Request": "System.Web.HttpRequest",
    "Response": "System.Web.HttpResponse",
    "Server": "System.Web.HttpServerUtility",
    "Session": "System.Web.SessionState.HttpSessionState",
}
"""What pages and controllers inherit in ASP.NET before Core."""
_PAGES: Final = frozenset((
    "Page", "UserControl", "MasterPage", "System.Web.UI.Page", "System.Web.UI.UserControl",
    "WebService", "System.Web.Services.WebService", "HttpApplication",
))  # fmt: skip
_BOUND: Final = re.compile(
    rb"\[[^\]]*\b(?:BindProperty|SupplyParameterFrom(?:Query|Form)|From(?:Query|Route|Form|Header))\b"
)
_BOUND_PROPERTY: Final = Binding("import", "Microsoft.AspNetCore.Mvc.BoundProperty")
_ANSWERS: Final = (
    "Ok", "BadRequest", "NotFound", "NoContent", "Unauthorized", "Forbid", "Conflict", "Created",
    "CreatedAtAction", "CreatedAtRoute", "Accepted", "StatusCode", "Problem", "ValidationProblem",
    "UnprocessableEntity", "Content", "Json", "View", "PartialView", "Redirect", "LocalRedirect",
    "RedirectToAction", "File", "PhysicalFile",
)  # fmt: skip
"""What controllers inherit."""
_OPTIONS: Final = re.compile(r"Options$")
"""Types whose objects are read like the mappings of other languages."""
_PAGE_HANDLER: Final = re.compile(r"On(?:Get|Post|Put|Patch|Delete)\w*")


class CSharpDefinitions(CSharpUses):
    """Reads what C# defines."""

    def __init__(
        self, language: str, source: bytes, resolver: Resolver, place: Place | None
    ) -> None:
        super().__init__(language, source, resolver, place)
        self.setters = setters(resolver.models)
        self.patterns: list[tuple[Place, Node, str]] = []
        """Names that patterns and ``out`` arguments bind, with the nodes that do."""
        self.tuples: list[tuple[Place, Node, Node]] = []
        """Left and right sides of assignments to several names at once."""

    # ------------------------------------------------------------------ namespaces and classes

    def on_using(self, node: Node) -> bool:
        names = [n for n in node.named_children if "comment" not in n.type]
        if not names:
            return SKIP
        alias = node.child_by_field_name("name")
        path = "".join(self.slice(names[-1]).split()).partition("<")[0].rpartition("::")[2]
        is_static = any(child.type == "static" for child in node.children)
        marks = self.resolver.marks
        self.add_import_marks(path)
        span = self.span(node)
        if alias is not None and alias != names[-1]:
            name = self.slice(alias)
            self.facts.imports.append(Import(path, "", name, span))
            self.bind(name, Binding("import", path))
        else:
            self.facts.imports.append(Import(path, "*", "", span))
            marks.add("wildcard:" + path)
            if is_static:
                marks.add("static:" + path)
        return SKIP

    def on_class(self, node: Node) -> bool:
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name_node is None:
            return ENTER
        name = self.slice(name_node)
        bases: list[str] = []
        parameters: Node | None = None
        for part in node.named_children:
            if part.type == "base_list":
                for one in part.named_children:
                    is_called = one.type == "primary_constructor_base_type"
                    bases.append(self.type_path(only_child(one) if is_called else one))
            elif part.type == "parameter_list":
                parameters = part
        named = tuple(base for base in bases if base)
        decorators = self._decorators(node)
        class_def = self.add_class(node, name, self.span(name_node), named, decorators)
        self.bind(name, Binding("class", class_def.path, None, class_def.base_paths))
        place = self.class_place(class_def)
        for parameter in self.read_parameters(parameters):
            path = parameter.type_path
            place.scope.bind(parameter.name, Binding("type", path) if path else OPAQUE)
        marks = self.resolver.marks
        # ``System.Web`` alone says little: ``HttpUtility`` still lives there.
        is_page = "package:System.Web" in marks and bool(_PAGES.intersection(bases))
        is_core = "package:Microsoft.AspNetCore" in marks
        is_old = is_page or ("package:System.Web" in marks and not is_core)
        if is_controller(class_def) or is_page:
            for member, target in (_OF_OLD_PAGES if is_old else _OF_CONTROLLERS).items():
                place.scope.bind(member, Binding("import", target))
            for member in _ANSWERS:
                target = "Microsoft.AspNetCore.Mvc.ControllerBase." + member
                place.scope.bind(member, Binding("import", target))
        if any(one.path in ("TestFixture", "TestClass") for one in class_def.decorators):
            place.flags |= Context.TEST
        if body is not None:
            self.at(body, place)
        return ENTER

    def _decorators(self, node: Node) -> tuple[Decorator, ...]:
        """The attributes of a class, member or parameter."""
        found = []
        for part in node.named_children:
            if part.type != "attribute_list":
                if part.type not in ("comment", "modifier"):
                    break
                continue
            for one in part.named_children:
                if one.type != "attribute":
                    continue
                call = self.calls_by_node.get(one.id)
                if call is None:
                    call = self.calls_by_node[one.id] = self.make_call(one, self.place)
                given = call if argument_list(one) is not None else None
                found.append(Decorator(self.place, call.path, self.span(one), given))
        return tuple(found)

    # ------------------------------------------------------------------ names

    def on_variables(self, node: Node) -> bool:
        type_path = self.type_path(node.child_by_field_name("type"))
        for declarator in node.named_children:
            if declarator.type != "variable_declarator":
                continue
            name_node = declarator.child_by_field_name("name")
            children = [n for n in declarator.named_children if "comment" not in n.type]
            if name_node is None:
                for child in children[:1]:
                    if child.type == "tuple_pattern":
                        self.bind_tuple(child)
                        self.tuples.append((self.place, child, children[-1]))
                continue
            value = children[-1] if children[-1] != name_node else None
            if value is not None and value.type == "bracketed_argument_list":
                value = None
            name = self.slice(name_node)
            if value is not None:
                self.facts.assigns.append(
                    Assign(self.place, declarator, name_node, name, value, "=", type_path)
                )
                if "creation" in value.type and _OPTIONS.search(
                    self.created_type(value) or type_path
                ):
                    self.literals[id(self.place.scope), name] = value
            self.bind(name, self.declared(type_path, value))
        return ENTER

    def bind_tuple(self, node: Node) -> None:
        for name in node.children_by_field_name("name"):
            self.bind(self.slice(name), OPAQUE)

    def on_property(self, node: Node) -> bool:
        name_node, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        type_path = self.type_path(node.child_by_field_name("type"))
        if name_node is None:
            return ENTER
        name = self.slice(name_node)
        if value is not None and value.type == "arrow_expression_clause":
            body = only_child(value)
            inside = self._accessor_place(node, name_node, value)
            self.at(value, inside)
            if body is not None:
                self.facts.statements.append(Statement(inside, "return", body, body, None))
            value = body if body is not None and self.constant(body)[0] else None
        if value is not None:
            self.facts.assigns.append(
                Assign(self.place, node, name_node, name, value, "=", type_path)
            )
        if type_path not in NO_TEXT and _BOUND.search(
            self.source, node.start_byte, name_node.start_byte
        ):
            self.bind(name, _BOUND_PROPERTY)
        else:
            self.bind(name, self.declared(type_path, value))
        return ENTER

    def on_accessor(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self._accessor_place(node, node, body))
        return ENTER

    def _accessor_place(self, node: Node, name: Node, body: Node) -> Place:
        """The body of a property: a function that has no name to call."""
        here = self.place
        function = Function(
            "", node, self.span(node), self.span(name), self.span(body), False, (), (),
            here.class_def, here.function, here,
        )  # fmt: skip
        inside = self.function_place(function)
        self.bind_this(function)
        self.facts.functions.append(function)
        return inside

    def on_assignment(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        while right is not None and right.type == "assignment_expression":
            right = right.child_by_field_name("right")
        around = self.parent()
        if left is None or (around is not None and around.type == "initializer_expression"):
            return ENTER
        if left.type == "tuple_expression":
            if right is not None:
                self.tuples.append((self.place, left, right))
            return ENTER
        self._add_setter(node, left)
        target = self.path_of(left)
        if not target:
            return ENTER
        operator = operator_of(node) or "="
        if operator == "??=" and right is not None:
            self.facts.fallbacks.append(Fallback(self.place, node, left, right))
        self.facts.assigns.append(Assign(self.place, node, left, target, right, operator))
        if "(" not in target:
            self.bind_target(target, self.binding_of(right) if operator == "=" else OPAQUE)
        return ENTER

    def _add_setter(self, node: Node, left: Node) -> None:
        """Setting a property that models know is a call: ``command.set_CommandText(..)``."""
        if left.type == "member_access_expression":
            member = left.child_by_field_name("name")
            name = "set_" + self.slice(member) if member is not None else ""
        else:
            name = "set_Item" if left.type == "element_access_expression" else ""
        owner = left.child_by_field_name("expression")
        if name in self.setters and owner is not None:
            path = self.path_of(owner)
            call = Call(self.place, node, left, self.parent(), path and f"{path}.{name}", name)
            self.facts.calls.append(call)

    def on_initializer(self, node: Node) -> bool:
        """``new X { A = b }`` assigns ``X.A``; keys of indexers are pairs."""
        around = self.parent()
        is_object = around is not None and "object_creation" in around.type
        type_path = self.created_type(around) if around is not None and is_object else ""
        if around is not None and around.type == "assignment_expression":
            self._add_nested_setters(node, around)
        for child in node.named_children:
            left = child.child_by_field_name("left")
            if left is not None and left.type == "identifier" and type_path:
                right = child.child_by_field_name("right")
                target = f"{type_path}.{self.slice(left)}"
                self.facts.assigns.append(Assign(self.place, child, left, target, right))
                continue
            key, value = self.entry(child)
            if key and value is not None:
                self.add_pair(child, key, value)
        return ENTER

    def _add_nested_setters(self, node: Node, around: Node) -> None:
        """``new Process { StartInfo = { FileName = x } }`` sets a property of a property."""
        creation, member = self.parent(3), around.child_by_field_name("left")
        owner = self.created_type(creation) if creation is not None else ""
        for child in node.named_children if owner and member is not None else ():
            left = child.child_by_field_name("left")
            name = "set_" + self.slice(left) if left is not None else ""
            if left is not None and member is not None and name in self.setters:
                path = f"{owner}.{self.slice(member)}.{name}"
                self.facts.calls.append(Call(self.place, child, left, node, path, name))

    def on_anonymous(self, node: Node) -> bool:
        for key, key_node, value in self.anonymous_entries(node):
            if key_node != value:
                self.add_pair(value, key, value)
        return ENTER

    def on_argument(self, node: Node) -> bool:
        name = node.child_by_field_name("name")
        value = node.named_children[-1] if name is not None else None
        if name is not None and value is not None and value != name:
            self.add_pair(node, self.slice(name), value)
        if self.source[node.start_byte : node.start_byte + 4] == b"out ":
            target = node.named_children[-1]
            if target.type == "identifier":
                self.patterns.append((self.place, target, self.slice(target)))
        return ENTER

    def on_update(self, node: Node) -> bool:
        inner = only_child(node)
        if inner is not None and inner.type == "identifier" and operator_text(node) in ("++", "--"):
            self.bind_target(self.slice(inner), OPAQUE)
        return ENTER

    def on_pattern(self, node: Node) -> bool:
        """``out var x``, ``is Foo x``, ``is { } x``."""
        name = node.child_by_field_name("name")
        path = self.type_path(node.child_by_field_name("type"))
        if name is not None and name.type == "identifier":
            self.bind_typed(self.slice(name), path)
            self.patterns.append((self.place, node, self.slice(name)))
        return ENTER

    # ------------------------------------------------------------------ functions

    def on_function(self, node: Node) -> bool:
        here = self.place
        is_lambda = node.type in LAMBDAS
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if body is None and node.type == "anonymous_method_expression":
            body = next((n for n in node.named_children if n.type == "block"), None)
        name = self.slice(name_node) if name_node is not None else ""
        is_method = here.scope.kind == "class" and not is_lambda
        body_start = body.start_byte if body is not None else node.end_byte
        returned = node.child_by_field_name("returns") or node.child_by_field_name("type")
        function = Function(
            name,
            node,
            self.span(node),
            self.span(name_node) if name_node is not None else Span(node.start_byte, body_start),
            self.span(body) if body is not None else self.span(node),
            self.is_async(node),
            (),
            self._decorators(node),
            here.class_def if is_method else None,
            here.function,
            here,
            returns_path="" if is_lambda else self.type_path(returned),
            passed_to=self._passed_to() if is_lambda else None,
            path=self.qualify(name) if name else "",
        )
        inside = self.function_place(function, self._function_flags(function))
        self.bind_parameters(function, self.read_parameters(node.child_by_field_name("parameters")))
        if is_method:
            self.bind_this(function)
        if name and node.type != "constructor_declaration":
            self.bind(name, Binding("function", function.path))
            if is_method:
                self.resolver.functions[function.path] = (self.awaited_type(returned), here.scope)
        self.facts.functions.append(function)
        self.functions_by_node[node.id] = function
        if body is not None:
            self.at(body, inside)
            value = only_child(body) if body.type == "arrow_expression_clause" else body
            if body.type != "block" and value is not None:
                self.facts.statements.append(Statement(inside, "return", value, value, None))
        return ENTER

    def _function_flags(self, function: Function) -> int:
        here = self.place.flags
        flags = Context.ASYNC if function.is_async else 0
        call = function.passed_to
        if call is not None:
            flags |= here & (Context.LOOP | Context.MODULE)
            if call.name in PER_ITEM or (call.name in _OFTEN and function.is_async):
                flags |= Context.LOOP
        elif function.name == "Main" and self.has_modifier(function.node, "static"):
            flags |= Context.MAIN
        if any(one.path in _TESTS for one in function.decorators):
            flags |= Context.TEST
        return flags

    def _passed_to(self) -> Call | None:
        arguments, call = self.parent(2), self.parent(3)
        if arguments is None or call is None or arguments.type != "argument_list":
            return None
        return self.calls_by_node.get(call.id)

    def read_parameters(self, node: Node | None) -> list[Parameter]:
        """The parameters that a list, or a lambda's only one, declares."""
        if node is None:
            return []
        if node.type in ("identifier", "implicit_parameter"):
            return [Parameter(self.place, self.slice(node), self.span(node))]
        found = []
        for one in node.named_children:
            if one.type == "implicit_parameter":
                found.append(Parameter(self.place, self.slice(one), self.span(one)))
            name = one.child_by_field_name("name") if one.type == "parameter" else None
            if name is None:
                continue
            type_node = one.child_by_field_name("type")
            last = one.named_children[-1]
            default = last if last not in (name, type_node) else None
            found.append(
                Parameter(
                    self.place,
                    self.slice(name),
                    self.span(one),
                    self.type_path(type_node),
                    default,
                    self._decorators(one),
                )
            )
        return found

    # ------------------------------------------------------------------ handlers

    def is_handler(self, function: Function) -> bool:
        if super().is_handler(function):
            return True
        owner = function.class_def
        if owner is None or not function.name or not self.has_modifier(function.node, "public"):
            return False
        if self.has_modifier(function.node, "static") or function.name == owner.name:
            return False
        if any(one.path == "NonAction" for one in function.decorators):
            return False
        if is_controller(owner):
            return True
        return "PageModel" in owner.base_paths and bool(_PAGE_HANDLER.fullmatch(function.name))


def is_controller(class_def: ClassDef) -> bool:
    """Whether a class's public methods answer requests."""
    if any(one.path == "ApiController" for one in class_def.decorators):
        return True
    return any(
        bool(_CONTROLLER.fullmatch(base.rpartition(".")[2])) for base in class_def.base_paths
    )


def operator_text(node: Node) -> str:
    """The operator of ``x++``."""
    return next((n.type for n in node.children if not n.is_named), "")


_setters: dict[int, tuple[Models, frozenset[str]]] = {}


def setters(models: Models) -> frozenset[str]:
    """The properties whose setting models know as a call: ``set_CommandText``."""
    known = _setters.get(id(models))
    if known is None or known[0] is not models:
        names = {name.rpartition(".")[2] for name in models.calls} | set(models.patterns)
        known = _setters[id(models)] = (
            models,
            frozenset(name for name in names if name.startswith("set_")),
        )
    return known[1]
