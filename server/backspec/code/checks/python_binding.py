"""Checks on Python: records that are filled with whatever a client sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import CallValue, Name
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call, Facts, Function, Value
    from backspec.code.syntax import Node

_RECORD_BASES: Final = regex(
    r"(?:\w+\.)*(?:Model|Document|EmbeddedDocument|DynamicDocument|DeclarativeBase|AbstractUser|Base)"
    r"|Base[A-Z]\w*Model|\w+\.Model"
)
_ORMS: Final = (
    "flask_sqlalchemy", "sqlalchemy", "django", "mongoengine", "peewee", "tortoise", "sqlmodel",
    "pony", "beanie", "odmantic", "flask", "rest_framework", "playhouse", "ormar", "gino",
)  # fmt: skip
_IMPORTED_RECORD: Final = regex(
    r"(?:\.*\w+\.)*\.*(?:models?|entities|entity|orm)(?:\.\w+)*\.[A-Z]\w*"
)
_NO_RECORD: Final = regex(
    r".*(?:Schema|Serializer|Form|Filter|Error|Exception|Request|Response|Config|Settings|Create|Update"
    r"|DTO|Dto|Params|Payload|Input|Output|Event|Message|Command|Query|Args|Options)"
)
_MAKES: Final = frozenset(("create", "get_or_create", "update_or_create", "acreate", "update"))
_COPIES: Final = frozenset(("to_dict", "dict", "copy", "get_json", "json"))
_TAKES_ANY: Final = regex(r"\w+\s*:\s*(?:\w+\.)?(?:dict|Dict|Any|Mapping|MutableMapping)\b")
_SENSITIVE: Final = (
    r"is_?(?:admin|staff|superuser)|admin|roles?|role_id|permissions?|owner(?:_id)?"
    r"|balance|credits?"
)
_MOST_STEPS: Final = 4


def mass_assignment(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Requests that fill records whole: ``User(**request.json)``, ``setattr`` for each key."""
    yield from _all_fields(facts, unit)
    if not unit.mentions("**", "setattr", ".update(", ".values(", "insert_one", "__dict__"):
        if unit.mentions(".add("):
            yield from _row_bodies(facts, unit)
        return
    is_admin = re.search(r"(?i)(?:^|[/_.])admin", unit.path) is not None
    severity = Severity.INFO if is_admin else None
    for call in facts.calls:
        for value in _filling(call, unit):
            sent = _sent(value, call, facts, unit)
            if sent is None:
                continue
            yield Report(
                value.span if call.name != "setattr" else call.span,
                f"`{sent[:40]}` may hold fields that the form never had, and all of them are set",
                severity=severity,
                place=call.place,
            )
    yield from _row_bodies(facts, unit)


def _filling(call: Call, unit: UnitView) -> Iterator[Value]:
    """What a call fills a record with."""
    name = call.name
    if name == "setattr":
        loop = _loop_of_keys(call, unit)
        if loop is not None:
            yield loop
        return
    path = call.path
    if path.endswith(("__dict__.update", "vars().update")):
        yield from call.arguments.positional[:1]
        return
    owner = path.rpartition(".")[0]
    if name in _MAKES or name in ("values", "insert_one", "replace_one"):
        if ".objects." in path or owner.endswith(".objects") or ".objects()" in path:
            yield from call.arguments.spreads
            if name.endswith("_or_create"):
                defaults = call.arguments.keywords.get("defaults")
                if defaults is not None:
                    yield defaults
        elif name == "update" and re.search(
            r"\bquery\b[\w.()]*\.update$|\bquery\(\)[\w.()]*\.update$", path
        ):
            yield from call.arguments.positional[:1]
        elif name == "values" and re.search(r"(?:\b|_)(?:update|insert)\(\)", path):
            yield from (*call.arguments.spreads, *call.arguments.positional[:1])
        elif (
            name in ("create", "update")
            and owner[:1].isupper()
            and owner.isidentifier()
            and _is_record(call.qualified, owner, call, unit)
        ):
            yield from call.arguments.spreads
    elif (
        name[:1].isupper()
        and call.reader.text(call.span).find("*") >= 0
        and call.arguments.spreads
        and _is_record(call.qualified, name, call, unit, is_made=True)
    ):
        yield from call.arguments.spreads


def _is_record(
    qualified: str | None, name: str, call: Call, unit: UnitView, is_made: bool = False
) -> bool:
    """Whether a class is one whose objects are rows."""
    if qualified is None or _NO_RECORD.fullmatch(name):
        return False
    if not is_made:
        qualified = qualified.rpartition(".")[0]
    if qualified.startswith(":"):
        bases = unit.adapter.resolver.bases(qualified[1:])
        return any(_RECORD_BASES.fullmatch(one) and "pydantic" not in one for one in bases)
    return _IMPORTED_RECORD.fullmatch(qualified) is not None and (
        unit.imports(*_ORMS) or _is_saved(call, unit)
    )


def _is_saved(call: Call, unit: UnitView) -> bool:
    """Whether what a call makes is stored later in the function."""
    if call.function is None:
        return False
    text = unit.text(call.function.span)
    made = re.escape(call.assigned_to)
    return (
        bool(made)
        and re.search(rf"\.add\(\s*{made}\s*\)|\b{made}\.(?:save|insert)\(", text) is not None
    )


def _loop_of_keys(call: Call, unit: UnitView) -> Value | None:
    """What ``for key, value in data.items(): setattr(record, key, value)`` goes through."""
    given = call.arguments.positional
    if len(given) != 3 or not isinstance(given[1], Name) or "." in given[1].path:
        return None
    key = given[1].path
    if call.path != "setattr" or _is_setting(given[0]):
        return None
    node: Node | None = call.node
    while node is not None and node.type not in ("function_definition", "module"):
        if node.type == "for_statement":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is None or right is None:
                return None
            names = re.findall(r"\w+", unit.adapter.slice(left))
            if names[:1] == [key]:
                between = unit.text(Span(right.end_byte, call.span.start))
                word = re.escape(key)
                if re.search(rf"\b{word}\s+(?:not\s+)?in\b|\b{word}\s*[=!]=", between):
                    return None
                value = unit.adapter.value(right, call.scope)
                if isinstance(value, CallValue) and value.call.name in ("items", "keys"):
                    receiver = unit.adapter.receiver_node(value.call)
                    return (
                        unit.adapter.value(receiver, call.scope) if receiver is not None else None
                    )
                return value if len(names) == 1 else None
        node = node.parent
    return None


def _is_setting(value: Value) -> bool:
    return (
        isinstance(value, Name)
        and re.search(r"(?i)config|settings|options|self$|args", value.path) is not None
    )


def _sent(value: Value, call: Call, facts: Facts, unit: UnitView, depth: int = 0) -> str | None:
    """The words by which a value is all that a client sent; None for anything else."""
    if depth > _MOST_STEPS:
        return None
    models = unit.models
    if isinstance(value, CallValue):
        inner = value.call
        plain = (inner.qualified or "").replace("()", "")
        if plain in models.objects or plain.rpartition(".")[0] in models.mappings | models.objects:
            is_whole = plain in models.objects or inner.name in _COPIES
            return unit.text(value.span) if is_whole else None
        given = inner.arguments.positional[:1]
        if inner.path in ("dict", "json.loads") and given:
            return _sent(given[0], call, facts, unit, depth + 1)
        if inner.name in _COPIES and not given:
            receiver = unit.adapter.receiver_node(inner)
            if receiver is not None:
                held = unit.adapter.value(receiver, call.scope)
                return _sent(held, call, facts, unit, depth + 1)
        return None
    if not isinstance(value, Name):
        return None
    plain = (value.qualified or "").replace("()", "")
    if plain in models.objects or plain in models.mappings:
        return (
            value.path
            if not plain.endswith((".headers", ".cookies", ".META", ".COOKIES"))
            else None
        )
    if plain.endswith(("request.data", "request.body", "HttpRequest.body")) and depth:
        return value.path
    if "." in value.path or call.function is None:
        return None
    puts = [
        one for one in facts.assigns if one.target == value.path and one.function is call.function
    ]
    if not puts:
        return _sent_parameter(value.path, call.function, unit)
    put = puts[0]
    if len(puts) != 1 or put.span.start > call.span.start or put.value is None:
        return None
    if _is_picked(value.path, put, call, unit):
        return None
    return _sent(put.value, call, facts, unit, depth + 1)


def _is_picked(name: str, assign: Assign, call: Call, unit: UnitView) -> bool:
    """Whether between the two something is taken out of the data, or it is validated."""
    between = unit.text(Span(assign.span.end, call.span.start))
    word = re.escape(name)
    return (
        re.search(
            rf"\b{word}\.(?:pop|clear)\(|\bdel\s+{word}\b|(?i:valid\w*|check\w*|clean\w*|load|parse\w*|sanitize\w*)\([^)]*\b{word}\b"
            rf"|\bfor\b[^\n]*\bin\s+{word}\b[^\n]*:\s*\n\s*if\b",
            between,
        )
        is not None
    )


def _sent_parameter(name: str, function: Function, unit: UnitView) -> str | None:
    """``def create(data: dict = Body())`` of a handler."""
    for parameter in function.parameters:
        if parameter.name == name and _TAKES_ANY.match(unit.text(parameter.span)):
            is_input = unit.adapter.is_input_parameter(function, parameter)
            return name if is_input and function.decorators else None
    return None


def _row_bodies(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``def create(user: User, session: Session)`` where ``User`` is a table of SQLModel."""
    if not unit.imports("sqlmodel"):
        return
    for function in facts.functions:
        if not function.decorators:
            continue
        for parameter in function.parameters:
            kind = parameter.type_path
            if not kind[:1].isupper() or not kind.isidentifier():
                continue
            text = unit.text(function.span)
            if not re.search(rf"\.add\(\s*{re.escape(parameter.name)}\s*\)", text):
                continue
            if not unit.file_has(rf"class\s+{kind}\(.*\btable\s*=\s*True"):
                continue
            if not unit.adapter.is_handler(function):
                continue
            yield Report(
                parameter.span,
                f"Clients may set every column of `{kind}`; take a model with the fields they may "
                "set",
                place=function.inside,
            )


def _all_fields(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``fields = "__all__"`` over a model that says what its owner may do."""
    if not unit.mentions("__all__") or not unit.imports("rest_framework", "django"):
        return
    if re.search(r"(?i)(?:^|[/_.])admin", unit.path):
        return
    for assign in facts.assigns:
        owner = assign.class_def
        if assign.target != "fields" or owner is None or owner.name != "Meta":
            continue
        if not is_constant(assign.value, "__all__") or owner.outer is None:
            continue
        text = unit.text(owner.outer.span)
        if re.search(r"read_only|ReadOnly|\bexclude\b", text):
            continue
        if not any(re.search(r"ModelSerializer|ModelForm", one) for one in owner.outer.base_paths):
            continue
        model = re.search(r"(?m)^\s*model\s*=\s*([\w.]+)", unit.text(owner.span))
        if model is None:
            continue
        if not _is_sensitive(model[1], unit):
            continue
        yield Report(
            assign.span,
            f"Clients may set every field of `{model[1]}`, also those that say who may do what",
            severity=Severity.WARNING,
            place=assign.place,
        )


def _is_sensitive(model: str, unit: UnitView) -> bool:
    """Whether a model has a field that decides what somebody may do."""
    if unit.file_has(rf"^class {re.escape(model)}\b"):
        lines = rf"^class {re.escape(model)}\b[^\n]*\n(?:[ \t]+[^\n]*\n|\s*\n)*?[ \t]+"
        return unit.file_has(rf"{lines}(?:{_SENSITIVE})\s*[:=]")
    return re.fullmatch(r"(?:\w+\.)*\w*User", model) is not None
