"""What serves each item of the founding definition: rules, models, topic page, executed examples.

An item without one of them is a gap: the exit code is then 1. ``--languages`` prints instead which
rule has examples in which language, which is information: not every rule makes sense in all.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from backspec import catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES = ("python", "typescript", "java", "csharp", "go", "ruby", "php")
"""The seven of the founding definition; TypeScript stands for JavaScript too."""

_SAME = {"javascript": "typescript", "tsx": "typescript", "jsx": "typescript"}
_MODELS = ("python", "javascript", "java", "csharp", "go", "ruby", "php")
_FOUNDING = Path(__file__).with_name("founding.yaml")
_NOT_CODE = ("agent", "config", "file", "suppression", "rule-file")


@dataclass(frozen=True)
class Row:
    """One item, and what serves it."""

    group: str
    item: str
    has_page: bool
    rules: tuple[str, ...]
    models: tuple[str, ...]
    """Paths below ``data/models``."""
    examples: int
    """Executed ones, bad and good."""
    needs_model: bool
    """The item is a language or another technology."""

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is missing."""
        missing = {
            "page": not self.has_page,
            "rules": not self.rules,
            "models": self.needs_model and not self.models,
            "examples": not self.examples,
        }
        return tuple(name for name, is_missing in missing.items() if is_missing)


def rows() -> Iterator[Row]:
    """The items in the order of the definition."""
    rules = [rule for rule in catalog.rules().values() if rule.area not in _NOT_CODE]
    served = catalog.rules_of_topic()
    models = _models()
    data: Mapping[str, list[dict[str, str]]] = yaml.safe_load(_FOUNDING.read_text("utf-8"))
    for group, items in data.items():
        for item in items:
            topic, language, code = item["topic"], item.get("language"), item.get("code")
            if language is not None:
                these = [rule for rule in rules if language in languages_of(rule)]
                examples = sum(_language(e.language) == language for r in these for e in r.examples)
                folder = "javascript" if language == "typescript" else language
                described = [name for name in models if name.startswith(f"{folder}/")]
            elif code is not None:
                said = re.compile(code)
                using = [(r, e) for r in rules for e in r.examples if said.search(e.text)]
                these = list({r.id: r for r, _ in using}.values())
                examples = len(using)
                listed = re.compile(code.replace("[\"']", ""))  # a model does not quote names
                described = [name for name, text in models.items() if listed.search(text)]
            else:
                these = [rule for rule in served.get(topic, ()) if rule.area not in _NOT_CODE]
                examples = sum(len(rule.examples) for rule in these)
                described = [name for name, text in models.items() if _serves(text, topic)]
            yield Row(
                group,
                item["item"],
                topic in catalog.topics(),
                tuple(rule.id for rule in these),
                tuple(described),
                examples,
                language is not None or code is not None,
            )


def _models() -> dict[str, str]:
    """The model files' texts by path below ``data/models``."""
    root = catalog.DATA / "models"
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in sorted(root.rglob("*.yaml"))
    }


def _serves(model: str, topic: str) -> bool:
    header: Any = re.search(r"^topics: \[(.*)\]", model, re.MULTILINE)
    return header is not None and topic in re.split(r",\s*", header[1])


def _language(name: str) -> str:
    return _SAME.get(name, name)


def languages_of(rule: catalog.Rule) -> frozenset[str]:
    """Which of ``LANGUAGES`` a rule's page has bad examples for."""
    return frozenset(map(_language, rule.languages)) & frozenset(LANGUAGES)


def main(argv: list[str]) -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m dev coverage", description=__doc__)
    parser.add_argument("--gaps", action="store_true", help="only what is missing")
    parser.add_argument("--languages", action="store_true", help="rules by language")
    options = parser.parse_args(argv)
    if options.languages:
        _print_languages(only_gaps=options.gaps)
        return 0
    group, gaps = "", 0
    for row in rows():
        gaps += bool(row.gaps)
        if options.gaps and not row.gaps:
            continue
        if row.group != group:
            group = row.group
            print(f"\n{group}\n{'':2}{'item':<40} page  rules  models  examples")
        page = "yes" if row.has_page else "no"
        numbers = f"{len(row.rules):>5}  {len(row.models):>6}  {row.examples:>8}"
        missing = f"  missing: {', '.join(row.gaps)}" if row.gaps else ""
        print(f"  {row.item:<40} {page:<4}  {numbers}{missing}")
    print(f"\n{gaps} items have a gap.")
    return int(gaps > 0)


def _print_languages(*, only_gaps: bool) -> None:
    rules = [rule for rule in catalog.rules().values() if rule.area not in _NOT_CODE]
    count: Counter[str] = Counter()
    for rule in rules:
        has = languages_of(rule)
        count.update(has)
        if only_gaps and len(has) == len(LANGUAGES):
            continue
        marks = "  ".join(name if name in has else "-" * len(name) for name in LANGUAGES)
        print(f"  {rule.id:<42} {marks}")
    print(f"\n  {'rules':<42} " + "  ".join(f"{count[n]:<{len(n)}}" for n in LANGUAGES))
    print("\nLibraries described:")
    for language in _MODELS:
        names = [str(model.get("library")) for model in catalog.models(language)]
        print(f"  {language:<11} {len(names):>3}  {', '.join(names)}")
