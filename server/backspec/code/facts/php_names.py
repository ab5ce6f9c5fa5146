"""What PHP's names, types and literals are: paths, bindings, constants.

Variables keep their ``$`` in paths, as functions and variables of one name are two things:
``$request = request()`` binds ``$request``. Members do not: ``$this->db->query`` is
``$this.db.query``. What is written with a leading backslash is one token, as modules named in place
are (``#GuzzleHttp·Client``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import Adapter
from backspec.code.facts.model import OPAQUE, Binding, Constant
from backspec.code.facts.numbers import arithmetic, number
from backspec.code.facts.operands import flat_operands
from backspec.code.facts.php_shapes import (
    MEMBERS,
    METHODS,
    PATHS,
    STRINGS,
    TEXT_PARTS,
    TRANSPARENT,
    class_of,
    only_child,
    operator_of,
)
from backspec.code.resolve import MODULE_DOT

if TYPE_CHECKING:
    from backspec.code.facts.model import Scope
    from backspec.code.syntax import Node

MAX_DEPTH: Final = 24
"""How deep values are read: what lies deeper is unknown."""
MAX_ITEMS: Final = 2000
"""How many items of one array are read; the rest makes it open."""
MAX_STEPS: Final = 64
"""How long a chain may be to be a path."""

_HELPERS: Final = frozenset(
    (
        "redirect",
        "response",
        "back",
        "request",
        "info",
        "view",
        "session",
        "cache",
        "cookie",
        "logger",
        "event",
        "dispatch",
        "report",
        "abort",
        "old",
    )
)
"""Laravel's functions whose names others give to their own."""
_LARAVEL: Final = (
    r"\bIlluminate\b|^(?:namespace|use) \\?App\b|^<\?php\s+(?:namespace|use) \\?App\b"
    r"|\bextends (?:Base)?Controller\b"
    r"|\bRoute::(?:get|post|put|patch|any|match|delete|middleware|prefix)\b"
)
"""What files of a Laravel application say."""
_STATEMENTS: Final = frozenset(
    ("query", "exec", "execute", "prepare", "multi_query", "real_query", "rawQuery", "getOne",
     "getRow", "getAll", "getCol", "get_results", "get_row", "get_var", "get_col", "fetchAll",
     "fetchOne", "fetchRow", "fetchAssoc", "queryAll", "queryRow", "queryOne", "querySingle",
     "executeQuery", "real_escape_string", "escape_string", "escape", "quote", "unbuffered_query",
     "executeS", "getValue", "createCommand", "simpleQuery")
)  # fmt: skip
"""Methods that handles of databases have."""
_DATABASE = re.compile(
    r"\$?_*(?:get|my|the|g|app)?_?(?:conn?(?:ection|exion|ect)?|conexion|koneksi|baglanti|dbh?|dbc|bdd|cnx"
    r"|database|pdo|mysqli?|link|sqlite|wpdb|adodb)(?:_?(?:conn?(?:ection)?|connect|link|handle|h|i|pdo|instance))?"
    r"_?\d?(?:\(\))?",
    re.IGNORECASE,
)
"""What people call a connection."""
_GIVER = re.compile(r"(?i)\.(?:get_?instance|instance|connect|connection|get|link)\(\)$")

_KEY = re.compile(r"[A-Za-z0-9_$@-]+")
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_SINGLE = re.compile(r"\\([\\'])")
_ESCAPED: Final = {
    "n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f", "\\": "\\", "$": "$",
    '"': '"',
}  # fmt: skip


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code in _ESCAPED:
        return _ESCAPED[code]
    if code[0] == "u" and len(code) > 3:
        point = int(code[2:-1], 16)
        return chr(point) if point < 0x110000 else ""
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code[0] in "01234567":
        return chr(int(code, 8) & 255)
    return found[0]


def unescaped(text: str) -> str:
    """What stands between double quotes, as the program sees it."""
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


class PhpNames(Adapter):
    """Reads PHP names and literals."""

    # ------------------------------------------------------------------ paths

    def path_of(self, node: Node) -> str:
        """The dotted path of an expression (see ``Call.path``), "" when it is not a path."""
        known = self.inner_paths.get(node.id)
        if known is not None:
            return known
        parts: list[str] = []
        inner: list[tuple[int, int]] = []
        current: Node | None = node
        for _ in range(MAX_STEPS):
            if current is None:
                return ""
            kind = current.type
            if kind in ("variable_name", "relative_scope"):
                parts.append(self.slice(current))
                return self.chain(parts, inner)
            if kind in ("name", "qualified_name"):
                parts.append(self.name_path(current))
                return self.chain(parts, inner)
            if kind in MEMBERS or kind in METHODS:
                name = current.child_by_field_name("name")
                if name is None or name.type != "name":
                    return ""
                if kind in METHODS:
                    inner.append((current.id, len(parts)))
                    parts.append("()")
                parts.append("." + self.slice(name))
                current = current.child_by_field_name("object")
            elif kind in ("scoped_call_expression", "scoped_property_access_expression"):
                name = current.child_by_field_name("name")
                if name is None or name.type not in ("name", "variable_name"):
                    return ""
                if kind == "scoped_call_expression":
                    if name.type != "name":
                        return ""
                    inner.append((current.id, len(parts)))
                    parts.append("()")
                parts.append("." + self.slice(name))
                current = current.child_by_field_name("scope")
            elif kind == "class_constant_access_expression":
                sides = current.named_children
                if len(sides) != 2 or sides[1].type != "name":
                    return ""
                parts.append("." + self.slice(sides[1]))
                current = sides[0]
            elif kind == "function_call_expression":
                inner.append((current.id, len(parts)))
                parts.append("()")
                current = current.child_by_field_name("function")
                if current is not None and current.type == "name":
                    parts.append(self.function_name(current))
                    return self.chain(parts, inner)
            elif kind == "object_creation_expression":
                path = self.name_path(class_of(current))
                if not path:
                    return ""
                parts += ["!()", path]
                return self.chain(parts, inner)
            elif kind == "subscript_expression":
                key = self._subscript(current)
                if not key:
                    return ""
                parts.append("." + key)
                current = current.named_children[0]
            elif kind in TRANSPARENT or kind == "clone_expression":
                current = only_child(current)
            elif kind == "assignment_expression" and parts:
                current = current.child_by_field_name("right")
            else:
                return ""
        return ""

    def _subscript(self, node: Node) -> str:
        """The constant key of ``$x['key']``, "" when it has none."""
        parts = node.named_children
        if len(parts) != 2 or parts[1].type not in ("string", "encapsed_string", "integer"):
            return ""
        is_constant, key = self.constant(parts[1])
        return str(key) if is_constant and _KEY.fullmatch(str(key)) else ""

    def name_path(self, node: Node | None) -> str:
        """The path of a written name of a class, function or constant; "" for anything else."""
        if node is None:
            return ""
        kind = node.type
        if kind in ("name", "relative_scope"):
            return self.slice(node)
        if kind == "qualified_name":
            written = "".join(self.slice(node).split())
            if written.startswith("\\"):
                return "#" + written[1:].replace("\\", MODULE_DOT)
            return written.replace("\\", ".")
        return ""

    def function_name(self, node: Node) -> str:
        """A function's name; names of PHP's own in lower case, as PHP takes them in any."""
        name = self.slice(node)
        lower = name.lower()
        if lower != name and lower in self.resolver.models.globals:
            return lower
        return name

    def type_path(self, node: Node | None) -> str:
        """The path of a declared type, without ``null``; "" for a choice of several."""
        for _ in range(8):
            if node is None:
                return ""
            kind = node.type
            if kind == "primitive_type":
                written = self.slice(node)
                return "" if written in ("mixed", "null", "void") else written
            if kind in ("name", "qualified_name"):
                return self.name_path(node)
            if kind == "union_type":
                kept = [n for n in node.named_children if self.slice(n).lower() != "null"]
                node = kept[0] if len(kept) == 1 else None
            elif kind in ("named_type", "optional_type"):
                node = only_child(node)
            else:
                return ""
        return ""

    # ------------------------------------------------------------------ what names tell

    def resolve(self, path: str, scope: Scope) -> str | None:
        """The qualified name of a path; a handle that is called like a database is ``Database``.

        Plain PHP makes its connection in one file and uses it in all others.
        """
        found = super().resolve(path, scope)
        if (
            found is not None
            and found.partition("(")[0] in _HELPERS
            and not (self.resolver.text_has(_LARAVEL))
        ):
            return None
        receiver, _, member = path.rpartition(".")
        if (
            member not in _STATEMENTS
            or (
                found is not None and (found.startswith(":") or found in self.resolver.models.calls)
            )
            or _DATABASE.fullmatch(_GIVER.sub("", receiver).rpartition(".")[2]) is None
        ):
            return found
        return f"Database.{member}"

    # ------------------------------------------------------------------ bindings

    def binding_of(self, node: Node | None) -> Binding:
        """What a name bound to an expression is bound to."""
        for _ in range(16):
            if node is None:
                return OPAQUE
            kind = node.type
            if kind == "assignment_expression":
                node = node.child_by_field_name("right")
            elif kind == "conditional_expression" and node.child_by_field_name("body") is None:
                right = node.child_by_field_name("alternative")
                is_new = right is not None and right.type == "object_creation_expression"
                node = right if is_new else node.child_by_field_name("condition")
            elif kind == "conditional_expression":
                sides = [
                    side
                    for field in ("body", "alternative")
                    if (side := node.child_by_field_name(field)) is not None and side.type != "null"
                ]
                node = sides[0] if len(sides) == 1 else None
            elif kind == "binary_expression" and operator_of(node) == "??":
                # ``$x ?? new X`` is an X, as far as anybody can tell.
                right = node.child_by_field_name("right")
                left = node.child_by_field_name("left")
                is_new = right is not None and right.type == "object_creation_expression"
                node = right if is_new else left
            elif kind in ("name", "qualified_name"):
                # A constant: what it holds has no members.
                return Binding("value", self.name_path(node))
            elif kind in PATHS:
                path = self.path_of(node)
                return Binding("value", path) if path else OPAQUE
            else:
                is_constant, constant = self.constant(node)
                if not is_constant:
                    return OPAQUE
                return Binding("constant", type(constant).__name__, constant)
        return OPAQUE

    # ------------------------------------------------------------------ constants

    def constant(self, node: Node) -> tuple[bool, Constant]:
        """(whether an expression is a literal or built of literals only, its value)."""
        kind = node.type
        if kind in STRINGS:
            return self._text(node)
        if kind in ("integer", "float"):
            return number(self.slice(node))
        if kind == "boolean":
            return True, self.slice(node).lower() == "true"
        if kind == "null":
            return True, None
        if kind == "unary_op_expression" and operator_of(node) == "-":
            operand = node.child_by_field_name("argument")
            if operand is not None and operand.type in ("integer", "float"):
                is_number, found = number(self.slice(operand))
                return (True, -found) if is_number else (False, None)  # type: ignore[operator]
        if kind == "binary_expression":
            operator, operands = self.operands(node)
            if operator == "." and all(one.type in STRINGS for one in operands):
                texts = [self._text(one) for one in operands]
                if all(is_constant for is_constant, _ in texts):
                    return True, "".join(str(text) for _, text in texts)
            elif all(one.type == "integer" for one in operands):
                return arithmetic(operator, [self.slice(one) for one in operands])
        return False, None

    def _text(self, node: Node) -> tuple[bool, Constant]:
        """The text of a string without variables in it."""
        kind = node.type
        if kind == "string":
            written = self.slice(node)
            start = written.find("'") + 1
            text = written[start:].removesuffix("'")
            return True, _SINGLE.sub(r"\1", text) if "\\" in text else text
        body = node if kind == "encapsed_string" else node.child_by_field_name("value")
        if body is None:
            return True, ""
        parts = body.named_children
        if any(part.type not in TEXT_PARTS for part in parts):
            return False, None
        text = "".join(self.slice(part) for part in parts)
        if kind == "nowdoc":
            return True, text
        return True, unescaped(text)

    def operands(self, node: Node) -> tuple[str, list[Node]]:
        """The operator of a binary operation and its operands, a chain of one operator flat."""
        return flat_operands(node, "binary_expression", operator_of)
