"""The one wrapper around every handler: no request takes the server down, slow ones are logged.

A handler that raises has found a bug of ours. It is logged with its traceback, told once per
server run, and answered with nothing, as if there were nothing to show. Where that is no answer,
or silence would look like success (a rename, a command), the answer is an error.
"""

from __future__ import annotations

import inspect
import logging
import time
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInternalError

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

SLOW_S = 0.2
"""Requests that take longer are logged as a warning."""

_NEED_AN_ANSWER = frozenset(
    {
        "textDocument/diagnostic",
        "workspace/diagnostic",
        "textDocument/rename",
        "textDocument/formatting",
        "codeAction/resolve",
        "workspace/executeCommand",
    }
)


def refusal(reason: str) -> JsonRpcException:
    """What answers a request that asks for something impossible."""
    return JsonRpcException(reason, lsp.LSPErrorCodes.RequestFailed.value)


def guard(
    name: str, handler: Callable[..., Any], report: Callable[[str, BaseException], None]
) -> Callable[..., Any]:
    """``handler``, timed and unable to raise anything but a JSON-RPC error.

    ``report(name, error)`` is called for each bug.
    """

    def failed(error: Exception) -> None:
        report(name, error)
        if name in _NEED_AN_ANSWER or name.startswith("backspec."):
            raise JsonRpcInternalError(f"backspec could not do this: {error}") from error

    if inspect.iscoroutinefunction(handler):

        async def guarded_async(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return await handler(*arguments)
            except JsonRpcException:
                raise
            except Exception as error:  # noqa: BLE001 - the last line of defence
                return failed(error)
            finally:
                log.debug("%s ended after %.1f ms", name, (time.perf_counter() - started) * 1e3)

        return guarded_async

    def guarded(*arguments: Any) -> Any:
        started = time.perf_counter()
        try:
            return handler(*arguments)
        except JsonRpcException:
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence
            return failed(error)
        finally:
            took = time.perf_counter() - started
            level = logging.WARNING if took > SLOW_S else logging.DEBUG
            log.log(level, "%s took %.1f ms", name, took * 1e3)

    return guarded
