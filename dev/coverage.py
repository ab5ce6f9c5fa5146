"""What is covered by what: languages by rule, topics by rules, libraries by language. Information.

Prints gaps, never fails: a rule need not make sense in every language.
"""

from __future__ import annotations

import argparse
from collections import Counter

from backspec import catalog

LANGUAGES = ("python", "typescript", "java", "csharp", "go", "ruby", "php")
"""The seven of the founding definition; TypeScript stands for JavaScript too."""

_SAME = {"javascript": "typescript", "tsx": "typescript", "jsx": "typescript"}
_MODELS = ("python", "javascript", "java", "csharp", "go", "ruby", "php")


def languages_of(rule: catalog.Rule) -> frozenset[str]:
    """Which of ``LANGUAGES`` a rule's page has bad examples for."""
    return frozenset(_SAME.get(name, name) for name in rule.languages) & frozenset(LANGUAGES)


def main(argv: list[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m dev coverage", description=__doc__)
    parser.add_argument("--gaps", action="store_true", help="only what is missing")
    options = parser.parse_args(argv)
    rules = [rule for rule in catalog.rules().values() if rule.area != "agent"]
    count: Counter[str] = Counter()
    print("Rules on code, and the languages their pages have examples for:\n")
    for rule in rules:
        has = languages_of(rule)
        count.update(has)
        if options.gaps and len(has) == len(LANGUAGES):
            continue
        marks = "  ".join(name if name in has else "-" * len(name) for name in LANGUAGES)
        print(f"  {rule.id:<42} {marks}")
    print(f"\n  {'rules':<42} " + "  ".join(f"{count[n]:<{len(n)}}" for n in LANGUAGES))
    served = catalog.rules_of_topic()
    bare = [slug for slug in catalog.topics() if slug not in served]
    print(f"\nTopics without a rule ({len(bare)} of {len(catalog.topics())}):")
    print("  " + ", ".join(bare))
    print("\nLibraries described:")
    for language in _MODELS:
        names = [str(model.get("library")) for model in catalog.models(language)]
        print(f"  {language:<11} {len(names):>3}  {', '.join(names)}")
    print(f"\nDialects of agent files: {', '.join(catalog.dialect_names())}")
    return 0
