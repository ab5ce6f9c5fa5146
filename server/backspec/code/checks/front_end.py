"""Which JavaScript runs in a browser: rules on servers leave it alone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from backspec.expressions import regex

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_PATH: Final = regex(
    r"(?:^|/)(?:clients?|client-only|[\w-]+-(?:web|ui|front-?end|webapp)|front-?end|web|webapp|web-?client|ui|src-ui|browser|components|hooks|views|"
    r"admin-ui|dashboard|public|assets|themes?|viz-lib|editor-ext|tracker)/"
    r"(?!(?:.*/)?(?:pages/api|app/api|server)/)"
)
_PACKAGES: Final = (
    "react", "react-dom", "vue", "svelte", "solid-js", "preact", "@angular/core",
    "@angular/common", "next/router", "next/navigation", "jquery", "@reduxjs/toolkit",
    "@tanstack/react-query", "zustand", "rxjs/ajax",
)  # fmt: skip


_TEXT: Final = (
    r"\bwindow\.", r"\bdocument\.", r"^.use client", r"\bimport\.meta\.env\.VITE_"
)  # fmt: skip


@functools.lru_cache(maxsize=1024)
def _is_front_end_path(path: str) -> bool:
    return _PATH.search(path) is not None


def is_front_end(unit: UnitView) -> bool:
    """Whether the unit's file is made for browsers, by its path, kind and imports."""
    return unit.family == "javascript" and unit.once(_runs_in_browser)


def _runs_in_browser(_facts: Facts, unit: UnitView) -> bool:
    return (
        unit.language in ("jsx", "tsx")
        or _is_front_end_path(unit.path)
        or unit.imports(*_PACKAGES)
        or any(map(unit.file_has, _TEXT))
    )


_SERVER_PATH: Final = regex(
    r"(?:^|/)(?:[\w-]*server[\w-]*|[\w-]*back-?end|apis?|services?|providers?|jobs?|workers?|queues?|lambdas?"
    r"|functions|handlers?|controllers?|routes?|routers?|resolvers?|middlewares?|cron|tasks|adapters?|webhooks?"
    r"|integrations?|modules|plugins|strategies|auth)/|(?:^|/)[\w.-]*"
    r"(?:server|route|controller|service|resolver|handler|middleware|worker|job|adapter|webhook|strategy)\.[cm]?[jt]s$"
)
_SERVER_TEXT: Final = (
    r"\bprocess\.(?!env\.NODE_ENV|env\.NEXT_PUBLIC|client|browser)\w|\bBuffer\."
    r"|['\"]use server['\"]|\brequire\(|\bmodule\.exports\b|\b(?:from|import)\s+['\"]node:"
    r"|\b__dirname\b|@Injectable\("
    r"|\bfrom\s+['\"](?:fs|path|crypto|http|https|os|stream|child_process|express|koa|fastify|hono"
    r"|next/server|@nestjs/\w+|undici|node-fetch|pg|mysql2?|mongoose|mongodb|redis|ioredis|typeorm"
    r"|sequelize|knex|bullmq?|winston|pino|dotenv)(?:/[\w/-]+)?['\"]"
    r"|^export (?:async )?function (?:GET|POST|PUT|PATCH|DELETE)\b"
    r"|\b(?:Next|Nest|Fastify|Express)?(?:Request|Reply)\b|\blogger\b"
)


def is_server_side(unit: UnitView) -> bool:
    """Whether the file shows by its path or text that it runs on a server, and in no browser.

    For calls that both kinds of programs make in the same words (``fetch``).
    """
    return (
        unit.family == "javascript"
        and not is_front_end(unit)
        and (_SERVER_PATH.search(unit.path) is not None or unit.file_has(_SERVER_TEXT))
    )
