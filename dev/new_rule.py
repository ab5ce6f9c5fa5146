"""Scaffold a rule: one page under data/rules, and the steps a person still has to do.

The page is written so that the project's own tests fail until every placeholder is replaced.
"""

from __future__ import annotations

import argparse
import re
import sys

from backspec import catalog
from dev import REPO

_RULES = REPO / "server/backspec/data/rules"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")


def page(rule_id: str, languages: tuple[str, ...]) -> str:
    """The text of a new rule's page: header and sections in the required order."""
    blocks = "\n\n".join(
        f"```{language} {role}\n{'REPLACE: code that ' + verb}\n```"
        for language in languages
        for role, verb in (("bad", "yields exactly one diagnostic"), ("good", "yields none"))
    )
    return f"""\
---
title: REPLACE what to do, in the imperative, without a period
severity: warning
confidence: medium
status: preview
topics: []
cwe: []
sources: []
match:
  - call: REPLACE
fix: none
---
REPLACE: what goes wrong in practice and why, in plain words. This paragraph is the hover text of
`{rule_id}`.

## Limits

REPLACE: where the rule is known to be wrong or silent.

{blocks}
"""


_STEPS = """\
Wrote {path}. What is left, in this order:

  1. Examples first: every `bad` block yields exactly one diagnostic, every `good` block none.
  2. Corner cases beyond that go to tests/cases/{id}/ (comments `expect: {id}` mark the lines).
  3. The clauses under `match:` (schemas/rule.schema.json documents each word). An API the rule
     needs and no model has yet: server/backspec/data/models/<language>/<library>.yaml.
  4. The prose: the first paragraph, `## Limits`, topics, CWE, sources with the date you read them.
  5. python -m pytest -q tests/test_rules.py -k "{id}"
  6. python -m dev corpus --select {id}: no wrong diagnostic among those it lists, or say in
     `## Limits` which. A rule leaves `status: preview` with that report in its change.
  7. A line in changelog.d/, then python -m dev generate.
"""


def main(argv: list[str]) -> int:
    """Write the page; refuses an id that exists or existed."""
    parser = argparse.ArgumentParser(prog="python -m dev new-rule", description=__doc__)
    parser.add_argument("id", help="area/name, named after the bad thing: orm/query-in-loop")
    parser.add_argument("--languages", default="python,typescript", help="comma-separated")
    options = parser.parse_args(argv)
    if not _ID.fullmatch(options.id):
        print(f"{options.id}: an id is area/name in kebab-case", file=sys.stderr)
        return 2
    if (known := catalog.find_rule(options.id)) is not None:
        print(f"{options.id}: taken by {known.id}", file=sys.stderr)
        return 2
    path = _RULES / f"{options.id}.md"
    languages = tuple(word.strip() for word in options.languages.split(",") if word.strip())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(options.id, languages), "utf-8")
    print(_STEPS.format(path=path.relative_to(REPO), id=options.id))
    return 0
