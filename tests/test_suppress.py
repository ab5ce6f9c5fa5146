"""Suppressions: where a comment speaks, what is wrong with it, and how one is written."""

from __future__ import annotations

import pytest

from backspec import suppress, suppress_edits
from backspec.model import Diagnostic, Document, Severity
from backspec.text import LineTable, Span, apply_edits

KNOWN = ("orm/query-in-loop", "http-client/no-timeout", "agent/unknown-key")
A, B, C = KNOWN


def document(text: str, language: str = "python") -> Document:
    return Document(f"/project/file.{language}", text.encode(), language)


def on_line(text: str, line: int, rule: str = A) -> Diagnostic:
    span = LineTable(text.encode()).line_span(line)
    return Diagnostic(rule, span, "wrong", Severity.WARNING)


def silenced(text: str, language: str = "python", rule: str = A) -> list[int]:
    """The lines on which a diagnostic of ``rule`` is silenced."""
    found = suppress.parse(document(text, language))
    lines = range(len(LineTable(text.encode()).starts))
    return [n for n in lines if not suppress.apply([on_line(text, n, rule)], found).kept]


def problems(text: str, language: str = "python", on: tuple[str, ...] = KNOWN) -> list[Diagnostic]:
    found = suppress.parse(document(text, language))
    return suppress.problems(found, KNOWN, lambda rule: rule in on)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", f"a = 1  # backspec: ignore[{A}] because\n"),
        ("python", f"a = 1  # noqa: E501  backspec: ignore[{A}]\n"),
        ("python", f"a = '#'  # backspec: ignore[ {A} ]\n"),
        ("python", f"a = 1 #backspec:ignore[{B}, {A}]\n"),
        ("python", "a = 1 # backspec: ignore[orm/*]\n"),
        ("typescript", f"a(); // backspec: ignore[{A}]\n"),
        ("typescript", f"a(); /* backspec: ignore[{A}] reason */\n"),
        ("jsx", f"<p>don't</p> {{/* backspec: ignore[{A}] */}}\n"),
        ("go", f"a() // it's fine, backspec: ignore[{A}]\n"),
        ("php", f"a(); # backspec: ignore[{A}]\n"),
        ("sql", f"select 1 -- backspec: ignore[{A}]\n"),
        ("yaml", f"a: don't # backspec: ignore[{A}]\n"),
        ("markdown", f"don't <!-- backspec: ignore[{A}] --> more\n"),
        ("", f"a <%# backspec: ignore[{A}] %>\n"),
    ],
)
def test_comment_at_the_end_speaks_for_its_line(language: str, text: str) -> None:
    assert silenced("\n" + text + "\n\n", language) == [1]


@pytest.mark.parametrize(
    ("language", "comment"),
    [
        ("python", "# backspec: ignore[{}]"),
        ("java", "    // backspec: ignore[{}] reason"),
        ("csharp", "/* backspec: ignore[{}] */"),
        ("java", " * backspec: ignore[{}]"),
        ("tsx", "  {{/* backspec: ignore[{}] */}}"),
        ("markdown", "<!-- backspec: ignore[{}] -->"),
        ("markdown", "  <!-- backspec: ignore[{}] reason -->"),
    ],
)
def test_comment_alone_speaks_for_the_next_line(language: str, comment: str) -> None:
    text = f"first\n{comment.format(A)}\nsecond\nthird\n"
    assert silenced(text, language) == [1, 2]


def test_comments_pile_up() -> None:
    text = f"# backspec: ignore[{A}]\n# backspec: ignore[{B}]\n# why\na\nb\n"
    assert silenced(text) == [0, 1, 2, 3]
    assert silenced(text, rule=B) == [1, 2, 3]


def test_comment_alone_speaks_for_a_continued_statement() -> None:
    assert silenced(f"# backspec: ignore[{A}]\na \\\n  b \\\n  c\nd\n") == [0, 1, 2, 3]


def test_end_of_a_diagnostic_counts_for_comments_after_code() -> None:
    text = f"a(\n  b,\n)  # backspec: ignore[{A}]\nc\n"
    whole = Diagnostic(A, Span(0, text.index(")") + 1), "wrong", Severity.WARNING)
    assert suppress.apply([whole], suppress.parse(document(text))).suppressed == [whole]


def test_ignore_file_speaks_for_every_line() -> None:
    text = f"a\nb\n# backspec: ignore-file[{A}] generated\nc\n"
    assert silenced(text) == [0, 1, 2, 3, 4]
    assert silenced(text, rule=B) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", f'a = "# backspec: ignore[{A}]"\n'),
        ("python", f"print('backspec: ignore[{A}]')\n"),
        ("go", f'a("// backspec: ignore[{A}]")\n'),
        ("json", f'{{"a": "backspec: ignore[{A}]"}}\n'),
        ("markdown", f"write `<!-- backspec: ignore[{A}] -->` above\n"),
        (
            "markdown",
            f"```python\nx  # backspec: ignore[{A}]\n<!-- backspec: ignore[{A}] -->\n```\n",
        ),
        ("markdown", f"Use # backspec: ignore[{A}]\n"),
    ],
)
def test_outside_comments_nothing_is_a_suppression(language: str, text: str) -> None:
    assert silenced(text, language) == []
    assert problems(text, language) == []


def test_frontmatter_comment_speaks_for_its_entry() -> None:
    text = f"---\nname: x\n# backspec: ignore[{C}]\ntools:\n  - a\n  - b\nmodel: y\n---\nbody\n"
    assert silenced(text, "markdown", C) == [2, 3, 4, 5]
    text = f"---\ndescription: | # backspec: ignore[{C}]\n  a\n  b\nmodel: y\n---\nbody\n"
    assert silenced(text, "markdown", C) == [1, 2, 3]


def test_first_line_of_a_frontmatter_speaks_for_the_fence() -> None:
    text = f"---\n# backspec: ignore[{C}]\nname: x\nmodel: y\n---\n"
    assert silenced(text, "markdown", C) == [0, 1, 2]


def test_comment_above_a_fenced_block_or_table_speaks_for_all_of_it() -> None:
    text = f"<!-- backspec: ignore[{C}] -->\n```python\na\nb\n```\nc\n"
    assert silenced(text, "markdown", C) == [0, 1, 2, 3, 4]
    text = f"<!-- backspec: ignore[{C}] -->\n| a |\n|---|\n| b |\nc\n"
    assert silenced(text, "markdown", C) == [0, 1, 2, 3]


def test_unknown_id_is_reported_with_the_nearest_one() -> None:
    text = "a  # backspec: ignore[orm/query-in-lop]\n"
    (found,) = problems(text)
    assert found.rule == "suppression/unknown-rule"
    assert text[found.span.start : found.span.end] == "orm/query-in-lop"
    assert (
        apply_edits(text.encode(), found.fixes[0].edits) == f"a  # backspec: ignore[{A}]\n".encode()
    )


@pytest.mark.parametrize("text", ["a # backspec: ignore\n", "a # backspec: ignore[]\n"])
def test_suppression_of_nothing_is_reported(text: str) -> None:
    (found,) = problems(text)
    assert found.rule == "suppression/unknown-rule"


def test_id_without_brackets_gets_them() -> None:
    text = f"a # backspec: ignore {A} because\n"
    (found,) = problems(text)
    fixed = apply_edits(text.encode(), found.fixes[0].edits)
    assert fixed == f"a # backspec: ignore[{A}] because\n".encode()


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"a = 1  # backspec: ignore[{A}] reason\nb\n", "a = 1\nb\n"),
        (f"x\r\n  # backspec: ignore[{A}]\r\n  a\r\n", "x\r\n  a\r\n"),
        (f"a  # noqa  backspec: ignore[{A}] reason\n", "a  # noqa\n"),
        (f"a # backspec: ignore[{A}, {B}]\n", "a\n"),
        (f"# backspec: ignore-file[{A}]", ""),
    ],
)
def test_unused_suppression_is_removed(text: str, after: str) -> None:
    found = problems(text)
    assert {diagnostic.rule for diagnostic in found} == {"suppression/unused"}
    assert apply_edits(text.encode(), found[0].fixes[0].edits).decode() == after


def test_removal_keeps_what_is_used() -> None:
    text = f"a # backspec: ignore[{A}, {B}, {C}]\n"
    found = suppress.parse(document(text))
    suppress.apply([on_line(text, 0, B)], found)
    reported = suppress.problems(found, KNOWN, lambda rule: rule != C)
    assert [text[d.span.start : d.span.end] for d in reported] == [A]
    fixed = apply_edits(text.encode(), reported[0].fixes[0].edits).decode()
    assert fixed == f"a # backspec: ignore[{B}, {C}]\n"


def test_removal_in_block_comments_keeps_the_rest_of_the_line() -> None:
    text = f"a(/* backspec: ignore[{A}] */ b)\n"
    (found,) = problems(text, "go")
    assert apply_edits(text.encode(), found.fixes[0].edits).decode() == "a( b)\n"


def test_old_ids_go_on_working() -> None:
    text = "a # backspec: ignore[db/loop]\n"
    found = suppress.parse(document(text))
    assert suppress.apply([on_line(text, 0)], found, {"db/loop": A}).kept == []
    assert suppress.problems(found, (*KNOWN, "db/loop"), lambda _: True) == []


def test_rules_that_are_off_prove_nothing() -> None:
    assert problems(f"a # backspec: ignore[{A}]\n", on=(B,)) == []


def inserted(text: str, line: int, language: str, rule: str = A) -> str:
    diagnostic = on_line(text, line, rule)
    edit = suppress_edits.insertion(document(text, language), diagnostic.span, rule)
    assert edit is not None
    after = apply_edits(text.encode(), (edit,)).decode()
    moved = diagnostic.span.start + (
        len(edit.new_text.encode()) if edit.span.start <= diagnostic.span.start else 0
    )
    found = suppress.parse(document(after, language))
    still = Diagnostic(rule, Span(moved, moved + 1), "wrong", Severity.WARNING)
    assert suppress.apply([still], found).kept == []
    return after


@pytest.mark.parametrize(
    ("language", "text", "line", "after"),
    [
        ("python", "if a:\n    b()\n", 1, f"if a:\n    # backspec: ignore[{A}]\n    b()\n"),
        ("python", "a = b \\\n  + c\n", 1, f"# backspec: ignore[{A}]\na = b \\\n  + c\n"),
        (
            "python",
            "#!/usr/bin/python\na\n",
            0,
            f"#!/usr/bin/python\n# backspec: ignore-file[{A}]\na\n",
        ),
        ("php", "<?php a();\n", 0, f"<?php a();\n// backspec: ignore-file[{A}]\n"),
        ("go", "\ta()\r\n", 0, f"\t// backspec: ignore[{A}]\r\n\ta()\r\n"),
        ("sql", "select 1", 0, f"-- backspec: ignore[{A}]\nselect 1"),
        ("markdown", "# Title\n", 0, f"# Title <!-- backspec: ignore[{A}] -->\n"),
        (
            "markdown",
            "---\na: 1\nb:\n  - c\n---\n",
            3,
            f"---\na: 1\n# backspec: ignore[{A}]\nb:\n  - c\n---\n",
        ),
        ("markdown", "---\na: 1\n---\n", 0, f"---\n# backspec: ignore[{A}]\na: 1\n---\n"),
        (
            "markdown",
            "x\n```sh\na\n```\n",
            2,
            f"x\n<!-- backspec: ignore[{A}] -->\n```sh\na\n```\n",
        ),
        (
            "markdown",
            "| a |\n|---|\n| b |\n",
            2,
            f"<!-- backspec: ignore[{A}] -->\n| a |\n|---|\n| b |\n",
        ),
        ("python", f"a # backspec: ignore[{B}] x\n", 0, f"a # backspec: ignore[{B}, {A}] x\n"),
    ],
)
def test_insertion_silences(language: str, text: str, line: int, after: str) -> None:
    assert inserted(text, line, language) == after


def test_insertion_knows_jsx_and_gives_up_on_strings_and_json() -> None:
    text = "<p>\n  text\n</p>\n"
    edit = suppress_edits.insertion(document(text, "tsx"), Span(6, 10), A, "markup")
    assert edit is not None
    assert edit.new_text == f"  {{/* backspec: ignore[{A}] */}}\n"
    assert suppress_edits.insertion(document("a", "python"), Span(0, 1), A, "string") is None
    assert suppress_edits.insertion(document("{}", "json"), Span(0, 1), A) is None


def test_nothing_raises_on_broken_text() -> None:
    whole = (
        f"---\n# backspec: ignore[{A}\nk: |\n```\n| backspec: ignore-file[{B}]\n"
        f"<!-- backspec: ignore[{A}, -->\n``` {{/* backspec: ignore[]\n# é\U0001f600"
    ).encode()
    for language in ("python", "markdown", "jsx", "", "yaml", "json"):
        for end in range(len(whole) + 1):
            found = suppress.parse(Document("/x", whole[:end], language))
            suppress.apply([Diagnostic(A, Span(0, end), "", Severity.ERROR)], found)
            for problem in suppress.problems(found, KNOWN, lambda _: True):
                for fix in problem.fixes:
                    apply_edits(whole[:end], fix.edits)
            suppress_edits.insertion(Document("/x", whole[:end], language), Span(end, end), A)
