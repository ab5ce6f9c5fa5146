"""Connects a server with its client, over pipes or a network connection, until the end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, BinaryIO

from backspec import service
from backspec.languages import is_program
from backspec.lsp.transport import Inbox, PipeWriter, read_in_thread, read_stream
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.lsp.server import Server
    from backspec.model import Document
    from backspec.project import Project
    from backspec.service import Memory

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
    """In small steps, when the first documents are done: what the first requests would wait for."""
    await _until_idle(server)
    for method in list(server.protocol.fm.features):
        await asyncio.sleep(WARM_UP_PAUSE_S / 10)
        server.protocol.prepare(method)
    # The agent half loads much of what it knows when it is first asked.
    await server.has_agent_files.wait()
    for try_out in (_hover, _complete, _act):
        await _until_idle(server)
        document = next((d for d in server.documents if not is_program(d.language)), None)
        if document is not None:
            try_out(document.snapshot(), server.project_of(document), document.memory)


async def _until_idle(server: Server) -> None:
    await asyncio.sleep(WARM_UP_PAUSE_S)
    while not (server.is_initialized and server.schedule.is_idle):
        await asyncio.sleep(WARM_UP_PAUSE_S)


def _hover(document: Document, project: Project, memory: Memory) -> None:
    service.hover(document, 0, project, memory)


def _complete(document: Document, project: Project, memory: Memory) -> None:
    service.complete(document, 0, project, memory)


def _act(document: Document, project: Project, memory: Memory) -> None:
    service.actions(document, Span(0, 0), project, memory)
