"""Where keys and values stand in a TOML text, which the standard parser does not tell.

Reads as far as it understands and never raises; whether the text is valid is the parser's word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from backspec.text import Span

Path = tuple[str | int, ...]
"""Keys from the top; numbers count the items of arrays and of ``[[tables]]`` from 0."""


class Place(NamedTuple):
    """Where one key and its value stand."""

    key: Span
    """The last part of the key as written; of an array's item, the item itself."""
    value: Span
    """The value; of a table header, the whole header."""


_BLANK = re.compile(rb"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(rb"[ \t]*")
_KEY = re.compile(rb"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    rb'"""(?:[^\\]|\\.)*?"{3,5}|'
    rb"'''.*?'{3,5}|"
    rb'"(?:[^"\\\n]|\\.)*"|'
    rb"'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(rb"[^,\]}#\r\n]+")
_DEEPEST = 40


def locate(text: bytes) -> dict[Path, Place]:
    """The place of every key and array item, as far as the text can be read."""
    return _Scanner(text).run()


def key_text(raw: bytes) -> str:
    """The key that a bare or quoted key stands for."""
    text = raw.decode("utf-8", "replace")
    if text[:1] == "'":
        return text[1:-1]
    if text[:1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


class _Scanner:
    def __init__(self, text: bytes) -> None:
        self.text = text
        self.at = 3 if text.startswith(b"\xef\xbb\xbf") else 0
        self.places: dict[Path, Place] = {}
        self.tables: dict[Path, int] = {}

    def run(self) -> dict[Path, Place]:
        table: Path = ()
        while self.skip(_BLANK) < len(self.text):
            if self.text.startswith(b"[", self.at):
                header = self.header()
                if header is None:
                    # A broken header: its keys cannot be placed, later tables can.
                    table = ("", self.at)
                    self.to_line_end()
                    continue
                table = header
            elif not self.pair(table, 0):
                self.to_line_end()
        return self.places

    def skip(self, pattern: re.Pattern[bytes]) -> int:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return self.at

    def to_line_end(self) -> None:
        end = self.text.find(b"\n", self.at)
        self.at = len(self.text) if end < 0 else end + 1

    def eat(self, mark: bytes) -> bool:
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def keys(self) -> list[tuple[str, Span]]:
        """A dotted key; [] when there is none here."""
        found: list[tuple[str, Span]] = []
        while True:
            self.skip(_SPACE)
            match = _KEY.match(self.text, self.at)
            if not match:
                return []
            self.at = match.end()
            found.append((key_text(match.group()), Span(*match.span())))
            self.skip(_SPACE)
            if not self.eat(b"."):
                return found

    def header(self) -> Path | None:
        start = self.at
        is_array = self.eat(b"[[")
        if not is_array:
            self.eat(b"[")
        keys = self.keys()
        if not keys or not self.eat(b"]]" if is_array else b"]"):
            return None
        whole = Span(start, self.at)
        path: Path = ()
        for number, (name, span) in enumerate(keys, 1):
            path = (*path, name)
            self.places.setdefault(path, Place(span, whole))
            if number < len(keys):
                if path in self.tables:
                    path = (*path, self.tables[path])
            elif is_array:
                index = self.tables[path] = self.tables.get(path, -1) + 1
                path = (*path, index)
                self.places[path] = Place(span, whole)
        return path

    def pair(self, table: Path, depth: int) -> bool:
        keys = self.keys()
        if not keys or not self.eat(b"="):
            return False
        path = (*table, *(name for name, _ in keys))
        self.skip(_SPACE)
        start = self.at
        is_read = self.value(path, depth)
        for number in range(len(table) + 1, len(path) + 1):
            place = Place(keys[number - len(table) - 1][1], Span(start, self.at))
            self.places.setdefault(path[:number], place)
        return is_read

    def value(self, path: Path, depth: int) -> bool:
        if depth > _DEEPEST:
            return False
        if string := _STRING.match(self.text, self.at):
            self.at = string.end()
            return True
        if self.eat(b"["):
            return self.items(path, depth)
        if self.eat(b"{"):
            while True:
                self.skip(_BLANK)
                if self.eat(b"}"):
                    return True
                if not self.pair(path, depth + 1):
                    return False
                self.skip(_BLANK)
                self.eat(b",")
        bare = _BARE.match(self.text, self.at)
        if not bare:
            return False
        self.at += len(bare.group().rstrip())
        return True

    def items(self, path: Path, depth: int) -> bool:
        index = 0
        while True:
            self.skip(_BLANK)
            if self.eat(b"]"):
                return True
            start = self.at
            item = (*path, index)
            if not self.value(item, depth + 1):
                return False
            span = Span(start, self.at)
            self.places[item] = Place(span, span)
            index += 1
            self.skip(_BLANK)
            self.eat(b",")
