"""Text for people: grouped by file, the source line with carets, a summary at the end.

Colour only where the context says so. Control characters of the source never reach a terminal.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.cli.formats import Context
    from backspec.cli.records import Found, Run

_TAB = "    "
_MARGIN = 10
"""Columns kept visible before a cut line's span."""
_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "hint": "1;34",
    "path": "1;4",
    "code": "1",
    "dim": "2",
    "good": "32",
}
_BACKTICKS = re.compile(r"`[^`]+`")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]")


def render(run: Run, context: Context) -> Iterator[str]:
    """Every diagnostic under its file, then what there was in all."""
    style = _Style(has_color=context.has_color)
    for record in run.records:
        if not record.found:
            continue
        yield style(record.path, "path") + "\n"
        gutter = max(len(str(found.start.line)) for found in record.found)
        for found in record.found:
            yield from _diagnostic(found, style, gutter, context.width)
        yield "\n"
    if not context.is_quiet:
        yield _summary(run, style)


class _Style:
    """Colours where there are any."""

    def __init__(self, *, has_color: bool) -> None:
        self.has_color = has_color

    def __call__(self, text: str, name: str) -> str:
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.has_color else text

    def message(self, text: str) -> str:
        """A message with its code in bold."""
        return _BACKTICKS.sub(lambda found: self(found.group(), "code"), _visible(text))


def _diagnostic(found: Found, style: _Style, gutter: int, width: int) -> Iterator[str]:
    line, column, _ = found.start
    place = style(f"{line}:{column}", "dim")
    label = style(found.severity.label, found.severity.label)
    yield f"  {place} {label} {style.message(found.message)} {style(f'[{found.rule}]', 'dim')}\n"
    bar = style("│", "dim")
    if found.excerpt and found.excerpt[0].strip():
        number = style(f"{line:>{gutter}}", "dim")
        shown, carets = _underlined(found, width - gutter - 8)
        yield f"    {number} {bar} {shown}\n"
        yield f"    {'':{gutter}} {bar} {style(carets, found.severity.label)}\n"
    notes = [
        f"{each.path}:{each.start.line if each.start else 1}: {each.message}"
        for each in found.related
    ]
    if found.fix:
        how = {"safe": "fix", "unsafe": "fix (unsafe)", "manual": "hint"}[found.fix.safety]
        notes.append(f"{how}: {found.fix.title}")
    for note in notes:
        yield f"    {'':{gutter}} {style('=', 'dim')} {style.message(note)}\n"


def _underlined(found: Found, width: int) -> tuple[str, str]:
    """The first source line of a diagnostic and the carets below it, cut to ``width`` columns."""
    source = found.excerpt[0]
    first = min(found.start.column - 1, len(source))
    is_one_line = found.end.line == found.start.line
    last = min(found.end.column - 1, len(source)) if is_one_line else len(source.rstrip())
    before, inside = _visible(source[:first]), _visible(source[first:last])
    after = _visible(source[last:].rstrip())
    # Indentation says nothing without the lines around it.
    before = (
        before.lstrip() if before.strip() == "" else before[len(before) - len(before.lstrip()) :]
    )
    indent = _columns(before)
    if indent + _columns(inside) > width and indent > _MARGIN:
        before = "…" + _last_columns(before, _MARGIN)
    shown = _first_columns(before + inside + after, width)
    room = max(1, width - _columns(before))
    carets = "^" * max(1, min(_columns(inside), room))
    if not is_one_line:
        carets += "..."
    return shown, " " * _columns(before) + carets


def _visible(text: str) -> str:
    """Text that is safe on a terminal: tabs as blanks, control characters as a mark."""
    return _CONTROL.sub("\ufffd", text.replace("\t", _TAB))


def _columns(text: str) -> int:
    """Columns a terminal gives the text."""
    if text.isascii():
        return len(text)
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _first_columns(text: str, width: int) -> str:
    if _columns(text) <= width:
        return text
    used = 0
    for at, char in enumerate(text):
        used += _width(char)
        if used > width - 1:
            return text[:at] + "…"
    return text


def _last_columns(text: str, width: int) -> str:
    used = 0
    for at in range(len(text) - 1, -1, -1):
        used += _width(text[at])
        if used > width:
            return text[at + 1 :]
    return text


def _summary(run: Run, style: _Style) -> str:
    files, errors, warnings, infos, hints, skipped = run.summary
    aside = f", {_counted(skipped, 'file')} skipped" if skipped else ""
    where = f"{_counted(files, 'file')}{aside}"
    counts = ((errors, "error"), (warnings, "warning"), (infos, "info"), (hints, "hint"))
    said = [style(_counted(number, name), name) for number, name in counts if number]
    if not said:
        return style("No problems", "good") + f" in {where}.\n"
    hurt = sum(1 for record in run.records if record.found)
    text = f"{', '.join(said)} in {hurt:,} of {where}.\n"
    safe = sum(1 for found in run.found if found.fix and found.fix.safety == "safe")
    if safe:
        command = style("backspec fix", "code")
        text += f"{_counted(safe, 'safe fix', 'safe fixes')} available: {command}\n"
    return text


def _counted(number: int, name: str, several: str = "") -> str:
    return f"{number:,} {name if number == 1 else several or name + 's'}"


def statistics(run: Run, context: Context) -> Iterator[str]:
    """How often each rule reported, most often first."""
    style = _Style(has_color=context.has_color)
    counts: dict[str, int] = {}
    worst: dict[str, Severity] = {}
    for found in run.found:
        counts[found.rule] = counts.get(found.rule, 0) + 1
        worst[found.rule] = min(worst.get(found.rule, Severity.HINT), found.severity)
    width = max((len(f"{number:,}") for number in counts.values()), default=0)
    for rule, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        label = worst[rule].label
        yield f"{number:>{width},}  {style(f'{label:<7}', label)}  {rule}\n"
