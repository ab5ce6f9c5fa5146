"""Makes importing lsprotocol cheap: remembers what attrs compiles for its hundreds of classes.

Half of that import is ``compile()`` called by attrs. ``cached_compilation`` gives attrs a
function that looks the code up in one file of the user's cache folder. It touches a private
name of attrs, so everything here falls back to the plain import when anything is not as
expected.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType

_WORTH_SAVING = 20
"""Fewer new entries than this are not written: attrs makes a handful of scripts that differ in
every process."""


def cache_folder() -> Path:
    """The folder for files that can be deleted at any time; it need not exist."""
    if chosen := os.environ.get("BACKSPEC_CACHE_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "backspec"


def write_atomically(path: Path, content: bytes) -> bool:
    """Replace ``path`` by ``content`` in one step; False (and no change) where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError:
        return False
    return True


@contextlib.contextmanager
def cached_compilation(folder: Path | None = None) -> Iterator[None]:
    """Within the block, attrs takes compiled code from the cache and adds what is missing.

    ``folder`` is where the cache file lives; None for the user's cache folder. Never raises by
    itself: without a readable cache, a writable folder or the attrs this was made for, imports
    work as if the block were not there.
    """
    try:
        import attr._make as maker

        path = (folder or cache_folder()) / f"attrs-{_stamp()}.bin"
    except Exception:  # noqa: BLE001 - a faster start is never worth a failed one
        yield
        return
    known = _read(path)
    added: dict[str, CodeType] = {}
    vars(maker)["compile"] = _lookup(known, added)
    try:
        yield
    finally:
        vars(maker).pop("compile", None)
        if len(added) >= _WORTH_SAVING:
            write_atomically(path, marshal.dumps({**known, **added}))


def _lookup(known: dict[str, CodeType], added: dict[str, CodeType]) -> Callable[..., Any]:
    def cached(source: Any, filename: str, mode: str, *rest: Any, **options: Any) -> Any:
        if not isinstance(source, str) or mode != "exec" or rest or options:
            return compile(source, filename, mode, *rest, **options)
        code = known.get(source) or added.get(source)
        if code is None:
            code = added[source] = compile(source, filename, mode)
        return code

    return cached


def _read(path: Path) -> dict[str, CodeType]:
    try:
        loaded = marshal.loads(path.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _stamp() -> str:
    """What the compiled code depends on, in a form that can be part of a file name."""
    from importlib.metadata import version

    python = f"{sys.implementation.cache_tag}-{sys.hexversion:x}"
    return f"{python}-{version('attrs')}-{version('lsprotocol')}"
