"""Checks on errors: caught, answered, made and shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.arguments import places_of
from backspec.code.checks import Report, java_failures, javascript_failures, needs, php_failures
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.names import words
from backspec.code.checks.python_failures import is_deliberate
from backspec.code.checks.settings_files import settings_kind
from backspec.code.checks.values import is_constant, names_around
from backspec.code.facts.model import Context, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Catch, Facts, Function
    from backspec.code.syntax import Node

# ---------------------------------------------------------------------------- swallowed

_BROAD: Final = frozenset(
    ("Exception", "BaseException", "builtins.Exception", "builtins.BaseException", "Throwable")
)
_CLEANUP: Final = frozenset(
    ("close", "shutdown", "cleanup", "clean", "stop", "disconnect", "teardown", "dispose",
     "destroy", "finalize", "release", "unlink", "remove", "rollback", "kill", "terminate",
     "cancel", "flush", "rmtree", "rm", "quit", "exit", "aexit", "del", "unsubscribe", "abort",
     "end", "detach", "delete")
)  # fmt: skip
_REASON_LENGTH: Final = 15
_SCRIPT: Final = regex(
    r"(?:^|/)(?:scripts?|bin|tools?|hack|releases?|examples?|benchmarks?|snap-src|codemods?)/"
    r"|\.config\.[cm]?[jt]s$|(?:^|/)(?:postinstall|setup)\.\w+$"
)
"""Programs for one person, who sees what they did."""


def swallowed_exception(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Handlers for every error that do nothing with it."""
    if unit.family == "ruby":
        return  # ``ruby_forms`` reads these
    for catch in facts.catches:
        if is_front_end(unit) or _SCRIPT.search(unit.path):
            return
        if not _is_broad(catch) or not _does_nothing(catch, unit):
            continue
        if _is_best_effort(catch, unit):
            continue
        if unit.family == "go" and catch.node.child_by_field_name("alternative") is not None:
            continue  # what is done when there is no error stands in the other branch
        reason = re.sub(r"[#/*\s]+", " ", catch.has_comment or _beside(catch, unit)).strip()
        has_reason = len(reason) >= _REASON_LENGTH
        is_unsure = (
            _is_meant(catch, unit)
            or (unit.family == "javascript" and javascript_failures.is_meant(catch, reason, unit))
            or (unit.family == "csharp" and (has_reason or _silenced(catch, unit)))
            or (unit.family == "java" and java_failures.is_meant(catch))
            or (unit.family == "php" and php_failures.is_deliberate(catch, unit, has_reason))
        )
        yield Report(
            catch.head_span,
            "Every error ends here without a trace",
            _rethrow(catch, unit),
            Severity.INFO if has_reason else None,
            "strict" if is_unsure else None,
            place=catch.place,
        )


def _beside(catch: Catch, unit: UnitView) -> str:
    """C#: a comment right before ``catch``, or after it on the same line."""
    if unit.family != "csharp":
        return ""
    before = catch.node.prev_named_sibling
    if before is not None and before.type == "comment":
        return unit.adapter.slice(before)
    line = unit.adapter.source[catch.span.end : catch.span.end + 200].partition(b"\n")[0]
    found = re.fullmatch(r"\s*//(.*)", line.decode("utf-8", "replace"))
    return found[1] if found is not None else ""


def _silenced(catch: Catch, unit: UnitView) -> bool:
    """C#: whether the compiler was told that an empty ``catch`` is meant."""
    around = unit.text(Span(max(0, catch.head_span.start - 400), catch.body_span.start))
    found = re.findall(
        r"#pragma warning (disable|restore)[^\n]*(?:RECS0022|CA1031|S108|S2486)", around
    )
    return bool(found)


def _is_broad(catch: Catch) -> bool:
    types = catch.types
    if any(child.type == "catch_filter_clause" for child in catch.node.named_children):
        return False  # C#: ``when`` says which errors are meant
    return not types or any(one in _BROAD for one in types)


def _does_nothing(catch: Catch, unit: UnitView) -> bool:
    for node in catch.statements:
        kind = node.type
        if kind in ("pass_statement", "continue_statement", "empty_statement"):
            continue
        text = unit.adapter.slice(node).strip().rstrip(";")
        if kind == "return_statement" and text in ("return", "return None", "return null"):
            continue
        if kind == "expression_statement" and text == "...":
            continue
        return False
    if unit.family == "python":
        return True
    # An arrow function's expression is a value for the failure; without a body it is a no-op.
    if re.search(r"=>\s*null\s*\)?$", unit.text(catch.span)):
        return False
    is_block = catch.body is not None and catch.body.type in (
        "statement_block",
        "block",
        "compound_statement",
    )
    return catch.body is None or (is_block and not catch.statements)


def _is_best_effort(catch: Catch, unit: UnitView) -> bool:
    """Whether only cleaning up, or choosing what to import, is guarded."""
    if catch.context & (Context.FINALLY | Context.DEV_GUARD | Context.MIGRATION):
        return True
    function = catch.function
    named = set(words(function.name)) if function is not None else set()
    if _CLEANUP & named:
        return True
    if unit.family == "csharp" and function is not None and function.name.startswith("Try"):
        return True
    guarded = unit.text(catch.try_span)
    body = re.sub(r"^\s*(?:try\s*:|\{)", "", guarded).strip().rstrip("}").strip()
    if re.match(r"(?:import|from)\s|.*\brequire\(|await import\(", body):
        return True
    statements = _statements(body)
    if len(statements) == 1 and (
        _CONVERSION.search(statements[0]) or _is_attempt(statements[0], unit)
    ):
        return True
    if len(statements) <= 2 and any(map(_PROBE.search, statements)):
        return True
    if unit.family == "java" and java_failures.is_conversion(statements):
        return True
    if unit.family == "javascript" and javascript_failures.only_converts(body):
        return True
    if unit.family == "python" and _ATTEMPTS & named and len(statements) <= _FEW:
        return True
    if unit.family == "csharp":
        called = _CALLED_IN_CSHARP.findall(body)
        if called and all(map(_CONVERTS.fullmatch, called)):
            return True
    return len(statements) <= 2 and all(_cleans_up(line) for line in statements)


def _is_meant(catch: Catch, unit: UnitView) -> bool:
    """Python: whether the code says that the failure does not matter."""
    return unit.family == "python" and (_gives_up(catch, unit) or is_deliberate(catch, unit))


def _gives_up(catch: Catch, unit: UnitView) -> bool:
    """Whether one statement is tried and the function ends without it."""
    if [n.type for n in catch.statements] != ["return_statement"]:
        return False
    body = re.sub(r"^\s*try\s*:", "", unit.text(catch.try_span)).strip()
    return len(_statements(body)) == 1


def _is_attempt(statement: str, unit: UnitView) -> bool:
    """Python: whether one call is tried whose failure is an answer: ``return parse(value)``."""
    found = re.match(r"\s*(?:return\s+|\w+\s*=\s*)(?:await\s+)?([\w.]+)\(", statement)
    if unit.family != "python" or found is None:
        return False
    return bool(_ATTEMPTS & set(words(found[1].rpartition(".")[2])))


_FEW: Final = 5
_ATTEMPTS: Final = frozenset(
    ("parse", "parser", "from", "decode", "convert", "coerce", "cast", "guess", "detect", "try",
     "safe", "safely", "maybe", "deserialize", "normalize", "attempt", "is", "has", "supports")
)  # fmt: skip
"""Words of functions that answer with nothing when there is nothing."""


def _statements(body: str) -> list[str]:
    """The statements of a short body, by line ends and semicolons outside of brackets."""
    found, depth, start = [], 0, 0
    for at, char in enumerate(body):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char in ";\n" and depth <= 0:
            if re.match(r"\s*(?:[.?:&|+]|->)", body[at + 1 :]):
                continue
            found.append(body[start:at])
            start = at + 1
    found.append(body[start:])
    return [one for one in found if one.strip() and not one.strip().startswith(("#", "//", "/*"))]


_CONVERSION: Final = regex(
    r"(?:JSON\.parse|new URL(?:SearchParams)?|new RegExp|new Intl\.\w+"
    r"|decodeURI(?:Component)?|atob|BigInt|json\.loads"
    r"|literal_eval|(?<![\w.])(?:int|float|str|dict|list|bool|Decimal|UUID|Fraction)|fromisoformat|strptime"
    r"|(?:local|session)Storage\.\w+|new \\?DateTime\w*|Carbon\w*::\w+"
    r"|json_decode|unserialize|decrypt)\("
    r"|(?:JsonSerializer\.Deserialize|JsonConvert\.DeserializeObject|J(?:Object|Array|Token)\.\w+"
    r"|(?<=\.)(?:Parse|ParseExact|ToObject|FromBase64String|FromHexString|GetCultureInfo)"
    r"|new (?:Uri|Regex|CultureInfo|(?:[\w.]+\.)?MailboxAddress|Version))(?:<[^<>()]*>)?\("
)
"""One statement that turns a value into another: it fails for one reason only."""


_CALLED_IN_CSHARP: Final = regex(
    r"(?<![\w.])(?!(?:if|for|foreach|while|switch|catch|return|using|lock|nameof|typeof|await|var)\b)"
    r"((?:new\s+)?[\w.?!]+)\s*(?:<[^<>()]*>)?\("
)
_CONVERTS: Final = regex(
    r"new\s+(?![\w.]*(?:Stream|Reader|Writer|Client|Connection|Socket|Process|Command|Thread|Context"
    r"|Service|Message)\b)[\w.]+|(?:[\w.?!]*\.)?(?:Parse\w*|From(?!Sql)[A-Z]\w*|Deserialize\w*"
    r"|To(?!List|Array|Dictionary|HashSet)[A-Z]\w*|GetCultureInfo|Decode\w*|GetString|GetBytes|Trim\w*|Split|Replace|Substring|Unprotect|Try[A-Z]\w*"
    r"|ReadAsStringAsync|Delay|Log\w*|Debug|Warn|Info)"
)
"""What C# calls to turn one value into another, to wait or to log."""


_PROBE: Final = regex(
    r"(?:accessSync|[lf]?statSync|readdirSync|realpathSync|require\.resolve|import\.meta\.resolve"
    r"|dotenv\.config|(?<=fs\.)(?:access|l?stat|readdir|realpath))\("
)
"""A question whose answer "no" is a failure: is the file, the folder or the package there?"""


def _cleans_up(statement: str) -> bool:
    called = re.findall(r"([\w$]+)\s*\(", statement)
    return bool(called) and any(_CLEANUP & set(words(name)) for name in called[-2:])


def _rethrow(catch: Catch, unit: UnitView) -> tuple[Fix, ...]:
    """Raise it again: a start for a person's own handling."""
    if unit.family == "python":
        node = catch.statements[0] if len(catch.statements) == 1 else None
        if node is None:
            return ()
        edits = (Edit(_span(node), "raise"),)
    elif catch.body is not None and catch.name and not catch.has_comment:
        edits = (Edit(_span(catch.body), f"{{ throw {catch.name}; }}"),)
    else:
        return ()
    return (Fix("Raise it again", edits, "manual", "error/swallowed-exception"),)


# ---------------------------------------------------------------------------- answered

_BLOCKS: Final = frozenset(("statement_block", "program", "switch_case", "switch_default"))
_STRAIGHT: Final = frozenset(
    ("expression_statement", "await_expression", "return_statement", "lexical_declaration",
     "variable_declaration", "variable_declarator", "parenthesized_expression", "statement_block",
     "assignment_expression", "try_statement", "member_expression", "call_expression")
)  # fmt: skip
_MAX_STEPS: Final = 60


@needs(families=("csharp", "php", "python"), roles=("http-response",))
def response_dropped(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Python: a response that is made and not returned."""
    if unit.family not in ("python", "php", "csharp"):
        return
    for call in unit.calls("http-response"):
        made = (call.qualified or "").rpartition(".")[2]
        # ``response(environ, start_response)`` runs a response that was made before.
        if call.use != "statement" or call.name != made or call.context & Context.AWAITED:
            continue
        start = call.span.start
        yield Report(
            call.callee_span,
            f"The response of `{call.written}` is made and dropped; the code after it runs as if "
            "it were not there",
            (Fix("Return it", (Edit(Span(start, start), "return "),), "unsafe", _NOT_RETURNED),),
            place=call.place,
        )


_NOT_RETURNED: Final = "error/missing-return-after-response"


@needs(families=("javascript",), roles=("response-send", "error-forward"))
def missing_return_after_response(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """JavaScript: an answer in an ``if`` after which the function goes on to answer again."""
    if unit.family != "javascript":
        return
    sends = unit.calls("response-send")
    for call in unit.calls("response-send", "error-forward"):
        if call.use not in ("statement", "other") or call.function is None:
            continue
        if "error-forward" in unit.roles_of(call) and not call.arguments.positional:
            continue
        branch = _branch_ended_by(call)
        if branch is None:
            continue
        again = _sent_after(branch, call, sends)
        if again is None:
            continue
        start = call.span.start
        yield Report(
            call.callee_span,
            "The request has been answered here, and the function goes on to answer it again",
            (
                Fix(
                    "Return here",
                    (Edit(Span(start, start), "return "),),
                    "unsafe",
                    _NOT_RETURNED,
                ),
            ),
            place=call.place,
        )


def _branch_ended_by(call: Call) -> Node | None:
    """The ``if`` without ``else`` whose branch the call ends as a statement."""
    statement = call.node.parent
    if statement is not None and statement.type == "await_expression":
        statement = statement.parent
    if statement is None or statement.type != "expression_statement":
        return None
    block = statement.parent
    if block is None:
        return None
    branch = block
    if block.type == "statement_block":
        following = statement.next_named_sibling
        while following is not None and following.type == "comment":
            following = following.next_named_sibling
        if following is not None or block.parent is None:
            return None
        branch, inner = block.parent, block
    else:
        inner = statement
    if branch.type != "if_statement" or branch.child_by_field_name("alternative") is not None:
        return None
    if branch.child_by_field_name("consequence") != inner:
        return None
    around = branch.parent
    # An ``else if`` belongs to the whole chain, whose end is not this branch's.
    return branch if around is not None and around.type in _BLOCKS else None


def _sent_after(branch: Node, call: Call, sends: list[Call]) -> Call | None:
    """An answer that is always sent once the branch is over."""
    around = branch.parent
    for other in sends:
        if other.function is not call.function or other.span.start < branch.end_byte:
            continue
        if around is None or other.span.end > around.end_byte:
            continue
        node = other.node.parent
        for _ in range(_MAX_STEPS):
            if node is None or node == around:
                break
            if node.type not in _STRAIGHT:
                node = None
                break
            node = node.parent
        if node is not None and node == around and not _leaves_between(branch, other):
            return other
    return None


def _leaves_between(branch: Node, other: Call) -> bool:
    """Whether a plain ``return`` or ``throw`` stands between the branch and the later answer."""
    node = branch.next_named_sibling
    while node is not None and node.end_byte <= other.span.start:
        if node.type in ("return_statement", "throw_statement", "break_statement"):
            return True
        node = node.next_named_sibling
    return False


# ---------------------------------------------------------------------------- not raised

_EXCEPTION_WORDS: Final = frozenset(("exception", "exceptions", "error", "errors", "err", "exc"))
_VALIDATORS: Final = ("validate", "clean")


def exception_not_raised(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Exceptions that are made and dropped, or returned where they have to be raised."""
    reported = set()
    for call in unit.calls("http-exception", "http-exception-response", "exception-new"):
        use = call.use
        if use == "returned" and not _is_returned_plainly(call):
            continue
        if use == "statement":
            reported.add(call.node.start_byte)
            yield _dropped(call, unit)
        elif (
            use == "returned"
            and "http-exception" in unit.roles_of(call)
            and _must_raise(call, unit)
        ):
            yield _returned(call, unit)
    for call in facts.calls:
        name = call.name
        if not name.endswith(("Error", "Exception")) or not name[:1].isupper():
            continue
        if call.node.start_byte in reported or call.use != "statement":
            continue
        if call.is_new or (unit.family == "python" and "." not in call.path):
            yield _dropped(call, unit)


def _is_returned_plainly(call: Call) -> bool:
    """Whether a ``return`` names the call itself, not an arrow function's body."""
    node = call.node.parent
    while node is not None and node.type in (
        "parenthesized_expression",
        "await",
        "await_expression",
    ):
        node = node.parent
    return node is not None and node.type == "return_statement"


def _dropped(call: Call, unit: UnitView) -> Report:
    word = {"python": "raise", "go": "return"}.get(unit.family, "throw")
    done = {"raise": "raised", "return": "returned"}.get(word, "thrown")
    start = call.span.start
    edit = Edit(Span(start, start), f"{word} ")
    fixes: tuple[Fix, ...] = (Fix(word.capitalize() + " it", (edit,), "unsafe", _NOT_RAISED),)
    if word == "return" and (call.function is None or call.function.returns_path != "error"):
        fixes = ()
    return Report(
        call.span,
        f"`{call.written or call.name}` is made here and never {done}",
        fixes,
        place=call.place,
    )


_NOT_RAISED: Final = "error/exception-not-raised"


def _returned(call: Call, unit: UnitView) -> Report:
    word = "raise" if unit.family == "python" else "throw"
    source = unit.adapter.source
    at = source.rfind(b"return", max(0, call.span.start - 40), call.span.start)
    repairs = (
        (Fix(word.capitalize() + " it", (Edit(Span(at, at + 6), word),), "unsafe", _NOT_RAISED),)
        if at >= 0 and not source[at + 6 : call.span.start].strip()
        else ()
    )
    return Report(
        call.span,
        f"`{call.written or call.name}` is returned, so the client gets a success",
        repairs,
        place=call.place,
    )


def _must_raise(call: Call, unit: UnitView) -> bool:
    """Whether a returned exception is lost: in a handler or validator, not in a factory."""
    function = call.function
    if function is None or _makes_exceptions(function):
        return False
    receiver = function.passed_to
    if receiver is not None and "route-handler" not in unit.roles_of(receiver):
        return False  # the function it is handed to decides what becomes of it
    if call.context & Context.HANDLER:
        return True
    if unit.family != "python":
        return False
    parameters = [p.name for p in function.parameters]
    if parameters[:1] == ["request"] or parameters[:2] == ["self", "request"]:
        return True
    return function.class_def is not None and function.name.startswith(_VALIDATORS)


def _makes_exceptions(function: Function) -> bool:
    if _EXCEPTION_WORDS & set(words(function.name)):
        return True
    declared = function.returns_path
    return bool(declared) and bool(_EXCEPTION_WORDS & set(words(declared)))


# ---------------------------------------------------------------------------- shown

_FOR_DEVELOPERS: Final = frozenset(
    ("dev", "develop", "development", "developer", "debug", "local", "watch", "reload")
)


@needs(roles=("app-run",))
def reload_on(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A server that restarts on every change of a file, started as for everybody."""
    for call in unit.calls("app-run"):
        reload = unit.argument(call, "reload")
        if not is_constant(reload, True) or call.context & Context.DEV_GUARD:
            continue
        if is_constant(unit.argument(call, "debug"), True):
            continue
        if any(_FOR_DEVELOPERS & set(words(name)) for name in names_around(call.function)):
            continue
        places = places_of("reload", unit.adapter.model_of(call))
        edits = fixes.remove_argument(call, unit.adapter.source, places)
        yield Report(
            reload.span if isinstance(reload, Value) else call.span,
            f"`{call.written}` restarts on every file change, which is meant for development",
            (Fix("Do not watch files", tuple(edits), "unsafe", _DEBUG),) if edits else (),
            Severity.INFO,
            place=call.place,
        )


_DJANGO: Final = r"^(?:ROOT_URLCONF|INSTALLED_APPS|MIDDLEWARE|WSGI_APPLICATION)\s*="
_STAR_IMPORT: Final = r"^\s*from \S+ import \*|^\s*exec\(|^\s*include\("
_SET_OTHERWISE: Final = r"^[ \t]*DEBUG\s*=(?!\s*True\s*(?:#|$))|^[ \t]+DEBUG\s*="


@needs(families=("python",))
def django_debug(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``DEBUG = True`` in a Django settings file that production may use."""
    kind = settings_kind(unit.path)
    if unit.family != "python" or kind not in ("production", "only"):
        return
    for assign in facts.assigns:
        if assign.target != "DEBUG" or assign.function is not None or assign.class_def is not None:
            continue
        value = assign.value
        if value is None or not is_constant(value, True) or assign.context & Context.DEV_GUARD:
            continue
        builds_on_others = unit.file_has(_STAR_IMPORT)
        is_django = unit.file_has(_DJANGO)
        if unit.file_has(_SET_OTHERWISE) or not (is_django or builds_on_others):
            continue
        if kind == "only" and (builds_on_others or not is_django):
            continue
        yield Report(
            assign.span,
            "`DEBUG` shows source code, settings and variables to whoever causes an error",
            (Fix("Turn debug mode off", (Edit(value.span, "False"),), "unsafe", _DEBUG),),
            place=assign.place,
        )


_DEBUG: Final = "error/debug-mode-on"


def _span(node: Node) -> Span:
    return Span(node.start_byte, node.end_byte)
