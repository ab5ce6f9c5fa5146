"""Checks on Java: handlers, clients, queues and conditions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.authorization import without_true
from backspec.code.checks.java_calls import chain_of, function_text, names_of, statement_text
from backspec.code.checks.values import string
from backspec.code.facts.model import Const, Context
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Decorator, Facts, Parameter

# ---------------------------------------------------------------------------- handlers

_CONSTRAINTS: Final = regex(
    r"@(?:NotNull|NotBlank|NotEmpty|Size|Min|Max|Email|Pattern|Positive|PositiveOrZero|Past|Future|"
    r"Digits|DecimalMin|DecimalMax|Length|Range)\b"
)


def body_not_validated(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``@RequestBody`` of a constrained class of this file, without ``@Valid``."""
    for function in facts.functions:
        for parameter in function.parameters:
            told = {one.path.rpartition(".")[2] for one in parameter.decorators}
            if "RequestBody" not in told or told & {"Valid", "Validated"}:
                continue
            kind = parameter.type_path.rpartition(".")[2]
            if kind and _is_constrained(kind, unit):
                yield Report(
                    parameter.span,
                    f"The constraints of `{kind}` are not checked without `@Valid`",
                    _with_valid(parameter, unit),
                    place=function.place,
                )


_CONSTRAINTS_IMPORT: Final = regex(
    rb"^import (javax|jakarta)\.validation\.constraints\.", re.MULTILINE
)


def _with_valid(parameter: Parameter, unit: UnitView) -> tuple[Fix, ...]:
    """``@Valid`` before the parameter, imported from where the constraints come from."""
    source = unit.adapter.source
    found = _CONSTRAINTS_IMPORT.search(source)
    if found is None or unit.file_has(r"\b(?:class|record|interface|enum)\s+Valid\b"):
        return ()
    start = parameter.span.start
    edits = [Edit(Span(start, start), "@Valid ")]
    package = f"{found[1].decode()}.validation"
    imported = rf"^import (?:[\w.]+\.Valid|{re.escape(package)}\.\*);"
    if not unit.file_has(imported):
        edits.insert(0, Edit(Span(found.start(), found.start()), f"import {package}.Valid;\n"))
    elif not unit.file_has(rf"^import {re.escape(package)}\.(?:Valid|\*);"):
        return ()
    return (Fix("Add `@Valid`", tuple(edits), "unsafe", "validation/annotation-not-triggered"),)


def _is_constrained(kind: str, unit: UnitView) -> bool:
    """Whether a class or record of the file has constraints on its fields."""
    name = re.escape(kind)
    constraint = _CONSTRAINTS.pattern
    return unit.file_has(rf"(?s)\brecord\s+{name}\s*\([^{{;]*{constraint}") or unit.file_has(
        rf"(?s)\bclass\s+{name}\b[^{{]*\{{[^}}]*{constraint}"
    )


_MAPPINGS: Final = {
    "GetMapping": "GET", "PostMapping": "POST", "PutMapping": "PUT", "PatchMapping": "PATCH",
    "DeleteMapping": "DELETE",
}  # fmt: skip
_NARROWING: Final = frozenset(("params", "headers", "consumes", "produces", "version"))


def route_twice(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """Two handlers of one class for the same method and path."""
    seen: dict[tuple[int, str, str], Decorator] = {}
    for function in facts.functions:
        for one in function.decorators:
            method = _MAPPINGS.get(one.path.rpartition(".")[2])
            if method is None or function.class_def is None:
                continue
            if function.class_def.node.type == "interface_declaration":
                continue  # of a client, which only calls
            told = one.call.arguments if one.call is not None else None
            if told is not None and set(told.keywords) & _NARROWING:
                continue
            value = None
            if told is not None:
                value = (
                    told.positional[0]
                    if told.positional
                    else told.keywords.get("value") or told.keywords.get("path")
                )
            path = "" if value is None else string(value)
            if path is None:
                continue
            path = re.sub(r"\{[^}:]*\}", "{}", path).strip("/")
            key = (id(function.class_def), method, path)
            if key in seen:
                yield Report(
                    one.span,
                    f"Another handler of this class already answers `{method} /{path}`",
                    place=function.place,
                )
            else:
                seen[key] = one


_OUTPUT: Final = regex(
    r"\.(?:getWriter|getOutputStream|sendError|sendRedirect|doFilter|forward|include|setStatus)\("
)


@needs(calls=("sendError", "sendRedirect"))
def goes_on(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``sendError`` or ``sendRedirect`` at the end of a branch, and more output after it."""
    for call in facts.calls:
        if call.name not in ("sendError", "sendRedirect") or call.use != "statement":
            continue
        if not (call.qualified or "").endswith(f"servlet.http.HttpServletResponse.{call.name}"):
            continue
        statement = call.node.parent
        block = statement.parent if statement is not None else None
        if statement is None or block is None:
            continue
        if block.type == "block":
            inside = [one for one in block.named_children if "comment" not in one.type]
            if inside[-1] != statement:
                rest = inside[inside.index(statement) + 1 :]
                if rest and rest[0].type in ("return_statement", "throw_statement",
                                             "break_statement", "continue_statement"):  # fmt: skip
                    continue
            around = block.parent
        else:
            around = block
        if around is None or around.type != "if_statement":
            continue
        if around.child_by_field_name("alternative") is not None:
            continue
        outer = around.parent
        if outer is None or outer.type != "block":
            continue
        following = [one for one in outer.named_children if one.start_byte >= around.end_byte]
        first_way_out = next(
            (at for at, one in enumerate(following) if one.type == "return_statement"),
            len(following),
        )
        after = " ".join(unit.adapter.slice(one) for one in following[:first_way_out])
        if _OUTPUT.search(after):
            yield Report(
                call.span,
                f"The code goes on after `{call.name}` and answers a second time",
                place=call.place,
            )


_ERROR_KEY: Final = regex(r'"(?:error|errors|errorMessage|err|exception)"')
_FAILED: Final = regex(r'"success"\s*,\s*(?:false|Boolean\.FALSE)')


@needs(calls=("ok", "success"))
def ok_in_catch(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``return ResponseEntity.ok(Map.of("error", ..))`` in a handler's catch."""
    for call in facts.calls:
        if call.name not in ("ok", "success") or not call.context & Context.CATCH:
            continue
        if not (call.qualified or "").startswith("org.springframework.http.ResponseEntity."):
            continue
        if call.use not in ("returned", "receiver") or not call.context & Context.HANDLER:
            continue
        text = statement_text(call, unit)
        if _ERROR_KEY.search(text) or _FAILED.search(text):
            given = call.arguments.positional
            inner = unit.text(call.arguments.span)
            body = f".body({inner})" if given else ""
            name = unit.text(call.callee_span).rpartition(".")[0]
            edit = Edit(call.span, f"{name}.status(500){body}")
            fix = Fix("Answer with status 500", (edit,), "unsafe", "error/catch-returns-success")
            yield Report(
                call.span,
                "The client is told that it worked: the status is 200",
                (fix,) if call.name == "ok" and len(given) < 2 else (),
                place=call.place,
            )


def async_value(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``@Async`` methods whose result nobody gets."""
    for function in facts.functions:
        if not any((one.qualified or "").endswith("scheduling.annotation.Async")
                   for one in function.decorators):  # fmt: skip
            continue
        kind = function.returns_path.rpartition(".")[2]
        if kind and not re.search(r"Future|Stage|^void$|^Void$|Mono|Flux", kind):
            yield Report(
                function.name_span,
                f"The caller of `{function.name}` gets null: an `@Async` method gives a future",
                place=function.place,
            )


# ---------------------------------------------------------------------------- clients and queues


def no_timeout(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """HTTP clients that wait for ever."""
    for call in facts.calls:
        qualified = call.qualified or ""
        if call.is_new and qualified == "org.springframework.web.client.RestTemplate":
            if call.arguments.positional or call.context & Context.TEST:
                continue
            if unit.file_has(r"setRequestFactory|[sS]et(?:Connect|Read)Timeout"):
                continue
            yield Report(
                call.span, "`RestTemplate` waits for ever: it has no timeouts", place=call.place
            )
        elif qualified == "java.net.URL.openConnection":
            text = function_text(call, unit)
            if not re.search(r"setReadTimeout", text) and call.assigned_to:
                if re.search(r"setReadTimeout", text) or unit.file_has("setReadTimeout"):
                    continue
                if not re.search(r"HttpURLConnection|HttpsURLConnection", text):
                    continue
                yield Report(
                    call.span, "This connection waits for ever: it has no timeouts",
                    _with_timeouts(call, unit),
                    place=call.place,
                )  # fmt: skip


def _with_timeouts(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """Two lines behind the statement that opens a connection and holds it."""
    name, statement = call.assigned_to, call.node
    for _ in range(6):
        if statement.parent is None or statement.type == "local_variable_declaration":
            break
        statement = statement.parent
    if statement.type != "local_variable_declaration" or not name.isidentifier():
        return ()
    source = unit.adapter.source
    span = Span(statement.start_byte, statement.end_byte)
    kept = "".join(source[source.rfind(b"\n", 0, span.start) + 1 : span.start].decode())
    lines = f"{name}.setConnectTimeout(2000);\n{kept}{name}.setReadTimeout(10000);"
    edits = fixes.insert_line(span, source, lines)
    return (
        (Fix("Wait for ten seconds", tuple(edits), "unsafe", "http-client/no-timeout"),)
        if edits
        else ()
    )


@needs(calls=("basicConsume",))
def auto_ack(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``basicConsume(queue, true, ..)``: a message is gone before the work is done."""
    for call in facts.calls:
        if call.name != "basicConsume" or not unit.imports("com.rabbitmq.client"):
            continue
        given = call.arguments.positional
        if len(given) > 2 and isinstance(given[1], Const) and given[1].value is True:
            yield Report(
                given[1].span,
                "The broker drops each message before the work is done",
                place=call.place,
            )


_ROLE: Final = regex(r"(?i)role|admin|permission|authoriz|privilege|isallowed|canaccess")


def always_allowed(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``role.equals("ADMIN") || true``."""
    if not unit.file_has(r"\|\|\s*true\b|\btrue\s*\|\|"):
        return
    for function in facts.functions:
        stack = [function.node]
        for _ in range(4000):
            if not stack:
                break
            node = stack.pop()
            if node.type in ("lambda_expression", "method_declaration") and node != function.node:
                continue
            if node.type == "binary_expression":
                operator = node.child_by_field_name("operator")
                sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
                is_or = operator is not None and operator.type == "||"
                if is_or and any(one is not None and one.type == "true" for one in sides):
                    if _ROLE.search(unit.adapter.slice(node)):
                        yield Report(
                            Span(node.start_byte, node.end_byte),
                            "This check lets everybody pass",
                            without_true(node, unit),
                            place=function.place,
                        )
                    continue
            stack.extend(reversed(node.named_children))


_UNSAFE_YAML: Final = regex(r"new\s+(?:\w+\.)*Yaml\(\s*new\s+(?:\w+\.)*Constructor\(")


@needs(roles=("yaml-load",))
def yaml_constructor(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """SnakeYAML with a constructor of any type."""
    for call in unit.calls("yaml-load"):
        receiver = unit.adapter.receiver_node(call)
        if receiver is None:
            continue
        made = unit.adapter.slice(receiver)
        if re.fullmatch(r"\w+", made):
            found = re.search(
                rf"\b{made}\s*=\s*(new\s+(?:\w+\.)*Yaml\([^;]*)", function_text(call, unit)
            )
            made = found[1] if found is not None else ""
        if _UNSAFE_YAML.match(made) and "LoaderOptions" not in made:
            yield Report(
                call.span, f"`{call.name}` builds any type that the text names", place=call.place
            )
        elif re.match(r"new\s+(?:\w+\.)*Yaml\(\s*\)", made):
            yield Report(
                call.span,
                f"`{call.name}` builds any type that the text names before SnakeYAML 2",
                profile="strict",
                place=call.place,
            )


# ---------------------------------------------------------------------------- more on the framework


def handler_out_of_place(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``@ExceptionHandler`` in a class that Spring does not ask."""
    for function in facts.functions:
        if not any((one.qualified or "").endswith("bind.annotation.ExceptionHandler")
                   for one in function.decorators):  # fmt: skip
            continue
        owner = function.class_def
        if owner is None or owner.base_paths or owner.node.type == "interface_declaration":
            continue
        if "abstract" in unit.text(Span(owner.span.start, owner.name_span.start)):
            continue  # controllers take it over
        told = {one.path.rpartition(".")[2] for one in owner.decorators}
        if not any(re.search(r"Controller|Advice|Endpoint", one) for one in told):
            yield Report(
                function.name_span,
                "Spring never calls this handler: its class is no controller and no advice",
                place=function.place,
            )


@needs(calls=("setAutoCommit",))
def not_rolled_back(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``setAutoCommit(false)`` and a commit, with no rollback anywhere."""
    for call in facts.calls:
        if call.name != "setAutoCommit" or not call.arguments.positional:
            continue
        value = call.arguments.positional[0]
        if not isinstance(value, Const) or value.value is not False or call.function is None:
            continue
        text = unit.text(call.function.span)
        if "commit(" in text and "rollback(" not in text and not unit.file_has(r"rollback\w*\("):
            yield Report(
                call.span,
                "A failure leaves this transaction open on the connection: nothing rolls it back",
                place=call.place,
            )


_BOUNDED: Final = frozenset(
    ("expireAfterWrite", "expireAfterAccess", "expireAfter", "maximumSize", "maximumWeight",
     "weakKeys", "weakValues", "softValues")
)  # fmt: skip


def endless_cache(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Caffeine and Guava caches without an end, Redis caches of Spring without a lifetime."""
    for call in facts.calls:
        chain = chain_of(call) if call.name == "build" else []
        if chain and re.search(r"(?:Caffeine|CacheBuilder)\.newBuilder$", chain[-1].path):
            if not names_of(chain) & _BOUNDED:
                unit_name = "TimeUnit"
                if not unit.file_has(r"^import java\.util\.concurrent\.(?:TimeUnit|\*);"):
                    unit_name = "java.util.concurrent.TimeUnit"
                at = chain[-1].span.end
                edit = Edit(Span(at, at), f".expireAfterWrite(5, {unit_name}.MINUTES)")
                yield Report(
                    chain[-1].span, "This cache grows for ever: nothing in it expires",
                    (Fix("Keep things for five minutes", (edit,), "unsafe", "cache/no-expiry"),),
                    place=call.place,
                )  # fmt: skip
        elif call.path.endswith(
            "RedisCacheConfiguration.defaultCacheConfig"
        ) and "entryTtl" not in function_text(call, unit):
            yield Report(
                call.span,
                "What this cache holds never expires: give `entryTtl`",
                place=call.place,
            )


@needs(calls=("findAll", "listAll"))
def everything_returned(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``return repository.findAll()`` in a handler."""
    for call in facts.calls:
        if call.name not in ("findAll", "listAll") or call.arguments.positional:
            continue
        owner = call.path.rpartition(".")[0]
        if not re.search(r"(?i)(?:repository|repo|dao)$", owner):
            continue
        if call.use == "returned" and call.context & Context.HANDLER:
            yield Report(
                call.span, "The answer grows with the table: return a page of it", place=call.place
            )
