"""Checks on Go's archives, compressed input and text templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import qualified_of
from backspec.code.facts.model import Built, CallValue, Name, Operation, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_STAYS: Final = regex(
    r"HasPrefix|IsLocal|filepath\.Base\(|path\.Base\(|\.Rel\(|SecureJoin|\"\.\.|OpenRoot|sanitiz|"
    r"[Ss]afe[A-Z]|IsAbs|[Vv]alid",
)
"""What checks that an entry stays in its folder."""
_WRITES: Final = regex(r"os\.(?:Create|OpenFile|MkdirAll|Mkdir|WriteFile|Symlink)\(")
_WRITERS: Final = frozenset(
    f"os.{name}" for name in ("Create", "OpenFile", "MkdirAll", "Mkdir", "WriteFile", "Symlink")
)
_ARCHIVES: Final = ("archive/zip", "archive/tar")


def entry_outside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Names of archive entries joined to a folder and written without a check."""
    if not unit.imports(*_ARCHIVES):
        return
    for call in facts.calls:
        if call.function is None:
            continue
        given = call.arguments.positional
        if call.qualified in ("path/filepath.Join", "path.Join"):
            names = given[1:]
        elif call.qualified in _WRITERS and given and isinstance(given[0], Built):
            names = given[:1]
        else:
            continue
        if not any(_is_entry_name(one, call, unit) for one in names):
            continue
        text = unit.text(call.function.span)
        if _STAYS.search(text) or not _WRITES.search(text):
            continue
        if unit.file_has(r"\.Contains\(\w+\.Name, \"\.\.|IsLocal\(\w+\.Name"):
            continue
        yield Report(
            call.span,
            "An entry called `../x` is written outside of the folder: check its name first",
            place=call.place,
        )


def _is_entry_name(value: Value, call: Call, unit: UnitView) -> bool:
    """``f.Name`` of an entry: of a loop over ``.File``, or of ``tar.Reader.Next``."""
    if isinstance(value, (Built, Operation)):
        parts = value.parts if isinstance(value, Built) else value.operands
        return any(_is_entry_name(one, call, unit) for one in parts)
    if not isinstance(value, Name) or not value.path.endswith(".Name"):
        return False
    owner = re.escape(value.path.rpartition(".")[0])
    assert call.function is not None
    text = unit.text(call.function.span)
    return (
        re.search(
            rf"\b{owner}\s*:?=\s*range\s+[\w.]+\.File\b|\b{owner},\s*\w+\s*:?=\s*\w+\.Next\(\)|"
            rf"\b{owner}\s+\*?(?:zip\.File|tar\.Header)\b",
            text,
        )
        is not None
    )


_UNPACKERS: Final = frozenset((
    "compress/gzip.NewReader", "compress/zlib.NewReader", "compress/flate.NewReader",
    "compress/bzip2.NewReader", "compress/lzw.NewReader", "archive/tar.NewReader",
    "github.com/klauspost/compress/gzip.NewReader", "github.com/klauspost/compress/zstd.NewReader",
    "github.com/ulikunitz/xz.NewReader",
))  # fmt: skip
_BOUNDED: Final = regex(
    r"LimitReader|LimitedReader|CopyN\(|MaxBytesReader|UncompressedSize|\.Size\b|[Mm]axSize|maxBytes"
)


def unbounded_unpacking(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``io.Copy`` and ``io.ReadAll`` of what is unpacked on the way, without a limit."""
    if not unit.imports(*_ARCHIVES, *{name.rpartition(".")[0] for name in _UNPACKERS}):
        return
    for call in facts.calls:
        qualified = call.qualified
        if qualified not in ("io.Copy", "io.ReadAll", "io/ioutil.ReadAll", "io.CopyBuffer"):
            continue
        given = call.arguments.positional
        at = 0 if call.name == "ReadAll" else 1
        if len(given) <= at or call.function is None:
            continue
        if not _is_unpacked(given[at], call, facts, unit):
            continue
        text = unit.text(call.function.span)
        if _BOUNDED.search(text) or _is_own_file(text) or _CLI.search(unit.path):
            continue
        edit = Edit(given[at].span, f"io.LimitReader({unit.text(given[at].span)}, 100<<20)")
        yield Report(
            call.callee_span,
            "A few kilobytes may unpack to gigabytes: read through `io.LimitReader`",
            (Fix("Stop after 100 MiB", (edit,), "unsafe", "resource/decompression-bomb"),),
            None if unit.file_has(_FROM_CLIENTS) else Severity.INFO,
            place=call.place,
        )


_CLI: Final = regex(r"(?:^|/)cli/")
_OPENS: Final = regex(r"\.Open(?:File)?\(")
_FROM_CLIENTS: Final = (
    r"\.Body\b|FormFile|[Uu]pload|multipart\.|http\.(?:Request|Get|Post)\b|[Ii]mport(?:er|s|ed)\b"
)
_FROM_OUTSIDE: Final = regex(r"\b(?:zip|tar)\b|\.Body\b|FormFile|[Uu]pload|http\.(?:Get|Post)")


def _is_own_file(text: str) -> bool:
    """Whether what is unpacked is a file that the function opens itself, and no archive."""
    return _OPENS.search(text) is not None and _FROM_OUTSIDE.search(text) is None


def _is_unpacked(value: Value, call: Call, facts: Facts, unit: UnitView) -> bool:
    if isinstance(value, CallValue):
        return value.call.qualified in _UNPACKERS
    if not isinstance(value, Name) or "." in value.path:
        return False
    if value.qualified == "archive/tar.Reader":
        return True
    for assign in facts.assigns:
        if assign.target != value.path or assign.function is not call.function:
            continue
        made = assign.value
        if qualified_of(made) in _UNPACKERS:
            return True
        if isinstance(made, CallValue) and made.call.name == "Open" and unit.imports("archive/zip"):
            receiver = re.escape(made.call.path.rpartition(".")[0])
            assert call.function is not None
            text = unit.text(call.function.span)
            if re.search(
                rf"\b{receiver}\s*:?=\s*range\s+[\w.]+\.File\b|\b{receiver}\s+\*?zip\.File\b", text
            ):
                return True
    return False


@needs(calls=("Execute", "ExecuteTemplate"))
def text_template_to_client(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``text/template`` that writes the answer to a request."""
    if not unit.imports("text/template"):
        return
    for call in facts.calls:
        if call.name not in ("Execute", "ExecuteTemplate") or not call.arguments.positional:
            continue
        writer = call.arguments.positional[0]
        if qualified_of(writer) != "net/http.ResponseWriter":
            continue
        name = call.qualified or ""
        if "html/template" in name or unit.imports("html/template"):
            continue
        if call.function is not None and re.search(
            r"(?i)\"content-type\"\s*,\s*\"(?!text/html)", unit.text(call.function.span)
        ):
            continue
        yield Report(
            call.callee_span,
            "`text/template` writes values into the page as they are; use `html/template`",
            place=call.place,
        )


_MARKS: Final = frozenset(f"html/template.{name}" for name in ("HTML", "JS", "JSStr", "HTMLAttr"))


def unescaped_html(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``template.HTML`` of a text put together from values that nothing escapes."""
    if not unit.imports("html/template"):
        return
    for call in facts.calls:
        if call.qualified not in _MARKS or len(call.arguments.positional) != 1:
            continue
        value = call.arguments.positional[0]
        if isinstance(value, Built) and not re.search("(?i)escape|sanitiz", unit.text(value.span)):
            yield Report(
                call.span,
                f"`{call.written}` switches escaping off for a text put together from values",
                place=call.place,
            )
