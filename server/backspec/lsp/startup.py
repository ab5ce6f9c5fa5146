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
import os
import sys
from typing import TYPE_CHECKING, Any

from backspec import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, ModuleType

_WORTH_SAVING = 20
"""Fewer new entries than this are not written: attrs makes a handful of scripts that differ in
every process."""
_MOST = 5000
"""About twice the classes there are."""


@contextlib.contextmanager
def quick_imports(cache: str | None = None) -> Iterator[None]:
    """Within the block, classes are made from the code in the cache; what is missing is added.

    Classes that ``attrs.define`` makes there have neither slots, which make it create each class
    twice, nor a ``repr`` of their fields.

    ``cache`` is the file to use; None for one in the user's cache folder. Never raises by itself:
    without a readable cache, a writable folder or the attrs this was made for, imports work as if
    the block were not there.
    """
    try:
        import dataclasses

        import attr._make as maker
        import attrs

        file = cache or compiled.cache_file(f"classes-{_stamp(maker)}")
    except Exception:  # noqa: BLE001 - a faster start is never worth a failed one
        yield
        return
    known = _read(file)
    added: dict[str, CodeType] = {}
    lookup = _lookup(known, added)
    vars(maker)["compile"] = lookup
    vars(dataclasses)["exec"] = _executor(lookup)
    define, attrs.define = attrs.define, functools.partial(_define, attrs.define)
    try:
        yield
    finally:
        attrs.define = define
        vars(maker).pop("compile", None)
        vars(dataclasses).pop("exec", None)
        if file is not None and len(added) >= _WORTH_SAVING:
            # What older releases left behind goes when it is most of the file.
            compiled.write(file, {**known, **added} if len(known) < _MOST else added)


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


def _read(file: str | None) -> dict[str, CodeType]:
    known = compiled.read(file) if file is not None else None
    return known if isinstance(known, dict) else {}


def _stamp(maker: ModuleType) -> str:
    """Names the Python and the attrs the code is for, as a part of a file name.

    Asking importlib for version numbers would cost a tenth of what the cache saves. A release of
    lsprotocol needs no mark: entries are found by their whole source text.
    """
    made_by = os.stat(maker.__file__ or "")  # noqa: PTH116
    python = f"{sys.implementation.cache_tag}-{sys.hexversion:x}"
    return f"{python}-{made_by.st_size:x}-{int(made_by.st_mtime):x}"
