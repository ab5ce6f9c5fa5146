"""Checks on cross-origin resource sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.arguments import places_of
from backspec.code.checks import Report, needs
from backspec.code.checks.settings_files import settings_kind
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import Context, Mapping, Sequence, Value
from backspec.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_ANY_ORIGIN_REGEX: Final = frozenset(("/.*/", "/.+/", "/^.*$/", "/./", "/^https?:\\/\\//"))
_MESSAGE: Final = "lets every site act with your users' cookies"


@needs(roles=("cors-config",))
def wildcard_with_credentials(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Forms that no clause covers: JavaScript's, and Flask-CORS by default or by resource."""
    for call in unit.calls("cors-config"):
        if call.context & Context.DEV_GUARD:
            continue
        credentials = unit.argument(call, "credentials")
        if not is_constant(credentials, True):
            continue
        if unit.family == "javascript":
            origins = unit.argument(call, "origins")
            allows_all = (
                _is_star(origins) or is_constant(origins, True) or _is_any_pattern(origins, unit)
            )
        else:
            allows_all = _flask_allows_all(call, unit)
        if allows_all:
            assert isinstance(credentials, Value)
            yield Report(
                credentials.span,
                f"`{call.written}` {_MESSAGE}",
                _without_credentials(call, unit),
                place=call.place,
            )


@needs(families=("python",))
def django_wildcard(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """django-cors-headers: both switches on in one settings file."""
    if unit.family != "python" or settings_kind(unit.path) in (None, "development"):
        return
    for assign in facts.assigns:
        if assign.target not in ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"):
            continue
        if not is_constant(assign.value, True) or assign.context & Context.DEV_GUARD:
            continue
        if unit.file_has(r"^CORS_ALLOW_CREDENTIALS\s*=\s*True\b"):
            yield Report(assign.span, f"`{assign.target}` {_MESSAGE}", place=assign.place)


def _is_any_pattern(origins: Found, unit: UnitView) -> bool:
    """Whether a regular expression literal, or one in a list, fits every origin."""
    if isinstance(origins, Sequence):
        return any(_is_any_pattern(item, unit) for item in origins.items)
    return (
        isinstance(origins, Value) and unit.text(origins.span).rstrip("gimsuy") in _ANY_ORIGIN_REGEX
    )


def _flask_allows_all(call: Call, unit: UnitView) -> bool:
    """Flask-CORS allows all origins unless it is told which, also for single resources."""
    if not (call.qualified or "").startswith("flask_cors."):
        return False
    if unit.argument(call, "origins") is not None:
        return False
    resources = unit.argument(call, "resources")
    if resources is None:
        return True
    if not isinstance(resources, Mapping):
        return False
    return any(
        isinstance(options, Mapping) and _is_star(options.entries.get("origins"))
        for options in resources.entries.values()
    )


def _is_star(origins: Found) -> bool:
    if isinstance(origins, Sequence):
        return any(_is_star(item) for item in origins.items)
    return is_constant(origins, "*")


def _without_credentials(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    places = places_of("credentials", unit.adapter.model_of(call))
    edits = fixes.remove_argument(call, unit.adapter.source, places)
    if not edits:
        return ()
    return (
        Fix("Do not allow credentials", tuple(edits), "unsafe", "cors/wildcard-with-credentials"),
    )
