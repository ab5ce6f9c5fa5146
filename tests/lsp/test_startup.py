"""The cache that makes imports cheap: used when it can be, harmless when it cannot."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from backspec.lsp.startup import quick_imports

if TYPE_CHECKING:
    from pathlib import Path

IMPORT = """
import sys
from backspec.lsp import startup
import attr._make, attrs, dataclasses
define = attrs.define
calls = []
real = compile
def counting(*a, **k):
    calls.append(a)
    return real(*a, **k)
startup.compile = counting
startup.import_asyncio()
with startup.quick_imports(sys.argv[1]):
    from lsprotocol import types, converters
    import backspec.model
assert "compile" not in vars(attr._make)
assert "exec" not in vars(dataclasses)
assert attrs.define is define
import ssl
p = types.Position(1, 2)
assert p == types.Position(1, 2) and p != types.Position(1, 3) and p < types.Position(2, 0)
assert converters.get_converter().unstructure(p) == {"line": 1, "character": 2}
print(len(calls))
"""


def start(file: Path) -> int:
    """How many scripts a fresh process had to compile."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_the_second_start_compiles_next_to_nothing(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "classes.bin"
    assert start(file) > 200
    assert start(file) < 20
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("content", [b"", b"rubbish", b"i\x01\x00\x00\x00"])
def test_a_broken_cache_is_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "classes.bin"
    file.write_bytes(content)
    assert start(file) > 200
    assert start(file) < 20


def test_a_folder_that_cannot_be_written_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert start(tmp_path / "file" / "below") > 200


def test_an_error_inside_passes_through_and_everything_is_as_before(tmp_path: Path) -> None:
    import attr._make
    import attrs

    define = attrs.define
    with pytest.raises(KeyError), quick_imports(str(tmp_path / "x")):
        raise KeyError("x")
    assert attrs.define is define
    assert "compile" not in vars(attr._make)
