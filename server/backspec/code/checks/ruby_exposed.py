"""Ruby: consoles anybody may open, headers switched off, loose origins, files left open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.origins import whole_origin
from backspec.code.checks.values import number, string
from backspec.code.facts.model import Const, Context, Mapping
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.code.syntax import Node
    from backspec.model import Fix

_QUIET: Final = Context.TEST | Context.DEV_GUARD | Context.MIGRATION
_DEVELOPMENT: Final = regex(
    r"(?:^|/)(?:spec|test|environments/(?:test|development)|\w*dummy\w*)[/.]"
)

# ---------------------------------------------------------------------------- consoles

_CONSOLES: Final = frozenset(("Flipper::UI.app", "PgHero::Engine", "Blazer::Engine"))
_GUARDS: Final = regex(
    r"\b(?:authenticated?|constraints|authorize|admin_only|require_admin|with_dev_auth|scope)\b"
)
_LOCKED: Final = (
    r"(?:Sidekiq::Web|Resque::Server)\.(?:use|register|set)\b|Rack::Auth|constraints|authenticate"
)


@needs(calls=("mount",))
def mounted(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``mount Flipper::UI.app => "/flags"`` for everybody."""
    if _DEVELOPMENT.search(unit.path):
        return
    for call in facts.calls:
        if call.path != "mount" or call.context & _QUIET:
            continue
        given = unit.text(call.arguments.span)
        console = next((one for one in _CONSOLES if given.lstrip("( ").startswith(one)), None)
        if console is None or "constraints" in given or unit.file_has(_LOCKED):
            continue
        if is_guarded(call.function):
            continue
        yield Report(
            call.span,
            f"Anybody may open `{console}` and do all it offers",
            place=call.place,
        )


def is_guarded(function: Function | None) -> bool:
    """Whether a block around asks who it is."""
    while function is not None and function.passed_to is not None:
        if _GUARDS.search(function.passed_to.path):
            return True
        function = function.outer
    return False


# ---------------------------------------------------------------------------- headers, answers


@needs(words=("default_headers",))
def headers_off(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``default_headers = {"X-Frame-Options" => "ALLOWALL"}``, ``default_headers.clear``."""
    if _DEVELOPMENT.search(unit.path):
        return
    for assign in facts.assigns:
        if "default_headers" not in assign.target:
            continue
        value = assign.value
        frames = value.entries.get("X-Frame-Options") if isinstance(value, Mapping) else value
        if frames is not None and (string(frames) or "").upper() == "ALLOWALL":
            yield Report(
                frames.span, "Any site may show these pages in a frame", place=assign.place
            )
    for call in facts.calls:
        if call.path.endswith("default_headers.clear"):
            yield Report(call.span, "Headers that protect pages are off here", place=call.place)


@needs(calls=("render",))
def body_without_content(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``render json: order, status: :no_content``."""
    for call in unit.calls("response-send"):
        if call.path != "render" or call.context & _QUIET:
            continue
        given = call.arguments.keywords
        status, body = given.get("status"), given.get("json", given.get("plain"))
        if status is None or body is None:
            continue
        if string(status) not in ("no_content", "not_modified") and number(status) not in (
            204,
            304,
        ):
            continue
        if isinstance(body, Const) and body.value in ("", None):
            continue
        if isinstance(body, Mapping) and not body.entries:
            continue
        yield Report(
            body.span, "With this status nothing of the body is sent: use `head`", place=call.place
        )


# ---------------------------------------------------------------------------- origins


@needs(calls=("origins",))
def loose_origins(facts: Facts, unit: UnitView) -> Iterator[Report]:
    r"""rack-cors: ``origins(/example\.com/)``."""
    if _DEVELOPMENT.search(unit.path):
        return
    for call in facts.calls:
        if call.path != "origins" or call.context & _QUIET:
            continue
        for value in call.arguments.positional:
            node = value.node
            if node.type != "regex" or any(n.type == "interpolation" for n in node.named_children):
                continue
            body = unit.adapter.slice(node).partition("/")[2].rpartition("/")[0]
            if re.search(r"localhost|127\\?\.0", body) or not re.search(r"[a-z]{3}", body):
                continue
            is_begun = body.startswith((r"\A", "^")) or re.match(r"\(\?:?(?:\\A|\^)", body)
            is_ended = body.endswith((r"\z", r"\Z", "$"))
            if not is_ended:
                what = "and what follows it"
            elif not is_begun and not re.match(r"https?:", body):
                what = "and what stands before it"
            elif re.search(r"[a-z](?<!\\)\.(?:com|org|net|io|dev|app|co)\b", body):
                what = "as its `.` is any character"
            else:
                continue
            written = unit.adapter.slice(node)
            repairs: tuple[Fix, ...] = ()
            if written == f"/{body}/":
                span = Span(value.span.start + 1, value.span.end - 1)
                repairs = whole_origin(body, span, r"\A", r"\z")
            yield Report(
                value.span, f"Other sites fit this pattern too, {what}", repairs, place=call.place
            )


# ---------------------------------------------------------------------------- archives, files

_LOOKED_AT: Final = regex(
    r"start_with\?|expand_path|realpath|basename|cleanpath|relative\?|include\?\(?\s*[\"']\.\.|name_safe"
    r"|sanitize|safe|\.\."
)


@needs(calls=("extract", "open", "write", "binwrite"), words=("entry", "name", "full_name"))
def entry_outside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``entry.extract(File.join(folder, entry.name))`` as it comes."""
    if not unit.file_has(r"\bZip::|Gem::Package::TarReader|Archive::Tar|Minitar|Zlib::GzipReader"):
        return
    for call in facts.calls:
        if call.name not in ("extract", "open", "write", "binwrite") or call.context & _QUIET:
            continue
        if call.name != "extract" and not call.path.startswith(("File.", "IO.")):
            continue
        text = unit.text(call.arguments.span)[:300]
        found = re.search(r"\b(\w+)\.(?:name|full_name)\b", text)
        around = call.function
        while around is not None and around.passed_to is not None:
            if found is not None and any(one.name == found[1] for one in around.parameters):
                break
            around = around.outer
        if found is None or around is None or around.passed_to is None:
            continue
        outer = around
        while outer.outer is not None and outer.passed_to is not None:
            outer = outer.outer
        if _LOOKED_AT.search(unit.text(outer.span)):
            continue
        yield Report(
            call.span,
            f"An entry called `../x` is written outside of the folder: look at `{found[0]}` first",
            place=call.place,
        )


_READS: Final = frozenset(
    ("read", "readlines", "each_line", "gets", "write", "puts", "readline", "each", "size", "lines")
)
_SCRIPT: Final = regex(
    r"(?:^|/)(?:bin|scripts?|tasks|db|examples?|tools|extra|benchmarks?)/|\.rake$"
)


@needs(calls=("open", "new"), words=("File",))
def left_open(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``file = File.open(path)`` that nobody closes."""
    if _SCRIPT.search(unit.path):
        return
    for call in facts.calls:
        if call.path not in ("File.open", "File.new", "Zlib.GzipReader.open"):
            continue
        if call.arguments.block is not None or call.context & (_QUIET | Context.MODULE):
            continue
        around = call.node.parent
        if _passes_block(call.node):
            continue
        if around is not None and around.type == "call":
            method = around.child_by_field_name("method")
            if method is None or unit.adapter.slice(method) not in _READS:
                continue
        elif call.use != "assigned" or not _stays_open(call, unit):
            continue
        yield Report(
            call.callee_span,
            f"Nobody closes what `{call.written}` opens before the garbage collector does: give it "
            "a block",
            place=call.place,
        )


def _passes_block(call: Node) -> bool:
    """``File.open(path, &block)``."""
    given = call.child_by_field_name("arguments")
    return given is not None and any(n.type == "block_argument" for n in given.named_children)


def _stays_open(call: Call, unit: UnitView) -> bool:
    """Whether the variable that holds a file is only read from in its method."""
    name = call.assigned_to
    function = call.function
    while function is not None and function.passed_to is not None:
        function = function.outer
    if function is None or not re.fullmatch(r"[a-z_]\w*", name):
        return False
    text = unit.text(function.body_span)
    uses = re.findall(rf"(?<![\w.@:]){re.escape(name)}\b(?!\s*=[^=])(\s*&?\.\w+)?", text)
    if not uses or text.rstrip().endswith(name):
        return False
    return all(one.strip().lstrip("&.") in _READS for one in uses)
