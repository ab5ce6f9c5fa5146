"""Ruby: waiting for others in the wrong place, or without end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import Context
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_QUIET: Final = Context.TEST | Context.DEV_GUARD | Context.MIGRATION
_SCRIPT: Final = regex(r"(?:^|/)(?:db|scripts?|bin|tasks|demo)/|\.rake$")


@needs(calls=("transaction", "with_lock", "with_transaction"))
def network_inside(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """HTTP calls, mails and pauses in the block of a transaction."""
    if _SCRIPT.search(unit.path):
        return
    for call in unit.calls("http-request", "mail-send", "blocking-sleep"):
        if not call.context & Context.TRANSACTION or call.context & _QUIET:
            continue
        if "file-open" in unit.roles_of(call):
            continue
        what = "sleeps" if call.name == "sleep" else "waits for another server"
        yield Report(
            call.callee_span,
            f"`{call.written}` {what} while the transaction keeps its rows locked",
            place=call.place,
        )


_OF_NETWORK: Final = regex(
    r"^(?:StandardError|Exception|Faraday\.\w+|Net\.\w+|Timeout\.Error|Errno\.\w+|SocketError|HTTP\.\w+"
    r"|RestClient\.\w+|Excon\.[\w.]+|OpenURI\.HTTPError|HTTParty\.Error|IOError|EOFError)$"
)
_BOUNDED: Final = regex(
    r"(?i)attempt|tries|\btry|retries|retry_|_retry|count|max|limit|sleep|backoff|wait|times|[<>]|\+=|-="
)


@needs(words=("retry",))
def endless_retry(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``rescue Faraday::Error; retry`` without a counter."""
    for catch in facts.catches:
        if catch.context & _QUIET or not re.search(r"(?m)^\s*retry\b", unit.text(catch.body_span)):
            continue
        if not all(_OF_NETWORK.match(one.lstrip(".")) for one in catch.type_paths):
            continue
        guarded = catch.try_span
        asks = any(
            guarded.start <= call.span.start < guarded.end
            for call in unit.calls("http-request", "blocking-http")
        )
        around = catch.function
        while around is not None and around.passed_to is not None:
            around = around.outer
        text = unit.text(around.span if around is not None else catch.span)
        if asks and not _BOUNDED.search(re.sub(r"\bretry\b|=>|\s#.*", "", text)):
            yield Report(
                catch.head_span,
                "The server that cannot answer is asked again at once, for ever",
                place=catch.place,
            )
