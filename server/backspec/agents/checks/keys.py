"""Keys that a product does not read: unknown, misspelt, outdated, of another dialect."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from backspec import catalog
from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.dialects import dialect, product_name
from backspec.agents.naming import slug
from backspec.model import Severity
from backspec.spelling import closest
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.dialects import Dialect, Key
    from backspec.agents.nodes import Entry, Node
    from backspec.model import Fix


@functools.cache
def _synonyms() -> Mapping[str, tuple[str, ...]]:
    groups = catalog.vocabulary("key-synonyms")["groups"]
    return {
        name: tuple(other for other in group if other != name) for group in groups for name in group
    }


@functools.cache
def _generic() -> frozenset[str]:
    return frozenset(catalog.vocabulary("key-synonyms")["generic"])


@functools.cache
def _homes(name: str, group: str) -> tuple[str, ...]:
    """The dialects of a kind that know a key, best evidence first."""
    kinds = {
        "agent": ("agent", "modes"),
        "prompt": ("prompt", "skill"),
        "skill": ("skill", "prompt"),
    }
    wanted = kinds.get(group, (group,))
    found = [
        d for d in (dialect(other) for other in catalog.dialect_names())
        if d.kind in wanted and name in d.keys and not d.keys[name].deprecated
    ]  # fmt: skip
    return tuple(d.id for d in sorted(found, key=lambda d: (d.evidence == "X", d.id)))


MOST_STRANGERS = 60
"""Most unknown keys of one file that are looked into: no header is meant to have more."""


def _strangers(file: AgentFile) -> Iterator[Entry]:
    """Top-level entries that no dialect of the file knows, apart from the team's own."""
    count = 0
    for entry in file.header.entries:
        name = entry.name
        if name and name not in file.known_keys and not name.startswith(("x-", "$", "#")):
            count += 1
            if count > MOST_STRANGERS:
                return
            yield entry


def _excluded(file: AgentFile, name: str) -> Dialect | None:
    """The dialect of the same place that knows the key and that the header rules out."""
    for found in file.dialects:
        for other_id in catalog.dialect_names():
            other = dialect(other_id)
            if other in file.dialects or name not in other.keys:
                continue
            if set(other.globs.get("workspace", ())) & set(found.globs.get("workspace", ())) and (
                other.extra.get("detect", {}).get("excluded-by")
            ):
                return other
    return None


def _meant(file: AgentFile, name: str) -> str | None:
    """The key of the file's own dialects that a misspelt one stands for."""
    taken = {entry.name for entry in file.header.entries}
    known = [n for d in file.judged for n, key in d.keys.items() if not key.deprecated]
    found = closest(name, known, 0.8)
    if found is None or found in taken:
        return None
    if slug(found).replace("-", "") == slug(name).replace("-", ""):
        return found
    if name in _generic() or _homes(name, file.kind):
        return None
    return found if len(name) > 3 else None


def unknown_key(file: AgentFile) -> Iterator[Report]:
    """A key that no product of the file knows, and that is no slip of the pen."""
    if any(found.id == "agent-skill" for found in file.dialects):
        return
    root = file.header.root
    outcome = file.outcome("unknown-key")
    for entry in _strangers(file):
        name = entry.name
        if outcome.is_fine or entry.separator is None or root is None:
            continue
        if _meant(file, name) or _foreign(file, name) or _excluded(file, name):
            continue
        is_own = not file.dialect.readers
        if is_own and not _closed(file):
            continue
        if is_own:
            removal = edit.remove_key(file.header, root, entry)
            fixes = file.fix(f"Remove `{name}`", removal, "unsafe")
            message = f"`{name}` is no key of {_article(file.dialect.title)}"
            yield Report(entry.key.span, message, Severity.WARNING, fixes)
            continue
        severity = outcome.severity or Severity.HINT
        if not any(d.closed for d in file.judged) and severity < Severity.HINT:
            # Only products that refuse the file for it make an unknown key more than a hint.
            is_refused = any(name in r.rejects for d in file.judged for r in d.readers)
            severity = severity if is_refused else Severity.HINT
        removal = edit.remove_key(file.header, root, entry)
        yield Report(
            entry.key.span,
            outcome.message(f"`{name}` is no key of {_article(file.dialect.title)}"),
            severity,
            file.fix(f"Remove `{name}`", removal, "unsafe"),
            tags=("unnecessary",),
        )


def misspelt_key(file: AgentFile) -> Iterator[Report]:
    """A key that is nearly one the product knows."""
    for entry in _strangers(file):
        found = _meant(file, entry.name)
        if found and entry.separator is not None:
            outcome = file.outcome("unknown-key")
            severity = (
                Severity.ERROR if outcome.severity == Severity.ERROR and _closed(file) else None
            )
            message = f"`{entry.name}` is no key; did you mean `{found}`?"
            is_same = slug(found).replace("-", "") == slug(entry.name).replace("-", "")
            fixes = file.fix(
                f"Rename it to `{found}`", edit.rename_key(entry, found),
                "safe" if is_same else "unsafe",
            )  # fmt: skip
            yield Report(entry.key.span, message, severity, fixes)
    yield from _misspelt_inside(file)


def _closed(file: AgentFile) -> bool:
    return any(found.closed for found in file.judged)


def _misspelt_inside(file: AgentFile) -> Iterator[Report]:
    """The same in items and mappings below the top."""
    for entry, key, _ in file.nested():
        if not key.keys or key.any_key is not None:
            continue
        value = entry.value
        for item in value.items if value.kind == "list" else (value,):
            taken = {inner.name for inner in item.entries}
            for inner in item.entries:
                if inner.name in key.keys or not inner.name or inner.separator is None:
                    continue
                found = closest(inner.name, key.keys, 0.7)
                if found and found not in taken:
                    message = f"`{inner.name}` is no key of `{entry.name}`; did you mean `{found}`?"
                    fixes = file.fix(
                        f"Rename it to `{found}`", edit.rename_key(inner, found), "unsafe"
                    )
                    yield Report(inner.key.span, message, None, fixes)


def _foreign(file: AgentFile, name: str) -> tuple[str, str | None] | None:
    """(dialect that knows a key, what it is called here) for a key of another dialect."""
    if name in _generic() or _excluded(file, name):
        return None
    here = next(
        (
            other for other in _synonyms().get(name, ())
            if other in file.known_keys and not _ignored_here(file, other)
        ),
        None,
    )  # fmt: skip
    homes = _homes(name, file.kind)
    if not homes and here is None:
        return None
    return (homes[0] if homes else "", here)


def foreign_key(file: AgentFile) -> Iterator[Report]:
    """A key that only another product's files have."""
    is_skill = any(found.id == "agent-skill" for found in file.dialects)
    for entry in _strangers(file):
        name = entry.name
        if entry.separator is None or _meant(file, name):
            continue
        found = _foreign(file, name)
        if found is None or (is_skill and found[1] is None):
            continue
        home, here = found
        taken = here is not None and file.header.find(here) is not None
        outcome = file.outcome("unknown-key")
        makers = product_name(file.dialect.readers[0].product) if file.dialect.readers else ""
        owner = dialect(home).title if home else ""
        said = f"`{name}` is a key of {_article(owner)}" if owner else f"`{name}` is no key here"
        if here and not taken:
            message = f"`{name}` is called `{here}` in {_article(file.dialect.title)}"
            fixes = file.fix(f"Rename it to `{here}`", edit.rename_key(entry, here), "unsafe")
        else:
            message = f"{said}; {makers} does not read it" if makers else said
            root = file.header.root
            assert root is not None
            fixes = file.fix(
                f"Remove `{name}`", edit.remove_key(file.header, root, entry), "unsafe"
            )
        severity = None
        if is_skill or not here or (home and dialect(home).evidence == "X"):
            severity = Severity.HINT
        if _closed(file) and outcome.severity == Severity.ERROR:
            severity = Severity.ERROR
        yield Report(entry.key.span, message, severity, fixes)


def _article(title: str) -> str:
    return f"{'an' if title[:1] in 'AEIOUaeiou' else 'a'} {title}"


def deprecated_key(file: AgentFile) -> Iterator[Report]:
    """A key that has been replaced."""
    for entry, key, parent in file.nested():
        if not key.deprecated:
            continue
        outcome = file.outcome("deprecated-key", entry.name)
        if outcome.is_fine:
            continue
        message = outcome.message(f"`{entry.name}` is deprecated")
        if not outcome.clause:
            message = f"`{entry.name}` is deprecated: {key.deprecated.rstrip('.')}"
        fixes = _replacement(file, entry, key, parent)
        yield Report(entry.key.span, message, outcome.severity, fixes, tags=("deprecated",))


def _replacement(file: AgentFile, entry: Entry, key: Key, parent: Node) -> tuple[Fix, ...]:
    new = key.replaced_by
    if not new:
        return ()
    if parent.find(new) is not None:
        removal = edit.remove_key(file.header, parent, entry)
        return file.fix(f"Remove `{entry.name}`, as `{new}` is there", removal, "unsafe")
    values = key.schema.get("x-backspec", {}).get("replaced-values")
    if values is None:
        return file.fix(f"Rename it to `{new}`", edit.rename_key(entry, new))
    if entry.value.text not in values:
        return ()
    value = values[entry.value.text]
    if value == "":
        removal = edit.remove_key(file.header, parent, entry)
        return file.fix(f"Remove `{entry.name}`, as that is the default", removal)
    edits = (*edit.rename_key(entry, new), Edit(entry.value.span, value))
    return file.fix(f"Write `{new}: {value}`", edits)


def ignored_key(file: AgentFile) -> Iterator[Report]:
    """A key that the product of this very file does not read."""
    root = file.header.root
    for entry in file.header.entries:
        name = entry.name
        reason = ""
        if name in file.known_keys:
            reason = _ignored_here(file, name)
        elif name and (other := _excluded(file, name)) is not None and not _meant(file, name):
            target = file.header.string("target")
            readers = product_name(other.readers[0].product)
            reason = f"`{name}` does nothing with `target: {target}`: only {readers} reads it"
        if reason and root is not None:
            removal = edit.remove_key(file.header, root, entry)
            fixes = file.fix(f"Remove `{name}`", removal, "unsafe")
            yield Report(entry.key.span, reason, file.weak, fixes)


def _ignored_here(file: AgentFile, name: str) -> str:
    """Why all products the file is made for skip a key its dialect has; "" when one reads it."""
    if file.kind == "skill" and name in dialect("agent-skill").keys:
        return ""
    products = []
    for found in file.judged:
        if name not in found.keys or found.keys[name].deprecated:
            continue
        here = {r.product: r for r in found.readers_at(file.detection.level)}
        makers = [here[product] for product in file.makers(found) if product in here]
        if not makers or not all(reader.ignores_key(name) for reader in makers):
            return ""
        base = {r.product: r for r in found.readers}
        is_by_place = not any(base[r.product].ignores_key(name) for r in makers)
        others = [r for r in here.values() if r.evidence != "X" and r not in makers]
        if not is_by_place and not all(reader.ignores_key(name) for reader in others):
            return ""
        products.append(product_name(makers[0].product))
    if not products:
        return ""
    is_plugin = file.detection.level == "plugin"
    where = "in a plugin" if is_plugin else f"in a {file.dialect.title}"
    return f"{products[0]} ignores `{name}` {where}"
