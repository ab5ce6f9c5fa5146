"""Keeps parsed data files in the user's cache folder, because parsing YAML is slow.

Reading three hundred rule pages costs as long as checking a thousand lines; reading them back in
one piece costs a tenth. What is kept is plain data from this package's own files, never anything
from a workspace. A cache that is missing, stale, damaged or not writable only costs time.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from typing import TYPE_CHECKING, Any

from backspec import __version__

if TYPE_CHECKING:
    from collections.abc import Callable


_CHECKSUM_LENGTH = 4


def remembered(name: str, folder: str, build: Callable[[], Any]) -> Any:
    """What ``build`` makes of the files below ``folder``, from the cache while none has changed.

    The result is plain data (see ``plain``), the same whether it comes from the cache or not.
    """
    file = cache_file(name)
    if file is None:
        return plain(build())
    signature = signature_of(folder)
    kept = read(file)
    if isinstance(kept, tuple) and len(kept) == 2 and kept[0] == signature:
        return kept[1]
    data = plain(build())
    write(file, (signature, data))
    return data


def cache_file(name: str) -> str | None:
    """Where this user keeps the cache of this name; None when that is unknown."""
    place = cache_folder()
    return os.path.join(place, f"{name}-{_installation()}.bin") if place else None


def plain(value: Any) -> Any:
    """The same data with tuples as lists and everything else that is not plain as text."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, str, float)):
        return value
    return int(value) if isinstance(value, int) else str(value)


def cache_folder() -> str | None:
    """Where this user's caches are; None when that is unknown."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return os.path.join(base, "backspec", "cache") if base else None
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return os.path.join(base, "backspec")
    home = os.environ.get("HOME", "")
    if not os.path.isabs(home):
        return None
    caches = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    return os.path.join(home, *caches, "backspec")


def _installation() -> str:
    """Tells apart interpreters and copies of the package that share a cache folder."""
    here = zlib.crc32(os.path.dirname(__file__).encode("utf-8", "surrogateescape"))
    return f"{sys.implementation.cache_tag}-{here:08x}"


def signature_of(folder: str) -> tuple[str, int, int, int]:
    """Changes whenever a file below ``folder`` is added, removed or written.

    Holds the version of this package, too.
    """
    count = newest = names = 0
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir():
                        if entry.name != "__pycache__":
                            waiting.append(entry.path)
                        continue
                    status = entry.stat()
                    count += 1
                    newest = max(newest, status.st_mtime_ns)
                    # Sums do not depend on the order in which the folder lists its entries.
                    names += zlib.crc32(entry.name.encode("utf-8", "surrogateescape"))
                    names += status.st_size
        except OSError:
            continue
    return __version__, count, newest, names


def read(file: str) -> Any:
    """What a cache file holds; None when it is missing or damaged."""
    try:
        with open(file, "rb") as stream:
            raw = stream.read()
        checksum, data = raw[:_CHECKSUM_LENGTH], raw[_CHECKSUM_LENGTH:]
        if zlib.crc32(data).to_bytes(_CHECKSUM_LENGTH, "big") != checksum:
            return None
        return marshal.loads(data)
    except (OSError, ValueError, EOFError, TypeError):
        return None


def write(file: str, content: Any) -> None:
    """Replace a cache file in one step; gives up silently."""
    data = marshal.dumps(content)
    checksum = zlib.crc32(data).to_bytes(_CHECKSUM_LENGTH, "big")
    part = f"{file}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        with open(part, "wb") as stream:
            stream.write(checksum + data)
        os.replace(part, file)
    except OSError:
        try:
            os.unlink(part)
        except OSError:
            return
