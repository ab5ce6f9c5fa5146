"""Which JavaScript runs in a browser: rules on servers leave it alone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from backspec.expressions import regex

if TYPE_CHECKING:
    from backspec.code.checks import UnitView

_PATH: Final = regex(
    r"(?:^|/)(?:clients?|front-?end|web|webapp|web-?client|ui|src-ui|browser|components|hooks|views|"
    r"admin-ui|dashboard|public|assets|themes?|viz-lib|editor-ext|tracker)/"
    r"(?!(?:.*/)?(?:pages/api|app/api|server)/)"
)
_PACKAGES: Final = (
    "react", "react-dom", "vue", "svelte", "solid-js", "preact", "@angular/core",
    "@angular/common", "next/router", "next/navigation", "jquery", "@reduxjs/toolkit",
    "@tanstack/react-query", "zustand", "rxjs/ajax",
)  # fmt: skip


@functools.lru_cache(maxsize=1024)
def _is_front_end_path(path: str) -> bool:
    return _PATH.search(path) is not None


def is_front_end(unit: UnitView) -> bool:
    """Whether the unit's file is made for browsers, by its path, kind and imports."""
    if unit.family != "javascript":
        return False
    return (
        unit.language in ("jsx", "tsx")
        or _is_front_end_path(unit.path)
        or unit.imports(*_PACKAGES)
        or unit.file_has(r"\b(?:window|document)\.|^.use client")
    )
