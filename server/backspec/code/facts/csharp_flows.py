"""What flows through C# ask: what fills variables besides assignments, what clients fill."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from backspec.code.facts.c_like import only_child
from backspec.code.facts.csharp_definitions import CSharpDefinitions
from backspec.code.facts.csharp_shapes import (
    NO_TEXT,
    argument_list,
    bound_member,
    is_default,
)
from backspec.code.facts.model import (
    Assign,
    CallValue,
    Const,
    Constant,
    Name,
    Operation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backspec.code.facts.model import Call, Function, Parameter, Value
    from backspec.code.syntax import Node

_JOINS: Final = frozenset(("Append", "AppendLine", "AppendFormat", "AppendJoin"))
_ADDS: Final = frozenset((
    "Add", "AddRange", "AddFirst", "AddLast", "Insert", "InsertRange", "Push", "Enqueue", "TryAdd",
    "UnionWith", "Set", "CopyTo", "Load", "LoadXml", "LoadHtml", "LoadAsync",
))  # fmt: skip
_GETS: Final = frozenset(("GetValueOrDefault", "TryGetValue", "ElementAt", "ElementAtOrDefault"))
_LIST_CHANGES: Final = frozenset((
    "Add", "Insert", "RemoveAt", "Clear", "AddRange", "InsertRange", "Remove", "RemoveAll",
    "RemoveRange", "Reverse", "Sort",
))  # fmt: skip
_LAMBDA: Final = ("lambda_expression", "anonymous_method_expression")

_ATTRIBUTES: Final = re.compile(r"^(?:\[[^\]]*\]\s*)+")
_NO_TEXTS: Final = re.compile(
    r"(?:\w+<\s*)?(?:" + "|".join(sorted(NO_TEXT)) + r")\??(?:\s*>|\[\])\??\s"
)
_CONNECTION: Final = re.compile(
    r"I?(?:Db|Sql|Npgsql|MySql|Sqlite|Oracle|OleDb|Odbc)?(?:Connection|Transaction|Command|DataReader)"
    r"|\w*DbContext|DatabaseFacade|DbSet"
)
"""What rows come out of: they are not what a caller said."""
_FRAGMENT: Final = re.compile(
    r"(?:^|[a-z_])(?:[sS]ql|SQL|[cC]lause|[sS]tatement|[fF]ragment|[cC]ommandText)s?$"
)
_JOINED: Final = ("interpolation", "binary_expression")
_TEXTS: Final = frozenset((
    "string", "String", "StringValues", "PathString", "QueryString", "HostString", "Uri", "T",
    "IEnumerable", "List", "IList", "ICollection", "StringBuilder", "FormattableString",
    "JsonElement", "JToken", "Span", "ReadOnlySpan", "IFormFile", "JObject", "StringSegment",
))  # fmt: skip
"""Types that are text when they are joined into one."""
_NUMBERS_OF: Final = frozenset(("Length", "Count", "LongLength", "HasValue", "Ticks", "Exists"))
"""Members that are no text, whatever they are members of."""
_SERVICE: Final = re.compile(
    r"I[A-Z]\w*|\w*(?:Context|Db|Service|Services|Repository|Factory|Manager|Client|Logger|Options"
    r"|Provider|Store|Mediator|Handler|Accessor|Token|Principal|Cache|Hub|Queue|Channel|Bus"
    r"|Session|Sender|Publisher|Environment|Localizer|Mapper|Validator|Helper|Generator|State"
    r"|HttpRequest|HttpResponse|Stream|PipeReader)"
)
_BOUND_INTERFACES: Final = frozenset((
    "IFormFile", "IFormCollection", "IFormFileCollection", "IEnumerable", "IList", "ICollection",
    "IReadOnlyList", "IReadOnlyCollection", "IDictionary", "IQueryCollection",
))  # fmt: skip
_FROM_CLIENT: Final = frozenset((
    "FromQuery", "FromBody", "FromRoute", "FromForm", "FromHeader", "FromUri", "AsParameters",
    "FromQueryAttribute", "FromBodyAttribute", "FromRouteAttribute", "ModelBinder", "Bind",
))  # fmt: skip
_INPUT: Final = re.compile(
    rb"Request|Controller|\[(?:From|Http|BindProp|Supply|WebMethod|Function|Route)|\.Map[A-Z]|System\.Web"
    rb"|PageModel|Hub\b|IForm|IQueryCollection|IHeaderDictionary|RouteData|RouteValue|HttpContext"
)
_TEXT_MEMBERS: Final = re.compile(
    r"(?:Name|Title|E?[Mm]ail|Description|Comments?|Text|Content|Message|Address|Phone|City|Country"
    r"|User|Login|Password|Pwd|Subject|Body|Keywords?|Search|Term|Notes?|Remarks?|Author|Street"
    r"|Street1|Street2|Street3|Zip|ZipCode|PostalCode)$"
)
_WRITES_TEXT: Final = re.compile(
    r"(?:^|\.)(?:(?i:lbl|lit)\w*|(?i:label|literal)\w*|\w+(?:Label|Literal))\.set_Text$"
)
_FILES: Final = frozenset((
    "WriteAllText", "Delete", "Move", "CreateDirectory", "ReadAllText", "GetFiles", "Copy",
    "EnumerateFiles", "GetDirectories", "ReadAllBytes", "Create", "Open", "OpenRead", "FileStream",
))  # fmt: skip
_ADMINISTRATORS: Final = re.compile(r"(?i)admin|elevat|superuser|\broot\b")
_OLD_REQUESTS: Final = frozenset(("System.Web.HttpRequest", "System.Web.HttpRequestBase"))
_ADDRESS_CHECKS: Final = frozenset(("IsValidReturnUrl", "IsLocalUrl", "IsAllowedRedirect"))
_FROM_PROGRAM: Final = frozenset((
    "FromServices", "FromKeyedServices", "FromServicesAttribute", "CallerMemberName", "Service",
    "FromUserClaims", "CurrentUser",
))  # fmt: skip


class CSharpFlows(CSharpDefinitions):
    """Answers what flows ask."""

    sequences_are_data: ClassVar[bool] = False

    # ------------------------------------------------------------------ what fills variables

    def changes(self) -> Iterator[Assign]:
        for place, node, name in self.patterns:
            value = _matched(node)
            if value is not None:
                yield Assign(place, node, node, name, value)
        for place, left, right in self.tuples:
            values = _items(right)
            for one, value in zip(_items(left), values or [right] * 50, strict=False):
                target = self.path_of(one)
                if target:
                    yield Assign(place, left, one, target, value)
        for call in self.facts.calls:
            yield from self._change(call)
        for assign in self.facts.assigns:
            head, dot, rest = assign.target.partition(".")
            if dot and head != "this" and self._is_member(assign, head):
                target = f"this.{head}.{rest}"
                yield Assign(
                    assign.place, assign.node, assign.target_node, target, assign.value_node
                )
        for statement in self.facts.statements:
            # ``string Q => ..`` and ``string Q { get { return ..; } }`` fill ``this.Q``.
            function = statement.function
            if statement.kind != "return" or function is None or function.name:
                continue
            owner = function.node
            if owner.type == "accessor_declaration" and owner.parent is not None:
                owner = owner.parent.parent or owner
            name_node = owner.child_by_field_name("name")
            if owner.type == "property_declaration" and name_node is not None:
                target = "this." + self.slice(name_node)
                value = statement.value_node
                yield Assign(statement.place, statement.node, name_node, target, value)

    @staticmethod
    def _is_member(assign: Assign, name: str) -> bool:
        scope = assign.scope.declaring(name)
        return scope is not None and scope.kind == "class"

    def is_field(self, assign: Assign) -> bool:
        head, dot, _ = assign.target.partition(".")
        return head == "this" or (not dot and self._is_member(assign, head))

    def _change(self, call: Call) -> Iterator[Assign]:
        node, name = call.node, call.name
        if node.type == "assignment_expression":
            left = call.callee
            target_node = left.child_by_field_name("expression")
            target = self.path_of(target_node) if target_node is not None else ""
            value = node.child_by_field_name("right")
            if left.type == "element_access_expression" and target and not self.path_of(left):
                yield Assign(call.place, node, left, target, value, "<-")
            return
        if name not in _JOINS and name not in _ADDS:
            return
        receiver = self._first_of(call)
        target = self.path_of(receiver) if receiver is not None else ""
        given = _given(node)
        if receiver is None or not target or "(" in target or not given:
            return
        if name in _JOINS:
            # Calls of one chain begin at one place; their arguments do not.
            at = argument_list(node) or node
            for value in given:
                yield Assign(
                    call.place, value if len(given) > 1 else at, receiver, target, value, "+="
                )
            return
        if len(given) == 2:
            is_constant, key = self.constant(given[0])
            if is_constant and name in ("Add", "TryAdd", "Set"):
                yield Assign(call.place, node, receiver, f"{target}.{key!s}", given[1])
                return
        yield Assign(call.place, node, receiver, target, given[-1], "<-")

    def _first_of(self, call: Call) -> Node | None:
        """What a chain of calls that give back what they are called on starts with."""
        receiver = self.receiver_of(call)
        for _ in range(40):
            if receiver is None or receiver.type != "invocation_expression":
                break
            callee = receiver.child_by_field_name("function")
            name = callee.child_by_field_name("name") if callee is not None else None
            if callee is None or name is None or self.slice(name) not in _JOINS | {"Insert"}:
                break
            receiver = callee.child_by_field_name("expression")
        return receiver

    def item_path(self, call: Call) -> str | None:
        if call.name not in _GETS:
            return None
        receiver = self.receiver_of(call)
        given = _given(call.node)
        path = self.path_of(receiver) if receiver is not None else ""
        if not given or not path or "(" in path:
            return None
        is_constant, key = self.constant(given[0])
        return f"{path}.{key!s}" if is_constant else None

    def list_change(self, call: Call) -> tuple[str, int | None, Node | None] | None:
        given = _given(call.node) if call.name in _LIST_CHANGES else []
        if call.name == "Clear":
            return ("clear", None, None)
        if call.name == "Add" and len(given) == 1:
            return ("add", None, given[0])
        if call.name in ("Insert", "RemoveAt") and given:
            _, place = self.constant(given[0])
            if isinstance(place, int) and len(given) == 2:
                return ("add", place, given[1])
            return ("remove", place if isinstance(place, int) else None, None)
        return ("other", None, None) if call.name in _LIST_CHANGES else None

    # ------------------------------------------------------------------ what clients fill

    def may_hold_text(self, parameter: Parameter) -> bool:
        kind = parameter.type_path.rpartition(".")[2]
        if kind in NO_TEXT or _CONNECTION.fullmatch(kind):
            return False
        written = _ATTRIBUTES.sub("", self.text(parameter.span))
        return _NO_TEXTS.match(written) is None

    def is_text_by_name(self, parameter: Parameter) -> bool:
        # ``selectStoresSql`` is a part of a statement by contract: who calls writes SQL.
        return _FRAGMENT.search(parameter.name) is None

    def holds_no_text(self, value: Name) -> bool:
        if value.path.rpartition(".")[2] in _NUMBERS_OF:
            return True
        around = value.node.parent
        if around is not None and around.type in _JOINED and self._is_object(value):
            return True
        return value.qualified is not None and value.qualified.rpartition(".")[2] in NO_TEXT

    def _is_object(self, value: Name) -> bool:
        """Whether a parameter that is joined into a text whole is an enum, or an object."""
        if "." in value.path:
            return False
        around: Node | None = value.node
        for _ in range(100):
            around = around.parent if around is not None else None
            if around is None:
                return False
            function = self.functions_by_node.get(around.id)
            for parameter in function.parameters if function is not None else ():
                if parameter.name == value.path:
                    kind = parameter.type_path.rpartition(".")[2]
                    return bool(kind) and kind not in _TEXTS
        return False

    def is_input_parameter(self, function: Function, parameter: Parameter) -> bool:
        if not self.may_hold_text(parameter):
            return False
        paths = {one.path.rpartition(".")[2] for one in parameter.decorators}
        if paths & _FROM_PROGRAM or not self.is_handler(function):
            return False
        if paths & _FROM_CLIENT:
            return True
        kind = parameter.type_path.rpartition(".")[2]
        if kind in _BOUND_INTERFACES or kind == "string":
            return True
        if not kind and function.node.type in _LAMBDA:
            # A lambda's parameter without a type is what the call gives it.
            return "[]" in self.text(parameter.span)
        return _SERVICE.fullmatch(kind) is None

    def is_input_member(self, qualified: str) -> bool:
        """``Request["q"]`` in ASP.NET before Core."""
        owner, _, member = qualified.rpartition(".")
        return owner in _OLD_REQUESTS and not member[:1].isupper()

    def may_have_input(self) -> bool:
        return _INPUT.search(self.source) is not None

    def is_text_member(self, parameter: Parameter, members: list[str]) -> bool:
        """``comment.Author`` of a model that is handed to a repository."""
        kind = parameter.type_path.rpartition(".")[2]
        if len(members) != 1 or not kind or _SERVICE.fullmatch(kind) or kind in _TEXTS:
            return False
        return _TEXT_MEMBERS.search(members[0]) is not None

    def is_sink(self, call: Call) -> bool:
        """Labels and literals of Web Forms write their text as it is, other controls escape it.

        Who administers a server chooses its folders.
        """
        if call.name in _FILES and self._is_for_administrators(call):
            return False
        return call.name != "set_Text" or _WRITES_TEXT.search(call.path) is not None

    def _is_for_administrators(self, call: Call) -> bool:
        function = call.function
        owner = function.class_def if function is not None else None
        told = (
            *(function.decorators if function is not None else ()),
            *(owner.decorators if owner is not None else ()),
        )
        return any(
            "Authorize" in one.path and _ADMINISTRATORS.search(self.text(one.span)) is not None
            for one in told
        )

    # ------------------------------------------------------------------ narrowing

    def proves(self, condition: Value, path: str, holds: bool) -> bool | None:
        """An identity server that finds a context for an address has checked the address."""
        if isinstance(condition, CallValue) and condition.call.name in _ADDRESS_CHECKS:
            given = condition.call.arguments.positional
            return holds and any(self.slice(one.node) == path for one in given)
        if not isinstance(condition, Operation) or condition.operator not in ("!=", "=="):
            return None
        names = [one for one in condition.operands if isinstance(one, Name)]
        nulls = [one for one in condition.operands if isinstance(one, Const) and one.value is None]
        if len(names) != 1 or not nulls or (condition.operator == "!=") is not holds:
            return None
        for assign in self.facts.assigns:
            if assign.target == names[0].path and assign.value_node is not None:
                written = self.slice(assign.value_node)
                if f"GetAuthorizationContextAsync({path})" in written:
                    return True
        return None

    def is_narrowed_in(self, around: Node, child: Node, path: str) -> bool:
        if around.type != "switch_body" or around.parent is None:
            return False
        subject = around.parent.child_by_field_name("value")
        return subject is not None and self.slice(subject) == path and bool(self._labels(child))

    def is_narrowed_after(self, statement: Node, path: str, ends: Callable[[Node], bool]) -> bool:
        if statement.type != "switch_statement":
            return False
        subject, body = (
            statement.child_by_field_name("value"),
            statement.child_by_field_name("body"),
        )
        if subject is None or body is None or self.slice(subject) != path:
            return False
        sections = [one for one in body.named_children if one.type == "switch_section"]
        return any(is_default(one) for one in sections) and all(
            ends(one) if is_default(one) else bool(self._labels(one)) for one in sections
        )

    def _labels(self, section: Node) -> list[Constant]:
        """The constants a case of a switch stands for; [] when it stands for others too."""
        found: list[Constant] = []
        for one in section.named_children:
            if "pattern" not in one.type:
                break
            constants = self.constants_of(one)
            if not constants:
                return []
            found += constants
        return found

    # ------------------------------------------------------------------ calls

    def receiver_of(self, call: Call) -> Node | None:
        callee = call.callee
        if call.node.type == "assignment_expression":
            return callee.child_by_field_name("expression")
        if call.node.type != "invocation_expression":
            return None
        return self.container_of(callee)

    def container_of(self, node: Node) -> Node | None:
        return node.child_by_field_name("expression") or (
            node.child_by_field_name("condition") if bound_member(node) is not None else None
        )

    def receiver_node(self, call: Call) -> Node | None:
        return self.receiver_of(call)

    def pattern_text(self, call: Call) -> str | None:
        for value in (*call.arguments.positional[1:2], *call.arguments.positional[:1]):
            if isinstance(value, Const) and isinstance(value.value, str):
                return value.value
        made = self.receiver_call(call)
        if made is None:
            receiver = self.receiver_of(call)
            path = self.path_of(receiver) if receiver is not None else ""
            made = next(
                (
                    self.calls_by_node.get(one.value_node.id)
                    for one in self.facts.assigns
                    if path and one.target == path and one.value_node is not None
                ),
                None,
            )
        if made is None or made.name not in ("Regex", ""):
            return None
        first = made.arguments.positional[:1]
        text = first[0].value if first and isinstance(first[0], Const) else None
        return text if isinstance(text, str) else None


def _given(node: Node) -> list[Node]:
    """The expressions a call is given."""
    arguments = argument_list(node)
    found = []
    for one in arguments.named_children if arguments is not None else ():
        children = [n for n in one.named_children if "comment" not in n.type]
        if one.type == "argument" and children:
            found.append(children[-1])
    return found


def _matched(node: Node) -> Node | None:
    """What a pattern, or an ``out`` argument, takes its value from."""
    around = node.parent
    for _ in range(8):
        if around is None:
            return None
        if around.type == "argument":
            call = around.parent.parent if around.parent is not None else None
            return call if call is not None and call.type == "invocation_expression" else None
        if around.type == "is_pattern_expression":
            return around.child_by_field_name("expression")
        if around.type == "switch_statement":
            return around.child_by_field_name("value")
        if around.type == "switch_expression":
            return only_child(around)
        around = around.parent
    return None


def _items(node: Node) -> list[Node]:
    """The expressions, or names, of a tuple."""
    if node.type == "tuple_expression":
        return [n for one in node.named_children if (n := only_child(one)) is not None]
    return list(node.children_by_field_name("name")) if node.type == "tuple_pattern" else []
