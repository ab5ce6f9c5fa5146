"""Loads what is known, as data, once and lazily: rules, topics, models, dialects, vocabularies.

Discovery is by directory: adding a rule, topic, model or dialect adds a file and edits no list.
Files come from the package, never from a workspace (custom rules are read by ``parse_rule`` with
the workspace's own files, see ``code/custom.py``). Nothing here raises for a bad custom file;
a bad file of our own is a bug and raises ``CatalogError``.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backspec.compiled import remembered
from backspec.model import Confidence, FixSafety, Profile, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGE = Path(__file__).parent
DATA = PACKAGE / "data"
DOCS_URL = "https://backspec.dev"
"""Where the generated documentation is published: ``/rules/<id>`` and ``/topics/<slug>``."""


class CatalogError(ValueError):
    """A data file does not have the form its schema asks for. The message names file and key."""


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block of a rule page, executed by the tests."""

    language: str
    """First word of the info string: ``python``, ``typescript``, ``markdown``, ..."""
    role: str
    """``bad`` or ``good`` (or ``match`` for a tree-sitter query, with language ``scm``)."""
    text: str
    options: Mapping[str, str]
    """``key=value`` words after the role: ``file``, ``dialect``, ``query``, ``group``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its metadata, and its page on demand."""

    id: str
    title: str
    severity: Severity
    confidence: Confidence
    profile: Profile
    status: str
    topics: tuple[str, ...]
    cwe: tuple[str, ...]
    """Canonical one first."""
    owasp: tuple[str, ...]
    sources: tuple[Mapping[str, str], ...]
    match: tuple[Mapping[str, Any], ...]
    """The clauses as written; ``code/match.py`` compiles them."""
    fix: FixSafety | None
    dialects: tuple[str, ...]
    """For rules on agent files: the dialects they apply to; () for all."""
    supersedes: tuple[str, ...]
    """Rules that stay silent where this one reports (one fault, one diagnostic)."""
    replaced_by: str | None
    path: Path
    body: str = field(repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Every other key of the frontmatter."""

    @property
    def area(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def url(self) -> str:
        """The rule's page in the published documentation."""
        return f"{DOCS_URL}/rules/{self.id}"

    @property
    def summary(self) -> str:
        """The first paragraph of the page on one line."""
        return " ".join(self.body.strip().split("\n\n", 1)[0].split())

    @property
    def examples(self) -> tuple[Example, ...]:
        """The fenced blocks of the page that have a role."""
        return tuple(parse_examples(self.body))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages the page has bad examples for, in page order: what the rule claims."""
        return _languages(self.body)


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject both halves know."""

    slug: str
    title: str
    aliases: tuple[str, ...]
    body: str = field(repr=False)
    path: Path = field(repr=False)

    @property
    def url(self) -> str:
        """The topic's page in the published documentation."""
        return f"{DOCS_URL}/topics/{self.slug}"


_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL
)
_ROLES = frozenset({"bad", "good", "match"})


def parse_examples(body: str) -> Iterator[Example]:
    """The fenced blocks of a page whose second word is a role, in order."""
    for block in _FENCE.finditer(body):
        words = block["info"].split()
        if len(words) >= 2 and words[1] in _ROLES:
            options = dict(word.partition("=")[::2] for word in words[2:])
            yield Example(words[0], words[1], block["text"], options)


def read_page(text: str) -> tuple[Any, str]:
    """(header, body) of one of our own Markdown files, the body ending in one line feed.

    Raises CatalogError without a header, or when the header is not YAML.
    """
    import frontmatter
    import yaml

    if not text.startswith("---\n"):
        raise CatalogError("the file must start with a --- line")
    try:
        header, body = frontmatter.parse(text)
    except yaml.YAMLError as error:
        raise CatalogError(str(error)) from error
    if not header:
        raise CatalogError("the header must be a mapping between two --- lines")
    return header, body + "\n"


def load_yaml(text: str) -> Any:
    """Parse YAML with the C loader where there is one. Raises yaml.YAMLError."""
    import yaml

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _strings(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value)


_KNOWN = frozenset(
    [
        "title",
        "severity",
        "confidence",
        "profile",
        "status",
        "topics",
        "cwe",
        "owasp",
        "sources",
        "match",
        "fix",
        "dialects",
        "supersedes",
        "replaced-by",
    ]
)


def parse_rule(rule_id: str, text: str, path: Path) -> Rule:
    """Read one rule page. Raises CatalogError naming the key that is wrong."""
    return _make_rule(rule_id, *_parse_page(text, path), path)


def _parse_page(text: str, path: Path) -> tuple[Any, str]:
    """(header, body) of a page. Raises CatalogError naming the file."""
    try:
        return read_page(text)
    except CatalogError as error:
        raise CatalogError(f"{path}: {error}") from error


def _make_rule(rule_id: str, data: Any, body: str, path: Path) -> Rule:
    try:
        confidence = data.get("confidence", "high")
        profile: Profile = data.get("profile") or (
            "recommended" if confidence == "high" else "strict"
        )
        fix = data.get("fix", "none")
        return Rule(
            id=rule_id,
            title=data["title"],
            severity=Severity.parse(data["severity"]),
            confidence=confidence,
            profile=profile,
            status=data.get("status", "stable"),
            topics=_strings(data.get("topics")),
            cwe=_strings(data.get("cwe")),
            owasp=_strings(data.get("owasp")),
            sources=tuple(data.get("sources") or ()),
            match=tuple(data.get("match") or ()),
            fix=None if fix in (None, "none") else fix,
            dialects=_strings(data.get("dialects")),
            supersedes=_strings(data.get("supersedes")),
            replaced_by=data.get("replaced-by"),
            path=path,
            body=body,
            extra={key: value for key, value in data.items() if key not in _KNOWN},
        )
    except KeyError as error:
        word = str(error.args[0]).lower()
        raise CatalogError(f"{path}: `{word}` is missing, or is no value of its key") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise CatalogError(f"{path}: a key has a value of the wrong type: {error}") from error


@functools.lru_cache(maxsize=2048)
def _languages(body: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.language for e in parse_examples(body) if e.role == "bad"))


@functools.cache
def rules() -> Mapping[str, Rule]:
    """All rules by id, sorted."""
    root = DATA / "rules"
    kept = remembered("rules", str(root), _read_rules)
    return {
        rule_id: _make_rule(rule_id, data, body, root / f"{rule_id}.md")
        for rule_id, data, body in kept
    }


def _read_rules() -> list[Any]:
    root = DATA / "rules"
    return [
        (
            path.relative_to(root).with_suffix("").as_posix(),
            *_parse_page(path.read_text("utf-8"), path),
        )
        for path in sorted(root.rglob("*.md"))
    ]


@functools.cache
def redirects() -> Mapping[str, str]:
    """Old rule ids and what they are called now."""
    path = DATA / "redirects.yaml"
    return load_yaml(path.read_text("utf-8")) or {} if path.exists() else {}


def find_rule(name: str) -> Rule | None:
    """The rule called ``name`` now or before a rename."""
    return rules().get(redirects().get(name, name))


@functools.cache
def topics() -> Mapping[str, Topic]:
    """All topics by slug, sorted."""
    found = {}
    for path in sorted((DATA / "topics").glob("*.md")):
        data, body = _parse_page(path.read_text("utf-8"), path)
        found[path.stem] = Topic(
            path.stem, data["title"], _strings(data.get("aliases")), body, path
        )
    return found


@functools.cache
def rules_of_topic() -> Mapping[str, tuple[Rule, ...]]:
    """The rules that serve each topic, from the rules' own ``topics``."""
    found: dict[str, list[Rule]] = {}
    for rule in rules().values():
        for slug in rule.topics:
            found.setdefault(slug, []).append(rule)
    return {slug: tuple(served) for slug, served in found.items()}


@functools.cache
def models(language: str) -> tuple[Mapping[str, Any], ...]:
    """The model files of one language as written, sorted by path."""
    root = DATA / "models" / language

    def read() -> list[Any]:
        return [load_yaml(path.read_text("utf-8")) for path in sorted(root.glob("*.yaml"))]

    return tuple(remembered(f"models-{language}", str(root), read))


@functools.cache
def vocabulary(name: str) -> Any:
    """One vocabulary file as written. Raises FileNotFoundError."""
    found = _vocabularies().get(name)
    if found is None:
        raise FileNotFoundError(f"there is no vocabulary {name}")
    return found


@functools.cache
def _vocabularies() -> Mapping[str, Any]:
    root = DATA / "vocabularies"

    def read() -> dict[str, Any]:
        return {path.stem: load_yaml(path.read_text("utf-8")) for path in root.glob("*.yaml")}

    kept: Mapping[str, Any] = remembered("vocabularies", str(root), read)
    return kept


@functools.cache
def schemas_root() -> Path:
    """The folder of JSON Schemas: inside the installed package, or the repository's own."""
    inside = PACKAGE / "schemas"
    return inside if inside.is_dir() else PACKAGE.parent.parent / "schemas"


@functools.cache
def schema(name: str) -> Mapping[str, Any]:
    """A JSON Schema by its path below ``schemas/`` without the suffix: ``agents/cursor-rule``."""
    loaded: Mapping[str, Any] = json.loads(
        (schemas_root() / f"{name}.schema.json").read_text("utf-8")
    )
    return loaded


@functools.cache
def dialect_names() -> tuple[str, ...]:
    """The ids of all dialects, sorted."""
    suffix = ".schema.json"
    return tuple(
        sorted(p.name.removesuffix(suffix) for p in (schemas_root() / "agents").glob(f"*{suffix}"))
    )
