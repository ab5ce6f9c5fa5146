"""Makes the server's imports cheap: they are most of the time to its first answer.

Half of importing lsprotocol, with its hundreds of classes, is ``compile()`` called by attrs.
``quick_imports`` has attrs and dataclasses look the code up in one file of the user's cache
folder, and leaves out of lsprotocol's classes what this server does not use. It shadows names in
their modules, so everything here falls back to the plain import when anything is not as
expected.
"""

from __future__ import annotations

import contextlib
import functools
import marshal
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, ModuleType

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
    import tempfile  # a start that finds its cache does not need it

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
def quick_imports(folder: Path | None = None) -> Iterator[None]:
    """Within the block, classes are made from the code in the cache; what is missing is added.

    Classes that ``attrs.define`` makes there have neither slots, which make it create each class
    twice, nor a ``repr`` of their fields.

    ``folder`` is where the cache file lives; None for the user's cache folder. Never raises by
    itself: without a readable cache, a writable folder or the attrs this was made for, imports
    work as if the block were not there.
    """
    try:
        import dataclasses

        import attr._make as maker
        import attrs

        path = (folder or cache_folder()) / f"attrs-{_stamp(maker)}.bin"
    except Exception:  # noqa: BLE001 - a faster start is never worth a failed one
        yield
        return
    known = _read(path)
    added: dict[str, CodeType] = {}
    compiled = _lookup(known, added)
    vars(maker)["compile"] = compiled
    vars(dataclasses)["exec"] = _executor(compiled)
    define, attrs.define = attrs.define, functools.partial(_define, attrs.define)
    try:
        yield
    finally:
        attrs.define = define
        vars(maker).pop("compile", None)
        vars(dataclasses).pop("exec", None)
        if len(added) >= _WORTH_SAVING:
            write_atomically(path, marshal.dumps({**known, **added}))


def import_asyncio() -> None:
    """Import asyncio without TLS, which it can do without, and which is a third of its cost."""
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]  # how a missing module looks
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]


def _lookup(known: dict[str, CodeType], added: dict[str, CodeType]) -> Callable[..., Any]:
    def cached(source: Any, filename: str, mode: str, *rest: Any, **options: Any) -> Any:
        if not isinstance(source, str) or mode != "exec" or rest or options:
            return compile(source, filename, mode, *rest, **options)
        code = known.get(source) or added.get(source)
        if code is None:
            code = added[source] = compile(source, filename, mode)
        return code

    return cached


def _define(define: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    return define(*arguments, **{"slots": False, "repr": False, **options})


def _executor(compiled: Callable[..., Any]) -> Callable[..., None]:
    def execute(source: Any, *namespaces: Any) -> None:
        code = compiled(source, "<string>", "exec") if isinstance(source, str) else source
        exec(code, *namespaces)

    return execute


def _read(path: Path) -> dict[str, CodeType]:
    try:
        loaded = marshal.loads(path.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _stamp(maker: ModuleType) -> str:
    """Names the Python and the attrs the code is for, as a part of a file name.

    Asking importlib for version numbers would cost a tenth of what the cache saves. A release of
    lsprotocol needs no mark: entries are found by their whole source text.
    """
    made_by = os.stat(maker.__file__ or "")  # noqa: PTH116
    python = f"{sys.implementation.cache_tag}-{sys.hexversion:x}"
    return f"{python}-{made_by.st_size:x}-{int(made_by.st_mtime):x}"
