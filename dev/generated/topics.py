"""``docs/topics/README.md``: every topic with its other names and the rules that serve it."""

from __future__ import annotations

from backspec import catalog
from dev import REPO
from dev.generated import markdown, table


def files() -> dict[str, str]:
    """The index of topics."""
    served = catalog.rules_of_topic()
    rows = [
        (
            f"[{topic.title}](../../{topic.path.relative_to(REPO).as_posix()})",
            f"`{slug}`",
            ", ".join(topic.aliases),
            " ".join(f"`{rule.id}`" for rule in served.get(slug, ())),
        )
        for slug, topic in catalog.topics().items()
    ]
    body = (
        "Subjects that agent definitions name and rules serve. A topic is recognised by its slug "
        "and by its other names; case, spaces, dashes, underscores and dots make no difference. "
        "`backspec explain SLUG` shows its page.\n\n"
        + table(("topic", "slug", "also called", "rules"), rows)
    )
    return {"docs/topics/README.md": markdown("Topics", body)}
