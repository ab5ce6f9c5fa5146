"""Checks on calls between services, and on the order of stores and caches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.names import words
from backspec.code.checks.orm import _derived_names, _loops_around
from backspec.code.checks.values import leading_text, names_around, text_of
from backspec.code.facts.model import Built, Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.code.syntax import Node

# ---------------------------------------------------------------------------- one call per item

_ONE_OFF: Final = regex(
    r"(?:^|/)(?:scripts?|seeds?|management/commands|commands?|bin|tools?|cli|migrations?|examples?|"
    r"crawlers?|scrapers?|spiders?|benchmarks?|fixtures)(?:/|$)"
    r"|(?:scrap|crawl|seed|populate)[\w-]*\.\w+$"
)
_OTHER_LOOP: Final = frozenset(
    ("page", "pages", "offset", "cursor", "attempt", "attempts", "retry", "retries", "poll",
     "polling", "chunk", "chunks", "batch", "batches", "url", "urls", "link", "links", "endpoint",
     "endpoints", "host", "hosts", "webhook", "webhooks", "subscriber", "subscribers",
     "provider", "providers",
     "feed", "feeds", "site", "sites", "mirror", "mirrors", "notify", "crawl", "scrape", "download",
     "wait", "until", "node", "nodes", "server", "servers")
)  # fmt: skip
"""Words of loops that page, retry, or ask different servers."""
_THIRD_PARTY: Final = regex(
    r"^https?://(?:[\w-]+\.)+(?:com|org|net|io|gov|edu|eu|de|co|dev|app|ai|info)\b"
)
_INNER_HOST: Final = regex(
    r"^https?://(?:localhost|127\.|10\.|192\.168\.|[\w-]+(?::\d+)?/"
    r"|[\w.-]+\.(?:local|internal|svc|cluster\.local))"
)
_SERVICE: Final = frozenset(
    ("service", "services", "svc", "backend", "gateway", "internal", "users", "orders", "inventory",
     "catalog", "billing", "payments", "auth", "accounts", "products")
)  # fmt: skip
_READS: Final = frozenset(
    (
        "get",
        "Get",
        "request",
        "fetch",
        "axios",
        "got",
        "$get",
        "getForObject",
        "json",
        "GetAsync",
        "GetStringAsync",
        "GetFromJsonAsync",
        "GetByteArrayAsync",
        "GetStreamAsync",
    )
)


@needs(roles=("http-request",))
def chatty(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Another service that is asked once for each item."""
    if _ONE_OFF.search(unit.path) or is_front_end(unit):
        return
    for call in unit.calls("http-request"):
        context = call.context
        if not context & Context.LOOP or context & (Context.MIGRATION | Context.MAIN):
            continue
        if call.name not in _READS or not _only_reads(call, unit):
            continue
        url = unit.argument(call, "url")
        if not isinstance(url, Built) or _THIRD_PARTY.match(leading_text(url)):
            continue
        if any(_OTHER_LOOP & set(words(name)) for name in names_around(call.function)):
            continue
        inner = unit.text(url.span)
        base = url.parts[0]
        for loop in _loops_around(call, unit):
            names = _derived_names(loop, call, facts)
            spoken = {word for name in loop.names for word in words(name)} | set(
                words(loop.source[:200])
            )
            if spoken & _OTHER_LOOP or "while" in loop.source[:10]:
                break
            if _mentions(unit.text(base.span), names):
                break  # another server each round
            if _mentions(inner, names):
                yield Report(
                    call.callee_span,
                    f"`{call.written or call.name}` asks once for each round of this loop; ask "
                    "once for all of them",
                    profile=None if _is_own_service(url, unit) else "strict",
                    place=call.place,
                )
                break


def _mentions(text: str, names: set[str]) -> bool:
    return not names.isdisjoint(re.findall(r"[A-Za-z_$][\w$]*", text))


def _only_reads(call: Call, unit: UnitView) -> bool:
    text = unit.text(call.arguments.span)[:2000]
    told = re.search(r"(?:\bmethod['\"]?\s*[:=]\s*|^\s*)['\"](\w+)['\"]", text)
    return told is None or told[1].upper() in ("GET", "HEAD") or not told[1].isalpha()


def _is_own_service(url: Built, unit: UnitView) -> bool:
    """Whether a URL is that of another service of the same program, and no public interface."""
    first = url.parts[0]
    if _INNER_HOST.match(text_of(first)):
        return True
    return bool(_SERVICE & set(words(unit.text(first.span)[:80])))


# ---------------------------------------------------------------------------- order of writes

_SAVES: Final = regex(
    r"^\s*(?:await\s+)?([\w.]+(?:\([^()]*\)[\w.]*)*)"
    r"\.(save|delete|update|destroy|commit|create|insert|updateOne|"
    r"update_one|deleteOne|delete_one|saveChanges|flush)\("
)
_GO_SAVES: Final = regex(
    r"^\s*(?:if )?(?:[\w, ]+:?= )?([\w.]+(?:\([^()]*\)[\w.]*)*)"
    r"\.(Save|Delete|Update|Updates|Create|Insert|UpdateOne|DeleteOne|Exec|ExecContext)\("
)
_NO_ENTITY: Final = frozenset(
    ("cache", "redis", "client", "key", "keys", "delete", "del", "self", "this", "await", "id",
     "pk", "the", "f", "for", "by", "prefix", "format", "str", "get", "django", "core", "list",
     "all")
)  # fmt: skip


@needs(roles=("cache-delete",))
def write_order(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Cache entries dropped before what they are about is written."""
    for call in unit.calls("cache-delete"):
        statement = _statement(call.node)
        if statement is None or call.context & Context.LOOP:
            continue
        entity = set(words(unit.text(call.arguments.span))) - _NO_ENTITY
        if entity & {"lock", "mutex", "session", "token", "throttle", "attempts", "rate"}:
            continue
        following = statement.next_named_sibling
        rest = []
        for _ in range(12):
            if following is None:
                break
            rest.append(following)
            following = following.next_named_sibling
        write = _write_among(rest, entity, unit)
        if write is None:
            continue
        after = (node for node in rest if node.start_byte > write.start)
        later = "\n".join(unit.adapter.slice(node) for node in after)
        again = rf"\.{re.escape(call.name)}\(|\binvalidat|\bcache\.set|\bclear_cache|on_commit"
        if re.search(again, later):
            continue
        yield Report(
            call.span,
            "Between this and the write somebody may load the old row back into the cache; write "
            "first",
            place=call.place,
        )


def _statement(node: Node) -> Node | None:
    current: Node | None = node
    for _ in range(4):
        if current is None or current.type == "expression_statement":
            return current
        current = current.parent
    return None


def _write_among(rest: list[Node], entity: set[str], unit: UnitView) -> Span | None:
    """The first statement that plainly writes the entity, if it comes before any branch."""
    is_go = unit.family == "go"
    saves = _GO_SAVES if is_go else _SAVES
    for node in rest:
        if is_go and node.type == "if_statement" and node.child_by_field_name("initializer"):
            pass  # ``if err := db.Save(&order).Error; err != nil``
        elif node.type in (
            "return_statement",
            "if_statement",
            "raise_statement",
            "throw_statement",
        ):
            return None
        if node.type == "comment":
            continue
        text = unit.adapter.slice(node)
        if is_go:
            text = text.partition("{")[0]
        found = saves.search(" " + text)
        if found is None or re.search(r"(?i)cache|redis", found[1]):
            continue
        if entity & _singular(set(words(text))):
            return Span(node.start_byte, node.end_byte)
        return None
    return None


def _singular(spoken: set[str]) -> set[str]:
    return spoken | {word.removesuffix("s") for word in spoken} | {word + "s" for word in spoken}
