"""Checks on OpenAPI documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.openapi_ids import add_ids, new_ids
from backspec.code.files.openapi import MUTATING
from backspec.expressions import regex
from backspec.model import Fix, Related, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.nodes import Node
    from backspec.code.files.openapi import ApiFacts, Operation

_KEY_RULE: Final = "openapi/api-key-in-query"
_UNSURE: Final = "strict"
_PARAMETER: Final = regex(r"\{([^{}/]+)\}")
_EXAMPLE: Final = regex(r"(?:^|/)(?:examples?|samples?|demos?|third[-_]party)/")
_PUBLIC: Final = regex(
    r"(?i)log-?_?(?:in|out)|sign-?_?(?:in|up|out)|regist|auth|token|session|password|passwd|verif"
    r"|confirm|activat|webhook|callback|hook|health|public|contact|newsletter|subscri|otp|mfa|saml"
    r"|track|report|invit|search|query"
)
_IN_ADDRESS: Final = ("query", "path")
_SECRET_NAME: Final = regex(
    r"(?i)(?:user_?)?(?:password|passwd)|(?:client_?)?secret|(?:x[-_])?api[-_]?key|ssn|jwt"
    r"|(?:access|refresh|auth|bearer|id)[-_]?token"
)
_ONE_TIME: Final = regex(r"(?i)verif|confirm|reset|subscri|invit|activat|magic|callback|oauth")


# ---------------------------------------------------------------------------- identity


def operation_identity(facts: ApiFacts, unit: FileView) -> Iterator[Report]:
    """Operations and paths that cannot be told apart, and parameters that no path has."""
    yield from _ids(facts, unit.text)
    yield from _same_paths(facts)
    for operation in facts.operations:
        yield from _path_parameters(facts, operation)
        yield from _same_parameters(facts, operation)
    yield from _references(facts)
    yield from _unused(facts)
    yield from _tags(facts)
    yield from _enumerations(facts)


_URL_SAFE: Final = regex(r"[A-Za-z0-9._~$:@!*'()+,;=-]+")


def _same_parameters(facts: ApiFacts, operation: Operation) -> Iterator[Report]:
    known: dict[tuple[str, str], Span] = {}
    listed = operation.node.get("parameters")
    for item in listed.items if listed is not None else ():
        parameter = facts.resolve(item)
        if parameter is None:
            continue
        name = parameter.get("name")
        key = (parameter.text("name"), parameter.text("in"))
        if name is None or not all(key):
            continue
        place = name.span if item is parameter else item.span
        if key in known:
            yield Report(
                place,
                f"{operation.title} has the parameter `{key[0]}` in {key[1]} twice",
                severity=Severity.ERROR,
                related=(Related("the other one", known[key]),),
            )
        known.setdefault(key, place)


def _references(facts: ApiFacts) -> Iterator[Report]:
    for holder, _, value in facts.references:
        text = value.value or ""
        if text.startswith("#/") and facts.at(text[2:]) is None:
            yield Report(value.span, f"There is no `{text}` here", severity=Severity.ERROR)
        elif text.startswith("#/") and facts.at(text[2:]) is holder:
            yield Report(value.span, f"`{text}` refers to itself", severity=Severity.ERROR)


_GROUPS: Final = ("schemas", "parameters", "responses", "requestBodies", "headers", "examples")


def _unused(facts: ApiFacts) -> Iterator[Report]:
    """Components that nothing refers to, one report for all of them."""
    if facts.is_part:
        return
    used = set()
    for _, _, value in facts.references:
        parts = (value.value or "").partition("#/")[2].split("/")
        used.add("/".join(parts[:2] if facts.version == "2" else parts[:3]))
    for mapping, under in facts.nodes:  # the names in a discriminator's mapping, too
        if under == "mapping":
            names = [value.value or "" for _, _, value in mapping.pairs()]
            used |= {n.removeprefix("#/") if "/" in n else f"components/schemas/{n}" for n in names}
    found: list[tuple[str, Node]] = []
    groups = [("definitions", facts.root.get("definitions"))]
    if facts.version == "2":
        groups += [(name, facts.root.get(name)) for name in ("parameters", "responses")]
    else:
        groups = [(f"components/{name}", facts.root.get("components", name)) for name in _GROUPS]
    for group, node in groups:
        for name, key, schema in node.pairs() if node is not None else ():
            written = name.replace("~", "~0").replace("/", "~1")
            if f"{group}/{written}" in used or f"{group}/{name}" in used or name.startswith("x-"):
                continue
            # A schema that builds on another one may be meant by a discriminator there.
            if schema.get("allOf") is not None:
                continue
            found.append((name, key))
    if found:
        others = "others" if len(found) > 2 else "other"
        more = f", nor to {len(found) - 1} {others}" if len(found) > 1 else ""
        yield Report(
            found[0][1].span,
            f"Nothing refers to `{found[0][0]}`{more}",
            severity=Severity.HINT,
            related=tuple(Related("nor to this", key.span) for _, key in found[1:6]),
        )


def _tags(facts: ApiFacts) -> Iterator[Report]:
    listed = facts.root.get("tags")
    declared = {item.text("name") for item in listed.items} if listed is not None else set()
    reported: set[str] = set()
    untagged = []
    for operation in facts.operations:
        tags = operation.node.get("tags")
        if tags is None or not tags.items:
            untagged.append(operation)
            continue
        for tag in tags.items:
            if declared and tag.value and tag.value not in declared | reported:
                reported.add(tag.value)
                yield Report(
                    tag.span,
                    f"The tag `{tag.value}` is not among those of the document",
                    severity=Severity.HINT,
                )
    tagged = len(facts.operations) - len(untagged)
    for operation in untagged if tagged else ():
        yield Report(
            operation.key,
            f"{operation.title} has no tag, others here have one",
            severity=Severity.HINT,
            profile=_UNSURE,
        )
    bare = [
        o
        for o in facts.operations
        if o.node.get("summary") is None and o.node.get("description") is None
    ]
    described = len(facts.operations) - len(bare)
    for operation in bare if described else ():
        yield Report(
            operation.key,
            f"{operation.title} has neither summary nor description, others here have",
            severity=Severity.HINT,
            profile="pedantic",
        )


def _enumerations(facts: ApiFacts) -> Iterator[Report]:
    for node, _ in facts.nodes:
        listed = node.get("enum")
        if listed is None or listed.entries is not None or node.get("properties") is listed:
            continue
        known = set()
        twice = []
        for item in listed.items:
            if item.value is not None and (item.kind, item.value) in known:
                twice.append(item)
            known.add((item.kind, item.value))
        if twice:
            more = f", and {len(twice) - 1} more" if len(twice) > 1 else ""
            yield Report(twice[0].span, f"`{twice[0].value}` is listed twice{more}")


def _ids(facts: ApiFacts, text: bytes) -> Iterator[Report]:
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
            if not _URL_SAFE.fullmatch(node.value):
                yield Report(
                    node.span,
                    f"`{node.value}` has characters that no address and no program can have",
                )
    if known:
        names = new_ids(nameless, known)
        for operation in nameless:
            yield Report(
                operation.key,
                f"{operation.title} has no `operationId`, others here have one",
                add_ids([operation], names, text),
                severity=Severity.INFO,
            )
    elif nameless:
        yield Report(
            facts.paths[0],
            "No operation here has an `operationId`",
            add_ids(nameless, new_ids(nameless, known), text),
            severity=Severity.INFO,
        )


def _same_paths(facts: ApiFacts) -> Iterator[Report]:
    known: dict[str, tuple[str, Span]] = {}
    for path, key, _ in facts.paths[1].pairs():
        if "{}" in path:
            yield Report(key.span, f"A parameter in `{path}` has no name", severity=Severity.ERROR)
            continue
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
    yield from _unknown_schemes(facts, root)
    yield from _weak_schemes(facts)
    yield from _no_refusal(facts, root)
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
                # gRPC's credentials are none of the service's definition.
                profile=_UNSURE if facts.is_from_proto else None,
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
                # Strangers may well add something, and seldom change or delete it.
                profile=_UNSURE if operation.method == "post" else None,
            )


def _weak_schemes(facts: ApiFacts) -> Iterator[Report]:
    """Schemes that give passwords or tokens away."""
    for name, scheme in facts.schemes.items():
        kind = scheme.get("type")
        if kind is None:
            continue
        if kind.value == "basic" or (
            kind.value == "http" and scheme.text("scheme").lower() == "basic"
        ):
            place = scheme.get("scheme") or kind
            yield Report(
                place.span,
                f"`{name}` sends the password itself with each request",
                severity=Severity.INFO,
            )
        flows = scheme.get("flows")
        listed = (
            [(key.value or "", key.span, flow) for _, key, flow in flows.pairs()] if flows else []
        )
        own = scheme.get("flow")
        if own is not None:
            listed.append((own.value or "", own.span, scheme))
        for flow, span, node in listed:
            if flow in ("implicit", "password"):
                yield Report(
                    span,
                    "The implicit flow puts tokens into addresses; use the code flow with PKCE"
                    if flow == "implicit"
                    else "The password flow hands users' passwords to clients; use the code flow",
                )
            for address in ("authorizationUrl", "tokenUrl", "refreshUrl"):
                url = node.get(address)
                value = (url.value or "") if url is not None else ""
                if url is not None and re.match(r"http://(?!localhost|127\.|\[::1)", value):
                    yield Report(
                        url.span, "Passwords and tokens travel in the clear over `http://`"
                    )


def _no_refusal(facts: ApiFacts, root: Node | None) -> Iterator[Report]:
    """Operations that ask for credentials and do not say what happens without."""
    asking = []
    for operation in facts.operations:
        own = operation.node.get("security")
        if not _is_asked(own if own is not None else root):
            continue
        codes = {code.upper() for code, _, _ in facts.responses(operation)}
        fails = any(code.startswith("4") for code in codes)
        if fails and not codes & {"401", "403", "4XX", "DEFAULT"}:
            asking.append(operation)
    if not asking:
        return
    if len(asking) > 3:
        yield Report(
            asking[0].key,
            f"{asking[0].title} does not say how it refuses: no 401 or 403; nor do"
            f" {len(asking) - 1} others that ask for credentials",
            severity=Severity.INFO,
        )
        return
    for operation in asking:
        yield Report(
            operation.key,
            f"{operation.title} asks for credentials and describes no refusal: no 401 or 403",
            severity=Severity.INFO,
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
        elif scheme.text("type") == "apiKey" and place is not None and place.value == "cookie":
            yield Report(
                place.span,
                "Browsers send cookies by themselves: other sites can use this API with them",
                severity=Severity.HINT,
                profile="pedantic",
            )
    seen: set[Span] = set()
    for operation in facts.operations:
        for parameter in facts.parameters(operation) or ():
            named = parameter.get("name")
            if named is None or named.span in seen or parameter.text("in") not in _IN_ADDRESS:
                continue
            name = named.value or ""
            if not _SECRET_NAME.fullmatch(name):
                continue
            if re.search(r"(?i)token|jwt|secret", name) and _ONE_TIME.search(operation.path):
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
