"""What Go's forms say about where values go: what calls fill, and what conditions prove."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.go_uses import GoUses
from backspec.code.facts.go_values import NUMBERS, STRINGS, VERB, only_child
from backspec.code.facts.model import Assign, CallValue, Const, Mapping, Name, Operation, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.code.facts.model import Call, Function
    from backspec.code.syntax import Node

_FILL: Final = re.compile(
    r"(?:Should)?Bind\w*|MustBind\w*|Decode|DecodeJSON|Unmarshal\w*|ReadJSON|Sscanf?|Sscanln|"
    r"(?:Body|Query|Params|Cookie|ReqHeader)Parser"
)
"""Methods and functions that write to what their arguments point to."""
_WRITE: Final = frozenset(("WriteString", "Write", "ReadFrom"))
_PRINT: Final = frozenset(("Fprintf", "Fprint", "Fprintln"))
_LOOKUPS: Final = frozenset((
    "slices.Contains", "golang.org/x/exp/slices.Contains", "github.com/samber/lo.Contains",
))  # fmt: skip
_PARSERS: Final = frozenset((
    "strconv.Atoi", "strconv.ParseInt", "strconv.ParseUint", "strconv.ParseBool",
    "strconv.ParseFloat", "github.com/google/uuid.Parse", "github.com/google/uuid.Validate",
    "github.com/gofrs/uuid.FromString", "time.Parse", "net.ParseIP", "net/netip.ParseAddr",
))  # fmt: skip
"""What only takes text of a narrow form."""
_NO_TEXT: Final = NUMBERS | frozenset((
    "time.Time", "time.Duration", "github.com/google/uuid.UUID", "github.com/gofrs/uuid.UUID",
    "go.mongodb.org/mongo-driver/bson/primitive.ObjectID", "net/netip.Addr", "len",
))  # fmt: skip
_SAME_TEXT: Final = re.compile(r"strings\.(?:ToLower|ToUpper|TrimSpace)\((.*)\)", re.DOTALL)
_ANCHORED: Final = re.compile(r"^(?:\(\?[a-z]+\))?(?:\^|\\A).*(?:\$|\\z)$", re.DOTALL)
_NOT_ANCHORED: Final = re.compile(r"\.[*+]\$$")
_CONDITIONS: Final = frozenset(("Where", "Or", "Not", "Having"))
_INLINE_CONDITIONS: Final = frozenset(("First", "Last", "Take", "Find", "Delete"))
_STATEMENTS: Final = frozenset(
    ("Query", "QueryRow", "Exec", "QueryContext", "QueryRowContext", "ExecContext")
)
_ANSWERS: Final = frozenset(("net/http.ResponseWriter", "github.com/gin-gonic/gin.ResponseWriter"))
_CONTENT_TYPE: Final = re.compile(rb"(?i)\"content-type\"\s*(?:,|\]\s*=)\s*([^\n]*)")
_MAKES_JSON: Final = re.compile(r"(?:\[\]byte\(|\w+\.)*\w*(?:JSON|Json)\w*\(")
_OWN_ADDRESS: Final = re.compile(
    r"net/http\.Request\.(?:RequestURI|URL(?:\.(?:Path|RawPath|RawQuery|Fragment|String|RequestURI|"
    r"EscapedPath|Host|Scheme))?)(?:\(\))?"
)
"""What of a request's own address says where the client already is."""
_OF_REQUEST: Final = re.compile(
    r"net/http\.Request\.(?:Method|Host|Proto|RemoteAddr|ContentLength|TLS|Pattern|URL)"
)
"""What a server checks before a handler sees it."""
_AROUND: Final = 24
"""How far up the definition of a condition's variable is looked for."""


class GoFlow(GoUses):
    """Answers what flows ask."""

    def add_fills(self, call: Call) -> None:
        """Note the variables that a call writes to."""
        name = call.name
        if _FILL.fullmatch(name) is not None:
            for node in self._argument_nodes(call):
                self._fill(call, node, call.node, ":=")
        elif name == "Copy" and call.path == "io.Copy":
            given = self._argument_nodes(call)
            if len(given) == 2 and not self._writes_answer(call, self.slice(given[0])):
                self._fill(call, given[0], given[1], "+=")
        elif name == "Read":
            given = self._argument_nodes(call)
            receiver = self.receiver_node(call)
            if len(given) == 1 and receiver is not None:
                self._fill(call, given[0], receiver, ":=")
        elif name in _WRITE:
            given = self._argument_nodes(call)
            receiver = self.receiver_node(call)
            is_kept = receiver is not None and not self._writes_answer(call, self.slice(receiver))
            if len(given) == 1 and receiver is not None and is_kept:
                self._fill(call, receiver, given[0], "+=")
        elif name in _PRINT:
            given = self._argument_nodes(call)
            # Nobody reads again what was written to an answer.
            if len(given) > 1 and not self._writes_answer(call, self.slice(given[0])):
                self._fill(call, given[0], call.node, "+=")

    @staticmethod
    def _writes_answer(call: Call, writer: str) -> bool:
        function = call.function
        while function is not None:
            for one in function.parameters:
                if one.name == writer:
                    return one.type_path.endswith("ResponseWriter")
            function = function.outer
        return writer.endswith(".Writer")

    def receiver_name(self, function: Function) -> str:
        receiver = function.node.child_by_field_name("receiver")
        parameter = only_child(receiver) if receiver is not None else None
        name = parameter.child_by_field_name("name") if parameter is not None else None
        return self.slice(name) if name is not None else ""

    def invoking_call(self, function: Function) -> Call | None:
        around = function.node.parent if function.node.type == "func_literal" else None
        if around is None or around.type != "call_expression":
            return None
        return self.calls_by_node.get(around.id)

    def filled_by_methods(self) -> list[Assign]:
        setters: dict[str, list[tuple[str, int]]] = {}
        for assign in self.facts.assigns:
            function = assign.function
            head, _, field = assign.target.partition(".")
            if function is None or not field or assign.value_node is None:
                continue
            if function.node.type != "method_declaration" or head != self.receiver_name(function):
                continue
            given = self.slice(assign.value_node)
            names = [parameter.name for parameter in function.parameters]
            if given in names:
                setters.setdefault(function.path, []).append((field, names.index(given)))
        if not setters:
            return []
        called = {path.rpartition(".")[2] for path in setters}
        found = []
        for call in self.facts.calls:
            if call.name not in called or not (call.qualified or "").startswith(":"):
                continue
            receiver = self.receiver_node(call)
            owner = self.path_of(self._unwrapped(receiver)) if receiver is not None else ""
            given_nodes = self._argument_nodes(call)
            for field, at in setters.get((call.qualified or "")[1:], ()):
                if receiver is not None and owner and "(" not in owner and at < len(given_nodes):
                    target = f"{owner}.{field}"
                    found.append(
                        Assign(call.place, call.node, receiver, target, given_nodes[at], "=")
                    )
        return found

    def _fill(self, call: Call, target: Node, value: Node, operator: str) -> None:
        target = self._unwrapped(target)
        path = self.path_of(target) if target.type in ("identifier", "selector_expression") else ""
        if path and "(" not in path:
            self.facts.fills.append(Assign(call.place, call.node, target, path, value, operator))

    @staticmethod
    def _argument_nodes(call: Call) -> list[Node]:
        node = call.node.child_by_field_name("arguments")
        return [n for n in node.named_children if n.type != "comment"] if node is not None else []

    # ------------------------------------------------------------------ what values are

    def receiver_node(self, call: Call) -> Node | None:
        return call.callee.child_by_field_name("operand")

    def roles_of(self, call: Call) -> frozenset[str]:
        roles = super().roles_of(call)
        if call.name == "Clean" and "pass-through" in roles:
            # What is cleaned from the root on has no ``..`` left.
            given = self._argument_nodes(call)
            if given and self.source.startswith(
                (b'"/"', b"string(filepath.Sep"), given[0].start_byte
            ):
                return roles | {"path-base-name"}
        return roles

    def is_cleaned(self, call: Call) -> bool:
        if not call.name.startswith("ReplaceAll") or "regexp.Regexp." not in (call.qualified or ""):
            return False
        # What takes tags out leaves some in, and all that stands outside of them.
        pattern = self._pattern(call, self._argument_nodes(call)[:1])
        return pattern is None or "<" not in re.sub(r"\[[^\]]*\]", "", pattern)

    def is_sink(self, call: Call) -> bool:
        name = call.name
        if name in _PRINT or (name == "WriteString" and call.path == "io.WriteString"):
            given = call.arguments.positional
            if not given or not self._is_answer(given[0]) or self._says_no_html(call):
                return False
            return not self._prints_only(call, "")
        if name in _WRITE:
            bodies = self._argument_nodes(call)[:1]
            is_json = any(_MAKES_JSON.match(self.slice(one)) for one in bodies)
            return not is_json and not self._says_no_html(call)
        qualified = call.qualified or ""
        if qualified.startswith("log."):
            return not self._prints_only(call, "q")
        if "logger-call" in self.roles_of(call):
            # ``slog``, zap, zerolog and logrus quote what they are given.
            return False
        if name in _STATEMENTS and self._is_prepared(call):
            return False
        if name in _INLINE_CONDITIONS:
            return self._may_be_text(call)
        if name in _CONDITIONS:
            # A struct or a map is compared field by field.
            given = call.arguments.positional
            return (
                bool(given) and not isinstance(given[0], Mapping) and not self._is_struct(given[0])
            )
        return True

    def _may_be_text(self, call: Call) -> bool:
        """GORM: whether what is given beside the target may be a text, which GORM takes for SQL.

        Fields of what was bound are left alone: they may be numbers.
        """
        given = call.arguments.positional
        if len(given) < 2 or isinstance(given[1], Mapping) or self._is_struct(given[1]):
            return False
        value = given[1]
        return not isinstance(value, Name) or "." not in value.path or value.qualified == "string"

    def _is_prepared(self, call: Call) -> bool:
        """Whether a call is made on a prepared statement, whose arguments are bound."""
        owner = call.path.rpartition(".")[0]
        if call.qualified is None or "()" in call.qualified:
            if re.search(r"(?i)st(?:mt|atement)\w*$", owner):
                return True
            return any(
                one.target == owner
                and isinstance(one.value, CallValue)
                and one.value.call.name.startswith("Prepare")
                for one in self.facts.assigns
            )
        return False

    def _is_answer(self, value: Value) -> bool:
        """Whether a writer is what answers a request."""
        name = value.qualified if isinstance(value, Name) else None
        return name in _ANSWERS

    def _is_struct(self, value: Value) -> bool:
        name = value.qualified if isinstance(value, Name) else None
        return name is not None and name.startswith(":") and "." not in name

    def _prints_only(self, call: Call, more: str) -> bool:
        """Whether a format only takes numbers, or what the verbs in ``more`` take."""
        if not call.name.endswith("f"):
            return False
        constants = [
            one.value
            for one in call.arguments.positional[:2]
            if isinstance(one, Const) and isinstance(one.value, str)
        ]
        verbs = "dtfFgGeEbcoxXUpT%" + more
        return bool(constants) and all(verb[1] in verbs for verb in VERB.finditer(constants[0]))

    def _says_no_html(self, call: Call) -> bool:
        """Whether the function says that its answer is no page."""
        function = call.function
        if function is None:
            return False
        span = function.span
        found = _CONTENT_TYPE.search(self.source, span.start, min(call.span.start, span.end))
        return found is not None and b"html" not in found[1] and b"svg" not in found[1]

    def is_own_address(self, qualified: str) -> bool:
        return _OWN_ADDRESS.fullmatch(qualified) is not None

    def holds_no_text(self, name: Name) -> bool:
        qualified = name.qualified
        return qualified is not None and (
            qualified.removesuffix("()") in _NO_TEXT or _OF_REQUEST.fullmatch(qualified) is not None
        )

    # ------------------------------------------------------------------ what conditions prove

    def proves(self, condition: Value, path: str, holds: bool) -> bool | None:
        if isinstance(condition, Operation):
            operator, operands = condition.operator, condition.operands
            if operator == "[]" and len(operands) == 2:
                return holds and self.is_same(operands[1].node, path)
            if operator in ("==", "!=") and len(operands) == 2:
                error, nothing = operands
                if isinstance(nothing, Const) and nothing.value is None:
                    is_fine = (operator == "==") is holds
                    return is_fine and isinstance(error, Name) and self._is_parsed(error, path)
            return None
        if isinstance(condition, Name):
            return holds and self._says(condition, path)
        if isinstance(condition, CallValue):
            return self._call_proves(condition.call, path, holds)
        return None

    def _call_proves(self, call: Call, path: str, holds: bool) -> bool | None:
        qualified = call.qualified
        given = self._argument_nodes(call)
        if qualified in _LOOKUPS:
            return holds and len(given) == 2 and self.is_same(given[1], path)
        if call.name in ("MatchString", "Match") and given:
            text = self._pattern(call, given)
            is_about = self.is_same(given[-1], path)
            return holds and is_about and text is not None and _is_full(text)
        return False if qualified == "strings.Contains" and holds else None

    def _pattern(self, call: Call, given: list[Node]) -> str | None:
        """The regular expression of ``re.MatchString(x)`` or ``regexp.MatchString(re, x)``."""
        if len(given) == 2:
            return self.string(given[0]) if given[0].type in STRINGS else None
        receiver = self.receiver_node(call)
        if receiver is None:
            return None
        if receiver.type == "call_expression":
            arguments = receiver.child_by_field_name("arguments")
            inner = only_child(arguments) if arguments is not None else None
            return self.string(inner) if inner is not None and inner.type in STRINGS else None
        name = re.escape(self.source[receiver.start_byte : receiver.end_byte])
        found = re.search(
            rb"(?<![\w.])" + name + rb"\s*:?=\s*regexp\.Must\w+\(\s*(`[^`]*`|\"[^\"\n]*\")",
            self.source,
        )
        return found[1][1:-1].decode("utf-8", "replace") if found is not None else None

    def _says(self, name: Name, path: str) -> bool:
        """Whether a variable that holds says so: ``_, ok := allowed[x]``."""
        found = self._definition(name)
        if found is None:
            return False
        value, is_last = found
        if value.type == "index_expression":
            index = value.child_by_field_name("index")
            return is_last and index is not None and self.is_same(index, path)
        if value.type != "call_expression":
            return False
        call = self.calls_by_node.get(value.id)
        return call is not None and self._call_proves(call, path, True) is True

    def _is_parsed(self, error: Name, path: str) -> bool:
        """Whether an error would have said that a text is no number, date or id."""
        found = self._definition(error)
        if found is None or found[0].type != "call_expression":
            return False
        call = self.calls_by_node.get(found[0].id)
        if call is None or call.qualified not in _PARSERS:
            return False
        return any(self.is_same(one, path) for one in self._argument_nodes(call))

    def _definition(self, name: Name) -> tuple[Node, bool] | None:
        """The last value before a use that a variable got, and whether as the last of several."""
        node: Node | None = name.node
        for _ in range(_AROUND):
            if node is None or node.type in ("func_literal", "function_declaration"):
                return None
            found = self._gives(node.child_by_field_name("initializer"), name)
            if found is not None:
                return found
            before = node.prev_named_sibling
            for _ in range(_AROUND):
                if before is None:
                    break
                found = self._gives(before, name)
                if found is not None:
                    return found
                before = before.prev_named_sibling
            node = node.parent
        return None

    def _gives(self, node: Node | None, name: Name) -> tuple[Node, bool] | None:
        if node is None or node.type not in ("short_var_declaration", "assignment_statement"):
            return None
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or right.named_child_count == 0:
            return None
        targets = [self.slice(one) for one in left.named_children]
        if name.path not in targets:
            return None
        at = targets.index(name.path)
        values = right.named_children
        if len(values) == len(targets):
            return values[at], at > 0
        return values[0], at == len(targets) - 1

    def is_same(self, node: Node, path: str) -> bool:
        """Whether an expression is ``path``, or that in other letters."""
        written = self.slice(node)
        if written == path:
            return True
        changed = _SAME_TEXT.fullmatch(written)
        return changed is not None and changed[1].strip() == path

    # ------------------------------------------------------------------ what branches prove

    def is_narrowed_in(self, around: Node, child: Node, path: str) -> bool:
        if around.type != "expression_switch_statement" or child.type != "expression_case":
            return False
        values = child.child_by_field_name("value")
        if values is None:
            return False
        subject = around.child_by_field_name("value")
        if subject is not None:
            return self.is_same(subject, path) and all(
                self._is_fixed(one) for one in values.named_children
            )
        return all(_equals(self, one, path) for one in values.named_children)

    def is_narrowed_after(self, statement: Node, path: str, ends: Callable[[Node], bool]) -> bool:
        if statement.type == "expression_switch_statement":
            subject = statement.child_by_field_name("value")
            if subject is None or not self.is_same(subject, path):
                return False
            cases = [n for n in statement.named_children if n.type == "expression_case"]
            default = [n for n in statement.named_children if n.type == "default_case"]
            return bool(default) and all(
                ends(one) or self._replaces(one, path) for one in default
            ) and all(
                self._is_fixed(value)
                for case in cases
                for values in case.children_by_field_name("value")
                for value in values.named_children
            )  # fmt: skip
        if statement.type != "if_statement" or statement.child_by_field_name("alternative"):
            return False
        condition = statement.child_by_field_name("condition")
        then = statement.child_by_field_name("consequence")
        if condition is None or then is None or not self._replaces(then, path):
            return False
        return _fails(self, self.value(condition, self.place.scope), path)

    def _replaces(self, branch: Node, path: str) -> bool:
        """Whether a branch sets a variable to something fixed."""
        lists = [n for n in branch.named_children if n.type == "statement_list"]
        for statement in lists[0].named_children if lists else ():
            if statement.type != "assignment_statement":
                continue
            left, right = (
                statement.child_by_field_name("left"),
                statement.child_by_field_name("right"),
            )
            if left is not None and right is not None and self.slice(left) == path:
                return all(self._is_fixed(one) for one in right.named_children)
        return False

    def _is_fixed(self, node: Node) -> bool:
        """Whether an expression is a constant, or by its name likely one (``status.Open``)."""
        return self.constant(node)[0] or node.type in ("selector_expression", "identifier")


def _is_full(pattern: str) -> bool:
    """Whether a regular expression says all there is in a text."""
    return _ANCHORED.match(pattern) is not None and _NOT_ANCHORED.search(pattern) is None


def _equals(adapter: GoFlow, node: Node, path: str) -> bool:
    """``x == "a"``, also several of them joined by ``||``."""
    value = adapter.value(node, adapter.place.scope)
    if not isinstance(value, Operation):
        return isinstance(value, CallValue) and adapter.proves(value, path, True) is True
    if value.operator == "||":
        return all(_equals(adapter, one.node, path) for one in value.operands)
    return value.operator == "==" and any(
        adapter.is_same(one.node, path) and isinstance(two, Const)
        for one, two in (value.operands[:2], value.operands[1::-1])
    )


def _fails(adapter: GoFlow, condition: Value, path: str) -> bool:
    """Whether a condition that does not hold leaves only harmless values."""
    if isinstance(condition, Operation):
        if condition.operator == "!" and condition.operands:
            return adapter.proves(condition.operands[0], path, True) is True
        if condition.operator == "||":
            return any(_fails(adapter, one, path) for one in condition.operands)
        if condition.operator == "&&":
            return all(_unequal(adapter, one, path) for one in condition.operands)
    return _unequal(adapter, condition, path)


def _unequal(adapter: GoFlow, condition: Value, path: str) -> bool:
    """``x != "a"``"""
    if isinstance(condition, Operation) and condition.operator == "!=":
        left, right = condition.operands[:2]
        return (
            isinstance(right, Const)
            and right.value is not None
            and right.value != ""
            and adapter.is_same(left.node, path)
        )
    return adapter.proves(condition, path, False) is True
