"""Files that a file refers to: links, imports, bundled files, globs."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from backspec.agents.agent_file import Report
from backspec.agents.markdown import links
from backspec.model import Document, FileEdit, Fix, Severity
from backspec.spelling import closest
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.navigation import PathUse
    from backspec.agents.nodes import Entry, Node
    from backspec.agents.view import View

_TEMPLATE = re.compile(r"[${}<>*%]")


_DUMMY = re.compile(
    r"(?:^|[/_-])(?:path/to|your[-_ ]|example|placeholder|foo|bar|xxx|some[-_])|\.\.\.|^url$|^link$"
    r"|^path$|^file$|^href$|[-_](?:name|id|\d+|n|x)\.md$",
    re.IGNORECASE,
)


def _paths(file: AgentFile) -> Iterator[PathUse]:
    from backspec.agents.navigation import paths_in

    if file.view is not None and file.view.root is not None and not file.detection.is_guess:
        yield from paths_in(file.document, file.view)


def missing_file(file: AgentFile) -> Iterator[Report]:
    """A link, import or other path to a file that is not there."""
    view = file.view
    if view is None:
        return
    root = (view.root or "").replace("\\", "/")
    for use in _paths(file):
        plain = unquote(use.written.partition("#")[0].partition("?")[0])
        if _DUMMY.search(plain) or ("/" not in plain and "." not in plain):
            continue
        if view.exists(use.target) or _is_elsewhere(view, plain, root):
            continue
        is_file = "." in posixpath.basename(plain) or plain.endswith("/")
        if not is_file and not view.exists(posixpath.dirname(use.target)):
            continue
        if _is_prose_at(file, use):
            continue
        fixes = _near_file(file, use, view)
        if use.target.startswith(f"{root}/") and use.target.endswith((".md", ".txt")):
            made = FileEdit(use.target, (Edit(Span(0, 0), ""),), create=True)
            fixes += (Fix(f"Create `{plain}`", (), "unsafe", other_files=(made,)),)
        yield Report(use.span, f"`{plain[:80]}` does not exist", file.weak, fixes)


def _is_elsewhere(view: View, plain: str, root: str) -> bool:
    """Paths are also written from the workspace's root, with or without a leading slash."""
    return bool(root) and view.exists(posixpath.normpath(posixpath.join(root, plain.lstrip("/"))))


def _is_prose_at(file: AgentFile, use: PathUse) -> bool:
    """``@scope/package`` and ``@app.route`` look like imports and are none."""
    before = file.document.text[use.span.start - 1 : use.span.start]
    if before != b"@":
        return False
    name = posixpath.basename(use.written)
    return "." not in name or not name.lower().endswith((".md", ".txt", ".mdc", ".json", ".toml"))


def _near_file(file: AgentFile, use: PathUse, view: View) -> tuple[Fix, ...]:
    folder, name = posixpath.split(use.target)
    near = closest(name, [n for n in view.list(folder) if not n.endswith("/")])
    if near is None:
        return ()
    at = use.written.rfind("/") + 1
    written = use.written[:at] + near
    return file.fix(f"Write `{written}`", (Edit(use.span, written),), "unsafe")


MOST_HOPS = 4


def import_cycle(file: AgentFile) -> Iterator[Report]:
    """An import that comes back to this file, or that goes deeper than is followed."""
    view = file.view
    if view is None or not file.is_a("claude-md", "gemini-md", "qwen-md"):
        return
    limit = MOST_HOPS if file.is_a("claude-md") else 10
    for use in _paths(file):
        if file.document.text[use.span.start - 1 : use.span.start] != b"@":
            continue
        trail = _trail(file, use.target, limit)
        if trail is None:
            continue
        names = " → ".join(posixpath.basename(path) for path in trail[:6])
        if trail[-1] == file.path:
            message = f"this import leads back to this file: {names}"
            yield Report(use.span, message, Severity.ERROR)
        elif file.is_a("claude-md"):
            message = f"Claude Code follows imports {MOST_HOPS} files deep, and not on to {names}"
            yield Report(use.span, message)


def _trail(file: AgentFile, first: str, limit: int) -> tuple[str, ...] | None:
    """A way through imports that comes back to the file, or ends beyond the limit; None: fine."""
    from backspec.agents.navigation import paths_in

    view = file.view
    assert view is not None
    todo: list[tuple[str, ...]] = [(first,)]
    seen: set[str] = set()
    while todo and len(seen) < 200:
        trail = todo.pop()
        if trail[-1] == file.path:
            return trail
        if len(trail) > limit:
            return trail[limit:] if view.exists(trail[-1]) else None
        if trail[-1] in seen:
            continue
        seen.add(trail[-1])
        text = view.read(trail[-1])
        if text is None or b"@" not in text:
            continue
        # Whatever the imported file is called, its imports count as those of this one.
        pretended = posixpath.join(posixpath.dirname(trail[-1]), posixpath.basename(file.path))
        todo.extend(
            (*trail, use.target)
            for use in paths_in(Document(pretended, text), view)
            if text[use.span.start - 1 : use.span.start] == b"@" and view.exists(use.target)
        )
    return None


def link_outside_skill(file: AgentFile) -> Iterator[Report]:
    """A link from a skill to a file that does not travel with it."""
    if file.kind != "skill" or not file.is_markdown:
        return
    folder = posixpath.dirname(file.path)
    for link in links(file.body, file.document.text):
        target = unquote(link.target.partition("#")[0])
        if not target or _TEMPLATE.search(target) or re.match(r"[\w+.-]+:|//", target):
            continue
        full = posixpath.normpath(posixpath.join(folder, target))
        is_absolute = target.startswith(("/", "~"))
        # The skills of one product's folder or of a plugin travel together.
        is_open = file.judged[0].id == "agent-skill"
        if is_absolute or (is_open and not full.startswith(f"{folder}/")):
            message = f"`{target[:80]}` is outside the skill's folder and does not travel with it"
            yield Report(link.target_span, message)


_BUNDLED = ("references/", "scripts/", "assets/", "templates/", "examples/", "resources/")
_APART = re.compile(
    r"(?:^|/)(?:\.|_|LICENSE|README|NOTICE|CHANGELOG|package(?:-lock)?\.json|tests?/|evals?/)"
)


def unreferenced_file(file: AgentFile) -> Iterator[Report]:
    """A file that comes with a skill and that nothing in it mentions."""
    view = file.view
    if file.kind != "skill" or view is None or view.root is None or not file.is_markdown:
        return
    root = view.root.replace("\\", "/").rstrip("/")
    folder = posixpath.dirname(file.path)
    if not folder.startswith(root):
        return
    base = folder[len(root) + 1 :] + "/"
    bundled = [path[len(base) :] for path in view.files if path.startswith(base)]
    candidates = [path for path in bundled if path.startswith(_BUNDLED) and not _APART.search(path)]
    if not candidates:
        return
    texts = [file.document.text]
    for path in bundled:
        if path.endswith(".md") and path not in ("SKILL.md", "skill.md") and len(texts) < 60:
            texts.append(view.read(posixpath.join(folder, path)) or b"")
    lost = [path for path in candidates if not _is_mentioned(path, texts)]
    if lost:
        shown = ", ".join(f"`{path}`" for path in lost[:3])
        rest = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        yield Report(file.top, f"nothing in the skill mentions {shown}{rest}")


def _is_mentioned(path: str, texts: list[bytes]) -> bool:
    name = posixpath.basename(path)
    stem = posixpath.splitext(name)[0]
    folder = posixpath.dirname(path)
    for text in texts:
        if name.encode() in text or stem.encode() in text:
            return True
        # A folder that is mentioned as a whole stands for what is in it.
        if re.search(
            rb"(?<![\w/])" + re.escape(folder.encode()) + rb"/?(?:[\s`\"')\]*,.;:]|\Z)", text
        ):
            return True
    return False


# Globs


def _globs(file: AgentFile) -> Iterator[tuple[Entry, Node, str, Span]]:
    """(entry, node, glob, its place) for every glob in the header."""
    from backspec.agents.globs import split_globs

    for entry, key, _ in file.nested():
        if key.values != "globs":
            continue
        for node in entry.value.scalars():
            raw = file.document.text[slice(*node.content)].decode("utf-8", "surrogateescape")
            parts = split_globs(raw) if node is entry.value else [(0, len(raw))]
            for start, end in parts:
                begin = node.content.start + len(raw[:start].encode("utf-8", "surrogateescape"))
                part = raw[start:end]
                size = len(part.encode("utf-8", "surrogateescape"))
                yield entry, node, part, Span(begin, begin + size)


def invalid_glob(file: AgentFile) -> Iterator[Report]:
    """A glob that cannot be read."""
    from backspec.agents.globs import glob_problem

    for entry, _, glob, span in _globs(file):
        problem = glob_problem(glob)
        if problem and not _TEMPLATE.sub("", glob).startswith("${"):
            message = f"a glob in `{entry.name}` {problem}"
            yield Report(span, message, file.weak)


def unmatched_glob(file: AgentFile) -> Iterator[Report]:
    """A glob that no file of the workspace matches."""
    from backspec.agents.globs import count_matches, glob_problem

    view = file.view
    if view is None or view.root is None or file.detection.level != "workspace":
        return
    files: list[str] | None = None
    for entry, _, glob, span in _globs(file):
        if glob.strip() in ("*", "**", "**/*", "") or glob_problem(glob):
            continue
        files = list(view.files) if files is None else files
        if len(files) > 1 and count_matches(glob, files) == 0:
            message = f"no file in this workspace matches `{glob[:60]}` in `{entry.name}`"
            yield Report(span, message)


MOST_COMPARED = 200


def same_files_twice(file: AgentFile) -> Iterator[Report]:
    """Another file of instructions is for exactly the same files."""
    from backspec.agents.frontmatter import parse

    view = file.view
    entry = file.header.find("applyTo")
    if view is None or entry is None or not file.is_a("vscode-instructions"):
        return
    glob = entry.value.text.strip()
    if entry.value.kind != "scalar" or glob in ("", "*", "**", "**/*"):
        return
    folder = posixpath.dirname(file.path)
    for name in view.list(folder)[:MOST_COMPARED]:
        path = posixpath.join(folder, name)
        if not name.endswith(".instructions.md") or path == file.path:
            continue
        other = parse(view.read(path) or b"").string("applyTo")
        if other is not None and other.strip() == glob:
            message = f"`{name}` is for the same files; see that the two do not contradict"
            yield Report(entry.value.span, message)
            return
