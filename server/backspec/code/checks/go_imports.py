"""What a fix in Go does to imports: the compiler refuses those that nobody uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.code import fixes
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.code.checks import UnitView

_COMMENT = re.compile(rb"(?m)^[ \t]*//[^\n]*")
_NAMED = re.compile(rb"(?<![\w.])([A-Za-z_]\w*)\.[A-Za-z_]")


def without_orphans(removed: Iterable[Span], source: bytes, kept: str = "") -> list[Edit] | None:
    """Takes out the imports that only removed text used; None when one cannot be told.

    ``removed`` are spans that are taken out of the file, or replaced by ``kept``.
    """
    gone = list(removed)
    rest = source
    for span in gone:
        rest = rest[: span.start] + b" " * (span.end - span.start) + rest[span.end :]
    rest = _COMMENT.sub(b"", rest) + b"\n" + kept.encode()
    edits: list[Edit] = []
    named = {name for span in gone for name in _NAMED.findall(source[span.start : span.end])}
    for name in sorted(named):
        line = import_of(name, source)
        if line is None or re.search(rb"(?<![\w.])" + re.escape(name) + rb"\.\w", rest):
            continue
        taken = fixes.remove_lines(line, source)
        if taken is None:
            return None
        edits += taken
    return edits


def import_of(name: bytes, source: bytes) -> Span | None:
    """The import that gives a file this name, on a line of its own: without its margin."""
    word = re.escape(name)
    head = rb"(?m)^(?:import[ \t]+|[ \t]+)"
    path = rb'"(?:[^"\n]*/)?' + word + rb'(?:/v\d+)?"'
    found = re.search(head + rb"(?:" + word + rb'[ \t]+"[^"\n]*"|' + path + rb")", source)
    if found is None:
        return None
    start = found.start()
    text = found[0]
    margin = len(text) - len(text.lstrip())
    return Span(start + margin, found.end())


_BLOCK = re.compile(rb"(?m)^import[ \t]*\([ \t]*\r?\n((?:[^)\n]*\n)*?)\)")
_SINGLE = re.compile(rb'(?m)^import[ \t]+((?:[\w.]+[ \t]+)?"[^"\n]*")[ \t]*$')
_PACKAGE = re.compile(rb"(?m)^package[ \t]+\w+[ \t]*(?://[^\n]*)?$")
_PATH = re.compile(rb'"([^"\n]*)"')


def added(package: str, unit: UnitView) -> list[Edit] | None:
    """Imports a package of the standard library where its like stand; None when its name is taken.

    No edits where the file has it.
    """
    source = unit.adapter.source
    name = package.rpartition("/")[2].encode()
    known = import_of(name, source)
    if known is not None:
        return [] if source[known.start : known.end] == f'"{package}"'.encode() else None
    if re.search(
        rb"(?<![\w.\"/])" + re.escape(name) + rb"\b(?![\w\"/])", _COMMENT.sub(b"", source)
    ):
        return None
    line = f'"{package}"'
    block = _BLOCK.search(source)
    if block is not None:
        return [_in_block(block, line)]
    single = _SINGLE.search(source)
    if single is not None:
        both = [line, single[1].decode()]
        is_own = b"." in _first_segment(single[1])
        inner = f"\t{both[0]}\n\n\t{both[1]}" if is_own else "\n".join(
            f"\t{one}" for one in sorted(both, key=lambda one: one.rpartition(" ")[2])
        )  # fmt: skip
        return [Edit(Span(single.start(), single.end()), f"import (\n{inner}\n)")]
    head = _PACKAGE.search(source)
    return None if head is None else [Edit(Span(head.end(), head.end()), f"\n\nimport {line}")]


def _first_segment(imported: bytes) -> bytes:
    found = _PATH.search(imported)
    return found[1].partition(b"/")[0] if found is not None else b""


def _in_block(block: re.Match[bytes], line: str) -> Edit:
    """Into the standard library's group, in order; before the others where it has none."""
    at = block.start(1)
    place: int | None = None
    for one in block[1].splitlines(keepends=True):
        found = _PATH.search(one)
        if found is None and place is not None and not one.strip():
            break
        if found is not None and b"." not in _first_segment(one):
            if found[0].decode() > line:
                place = at if place is None else place
                break
            place = at + len(one)
        at += len(one)
    if place is None:
        start = block.start(1)
        return Edit(Span(start, start), f"\t{line}\n\n")
    return Edit(Span(place, place), f"\t{line}\n")
