"""Checks on what belongs where: layers, and handlers that do everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.front_end import is_front_end
from backspec.code.facts.model import Context
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Function
    from backspec.code.syntax import Node

# ---------------------------------------------------------------------------- layers

_INNER: Final = regex(
    r"(?:^/(?:src/|app/)?Domain|(?:^|/)(?:domain|usecases?|use[-_]cases|[\w.]+\.Domain))/(?!.*(?:[Ii]nfra|[Aa]dapter|[Pp]orts?/))"
)
_FRAMEWORKS: Final = regex(
    r"^(?:fastapi|flask|starlette|django\.(?:http|views|shortcuts|urls)|rest_framework|pyramid|"
    r"sqlalchemy|sqlmodel|pymongo|motor|redis|psycopg2?|requests|httpx|aiohttp|boto3|"
    r"express|koa|fastify|@nestjs/(?:platform-\w+|typeorm|mongoose|axios|sequelize)|typeorm|mongoose|"
    r"sequelize|sequelize-typescript|@prisma/client|knex|pg|mysql2?|mongodb|ioredis|axios|got|"
    r"Microsoft\.(?:EntityFrameworkCore|AspNetCore|Data)|System\.(?:Data\.(?:SqlClient|Entity)|Web\.Mvc|Net\.Http)|Dapper|"
    r"MongoDB\.Driver|Npgsql|StackExchange\.Redis|RestSharp|NHibernate|Hangfire|"
    r"org\.springframework\.(?:web|http|jdbc|kafka|amqp)|(?:javax|jakarta)\.(?:servlet|ws\.rs)|"
    r"java\.sql|okhttp3|org\.apache\.http|org\.hibernate|io\.micronaut\.http|"
    r"node-fetch|aws-sdk|@aws-sdk/.*|@mikro-orm/\w+|net/http|database/sql|gorm\.io/(?:gorm|driver)|"
    r"go\.mongodb\.org/mongo-driver|github\.com/(?:gin-gonic/gin|labstack/echo|gofiber/fiber|go-chi/"
    r"chi|gorilla/mux|jmoiron/sqlx|jackc/pgx|lib/pq|redis/go-redis|go-redis/redis|gocql/gocql|"
    r"jinzhu/gorm|uptrace/bun|valyala/fasthttp|go-resty/resty|aws/aws-sdk-go(?:-v2)?)|"
    r"Illuminate\.(?:Http|Routing|Foundation\.Http)|Laravel\.\w+|GuzzleHttp|"
    r"Symfony\.(?:Component\.(?:HttpFoundation|HttpKernel|HttpClient|Routing|Form|Security)|Bundle)|"
    r"Doctrine\.(?:ORM\.(?!Mapping)|ORM$|DBAL\.(?!Types)|DBAL$|Persistence)|Slim|Predis|PhpAmqpLib|Aws)"
    r"(?:[./].*)?$"
)
_OUTER: Final = regex(
    r"(?:^|[./])(?:infra|infrastructure|adapters?|controllers?|handlers?|routes?|routers?|views|"
    r"presentation|web|http|rest|persistence)(?:[./]|$)"
)
_GO_OWN: Final = regex(r"/internal/(?!(?:domain|usecases?)/)")


def layer_violation(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Domain code that imports frameworks, drivers or outer layers."""
    path = "/" + unit.path
    inner = _INNER.search(path)
    if inner is None or is_front_end(unit):
        return
    is_use_case = unit.family == "javascript" and "domain" not in inner[0].lower()
    if is_use_case and (unit.imports("@nestjs/common") or ".command." in path):
        return  # use cases that are services of a framework themselves have no ports
    seen: set[int] = set()
    for one in facts.imports:
        module = f"{one.module}.{one.name}" if unit.family == "php" else one.module
        if one.span.start in seen or _is_type_only(unit.text(one.span)):
            continue
        is_own = one.is_relative or module.startswith((".", "/", "@/", "~/", "src"))
        if not is_own and _FRAMEWORKS.match(module):
            what = f"imports `{module}`, a framework or driver"
        elif _is_outer(one.module.lower() if unit.family == "php" else module, is_own, path):
            what = f"imports `{module}` from a layer around it"
        else:
            continue
        seen.add(one.span.start)
        yield Report(one.span, f"Code of the domain {what}; let it depend on a port instead")


def _is_outer(module: str, is_own: bool, path: str) -> bool:
    """Whether an import names an outer layer of the same project."""
    if not _OUTER.search(module):
        return False
    if is_own or _GO_OWN.search(module):
        return True
    root = module.partition(".")[0]
    return "." in module and (f"/{root}/" in path or path.startswith(f"/{root}/"))


def _is_type_only(text: str) -> bool:
    return re.match(r"import\s+type\b", text) is not None


# ---------------------------------------------------------------------------- handlers

MAX_STATEMENTS: Final = 60
MAX_COMPLEXITY: Final = 15
MAX_COMPLEXITY_GO: Final = 20
"""Go asks more often: each thing that may fail is looked at in place."""
_MIN_BRANCHES: Final = 10
_STATEMENT: Final = regex(
    r"_statement$|^(?:lexical|variable|local_variable|short_var)_declaration$|^assignment$"
)
_ERROR_CHECK: Final = regex(r"(?:\w+\.)?\w*[eE]rr\w* [!=]= nil|!ok|!found|!exists")
"""Go's way to pass an error on, which is no decision of the handler's."""
_NO_STATEMENT: Final = frozenset(
    (
        "block",
        "statement_block",
        "compound_statement",
        "with_statement",
        "assignment",
        "local_declaration_statement",
        "case_statement",
    )
)
_BRANCHES: Final = frozenset(
    ("if_statement", "elif_clause", "for_statement", "while_statement", "except_clause",
     "for_in_statement", "catch_clause", "switch_case", "ternary_expression",
     "conditional_expression", "boolean_operator", "case_clause", "do_statement", "if_clause",
     "for_in_clause", "enhanced_for_statement", "switch_rule",
     "switch_block_statement_group", "expression_case", "type_case", "communication_case",
     "foreach_statement", "switch_section", "switch_expression_arm", "else_if_clause",
     "case_statement", "match_conditional_expression")
)  # fmt: skip
_FUNCTIONS: Final = frozenset(
    ("function_definition", "function_declaration", "class_definition", "class_declaration",
     "method_definition", "method_declaration")
)  # fmt: skip
_PYTHON_PLAIN: Final = frozenset(
    ("conditional_expression", "if_clause", "for_in_clause", "elif_clause", "if_statement")
)
_BUILDS: Final = regex(
    rb"(?:tag|dom|h|html|ui|st|div|doc)\.?\w*\(|\w+\.(?:div|span|table|form|row)\("
)
_MANY_BUILDERS: Final = 6
_ENTRIES: Final = frozenset(
    ("get", "post", "put", "patch", "delete", "head", "options", "dispatch", "list", "create",
     "retrieve", "update", "partial_update", "destroy", "form_valid", "form_invalid",
     "perform_create", "perform_update", "perform_destroy", "connect", "receive", "receive_json",
     "on_message", "open", "collection_get", "collection_post")
)  # fmt: skip
"""Methods of views, view sets and resources that run for a request."""
_MAX_NODES: Final = 20_000


def fat_handler(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Handlers that hold the work itself."""
    for function in facts.functions:
        node = function.node
        if node.end_byte - node.start_byte < 600:
            continue
        if function.inside.flags & (Context.TEST | Context.MIGRATION):
            continue
        if not _may_branch(unit.adapter.source[node.start_byte : node.end_byte]):
            continue
        if not function.context & Context.HANDLER:
            continue
        outer = function.outer
        if (outer is not None and outer.context & Context.HANDLER) or not _runs(function, unit):
            continue
        is_python = unit.family == "python"
        if is_python and not _is_entry(function):
            continue
        statements, branches = _size(node, is_python)
        if statements > MAX_STATEMENTS and branches > _MIN_BRANCHES:  # else a flat mapping
            what = f"has {statements} statements"
        elif branches + 1 > (MAX_COMPLEXITY_GO if unit.family == "go" else MAX_COMPLEXITY):
            what = f"has {branches + 1} ways through it"
        else:
            continue
        name = f"`{function.name}`" if function.name else "This handler"
        yield Report(
            function.name_span,
            f"{name} {what}; move the work into a service",
            place=function.inside,
        )


_BRANCH_WORDS: Final = (
    b"if", b"for", b"while", b"case", b"catch", b"except", b"default", b"&&", b"||", b"?", b"=>",
    b" and ", b" or ",
)  # fmt: skip


def _may_branch(text: bytes) -> bool:
    """Whether a function may have more branches than the fewest, by the words that make them."""
    branches = 0
    for word in _BRANCH_WORDS:
        branches += text.count(word)
        if branches > _MIN_BRANCHES:
            return True
    return False


def _runs(function: Function, unit: UnitView) -> bool:
    """Whether a function answers requests itself: no helper beside one, and no middleware."""
    if function.name.startswith("_") or "middleware" in unit.path.lower():
        return False
    if unit.family == "go" and _is_layer(function, unit):
        return False
    if unit.family == "php" and not _is_public_action(function, unit):
        return False
    if unit.family == "javascript" and function.passed_to is None and not function.decorators:
        # What merely gets the request, beside other things, is a helper of handlers.
        names = {one.name.strip("_") for one in function.parameters}
        is_route = function.name in _ROUTES or len(function.parameters) == 1
        if not is_route and not names & _ANSWERING:
            return False
    return unit.adapter.is_handler(function)


_ANSWERING: Final = frozenset(("res", "response", "reply", "h", "next", "context", "ctx"))
_ROUTES: Final = frozenset(
    ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "loader", "action", "default",
     "handler")
)  # fmt: skip


def _is_layer(function: Function, unit: UnitView) -> bool:
    """Go: whether a function is a protocol or a layer around handlers, or is only called by one."""
    kinds = [one.type_path.rpartition(".")[2] for one in function.parameters]
    is_helper = len(kinds) > 1 and kinds[0] == "Context"
    text = unit.text(function.body_span)
    return function.name == "ServeHTTP" or is_helper or bool(_GOES_ON.search(text))


_GOES_ON: Final = regex(r"\.ServeHTTP\(|\b\w+\.Next\(\)|\bnext\(\w")


def _is_entry(function: Function) -> bool:
    """Python: whether a method of a view is one that the framework calls."""
    return function.class_def is None or bool(function.decorators) or function.name in _ENTRIES


def _is_public_action(function: Function, unit: UnitView) -> bool:
    """PHP: whether a method is neither a helper of its class nor one that renders errors."""
    if any(
        (one.type_name or "").endswith(("Throwable", "Exception")) for one in function.parameters
    ):
        return False
    head = unit.text(function.span)[:200].partition("function")[0]
    return "private" not in head and "protected" not in head


def _size(root: Node, is_python: bool = False) -> tuple[int, int]:
    """How many statements and branches a function has, without the functions named in it."""
    statements = branches = builders = 0
    is_go = root.type in ("func_literal", "function_declaration", "method_declaration")
    stack = list(root.named_children)
    for _ in range(_MAX_NODES):
        if not stack:
            break
        node = stack.pop()
        kind = node.type
        if kind in _FUNCTIONS:
            continue
        if kind == "if_statement" and is_go and _passes_error_on(node):
            continue
        if is_python and kind in _PYTHON_PLAIN and _decides_nothing(node):
            branches -= 1
        elif is_python and kind == "with_item" and _BUILDS.match(node.text or b""):
            builders += 1
        if kind in _BRANCHES:
            branches += 1
        elif kind == "binary_expression":
            operator = node.child_by_field_name("operator")
            if operator is not None and operator.type in ("&&", "||"):
                branches += 1
        if kind not in _NO_STATEMENT and _STATEMENT.search(kind):
            statements += 1
        stack.extend(node.named_children)
    if builders >= _MANY_BUILDERS:
        return 0, 0  # a page that is written in Python
    return statements, branches


def _decides_nothing(node: Node) -> bool:
    """Python: whether a branch is part of a value, a row of a table, or refuses a request."""
    around = node.parent
    if node.type == "conditional_expression":
        while around is not None and around.type == "parenthesized_expression":
            around = around.parent
        return around is not None and around.type in ("pair", "keyword_argument")
    if node.type in ("if_clause", "for_in_clause"):
        return True
    body = node.child_by_field_name("consequence")
    inside = [one.type for one in body.named_children] if body is not None else []
    condition = node.child_by_field_name("condition")
    if node.type == "elif_clause":
        is_row = condition is not None and condition.type == "comparison_operator"
        return (
            is_row
            and len(inside) == 1
            and inside[0] in ("expression_statement", "return_statement")
        )
    is_alone = node.child_by_field_name("alternative") is None
    return is_alone and len(inside) == 1 and inside[0] in ("raise_statement", "return_statement")


def _passes_error_on(node: Node) -> bool:
    condition = node.child_by_field_name("condition")
    if condition is None or node.child_by_field_name("alternative") is not None:
        return False
    text = condition.text
    return text is not None and _ERROR_CHECK.fullmatch(text.decode("utf-8", "replace")) is not None
