"""PHP: what must come in the right order or through the right hand.

Routes, middleware, validation, transactions, rows and their relations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.orm import _derived_names, _loops_around
from backspec.code.checks.values import leading_text, string, text_of
from backspec.code.facts.model import Context, Sequence
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value
    from backspec.code.syntax import Node
    from backspec.model import Profile

# ---------------------------------------------------------------------------- middleware


@needs(calls=("addErrorMiddleware",))
def slim_errors_first(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Slim runs what was added last first: middleware added after the errors' one escapes it."""
    if not unit.mentions("addErrorMiddleware"):
        return
    for call in facts.calls:
        if call.name != "addErrorMiddleware":
            continue
        owner = call.path.rpartition(".")[0]
        later = next(
            (
                one
                for one in facts.calls
                if one.span.start > call.span.end
                and one.function is call.function
                and one.path.rpartition(".")[0] == owner
                and one.name in ("add", "addMiddleware", "addRoutingMiddleware",
                                 "addBodyParsingMiddleware")
            ),
            None,
        )  # fmt: skip
        if later is not None:
            yield Report(
                call.callee_span,
                f"`{later.written}` comes later and so runs outside of this: its errors are not"
                " caught",
                place=call.place,
            )


# ---------------------------------------------------------------------------- routes

_VERBS: Final = frozenset(("get", "post", "put", "patch", "delete"))
_PARAMETER: Final = r"\{\w+\??\}"
_NO_ID: Final = r"\{(?!(?:id|\w+_id|\w+Id)\b)\w+\??\}"
"""A parameter that no provider restricts for all routes: ``Route::pattern('id', '[0-9]+')``."""
_BETWEEN: Final = r"[^\n]*(?:\n(?:\1[^\n]+)?)*?\n\1"
"""Lines that are indented at least as far as the first: nothing around it ends."""


@needs(roles=("route-handler",), words=("route",))
def shadowed(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Laravel's, Slim's and Symfony's routes that an earlier one with a parameter takes."""
    if not unit.mentions("Route", "app->", "router->", "group->"):
        return
    for call in unit.calls("route-handler"):
        given = call.arguments.positional
        path = string(given[0]) if given else None
        if call.name not in _VERBS or path is None or not _is_literal(path):
            continue
        owner, _, name = unit.text(call.callee_span).rpartition(call.name)
        if name or not re.fullmatch(r"Route::|\$\w+->", owner):
            continue  # a prefix or a domain of its own
        profile: Profile | None = None
        is_taken = _is_taken(path, _NO_ID, owner, call, unit) or (
            call.name == "get" and owner == "Route::" and _is_in_resource(path, unit)
        )
        if not is_taken:
            is_taken = _is_taken(path, _PARAMETER, owner, call, unit)
            profile = "strict" if owner == "Route::" else None
        if is_taken:
            yield _taken(path, given[0], call, profile)
    for function in facts.functions:
        for decorator in function.decorators if function.class_def is not None else ():
            if decorator.path.rpartition(".")[2] == "Route" and decorator.call is not None:
                yield from _attributed(decorator.call, unit)


def _taken(path: str, shown: Value, call: Call, profile: Profile | None = None) -> Report:
    return Report(
        shown.span,
        f"`{path}` is never reached: an earlier route with a parameter takes it",
        profile=profile,
        place=call.place,
    )


def _is_literal(path: str) -> bool:
    return bool(path.strip("/")) and not re.search(r"[{}\[\]:*]", path)


def _takers(path: str, parameter: str) -> Iterator[str]:
    """Expressions for the paths that take this one, with a parameter for one segment."""
    segments = [re.escape(one) for one in path.split("/") if one]
    for at in range(len(segments)):
        yield "/".join((*segments[:at], parameter, *segments[at + 1 :]))


def _is_taken(path: str, parameter: str, owner: str, call: Call, unit: UnitView) -> bool:
    """Whether the file registers a path at the same level, after one that takes it."""
    start = rf"{re.escape(owner)}{call.name}\(\s*['\"]"
    free = r"(?![^;]*(?:->where|->domain|function))" if owner == "Route::" else ""
    later = rf"{free}{_BETWEEN}{start}{re.escape(path)}['\"]"
    return any(
        unit.file_has(rf"{start}/?{earlier}/?['\"]")  # cheap, and mostly the end of it
        and unit.file_has(rf"(?m)^([ \t]*){start}/?{earlier}/?['\"]{later}")
        for earlier in _takers(path, parameter)
    )


def _is_in_resource(path: str, unit: UnitView) -> bool:
    """``Route::resource('photos', ..)`` and then ``Route::get('photos/popular', ..)``."""
    owner, _, word = path.strip("/").partition("/")
    if not re.fullmatch(r"[\w-]+", word) or word == "create":
        return False
    if not unit.file_has(rf"Route::(?:resource|apiResource)\(\s*['\"]/?{re.escape(owner)}/?['\"]"):
        return False
    return unit.file_has(
        rf"(?m)^([ \t]*)Route::(?:resource|apiResource)\(\s*['\"]/?{re.escape(owner)}/?['\"]"
        rf"(?![^;]*(?:\bonly\b|\bexcept\b|->where|->shallow)){_BETWEEN}"
        rf"Route::get\(\s*['\"]{re.escape(path)}['\"]"
    )


def _attributed(call: Call, unit: UnitView) -> Iterator[Report]:
    given = call.arguments
    value = given.keywords.get("path") or next(iter(given.positional), None)
    path = string(value)
    if value is None or path is None or not _is_literal(path):
        return
    if {"priority", "condition", "host"} & set(given.keywords):
        return
    methods = given.keywords.get("methods")
    items = methods.items if isinstance(methods, Sequence) else (methods,)
    named = "|".join(filter(None, map(text_of, items))) or "GET"
    head = r"#\[Route\(\s*(?:path:\s*)?['\"]"
    rest = r"(?:(?!function\b).){0,400}?"
    for earlier in _takers(path, _PARAMETER):
        if unit.file_has(rf"{head}/?{earlier}/?['\"]") and unit.file_has(
            rf"(?s){head}/?{earlier}/?['\"](?!{rest}\b(?:requirements|condition|priority|host)\b)"
            rf"(?:(?!{rest}\bmethods\b)|(?={rest}\bmethods:(?:(?!function\b).){{0,80}}?(?:{named})))"
            rf"(?:(?!\nclass |\nfinal |\nabstract ).)*?{head}{re.escape(path)}['\"]"
        ):
            yield _taken(path, value, call)
            return


# ---------------------------------------------------------------------------- validation


@needs(calls=("make", "validate"))
def verdict_ignored(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Validator::make(..)`` nobody asks, ``$validator->validate($dto);`` nobody reads."""
    if not unit.mentions("alidat"):
        return
    for call in facts.calls:
        qualified = ""
        if call.name == "make" and call.path.endswith("Validator.make"):
            qualified = call.qualified or ""
            if not qualified.startswith(("Illuminate.", "Validator.")) and qualified != "":
                continue
            if call.use == "assigned" and call.function is not None:
                target = call.assigned_to
                text = unit.text(call.function.span)
                after = text[call.span.end - call.function.span.start :]
                if not target.startswith("$") or "." in target:
                    continue
                if re.search(rf"{re.escape(target)}\b(?!\s*=[^=>])", after):
                    continue
            elif call.use != "statement":
                continue
            end = call.span.end
            edit = Edit(Span(end, end), "->validate()")
            yield _ignored(call, (Fix("Refuse what is wrong", (edit,), "unsafe", _NOT_TRIGGERED),))
        elif call.name == "validate" and call.use == "statement":
            qualified = call.qualified or ""
            if qualified.startswith("Symfony.Component.Validator.Validator."):
                yield _ignored(call)


_NOT_TRIGGERED: Final = "validation/annotation-not-triggered"


def _ignored(call: Call, repairs: tuple[Fix, ...] = ()) -> Report:
    return Report(
        call.callee_span,
        "What this finds is not looked at: wrong input goes on",
        repairs,
        place=call.place,
    )


# ---------------------------------------------------------------------------- transactions

_DATABASE: Final = ("db-read", "db-write", "sql-execute")
_WRITES: Final = regex(r"(?i)\s*(?:insert|update|delete|replace)\b")


@needs(calls=("beginTransaction",), roles=_DATABASE)
def outside_scope(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Statements on another connection than the one whose transaction they stand in."""
    if not unit.mentions("ransaction"):
        return
    for call in unit.calls(*_DATABASE):
        function = call.function
        while function is not None:
            opened = function.passed_to
            if opened is not None and opened.name == "transaction":
                one, other = _connection(opened), _connection(call)
                if one is not None and other is not None and one != other and one:
                    used = f"`{other}`" if other else "the default connection"
                    yield Report(
                        call.callee_span,
                        f"This runs on {used}, outside of the transaction on `{one}`",
                        place=call.place,
                    )
                break
            function = function.outer
    for call in facts.calls:
        if call.name == "beginTransaction" and call.qualified == "PDO.beginTransaction":
            yield from _past_handle(call, facts, unit)


def _connection(call: Call) -> str | None:
    """Laravel: the name of the connection a chain starts from, "" for the default one."""
    one: Call | None = call
    last = call
    for _ in range(20):
        if one is None:
            break
        last = one
        one = one.receiver_call
    if not last.path.startswith(("DB.", "#Illuminate")):
        return None
    if last.name != "connection":
        return "" if last.path.count(".") == 1 else None
    given = last.arguments.positional
    return string(given[0]) if given else ""


def _past_handle(opened: Call, facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``$a->beginTransaction(); $b->exec('update ..'); $a->commit();``."""
    handle = opened.path.rpartition(".")[0]
    mine = [one for one in facts.calls if one.function is opened.function]
    ends = [
        one.span.start
        for one in mine
        if one.path == handle + ".commit" and one.span.start > opened.span.end
    ]
    begun = {one.path.rpartition(".")[0] for one in mine if one.name == "beginTransaction"}
    if not ends:
        return
    for one in mine:
        if not opened.span.end < one.span.start < ends[0]:
            continue
        if one.qualified not in ("PDO.exec", "PDO.query", "PDO.prepare"):
            continue
        owner = one.path.rpartition(".")[0]
        if owner in begun or "(" in owner:
            continue
        sql = unit.argument(one, "sql")
        if _WRITES.match(leading_text(sql)):
            yield Report(
                one.callee_span,
                f"`{one.written}` runs outside of the transaction on `{handle}`",
                place=one.place,
            )


# ---------------------------------------------------------------------------- prepared statements


@needs(calls=("execute",))
def prepared_in_loop(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``$select->execute([$id])`` for each of a list of ids."""
    if _ONE_OFF.search(unit.path):
        return
    prepared = [one for one in unit.calls("sql-execute") if one.name.endswith("prepare")]
    if not prepared:
        return
    for call in facts.calls:
        owner = call.path.rpartition(".")[0]
        made = [
            one
            for one in prepared
            if one.assigned_to == owner
            and one.function is call.function
            and one.span.start < call.span.start
        ]
        if call.name != "execute" or not made:
            continue
        if not re.match(r"(?i)\s*select\b", leading_text(unit.argument(made[-1], "sql"))):
            continue
        if not call.context & Context.LOOP or call.context & (Context.TEST | Context.MIGRATION):
            continue
        loop = next((one for one in _loops_around(call, unit)), None)
        if loop is None or not loop.names or call.context & Context.MAIN:
            continue
        given = unit.text(call.arguments.span)
        if any(
            re.search(rf"{re.escape(name)}\b", given) for name in _derived_names(loop, call, facts)
        ):
            yield Report(
                call.span,
                f"`{call.written}` runs once for each round of this loop; ask once for all of them",
                place=call.place,
            )


# ---------------------------------------------------------------------------- relations

_LOADED: Final = regex(
    r"->(?:with|load|loadMissing|loadCount|withCount|join\w*|leftJoin\w*|select\w*|pluck|toBase)\("
    r"|::(?:with|withCount|join\w*|select\w*)\("
    r"|DB::|JOIN|fetchJoin|addSelect"
)
_NO_RELATION: Final = regex(
    r"(?i)_at$|_on$|date|time|^pivot$|meta|option|setting|config|data$|json|extra|attribute|payload"
    r"|status|state|type$|role$|level|enum|format|address$|price|amount|money|param|propert|info$"
)
_NO_ATTRIBUTE: Final = frozenset(("value", "name()", "timestamp", "year", "month", "day", "hour"))
_ONE_OFF: Final = regex(
    r"(?i)(?:^|/)(?:scripts?|seeds?|seeders?|fixtures|bin|tools?|commands?|console|migrations?"
    r"|factories|upgrade|install|schemas?)(?:/|$)"
)


@needs(roles=("db-read",))
def n_plus_one(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``foreach (Post::all() as $post) { $post->author->name }``."""
    if _ONE_OFF.search(unit.path) or not unit.mentions("foreach"):
        return
    for call in unit.calls("db-read"):
        if call.name not in ("all", "get") or call.context & (Context.TEST | Context.MIGRATION):
            continue
        if not _is_eloquent(call) or _LOADED.search(unit.text(call.span)):
            continue
        loop = _loop_over(call, facts, unit)
        if loop is None:
            continue
        names = re.search(r"\bas\s+(?:\$\w+\s*=>\s*)?(\$\w+)\s*\)", unit.adapter.slice(loop)[:400])
        body = loop.child_by_field_name("body")
        if names is None or body is None:
            continue
        found = _relation_read(names[1], body, unit)
        if found is None:
            continue
        span, relation = found
        yield Report(
            span,
            f"`{unit.text(span)}` runs a query for each `{names[1]}`; load it together with the"
            " rows",
            _with(call, relation, unit),
            place=call.place,
        )


def _is_eloquent(call: Call) -> bool:
    qualified = call.qualified or ""
    first = call
    for _ in range(20):
        inner = first.receiver_call
        if inner is None:
            break
        first = inner
    if first.path.startswith("DB."):
        return False
    return ".Models." in qualified or ".Models." in (first.qualified or "")


def _loop_over(call: Call, facts: Facts, unit: UnitView) -> Node | None:
    """The ``foreach`` over what a query gives, in place or through a variable of the function."""
    around = call.node.parent
    if around is not None and around.type == "foreach_statement":
        return around if around.named_children[0] == call.node else None
    target = call.assigned_to
    function = call.function
    if call.use != "assigned" or not re.fullmatch(r"\$\w+", target) or function is None:
        return None
    text = unit.text(function.span)
    if re.search(rf"{re.escape(target)}->(?:load|loadMissing|loadCount)\(", text):
        return None
    made = [one for one in facts.assigns if one.target == target and one.function is function]
    if len(made) != 1:
        return None
    stack = [function.node]
    for _ in range(4000):
        if not stack:
            return None
        node = stack.pop()
        if node.type == "foreach_statement":
            over = node.named_children[0] if node.named_child_count else None
            if over is not None and unit.adapter.slice(over) == target:
                return node
        stack.extend(node.named_children)
    return None


def _relation_read(name: str, body: Node, unit: UnitView) -> tuple[Span, str] | None:
    text = unit.adapter.source[body.start_byte : body.end_byte].decode("utf-8", "replace")
    if re.search(rf"{re.escape(name)}->(?:load|loadMissing|setRelation)\(", text):
        return None
    pattern = (
        rf"(?:(?P<each>foreach\s*\(\s*)|(?P<count>\bcount\(\s*))?(?P<read>{re.escape(name)}->(?P<relation>[a-z]\w*))"
        r"(?P<next>\??->(?P<member>[A-Za-z_]\w*)(?P<call>\()?)?"
    )
    for found in re.finditer(pattern, text):
        relation = found["relation"]
        if text[found.end("read") : found.end("read") + 1] == "(":
            continue
        if _NO_RELATION.search(relation):
            continue
        is_collection = found["each"] and relation.endswith("s")
        member = found["member"] or ""
        is_many = bool(found["call"]) and relation.endswith("s") and member in (
            "count", "pluck", "map", "each", "first", "sum", "filter", "isEmpty", "isNotEmpty",
            "contains", "where", "implode", "sortBy", "take", "last",
        )  # fmt: skip
        is_member = bool(member) and not found["call"] and member not in _NO_ATTRIBUTE
        if member == "id" or not (is_collection or is_many or is_member):
            continue
        end = found.end("read")
        start = body.start_byte + len(text[: found.start("read")].encode())
        return Span(start, start + len(text[found.start("read") : end].encode())), relation
    return None


def _with(call: Call, relation: str, unit: UnitView) -> tuple[Fix, ...]:
    """``Post::all()`` to ``Post::with('author')->get()``."""
    text = unit.text(call.span)
    plain = re.fullmatch(r"([\w\\]+)::all\(\)", text)
    if plain is not None:
        fixed = f"{plain[1]}::with('{relation}')->get()"
    elif re.fullmatch(r"(?s)[\w\\]+::.*->get\(\)", text):
        fixed = f"{text[: -len('->get()')]}->with('{relation}')->get()"
    else:
        return ()
    edit = Edit(call.span, fixed)
    return (Fix(f"Load `{relation}` with the rows", (edit,), "unsafe", "orm/n-plus-one"),)


_DOCTRINE_DATES: Final = regex(r"(?i)date|time|At$|money|price|amount|address|status|state|type")


@needs(roles=("db-read",))
def doctrine_n_plus_one(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``foreach ($repository->findAll() as $one) { $one->getAuthor()->getName(); }``."""
    if _ONE_OFF.search(unit.path) or not unit.mentions("findAll", "findBy"):
        return
    for call in unit.calls("db-read"):
        if call.name not in ("findAll", "findBy") or call.context & Context.TEST:
            continue
        loop = _loop_over(call, facts, unit)
        body = loop.child_by_field_name("body") if loop is not None else None
        if loop is None or body is None:
            continue
        names = re.search(r"\bas\s+(?:\$\w+\s*=>\s*)?(\$\w+)\s*\)", unit.adapter.slice(loop)[:400])
        if names is None:
            continue
        text = unit.adapter.source[body.start_byte : body.end_byte].decode("utf-8", "replace")
        for found in re.finditer(
            rf"({re.escape(names[1])}->get([A-Z]\w*)\(\))\??->(get[A-Z]\w*|count)\(", text
        ):
            if _DOCTRINE_DATES.search(found[2]) or found[3] == "getId":
                continue
            start = body.start_byte + len(text[: found.start(1)].encode())
            yield Report(
                Span(start, start + len(found[1].encode())),
                f"`{found[1]}` runs a query for each `{names[1]}`; join it with the rows",
                profile="strict",
                place=call.place,
            )
            break


# ---------------------------------------------------------------------------- caches

_DROPS: Final = regex(r"(?:^|[.)])(?:forget|delete|deleteItem|flush|del)$")
_SAVES: Final = regex(
    r"^\s*(?:\$\w+\s*=\s*)?((?:\$\w+|[A-Z]\w*)(?:(?:->|::)\w+(?:\([^()]*\))?)*?)"
    r"(?:->|::)(save|saveOrFail|update|delete|forceDelete|create|insert|upsert|flush|destroy|persist)\("
)
_NO_ENTITY: Final = frozenset(
    ("cache", "key", "id", "list", "all", "get", "by", "for", "the", "this", "user_id")
)


@needs(roles=("cache-delete",))
def cache_before_store(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Cache::forget("post:$id"); $post->save();``."""
    for call in unit.calls("cache-delete"):
        statement = call.node.parent
        if statement is None or statement.type != "expression_statement":
            continue
        if call.context & (Context.LOOP | Context.TEST):
            continue
        spoken = set(_words(unit.text(call.arguments.span))) - _NO_ENTITY
        if spoken & {"lock", "mutex", "session", "token", "throttle", "attempts", "rate"}:
            continue
        following = statement.next_named_sibling
        later: list[str] = []
        is_before = False
        for _ in range(12):
            if following is None:
                break
            text = unit.adapter.slice(following)
            if not is_before and following.type != "comment":
                if following.type != "expression_statement":
                    break
                found = _SAVES.match(text)
                if found is not None and not re.search(r"(?i)cache|redis", found[1]):
                    if not spoken & set(_words(text)):
                        break
                    is_before = True
            elif is_before:
                later.append(text)
            following = following.next_named_sibling
        again = rf"(?:->|::){call.name}\(|(?i:invalidat)|Cache::put"
        if is_before and not any(
            re.search(again, one) and spoken & set(_words(one)) for one in later
        ):
            yield Report(
                call.span,
                "Between this and the write somebody may load the old row back into the cache;"
                " write first",
                place=call.place,
            )


def _words(text: str) -> list[str]:
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)
    return [one.lower().removesuffix("s") for one in parts]
