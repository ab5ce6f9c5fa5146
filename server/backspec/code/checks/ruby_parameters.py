"""Rails: what a client may set, told by more forms; and the check for forged requests left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_constant, string
from backspec.code.facts.model import CallValue, Name
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value
    from backspec.model import Profile

# ---------------------------------------------------------------------------- records

_FILLING: Final = frozenset(
    ("update", "update!", "update_attributes", "update_attributes!", "assign_attributes")
)
_INPUT: Final = re.compile(r"(?:(?:Sinatra|Grape)\.)?params\.(\w+)")
_PRIVILEGES: Final = frozenset(
    ("admin", "is_admin", "superuser", "is_superuser", "superadmin", "role", "roles", "role_id",
     "role_ids", "permissions", "is_staff", "banned")
)  # fmt: skip
_GUARDED: Final = re.compile(
    r"(?i)admin\?|authoriz|\bcan\?|\bpolicy|cancan|load_and_|pundit|require_\w*admin|admin_only|moderat"
    r"|owner\?|staff\?|permission|only_admin|ensure_\w*admin|\bsuperuser|has_role"
)
_ADMINISTRATION: Final = re.compile(
    r"(?i)(?:^|/)(?:admin|backoffice|manage|staff)\w*/|admin\w*_contr"
)


def filled_records(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``@user.update(params[:user])``, ``user.attributes = params[:user]`` and their like."""
    is_admin = _ADMINISTRATION.search(unit.path) is not None
    severity: Severity | None = Severity.INFO if is_admin else None
    profile: Profile | None = "strict" if is_admin else None
    for call in facts.calls:
        name = call.name
        if name in _FILLING:
            owner = call.path.rpartition(".")[0]
            given = call.arguments.positional
            is_record = name.startswith("update_attributes")
            if given and _is_form_of(given[0], owner, is_record):
                yield Report(
                    given[0].span,
                    f"`{call.written}` sets every attribute the client names",
                    severity=severity,
                    profile=profile,
                    place=call.place,
                )
            elif len(given) == 2 and owner[:1].isupper() and _is_form_of(given[1], owner):
                yield Report(
                    given[1].span,
                    f"`{call.written}` sets every attribute the client names",
                    severity=severity,
                    profile=profile,
                    place=call.place,
                )
        elif name == "permit":
            yield from _permitted(call, unit, is_admin)
    for assign in facts.assigns:
        if assign.target.endswith(".attributes") and assign.value is not None:
            owner = assign.target.removesuffix(".attributes")
            if _is_form_of(assign.value, owner, is_record=True):
                yield Report(
                    assign.span,
                    f"`{assign.target}` takes every attribute the client names",
                    severity=severity,
                    profile=profile,
                    place=assign.place,
                )


def _is_form_of(value: Value, owner: str, is_record: bool = False) -> bool:
    """Whether a value is the part of the parameters that is named like its owner, or, for what is
    a record in any case, any part.
    """
    found = _INPUT.fullmatch(value.qualified or "") if isinstance(value, Name) else None
    if found is None or not owner:
        return False
    if is_record:
        return True
    if "(" in owner:
        return False
    last = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", owner.rpartition(".")[2]).lstrip("@").lower()
    key = found[1].lower()
    return key == last or last == f"current_{key}"


def _permitted(call: Call, unit: UnitView, is_admin: bool) -> Iterator[Report]:
    """``permit(:name, :admin)``, ``permit(params[:user].keys)``."""
    if call.path.partition(".")[0].partition("(")[0] != "params":
        return
    for value in call.arguments.positional:
        if isinstance(value, CallValue) and value.call.name == "keys":
            if value.call.path.startswith("params."):
                yield Report(
                    value.span,
                    "The client says which attributes it may set",
                    severity=Severity.INFO if is_admin else None,
                    profile="strict" if is_admin else None,
                    place=call.place,
                )
            continue
        name = string(value)
        if name not in _PRIVILEGES or is_admin or call.class_def is None:
            continue
        if not re.match(r"params\.(?:require\(\)|\w+)\.permit$", call.path):
            continue
        if _GUARDED.search(unit.text(call.class_def.span)) or unit.file_has(_GUARDED.pattern):
            continue
        yield Report(
            value.span,
            f"The client may set `{name}`, which decides what it may do",
            severity=Severity.WARNING,
            place=call.place,
        )


# ---------------------------------------------------------------------------- forged requests

_MACHINE: Final = re.compile(
    r"(?i)webhook|secret|hooks?\b|callback|signature|hmac|token|api[_/]|/api|oauth|saml|jwt|stripe"
    r"|github|slack|authenticate_with_http|bearer|graphql|activity_?pub|metal"
)


def partly_protected(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``protect_from_forgery except: ..``, ``only: ..``; or written as a comment only."""
    for call in facts.calls:
        if call.path != "protect_from_forgery" or call.class_def is None:
            continue
        given = call.arguments.keywords
        if not ("except" in given or "only" in given) or "if" in given:
            continue
        around = unit.text(call.class_def.span)[:6000]
        if not _MACHINE.search(unit.path) and not _MACHINE.search(around):
            yield Report(
                call.span,
                "Actions that are left out here let other sites act in the name of signed-in users",
                place=call.place,
            )
    for class_def in facts.classes:
        if class_def.name != "ApplicationController" or "ActionController.Base" not in (
            class_def.base_paths
        ):
            continue
        text = unit.text(class_def.span)
        found = re.search(r"(?m)^\s*#\s*(protect_from_forgery\b.*)$", text)
        if found is None or re.search(r"(?m)^\s*(?:protect_from_forgery|skip_forgery)", text):
            continue
        start = class_def.span.start + len(text[: found.start(1)].encode())
        yield Report(
            Span(start, start + len(found[1].encode())),
            "The check for forged requests stands in a comment: other sites may act for your users",
            place=unit.adapter.place,
        )


# ---------------------------------------------------------------------------- answers

_TRACE: Final = re.compile(r"\.backtrace\b|(?<!errors)\.full_message\b")
_FOR_DEVELOPERS: Final = re.compile(r"Rails\.env|development|local\?|debug")


@needs(roles=("response-send",))
def stack_trace(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``render json: {trace: e.backtrace}``."""
    for call in unit.calls("response-send"):
        text = unit.text(call.span)
        found = _TRACE.search(text)
        if found is None or _FOR_DEVELOPERS.search(text):
            continue
        function = call.function
        if function is not None and _FOR_DEVELOPERS.search(unit.text(function.span)):
            continue
        yield Report(
            call.span, "The client gets the stack trace, with paths and code", place=call.place
        )


# ---------------------------------------------------------------------------- constants


def peers_unchecked(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``OpenSSL::SSL::VERIFY_PEER = OpenSSL::SSL::VERIFY_NONE``, for the whole process."""
    if re.search(r"development|/test", unit.path):
        return
    for assign in facts.assigns:
        value = assign.value
        if not assign.target.endswith("SSL.VERIFY_PEER") or value is None:
            continue
        if is_constant(value, 0) or (
            isinstance(value, Name) and value.path.endswith("VERIFY_NONE")
        ):
            yield Report(
                assign.span,
                "From here on the whole process accepts any certificate",
                place=assign.place,
            )
