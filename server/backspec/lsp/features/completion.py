"""Completion, with documentation on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert
from backspec.lsp.markup import markup, without_placeholders

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.documents import OpenDocument
    from backspec.lsp.server import Server
    from backspec.model import Completion
    from backspec.text import Span

TRIGGERS = (":", " ", '"', "'", "[", ",", "/", "@", "#", "{", "$", "-")
MOST = 300
"""Longer lists are cut to what fits best: writing and reading thousands of items takes longer
than a keystroke."""
_SPACE_AFTER = b":,-["
"""A space asks for completions only behind one of these; prose is full of spaces."""

_KINDS = {
    "key": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.Value,
    "tool": lsp.CompletionItemKind.Function,
    "model": lsp.CompletionItemKind.EnumMember,
    "agent": lsp.CompletionItemKind.Class,
    "skill": lsp.CompletionItemKind.Module,
    "file": lsp.CompletionItemKind.File,
    "snippet": lsp.CompletionItemKind.Snippet,
    "rule": lsp.CompletionItemKind.Constant,
    "topic": lsp.CompletionItemKind.Reference,
}
_FORMATS = "textDocument.completion.completionItem.documentationFormat"


def register(server: Server) -> None:
    """Answer completions, and keep the last list for the requests to resolve its items."""
    last = _Last()

    def complete(server: Server, params: lsp.CompletionParams) -> Json | None:
        return _complete(server, params, last)

    def resolve(server: Server, params: lsp.CompletionItem) -> Any:
        return _resolve(server, params, last)

    offered = {"triggerCharacters": list(TRIGGERS), "resolveProvider": True}
    server.on(lsp.TEXT_DOCUMENT_COMPLETION, complete, completionProvider=offered)
    server.on(lsp.COMPLETION_ITEM_RESOLVE, resolve)


class _Last:
    """The list a client got last: it only resolves items of that one."""

    def __init__(self) -> None:
        self.number = 0
        self.document: OpenDocument | None = None
        self.items: list[Completion] = []


def _complete(server: Server, params: lsp.CompletionParams, last: _Last) -> Json | None:
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    offset = convert.offset(document.lines, params.position, server.documents.encoding)
    if params.context and params.context.trigger_character == " ":
        before = document.text[:offset].rstrip(b" ")[-1:]
        if not before or before not in _SPACE_AFTER:
            return None
    found = service.complete(
        document.snapshot(), offset, server.project_of(document), document.memory
    )
    last.items = found if len(found) <= MOST else _best(found, document.text, offset)
    last.document = document
    last.number += 1
    # Thousands of items may replace the same text: their common range is made once.
    ranges: dict[Span, Json] = {}
    items = []
    for index, completion in enumerate(last.items):
        span = completion.edit.span
        if span not in ranges:
            ranges[span] = convert.range_of(document.lines, span, server.documents.encoding)
        items.append(_item(server, document, completion, ranges[span], [last.number, index]))
    return {"isIncomplete": len(found) > MOST, "items": items}


def _best(found: list[Completion], text: bytes, offset: int) -> list[Completion]:
    """Of a long list what fits what has been typed, the closest first; the client asks again."""
    fitting: list[tuple[int, Completion]] = []
    for completion in found:
        typed = text[completion.edit.span.start : offset].decode("utf-8", "replace").lower()
        name = (completion.filter_text or completion.label).lower()
        at = name.find(typed)
        if at >= 0:
            fitting.append((min(at, 1), completion))
        elif _holds_in_order(name, typed):
            fitting.append((2, completion))
    fitting.sort(key=lambda ranked: ranked[0])
    return [completion for _, completion in fitting[:MOST]]


def _holds_in_order(name: str, letters: str) -> bool:
    """Whether a name has all the letters in their order, as editors match them."""
    rest = iter(name)
    return all(letter in rest for letter in letters)


def _item(
    server: Server,
    document: OpenDocument,
    completion: Completion,
    replaced: Json,
    data: list[int],
) -> Json:
    client, encoding = server.client, server.documents.encoding
    text = completion.edit.new_text
    item: Json = {
        "label": completion.label,
        "kind": int(_KINDS[completion.kind]),
        "data": data,
    }
    if completion.is_snippet:
        if client.has("textDocument.completion.completionItem.snippetSupport"):
            item["insertTextFormat"] = 2
        else:
            text = without_placeholders(text)
    item["textEdit"] = {"range": replaced, "newText": text}
    if completion.detail:
        item["detail"] = completion.detail
    if completion.documentation:
        item["documentation"] = markup(client, _FORMATS, completion.documentation)
    if completion.sort:
        item["sortText"] = completion.sort
    # Neovim takes an item with an edit and no filterText for one the server has filtered.
    item["filterText"] = completion.filter_text or completion.label
    if completion.extra_edits:
        item["additionalTextEdits"] = convert.text_edits(
            document.lines, completion.extra_edits, encoding
        )
    if completion.deprecated:
        if client.allows("textDocument.completion.completionItem.tagSupport.valueSet", 1):
            item["tags"] = [1]
        elif client.has("textDocument.completion.completionItem.deprecatedSupport"):
            item["deprecated"] = True
    return item


def _resolve(server: Server, item: lsp.CompletionItem, last: _Last) -> Any:
    """The item with its documentation; as it came when its list is not the last one."""
    match item.data:
        case [int(number), int(index)] if number == last.number and index < len(last.items):
            completion = last.items[index]
        case _:
            return item
    if last.document is None or item.documentation is not None:
        return item
    full = service.resolve(completion, server.project_of(last.document))
    if full.documentation:
        content = markup(server.client, _FORMATS, full.documentation)
        item.documentation = (
            content
            if isinstance(content, str)
            else lsp.MarkupContent(lsp.MarkupKind(content["kind"]), content["value"])
        )
    return item
