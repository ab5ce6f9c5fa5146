"""Connects a server with its client, over pipes or a network connection, until the end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, BinaryIO

from backspec.lsp.transport import Inbox, PipeWriter, read_in_thread, read_stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.lsp.server import Server

WARM_UP_PAUSE_S = 0.1
"""How long the server leaves the client alone before it prepares for later requests."""


def over_pipes(server: Server, source: int, target: BinaryIO) -> int:
    """Serve over a descriptor to read from and a file to write to; the exit code."""

    async def serve() -> None:
        server.protocol.set_writer(PipeWriter(target))
        inbox = server.inbox = Inbox(asyncio.get_running_loop(), server.protocol.receive)
        read_in_thread(source, inbox)
        server.run_later(_warm_up(server))
        await inbox.closed.wait()

    asyncio.run(serve())
    return server.exit_code


def over_tcp(server: Server, host: str, port: int, ready: Callable[[str, int], None]) -> int:
    """Serve the first client that connects; ``ready(host, port)`` says where it can."""

    async def serve() -> None:
        connected: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
        connected = asyncio.Queue(1)

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                connected.put_nowait((reader, writer))
            except asyncio.QueueFull:
                writer.close()

        listener = await asyncio.start_server(accept, host, port)
        ready(*listener.sockets[0].getsockname()[:2])
        reader, writer = await connected.get()
        listener.close()
        server.protocol.set_writer(writer)
        inbox = server.inbox = Inbox(asyncio.get_running_loop(), server.protocol.receive)
        reading = asyncio.ensure_future(read_stream(reader, inbox))
        server.run_later(_warm_up(server))
        await inbox.closed.wait()
        reading.cancel()
        writer.close()

    asyncio.run(serve())
    return server.exit_code


async def _warm_up(server: Server) -> None:
    """Once, in small steps, when the first documents are done: what first requests need."""
    while not (server.is_initialized and server.schedule.is_idle):
        await asyncio.sleep(WARM_UP_PAUSE_S)
    for method in list(server.protocol.fm.features):
        await asyncio.sleep(WARM_UP_PAUSE_S / 10)
        server.protocol.prepare(method)
