"""The project tests itself: its catalogue, its layers, its generated files and its habits."""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from backspec import catalog, pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REPO = Path(__file__).resolve().parent.parent
SERVER = REPO / "server/backspec"
KEBAB = r"[a-z0-9]+(-[a-z0-9]+)*"

NO_TOPIC = ("agent", "config", "file", "rule-file", "suppression")
"""Areas that are not about backend code."""

RULES = list(catalog.rules().values())
TOPICS = list(catalog.topics().values())


@cache
def tracked(*suffixes: str) -> tuple[Path, ...]:
    """The files git knows, or would add, with one of the suffixes (all without); sorted."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=REPO, capture_output=True, text=True, check=True).stdout
    paths = (REPO / line for line in sorted(set(listed.splitlines())))
    return tuple(p for p in paths if p.is_file() and (not suffixes or p.suffix in suffixes))


def named(paths: Sequence[Path]) -> pytest.MarkDecorator:
    """Parametrise a test over files, with readable ids."""
    return pytest.mark.parametrize("path", paths, ids=lambda p: p.relative_to(REPO).as_posix())


def header_of(path: Path) -> Any:
    return catalog.read_page(path.read_text("utf-8"))[0]


def dated(source: Any) -> bool:
    """Whether a source has an https URL and a date that is not in the future."""
    verified = str(source.get("verified", ""))
    parts = [int(part) for part in verified.split("-")] if re.fullmatch(r"[\d-]+", verified) else []
    if not source.get("url", "").startswith("https://") or len(parts) not in (2, 3):
        return False
    return date(*([*parts, 1])[:3]) <= date.today()


# ---------------------------------------------------------------------------- rules


def test_there_are_rules_and_their_ids_are_sorted() -> None:
    ids = list(catalog.rules())
    assert ids
    assert ids == sorted(ids, key=lambda one: (one.partition("/")[0], f"{one}.md"))


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_page_has_its_form(rule: catalog.Rule) -> None:
    assert re.fullmatch(f"{KEBAB}/{KEBAB}", rule.id)
    assert not rule.title.endswith(".")
    assert rule.title[0].isupper()
    assert "\n" not in rule.title
    body = rule.body.lstrip("\n")
    assert not body.startswith(("#", "```", "- ", "|", ">")), "a page starts with a plain paragraph"
    first = body.split("\n\n", 1)[0]
    assert first.rstrip().endswith((".", ":")), "the first paragraph is a sentence"
    assert len(first.splitlines()) <= 6, "the first paragraph is the hover text"
    prose = re.sub(r"(?ms)^(`{3,})[a-z]+ (bad|good|match)\b.*?^\1$", "", body)
    headings = re.findall(r"^(#+ .*)$", prose, re.MULTILINE)
    assert set(headings) <= {"## Limits"}
    if rule.area not in NO_TOPIC:
        assert headings == ["## Limits"], "a page about code says where it is wrong"
    examples_at = re.search(r"^`{3,}[a-z]+ (bad|good)\b", body, re.MULTILINE)
    if headings and examples_at:
        assert body.index("## Limits") < examples_at.start(), "prose, limits, examples"


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_has_a_bad_and_a_good_example_for_each_language(rule: catalog.Rule) -> None:
    roles = {(example.language, example.role) for example in rule.examples}
    assert rule.languages or rule.area in ("file", "rule-file"), (
        "a rule claims at least one language"
    )
    for language in rule.languages:
        assert (language, "good") in roles


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_points_to_what_exists(rule: catalog.Rule) -> None:
    assert [slug for slug in rule.topics if slug not in catalog.topics()] == []
    assert rule.topics or rule.area in NO_TOPIC, "a rule on code serves a topic"
    assert [cwe for cwe in rule.cwe if not re.fullmatch(r"CWE-\d+", cwe)] == []
    assert [other for other in rule.supersedes if other not in catalog.rules()] == []
    assert [name for name in rule.dialects if name not in catalog.dialect_names()] == []
    assert [source for source in rule.sources if not dated(source)] == []
    assert rule.sources, "a rule names what it rests on"


def test_redirects_land_on_rules_and_never_chain() -> None:
    for old, new in catalog.redirects().items():
        assert old not in catalog.rules(), f"{old} is a rule and a redirect"
        assert new in catalog.rules(), f"{old} leads to {new}, which is no rule"


# ---------------------------------------------------------------------------- topics


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.slug)
def test_topic_page_has_its_form(topic: catalog.Topic) -> None:
    assert re.fullmatch(KEBAB, topic.slug)
    paragraphs = topic.body.strip().split("\n\n")
    assert len(paragraphs) == 4, "what it is, what goes wrong, the list, what to use"
    assert paragraphs[1] == "What goes wrong:"
    bullets = re.split(r"\n(?=- )", paragraphs[2])
    assert 2 <= len(bullets) <= 8
    assert all(bullet.startswith("- ") for bullet in bullets)
    assert paragraphs[3].startswith("Use ")
    assert len(topic.body.splitlines()) <= 22


def test_a_topic_name_means_one_topic() -> None:
    names: dict[str, str] = {}
    for topic in TOPICS:
        for name in (topic.slug, *topic.aliases):
            key = re.sub(r"[\s._-]+", " ", name.lower()).strip()
            assert names.setdefault(key, topic.slug) == topic.slug, f"{name!r} names two topics"


# ---------------------------------------------------------------------------- schemas and data


@named(sorted((REPO / "schemas").rglob("*.json")))
def test_schema_is_a_valid_schema(path: Path) -> None:
    schema = json.loads(path.read_text("utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (
        schema["$id"]
        == f"{catalog.DOCS_URL}/schemas/" + path.relative_to(REPO / "schemas").as_posix()
    )
    jsonschema.Draft202012Validator.check_schema(schema)


def validate(schema: str, data: Any) -> list[str]:
    """What is wrong with our own data; dates count as the text they were written as."""
    plain = json.loads(json.dumps(data, default=str))
    errors = jsonschema.Draft202012Validator(catalog.schema(schema)).iter_errors(plain)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_header_follows_its_schema(rule: catalog.Rule) -> None:
    assert validate("rule", header_of(rule.path)) == []


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.slug)
def test_topic_header_follows_its_schema(topic: catalog.Topic) -> None:
    assert validate("topic", header_of(topic.path)) == []


@named(sorted((SERVER / "data/models").rglob("*.yaml")))
def test_model_follows_its_schema(path: Path) -> None:
    model = catalog.load_yaml(path.read_text("utf-8"))
    assert validate("model", model) == []
    sources = model.get("source") or ()
    assert sources, "a model names what it was written from"
    assert [source for source in sources if not dated(source)] == []
    assert [slug for slug in model.get("topics", ()) if slug not in catalog.topics()] == []
    roles = catalog.vocabulary("roles")
    used = {role for call in model.get("calls", ()) for role in call.get("roles", ())}
    assert sorted(used - set(roles)) == [], "roles are listed in vocabularies/roles.yaml"


@named(sorted((REPO / "schemas/agents").glob("*.json")))
def test_dialect_follows_its_schema_and_names_its_sources(path: Path) -> None:
    dialect = json.loads(path.read_text("utf-8"))
    assert validate("dialect", dialect) == []
    for product, facts in dialect["x-backspec"]["products"].items():
        assert facts["source"], product
        assert re.fullmatch(r"\d{4}-\d\d(-\d\d)?", facts["verified"]), product


# ---------------------------------------------------------------------------- layers

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"lsp", "cli", "__main__"}),
    frozenset({"service"}),
    frozenset(
        {"actions", "coverage", "custom", "diagnosis", "explanations", "readers", "routing"}
        | {"sql_neighbours", "structure"}
    ),
    frozenset({"agent_index", "migration_history", "project", "sql_neighbours", "surroundings"}),
    frozenset({"agents", "code"}),
    frozenset({"knowledge"}),
)
"""From the doors down; a module imports from its own layer's part or from layers below. Every
module that is not named is ground: what both halves stand on."""
APART = (("agents", "code"), ("lsp", "cli"))
"""Parts of one layer that do not know each other."""
STARTS_THE_OTHER_DOOR = "cli/commands/server.py"
"""The one command whose work is to start the language server."""
SCANNED = sorted(SERVER.rglob("*.py"))


def part_of(module: str) -> str:
    """``backspec.code.match`` is in ``code``."""
    return module.split(".")[1] if "." in module else ""


def layer_of(part: str) -> int:
    """The number of a part's layer, 0 for the doors."""
    return next((n for n, names in enumerate(LAYERS) if part in names), len(LAYERS))


def module_name(path: Path) -> str:
    parts = path.relative_to(SERVER.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(absolute module name, whether for type checking only) of every import in a file."""
    tree = ast.parse(path.read_bytes())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or "", id(node) in typing_only
            if node.module == "backspec":
                for alias in node.names:
                    yield f"backspec.{alias.name}", id(node) in typing_only


@named(SCANNED)
def test_protocol_and_parser_stay_in_their_rooms(path: Path) -> None:
    where = path.relative_to(SERVER).as_posix()
    roots = {name.split(".")[0] for name, _ in imports(path)}
    if not where.startswith("lsp/"):
        assert not roots & {"pygls", "lsprotocol"}
    if where != "code/syntax.py":
        assert not {root for root in roots if root.startswith("tree_sitter")}
    if not where.startswith("cli/"):
        assert not roots & {"click", "rich"}


@named(SCANNED)
def test_imports_point_down(path: Path) -> None:
    me = part_of(module_name(path))
    for name, typing_only in imports(path):
        other = part_of(name)
        if not name.startswith("backspec") or typing_only or not other:
            continue
        assert layer_of(other) >= layer_of(me), f"{me} must not import {name}"
    for one, two in APART:
        if me in (one, two) and path.relative_to(SERVER).as_posix() != STARTS_THE_OTHER_DOOR:
            others = {part_of(name) for name, _ in imports(path) if name.startswith("backspec.")}
            assert (two if me == one else one) not in others, f"{one} and {two} know each other"


NETWORK = frozenset(
    {"aiohttp", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket"}
    | {"socketserver", "ssl", "telnetlib", "urllib", "webbrowser", "xmlrpc"}
)
RUNS_CODE = frozenset({"code", "codeop", "ctypes", "marshal", "pickle", "runpy", "shelve"})
RUNS_CODE |= {"subprocess"}
MAY_RUN = {
    "lsp/startup.py": "runs what attrs compiled for lsprotocol, kept in our own cache folder",
    "compiled.py": "marshal holds our own parsed data files, kept in our own cache folder",
}
"""Files that may use one of RUNS_CODE, and why that runs nothing of a workspace."""


@named(SCANNED)
def test_nothing_touches_the_network_or_runs_what_it_finds(path: Path) -> None:
    where = path.relative_to(SERVER).as_posix()
    names = {name for name, _ in imports(path)} - {"urllib.parse"}
    roots = {name.split(".")[0] for name in names}
    assert not roots & NETWORK
    if where not in MAY_RUN:
        assert not roots & RUNS_CODE
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = node.func.id
            assert called not in {"eval", "exec", "compile", "__import__"} or where in MAY_RUN
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {
                ("os", "system"),
                ("os", "popen"),
                ("yaml", "load_all"),
            }


@named([p for p in SCANNED if p.relative_to(SERVER).parts[0] in ("agents", "code")])
def test_the_core_does_no_io(path: Path) -> None:
    """Both halves are functions of text; files come in through a view."""
    roots = {name.split(".")[0] for name, typing_only in imports(path) if not typing_only}
    assert not roots & {"os", "io", "shutil", "glob", "tempfile", "fileinput"}
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input"}
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"read_text", "read_bytes", "write_text", "write_bytes"}
            assert node.attr not in {"iterdir", "rglob", "is_file", "is_dir", "stat", "expanduser"}


# ---------------------------------------------------------------------------- habits

PROSE = {".md", ".txt", ".toml", ".yaml", ".yml", ".json"}
OWN = tuple(
    path
    for path in tracked(
        ".py", ".md", ".toml", ".yaml", ".yml", ".json", ".ts", ".lua", ".el", ".sh"
    )
    if not path.relative_to(REPO).as_posix().startswith("tests/cases/")
)


def test_nothing_names_the_place_it_was_written_at() -> None:
    places = re.compile(r"/work/|/farm/|/opt/venv|\.\./shared")
    for path in OWN:
        if path == Path(__file__).resolve() or "data/rules" in path.as_posix():
            continue  # pages show made-up paths
        assert not (found := places.search(path.read_text("utf-8"))), f"{path}: {found}"


def comments(path: Path) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


@named([path for path in OWN if path.suffix == ".py"])
def test_nothing_is_left_for_later(path: Path) -> None:
    for comment in comments(path):
        assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", comment), comment
        assert comment.strip() != "# type: ignore", "say which error is ignored"


@named([path for path in tracked(".py") if path.relative_to(REPO).parts[0] == "tests"])
def test_tests_are_skipped_for_two_reasons_only(path: Path) -> None:
    text = path.read_text("utf-8")
    if path == Path(__file__).resolve() or path.name == "conftest.py":
        return
    if re.search(r"mark\.(skip|skipif|xfail)\b|pytest\.(skip|importorskip|xfail)\(", text):
        assert re.search(r"mark\.(corpus|editor)\b", text)


def test_generated_files_are_up_to_date() -> None:
    from dev.generate import outdated

    assert sorted(outdated()) == [], "run: python -m dev generate"


def test_prose_counts_no_rules_by_hand() -> None:
    counted = re.compile(r"\b\d{2,} (rules|smells|dialects|topics|languages)\b")
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        assert not (found := counted.search((REPO / name).read_text("utf-8"))), found


def commands_in(text: str) -> Iterator[str]:
    """The subcommands of ``backspec`` that a page mentions as code."""
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    for piece in code:
        yield from re.findall(r"(?<![\w./-])backspec ([a-z][a-z-]*)\b", piece)
        yield from re.findall(r"bin/backspec ([a-z][a-z-]*)\b", piece)


@named([REPO / "README.md", REPO / "CONTRIBUTING.md", REPO / "ARCHITECTURE.md"])
def test_commands_in_the_documents_exist(path: Path) -> None:
    from backspec.cli.main import main

    known = set(main.commands)
    assert sorted(set(commands_in(path.read_text("utf-8"))) - known) == []


@named([REPO / "README.md", REPO / "CONTRIBUTING.md", REPO / "ARCHITECTURE.md"])
def test_links_in_the_documents_land(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8")):
        if not target.startswith(("https://", "http://")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


MODULES = {"pyyaml": "yaml", "python-frontmatter": "frontmatter", "tomli": "tomli"}
"""Modules of dependencies that are named differently; the rest is the name with underscores."""


def dependencies() -> list[str]:
    """The names of the run-time dependencies, in lower case."""
    text = (REPO / "pyproject.toml").read_text("utf-8")
    block = text[text.index("\ndependencies = [") : text.index("[project.optional-dependencies]")]
    return [name.lower() for name in re.findall(r'^  "([A-Za-z0-9_.-]+)', block, re.MULTILINE)]


def test_every_dependency_has_its_reason() -> None:
    record = (REPO / "docs/adr/0001-dependencies.md").read_text("utf-8").lower()
    assert dependencies()
    assert [name for name in dependencies() if f"**{name}**" not in record] == []


def test_dependencies_are_what_is_imported() -> None:
    declared = {MODULES.get(name, name.replace("-", "_")) for name in dependencies()}
    source = "".join(path.read_text("utf-8") for path in SCANNED)
    assert sorted(name for name in declared if not re.search(rf"\b{name}\b", source)) == []
    imported = {name.split(".")[0] for path in SCANNED for name, _ in imports(path)}
    third_party = imported - set(sys.stdlib_module_names) - {"backspec", "tomllib"}
    # Parts of declared ones: lsprotocol is made of attrs, jsonschema brings its specifications.
    parts = {"attr", "attrs", "cattrs", "jsonschema_specifications"}
    assert sorted(third_party - declared - parts) == []


def test_output_in_the_readme_is_what_the_program_prints() -> None:
    readme = (REPO / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    command = [sys.executable, "-m", "backspec", "check", "examples"]
    printed = subprocess.run(command, cwd=REPO, capture_output=True, check=False).stdout.decode()
    for part in re.split(r"^…\n", shown, flags=re.MULTILINE):
        assert part in printed


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_hover_of_a_rule_is_bounded(rule: catalog.Rule) -> None:
    for language in rule.languages or ("",):
        assert len(pages.rule_hover(rule, language).splitlines()) <= pages.HOVER_LINES
