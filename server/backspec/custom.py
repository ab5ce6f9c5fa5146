"""Runs the examples of rule pages: ``backspec test`` for a project's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from backspec.config import Config
from backspec.custom_rules import load_rules
from backspec.diagnosis import diagnose
from backspec.languages import LANGUAGES
from backspec.model import Document
from backspec.project import OWN_FOLDER, Project
from backspec.text import apply_edits

if TYPE_CHECKING:
    from pathlib import Path

    from backspec.catalog import Example, Rule
    from backspec.model import Diagnostic


class Failure(NamedTuple):
    """One example that does not do what its page says, or a page that cannot be read."""

    path: Path
    line: int
    """1-based line of the example, 1 for the page."""
    message: str


class Outcome(NamedTuple):
    """What came of all pages."""

    rules: int
    examples: int
    failures: tuple[Failure, ...]


def run_examples(project: Project) -> Outcome:
    """Run the examples of all of a project's own rules."""
    folder = project.base / OWN_FOLDER / "rules"
    rules, problems = load_rules(folder)
    failures = [Failure(path, 1, message) for path, message in problems.items()]
    examples = 0
    for rule in rules.values():
        if not rule.examples:
            failures.append(Failure(rule.path, 1, "the page has no examples"))
        failures += [Failure(rule.path, 1, problem) for problem in _compile_problems(rule)]
        lines = iter(_example_lines(rule))
        for example in rule.examples:
            examples += 1
            if message := _fault(rule, example):
                failures.append(Failure(rule.path, next(lines, 1), message))
            else:
                next(lines, 1)
    return Outcome(len(rules), examples, tuple(failures))


def _compile_problems(rule: Rule) -> list[str]:
    """Clauses that mean nothing, from the matcher."""
    from backspec.code.analysis import LANGUAGES as CODE
    from backspec.code.analysis import ruleset

    languages = [language for language in rule.languages if language in CODE]
    found = [ruleset(language, [rule], "pedantic").problems for language in languages]
    return list(dict.fromkeys(message for problems in found for _, message in problems))


def _example_lines(rule: Rule) -> list[int]:
    """The 1-based lines on which the examples' fences open."""
    text = rule.path.read_text("utf-8")
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.lstrip("`").split()
        if line.startswith("```") and len(words) >= 2 and words[1] in ("bad", "good"):
            found.append(number)
    return found


def _fault(rule: Rule, example: Example) -> str:
    """What is wrong with an example, "" for nothing."""
    found = example_diagnostics(rule, example)
    if example.role == "good":
        return f"reports on a good example: {found[0].message}" if found else ""
    if len(found) != 1:
        return f"a bad example must give one diagnostic, this gives {len(found)}"
    if rule.fix in ("safe", "unsafe") and found[0].fixes:
        fixed = apply_edits(example.text.encode(), found[0].fixes[0].edits)
        if example_diagnostics(rule, example, fixed):
            return "the fix does not settle it"
    return ""


def example_diagnostics(
    rule: Rule, example: Example, text: bytes | None = None
) -> list[Diagnostic]:
    """What a rule says about an example of its page (or another text in its place)."""
    project = Project.open("/", config=Config(profile="pedantic", select=(rule.id,)))
    project.use_rules({rule.id: rule})
    language = LANGUAGES.get(example.language)
    extension = language.extensions[0] if language else ""
    name = example.options.get("file", f"example{extension}")
    path = str(project.root / name)
    document = Document(path, example.text.encode() if text is None else text, example.language)
    return diagnose(document, project)
