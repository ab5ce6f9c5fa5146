"""Diagnostics of a document: both halves, then configuration, suppressions and baseline.

See ``service.py`` for what may be expected of every function here.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from backspec import catalog, discovery, suppress
from backspec.config_file import CONFIG_NAME, PYPROJECT
from backspec.languages import is_program, language_of
from backspec.model import Diagnostic, Document, Related, Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from backspec.catalog import Rule
    from backspec.code.memory import Memory as CodeMemory
    from backspec.config import Config
    from backspec.project import Project

_log = logging.getLogger(__name__)

_API: Final = re.compile(
    rb"[\"']?\b(?:openapi|swagger)[\"']?\s*:|_postman_(?:id|variable_scope)|schema\.getpostman\.com"
    rb"|\bdatabaseChangeLog\b|<mapper\s+namespace\b|(?m:^apiVersion:)"
)
"""What an API description, a Postman file, or a change log begins with; other data is not worth
loading the code half for."""
_API_HEAD: Final = 4096
_API_TAIL: Final = 1024
"""A Postman environment says what it is at its end."""
_API_NEAR: Final = 512
_API_NAME: Final = re.compile(
    r"(?i)openapi|swagger|postman|\boas|api[-_.]?(?:docs?|specs?|v\d|ya?ml|json)"
    r"|change-?log|liquibase"
)

_NGINX_NAME: Final = re.compile(r"(?i)nginx|(?:^|/)sites-(?:available|enabled)/")

_T = TypeVar("_T")

TOO_LARGE = "file/too-large"
UNREADABLE = "file/unreadable"
NOT_UTF8 = "file/not-utf8"


class Memory:
    """What is kept between requests about one open document: syntax tree, facts, last result.

    Make one when a document opens, pass it to every call about that document, drop it on close.
    Results are keyed by text and configuration, so a stale Memory costs time, never correctness.
    """

    def __init__(self) -> None:
        self.key: object = None
        self.result: list[Diagnostic] = []
        self.code: CodeMemory | None = None
        """Kept by the code half; None until it is needed."""

    @property
    def is_late_due(self) -> bool:
        """Whether what needs the whole file has to be looked for again."""
        return self.code is not None and self.code.is_late_due


def diagnose(
    document: Document, project: Project, memory: Memory | None = None, *, late: bool = True
) -> list[Diagnostic]:
    """All diagnostics of a document, sorted by position.

    Configuration, suppressions and baseline are applied. Files that are excluded, generated,
    minified or binary have none. Without ``late``, what needs the whole file is not looked for
    again: what ``memory`` knows of it moves along with the text, until ``memory.is_late_due``
    is answered by a call with ``late``.
    """
    if memory is None:
        return _diagnose(document, project)
    key = (document.text, document.path, document.language, project.state_of(document.path))
    if memory.key != key or (late and memory.is_late_due):
        memory.result = _diagnose(document, project, memory, late)
        memory.key = key
    return list(memory.result)


def _diagnose(
    document: Document, project: Project, memory: Memory | None = None, late: bool = True
) -> list[Diagnostic]:
    if project.is_excluded(document.path):
        return []
    return _diagnose_wanted(document, project, memory, late)


def _diagnose_wanted(
    document: Document, project: Project, memory: Memory | None = None, late: bool = True
) -> list[Diagnostic]:
    config = project.config_for(document.path)
    found: list[Diagnostic] = []
    is_whole = True
    if len(document.text) > config.max_file_size:
        if not is_program(document.language) and not _is_agent_path(document.path, project):
            return []
        is_whole = False
        found.append(_too_large(config.max_file_size))
    elif reason := discovery.skip_reason(document.text, document.language):
        if reason != "utf-16":
            return []
        is_whole = False
        found.append(_not_utf8())
    else:
        if _is_config(document.path):
            found += project.check_config(document)
        found += contained(_agent_half, document, project, config) or ()
        found += contained(_code_half, document, project, config, memory, late) or ()
        if project.is_rule_file(document.path):
            found += contained(_rule_file, document) or ()
        # What was not read cannot tell which suppressions are unused.
        is_whole = not any(diagnostic.rule.startswith("file/") for diagnostic in found)
    found = _with_history(list(_configured(found, project, config)), document, project, config)
    suppressions = suppress.parse(document)
    if suppressions.items:
        found = suppress.apply(found, suppressions, catalog.redirects()).kept
        problems = suppress.problems(
            suppressions,
            project.known.rules(),
            lambda name: _is_on(name, project, config),
            judge_unused=is_whole,
        )
        found += _configured(problems, project, config)
    found = project.without_baseline(document, found)
    return sorted(found, key=lambda d: (d.span, d.rule, d.message))


def _is_config(path: str) -> bool:
    names = (CONFIG_NAME, PYPROJECT)
    return path.endswith(names) and Path(path).name in names


def _is_agent_path(path: str, project: Project) -> bool:
    from backspec.agents.detection import identify

    return bool(identify(path, None, project.view(path)))


def _too_large(limit: int) -> Diagnostic:
    return Diagnostic(
        TOO_LARGE,
        Span(0, 0),
        f"backspec skips this file: it is larger than {_size(limit)} (`max-file-size`)",
        Severity.INFO,
    )


def _size(size_bytes: int) -> str:
    for unit, size in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size_bytes >= size:
            return f"{size_bytes / size:.3g} {unit}"
    return f"{size_bytes} bytes"


def _not_utf8() -> Diagnostic:
    return Diagnostic(
        NOT_UTF8,
        Span(0, 0),
        "backspec skips this file: it is UTF-16, save it as UTF-8",
        Severity.INFO,
    )


def _agent_half(document: Document, project: Project, config: Config) -> Sequence[Diagnostic]:
    if document.language not in ("markdown", "toml", "json", "yaml", ""):
        return ()
    from backspec.agents.check import check

    view = project.view(document.path)
    return check(document, view, lambda rule: config.severity(rule) is not None)


def _code_half(
    document: Document, project: Project, config: Config, memory: Memory | None, late: bool
) -> Sequence[Diagnostic]:
    if document.language in ("", "markdown", "toml"):
        return ()
    if document.language in ("yaml", "json", "xml") and not (
        _is_api(document.text) or _is_settings(project.relative(document.path))
    ):
        return ()
    if document.language == "nginx" and not _NGINX_NAME.search(project.relative(document.path)):
        return ()
    from backspec.code import analysis

    if document.language not in analysis.LANGUAGES:
        return ()
    rules = analysis.ruleset(document.language, project.code_rules(config), config.profile)
    kept = None
    if memory is not None:
        if memory.code is None:
            from backspec.code.memory import Memory as CodeMemory

            memory.code = CodeMemory()
        kept = memory.code
    path = project.relative(document.path)
    near = ""
    if document.language == "sql":
        from backspec.sql_neighbours import dialect_near

        near = dialect_near(document.path, project)
    return analysis.analyse(document, rules, kept, path=path, late=late, near=near)


def _is_settings(path: str) -> bool:
    from backspec.code.files.settings_names import kind_of

    return kind_of(path) is not None


def _is_api(text: bytes) -> bool:
    return bool(_API.search(text[:_API_HEAD]) or _API.search(text[-_API_TAIL:]))


def _rule_file(document: Document) -> Sequence[Diagnostic]:
    from backspec.code import custom

    return custom.check(document)


def _configured(
    diagnostics: Iterable[Diagnostic], project: Project, config: Config
) -> Iterator[Diagnostic]:
    """The diagnostics that the configuration wants, with the severity it gives them."""
    for found in diagnostics:
        diagnostic, rule = found, project.rules.get(found.rule)
        if rule is None:
            _log.error("no rule page for %s", diagnostic.rule)
            continue
        if config.severity(rule) is None:
            continue
        if config.followed and rule.area != "agent":
            diagnostic = _with_asker(diagnostic, rule, config, project)
        chosen = config.chosen(rule.id)
        if chosen and chosen[0]:
            yield replace(diagnostic, severity=chosen[0])
        elif _is_asked_for(diagnostic, rule, config):
            yield diagnostic


def _with_history(
    found: list[Diagnostic], document: Document, project: Project, config: Config
) -> list[Diagnostic]:
    """The diagnostics, those of a migration that is history as hints."""
    marks = [d.rule.startswith("migration/") and not config.chosen(d.rule) for d in found]
    if not any(marks):
        return found
    from backspec.migration_history import is_history

    if not is_history(document.path, project):
        return found
    return [
        replace(d, severity=Severity.HINT) if is_migration else d
        for d, is_migration in zip(found, marks, strict=True)
    ]


def _with_asker(diagnostic: Diagnostic, rule: Rule, config: Config, project: Project) -> Diagnostic:
    """The diagnostic with the line of the followed definition that asks for its topic."""
    asked = next((config.followed[slug] for slug in rule.topics if slug in config.followed), None)
    if asked is None:
        return diagnostic
    where = f"asked for in `{project.base_relative(asked.path)}`"
    message = f"{where}, *{asked.section}*" if asked.section else where
    related = Related(message, Span(0, 0), asked.path, asked.line)
    return replace(diagnostic, related=(*diagnostic.related, related))


def _is_asked_for(diagnostic: Diagnostic, rule: Rule, config: Config) -> bool:
    """Whether the profile wants this form: a rule of high confidence may have unsure ones."""
    if diagnostic.confidence == "high" or rule.confidence == "medium":
        return True
    return config.profile_of(rule) != "recommended"


def _is_on(name: str, project: Project, config: Config) -> bool:
    rule = project.rules.get(catalog.redirects().get(name, name))
    return rule is not None and config.severity(rule) is not None


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say about one file on disk."""

    diagnostics: list[Diagnostic]
    document: Document | None = None
    """None when the file could not be read or was not looked at."""
    is_skipped: bool = False
    """It was left out for what it holds: binary, generated, minified, too large."""


def check(path: str, project: Project, *, is_listed: bool = False) -> Checked | None:
    """Diagnose a file on disk; None when it is none of ours or has vanished.

    ``is_listed`` says that ``project.files`` named it, so that excludes are not asked again.
    """
    if not is_listed and project.is_excluded(path):
        return None
    if not _may_matter(path, project):
        return None
    document = project.document(path)
    if document is None:
        return _unreadable(path, project)
    found = _diagnose_wanted(document, project)
    is_skipped = bool(
        len(document.text) > project.config_for(path).max_file_size
        or discovery.skip_reason(document.text, document.language)
    )
    return Checked(found, document, is_skipped)


def _may_matter(path: str, project: Project) -> bool:
    """Whether a file can have diagnostics at all: most data files have none, and are not read."""
    language = language_of(path)
    if is_program(language) or language == "markdown":
        return True
    if _is_config(path):
        return True
    if language in ("properties", "dotenv", "dockerfile"):
        return _is_settings(project.relative(path))
    if language in ("yaml", "json", "xml") and (
        _API_NAME.search(project.relative(path))
        or _is_settings(project.relative(path))
        or _begins_as_api(path)
    ):
        return True
    if language == "nginx":
        return bool(_NGINX_NAME.search(project.relative(path)))
    return not language or _is_agent_path(path, project)


def _begins_as_api(path: str) -> bool:
    """Whether a data file of any name begins as an API description."""
    try:
        if not Path(path).is_file():
            return False
        with Path(path).open("rb", buffering=0) as file:
            return _API.search(file.read(_API_NEAR)) is not None
    except OSError:
        return False


def _unreadable(path: str, project: Project) -> Checked | None:
    try:
        with Path(path).open("rb"):
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        message = f"backspec cannot read this file: {reason}"
        found = [Diagnostic(UNREADABLE, Span(0, 0), message, Severity.WARNING)]
        config = project.config_for(path)
        return Checked(list(_configured(found, project, config)), is_skipped=True)


def at_span(diagnostics: Iterable[Diagnostic], span: Span) -> list[Diagnostic]:
    """The diagnostics that share a byte with a span, or that an empty span touches."""
    return [d for d in diagnostics if d.span.overlaps(span)]


_failures: set[tuple[str, str]] = set()


def contained(function: Callable[..., _T], *arguments: Any) -> _T | None:
    """What a function of a half returns; None, and one entry in the log, when it has a bug."""
    try:
        return function(*arguments)
    except Exception as error:  # noqa: BLE001 - one bug must not cost the other results
        name = f"{function.__module__}.{function.__name__}"
        mark = (name, type(error).__name__)
        if mark not in _failures:
            _failures.add(mark)
            _log.exception("%s failed", name)
        return None
