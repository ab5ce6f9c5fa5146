"""What definitions are called: patterns, folders, duplicates, reserved names, places."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from backspec import catalog
from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.naming import slug
from backspec.model import FileEdit, Fix, Related, Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.dialects import Dialect, Identity
    from backspec.agents.graph import Definition, Kind
    from backspec.agents.nodes import Node


def _name(file: AgentFile) -> Node | None:
    """The value of ``name``, when it is a text."""
    entry = file.header.find("name")
    if entry is None or entry.value.kind != "scalar" or not entry.value.text.strip():
        return None
    return entry.value


def invalid_name(file: AgentFile) -> Iterator[Report]:
    """A name that the product does not accept."""
    value = _name(file)
    if value is None:
        return
    outcome = file.outcome("bad-name")
    broken = [
        found for found in file.judged
        if found.identity.pattern is not None and not found.identity.pattern.fullmatch(value.text)
    ]  # fmt: skip
    if not broken or outcome.is_fine or (file.is_ambiguous and len(broken) < len(file.judged)):
        return
    identity = broken[0].identity
    message = outcome.message(f"`{value.text[:60]}` is no valid name")
    if not outcome.clause:
        message = f"`{value.text[:60]}` is no valid name for a {broken[0].title}"
    if len(value.text) > 64 and identity.pattern and identity.pattern.fullmatch(slug(value.text)):
        message = f"The name of a {broken[0].title} takes fewer characters than {len(value.text)}"
    severity = outcome.severity
    if severity is None and file.kind == "skill" and not file.is_a("agent-skill"):
        # Only the open specification is known to mind; the product may not.
        severity = Severity.INFO
    yield Report(value.span, message, severity, _slugged(file, value, identity))


def unconventional_name(file: AgentFile) -> Iterator[Report]:
    """A name that works, and is not the kind the documentation asks for."""
    value = _name(file)
    if value is None or file.is_ambiguous:
        return
    identity = file.dialect.identity
    if identity.style is None or identity.style.fullmatch(value.text):
        return
    if identity.pattern is not None and not identity.pattern.fullmatch(value.text):
        return
    message = f"`{value.text[:60]}` is no name of lower-case letters and hyphens, as documented"
    yield Report(value.span, message, None, _slugged(file, value, identity))


def _slugged(file: AgentFile, value: Node, identity: Identity) -> tuple[Fix, ...]:
    found = slug(value.text)
    pattern = identity.style or identity.pattern
    if not found or (pattern is not None and not pattern.fullmatch(found)):
        return ()
    edits = edit.set_text(file.header, value, found)
    return file.fix(f"Rename it to `{found}`", edits, "unsafe")


def name_not_folder(file: AgentFile) -> Iterator[Report]:
    """A skill whose name is not that of its folder."""
    value = _name(file)
    asks = [found for found in file.dialects if found.identity.must_equal == "folder"]
    if value is None or not asks or value.text == file.folder:
        return
    pattern = asks[0].identity.pattern
    fixes: tuple[Fix, ...] = ()
    if pattern is None or pattern.fullmatch(file.folder):
        edits = edit.set_text(file.header, value, file.folder)
        fixes = file.fix(f"Rename the skill to `{file.folder}`", edits, "unsafe")
    if pattern is None or pattern.fullmatch(value.text):
        above = posixpath.dirname(posixpath.dirname(file.path))
        target = posixpath.join(above, value.text)
        fixes += _move(file, target, f"Rename the folder to `{value.text}`")
    is_own = any(found.identity.must_equal == "folder" for found in file.judged)
    message = f"the skill is called `{value.text[:60]}` and its folder `{file.folder[:60]}`"
    yield Report(value.span, message, None if is_own else Severity.INFO, fixes)


def _move(file: AgentFile, folder: str, title: str) -> tuple[Fix, ...]:
    """Rename the folder of a skill, unless the new place is taken."""
    if file.view is None or file.view.exists(folder):
        return ()
    old = posixpath.dirname(file.path)
    return (Fix(title, (), "unsafe", other_files=(FileEdit(old, rename_to=folder),)),)


def name_not_file_name(file: AgentFile) -> Iterator[Report]:
    """An agent whose name is not that of its file."""
    value = _name(file)
    if value is None or file.kind != "agent" or not file.is_markdown:
        return
    if value.text in (file.stem, file.folder) or slug(value.text) == slug(file.stem):
        return
    edits = edit.set_text(file.header, value, file.stem)
    fixes = file.fix(f"Rename the agent to `{file.stem}`", edits, "unsafe")
    message = f"the agent is called `{value.text[:60]}` and its file `{file.stem[:60]}`"
    yield Report(value.span, message, None, fixes)


def duplicate_name(file: AgentFile) -> Iterator[Report]:
    """Two definitions of one name in one place."""
    found = file.definition
    if found is None or file.detection.is_guess or file.view is None or file.view.index is None:
        return
    twins = [
        other for other in file.view.index.named(found.kind, found.name, found.family)
        if other.path != found.path
        and other.scope == found.scope
        and other.level == found.level
        and other.dialect == found.dialect
    ]  # fmt: skip
    outcome = file.outcome("duplicate-name")
    if not twins or outcome.is_fine:
        return
    where = posixpath.relpath(twins[0].path, posixpath.dirname(file.path))
    message = outcome.message(f"`{found.name}` is defined in `{where}` too")
    related = tuple(_related(other) for other in twins[:5])
    span = found.name_span or file.top
    yield Report(span, message, outcome.severity, (), related)


def _related(other: Definition) -> Related:
    span = other.name_span or Span(0, 0)
    return Related(f"`{other.name}` is defined here too", span, other.path)


KINDS: tuple[Kind, ...] = ("agent", "skill", "prompt")


def shadowed_definition(file: AgentFile) -> Iterator[Report]:
    """A definition that never loads, as another of its name wins."""
    found = file.definition
    if found is None or file.detection.is_guess or file.view is None or file.view.index is None:
        return
    rules = catalog.vocabulary("precedence")["dialects"]
    index = file.view.index
    same = (d for kind in KINDS for d in index.named(kind, found.name))
    for other in same:
        if other.path == found.path:
            continue
        if _wins(other, found, rules.get(other.dialect)):
            where = _shown(file, other.path)
            message = f"`{found.name}` in `{where}` wins, so this one is not used"
            weak = rules[other.dialect]["evidence"] == "X"
            severity = Severity.HINT if weak else None
            yield Report(found.name_span or file.top, message, severity, (), (_related(other),))
            return


def _wins(other: Definition, found: Definition, rule: dict[str, object] | None) -> bool:
    """Whether a product takes ``other`` instead of ``found``."""
    if rule is None:
        return False
    beats = rule.get("beats") or ()
    assert isinstance(beats, (list, tuple))
    if found.dialect in beats and other.level == found.level and other.level != "plugin":
        return True
    levels = rule["levels"]
    assert isinstance(levels, list)
    if other.dialect != found.dialect or other.level == found.level:
        return False
    if other.level not in levels or found.level not in levels:
        return False
    return bool(levels.index(other.level) < levels.index(found.level))


def _shown(file: AgentFile, path: str) -> str:
    """A path as people know it: relative to the workspace, or from ``~``."""
    view = file.view
    if view is not None:
        for base, lead in ((view.root, ""), (view.home, "~/")):
            if base and path.startswith(base.rstrip("/") + "/"):
                return lead + path[len(base.rstrip("/")) + 1 :]
    return posixpath.basename(path)


def reserved_name(file: AgentFile) -> Iterator[Report]:
    """A name that a product keeps for itself."""
    value = _name(file)
    definition = file.definition
    if definition is None or file.is_ambiguous:
        return
    span = value.span if value is not None and value.text == definition.name else file.top
    identity = file.dialect.identity
    name = definition.name
    if name in identity.reserved:
        message = f"`{name}` is reserved by {_owner(file.dialect)}"
        yield Report(span, message, None)
    elif name in identity.builtin and file.detection.level != "plugin":
        message = f"`{name}` is the name of an agent that {_owner(file.dialect)} brings along"
        yield Report(span, message, None)


def _owner(found: Dialect) -> str:
    from backspec.agents.dialects import product_name

    return product_name(found.readers[0].product) if found.readers else found.owner


VENDOR_WORDS = ("anthropic", "claude")


def vendor_word_in_skill_name(file: AgentFile) -> Iterator[Report]:
    """A skill name that claude.ai and the Skills API do not take."""
    value = _name(file)
    if value is None or not any(found.id == "agent-skill" for found in file.dialects):
        return
    word = next((word for word in VENDOR_WORDS if word in value.text.lower()), None)
    if word is not None:
        message = f"Upload to claude.ai and the Skills API takes no name with `{word}` in it"
        is_open = file.judged[0].id == "agent-skill"
        yield Report(value.span, message, None if is_open else Severity.HINT)


def misplaced_file(file: AgentFile) -> Iterator[Report]:
    """A file that the product will not find where it is."""
    if file.detection.misplaced:
        yield Report(file.top, file.detection.misplaced.rstrip("."), file.weak)
