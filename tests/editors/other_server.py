"""A second language server: one information on the first line, and a hover that names itself."""

from __future__ import annotations

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

server = LanguageServer("other", "1")
_LINE = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 3))


@server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
def opened(ls: LanguageServer, params: lsp.DidOpenTextDocumentParams) -> None:
    """Publish the one diagnostic."""
    found = lsp.Diagnostic(
        _LINE, "an information", severity=lsp.DiagnosticSeverity.Information, source="other"
    )
    ls.text_document_publish_diagnostics(
        lsp.PublishDiagnosticsParams(uri=params.text_document.uri, diagnostics=[found])
    )


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def hover(_params: lsp.HoverParams) -> lsp.Hover:
    """Answer anywhere."""
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.PlainText, "from the other server"))


if __name__ == "__main__":
    server.start_io()
