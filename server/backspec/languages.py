"""The languages backspec knows: file names, editors' language ids, comment syntax.

One entry per language. Nothing here parses; ``code/syntax.py`` has the grammars.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

_SHEBANG = re.compile(rb"#!.*?\b(python|node|nodejs|deno|bun|ts-node|tsx|ruby|php)[\d.]*\b")


@dataclass(frozen=True, slots=True)
class Language:
    """One language."""

    id: str
    """The core's name for it; also the first word of a rule example's info string."""
    title: str
    extensions: tuple[str, ...]
    """Lower case, with the dot."""
    line_comment: str = ""
    """"" when there is none."""
    block_comment: tuple[str, str] = ("", "")
    """Opening and closing mark; empty when there is none."""
    names: tuple[str, ...] = ()
    """Whole file names, compared as they are."""
    lsp_ids: tuple[str, ...] = ()
    """Language ids editors use besides ``id``."""
    is_program: bool = True
    """False for text and data, where most files are of no interest."""


_C = ("/*", "*/")

LANGUAGES: dict[str, Language] = {
    language.id: language
    for language in (
        Language("python", "Python", (".py", ".pyi", ".pyw"), "#"),
        Language("javascript", "JavaScript", (".js", ".mjs", ".cjs"), "//", _C),
        Language("jsx", "JSX", (".jsx",), "//", _C, lsp_ids=("javascriptreact",)),
        Language("typescript", "TypeScript", (".ts", ".mts", ".cts"), "//", _C),
        Language("tsx", "TSX", (".tsx",), "//", _C, lsp_ids=("typescriptreact",)),
        Language("java", "Java", (".java",), "//", _C),
        Language("csharp", "C#", (".cs", ".csx"), "//", _C),
        Language("go", "Go", (".go",), "//", _C),
        Language(
            "ruby", "Ruby", (".rb", ".rake", ".ru"), "#", names=("Rakefile", "Gemfile", "Guardfile")
        ),
        Language(
            "erb", "ERB", (".erb", ".rhtml"), "", ("<!--", "-->"), lsp_ids=("html.erb", "eruby")
        ),
        Language("php", "PHP", (".php",), "//", _C),
        Language("sql", "SQL", (".sql",), "--", _C),
        Language(
            "yaml", "YAML", (".yaml", ".yml"), "#", lsp_ids=("dockercompose",), is_program=False
        ),
        Language("json", "JSON", (".json", ".jsonc"), "", lsp_ids=("jsonc",), is_program=False),
        Language("xml", "XML", (".xml",), "", ("<!--", "-->"), is_program=False),
        Language("nginx", "nginx", (".nginx", ".conf"), "#", is_program=False),
        Language("toml", "TOML", (".toml",), "#", is_program=False),
        Language(
            "properties",
            "Properties",
            (".properties",),
            "#",
            lsp_ids=("java-properties", "spring-boot-properties", "jproperties"),
            is_program=False,
        ),
        Language(
            "dockerfile",
            "Dockerfile",
            (".dockerfile",),
            "#",
            names=("Dockerfile", "Containerfile", "Dockerfile.prod", "Dockerfile.production"),
            is_program=False,
        ),
        Language(
            "dotenv",
            "dotenv",
            (".env",),
            "#",
            names=(
                ".env",
                ".env.local",
                ".env.dev",
                ".env.development",
                ".env.test",
                ".env.staging",
                ".env.prod",
                ".env.production",
                ".env.prod.local",
                ".env.production.local",
                ".env.live",
                ".env.docker",
                ".env.dist",
                ".env.example",
            ),
            lsp_ids=("env",),
            is_program=False,
        ),
        Language("graphql", "GraphQL", (".graphql", ".gql", ".graphqls"), "#"),
        Language(
            "proto", "Protocol Buffers", (".proto",), "//", _C, lsp_ids=("proto3", "protobuf")
        ),
        Language(
            "markdown",
            "Markdown",
            (".md", ".mdc", ".markdown"),
            "",
            ("<!--", "-->"),
            lsp_ids=("prompt", "instructions", "chatagent", "chatmode", "skill", "mdc"),
            is_program=False,
        ),
    )
}
"""All languages by id."""

_BY_EXTENSION = {
    extension: language.id for language in LANGUAGES.values() for extension in language.extensions
}
_BY_NAME = {name: language.id for language in LANGUAGES.values() for name in language.names}
_BY_LSP_ID = {
    lsp_id: language.id
    for language in LANGUAGES.values()
    for lsp_id in (language.id, *language.lsp_ids)
}
_INTERPRETERS = {
    b"python": "python",
    b"node": "javascript",
    b"nodejs": "javascript",
    b"bun": "typescript",
    b"deno": "typescript",
    b"ts-node": "typescript",
    b"tsx": "typescript",
    b"ruby": "ruby",
    b"php": "php",
}


def language_of(path: str | PurePath, head: bytes = b"", lsp_id: str = "") -> str:
    """The language id of a file, "" when it is none of ours.

    An editor's language id wins where we know it, then the name, then (only for names without an
    extension) the first bytes' ``#!`` line.
    """
    if lsp_id and (known := _BY_LSP_ID.get(lsp_id)):
        return known
    name = PurePath(path).name
    if found := _BY_NAME.get(name):
        return found
    stem, dot, extension = name.rpartition(".")
    if dot and stem:
        return _BY_EXTENSION.get(f".{extension.lower()}", "")
    if head.startswith(b"#!") and (match := _SHEBANG.match(head.split(b"\n", 1)[0])):
        return _INTERPRETERS[match[1]]
    return ""


def is_program(language: str) -> bool:
    """Whether a language id is that of code, not of prose or data."""
    known = LANGUAGES.get(language)
    return known is not None and known.is_program
