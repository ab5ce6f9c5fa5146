"""What rules may cost: a check looks at names first, and evaluates only what is suspect."""

from __future__ import annotations

import pytest

from backspec.code import analysis, syntax
from backspec.code.facts.model import Call

LINES = {
    "python": ("def {n}(a, b):\n", "    load_{i}(a.part, {i}, [b, 'text'])\n", ""),
    "typescript": (
        "export function {n}(a: Thing, b: Thing) {{\n",
        "  load{i}(a.part, {i}, [b, 'text']);\n",
        "}\n",
    ),
    "java": (
        "class C{n} {{\n  void {n}(Thing a, Thing b) {{\n",
        "    load{i}(a.part, {i}, b);\n",
        "  }\n}\n",
    ),
    "csharp": (
        "class C{n} {{\n  void {n}(Thing a, Thing b) {{\n",
        "    Load{i}(a.Part, {i}, b);\n",
        "  }\n}\n",
    ),
    "go": ("func {n}(a *Thing, b *Thing) {{\n", "\tload{i}(a.Part, {i}, b)\n", "}\n"),
    "php": ("function {n}($a, $b) {{\n", "    load{i}($a->part, {i}, [$b, 'text']);\n", "}\n"),
    "ruby": ("def {n}(a, b)\n", "  load{i}(a.part, {i}, [b, 'text'])\n", "end\n"),
}
HEADS = {"go": "package main\n\n", "php": "<?php\n"}


def _source(language: str) -> bytes:
    head, line, end = LINES[language]
    return "".join(
        [
            HEADS.get(language, ""),
            *(
                head.format(n=f"work{n}")
                + "".join(line.format(i=n * 10 + i) for i in range(10))
                + end
                for n in range(10)
            ),
        ]
    ).encode()


@pytest.mark.parametrize("language", LINES)
@pytest.mark.parametrize("path", ["src/app/orders", "tests/orders_test", "app/Models/orders"])
def test_arguments_of_plain_calls_are_not_evaluated(
    language: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[str] = []
    known = Call.arguments.fget  # type: ignore[attr-defined]

    def arguments(call: Call) -> object:
        if call._arguments is None:
            evaluated.append(call.path)
        return known(call)

    monkeypatch.setattr(Call, "arguments", property(arguments))
    rules = analysis.ruleset(language, profile="pedantic")
    parsed = syntax.parse(language, _source(language))
    assert parsed is not None
    analysis.match_whole(parsed, rules, analysis.adapter_class(rules.family), path)
    assert len(evaluated) <= 10, f"{len(evaluated)} of 100: {evaluated[:5]}"
