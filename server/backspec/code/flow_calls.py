"""Fixes of flows that call something safer in the place of the sink."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import Call, CallValue, Const
from backspec.code.fixes import insert_argument
from backspec.expressions import regex
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from backspec.code.flow_fixes import Flowing

_LOCAL: Final = regex(
    r"Microsoft\.AspNetCore\.(?:Mvc\.ControllerBase|Http\.(?:Results|TypedResults))"
    r"\.(?P<name>Redirect(?:Permanent|PreserveMethod|PermanentPreserveMethod)?)"
)


def local_redirect(flowing: Flowing) -> list[Edit] | None:
    """C#: ``Redirect(url)`` to ``LocalRedirect(url)``, which refuses other hosts."""
    call = flowing.fact
    found = _LOCAL.fullmatch(call.qualified or "") if isinstance(call, Call) else None
    if not isinstance(call, Call) or found is None:
        return None
    name = found["name"]
    if not flowing.adapter.text(call.callee_span).endswith(name):
        return None
    at = call.callee_span.end - len(name)
    return [Edit(Span(at, at), "Local")]


def no_classes(flowing: Flowing) -> list[Edit] | None:
    """PHP: ``unserialize($text)`` to the same with no class allowed."""
    call = flowing.fact
    if not isinstance(call, Call) or call.qualified != "unserialize":
        return None
    given = call.arguments
    if given.is_open or given.keywords or len(given.positional) != 1:
        return None
    return insert_argument(call, flowing.adapter.source, "['allowed_classes' => false]")


# ---------------------------------------------------------------------------- Flask

_FLASK_IMPORT: Final = regex(
    rb"(?m)^from flask import (?P<names>(?:\w+(?: as \w+)?, *)*\w+(?: as \w+)?)"
    rb"[ \t]*(?:#[^\n]*)?\r?$"
)
_OWN_FOLDER: Final = regex(
    r"[A-Z][A-Z0-9_]*|(?:app|current_app)\.(?:config\[[\"']\w+[\"']\]|root_path|instance_path"
    r"|static_folder)|settings\.[A-Z][A-Z0-9_]*"
)
_NEW: Final = "send_from_directory"


def send_from_directory(flowing: Flowing) -> list[Edit] | None:
    """Flask: ``send_file(os.path.join(d, x))`` to ``send_from_directory(d, x)``."""
    call = flowing.fact
    if not isinstance(call, Call) or call.qualified != "flask.send_file":
        return None
    path = call.arguments.positional[0] if len(call.arguments.positional) == 1 else None
    if not isinstance(path, CallValue) or path.call.qualified != "os.path.join":
        return None
    parts = path.call.arguments
    inside = call.span.start <= path.span.start and path.span.end <= call.span.end
    if not inside or parts.is_open or parts.keywords or len(parts.positional) != 2:
        return None
    folder, name = parts.positional
    text = flowing.adapter.text
    written = text(folder.span)
    is_own = isinstance(folder, Const) or _OWN_FOLDER.fullmatch(written) is not None
    if not is_own or flowing.taint_of(folder) is not None or "\n" in text(path.span):
        return None
    callee = text(call.callee_span)
    edits = [Edit(path.span, f"{written}, {text(name.span)}")]
    if callee == "flask.send_file":
        return [Edit(call.callee_span, "flask." + _NEW), *edits]
    source = flowing.adapter.source
    line = _FLASK_IMPORT.search(source)
    if callee != "send_file" or line is None:
        return None
    names = [one.strip() for one in line["names"].split(b",")]
    if _NEW.encode() not in names:
        if re.search(rb"\bsend_from_directory\b", source):
            return None
        start = line.start("names")
        uses = len(re.findall(rb"(?<![\w.])send_file\b", source))
        place = re.search(rb"(?<!\w)send_file(?![\w ])", line["names"])
        if place is None:
            return None
        span = Span(start + place.start(), start + place.end())
        new = _NEW if uses == 2 else f"send_file, {_NEW}"  # the import, and the call here
        edits.insert(0, Edit(span, new))
    return [*edits, Edit(call.callee_span, _NEW)]
