"""Every language feature and conversion on real files, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from backspec.agents.complete import complete
from backspec.agents.context import open_file
from backspec.agents.convert import ConversionError, convert, targets
from backspec.agents.dialects import dialect
from backspec.agents.frontmatter import parse
from backspec.agents.hover import hover
from backspec.agents.lenses import inlays, lenses
from backspec.agents.links import document_links
from backspec.agents.outline import folds, selections, symbols
from backspec.agents.tidy import format_header, sort_keys
from backspec.agents.tokens import tokens
from backspec.model import Document
from backspec.pages import HOVER_LINES

CORPUS = Path(__file__).resolve().parents[3] / "shared/corpora/agents"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the real files are not here"),
]


def documents(step: int) -> list[Document]:
    files = sorted(path for path in CORPUS.rglob("*.md") if path.is_file())
    return [Document(str(path), path.read_bytes()) for path in files[::step]]


def test_every_feature_on_real_files() -> None:
    for document in documents(4):
        size = len(document.text)
        for feature in (symbols, folds, tokens, document_links, lambda d: lenses(d, {})):
            for found in feature(document):
                assert 0 <= found.span.start <= found.span.end <= size, document.path
        inlays(document)
        format_header(document)
        sort_keys(document)
        for offset in range(0, min(size, 1500), 61):
            for item in complete(document, offset):
                assert item.edit.span.contains(offset)
            shown = hover(document, offset)
            assert shown is None or shown.markdown.count("\n") < HOVER_LINES
            selections(document, offset)


def test_real_agents_convert_to_what_each_dialect_takes() -> None:
    converted = 0
    for document in documents(3):
        for to in targets(document):
            try:
                made = convert(document, to)
            except ConversionError:
                file = open_file(document)
                assert file is not None
                assert file.header.is_recovered, document.path
                continue
            header = parse(made.text.encode(), dialect(to).format)
            assert not header.problems, (document.path, to)
            data = header.root.data() if header.root is not None else {}
            errors = Draft202012Validator(dialect(to).schema).iter_errors(data)
            assert [error.message for error in errors] == [], (document.path, to)
            converted += 1
    assert converted > 100
