"""What a piece of Python is for, as the words around it say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks.names import words
from backspec.code.checks.values import names_around, string
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call

_CONTENTS: Final = frozenset(
    ("file", "files", "filename", "filepath", "path", "content", "contents", "body", "html",
     "image", "screenshot", "page", "text", "data", "metadata", "guid", "uuid", "id", "message",
     "msg", "url", "json", "args", "kwargs", "params", "query", "buffer", "chunk", "blob", "bytes",
     "md5", "unique", "previous", "old", "new", "last", "current", "schedule", "job", "upload",
     "document", "snapshot", "template", "source", "version", "asset", "static", "attachment")
)  # fmt: skip
_MARKED: Final = regex(r"#\s*(?:nosec|noqa:?[^#\n]*S324|noqa\s*$)")


def names_contents(call: Call, unit: UnitView) -> bool:
    """Whether a hash tells contents apart, of a file, a page, a row: by the words around it, or
    because no request is answered.
    """
    if not call.context & Context.HANDLER:
        return True
    line = _line(call, unit)
    if _MARKED.search(line):
        return True
    spoken = {word for text in (line, *names_around(call.function)[:1]) for word in words(text)}
    return bool(spoken & _CONTENTS)


def _line(call: Call, unit: UnitView) -> str:
    """The lines that a call stands on."""
    source = unit.adapter.source
    start = source.rfind(b"\n", 0, call.span.start) + 1
    end = source.find(b"\n", call.span.end)
    return unit.text(Span(start, end if end >= 0 else len(source)))


_LOCAL_HOST: Final = regex(
    r"(?m)^\s*(\w+?)_(?:HOST|SERVER|ENDPOINT|HOSTNAME|URL|ENDPOINT_URL)\b[^=\n]*=\s*"
    r"[\"'](?:https?://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|[a-z][a-z0-9_-]*)(?::\d+)?/?[\"']"
)
_STORES: Final = regex(
    r"(?i)postgres|mysql|maria|mongo|redis|minio|rabbit|amqp|\bdb|database|_db\b|aws|s3|mail|smtp|pg"
)
_SIGNS: Final = regex(r"(?i)secret_?key$|^secret$|jwt|sign|session|token|encrypt")


def is_for_own_machine(assign: Assign, unit: UnitView) -> bool:
    """Whether a default is the password of a server on the developer's own machine."""
    name = assign.target
    if assign.class_def is None or not _STORES.search(name):
        return False
    if _SIGNS.search(name) and not re.search(r"(?i)aws|s3|minio", name):
        return False
    text = unit.text(assign.class_def.span)
    head = name.partition("_")[0]
    if any(found.startswith(head) for found in _LOCAL_HOST.findall(text)):
        return True
    value = string(assign.value) or ""
    user = rf"(?m)^\s*{re.escape(head)}\w*_(?:USER|USERNAME|KEY_ID)\b[^=\n]*=\s*[\"']([\w-]+)[\"']"
    found = re.search(user, text)
    return found is not None and len(value) > 2 and value.startswith(found[1].partition("-")[0])


def is_in_task(call: Call) -> bool:
    """Whether a call runs in a background job."""
    function = call.function
    while function is not None:
        if any(
            one.path.rpartition(".")[2] in ("task", "shared_task", "job", "actor", "db_task")
            for one in function.decorators
        ):
            return True
        function = function.outer
    return False


def is_asked_for(call: Call, flags: str) -> bool:
    """Whether a call stands under a condition that names one of some words: ``if reset:``."""
    node = call.node
    for _ in range(30):
        around = node.parent
        if around is None or around.type == "function_definition":
            return False
        condition = around.child_by_field_name("condition")
        if condition is not None and condition != node:
            text = condition.text
            if text is not None and re.search(flags, text.decode("utf-8", "replace")):
                return True
        node = around
    return False


def is_given(name: str, call: Call) -> bool:
    """Whether a plain name is a parameter of the function that a call stands in."""
    function = call.function
    return function is not None and any(one.name == name for one in function.parameters)


def is_verified_below(call: Call, unit: UnitView) -> bool:
    """Whether a class that is derived from a call's decodes the token again, with its key."""
    owner = call.class_def
    if owner is None or not unit.file_has(rf"^class \w+\([^)]*\b{re.escape(owner.name)}\b"):
        return False
    return unit.file_has(r"\.decode\([^)]*\bkey=")


def is_constant_cookie(call: Call, unit: UnitView) -> bool:
    """Whether a cookie says yes or no: ``set_cookie("is_known", "true")``."""
    value = unit.argument(call, "value")
    return (string(value) or "x").lower() in ("true", "false", "1", "0", "yes", "no")
