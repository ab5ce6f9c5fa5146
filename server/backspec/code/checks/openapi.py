"""Checks on OpenAPI documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.openapi import MUTATING
from backspec.model import Fix, Related, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.nodes import Node
    from backspec.code.files.openapi import ApiFacts, Operation

_KEY_RULE: Final = "openapi/api-key-in-query"
_UNSURE: Final = "strict"
_PARAMETER: Final = re.compile(r"\{([^{}/]+)\}")
_EXAMPLE: Final = re.compile(r"(?:^|/)(?:examples?|samples?|demos?|third[-_]party)/")
_PUBLIC: Final = re.compile(
    r"(?i)log-?_?(?:in|out)|sign-?_?(?:in|up|out)|regist|auth|token|session|password|passwd|verif"
    r"|confirm|activat|webhook|callback|hook|health|public|contact|newsletter|subscri|otp|mfa|saml"
    r"|track|report|invit|search|query"
)
_SECRET_NAME: Final = re.compile(
    r"(?i)(?:user_?)?(?:password|passwd)|(?:client_?)?secret|(?:x[-_])?api[-_]?key|ssn|jwt"
    r"|(?:access|refresh|auth|bearer|id)[-_]?token"
)
_ONE_TIME: Final = re.compile(r"(?i)verif|confirm|reset|subscri|invit|activat|magic|callback|oauth")


# ---------------------------------------------------------------------------- identity


def operation_identity(facts: ApiFacts, _unit: FileView) -> Iterator[Report]:
    """Operations and paths that cannot be told apart, and parameters that no path has."""
    yield from _ids(facts)
    yield from _same_paths(facts)
    for operation in facts.operations:
        yield from _path_parameters(facts, operation)


def _ids(facts: ApiFacts) -> Iterator[Report]:
    known: dict[str, Span] = {}
    nameless = []
    for operation in facts.operations:
        node = operation.node.get("operationId")
        if node is None or not node.value:
            nameless.append(operation)
        elif node.value in known:
            yield Report(
                node.span,
                f"`{node.value}` is the id of another operation too",
                severity=Severity.ERROR,
                related=(Related("used first here", known[node.value]),),
            )
        else:
            known[node.value] = node.span
    if known:
        for operation in nameless:
            yield Report(
                operation.key,
                f"{operation.title} has no `operationId`, others here have one",
                severity=Severity.INFO,
            )
    elif nameless:
        yield Report(
            facts.paths[0], "No operation here has an `operationId`", severity=Severity.INFO
        )


def _same_paths(facts: ApiFacts) -> Iterator[Report]:
    known: dict[str, tuple[str, Span]] = {}
    for path, key, _ in facts.paths[1].pairs():
        shape = _PARAMETER.sub("{}", path)
        if shape in known:
            first, span = known[shape]
            yield Report(
                key.span,
                f"`{path}` and `{first}` are the same path: only names of parameters differ",
                severity=Severity.ERROR,
                related=(Related("the other one", span),),
            )
        else:
            known[shape] = (path, key.span)


def _path_parameters(facts: ApiFacts, operation: Operation) -> Iterator[Report]:
    parameters = facts.parameters(operation)
    if parameters is None or operation.path_item.get("$ref") is not None:
        return
    declared = {p.text("name"): p for p in parameters if p.text("in") == "path"}
    wanted = set(_PARAMETER.findall(operation.path.partition("?")[0]))
    if missing := sorted(wanted - set(declared)):
        names = ", ".join(f"`{name}`" for name in missing)
        yield Report(
            operation.key,
            f"{operation.title} does not declare its path parameter {names}",
            severity=Severity.ERROR,
        )
    for name, parameter in declared.items():
        own = operation.node.get("parameters")
        if name and name not in wanted and own is not None and parameter in own.items:
            yield Report(
                parameter.span if (node := parameter.get("name")) is None else node.span,
                f"`{name}` is a path parameter, but `{operation.path}` has no such part",
                severity=Severity.ERROR,
            )


# ---------------------------------------------------------------------------- security


def no_security(facts: ApiFacts, unit: FileView) -> Iterator[Report]:
    """Operations that change something and ask for no credentials."""
    if _EXAMPLE.search(unit.path):
        return
    root = facts.root.get("security")
    if facts.schemes:
        yield from _unknown_schemes(facts, root)
    changing = [
        o for o in facts.operations if o.method in MUTATING and not _PUBLIC.search(_names(o))
    ]
    open_ones = [o for o in changing if o.node.get("security") is None]
    uses_any = any(_is_asked(o.node.get("security")) for o in facts.operations)
    if root is None and not uses_any:
        # One fault of the document, not one of each operation.
        if facts.schemes and open_ones:
            what = "Security schemes are defined, but no operation asks for one"
            yield Report(facts.paths[0], what)
        elif len(open_ones) > 3:
            yield Report(
                facts.paths[0],
                f"{len(open_ones)} operations here change something, and none asks for credentials",
            )
        return
    for operation in changing:
        own = operation.node.get("security")
        if own is None and root is None:
            yield Report(
                operation.key,
                f"{operation.title} asks for no credentials, other operations here do",
            )
        elif own is not None and not _is_asked(own):
            yield Report(
                own.span,
                f"{operation.title} switches security off",
                profile=_UNSURE,
            )


def _names(operation: Operation) -> str:
    return f"{operation.path} {operation.node.text('operationId')}"


def _is_asked(security: Node | None) -> bool:
    """Whether a list of requirements asks for anything: each has a scheme."""
    return security is not None and any(item.entries for item in security.items)


def _unknown_schemes(facts: ApiFacts, root: Node | None) -> Iterator[Report]:
    for security in (root, *(o.node.get("security") for o in facts.operations)):
        for item in security.items if security is not None else ():
            for name, key, _ in item.pairs():
                if name not in facts.schemes:
                    yield Report(
                        key.span,
                        f"No security scheme is called `{name}`",
                        severity=Severity.ERROR,
                    )


def api_key_in_query(facts: ApiFacts, unit: FileView) -> Iterator[Report]:
    """Credentials that travel in addresses."""
    for name, scheme in facts.schemes.items():
        place = scheme.get("in")
        if scheme.text("type") == "apiKey" and place is not None and place.value == "query":
            yield Report(
                place.span,
                f"The API key `{scheme.text('name') or name}` travels in the address",
                (_to_header(unit.text, scheme, place),),
            )
    seen: set[Span] = set()
    for operation in facts.operations:
        for parameter in facts.parameters(operation) or ():
            named = parameter.get("name")
            if named is None or named.span in seen or parameter.text("in") != "query":
                continue
            if not _SECRET_NAME.fullmatch(named.value or "") or _ONE_TIME.search(operation.path):
                continue
            seen.add(named.span)
            yield Report(named.span, f"`{named.value}` travels in the address, which servers log")


def _to_header(text: bytes, scheme: Node, place: Node) -> Fix:
    edits = [Edit(place.span, _quoted(text, place, "header"))]
    named = scheme.get("name")
    if named is not None:
        edits.append(Edit(named.span, _quoted(text, named, "X-API-Key")))
    return Fix("Take it in the header `X-API-Key`", tuple(sorted(edits)), "unsafe", _KEY_RULE)


def _quoted(text: bytes, node: Node, value: str) -> str:
    quote = text[node.span.start : node.span.start + 1].decode("ascii", "replace")
    return f"{quote}{value}{quote}" if quote in "\"'" else value
