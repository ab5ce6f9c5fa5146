"""What rules ask about Python facts: what becomes of a result, what runs for a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import Call, Context, Decorator, Function, Parameter, Use
from backspec.code.facts.python_flow import PythonFlow

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.code.syntax import Node

_ROUTES: Final = frozenset(
    ("route", "get", "post", "put", "patch", "delete", "websocket", "api_route", "head", "options")
)
_ROUTERS: Final = ("app", "application", "router", "blueprint", "bp", "api")
_VIEW_BASES: Final = (
    "View", "ViewSet", "MethodView", "Resource", "HTTPEndpoint", "RequestHandler",
    "WebSocketHandler", "AsyncWebsocketConsumer", "WebsocketConsumer",
)  # fmt: skip
_REQUEST_TYPES: Final = {
    "django": "django.http.HttpRequest",
    "rest_framework": "django.http.HttpRequest",
    "pyramid": "pyramid.request.Request",
    "aiohttp": "aiohttp.web.Request",
    "sanic": "sanic.Request",
    "starlette": "starlette.requests.Request",
}
"""What a parameter called ``request`` is in a file that imports a package."""
_OTHER_REQUESTS: Final = (
    "flask", "fastapi", "tornado", "falcon", "bottle", "webob", "werkzeug",
    "scrapy", "grpc", "httpx", "botocore", "pytest", "quart", "litestar",
)  # fmt: skip
"""Packages whose requests are called so, too, and are none of Django's."""
_VERBS: Final = frozenset(("get", "post", "put", "patch", "delete", "head", "options"))
_NOT_INPUT: Final = frozenset(("self", "cls", "request", "req", "websocket", "response", "info"))


def conventional(key: str, has_mark: Callable[[str], bool]) -> str | None:
    """The type of a parameter without one, by its name."""
    if key != "request":
        return None
    for package, type_name in _REQUEST_TYPES.items():
        if has_mark("package:" + package):
            return type_name
    if any(has_mark("package:" + package) for package in _OTHER_REQUESTS):
        return None
    return "django.request"


_NOT_REQUEST_METHODS: Final = frozenset(("__init__", "as_view", "__init_subclass__", "__call__"))


class PythonAnswers(PythonFlow):
    """Answers what facts ask their reader."""

    def use(self, call: Call) -> Use:
        node, around = _outside(call)
        if around is None:
            return "other"
        kind = around.type
        if kind == "expression_statement":
            return "statement"
        if kind in ("assignment", "augmented_assignment", "named_expression", "as_pattern"):
            return "assigned"
        if kind in ("return_statement", "yield"):
            return "returned"
        if kind in ("argument_list", "keyword_argument"):
            return "argument"
        if kind in ("attribute", "call"):
            return "receiver"
        if kind in ("comparison_operator", "not_operator", "boolean_operator"):
            return "condition"
        if kind in ("if_statement", "elif_clause", "while_statement", "assert_statement"):
            condition = around.child_by_field_name("condition")
            return "condition" if kind == "assert_statement" or condition == node else "other"
        if kind == "conditional_expression":
            return "condition" if around.named_children[1:2] == [node] else "other"
        return "other"

    def assigned_to(self, call: Call) -> str:
        node, around = _outside(call)
        if around is None:
            return ""
        if around.type == "assignment":
            target = around.child_by_field_name("left")
        elif around.type == "named_expression":
            target = around.child_by_field_name("name")
        elif around.type == "as_pattern":
            target = around.child_by_field_name("alias")
        else:
            return ""
        return self.path_of(target) if target is not None and target != node else ""

    def receiver_call(self, call: Call) -> Call | None:
        node = (
            call.callee.child_by_field_name("object") if call.callee.type == "attribute" else None
        )
        while node is not None and node.type in ("await", "parenthesized_expression"):
            node = node.named_children[0] if node.named_child_count else None
        if node is None or node.type != "call":
            return None
        return self.call_of(node, call.place.scope)

    def call_context(self, call: Call) -> int:
        return Context.AWAITED if call.parent is not None and call.parent.type == "await" else 0

    def is_handler(self, function: Function) -> bool:
        if super().is_handler(function):
            return True
        if any(self._is_route(decorator) for decorator in function.decorators):
            return True
        class_def = function.class_def
        if class_def is None or function.name in _NOT_REQUEST_METHODS:
            return False
        bases = self.resolver.bases(class_def.path) or class_def.base_paths
        return any(base.endswith(_VIEW_BASES) for base in bases)

    def is_input_parameter(self, function: Function, parameter: Parameter) -> bool:
        """Route and query parameters of handlers; what a framework injects is not input."""
        if parameter.name == "event" and _is_lambda(function):
            return True
        if parameter.name in _NOT_INPUT or not self.is_handler(function):
            return super().is_input_parameter(function, parameter)
        if function.class_def is not None and function.name not in _VERBS:
            return False
        default = parameter.default_node
        if default is not None and default.type == "call":
            callee = default.child_by_field_name("function")
            if callee is not None and self.path_of(callee).endswith(("Depends", "Security")):
                return False
        return "Depends(" not in self.text(parameter.span) and self.is_sent(function, parameter)

    def decorator_name(self, decorator: Decorator) -> str | None:
        """``@app.route`` of Flask, where the app comes from another file."""
        if self.resolver.has_mark("package:flask") and self._is_route(decorator):
            return f"flask.Flask.{decorator.path.rpartition('.')[2]}"
        return decorator.qualified

    def _is_route(self, decorator: Decorator) -> bool:
        """``@app.get("/x")`` on an app that comes from another file."""
        receiver, _, verb = decorator.path.rpartition(".")
        if verb not in _ROUTES or decorator.call is None or decorator.qualified is not None:
            known = decorator.qualified
            if known is None or not known.startswith(".") or verb not in _ROUTES:
                return False
        if not receiver.lower().endswith(_ROUTERS) or decorator.call is None:
            return False
        first = decorator.call.arguments.positional[:1]
        path = first[0] if first else decorator.call.arguments.keywords.get("path")
        text = getattr(path, "value", None)
        return isinstance(text, str) and (text == "" or text.startswith("/"))


def _is_lambda(function: Function) -> bool:
    """``def handler(event, context)`` at the top of a module, as AWS Lambda calls it."""
    names = [one.name for one in function.parameters]
    return names == ["event", "context"] and function.class_def is None and function.outer is None


def _outside(call: Call) -> tuple[Node, Node | None]:
    """A call with its ``await`` and parentheses, and the node around that."""
    node, around = call.node, call.parent
    while around is not None and around.type in ("await", "parenthesized_expression"):
        node, around = around, around.parent
    return node, around
