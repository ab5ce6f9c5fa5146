"""The routes a file answers, from decorators, annotations and the calls that register handlers.

Prefixes count as far as the file shows them: on the class, on the router's constructor or group,
and where the file mounts the router. What another file mounts is not seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.code import syntax
from backspec.code.analysis import adapter_class, read_whole, ruleset
from backspec.code.arguments import named_argument
from backspec.code.facts.model import CallValue, Const, Context, FunctionValue, Name, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Arguments, Call, Decorator, Function, Value
    from backspec.model import Document
    from backspec.text import Span

_VERBS: Final = frozenset(("get", "post", "put", "patch", "delete", "head", "options"))
_CLASS_PREFIXES: Final = frozenset(
    ("Controller", "RestController", "JsonController", "RequestMapping", "Route", "Path")
)
_GROUPS: Final = frozenset(("Group", "MapGroup", "group", "Route"))
_MOUNTS: Final = frozenset(("use", "include_router", "register_blueprint", "Mount", "mount"))
_PREFIX_KEYS: Final = ("prefix", "url_prefix")
_PATH_KEYS: Final = ("path", "value", "url", "pattern", "route_name", "template")
_DEEPEST: Final = 8


class Route(NamedTuple):
    """One route of a file."""

    methods: tuple[str, ...]
    """Upper-case HTTP methods; () when it says none."""
    path: str
    """As written, with the prefixes the file shows; "" when it is not written out."""
    handler: str
    """The function that answers, ``Class.method`` for methods; "" for anonymous ones."""
    span: Span
    """The decorator or call."""


def routes(document: Document, path: str) -> list[Route]:
    """The routes of a document, in document order; ``path`` is relative to its project, with ``/``.

    [] for languages without grammar, for tests, and when parsing takes too long.
    """
    if document.language not in syntax.LANGUAGES:
        return []
    rules = ruleset(document.language, ())
    parsed = syntax.parse(document.language, document.text)
    if parsed is None:
        return []
    adapter = read_whole(parsed, rules, adapter_class(rules.family), path)
    try:
        found = [*_declared(adapter), *_registered(adapter)]
    finally:
        adapter.close()
    return sorted(found, key=lambda route: route.span)


def _declared(adapter: Adapter) -> Iterator[Route]:
    """Routes of decorators, annotations and attributes."""
    for function in adapter.facts.functions:
        if function.context & Context.TEST:
            continue
        for decorator in function.decorators:
            if "route-handler" not in adapter.roles(decorator.qualified):
                continue
            given = decorator.call.arguments if decorator.call is not None else None
            written = _path_in(given)
            methods = _methods(decorator.path.rpartition(".")[2], given)
            if written is None and not methods:
                continue
            prefix = _class_prefix(function)
            owner = decorator.path.rpartition(".")[0]
            prefix = _router_prefix(adapter, owner) if owner and not prefix else prefix
            whole = _joined(prefix, written or "").replace("[action]", function.name)
            yield Route(methods, whole, function.path or function.name, decorator.span)


def _registered(adapter: Adapter) -> Iterator[Route]:
    """Routes of calls: ``app.get("/x", handler)``."""
    for call in adapter.facts.calls:
        if "route-handler" not in adapter.roles_of(call) or call.context & Context.TEST:
            continue
        if any(call.node == one.call.node for one in _decorators_around(call) if one.call):
            continue
        model = adapter.model_of(call)
        found = named_argument(call, "path", model)
        written = found.value if isinstance(found, Const) else None
        if not isinstance(written, str) or not call.arguments.positional:
            continue
        handler = named_argument(call, "handler", model)
        if isinstance(handler, CallValue) and handler.call.name == "include":
            continue
        methods = _methods(call.name, call.arguments)
        verb, blank, rest = written.partition(" ")
        if blank and verb.isupper():  # Go 1.22: "GET /x"
            methods, written = (verb,), rest
        prefix = _router_prefix(adapter, call.path.rpartition(".")[0])
        name = _handler_name(handler) if not isinstance(handler, Const) else ""
        yield Route(methods, _joined(prefix, written), name, call.span)


def _decorators_around(call: Call) -> tuple[Decorator, ...]:
    function = call.function
    return function.decorators if function is not None else ()


def _handler_name(value: object) -> str:
    if isinstance(value, Name):
        return value.path
    if isinstance(value, FunctionValue):
        return value.function.name
    if isinstance(value, CallValue):
        return value.call.path
    if isinstance(value, Sequence) and len(value.items) == 2:  # [BookController::class, 'list']
        names = [_handler_name(item) or _word(item) for item in value.items]
        return ".".join(name.removesuffix(".class") for name in names)
    return ""


def _methods(name: str, arguments: Arguments | None) -> tuple[str, ...]:
    """From ``methods=[..]``, else from the name: ``get``, ``GetMapping``, ``HttpGet``."""
    given = None
    if arguments is not None:
        keywords = arguments.keywords
        given = keywords.get("methods") or keywords.get("method") or keywords.get("request_method")
    items = given.items if isinstance(given, Sequence) else (given,)
    named = [word for item in items if (word := _word(item))]
    if named:
        return tuple(word.upper() for word in named)
    plain = re.sub(r"^(?:Http|Map)|(?:Mapping|Attribute)$|Func$", "", name).lower()
    return (plain.upper(),) if plain in _VERBS else ()


def _word(value: Value | None) -> str:
    """``"POST"``, ``RequestMethod.POST``."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return value.value
    return value.path.rpartition(".")[2] if isinstance(value, Name) else ""


def _path_in(arguments: Arguments | None) -> str | None:
    """The path among a decorator's arguments; None when it is not written out."""
    if arguments is None:
        return None
    candidates = [*arguments.positional[:1]]
    candidates += [arguments.keywords[key] for key in _PATH_KEYS if key in arguments.keywords]
    for value in candidates:
        first = value.items[0] if isinstance(value, Sequence) and value.items else value
        if isinstance(first, Const) and isinstance(first.value, str):
            return first.value
    return None


def _class_prefix(function: Function) -> str:
    class_def = function.class_def
    for decorator in class_def.decorators if class_def is not None else ():
        if decorator.path.rpartition(".")[2] in _CLASS_PREFIXES and decorator.call is not None:
            written = _path_in(decorator.call.arguments) or ""
            name = re.sub(r"Controller$", "", class_def.name if class_def else "")
            return written.replace("[controller]", name)
    return ""


def _router_prefix(adapter: Adapter, owner: str, depth: int = 0) -> str:
    """The prefix of a router variable: its constructor's, its group's, and where it is mounted."""
    if not owner or depth > _DEEPEST:
        return ""
    prefix = ""
    for assign in adapter.facts.assigns:
        value = assign.value if assign.target == owner else None
        if isinstance(value, CallValue):
            call = value.call
            for key in _PREFIX_KEYS:
                prefix = prefix or _word(call.arguments.keywords.get(key))
            if call.name in _GROUPS and call.arguments.positional:
                outer = _router_prefix(adapter, call.path.rpartition(".")[0], depth + 1)
                return _joined(outer, _word(call.arguments.positional[0]))
    for call in adapter.facts.calls:
        if call.name in _MOUNTS and any(
            isinstance(given, Name) and given.path == owner for given in call.arguments.positional
        ):
            first = call.arguments.positional[0]
            mounted = _word(first) if isinstance(first, Const) else ""
            for key in _PREFIX_KEYS:
                mounted = mounted or _word(call.arguments.keywords.get(key))
            return _joined(mounted, prefix)
    return prefix


def _joined(prefix: str, path: str) -> str:
    """Both as one path from the root; patterns that begin with ``^`` stay as they are."""
    whole = f"{prefix.rstrip('/')}/{path.lstrip('/')}" if prefix and path else prefix or path
    return whole if whole.startswith(("/", "^", "*")) else f"/{whole}"
