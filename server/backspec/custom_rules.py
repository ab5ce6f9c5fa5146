"""A project's own rules, ``.backspec/rules/[area/]name.md``: read as data, never executed.

They have the form of the built-in rule pages. One that cannot be read is left out and reported on
its file; it cannot take the place of a built-in rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec import catalog
from backspec.catalog import CatalogError, Rule, parse_rule

if TYPE_CHECKING:
    from pathlib import Path

LOCAL_AREA = "local"
"""The area of rules that lie directly in the folder."""


def rule_id(folder: Path, path: Path) -> str:
    """The id of the rule file at ``path`` below the folder of custom rules."""
    name = path.relative_to(folder).with_suffix("").as_posix()
    return name if "/" in name else f"{LOCAL_AREA}/{name}"


def load_rules(folder: Path) -> tuple[dict[str, Rule], dict[Path, str]]:
    """(rules by id, what is wrong with the files that are none), both sorted by path."""
    rules: dict[str, Rule] = {}
    problems: dict[Path, str] = {}
    for path in sorted(folder.rglob("*.md")):
        if path.name.lower() == "readme.md":
            continue
        found = load_rule(rule_id(folder, path), path)
        if isinstance(found, Rule):
            rules[found.id] = found
        else:
            problems[path] = found
    return rules, problems


def load_rule(name: str, path: Path, text: str | None = None) -> Rule | str:
    """One rule, or the reason why it is none. ``text`` None: read the file."""
    try:
        rule = parse_rule(name, path.read_text("utf-8") if text is None else text, path)
    except CatalogError as error:
        return str(error).removeprefix(f"{path}: ")
    except (OSError, UnicodeDecodeError) as error:
        return f"the file cannot be read: {error}"
    if name in catalog.rules() or name in catalog.redirects():
        return f"`{name}` is a rule of backspec; give this one another name"
    return rule
