"""Pages by name: rules, topics, dialects and their keys; and names close to a misspelt one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec import catalog, pages
from backspec.spelling import closest

if TYPE_CHECKING:
    from backspec.agents.dialects import Dialect
    from backspec.catalog import Rule, Topic
    from backspec.project import Project


def find_rule(name: str, project: Project | None = None) -> Rule | None:
    """The rule called ``name`` now or before a rename, the project's own among them.

    The part after the slash will do where only one rule has it.
    """
    rules = project.rules if project else catalog.rules()
    if found := rules.get(catalog.redirects().get(name, name)):
        return found
    halves = [rule for rule_id, rule in rules.items() if rule_id.partition("/")[2] == name]
    return halves[0] if len(halves) == 1 else None


def rule_url(rule_id: str) -> str:
    """Where a rule's page is published; "" for a project's own rule."""
    rule = catalog.find_rule(rule_id)
    return rule.url if rule else ""


def explain(name: str, project: Project | None = None) -> str | None:
    """The Markdown page of a rule, a topic, a dialect or ``dialect.key``; None when unknown."""
    if rule := find_rule(name, project):
        return pages.rule_page(rule)
    if topic := find_topic(name):
        return pages.topic_page(topic)
    return _dialect_page(name)


def find_topic(name: str) -> Topic | None:
    """The topic of a slug, title or alias, however it is spelt."""
    topics = catalog.topics()
    if name in topics:
        return topics[name]
    from backspec.knowledge import find_topics

    mentions = find_topics(name, clear_only=False)
    is_whole = len(mentions) == 1 and (mentions[0].start, mentions[0].end) == (0, len(name))
    return mentions[0].topic if is_whole else None


def _dialect_page(name: str) -> str | None:
    """The page of ``dialect`` or ``dialect.key``."""
    name, _, key = name.partition(".")
    if name not in catalog.dialect_names():
        return None
    from backspec.agents import describe
    from backspec.agents.dialects import dialect

    found = dialect(name)
    if not key:
        return "\n".join(_dialect_lines(found)) + "\n"
    if key not in found.keys:
        return None
    lines = describe.key_page([(found, found.keys[key])], key, readers_of=[found])
    return (
        "\n".join([f"# {found.title}: `{key}`", "", *lines, "", f"Source: <{found.source}>"]) + "\n"
    )


def _dialect_lines(dialect: Dialect) -> list[str]:
    from backspec.agents.dialects import product_name

    lines = [f"# {dialect.title}", "", f"`{dialect.id}` · {dialect.owner} · {dialect.kind}", ""]
    lines += [dialect.description, "", "## Where", ""]
    lines += [f"- {level}: `{glob}`" for level, globs in dialect.globs.items() for glob in globs]
    lines += ["", "## Who loads it", ""]
    for reader in dialect.readers:
        note = f" {reader.note}" if reader.note else ""
        lines.append(f"- {product_name(reader.product)}{note}")
    if dialect.keys:
        lines += ["", "## Keys", "", "| key | | |", "|---|---|---|"]
        for name, key in dialect.keys.items():
            state = "required" if key.required else "deprecated" if key.deprecated else ""
            first = key.description.split("\n", 1)[0].replace("|", "\\|")
            lines.append(f"| `{name}` | {state} | {first} |")
        lines += ["", f"One key: `backspec explain {dialect.id}.{next(iter(dialect.keys))}`"]
    return [*lines, "", f"Source: <{dialect.source}> ({dialect.verified})"]


def suggest(name: str, project: Project | None = None) -> tuple[str, ...]:
    """Names close to one that ``explain`` does not know, best first."""
    rules = project.rules if project else catalog.rules()
    names = [*rules, *catalog.topics(), *catalog.dialect_names()]
    if "/" not in name:
        # Half an id: the rule's name without its area, or an area alone.
        halves = [rule for rule in rules if name in rule.split("/")]
        if halves:
            return tuple(halves[:5])
    near = closest(name, names, 0.6)
    return (near,) if near else ()
