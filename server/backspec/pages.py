"""Pages as people read them: a rule or topic in full, and a rule as a hover.

Everything is Markdown. A hover never has more than ``HOVER_LINES`` lines; the rest is one
``backspec explain`` or one click away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from backspec import catalog
from backspec.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backspec.catalog import Rule, Topic

HOVER_LINES = 25
_SUMMARY_LENGTH = 420
_FAMILIES: tuple[tuple[str, ...], ...] = (("typescript", "tsx", "javascript", "jsx"),)
"""Languages whose examples serve each other's readers."""

_BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<language>[^\s`]+) (?P<role>bad|good|match)\b[^\n]*\n(?P<text>.*?)"
    r"^(?P=fence)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_IMPORT = re.compile(r"\s*(?:import|from|using|require|const .* = require\(|use |package )")
_WORD = re.compile(r"[A-Za-z_]\w{2,}")
_FIX_NOTES = {
    "safe": "Has a safe quick fix.",
    "unsafe": "Has a quick fix; review what it changes.",
    "manual": "Has a quick fix that leaves the last step to you.",
}


class Pair(NamedTuple):
    """What is wrong, and the same done right; "" where the page has none."""

    language: str
    bad: str
    good: str


def pair_for(rule: Rule, language: str, near: str = "") -> Pair | None:
    """The bad and good example most like the source ``near``, else the shortest.

    Examples are in the language, or in one that its readers know as well.
    """
    words = set(_WORD.findall(near))
    family = next((f for f in _FAMILIES if language in f), ())
    for wanted in (language, *(other for other in family if other != language)):
        examples = [e for e in rule.examples if e.language == wanted]
        bads = [e.text for e in examples if e.role == "bad"]
        goods = [e.text for e in examples if e.role == "good"]
        if bads:
            pairs = [
                Pair(wanted, bad, goods[at] if at < len(goods) else "")
                for at, bad in enumerate(bads)
            ]
            return min(
                pairs,
                key=lambda pair: (
                    -len(words.intersection(_WORD.findall(pair.bad))),
                    pair.bad.count("\n") + pair.good.count("\n"),
                ),
            )
    return None


def rule_hover(rule: Rule, language: str, others: Sequence[Rule] = (), near: str = "") -> str:
    """A rule for someone whose cursor is on a diagnostic in ``language``.

    ``near`` is the source it is on, which chooses the example; ``others`` are further rules
    reported at the same place; they get a line each.
    """
    footer = [_link(rule), *rule.cwe[:1]]
    if rule.fix:
        footer.append(_FIX_NOTES[rule.fix])
    head = [f"**{rule.title}**", "", _shorten(rule.summary, _SUMMARY_LENGTH)]
    tail = ["", " · ".join(footer)]
    if others:
        tail += ["", *(f"Also here: {other.title} ({_link(other)})" for other in others[:2])]
    examples: list[str] = []
    if pair := pair_for(rule, language, near):
        fences = 3 if not pair.good else 7
        room = HOVER_LINES - len(head) - len(tail) - fences
        bad, good = _fit(pair, room)
        runs = [len(run) for run in re.findall("`+", pair.bad + pair.good)]
        fence = "`" * max(3, *(run + 1 for run in runs)) if runs else "```"
        examples = ["", fence + pair.language, *bad, fence]
        if good:
            examples += ["", "Better:", fence + pair.language, *good, fence]
    return "\n".join([*head, *examples, *tail])


def _link(rule: Rule) -> str:
    return f"[{rule.id}]({rule.url})"


def _shorten(text: str, length: int) -> str:
    """The text, cut at the last sentence that fits."""
    if len(text) <= length:
        return text
    cut = text[: length + 1]
    end = max(cut.rfind(". "), cut.rfind("? "), cut.rfind("! "))
    return cut[: end + 1] if end > length // 3 else cut[: cut.rfind(" ")] + " ..."


def _fit(pair: Pair, room: int) -> tuple[list[str], list[str]]:
    """Both examples in at most ``room`` lines together: imports go first, then the ends."""
    bad, good = pair.bad.rstrip().split("\n"), pair.good.rstrip().split("\n") if pair.good else []
    if len(bad) + len(good) > room:
        bad, good = _without_imports(bad), _without_imports(good)
    if len(bad) + len(good) > room:
        bad, good = _windowed(bad, good, room)
    return bad, good


def _without_imports(lines: list[str]) -> list[str]:
    kept = [line for line in lines if not _IMPORT.match(line)]
    while kept and not kept[0].strip():
        del kept[0]
    return kept or lines


def _windowed(bad: list[str], good: list[str], room: int) -> tuple[list[str], list[str]]:
    """The lines around the first and last difference, as many as fit."""
    start = 0
    while start < min(len(bad), len(good)) and bad[start] == good[start]:
        start += 1
    half = max(2, room // 2) if good else max(2, room)
    start = max(0, min(start - 1, max(len(bad), len(good)) - half))
    return _cut(bad, start, half), _cut(good, start, half)


def _cut(lines: list[str], start: int, room: int) -> list[str]:
    if len(lines) <= room:
        return lines
    start = min(start, len(lines) - room)
    kept = lines[start : start + room]
    if start:
        kept[0] = "..."
    if start + room < len(lines):
        kept[-1] = "..."
    return kept


def rule_page(rule: Rule) -> str:
    """A rule in full, for ``backspec explain`` and for an editor's preview."""
    facts = [
        f"`{rule.id}`",
        rule.severity.label,
        f"{rule.confidence} confidence",
        f"profile {rule.profile}",
    ]
    if rule.status != "stable":
        facts.append(rule.status)
    lines = [f"# {rule.title}", "", " · ".join(facts)]
    if rule.replaced_by:
        lines += ["", f"Use `{rule.replaced_by}` instead."]
    text, examples = _split_examples(rule.body.strip())
    lines += ["", text]
    if examples:
        lines += ["", "## Examples", "", examples]
    if rule.fix:
        lines += ["", "## Fix", "", _FIX_NOTES[rule.fix]]
    lines += ["", "## See also", "", *_references(rule)]
    return "\n".join(lines) + "\n"


def _split_examples(body: str) -> tuple[str, str]:
    """The text of a page, and its examples with a label each; the query of a rule is left out."""
    found: list[str] = []

    def take(block: re.Match[str]) -> str:
        language, role = block["language"], block["role"]
        if role != "match":
            title = LANGUAGES[language].title if language in LANGUAGES else language
            label = "Wrong" if role == "bad" else "Right"
            fence = block["fence"]
            found.append(f"{label} ({title}):\n\n{fence}{language}\n{block['text']}{fence}")
        return ""

    text = _BLOCK.sub(take, body)
    return re.sub(r"\n{3,}", "\n\n", text).strip(), "\n\n".join(found)


def _references(rule: Rule) -> Iterator[str]:
    if rule.topics:
        topics = catalog.topics()
        names = (topics[slug].title if slug in topics else slug for slug in rule.topics)
        yield f"- Topics: {', '.join(names)}"
    numbers = [*rule.cwe, *rule.owasp]
    if numbers:
        yield f"- {', '.join(numbers)}"
    for source in rule.sources:
        yield f"- <{source['url']}>"
    yield f"- Silence one place: `backspec: ignore[{rule.id}] reason` in a comment there"
    yield f'- Turn it off: `"{rule.id}" = "off"` under `[rules]` in `backspec.toml`'


def topic_page(topic: Topic) -> str:
    """A topic in full: what it is, what goes wrong, and the rules that serve it."""
    lines = [f"# {topic.title}", "", topic.body.strip()]
    rules = catalog.rules_of_topic().get(topic.slug, ())
    if rules:
        lines += ["", "## Rules", ""]
        lines += [f"- `{rule.id}` ({rule.severity.label}): {rule.title}" for rule in rules]
    return "\n".join(lines) + "\n"


def topic_hover(topic: Topic) -> str:
    """A topic for someone whose cursor is on its name: at most ``HOVER_LINES`` lines."""
    rules = catalog.rules_of_topic().get(topic.slug, ())
    head = [f"**{topic.title}**", ""]
    tail = [""]
    if rules:
        shown = ", ".join(_link(rule) for rule in rules[:6])
        more = f" and {len(rules) - 6} more" if len(rules) > 6 else ""
        tail += [f"Checked by {shown}{more}", ""]
    tail.append(f"[More about {topic.title}]({topic.url})")
    body = topic.body.strip().split("\n")
    room = HOVER_LINES - len(head) - len(tail)
    if len(body) > room:
        body = _whole_paragraphs(body, room)
    return "\n".join([*head, *body, *tail])


def _whole_paragraphs(lines: list[str], room: int) -> list[str]:
    """As many paragraphs as fit; a first paragraph that is too long is cut."""
    kept = lines[:room]
    while kept and kept[-1].strip():
        kept.pop()
    while kept and not kept[-1].strip():
        kept.pop()
    if sum(line.lstrip().startswith("```") for line in kept) % 2:
        kept = kept[: max(at for at, line in enumerate(kept) if line.lstrip().startswith("```"))]
    return kept or lines[:room]
