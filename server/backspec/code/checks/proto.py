"""Checks on Protocol Buffer definitions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.proto import LARGEST
from backspec.expressions import regex
from backspec.model import Fix, Related, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.proto import Block, Member, ProtoFacts
    from backspec.model import Profile

_RULE: Final = "grpc/proto-breaking-change"
_STYLE_RULE: Final = "grpc/proto-style"
_UNSURE: Final[Profile] = "strict"
_VENDORED: Final = regex(
    r"(?:^|/)(?:google|third[-_]party|vendor\w*|gogoproto|validate|buf|protoc-gen\w*|opentelemetry|envoy)/"
)
_WIRE: Final = range(19_000, 20_000)


def breaking_change(facts: ProtoFacts, unit: FileView) -> Iterator[Report]:
    """Numbers and names of fields that stand for two things, or are free to."""
    yield from _left_out(facts, unit)
    for block in facts.blocks:
        numbers: dict[int, Member] = {}
        names: dict[str, Member] = {}
        in_json: dict[str, Member] = {}
        for member in block.members:
            other = in_json.setdefault(_json_name(member.name), member)
            if block.kind == "message" and other.name != member.name and facts.syntax != "proto2":
                yield Report(
                    member.span,
                    f"`{other.name}` and `{member.name}` have the same name in JSON",
                    related=(Related("the other one", other.span),),
                )
            yield from _number(block, member, numbers)
            if member.name in names:
                yield Report(
                    member.span,
                    f"`{block.name}` has two members called `{member.name}`",
                    related=(Related("the other one", names[member.name].span),),
                )
            names.setdefault(member.name, member)
            if member.name in block.names:
                yield Report(
                    member.span,
                    f"`{member.name}` is reserved: another field was called so once",
                )


_COMMENTED: Final = regex(
    rb"(?m)^[ \t]*//[ ]?(?:(?:optional|repeated|required)[ ]+)?(?P<type>[\w.]+(?:<[^>\n]*>)?[ ]+)?"
    rb"(?P<name>[A-Za-z_]\w*)[ ]*=[ ]*(?P<number>\d+)[ ]*(?:\[[^\]\n]*\][ ]*)?;"
)
_UNSTABLE: Final = regex(r"(?:^|\.)v\d+(?:p\d+)?(?:alpha|beta|test)\d*(?:\.|$)")


def _left_out(facts: ProtoFacts, unit: FileView) -> Iterator[Report]:
    """Fields and values that are commented out, whose number the next one may take."""
    for match in _COMMENTED.finditer(unit.text):
        inside = [b for b in facts.blocks if b.extent.start < match.start() < b.extent.end]
        block = max(inside, key=lambda one: one.extent.start, default=None)
        if block is None or (block.kind == "message") is not (match["type"] is not None):
            continue
        number = int(match["number"])
        numbers = {m.number for m in block.members if m.number is not None}
        # What stands above all others may be planned, and not have been there.
        if number in numbers or number > max(numbers, default=0) or number == 0:
            continue
        if any(low <= number <= high for low, high in block.ranges):
            continue
        name = match["name"].decode()
        at = match.start() + len(match.group()) - len(match.group().lstrip())
        line = f'reserved {number};\n  reserved "{name}";\n  '
        fix = Fix(f"Reserve {number} and `{name}`", (Edit(Span(at, at), line),), "unsafe", _RULE)
        yield Report(
            Span(at, match.end()),
            f"{number} is free to be taken again, and old data has `{name}` under it: reserve it",
            (fix,),
            severity=Severity.INFO if _UNSTABLE.search(facts.package) else Severity.WARNING,
        )


def _json_name(name: str) -> str:
    return re.sub(r"_+([a-z0-9A-Z])", lambda match: match[1].upper(), name)


def _number(block: Block, member: Member, numbers: dict[int, Member]) -> Iterator[Report]:
    number = member.number
    span = member.number_span or member.span
    if number is None:
        return
    other = numbers.setdefault(number, member)
    if other is not member:
        if not block.allows_alias:
            what = "fields" if block.kind == "message" else "values"
            yield Report(
                span,
                f"`{other.name}` and `{member.name}` are the same to every reader: both {what} are"
                f" number {number}",
                related=(Related("the other one", other.number_span or other.span),),
            )
    elif any(low <= number <= high for low, high in block.ranges):
        yield Report(
            span,
            f"{number} is reserved: old data has something else under it",
        )
    elif block.kind == "message" and number in _WIRE:
        yield Report(
            span, f"{number} is kept for the implementation: 19000 to 19999 cannot be used"
        )
    elif block.kind == "message" and not 0 < number <= LARGEST:
        yield Report(span, f"Fields have numbers from 1 to {LARGEST}")


# ---------------------------------------------------------------------------- style

_SNAKE: Final = regex(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*_?")
_VERSION: Final = regex(r"(?:^|\.)v\d+\w*(?:\.|$)")
_MONEY: Final = regex(
    r"(?:^|_)(?:price|amount|balance|cost|fee|total_price|salary|subtotal|payment)(?:_|$)"
)
_NO_MONEY: Final = regex(r"rate|ratio|percent|count|factor|weight|limit|_(?:ms|bytes|units)$")
_MOMENT: Final = regex(r"\w+_(?:at|time|timestamp|date)|timestamp|created|updated")
_TRIVIAL: Final = regex(
    r"(?i)ping|health|check|heartbeat|ready|live|version|(?:sign|log)_?(?:in|out|off)|revoke"
)
_NO_ZERO: Final = regex(
    r"(?i)(?:^|_)(?:UNSPECIFIED|UNKNOWN|INVALID|NONE|UNDEFINED|UNSET|DEFAULT|NULL|NO)(?:_|$)"
)
_UNREAL: Final = regex(
    r"(?i)(?:^|/)[\w-]*(?:examples?|demos?|samples?|tests?|testdata|generated)(?:-[\w-]*)?/"
)


def style(facts: ProtoFacts, unit: FileView) -> Iterator[Report]:
    """Packages, enumerations, methods and fields that will be in the way of the next version."""
    if _VENDORED.search(unit.path) or _UNREAL.search(unit.path):
        return
    if not facts.syntax:
        yield Report(facts.start, "Without `syntax`, this file is read as proto2")
    if not facts.package:
        if facts.blocks or facts.services:
            yield Report(facts.start, "Without a package, names of this file collide with others")
    elif not _VERSION.search(facts.package) and facts.services and facts.package_span:
        yield Report(
            facts.package_span,
            f"`{facts.package}` has no version, such as `.v1`: the next one has no name",
        )
    for block in facts.blocks:
        if block.kind == "enum":
            yield from _enumeration(block, facts)
        else:
            yield from _fields(block)
    odd = [
        member
        for block in facts.blocks
        if block.kind == "message"
        for member in block.members
        if not _SNAKE.fullmatch(member.name) and member.type != "group"
    ]
    if odd:
        more = f", and {len(odd) - 1} more" if len(odd) > 1 else ""
        yield Report(
            odd[0].span,
            f"`{odd[0].name}` is not in lower_snake_case{more}",
            related=tuple(Related("here, too", one.span) for one in odd[1:6]),
        )
    yield from _services(facts)


def _enumeration(block: Block, facts: ProtoFacts) -> Iterator[Report]:
    zero = next((m for m in block.members if m.number == 0), None)
    prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", block.name).upper()
    if not block.members:
        return
    if zero is None:
        fixes: tuple[Fix, ...] = ()
        if facts.syntax != "proto2":
            at = block.members[0].span.start
            edit = Edit(Span(at, at), f"{prefix}_UNSPECIFIED = 0;\n  ")
            fixes = (Fix(f"Add `{prefix}_UNSPECIFIED`", (edit,), "unsafe", _STYLE_RULE),)
        yield Report(
            block.span,
            f"`{block.name}` has no value 0, which stands for what was not set",
            fixes,
        )
    elif not _NO_ZERO.search(zero.name):
        yield Report(
            zero.span,
            f"What was not set reads as `{zero.name}`; call 0 `{prefix}_UNSPECIFIED`",
        )
    plain = [
        m for m in block.members if not m.name.startswith(f"{prefix}_") and not m.is_deprecated
    ]
    # With a prefix of another kind, the values are as safe from each other.
    shared = _common([m.name for m in block.members])
    # In a message, they live beside those of its other enumerations alone.
    beside = [b for b in facts.blocks if b.kind == "enum" and b.parent == block.parent]
    is_alone = block.parent and len(beside) == 1
    if plain and len(plain) == len(block.members) and "_" not in shared and not is_alone:
        yield Report(
            plain[-1].span,
            f"Values live beside their enumeration: `{prefix}_{plain[-1].name}` collides with none",
        )


def _common(names: list[str]) -> str:
    low, high = min(names), max(names)
    size = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    return low[:size] if len(names) > 1 else ""


def _fields(block: Block) -> Iterator[Report]:
    for member in block.members:
        if member.label == "required":
            yield Report(
                member.span,
                f"`{member.name}` can never be left out again: readers refuse a message without it",
            )
        if (
            member.type in ("double", "float")
            and _MONEY.search(member.name)
            and not _NO_MONEY.search(member.name)
        ):
            yield Report(
                member.type_span or member.span,
                f"{member.type} cannot hold most amounts exactly; `{member.name}` will be off",
            )
        elif (
            member.type == "string"
            and _MOMENT.fullmatch(member.name)
            and not member.name.startswith("local_")
        ):
            yield Report(
                member.type_span or member.span,
                f"`{member.name}` may be written in any way; use `google.protobuf.Timestamp`",
            )


_STANDARD: Final = regex(r"(?:Batch)?(?:Get|Create|Update|Patch|Delete|Undelete|Upsert|Set)[A-Z]")
"""Methods that by a common convention return what they are about, or nothing."""


def _services(facts: ProtoFacts) -> Iterator[Report]:
    used: dict[str, str] = {}
    blocks = {block.name: block for block in facts.blocks}
    for service in facts.services:
        if not service.name.endswith(("Service", "API", "Api")):
            yield Report(
                service.span,
                f"`{service.name}` does not end in `Service`",
                severity=Severity.HINT,
                profile=_UNSURE,
            )
        shared = []
        for rpc in service.methods:
            for name, span in ((rpc.request, rpc.request_span), (rpc.response, rpc.response_span)):
                key = name.rpartition(".")[2]
                is_usual = name == "google.protobuf.Empty" or rpc.name.endswith(key)
                if is_usual and _STANDARD.match(rpc.name) and span is rpc.response_span:
                    continue
                if name == "google.protobuf.Empty":
                    if not _TRIVIAL.search(rpc.name):
                        shared.append((rpc.name, span, "an empty message can never say more"))
                elif key in used and used[key] != rpc.name:
                    shared.append((rpc.name, span, f"`{key}` is shared with `{used[key]}`"))
                used.setdefault(key, rpc.name)
            yield from _unpaged(rpc.name, rpc.is_streamed, rpc.response, rpc.request, blocks)
        if shared:
            name, span, why = shared[0]
            more = (
                f"; so it is with {len(shared) - 1} more in `{service.name}`"
                if len(shared) > 1
                else ""
            )
            yield Report(
                span,
                f"`{name}` needs messages of its own: {why}{more}",
                related=tuple(Related("here, too", other) for _, other, _ in shared[1:6]),
            )
        bare = [rpc for rpc in service.methods if not rpc.is_commented]
        if bare:
            yield Report(
                bare[0].span,
                f"`{bare[0].name}` has no comment"
                + (f", nor have {len(bare) - 1} more" if bare[1:] else ""),
                severity=Severity.HINT,
                profile="pedantic",
            )


_SHORT: Final = regex(r"type|kind|locale|region|scope|role|provider|setting|webhook|status")


def _unpaged(
    name: str, streamed: bool, response: str, request: str, blocks: dict[str, Block]
) -> Iterator[Report]:
    block = blocks.get(response.rpartition(".")[2])
    asked = blocks.get(request.rpartition(".")[2])
    if streamed or block is None or not re.match(r"(?:List|Search|Query|GetAll)[A-Z]", name):
        return
    lists = [m for m in block.members if m.label == "repeated"]
    members = [*block.members, *(asked.members if asked is not None else ())]
    if any(re.search(r"page|token|cursor|offset|limit|more", m.name) for m in members):
        return
    if len(lists) == 1 and not _SHORT.search(lists[0].name):
        yield Report(
            lists[0].span,
            f"`{name}` returns all of them at once: there is no `next_page_token`",
        )
