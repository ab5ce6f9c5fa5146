"""Checks on C#: tasks that block a thread or that nobody can await, and TLS callbacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import CallValue, Context, FunctionValue, Name, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.code.syntax import Node

_CALLBACKS: Final = frozenset((
    "ServerCertificateCustomValidationCallback", "ServerCertificateValidationCallback",
    "RemoteCertificateValidationCallback",
))  # fmt: skip
_TAKES_CALLBACK: Final = frozenset(("SslStream", "LdapServerCertificateCallback"))
_ANYONE: Final = "Any certificate is accepted, so anyone on the way can read and change the traffic"
_OF_CALLBACK: Final = 4
"""How many parameters a certificate's callback has."""
_AGREES: Final = regex(r"true|\{\s*return true;\s*\}")


def blocked_task(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``FooAsync().Result`` and ``FooAsync().GetAwaiter().GetResult()`` in an async function."""
    for call in facts.calls:
        if not call.name.endswith("Async"):
            continue
        is_async = bool(call.context & Context.ASYNC)
        if not is_async and not call.context & Context.HANDLER:
            continue
        whole = _blocking(call, unit)
        if whole is None:
            continue
        text = f"await {unit.text(call.span)}"
        following = unit.adapter.source[whole.end : whole.end + 1]
        if following in (b".", b"[", b"?"):
            text = f"({text})"
        yield Report(
            Span(call.span.end, whole.end),
            f"This holds a thread until `{call.name}` is done; await it",
            (Fix("Await it", (Edit(whole, text),), "unsafe", "async/sync-over-async"),)
            if is_async
            else (),
            place=call.place,
        )


def _blocking(call: Call, unit: UnitView) -> Span | None:
    """The whole expression that waits for a call's task, None when nothing does."""
    member = call.node.parent
    tail = ""
    node = call.node
    for _ in range(6):
        if member is None or member.type not in (
            "member_access_expression",
            "invocation_expression",
        ):
            break
        node = member
        tail = unit.text(Span(call.span.end, node.end_byte))
        tail = "".join(tail.split()).replace(".ConfigureAwait(false)", "")
        around = node.parent
        is_called = around is not None and around.type == "invocation_expression"
        if tail in (".Wait()", ".GetAwaiter().GetResult()") or (
            tail == ".Result" and not is_called
        ):
            return Span(call.span.start, node.end_byte)
        member = around
    return None


def async_void(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Methods that are ``async void`` and no event handlers."""
    for function in facts.functions:
        returns = function.node.child_by_field_name("returns") or function.node.child_by_field_name(
            "type"
        )
        if not function.is_async or not function.name or returns is None:
            continue
        if unit.adapter.slice(returns) != "void" or _handles_event(function, unit):
            continue
        span = Span(returns.start_byte, returns.end_byte)
        owner = function.class_def
        head = unit.text(Span(function.span.start, span.start))
        # An interface may demand the signature; the fix would break it.
        is_promised = owner is not None and bool(owner.base_paths) and "public" in head
        repair = Fix("Return a task", (Edit(span, "Task"),), "unsafe", "async/async-void")
        yield Report(
            span,
            f"Nobody can wait for `{function.name}`, and an error in it ends the process",
            () if is_promised else (repair,),
            Severity.WARNING if is_promised else None,
            place=function.place,
        )


def _handles_event(function: Function, unit: UnitView) -> bool:
    head = unit.text(Span(function.span.start, function.body_span.start))
    if re.search(r"\boverride\b", head) or re.match(r"(?:\w+_)?On[A-Z_]|\w+_\w+", function.name):
        return True
    if re.search(r"\bsender\b|\w*EventArgs\b|\bobject\??\s+\w*state\b", head):
        return True
    # A method of this file that is subscribed to an event must return nothing.
    return unit.file_has(rf"\+=\s*(?:this\.)?{re.escape(function.name)}\b") or unit.file_has(
        rf"EventHandler(?:<\w+>)?\({re.escape(function.name)}\)"
    )


def certificate_callback(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Callbacks that find every certificate good."""
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] not in _CALLBACKS:
            continue
        if assign.context & Context.DEV_GUARD or _is_chosen(assign.node, unit):
            continue
        node = assign.value_node
        if _agrees(assign.value, facts, unit) or (
            node is not None
            and unit.adapter.slice(node).endswith("DangerousAcceptAnyServerCertificateValidator")
            and not _stays_on_the_machine(node, unit)
            and not assign.context & Context.TEST
        ):
            yield Report(assign.span, _ANYONE, place=assign.place)
    for call in facts.calls:
        if call.name not in _TAKES_CALLBACK or not call.is_new or call.context & Context.DEV_GUARD:
            continue
        for value in call.arguments.positional:
            if isinstance(value, (FunctionValue, Name)) and _agrees(value, facts, unit):
                yield Report(value.span, _ANYONE, place=call.place)
                break


_CHOICE: Final = regex(
    r"(?i)(?:disable|ignore|skip|allow|accept|trust|bypass|insecure|untrusted|selfsigned|verify"
    r"|validate|check)\w*(?:cert|ssl|tls)|(?:cert|ssl|tls)\w*(?:disable|ignore|skip|check|valid"
    r"|verif|trust)|insecure"
)


def _is_chosen(node: Node, unit: UnitView) -> bool:
    """Whether a setting of whoever runs the program asks for it: ``if (DisableSslCheck)``."""
    around = node.parent
    for _ in range(30):
        if around is None or around.type == "method_declaration":
            return False
        condition = around.child_by_field_name("condition")
        if condition is not None and _CHOICE.search(unit.adapter.slice(condition)):
            return True
        around = around.parent
    return False


def _stays_on_the_machine(node: Node, unit: UnitView) -> bool:
    """Whether a client is registered under a name that says it only asks this machine."""
    around: Node | None = node
    for _ in range(30):
        if around is None or around.type.endswith("_statement"):
            break
        around = around.parent
    text = unit.adapter.slice(around)[:400] if around is not None else ""
    return re.search(r"AddHttpClient\([^)]*(?i:loopback|localhost)", text) is not None


def _agrees(value: Value | None, facts: Facts, unit: UnitView) -> bool:
    """Whether a callback, written out or a method of this unit, says yes to everything."""
    if isinstance(value, CallValue) and value.call.name == "RemoteCertificateValidationCallback":
        value = next(iter(value.call.arguments.positional), None)
    if isinstance(value, FunctionValue):
        return _AGREES.fullmatch(unit.text(value.function.body_span).strip()) is not None
    if not isinstance(value, Name):
        return False
    name = value.path.rpartition(".")[2]
    return any(
        one.name == name
        and len(one.parameters) == _OF_CALLBACK
        and _AGREES.fullmatch(unit.text(one.body_span).removeprefix("=>").strip())
        for one in facts.functions
    )


@needs(calls=("AllowAnyOrigin", "SetIsOriginAllowed"))
def any_origin(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``SetIsOriginAllowed(_ => true)`` in one chain with ``AllowCredentials()``."""
    for call in facts.calls:
        if call.name not in ("AllowAnyOrigin", "SetIsOriginAllowed"):
            continue
        if call.context & Context.DEV_GUARD:
            continue
        if call.name == "AllowAnyOrigin" and "AllowCredentials" in _chain(call, unit):
            yield Report(
                call.callee_span,
                "Every origin together with credentials: ASP.NET Core refuses to start, older "
                "versions let every site act for your users",
                place=call.place,
            )
            continue
        if call.name != "SetIsOriginAllowed":
            continue
        given = call.arguments.positional[:1]
        if not given or not isinstance(given[0], FunctionValue):
            continue
        if not _AGREES.fullmatch(unit.text(given[0].function.body_span).strip()):
            continue
        if "AllowCredentials" in _chain(call, unit):
            yield Report(
                given[0].span,
                "`SetIsOriginAllowed` lets every site act with your users' cookies",
                profile="strict" if _is_configured(call.node, unit) else None,
                place=call.place,
            )


@needs(calls=("AllowAnyOrigin",))
def open_origin(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``AllowAnyOrigin()`` for all of a program; in policies for some of it only when strict."""
    for call in facts.calls:
        if call.name != "AllowAnyOrigin" or call.context & (Context.DEV_GUARD | Context.TEST):
            continue
        if "AllowCredentials" in _chain(call, unit) or _is_configured(call.node, unit):
            continue
        yield Report(
            call.callee_span,
            "`AllowAnyOrigin` lets every site read the answers; list the origins that are yours",
            profile=None if _is_for_all(call, unit) else "strict",
            place=call.place,
        )


def _is_configured(node: Node, unit: UnitView) -> bool:
    """Whether a setting chooses between any origin and a list: ``else b.WithOrigins(..)``."""
    around = node.parent
    for _ in range(30):
        if around is None or around.type == "method_declaration":
            return False
        if around.type == "if_statement":
            return "WithOrigins" in unit.adapter.slice(around)
        around = around.parent
    return False


def _is_for_all(call: Call, unit: UnitView) -> bool:
    """Whether the policy is the default one, or ``UseCors`` names it."""
    around = call.node.parent
    for _ in range(40):
        if around is None:
            return True
        if around.type == "invocation_expression":
            made = unit.adapter.call_of(around, call.scope)  # type: ignore[attr-defined]
            if made.name == "AddPolicy":
                given = made.arguments.positional[:1]
                name = re.escape(unit.text(given[0].span)) if given else ""
                return unit.file_has(
                    rf"\.(?:UseCors|RequireCors)\(\s*(?:policyName:\s*)?{name}\s*\)"
                )
        around = around.parent
    return True


def _chain(call: Call, unit: UnitView) -> str:
    """The text of the chain of calls that a call is a part of."""
    node = call.node
    for _ in range(40):
        around = node.parent
        if around is None or around.type not in (
            "member_access_expression",
            "invocation_expression",
        ):
            break
        node = around
    return unit.text(Span(node.start_byte, node.end_byte))


@needs(words=("InfiniteTimeSpan",))
def endless_client(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``client.Timeout = Timeout.InfiniteTimeSpan`` where nothing else ends a request."""
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] != "Timeout" or assign.value_node is None:
            continue
        if not unit.adapter.slice(assign.value_node).endswith("InfiniteTimeSpan"):
            continue
        if assign.qualified != "System.Net.Http.HttpClient.Timeout":
            continue
        if assign.context & (Context.DEV_GUARD | Context.TEST) or unit.file_has(
            r"\bCancelAfter\(|\bnew CancellationTokenSource\(\s*[^)\s]"
        ):
            continue
        prefix = "" if unit.file_has(r"^\s*(?:global\s+)?using System;") else "System."
        node = assign.value_node
        edit = Edit(Span(node.start_byte, node.end_byte), f"{prefix}TimeSpan.FromSeconds(10)")
        yield Report(
            assign.span,
            "This client waits for ever for an answer",
            (Fix("Wait for ten seconds", (edit,), "unsafe", "http-client/no-timeout"),),
            place=assign.place,
        )


# ---------------------------------------------------------------------------- parsers


def _only_writes(node: Node, unit: UnitView) -> bool:
    """Whether settings are made for one call that writes: ``SerializeObject(x, new() { .. })``."""
    around = node.parent
    for _ in range(6):
        if around is None:
            return False
        if around.type == "invocation_expression":
            name = unit.adapter.slice(around.child_by_field_name("function") or around)
            return (
                re.search(r"\.(?:SerializeObject|Serialize|FromObject|SetData)$", name) is not None
            )
        around = around.parent
    return False


_ANY_TYPE: Final = regex(r"\bTypeNameHandling\.(?:All|Auto|Objects|Arrays)$")


def any_type(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Deserialisers that build what the data names: BinaryFormatter, ``TypeNameHandling``."""
    for call in unit.calls("deserialize"):
        given = call.arguments.positional[:1]
        yield Report(
            given[0].span if given else call.callee_span,
            f"`{call.written or call.name}` builds any object that its input names, and so runs "
            "code",
            place=call.place,
        )
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] != "TypeNameHandling" or assign.value_node is None:
            continue
        written = unit.adapter.slice(assign.value_node)
        if _ANY_TYPE.search(written) and _only_writes(assign.node, unit):
            continue
        if _ANY_TYPE.search(written) and not unit.file_has(r"\bSerializationBinder\b|\bBinder\b"):
            yield Report(
                assign.span,
                f"`{written}` builds any object that the text names: bind names to a fixed list",
                _no_type_names(assign.value_node),
                severity=Severity.WARNING,
                place=assign.place,
            )
    for call in facts.calls:
        if call.name == "SimpleTypeResolver" and call.is_new and call.use == "argument":
            yield Report(
                call.span,
                "`SimpleTypeResolver` builds any object that the text names",
                severity=Severity.WARNING,
                place=call.place,
            )


def _no_type_names(value: Node) -> tuple[Fix, ...]:
    written = (value.text or b"").decode("utf-8", "replace")
    found = re.fullmatch(r"((?:[\w.]+\.)?TypeNameHandling)\.\w+", written)
    if found is None:
        return ()
    edit = Edit(Span(value.start_byte, value.end_byte), f"{found[1]}.None")
    return (Fix("Read no type names", (edit,), "unsafe", "injection/deserialization"),)


_NAMED: Final = regex(r"\bGetType\(\s*(?!\)|\")")


def yaml_types(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """YamlDotNet that looks up a type by a name from the text, or from elsewhere."""
    if not unit.imports("YamlDotNet"):
        return
    for call in facts.calls:
        if call.name == "WithTagMapping":
            found = unit.text(call.arguments.span)
            if not _NAMED.search(found):
                continue
        elif call.name == "GetType" and call.arguments.positional and call.class_def is not None:
            bases = {base.rpartition(".")[2] for base in call.class_def.base_paths}
            given = unit.text(call.arguments.positional[0].span)
            if "INodeTypeResolver" not in bases or not re.search(r"(?i)\b\w*tag\b|\bnode", given):
                continue
        else:
            continue
        yield Report(
            call.span,
            "The text of the YAML says which type is built: map each tag to a type of your own",
            place=call.place,
        )


_FETCHES: Final = regex(r"new\s+(?:System\.Xml\.)?XmlUrlResolver\b")


def external_entities(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """XML readers that are told to read document types, or to fetch what those name."""
    for assign in facts.assigns:
        member = assign.target.rpartition(".")[2]
        node = assign.value_node
        if member not in ("XmlResolver", "DtdProcessing", "ProhibitDtd") or node is None:
            continue
        written = unit.adapter.slice(node)
        around = unit.text(assign.function.span) if assign.function is not None else ""
        if member == "XmlResolver" and _FETCHES.match(written):
            yield Report(
                assign.span,
                "The parser fetches the files and addresses that a document names",
                place=assign.place,
            )
        elif (member == "DtdProcessing" and written.endswith("DtdProcessing.Parse")) or (
            member == "ProhibitDtd" and written == "false"
        ):
            is_bounded = re.search(
                r"XmlResolver\s*=\s*null|MaxCharactersFromEntities|new\s+XmlUrlResolver", around
            )
            if is_bounded is None:
                yield Report(
                    assign.span,
                    "The parser reads document types, and with them entities from elsewhere",
                    place=assign.place,
                )


# ---------------------------------------------------------------------------- archives

_GUARD: Final = regex(r"\.StartsWith\(|GetRelativePath|\.Contains\(\s*\"\.\.|GetFileName\(")


@needs(calls=("Combine",))
def entry_outside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Entries of archives that are written where their own names say."""
    if not unit.imports("System.IO.Compression", "SharpCompress", "ICSharpCode.SharpZipLib"):
        return
    for call in facts.calls:
        if call.name != "Combine" or not call.path.endswith("Path.Combine"):
            continue
        given = unit.text(call.arguments.span)
        function = call.function
        if function is None:
            continue
        body = unit.text(function.span)
        if not re.search(r"\b\w*[eE]ntry\w*\.(?:FullName|Key|Name)\b", given):
            item = re.search(r"\bforeach\s*\(\s*[\w.]+\s+(\w+)\s+in\s+[\w.]+\.Entries\b", body)
            if item is None or not re.search(rf"\b{item[1]}\.(?:FullName|Key)\b", given):
                continue
        if _GUARD.search(body) or not re.search(
            r"\b(?:ExtractToFile|File\.(?:Create|OpenWrite|WriteAll\w+)|FileStream|WriteToFile)\(",
            body,
        ):
            continue
        yield Report(
            call.span,
            "An entry called `../x` is written outside of the folder: compare the full path",
            place=call.place,
        )
