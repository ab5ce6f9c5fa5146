"""What flows ask about PHP: receivers, loops, parts taken out of arrays, what a filter leaves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from backspec.code.checked import proves
from backspec.code.facts.model import (
    Assign,
    CallValue,
    Const,
    FunctionValue,
    Name,
    Operation,
    Sequence,
)
from backspec.code.facts.php_definitions import PhpDefinitions
from backspec.code.facts.php_shapes import CALLS, METHODS, TRANSPARENT, arguments_of, only_child

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.code.facts.model import Call, Function, Parameter, Value
    from backspec.code.syntax import Node

_ROUTED: Final = re.compile(r"(?:^|[.#·])Route$")
_PSR_REQUESTS: Final = ("Psr.Http.Message.ServerRequestInterface", "Slim.Http.Request")
_SLIM: Final = (
    ["$request", "$response", "$args"],
    ["$req", "$res", "$args"],
    ["$req", "$resp", "$args"],
)
_SLIM_CALLS: Final = frozenset(("get", "post", "put", "patch", "delete", "map", "any"))
_NUMERIC_FILTERS: Final = re.compile(
    r"FILTER_(?:VALIDATE_(?:INT|FLOAT|BOOL|BOOLEAN|IP|MAC|DOMAIN|REGEXP|EMAIL)"
    r"|SANITIZE_NUMBER_(?:INT|FLOAT)|CALLBACK)$"
)
_HTML_FILTERS: Final = re.compile(
    r"FILTER_SANITIZE_(?:SPECIAL_CHARS|FULL_SPECIAL_CHARS|STRING|STRIPPED|ENCODED)$"
)
_QUOTE_FILTERS: Final = re.compile(r"FILTER_SANITIZE_(?:MAGIC_QUOTES|ADD_SLASHES)$")
_FILTERS: Final = frozenset(("filter_var", "filter_input"))
_KEPT_PLAIN: Final = re.compile(r"(?:[\w\s,.@:=-]|\\[wdsWDS.\-]){0,60}")
_NOT_CLASS: Final = re.compile(r"^(.)\[\^((?:[^\]\\]|\\.)*)\][+*]?\1[a-zA-Z]*$", re.DOTALL)
_DELIMITED: Final = re.compile(r"^\s*([^\w\s\\])(.*)([^\w\s\\])([a-zA-Z]*)$", re.DOTALL)
_ANCHORED: Final = re.compile(r"^(?:\^|\\A).*(?:\$|\\z|\\Z)$", re.DOTALL)
_PROOFS: Final = frozenset(
    ("array_key_exists", "array_search", "in_array", "ctype_alpha", "ctype_xdigit", "ctype_digit",
     "ctype_alnum", "is_int", "is_integer", "is_float", "is_bool", "is_numeric", "checkdate",
     "method_exists", "wp_verify_nonce")
)  # fmt: skip
"""Functions that say of a value that it is one of a list, or no text to fear."""
_PATTERN_GIVEN: Final = re.compile(rb"""["']/\^[^"']*\$/[a-zA-Z]*["']""")
_ROUTED_BASES: Final = re.compile(
    r"^CI_Controller$|\.Http\.Controllers\.|^Illuminate\.Routing\.Controller$|^App\.Controllers\.BaseController$"
    r"|^Cake\.Controller\.Controller$|^App\.Controller\.AppController$|^yii\.web\.Controller$|^CodeIgniter\.(?:Controller|RESTful\.\w+)$"
)
_OWN_ADDRESS: Final = frozenset(
    ("$_SERVER.PHP_SELF", "$_SERVER.REQUEST_URI", "$_SERVER.PATH_INFO", "$_SERVER.QUERY_STRING",
     "$_SERVER.HTTP_HOST")
)  # fmt: skip
"""What a browser sends of the address it was told: a link to another site cannot change it."""
_NUMBERS: Final = rb"(?:(?:int|integer|bool|boolean|float|double|null)\|?)+"
_NUMBER_TYPES: Final = frozenset(("int", "integer", "bool", "boolean", "float", "double", "null"))
_TAKES_ANYTHING: Final = re.compile(r"\((?:\?<\w+>|\?P<\w+>)?(?:\.[*+]|\[\^)")
"""A group of a pattern that holds any text."""
_SENT: Final = frozenset(("$_GET", "$_POST", "$_REQUEST", "$_COOKIE"))
_OF_DATES: Final = frozenset(
    ("format", "getTimestamp", "toDateString", "toDateTimeString", "toIso8601String", "diffInDays",
     "isoFormat", "translatedFormat", "count", "getId", "getKey")
)  # fmt: skip
_LEAVES: Final = re.compile(r"\b(?:exit|die|return|throw)\b")
_TAKE_LISTS: Final = frozenset(("proc_open", "Process.run", "Process.start"))
_ONE_LINE: Final = frozenset(
    ("ip", "getClientIp", "url", "fullUrl", "getUri", "getRequestUri", "getQueryString", "path",
     "getPathInfo", "header", "userAgent", "bearerToken", "getHost", "method", "getMethod",
     "apache_request_headers", "getallheaders", "getHeaderLine", "getHeader")
)  # fmt: skip
"""What comes in a header or an address, where a server takes no line breaks."""
_MOST_FILLED: Final = 20_000
_PRINTS: Final = frozenset(("echo", "print", "printf", "vprintf", "print_r", "exit", "die"))
_NO_PAGE: Final = re.compile(
    rb"(?i)header\(\s*[\"']\s*content-type\s*:\s*(?:application/(?!xhtml)|text/(?!html)|image/(?!svg)|audio|video)"
)
"""What says that the answer is no page."""
_LARAVEL_METHODS: Final = frozenset(
    ("query", "request", "attributes", "cookies", "headers", "files", "server", "session",
     "user", "route")
)  # fmt: skip
"""Members of Laravel's request that are no fields of what was sent."""


class PhpFlow(PhpDefinitions):
    """Answers what flows ask about PHP."""

    plus_joins: ClassVar[bool] = False
    _plain_from: list[int] | None = None
    """Where the file says that its answer is no page; None until somebody asks."""

    def receiver_node(self, call: Call) -> Node | None:
        return call.node.child_by_field_name("object") if call.node.type in METHODS else None

    def receiver_of(self, call: Call) -> Node | None:
        return self.receiver_node(call)

    def container_of(self, node: Node) -> Node | None:
        while node.type in TRANSPARENT:
            inner = only_child(node)
            if inner is None:
                return None
            node = inner
        found = node.child_by_field_name("object")
        if found is None and node.type == "subscript_expression" and node.named_child_count:
            return node.named_children[0]
        return found

    def loop_parts(self, node: Node) -> list[tuple[Node, Node]]:
        if node.type != "foreach_statement":
            return []
        body = node.child_by_field_name("body")
        parts = [n for n in node.named_children if n.type != "comment" and n != body]
        return [(parts[1], parts[0])] if len(parts) == 2 else []

    def expression_body(self, _function: Function) -> Node | None:
        # An arrow function's body is among its ``return`` statements.
        return None

    def is_sink(self, call: Call) -> bool:
        if call.path in _TAKE_LISTS and call.arguments.positional:
            # A list of arguments goes past the shell.
            return not isinstance(call.arguments.positional[0], Sequence)
        if call.path not in _PRINTS:
            return super().is_sink(call)
        if call.path == "print_r" and len(call.arguments.positional) > 1:
            return False
        function = call.function
        start = function.span.start if function is not None else 0
        if self._plain_from is None:
            self._plain_from = [found.start() for found in _NO_PAGE.finditer(self.source)]
        return not any(start <= at < call.node.start_byte for at in self._plain_from)

    # ------------------------------------------------------------------ where input comes from

    def is_own_address(self, qualified: str) -> bool:
        return qualified in _OWN_ADDRESS

    def is_input_member(self, qualified: str) -> bool:
        owner, _, member = qualified.rpartition(".")
        head, _, first = owner.rpartition(".")
        if owner in ("Illuminate.Http.Request", "Illuminate.Foundation.Http.FormRequest"):
            return member not in _LARAVEL_METHODS
        if owner.startswith("$_FILES."):
            return member in ("name", "type", "full_path")
        return ".Http.Requests." in owner and head.endswith(".Requests") and first[:1].isupper()

    def is_input_parameter(self, function: Function, parameter: Parameter) -> bool:
        if super().is_input_parameter(function, parameter):
            return True
        if parameter.name == "$args" and len(function.parameters) == 3:
            return self._is_routed(function)  # Slim
        is_text = parameter.type_path.lower() == "string"
        is_free = not parameter.type_path and self.text(parameter.span).startswith("$")
        return (is_text or is_free) and self._is_routed(function)

    def _is_routed(self, function: Function) -> bool:
        """Whether a router fills the parameters of a function from the path."""
        if any(_ROUTED.search(one.path) for one in function.decorators):
            return True
        if function.parameters and function.parameters[0].type_name in _PSR_REQUESTS:
            return len(function.parameters) == 3
        call = function.passed_to
        if call is not None:
            return "route-handler" in self.roles_of(call) or (
                # Slim, where the application comes from another file
                [one.name for one in function.parameters] in _SLIM and call.name in _SLIM_CALLS
            )
        class_def = function.class_def
        if class_def is None or function.name.startswith("_") or not self.is_public(function.node):
            return False
        bases = self.resolver.bases(class_def.path)
        return any(_ROUTED_BASES.search(base) for base in bases) or (
            self.resolver.has_mark("package:Illuminate")
            and any(base.endswith("Controller") for base in (*bases, *class_def.base_paths))
        )

    def may_hold_text(self, parameter: Parameter) -> bool:
        if parameter.type_path:
            return True
        start = parameter.span.start
        before = self.source[max(0, start - 1500) : start]
        comment = before[before.rfind(b"/**") :] if b"/**" in before else b""
        name = re.escape(parameter.name.encode())
        return re.search(rb"@param\s+" + _NUMBERS + rb"\s+" + name + rb"\b", comment) is None

    # ------------------------------------------------------------------ what makes values harmless

    def is_cleaned(self, call: Call) -> bool:
        """Whether a method of what a client's text was read into gives no text of theirs."""
        return (call.name in _OF_DATES and call.node.type in METHODS) or super().is_cleaned(call)

    def can_choose(self, call: Call, part: str) -> bool:
        if part == "line" and call.name in _ONE_LINE:
            return False
        return super().can_choose(call, part)

    def proves(self, condition: Value, path: str, holds: bool) -> bool | None:
        if isinstance(condition, Operation) and condition.operator == "[]":
            # ``$known[$x]``: what is no key of the list is false.
            return (holds and self._is_path(condition.operands[-1], path)) or None
        if isinstance(condition, Operation) and len(condition.operands) == 2:
            for one, two in (condition.operands, condition.operands[::-1]):
                if not isinstance(one, CallValue) or not isinstance(two, Const):
                    continue
                if not (two.value is None or isinstance(two.value, int)):
                    continue
                says = _says(condition.operator, bool(two.value))
                if says is not None and proves(self, one, path, holds is says):
                    return True
            return None
        if not isinstance(condition, CallValue) or not holds:
            return None
        call = condition.call
        given = call.arguments.positional
        if call.name in ("preg_match", "mb_ereg") and len(given) > 1:
            text = self.pattern_text(call)
            is_whole = text is not None and _ANCHORED.match(text) is not None
            return (is_whole and self._is_path(given[1], path)) or None
        if call.name == "isset":
            return any(
                isinstance(one, Operation)
                and one.operator == "[]"
                and self._is_path(one.operands[-1], path)
                for one in given
            )
        if call.name == "hash_equals":
            # What the program signed itself is as it was.
            return any(
                isinstance(one, CallValue)
                and one.call.name == "hash_hmac"
                and any(self._is_path(part, path) for part in one.call.arguments.positional)
                for one in given
            )
        if call.name in _PROOFS:
            return any(self._is_path(one, path) for one in given)
        if call.name == "filter_var" and given and self._is_path(given[0], path):
            return not self.roles_of(call)
        return None

    def _is_path(self, value: Value, path: str) -> bool:
        return (isinstance(value, Name) and value.path == path) or self.slice(value.node) == path

    def is_narrowed_after(self, statement: Node, path: str, _ends: Callable[[Node], bool]) -> bool:
        """``check('q', $_GET, '/^(a|b)$/')``: a function is told what the value must be."""
        if statement.type == "switch_statement":
            return self._leaves_cases(statement, path)
        if statement.type != "expression_statement":
            return False
        source = self.source[statement.start_byte : statement.start_byte + 300]
        if b"/^" not in source or _PATTERN_GIVEN.search(source) is None:
            return False
        call = only_child(statement)
        if call is None or call.type not in CALLS:
            return False
        text = self.slice(call)
        head, _, key = path.rpartition(".")
        return (
            bool(head)
            and head in text
            and re.search(rf"[\"']{re.escape(key)}[\"']", text) is not None
        )

    def _leaves_cases(self, switch: Node, path: str) -> bool:
        """``switch ($x) { default: $x = 'a'; case 'a': .. }``: one of the cases, whatever comes."""
        subject = switch.child_by_field_name("condition")
        body = switch.child_by_field_name("body")
        if subject is None or body is None or self.path_of(subject) != path:
            return False
        is_caught = False
        for case in body.named_children:
            if case.type == "default_statement":
                text = self.slice(case)
                sets = re.search(rf"{re.escape(path)}\s*=\s*(?:['\"][^'\"$]*['\"]|\d+)\s*;", text)
                is_caught = sets is not None or _LEAVES.search(text) is not None
            elif case.type == "case_statement":
                label = case.child_by_field_name("value")
                if label is None or not self.constant(label)[0]:
                    return False
        return is_caught

    def is_narrowed_in(self, around: Node, child: Node, path: str) -> bool:
        if around.type not in ("switch_block", "match_block") or around.parent is None:
            return False
        subject = around.parent.child_by_field_name("condition")
        if subject is None or self.path_of(subject) != path:
            return False
        if child.type == "match_conditional_expression":
            tested = child.child_by_field_name("conditional_expressions")
            return tested is not None and all(
                self.constant(one)[0] for one in tested.named_children
            )
        label = child.child_by_field_name("value")
        return child.type == "case_statement" and label is not None and self.constant(label)[0]

    def pattern_text(self, call: Call) -> str | None:
        text = super().pattern_text(call)
        found = _DELIMITED.match(text) if text is not None else None
        return found[2] if found is not None else text

    def roles_of(self, call: Call) -> frozenset[str]:
        roles = super().roles_of(call)
        if call.path in _FILTERS:
            return self._filtered(call, roles)
        if call.path == "file_get_contents" and call.arguments.positional:
            source = call.arguments.positional[0]
            if isinstance(source, Const) and source.value == "php://input":
                return frozenset(("request-input",))
        if call.name == "route" and not call.arguments.positional and "request-input" in roles:
            return roles - {"request-input"}  # the route itself
        if call.path in ("request", "old") and call.arguments.positional:
            return roles | {"request-input"}
        if call.path == "extract" and call.arguments.positional:
            sent = call.arguments.positional[0]
            is_sent = isinstance(sent, Name) and sent.path in _SENT
            return roles | {"request-input" if is_sent else "pass-through"}
        if call.path == "escapeshellcmd" and _is_joined(call.node):
            return roles - {"shell-escape"}  # spaces and dashes stay: it begins other options
        if call.path == "array_map" and call.arguments.positional:
            return self._mapped(call.arguments.positional[0], roles)
        if call.path == "preg_replace" and call.arguments.positional:
            pattern = call.arguments.positional[0]
            if isinstance(pattern, Const) and _leaves_plain(str(pattern.value)):
                return frozenset()
        return roles

    def _mapped(self, applied: Value, roles: frozenset[str]) -> frozenset[str]:
        """What ``array_map`` leaves of texts, by the function that it applies to each."""
        if isinstance(applied, Const) and isinstance(applied.value, str):
            name = applied.value.lower()
            is_own = applied.value in self.resolver.functions or "::" in applied.value
            return roles if is_own else self.roles(name)
        if not isinstance(applied, FunctionValue):
            return roles
        node = applied.function.node
        body = node.child_by_field_name("body")
        if body is None or node.type != "arrow_function":
            return roles
        value = self.value(body, applied.function.scope)
        if isinstance(value, CallValue) and value.call.path != "array_map":
            return self.roles_of(value.call)
        is_number = isinstance(value, Operation) and value.operator.startswith("(")
        return frozenset() if is_number else roles

    def filled(self, call: Call, node: Node) -> None:
        """``settype($x, 'int')``, ``parse_str($x, $all)``: calls that set a variable, for flows."""
        arguments = arguments_of(node)
        given = [
            inner
            for one in (arguments.named_children if arguments is not None else ())
            if one.type == "argument" and (inner := only_child(one)) is not None
        ]
        if call.path == "settype" and len(given) == 2:
            is_constant, kind = self.constant(given[1])
            if is_constant and str(kind).lower() in _NUMBER_TYPES:
                self._fill_with(call, node, given[0], None)
        elif call.path in ("parse_str", "mb_parse_str") and len(given) == 2:
            self._fill_with(call, node, given[1], given[0])
        elif call.path == "extract" and given and b"EXTR_SKIP" not in (node.text or b""):
            self.fill_all(node, node)
        elif call.path in ("preg_match", "preg_match_all") and len(given) > 2:
            is_constant, pattern = self.constant(given[0])
            if is_constant and _TAKES_ANYTHING.search(str(pattern)):
                self._fill_with(call, node, given[2], given[1])

    def fill_all(self, node: Node, value: Node | None) -> None:
        """``extract($_GET)``, ``$$name = $value``: any variable that is read later may be it."""
        function = self.place.function
        end = function.span.end if function is not None else len(self.source)
        text = self.source[node.end_byte : min(end, node.end_byte + _MOST_FILLED)]
        names = dict.fromkeys(re.findall(rb"\$[a-z]\w*", text))
        for name in list(names)[:60]:
            path = name.decode("utf-8", "replace")
            if path != "$this":
                self.facts.fills.append(Assign(self.place, node, node, path, value))

    def _fill_with(self, call: Call, node: Node, target: Node, value: Node | None) -> None:
        path = self.path_of(target)
        if path and "(" not in path:
            self.facts.fills.append(Assign(call.place, node, target, path, value))

    def _filtered(self, call: Call, roles: frozenset[str]) -> frozenset[str]:
        """What a filter of PHP's own leaves of a text."""
        given = call.arguments.positional
        at = 1 if call.path == "filter_var" else 2
        value = call.arguments.keywords.get("filter") or (given[at] if at < len(given) else None)
        if value is None:
            return roles
        name = value.path if isinstance(value, Name) else ""
        if _HTML_FILTERS.search(name):
            return roles | {"html-escape"}
        if _QUOTE_FILTERS.search(name):
            return roles | {"sql-escape"}
        is_number = not name or _NUMERIC_FILTERS.search(name) is not None
        return frozenset() if is_number else roles


def _is_joined(node: Node) -> bool:
    """Whether a text is joined to another."""
    around = node.parent
    while around is not None and around.type == "parenthesized_expression":
        around = around.parent
    return around is not None and around.type in ("binary_expression", "encapsed_string")


def _leaves_plain(pattern: str) -> bool:
    """Whether taking out what a pattern finds leaves letters, digits and the like only."""
    found = _NOT_CLASS.match(pattern.strip())
    return found is not None and _KEPT_PLAIN.fullmatch(found[2]) is not None


def _says(operator: str, is_true: bool) -> bool | None:
    """What a comparison with true (1) or false (0) says of what is compared: that it holds."""
    if operator in ("==", "==="):
        return is_true
    if operator in ("!=", "!=="):
        return not is_true
    return True if operator in (">", "<") and not is_true else None
