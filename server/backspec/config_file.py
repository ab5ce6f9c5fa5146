"""Configuration files: the nearest ``backspec.toml`` or ``[tool.backspec]`` above a file.

Every fault of a file is reported at once, as diagnostics on that file. Whether the last good
configuration stays in force is decided in ``project.py``.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from backspec.config import LEVELS, MIB, PROFILES, Config, DialectMapping
from backspec.ignore import matches_nothing
from backspec.model import Diagnostic, Fix, Severity
from backspec.spelling import closest
from backspec.text import BOM, Edit, LineTable, Span
from backspec.toml_places import Place, locate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

_BARE_ID = re.compile(rb"[ \t]*([a-z0-9-]+/(?:[a-z0-9-]+|\*))[ \t]*=")
CONFIG_NAME = "backspec.toml"
PYPROJECT = "pyproject.toml"


def find_config(path: Path) -> Path | None:
    """The configuration file that counts for a file or folder: the nearest one at or above it.

    In one folder ``backspec.toml`` wins over ``pyproject.toml``; a ``pyproject.toml`` without
    ``[tool.backspec]`` does not count, nor does what cannot be read.
    """
    for folder in (path, *path.parents):
        own = folder / CONFIG_NAME
        if own.is_file():
            return own
        shared = folder / PYPROJECT
        try:
            text = shared.read_bytes()
        except OSError:
            continue
        if has_section(text):
            return shared
    return None


def has_section(text: bytes) -> bool:
    """Whether a ``pyproject.toml`` configures backspec."""
    return b"backspec" in text and ("tool", "backspec") in locate(text)


class Known(NamedTuple):
    """The names a configuration may use, looked up only when it names one.

    An empty collection accepts every name.
    """

    rules: Callable[[], Mapping[str, str]] = dict
    """Rule ids, old ones included, to what they are called now."""
    dialects: Callable[[], Collection[str]] = tuple


class Loaded(NamedTuple):
    """A configuration with what is wrong with it."""

    config: Config
    """Built from the keys that are right; defaults for the others."""
    problems: list[Diagnostic]
    """Sorted by position."""

    @property
    def is_good(self) -> bool:
        """Whether it says what its author meant: no problem is an error."""
        return all(problem.severity != Severity.ERROR for problem in self.problems)


def load_config(source: Path | bytes, path: Path | None = None, known: Known = Known()) -> Loaded:  # noqa: B008
    """Read a configuration file or the text of one; never raises.

    ``path`` is the file that a text comes from: its name tells ``backspec.toml`` from
    ``pyproject.toml``, its folder is what globs are relative to. An unreadable file gives defaults
    and one problem.
    """
    if isinstance(source, bytes):
        return _Reader(source, path, known).load()
    try:
        text = source.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        problem = Diagnostic(
            "config/syntax-error",
            Span(0, 0),
            f"backspec cannot read this file: {reason}",
            Severity.ERROR,
        )
        return Loaded(Config(path=source), [problem])
    return _Reader(text, source, known).load()


class _Reader:
    """Reads one file; collects every problem instead of stopping at the first."""

    def __init__(self, text: bytes, path: Path | None, known: Known) -> None:
        self.text = text
        self.path = path
        self.known = known
        self.prefix: tuple[str, ...] = (
            ("tool", "backspec") if path is not None and path.name == PYPROJECT else ()
        )
        self.places: Mapping[tuple[str | int, ...], Place] = {}
        self.problems: list[Diagnostic] = []

    def load(self) -> Loaded:
        data = self.parse()
        values: dict[str, Any] = {"path": self.path}
        if data:
            self.places = locate(self.text)
            for key, value in data.items():
                read = _READERS.get(key)
                if read is None:
                    self.unknown_key((), key, _READERS)
                elif (result := read(self, (key,), value)) is not None:
                    values[key.replace("-", "_")] = result
        self.problems.sort(key=lambda problem: problem.span)
        return Loaded(Config(**values), self.problems)

    def parse(self) -> dict[str, Any]:
        """The table of settings; {} when the text is not TOML or has none."""
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]
        try:
            data: Any = tomllib.loads(self.text.removeprefix(BOM).decode("utf-8"))
        except UnicodeDecodeError as error:
            self.syntax_error(Span(error.start, error.end), "this is not UTF-8")
            return {}
        except RecursionError:
            self.syntax_error(Span(0, 0), "values are nested too deeply")
            return {}
        except ValueError as error:
            self.syntax_error(*self.fault(str(error)))
            return {}
        for at, name in enumerate(self.prefix):
            data = data.get(name, {})
            if not isinstance(data, dict):
                self.places = locate(self.text)
                self.invalid(self.prefix[: at + 1], "must be a table", relative=False)
                return {}
        return dict(data)

    def fault(self, message: str) -> tuple[Span, str]:
        """Where the TOML parser stopped, and why, from its message."""
        reason, _, _ = message.partition(" (at ")
        reason = reason[:1].lower() + reason[1:]
        lines = LineTable(self.text)
        found = re.search(r"\(at line (\d+), column (\d+)\)", message)
        if not found:
            return lines.line_span(lines.line_count - 1), reason
        at = lines.offset(int(found[1]) - 1, int(found[2]) - 1)
        line = lines.line_span(lines.line_of(at))
        bare = _BARE_ID.match(self.text, line.start, line.end)
        if bare:
            return Span(*bare.span(1)), "a rule id must stand in quotes"
        return Span(at, max(at, line.end)), reason

    def syntax_error(self, span: Span, reason: str) -> None:
        message = f"This file is not valid TOML: {reason}"
        fixes: tuple[Fix, ...] = ()
        if "quotes" in reason:
            name = self.text[span.start : span.end].decode()
            fixes = (Fix(f'Write `"{name}"`', (Edit(span, f'"{name}"'),)),)
        self.problems.append(
            Diagnostic("config/syntax-error", span, message, Severity.ERROR, fixes=fixes)
        )

    def place(self, path: tuple[str | int, ...], *, relative: bool = True) -> Place:
        """Where a path stands, or the nearest thing around it that has a place."""
        full = (*self.prefix, *path) if relative else path
        while full:
            if full in self.places:
                return self.places[full]
            full = full[:-1]
        return Place(Span(0, 0), Span(0, 0))

    def invalid(
        self,
        path: tuple[str | int, ...],
        message: str,
        instead: str | None = None,
        *,
        replacement: str | None = None,
        relative: bool = True,
    ) -> None:
        """Report a value.

        ``instead`` is the string it most likely should be, ``replacement`` another TOML value.
        """
        name = ".".join(str(part) for part in path if isinstance(part, str))
        span = self.place(path, relative=relative).value
        hint = f'; did you mean `"{instead}"`?' if instead else ""
        new_text = f'"{instead}"' if instead else replacement
        fixes = (Fix(f"Replace by `{new_text}`", (Edit(span, new_text),)),) if new_text else ()
        self.problems.append(
            Diagnostic(
                "config/invalid-value",
                span,
                f"`{name}` {message}{hint}",
                Severity.ERROR,
                fixes=fixes,
            )
        )

    def unknown_key(self, path: tuple[str | int, ...], key: str, known: Collection[str]) -> None:
        span = self.place((*path, key)).key
        near = closest(key, known, 0.6)
        hint = f"; did you mean `{near}`?" if near else ""
        fixes = (Fix(f"Rename to `{near}`", (Edit(span, near),)),) if near else ()
        message = f"backspec has no setting `{key}`{hint}"
        self.problems.append(
            Diagnostic("config/unknown-key", span, message, Severity.WARNING, fixes=fixes)
        )

    def one_of(self, path: tuple[str | int, ...], value: Any, allowed: Collection[str]) -> bool:
        if isinstance(value, str) and value in allowed:
            return True
        near = closest(value, allowed, 0.5) if isinstance(value, str) else None
        choices = [f'`"{name}"`' for name in allowed]
        if len(choices) > 6:
            choices[5:] = ["..."]
        self.invalid(path, f"must be one of {', '.join(choices)}", near)
        return False

    def profile(self, path: tuple[str | int, ...], value: Any) -> str | None:
        return value if self.one_of(path, value, PROFILES) else None

    def rules(self, path: tuple[str | int, ...], value: Any) -> dict[str, Severity | None] | None:
        if not isinstance(value, dict):
            self.invalid(path, 'must be a table such as `{ "error/swallowed-exception" = "off" }`')
            return None
        rules = self.known.rules()
        areas = {f"{rule.partition('/')[0]}/*" for rule in rules}
        found: dict[str, Severity | None] = {}
        for name, level in value.items():
            if areas and name not in areas and name not in rules:
                self.unknown_rule((*path, name), name, [*rules, *areas])
            elif self.one_of((*path, name), level, LEVELS):
                found[rules.get(name, name)] = LEVELS[level]
        return found

    def unknown_rule(self, path: tuple[str | int, ...], name: str, names: Collection[str]) -> None:
        span = self.place(path).key
        near = closest(name, names)
        hint = f"; did you mean `{near}`?" if near else ""
        fixes = (Fix(f"Rename to `{near}`", (Edit(span, f'"{near}"'),)),) if near else ()
        message = f"backspec has no rule `{name}`{hint}"
        self.problems.append(
            Diagnostic("config/unknown-rule", span, message, Severity.WARNING, fixes=fixes)
        )

    def strings(self, path: tuple[str | int, ...], value: Any) -> tuple[str, ...] | None:
        if not isinstance(value, list):
            if isinstance(value, str):
                span = self.place(path).value
                written = self.text[span.start : span.end].decode("utf-8", "replace")
                self.invalid(path, "must be a list of strings", replacement=f"[{written}]")
            else:
                self.invalid(path, "must be a list of strings")
            return None
        for index, item in enumerate(value):
            if not isinstance(item, str):
                self.invalid((*path, index), "must hold only strings")
                return None
        return tuple(value)

    def patterns(self, path: tuple[str | int, ...], value: Any) -> tuple[str, ...] | None:
        found = self.strings(path, value)
        for index, pattern in enumerate(found or ()):
            if matches_nothing(pattern):
                self.invalid((*path, index), "holds a pattern that matches nothing")
        return found

    def size(self, path: tuple[str | int, ...], value: Any) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        self.invalid(path, f"must be a number of bytes above 0, such as `{MIB}`")
        return None

    def mappings(
        self, path: tuple[str | int, ...], value: Any
    ) -> tuple[DialectMapping, ...] | None:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.invalid(path, "must be written as `[[dialects]]` tables")
            return None
        found = [self.mapping((*path, index), item) for index, item in enumerate(value)]
        return tuple(mapping for mapping in found if mapping)

    def mapping(self, path: tuple[str | int, ...], value: dict[str, Any]) -> DialectMapping | None:
        for key in value:
            if key not in ("files", "dialect", "schema"):
                self.unknown_key(path, key, ("files", "dialect", "schema"))
        if "files" not in value:
            self.invalid(path, "needs `files`")
            return None
        files = value["files"]
        globs = self.strings((*path, "files"), [files] if isinstance(files, str) else files)
        dialect, schema = value.get("dialect", ""), value.get("schema", "")
        if bool(dialect) == bool(schema):
            self.invalid(path, "needs either `dialect` or `schema`")
            return None
        if not isinstance(dialect, str) or not isinstance(schema, str):
            self.invalid((*path, "dialect" if dialect else "schema"), "must be a string")
            return None
        names = self.known.dialects() if dialect else ()
        if names and not self.one_of((*path, "dialect"), dialect, names):
            return None
        return DialectMapping(globs, dialect, schema) if globs else None


_READERS: Mapping[str, Callable[[_Reader, tuple[str | int, ...], Any], Any]] = {
    "profile": _Reader.profile,
    "rules": _Reader.rules,
    "exclude": _Reader.patterns,
    "follow": _Reader.strings,
    "extra-keys": _Reader.strings,
    "dialects": _Reader.mappings,
    "max-file-size": _Reader.size,
}
