"""pygls' protocol, tuned: plain JSON where objects cost too much, and no document of its own.

What differs from pygls: ``initialize`` is read and answered as JSON, with the capabilities that
the features state; documents are kept by ``documents.py``; answers may be plain dictionaries;
only the outermost object of a message is one; a message that does not have the form of its
method is answered with an error; and a late answer to a request that was given up is ignored.
"""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcRequestCancelled,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from collections.abc import Generator

    from backspec.lsp.server import Server
    from backspec.lsp.transport import Message

log = logging.getLogger(__name__)

_SYNC = frozenset(
    {
        lsp.TEXT_DOCUMENT_DID_OPEN,
        lsp.TEXT_DOCUMENT_DID_CHANGE,
        lsp.TEXT_DOCUMENT_DID_CLOSE,
        lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
        lsp.SET_TRACE,
    }
)
"""Notifications pygls would handle itself; ``features/`` handles them here."""


class Protocol(LanguageServerProtocol):
    """Receives decoded messages, finds their handler, sends what comes back."""

    _server: Server
    _asked = 0

    def receive(self, message: Message, cancelled: bool = False) -> None:
        """Handle one message; never raises for anything a client sends.

        ``cancelled`` answers a request with "cancelled" without doing its work.
        """
        try:
            self._receive(message, cancelled)
        except Exception as error:  # noqa: BLE001 - the last line of defence
            self._server.report_bug("handling a message", error)

    def _receive(self, message: Message, cancelled: bool) -> None:
        method, identity = message.get("method"), message.get("id")
        if not isinstance(method, str):
            self._receive_answer(message)
            return
        # A message whose id is no id cannot be answered: it is taken as a notification.
        request = identity if isinstance(identity, (int, str)) else None
        if self._shutdown and method != lsp.EXIT:
            if request is not None:
                error = lsp.ResponseError(
                    lsp.ErrorCodes.InvalidRequest.value, "the server is shutting down"
                )
                self._send_response(request, error=error)
            return
        if not self._server.is_initialized and method not in {lsp.INITIALIZE, lsp.EXIT}:
            if request is not None:
                error = lsp.ResponseError(
                    lsp.ErrorCodes.ServerNotInitialized.value, "`initialize` must come first"
                )
                self._send_response(request, error=error)
            return
        if request is not None and cancelled:
            self._send_response(request, error=JsonRpcRequestCancelled().to_response_error())
            return
        try:
            params = self._params(method, message)
        except JsonRpcException as error:
            log.error("%s has malformed parameters: %s", method, error)  # noqa: TRY400
            if request is not None:
                self._send_response(request, error=error.to_response_error())
            return
        if request is not None:
            self._handle_request(request, method, params)
        else:
            self._handle_notification(method, params)

    def _params(self, method: str, message: Message) -> Any:
        """The parameters as the class of their method; JSON for ``initialize`` and the unknown."""
        params = message.get("params")
        kind = self.get_message_type(method)
        if kind is None or method == lsp.INITIALIZE:
            return params if params is not None else {}
        try:
            return self._converter.structure(
                {"jsonrpc": "2.0", "id": 0, "method": method, "params": params}, kind
            ).params
        except Exception as error:
            raise JsonRpcInvalidParams(f"parameters of {method} are malformed") from error

    def prepare(self, method: str) -> None:
        """Make what reading a method's parameters needs, which takes some milliseconds."""
        kind = self.get_message_type(method)
        if kind is not None:
            self._converter.get_structure_hook(kind)

    def _receive_answer(self, message: Message) -> None:
        identity = message.get("id")
        if not isinstance(identity, (int, str)):
            log.error("a message is neither request, notification nor answer")
            return
        future = self._request_futures.get(identity)
        if future is None or future.done():
            self._request_futures.pop(identity, None)
            log.debug("an answer nobody waits for: %r", identity)
            return
        error = message.get("error")
        if isinstance(error, dict):
            self._handle_response(
                identity,
                error=lsp.ResponseError(
                    code=error.get("code", 0), message=str(error.get("message", ""))
                ),
            )
        else:
            self._handle_response(identity, message.get("result"))

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.cancel()

    def _send_handler_result(self, future: Future[Any], *, msg_id: Any) -> None:
        """Answer a request whose handler has ended; it raises nothing but JSON-RPC errors."""
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            error = JsonRpcRequestCancelled().to_response_error()
        elif (raised := future.exception()) is None:
            self._send_response(msg_id, result=future.result())
            return
        elif isinstance(raised, JsonRpcException):
            log.info("request %r is refused: %s", msg_id, raised)
            error = raised.to_response_error()
        else:
            self._server.report_bug("handling a request", raised)
            error = JsonRpcInternalError(str(raised)).to_response_error()
        self._send_response(msg_id, error=error)

    # ------------------------------------------------------------------------ sending

    def _send_data(self, data: Any) -> None:
        if not data or self.writer is None:
            return
        try:
            body = json.dumps(data, default=self._serialize_message, separators=(",", ":"))
            encoded = body.encode()
            self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(encoded), encoded))
        except OSError:
            log.info("the client is gone")
            self._server.stop(1)
        except (TypeError, ValueError) as error:
            self._server.report_bug("writing a message", error)

    def _send_response(
        self, msg_id: Any, result: Any | None = None, error: lsp.ResponseError | None = None
    ) -> None:
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": msg_id}
        if error is not None:
            answer["error"] = error
        else:
            answer["result"] = result
        self._send_data(answer)

    def notify(self, method: str, params: Any | None = None) -> None:
        """Send a notification; ``params`` may be plain JSON."""
        self._send_data({"jsonrpc": "2.0", "method": method, "params": params})

    async def ask(self, method: str, params: Any) -> Any:
        """Send a request and wait for its answer, both plain JSON.

        Raises JsonRpcException when the client answers with an error. Cancelling the caller
        does not cancel the wait: the answer still comes, and pygls fails on answers to requests
        that were cancelled.
        """
        self._asked += 1
        identity = f"backspec-{self._asked}"
        answer: Future[Any] = Future()
        self._request_futures[identity] = answer
        self._send_data({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})
        return await asyncio.shield(asyncio.wrap_future(answer))

    # ------------------------------------------------------------------------ built in

    def _register_builtin_features(self) -> None:
        super()._register_builtin_features()  # type: ignore[no-untyped-call]  # pygls has none
        for method in _SYNC:
            self.fm.builtin_features.pop(method, None)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: Any) -> dict[str, Any]:  # type: ignore[override]  # JSON here
        """Take the client's side from plain JSON, and offer what the features registered."""
        server = self._server
        server.begin(params if isinstance(params, dict) else {})
        return {
            "capabilities": server.capabilities,
            "serverInfo": {"name": server.name, "version": server.version},
        }

    @lsp_method(lsp.EXIT)
    def lsp_exit(self, *_: Any) -> None:  # type: ignore[override]  # no generator needed
        """Stop the server: 0 after an orderly shutdown, 1 otherwise."""
        self._server.stop(0 if self._shutdown else 1)

    @lsp_method(lsp.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(
        self, params: lsp.ExecuteCommandParams
    ) -> Generator[Any, Any, Any]:
        """Run a command with the list of its arguments, plain JSON."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"there is no command {params.command}")
        return (yield handler, (list(params.arguments or ()),), None)
